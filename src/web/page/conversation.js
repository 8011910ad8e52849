import { lineFrom, noteLine } from "./line.js";
import { LinesView } from "./lines.js";
import { mentions } from "./mention.js";
import { authorName, memberName } from "./names.js";
import { commandName, peerOf, roomOf } from "./model.js";
import { oneLine, shortened } from "./safe_text.js";
import { standIn } from "./line.js";
import { Span } from "./span.js";

const page_lines = 200;
const most_lines = 600;
const kept_lines = 400;
const quote_characters = 120;

// The open conversation: what of it is loaded, and how it follows what happens.
export class Conversation {
  key = "";
  span = new Span();
  #missed = 0;
  #isLoading = false;
  #quotes = new Map();
  #mentions = new WeakMap();
  #lastNote = 0;

  constructor({ model, connection, list, scroller, onmissed, onloaded, onfailure }) {
    Object.assign(this, { model, connection, onmissed, onloaded, onfailure });
    this.view = new LinesView({ list, scroller, onscroll: () => this.#scrolled() });
  }

  get peer() {
    return peerOf(this.model, this.key);
  }

  get room() {
    return roomOf(this.model, this.key);
  }

  get name() {
    return commandName(this.model, this.key);
  }

  async open(key, { around, unread = 0 } = {}) {
    this.key = key;
    this.span = new Span();
    this.#quotes.clear();
    this.#setMissed(0);
    this.view.clear(this.#viewOf(key));
    if (!key) return;
    if (around) await this.jumpTo(around);
    else await this.#loadNewest(unread);
  }

  // After a lost connection: what is loaded is read again, for it may have changed meanwhile.
  async refresh() {
    if (!this.key) return;
    this.#quotes.clear();
    const { span } = this;
    if (span.hasNewer && span.first) return this.#refreshMiddle(span);
    const limit = Math.min(1000, Math.max(page_lines, span.lines.length + page_lines));
    await this.#read({ limit }, (page, hasMore) => span.load(page, { hasOlder: hasMore, hasNewer: false }));
  }

  async jumpTo(id) {
    if (this.span.get(id)) return this.view.show(id);
    const { key } = this;
    const newer = await this.#history({ after: id, limit: page_lines });
    const next = newer?.lines[0];
    const older = await this.#history({ ...(next && { before: next.id }), limit: page_lines });
    if (!newer || !older || this.key !== key) return;
    this.span = new Span();
    this.span.load([...older.lines, ...newer.lines], { hasOlder: older.hasMore, hasNewer: newer.hasMore });
    this.render(false);
    this.view.show(id);
  }

  async toNewest() {
    if (this.span.hasNewer) {
      this.span = new Span();
      this.view.clear(this.#viewOf(this.key));
      await this.#loadNewest(0);
    }
    this.view.toBottom();
    this.#setMissed(0);
  }

  put(line, isNew) {
    const sticks = this.#sticks();
    const outcome = this.span.put(line);
    if (isNew && (!sticks || outcome === "outside") && !line.isOwn) this.#setMissed(this.#missed + 1);
    return outcome !== "outside";
  }

  note(text) {
    if (this.span.hasNewer) return;
    this.#lastNote += 1;
    this.span.put(noteLine(`note:${this.#lastNote}`, text, Date.now()));
  }

  changed(line, isGone) {
    this.#quotes.delete(line.id);
    if (isGone) this.span.remove(line.id);
    else this.span.put(line);
  }

  // Once for all events of a frame.
  follow() {
    const sticks = this.#sticks();
    if (sticks && this.span.lines.length > most_lines) this.span.keepNewest(kept_lines);
    this.render(sticks);
  }

  render(sticks = this.#sticks()) {
    this.view.render(this.span, { sticks });
  }

  lastOwn(test) {
    return this.span.lines.findLast((line) => line.isOwn && test(line));
  }

  nameOf(line) {
    return authorName(line, { peer: this.peer, members: this.model.members.get(line.room), peers: this.model.peers });
  }

  #sticks() {
    return this.view.isAtBottom && !this.span.hasNewer;
  }

  async #loadNewest(unread) {
    await this.#read({ limit: page_lines }, (page, hasMore) => {
      this.span.load(page, { hasOlder: hasMore, hasNewer: false });
      const strangers = unread > 0 ? page.filter((line) => !line.isOwn) : [];
      this.view.markUnread(strangers.at(-unread)?.id ?? null);
    });
  }

