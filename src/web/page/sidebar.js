import { element, fill, isolated, reconcile } from "./dom.js";
import { peerKey, presenceOf, roomKey } from "./model.js";
import { peerName, roomName } from "./names.js";

const most_rows = 500;

const presence_words = { unheard: "not heard yet", active: "active", silent: "silent", unreachable: "unreachable", left: "left" };

export function peerWords(peer) {
  if (peer.blocked) return "blocked";
  if (peer.changed_key) return "another key answers";
  const words = [presence_words[presenceOf(peer)] ?? peer.presence];
  if (peer.queued > 0) words.push(`${peer.queued} waiting`);
  return words.join(", ");
}

const phase_words = { invited: "you are invited", joining: "waiting to meet a member", left: "left", removed: "you were removed" };

export function roomWords(room) {
  if (room.phase !== "joined") return phase_words[room.phase] ?? room.phase;
  return `${room.members} ${room.members === 1 ? "member" : "members"}, ${room.linked} linked`;
}

const isGone = ({ phase }) => phase === "left" || phase === "removed";
const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

export function sortedRooms(model) {
  const rank = (room) => (room.phase === "invited" ? 0 : isGone(room) ? 2 : 1);
  return [...model.rooms.values()].sort((a, b) => rank(a) - rank(b) || byName.compare(a.alias, b.alias));
}

export function sortedPeers(model) {
  return [...model.peers.values()].sort(
    (a, b) => Number(a.blocked) - Number(b.blocked) || byName.compare(peerName(a), peerName(b)) || a.number - b.number);
}

export function conversationsOf(model) {
  return [
    ...sortedRooms(model).map((room) => ({ key: roomKey(room.room), room, name: roomName(room), words: roomWords(room), unread: room.unread, mentions: room.mentions })),
    ...sortedPeers(model).map((peer) => ({ key: peerKey(peer.number), peer, name: peerName(peer), words: peerWords(peer), unread: peer.unread, mentions: 0 })),
  ];
}

export class Sidebar {
  #caches = { rooms: new Map(), peers: new Map() };

  constructor({ model, rooms, peers, more, onopen }) {
    Object.assign(this, { model, lists: { rooms, peers }, more });
    for (const list of [rooms, peers])
      list.addEventListener("click", (click) => {
        const row = click.target.closest("[data-conversation]");
        if (row) onopen(row.dataset.conversation);
      });
    for (const list of [rooms, peers]) list.addEventListener("keydown", (event) => this.#pressed(event));
  }

  render(open) {
    const all = conversationsOf(this.model);
    this.order = all.map(({ key }) => key);
    const rooms = all.filter(({ room }) => room);
    const peers = all.filter(({ peer }) => peer);
    this.#show("rooms", rooms, open);
    this.#show("peers", peers.slice(0, most_rows), open);
    const hidden = peers.length - most_rows;
    fill(this.more, hidden > 0 ? `${hidden} more: Ctrl+K finds them` : "");
    this.#keepRoving(open);
  }

  neighbour(open, step) {
    const at = this.order.indexOf(open);
    return this.order[at < 0 ? 0 : at + step];
  }

  nextUnread(open) {
    const all = conversationsOf(this.model);
    const at = all.findIndex(({ key }) => key === open);
    return [...all.slice(at + 1), ...all.slice(0, at + 1)].find(({ unread, key }) => unread > 0 && key !== open)?.key;
  }

  move(step) {
    const rows = this.#rows();
    const at = rows.indexOf(document.activeElement);
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (!next) return;
    for (const row of rows) row.tabIndex = row === next ? 0 : -1;
    next.focus();
  }

  focus() {
    (this.#rows().find((row) => row.tabIndex === 0) ?? this.#rows()[0])?.focus();
  }

  #pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined || event.altKey || !event.target.matches("[data-conversation]")) return;
    event.preventDefault();
    this.move(step);
  }

  #show(kind, items, open) {
    reconcile(this.lists[kind], items, {
      key: ({ key }) => key,
      signature: (item) => JSON.stringify([item.name, item.words, item.unread, item.mentions, item.key === open, traits(item)]),
      make: (item) => rowElement(item, item.key === open),
    }, this.#caches[kind]);
    this.lists[kind].dataset.empty = String(items.length === 0);
  }

  #rows() {
    return [...document.querySelectorAll("#sidebar [data-conversation]")];
  }

  #keepRoving(open) {
    const rows = this.#rows();
    if (rows.some((row) => row === document.activeElement)) return;
    const chosen = rows.find((row) => row.dataset.conversation === open) ?? rows[0];
    for (const row of rows) row.tabIndex = row === chosen ? 0 : -1;
  }
}

function traits({ peer, room }) {
  if (peer) return [presenceOf(peer), peer.blocked, peer.encrypted, peer.verified === true, peer.speaks, Boolean(peer.changed_key)];
  return [room.phase, room.private, room.muted === true, room.hosted === true];
}

function rowElement(item, isOpen) {
  const { key, name, words, unread, mentions, peer, room } = item;
  const kind = peer ? `presence-${presenceOf(peer)}` : `phase-${room.phase}`;
  const row = element("button",
    { type: "button", class: `row-button ${kind}${peer?.blocked ? " blocked" : ""}`, tabindex: "-1",
      "aria-current": isOpen ? "true" : undefined, data: { conversation: key } },
    element("span", { class: "dot", "aria-hidden": "true" }),
    isolated(name, { class: "name", title: name }),
    element("span", { class: "words" }, peer ? peerTags(peer) : roomTags(room), words),
    unread > 0 && element("span", { class: mentions > 0 ? "count named" : "count" }, String(unread), element("span", { class: "unseen" }, unreadWords(mentions))));
  return element("li", {}, row);
}

const unreadWords = (mentions) => (mentions > 0 ? ` unread, ${mentions} for you` : " unread");

function peerTags(peer) {
  if (peer.blocked) return null;
  if (peer.speaks === "tincan") return peer.verified ? "verified, " : null;
  return peer.speaks === "classic" ? "clear text, " : null;
}

function roomTags(room) {
  if (room.hosted) return "clear text, ";
  return room.private ? "private, " : "public, ";
}
