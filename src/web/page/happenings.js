import { apply, commandName, markRead, peerKey, peerOf, replaceMembers, replacePeers, replaceRooms, roomOf } from "./model.js";
import { peerName, roomName } from "./names.js";
import { showStorage } from "./status.js";

const room_list_changes = ["created", "invited", "joining", "joined", "left", "removed"];

// What tincan tells, brought to those who show it; all of one frame is drawn at once.
export class Happenings {
  #asking = { peers: false, rooms: false };
  #checking = new Map();

  constructor(page) {
    this.page = page;
  }

  take(events) {
    const { page } = this;
    const dirty = { lines: false };
    for (const event of events)
      for (const outcome of apply(page.model, event)) this[`on_${outcome.what}`]?.(outcome, dirty);
    if (dirty.lines) page.conversation.follow();
    page.render();
    page.news.flush();
  }

  forgetQuestions() {
    this.#asking = { peers: false, rooms: false };
  }

  askPeers() {
    return this.#refetch("peers", replacePeers);
  }

  askRooms() {
    return this.#refetch("rooms", replaceRooms);
  }

  async askMembers() {
    const { connection, conversation, model } = this.page;
    const { room } = conversation;
    if (!room || room.phase === "invited") return;
    const answers = await connection.ask({ command: "members", room: room.alias }).catch(() => []);
    const event = answers.find((answer) => answer.event === "members");
    if (!event) return;
    replaceMembers(model, event);
    conversation.render();
  }

  on_line({ key, line, isNew }, dirty) {
    const { conversation } = this.page;
    const isOpen = key === conversation.key;
    if (isOpen) dirty.lines = conversation.put(line, isNew) || dirty.lines;
    if (!isNew || line.isOwn) return;
    this.#announce(key, line, isOpen);
    if (key !== this.page.model.lookedAt) this.#checkUnread(key);
  }

  on_stranger() {
    this.askPeers();
  }

  on_changed({ key, line, isGone }, dirty) {
    const { conversation } = this.page;
    if (key !== conversation.key) return;
    conversation.changed(line, isGone);
    dirty.lines = true;
  }

  on_state({ id, fields }, dirty) {
    dirty.lines = this.page.conversation.span.change(id, fields) || dirty.lines;
  }

  on_peer({ number, isDouble }, dirty) {
    if (isDouble) this.askPeers();
    dirty.lines ||= peerKey(number) === this.page.conversation.key;
  }

  on_room({ key, change, text }, dirty) {
    if (room_list_changes.includes(change)) this.askRooms();
    dirty.lines = true;
    if (key !== this.page.conversation.key || change === "read") return;
    this.askMembers();
    if (!text) return;
    this.page.conversation.note(text);
    this.page.news.tell(text);
  }

  on_notice({ number, text }, dirty) {
    this.page.alert(text);
    if (number === undefined || peerKey(number) !== this.page.conversation.key) return;
    this.page.conversation.note(text);
    dirty.lines = true;
  }

  on_self() {
    showStorage(this.page.model);
  }

  #announce(key, line, isOpen) {
    const { conversation, model, news } = this.page;
    if (isOpen) return news.add(conversation.nameOf(line), line);
    const room = roomOf(model, key);
    if (!room) news.tell(`New line from ${peerName(model.peers.get(line.number))}`);
    else if (room.mentions > 0) news.tell(`New line for you in ${roomName(room)}`);
  }

  // Another tab, or the console, may be looking at it: then it is read, and nobody tells.
  async #checkUnread(key) {
    const { model, connection } = this.page;
    if (roomOf(model, key)) return this.askRooms();
    if (this.#checking.has(key)) return this.#checking.set(key, true);
    this.#checking.set(key, false);
    const answers = await connection.ask({ command: "why", peer: commandName(model, key) }).catch(() => []);
    const isStale = this.#checking.get(key);
    this.#checking.delete(key);
    const { unread } = answers.find(({ event }) => event === "why") ?? {};
    const peer = peerOf(model, key);
    if (unread !== undefined && peer && peer.unread !== unread) model.peers.set(peer.number, { ...peer, unread });
    this.page.render();
    return isStale ? this.#checkUnread(key) : null;
  }

  // Asked again when somebody wanted to know meanwhile.
  async #refetch(what, take) {
    if (this.#asking[what]) return (this.#asking[what] = "again");
    this.#asking[what] = true;
    const { page } = this;
    const answers = await page.connection.ask({ command: what }).catch(() => null);
    const isStale = this.#asking[what] === "again";
    this.#asking[what] = false;
    if (!answers) return null;
    take(page.model, answers);
    markRead(page.model, page.model.lookedAt);
    page.render();
    page.conversation.render();
    return isStale ? this.#refetch(what, take) : null;
  }
}
