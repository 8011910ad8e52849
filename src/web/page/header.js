import { button, byId, element, fill, isolated } from "./dom.js";
import { deed } from "./dialogs.js";
import { peerName, roomName } from "./names.js";
import { oneLine } from "./safe_text.js";
import { peerWords, roomWords } from "./sidebar.js";

// The head of the open conversation: who it is, how it stands, and what has to be decided.
export function renderHeader({ conversation, connection, onwhy }) {
  const { peer, room } = conversation;
  fill(byId("title"), peer || room ? isolated(peer ? peerName(peer) : roomName(room)) : "No conversation");
  fill(byId("subtitle"), ...(peer ? peerState(peer) : room ? roomState(room) : []));
  fill(byId("banners"), ...(peer ? peerBanners(peer, connection, onwhy) : room ? roomBanners(room, connection) : []));
  byId("details").hidden = !(peer || room);
  byId("search-here").hidden = !(peer || room);
}

function peerState(peer) {
  const security = peer.speaks === "tincan" ? `encrypted${peer.verified ? ", verified" : ""}` : peer.speaks === "classic" ? "clear text" : "";
  return [
    element("span", {}, peerWords(peer)),
    security && element("span", { class: peer.speaks === "classic" ? "warning" : "" }, ` · ${security}`),
    element("span", { class: "address" }, " · ", isolated(peer.peer)),
  ];
}

function roomState(room) {
  const kind = room.hosted ? "clear text" : room.private ? "private" : "public";
  return [
    element("span", { class: room.hosted ? "warning" : "" }, kind), ` · ${roomWords(room)}`,
    room.muted && element("span", { class: "warning" }, " · you are muted"),
    room.topic && element("span", {}, " · ", isolated(oneLine(room.topic), { id: "topic" })),
  ];
}

function banner(kind, text, ...deeds) {
  const outcome = element("span", { class: "outcome", role: "status" });
  return element("div", { class: `banner ${kind}` }, element("span", {}, ...[text].flat()),
    element("span", { class: "row" }, ...deeds.map((make) => make(outcome))), outcome);
}

function peerBanners(peer, connection, onwhy) {
  const number = String(peer.number);
  const trust = (accept) => () => connection.act({ command: "trust", peer: number, accept });
  return [
    peer.changed_key && banner("warning",
      ["Another key answers where ", isolated(peerName(peer)), " was. Nothing is sent until you decide. Is it the same person?"],
      (outcome) => deed("The same: trust the new key", trust(true), outcome, { data: { do: "trust" } }),
      (outcome) => deed("No: refuse it", trust(false), outcome, { data: { do: "distrust" } })),
    peer.blocked && banner("", "You have blocked this peer.",
      (outcome) => deed("Unblock", () => connection.act({ command: "unblock", target: number }), outcome, { data: { do: "unblock" } })),
    peer.look_alike !== undefined && !peer.petname && banner("warning", "This name looks like that of another peer of yours."),
    peer.presence === "unreachable" && !peer.blocked && banner("", [`Not reached${peer.why ? ": " : "."}`, peer.why && isolated(oneLine(peer.why))],
      () => button("Why?", onwhy, { data: { do: "why" } })),
  ];
}

function roomBanners(room, connection) {
  const act = (command) => () => connection.act(command);
  return [
    room.phase === "invited" && banner("", ["You are invited to ", isolated(roomName(room)), "."],
      (outcome) => deed("Join", act({ command: "join", what: room.alias }), outcome, { class: "primary", data: { do: "accept" } }),
      (outcome) => deed("Decline", act({ command: "leave", room: room.alias }), outcome, { data: { do: "decline" } })),
    room.phase === "joining" && banner("", oneLine(room.why || "Waiting to meet a member."),
      (outcome) => deed("Give up", act({ command: "leave", room: room.alias }), outcome, { data: { do: "give-up" } })),
    room.phase === "joined" && room.why && banner("warning", oneLine(room.why)),
    room.phase === "left" && banner("", "You left this room. Its lines stay here."),
    room.phase === "removed" && banner("warning", "You were removed from this room. Its lines stay here."),
  ];
}

// Why nothing can be written here now; empty when it can.
export function obstacle({ peer, room }) {
  if (peer) return peer.blocked ? "blocked" : "";
  if (!room) return "no conversation";
  if (room.phase !== "joined") return "you are not in this room";
  return room.muted ? "you are muted here" : "";
}
