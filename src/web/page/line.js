// One line of a conversation as the page keeps it: the fields of a `message` event, with its place.
const run_gap_ms = 5 * 60_000;

export function lineFrom(event) {
  const time = Date.parse(event.time);
  const order = event.order_us ?? (Number.isFinite(time) ? time * 1000 : 0);
  return { ...event, at: time, order, isOwn: event.direction === "out" };
}

export const noteLine = (id, text, at) => ({ id, note: text, at, order: at * 1000, isOwn: false });

const arrival = (line) => (line.note === undefined ? line.id : Number.MAX_SAFE_INTEGER);

export const comesBefore = (a, b) => (a.order === b.order ? arrival(a) < arrival(b) : a.order < b.order);

export const isNative = (line) => line.room !== undefined || line.dialect === "tincan";

export const hasAuthorInCommon = (a, b) =>
  a.isOwn === b.isOwn && a.author === b.author && a.team === b.team && a.guest === b.guest;

// Whether `line` goes on where `before` ended, under the same name.
export function continuesRun(line, before) {
  if (!before || before.note !== undefined || line.note !== undefined) return false;
  return hasAuthorInCommon(line, before) && Math.abs(line.at - before.at) < run_gap_ms;
}

const lacksText = (line) => line.cut === true && isNative(line) && line.text === "";

// What stands in place of a text that is not there to be shown; else nothing.
export function standIn(line) {
  if (line.deleted) return "deleted";
  if (line.readable === false) return "key not here yet";
  if (lacksText(line)) return "its text was deleted, or is longer than 64 KiB";
  return line.unknown ? "from a newer version" : "";
}

export const isCut = (line) => line.cut === true && !lacksText(line);

export const canBeAnswered = (line) => isNative(line) && !line.invitation && line.note === undefined;

export const canBeChanged = (line) =>
  line.isOwn && canBeAnswered(line) && !line.deleted && !line.unknown && !line.guest && line.state !== "cancelled";

export const isWaiting = (line) => line.isOwn && (line.state === "queued" || line.state === "failed");

// The states of one's own lines, in words; in rooms, how many have it.
export function stateWords(line, isHosted) {
  if (!line.isOwn) return "";
  if (line.room === undefined || line.state === "cancelled") return line.state;
  const { have, of } = line.tally ?? { have: 0, of: 0 };
  if (of === 0) return isHosted ? "to guests" : "alone";
  return `${have > 0 ? "✓" : "·"} ${have}/${of}`;
}

export function isComplete(line) {
  if (line.room !== undefined) return line.tally !== undefined && line.tally.have >= line.tally.of;
  return ["delivered", "read", "acknowledged"].includes(line.state) || (line.state === "sent" && !isNative(line));
}

// Reactions of one text together: how often, whether ours is among them, and whose the others are.
export function groupedReactions(line) {
  const groups = new Map();
  for (const { text, own, author } of line.reactions ?? []) {
    const group = groups.get(text) ?? { text, count: 0, own: false, authors: [] };
    group.count += 1;
    group.own ||= own;
    if (!own) group.authors.push(author);
    groups.set(text, group);
  }
  return [...groups.values()];
}