  async #refreshMiddle(span) {
    const { first } = span;
    await this.#read({ after: first.id, limit: Math.max(page_lines, span.lines.length) }, (page, hasMore) =>
      span.load([first, ...page], { hasOlder: true, hasNewer: hasMore }));
  }

  #scrolled() {
    this.#setMissed(this.#sticks() ? 0 : this.#missed);
    if (this.#isLoading || !this.span.isLoaded) return;
    if (this.span.hasOlder && this.view.isNearTop) this.#loadOlder();
    else if (this.span.hasNewer && this.view.isNearBottom) this.#loadNewer();
  }

  #loadOlder() {
    return this.#read({ before: this.span.first.id, limit: page_lines }, (page, hasMore) => {
      this.span.addOlder(page, hasMore);
      if (this.span.lines.length > most_lines) this.span.keepOldest(kept_lines);
    });
  }

  #loadNewer() {
    return this.#read({ after: this.span.last.id, limit: page_lines }, (page, hasMore) => {
      this.span.addNewer(page, hasMore);
      if (this.span.lines.length > most_lines) this.span.keepNewest(kept_lines);
    });
  }

  async #read(query, take) {
    const { span, key } = this;
    const sticksBefore = () => this.#sticks();
    this.#isLoading = true;
    const found = await this.#history(query);
    this.#isLoading = false;
    if (!found || span !== this.span || key !== this.key) return;
    const sticks = sticksBefore();
    take(found.lines, found.hasMore);
    this.render(sticks);
    this.onloaded();
  }

  async #history(query) {
    try {
      const answers = await this.connection.ask({ command: "history", peer: this.name, ...query });
      const lines = answers.filter(({ event }) => event === "message").map(lineFrom);
      return { lines, hasMore: answers.some(({ event }) => event === "more") };
    } catch (failure) {
      this.onfailure(failure);
      return null;
    }
  }

  #setMissed(count) {
    this.#missed = count;
    this.onmissed(count, this.view && !this.#sticks());
  }

  #viewOf(key) {
    return {
      isHosted: roomOf(this.model, key)?.hosted === true,
      nameOf: (line) => this.nameOf(line),
      quoteOf: (id) => this.#quoteOf(id),
      namesUs: (line) => this.#namesUs(line),
      stateOf: (line) => (line.invitation ? this.#roomWithId(line.invitation.room_id)?.phase : ""),
      roomWithId: (id) => this.#roomWithId(id),
      reactorName: (author, line) => this.#reactorName(author, line),
    };
  }

  #roomWithId(id) {
    for (const room of this.model.rooms.values()) if (room.room_id === id) return room;
    return undefined;
  }

  #reactorName(author, line) {
    const member = this.model.members.get(line.room)?.get(author);
    if (member) return memberName(member);
    return authorName({ ...line, author, team: author ? "" : this.peer?.team, isOwn: false, guest: false },
      { peer: this.peer, members: undefined, peers: this.model.peers });
  }

  #namesUs(line) {
    if (line.isOwn || line.note !== undefined || !this.model.self.team) return false;
    if (!this.#mentions.has(line)) this.#mentions.set(line, mentions(line.text, this.model.self.team));
    return this.#mentions.get(line);
  }

  #quoteOf(id) {
    const line = this.span.get(id) ?? this.#quotes.get(id);
    if (line === undefined) this.#fetchQuote(id);
    if (!line) return { id, name: "", text: "an earlier line" };
    return { id, name: this.nameOf(line), text: shortened(excerpt(line), quote_characters) };
  }

  async #fetchQuote(id) {
    this.#quotes.set(id, null);
    const { key } = this;
    const next = await this.#history({ after: id, limit: 1 });
    if (!next || key !== this.key) return;
    const found = await this.#history({ ...(next.lines[0] && { before: next.lines[0].id }), limit: 1 });
    const line = found?.lines[0];
    if (key !== this.key || line?.id !== id) return;
    this.#quotes.set(id, line);
    this.render();
  }
}

export function excerpt(line) {
  const instead = standIn(line);
  if (instead) return `(${instead})`;
  return line.invitation ? "(invitation)" : oneLine(line.text);
}
