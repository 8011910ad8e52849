import { lineFrom } from "./line.js";
import { mentions } from "./mention.js";
import { memberName, roomName } from "./names.js";
import { oneLine } from "./safe_text.js";

const active_window_ms = 10 * 60_000;
const room_news_fields = ["event", "change", "who", "by", "role", "text", "list", "tag"];

export const createModel = () => ({
  self: { team: "", key: "", endpoints: [], profile: "", version: "" },
  peers: new Map(),
  rooms: new Map(),
  found: [],
  members: new Map(),
  storage: { healthy: true, why: "" },
  isStopping: false,
  lookedAt: "",
  newestId: 0,
});

export const peerKey = (number) => `peer:${number}`;
export const roomKey = (number) => `room:${number}`;

export function peerOf(model, key) {
  return key.startsWith("peer:") ? model.peers.get(Number(key.slice(5))) : undefined;
}

export function roomOf(model, key) {
  return key.startsWith("room:") ? model.rooms.get(Number(key.slice(5))) : undefined;
}

// How commands name a conversation.
export function commandName(model, key) {
  const room = roomOf(model, key);
  return room ? room.alias : key.startsWith("peer:") ? key.slice(5) : "";
}

export function conversationOf(model, message) {
  if (message.room !== undefined) return roomKey(message.room);
  if (message.number !== undefined) return peerKey(message.number);
  for (const peer of model.peers.values()) if (peer.peer === message.peer) return peerKey(peer.number);
  return "";
}

export function replacePeers(model, events) {
  model.peers = new Map(events.filter(({ event }) => event === "peer").map((peer) => [peer.number, peer]));
}

export function replaceRooms(model, events) {
  const { rooms = [], found = [] } = events.find(({ event }) => event === "rooms") ?? {};
  model.rooms = new Map(rooms.map((room) => [room.room, room]));
  model.found = found;
}

export function replaceMembers(model, event) {
  const members = new Map(event.list.filter(({ key }) => key).map((member) => [member.key, member]));
  model.members.set(event.room, members);
}

export function presenceOf(peer, now = Date.now()) {
  if (peer.presence !== "active" || peer.encrypted || !peer.last_heard) return peer.presence;
  return now - Date.parse(peer.last_heard) < active_window_ms ? "active" : "silent";
}

export function unreadOf(model) {
  const sum = (values) => [...values].reduce((total, { unread, blocked }) => total + (blocked ? 0 : unread), 0);
  return sum(model.peers.values()) + sum(model.rooms.values());
}

export function markRead(model, key) {
  const one = peerOf(model, key) ?? roomOf(model, key);
  if (!one || (one.unread === 0 && !one.mentions)) return;
  if ("room" in one) model.rooms.set(one.room, { ...one, unread: 0, mentions: 0 });
  else model.peers.set(one.number, { ...one, unread: 0 });
}

const handlers = {
  message(model, event) {
    const line = lineFrom(event);
    const key = conversationOf(model, event);
    const isNew = event.id > model.newestId;
    model.newestId = Math.max(model.newestId, event.id);
    if (isNew && !line.isOwn) count(model, key, line);
    return [{ what: key && isKnown(model, key) ? "line" : "stranger", key, line, isNew }];
  },
  changed(model, event) {
    const key = conversationOf(model, event);
    return [{ what: "changed", key, line: lineFrom(event), isGone: event.change === "voided" }];
  },
  state(model, event) {
    const { id, state, why, tally, next_try, dialect } = event;
    return [{ what: "state", id, fields: { state, why, next_try, dialect, ...(tally && { tally }) } }];
  },
  peer(model, { event: _, change, tag: __, ...peer }) {
    const isDouble = change && [...model.peers.values()].some((known) => isSameOther(known, peer));
    model.peers.set(peer.number, peer);
    if (peerKey(peer.number) === model.lookedAt) markRead(model, model.lookedAt);
    return [{ what: "peer", number: peer.number, change, isDouble }];
  },
  room(model, event) {
    const room = Object.fromEntries(Object.entries(event).filter(([name]) => !room_news_fields.includes(name)));
    model.rooms.set(room.room, room);
    if (roomKey(room.room) === model.lookedAt) markRead(model, model.lookedAt);
    return [{ what: "room", key: roomKey(room.room), change: event.change, text: roomNews(event) }];
  },
  listening(model, event) {
    const { team, key = "", endpoints, profile, version } = event;
    model.self = { team, key, endpoints, profile, version };
    model.isStopping = false;
    return [{ what: "self" }];
  },
  storage(model, { healthy, why }) {
    model.storage = { healthy, why };
    return [{ what: "self" }];
  },
  stopping(model) {
    model.isStopping = true;
    return [{ what: "self" }];
  },
  notice: (model, { number, text }) => [{ what: "notice", number, text }],
};

// What an event changes: in the model at once, and told as a list for those who show it.
export function apply(model, event) {
  return Object.hasOwn(handlers, event.event) ? handlers[event.event](model, event) : [];
}

// An address that became a tincan leaves its old number.
const isSameOther = (known, peer) => known.number !== peer.number && known.peer === peer.peer;

const isKnown = (model, key) => peerOf(model, key) !== undefined || roomOf(model, key) !== undefined;

function count(model, key, line) {
  const peer = peerOf(model, key);
  const unread = key === model.lookedAt ? 0 : 1;
  if (peer) {
    const heard = { last_heard: line.time, presence: "active", unread: peer.unread + unread };
    model.peers.set(peer.number, { ...peer, ...heard });
  }
  const room = roomOf(model, key);
  if (!room || unread === 0) return;
  const named = mentions(line.text, model.self.team) ? 1 : 0;
  model.rooms.set(room.room, { ...room, unread: room.unread + 1, mentions: room.mentions + named });
}

const passive = { member_invited: "invited", member_removed: "removed", muted: "muted", unmuted: "unmuted" };

function passiveNews({ who, by }, deed) {
  if (by) return `${memberName(by)} ${deed} ${memberName(who)}`;
  return `${memberName(who)} ${who.self ? "were" : "was"} ${deed}`;
}

function topicNews({ by, text }) {
  const who = by ? memberName(by) : "somebody";
  return text ? `${who} set the topic: ${oneLine(text)}` : `${who} took away the topic`;
}

// What happened in a room, in a sentence; empty for what is no news in it.
export function roomNews(event) {
  const { change, who, by } = event;
  if (passive[change] && who) return passiveNews(event, passive[change]);
  if (change === "member_joined" && who) return `${memberName(who)} joined`;
  if (change === "member_left" && who) return `${memberName(who)} left`;
  if (change === "role" && who)
    return `${memberName(who)} ${who.self ? "are" : "is"} now ${event.role === "moderator" ? "a moderator" : "an ordinary member"}`;
  if (change === "topic") return topicNews(event);
  if (change === "caught_up") return "all that was said here is loaded now";
  return ownNews(change, by, event);
}

function ownNews(change, by, event) {
  if (change === "created") return `you created ${roomName(event)}`;
  if (change === "joined") return `you are in ${roomName(event)}`;
  if (change === "left") return "you left; the lines stay here";
  if (change === "removed") return by ? `${memberName(by)} removed you` : "you were removed";
  if (change === "denied") return `you were not let in: ${oneLine(event.text ?? "")}`;
  return "";
}
