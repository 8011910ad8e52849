import { commandName, markRead, peerKey, peerOf, roomKey, roomOf } from "./model.js";

const open_key = "tincan open";
const narrow = matchMedia("(max-width: 44rem)");

// Which conversation is open, and on a narrow page whether it or the list is shown.
export class Navigation {
  #told = null;

  constructor(page) {
    this.page = page;
    addEventListener("popstate", () => this.showView(history.state === "conversation" ? "conversation" : "list"));
    narrow.addEventListener("change", () => this.tellFocus());
    document.addEventListener("visibilitychange", () => this.tellFocus());
  }

  showView(name) {
    document.body.dataset.view = name;
    this.tellFocus();
  }

  back() {
    if (history.state === "conversation") history.back();
    else this.showView("list");
  }

  async open(key, around) {
    if (!key) return;
    const { composer, conversation } = this.page;
    const isSame = key === conversation.key;
    if (!isSame) composer.open(key);
    const opened = isSame ? around && conversation.jumpTo(around) : this.#enter(key, around);
    this.showView("conversation");
    if (narrow.matches && history.state !== "conversation") history.pushState("conversation", "");
    if (!around && !narrow.matches) composer.focus();
    await opened;
  }

  openPeer(number) {
    return this.open(peerKey(number));
  }

  async openEndpoint(endpoint) {
    await this.page.happenings.askPeers();
    const isThere = (peer) => peer.peer === endpoint || peer.endpoints?.some((known) => known.endpoint === endpoint);
    const peer = [...this.page.model.peers.values()].find(isThere);
    if (peer) await this.openPeer(peer.number);
  }

  // After `create_room` or `join`: a room, or the peer that is a plain-text host.
  async openJoined(answers) {
    await this.page.happenings.askRooms();
    const joined = answers.find(({ event }) => event === "room" || event === "peer");
    if (joined) await this.open(joined.event === "room" ? roomKey(joined.room) : peerKey(joined.number));
  }

  openLast() {
    const { model, conversation } = this.page;
    const key = sessionStorage.getItem(open_key) ?? "";
    const isThere = peerOf(model, key) || roomOf(model, key);
    if (isThere && !conversation.key && !narrow.matches) this.open(key);
  }

  forgetFocus() {
    this.#told = null;
  }

  // What the user looks at counts as read.
  tellFocus() {
    const { connection, conversation, model } = this.page;
    const isSeen = document.visibilityState === "visible" && !(narrow.matches && document.body.dataset.view === "list");
    model.lookedAt = isSeen ? conversation.key : "";
    const name = model.lookedAt && commandName(model, model.lookedAt);
    if (name === this.#told || !connection.isOpen) return;
    this.#told = name;
    connection.act({ command: "focus", peer: name }).catch(() => {});
    markRead(model, model.lookedAt);
    this.page.render();
  }

  #enter(key, around) {
    const { conversation, happenings, model } = this.page;
    const unread = (peerOf(model, key) ?? roomOf(model, key))?.unread ?? 0;
    const opened = conversation.open(key, { around, unread });
    sessionStorage.setItem(open_key, key);
    happenings.askMembers();
    this.page.render();
    this.page.renderUnsent();
    return opened;
  }
}
