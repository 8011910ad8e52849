import { element, isolated } from "./dom.js";
import { groupedReactions, isComplete, isCut, standIn, stateWords } from "./line.js";
import { linkParts, oneLine, washed, washedName } from "./safe_text.js";
import { clock, dayName, exactClock, fullTime, isoTime } from "./when.js";

const most_shown = 4000;
const most_rows_shown = 40;
const hues = 6;

// A row of the list of lines. `place` says what stands around it: startsDay, startsRun, isFirstUnread, name, quote.
export function lineElement(line, place, view) {
  if (line.note !== undefined) return noteElement(line, place);
  return element(
    "li",
    { class: rowClasses(line, place), tabindex: "-1", data: rowData(line) },
    ...headings(line, place),
    element("div", { class: "said" }, bubble(line, place, view)),
    reactions(line, view));
}

function bubble(line, place, view) {
  return element("div", { class: "bubble" },
    who(line, place),
    place.quote && quoteElement(place.quote),
    body(line, view),
    isCut(line) && element("p", { class: "aside warning" }, "longer than 64 KiB: the rest was not taken"),
    foot(line, view));
}

function noteElement(line, place) {
  return element("li", { class: "note", tabindex: "-1", data: { note: line.id } }, ...headings(line, place),
    element("p", {}, isolated(line.note), " ", timeElement(line.at)));
}

function headings(line, place) {
  return [
    place.startsDay && element("h3", { class: "day" }, dayName(line.at)),
    place.isFirstUnread && element("p", { class: "unread-mark" }, "New"),
  ];
}

function rowClasses(line, place) {
  const classes = ["line", line.isOwn ? "own" : "other"];
  if (place.startsRun) classes.push("starts-run");
  if (line.clear) classes.push("clear");
  if (line.guest) classes.push("guest");
  if (line.deleted) classes.push("deleted");
  if (place.isMention) classes.push("mention");
  return classes.join(" ");
}

const rowData = (line) => ({ line: String(line.id), direction: line.direction, state: line.state });

function who(line, place) {
  const name = isolated(place.name, { class: `name hue-${hueOf(line)}` });
  const claim = line.claims && element("span", { class: "mark warning" }, "says it is ", isolated(line.claims));
  const isPlain = place.startsRun && !line.isOwn;
  return element("p", { class: isPlain ? "who" : "who unseen" }, name, claim);
}

function hueOf(line) {
  let sum = 0;
  for (const character of line.author ?? line.team ?? "") sum = (sum * 31 + character.charCodeAt(0)) % 997;
  return sum % hues;
}

function quoteElement(quote) {
  return element("button", { type: "button", class: "quote", tabindex: "-1", data: { do: "jump", to: String(quote.id) } },
    element("span", { class: "unseen" }, "in reply to "),
    isolated(quote.name, { class: "name" }), " ",
    element("span", { class: "words", dir: "auto" }, quote.text));
}

function body(line, view) {
  const instead = standIn(line);
  if (instead) return element("p", { class: "text stand-in" }, `(${instead})`);
  if (line.invitation) return invitation(line, view);
  const text = washed(line.text);
  const isLong = text.length > most_shown || text.split("\n", most_rows_shown + 1).length > most_rows_shown;
  const shown = element("div", { class: isLong ? "text long" : "text", dir: "auto" }, ...words(text));
  if (!isLong) return shown;
  return element("div", {}, shown, element("button", { type: "button", class: "link", data: { do: "unfold" } }, "Show all of it"));
}

function words(text) {
  return linkParts(text).map(({ text: part, href }) =>
    href ? element("a", { href, rel: "noopener noreferrer", target: "_blank" }, part) : part);
}

function invitation(line, view) {
  const { name, private: isPrivate, room_id } = line.invitation;
  const room = view.roomWithId(room_id);
  const isOpen = !line.isOwn && room?.phase === "invited";
  return element("div", { class: "text" },
    `Invitation to the ${isPrivate ? "private" : "public"} room `, isolated(`#${washedName(name)}`, { class: "strong" }),
    isOpen && element("p", { class: "row" },
      element("button", { type: "button", class: "primary", data: { do: "accept", room: String(room.room) } }, "Join"),
      element("button", { type: "button", data: { do: "decline", room: String(room.room) } }, "Decline")),
    room && !isOpen && element("p", { class: "aside" }, phaseWords(room.phase)));
}

const phaseWords = (phase) =>
  ({ joined: "You are in it.", joining: "Waiting to meet a member.", left: "You left it.", removed: "You were removed.",
    invited: "Not answered yet." })[phase] ?? "";

function foot(line, view) {
  return element("p", { class: "foot" },
    line.guest && element("span", { class: "mark warning" }, "guest"),
    line.clear && element("span", { class: "mark warning clear-mark", title: "Anybody on the way can read and change it" }, "clear text"),
    line.late && element("span", { class: "mark warning late-mark", title: `Said ${fullTime(line.order / 1000)}` }, lateWords(line)),
    line.doubtful_time && element("span", { class: "mark warning" }, "clock?"),
    line.mandatory && element("span", { class: "mark" }, "at start"),
    line.edited && !line.deleted && element("button", { type: "button", class: "link edited", tabindex: "-1", data: { do: "versions" } }, "edited"),
    timeElement(line.at),
    line.isOwn && stateElement(line, view));
}

function lateWords(line) {
  const said = clock(line.order / 1000);
  return said === clock(line.at) ? "late" : `late, said ${said}`;
}

function timeElement(at) {
  return element("time", { datetime: isoTime(at), title: fullTime(at) }, clock(at));
}

function stateElement(line, view) {
  const text = stateWords(line, view.isHosted) + whyWords(line);
  const classes = `state state-${line.state}${isComplete(line) ? " complete" : ""}`;
  if (line.room === undefined || !line.tally?.of) return element("span", { class: classes }, text);
  return element("button", { type: "button", class: `link ${classes}`, tabindex: "-1", data: { do: "who-has" } }, text, element("span", { class: "unseen" }, " have it"));
}

function whyWords(line) {
  if (!line.why || line.state === "cancelled") return "";
  const next = line.next_try ? `, next try ${exactClock(Date.parse(line.next_try))}` : "";
  return `: ${oneLine(line.why)}${next}`;
}

function reactions(line, view) {
  const groups = groupedReactions(line);
  if (groups.length === 0) return null;
  return element("ul", { class: "reactions", "aria-label": "Reactions" }, groups.map((group) => element("li", {}, reactionButton(group, line, view))));
}

function reactionButton(group, line, view) {
  const names = [...(group.own ? ["you"] : []), ...group.authors.map((author) => view.reactorName(author, line))].join(", ");
  return element("button",
    { type: "button", tabindex: "-1", "aria-pressed": String(group.own), title: names,
      data: { do: "react", text: group.own ? "" : group.text } },
    isolated(oneLine(group.text)), group.count > 1 && ` ${group.count}`, element("span", { class: "unseen" }, ` by ${names}`));
}
