import { reconcile } from "./dom.js";
import { continuesRun } from "./line.js";
import { lineElement } from "./line_element.js";
import { dayOf } from "./when.js";

const near_edge_px = 1200;
const near_bottom_px = 40;

// Shows a Span. The scroller is a column in reverse: at its newest line it stays there by itself; elsewhere a line that
// is on the screen is held in its place.
export class LinesView {
  isAtBottom = true;
  #cache = new Map();
  #view = null;
  #firstUnread = null;

  constructor({ list, scroller, onscroll }) {
    this.list = list;
    this.scroller = scroller;
    scroller.addEventListener("scroll", () => {
      this.isAtBottom = -scroller.scrollTop < near_bottom_px;
      onscroll();
    }, { passive: true });
  }

  get isNearTop() {
    const { scrollHeight, clientHeight, scrollTop } = this.scroller;
    return scrollHeight - clientHeight + scrollTop < near_edge_px;
  }

  get isNearBottom() {
    return -this.scroller.scrollTop < near_edge_px;
  }

  clear(view) {
    this.#cache.clear();
    this.list.replaceChildren();
    this.#view = view;
    this.#firstUnread = null;
    this.toBottom();
  }

  markUnread(id) {
    this.#firstUnread = id;
  }

  render(span, { sticks }) {
    const anchor = sticks ? null : this.#anchor();
    const places = this.#places(span.lines);
    reconcile(this.list, span.lines, {
      key: (line) => line.id,
      signature: (line) => places.get(line).signature,
      make: (line) => lineElement(line, places.get(line), this.#view),
    }, this.#cache);
    if (anchor) this.#hold(anchor);
    this.#keepRoving();
  }

  elementOf(id) {
    return this.#cache.get(id)?.element;
  }

  toBottom() {
    this.scroller.scrollTop = 0;
    this.isAtBottom = true;
  }

  show(id) {
    const found = this.elementOf(id);
    if (!found) return;
    found.scrollIntoView({ block: "center" });
    this.#focus(found);
    found.classList.add("found");
    found.addEventListener("animationend", () => found.classList.remove("found"), { once: true });
  }

  focusNext(step) {
    const rows = [...this.list.children];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[at < 0 ? rows.length - 1 : at + step];
    if (next) this.#focus(next);
    return next !== undefined;
  }

  focusNewest() {
    const newest = this.list.lastElementChild;
    if (newest) this.#focus(newest);
  }

  rove(row) {
    for (const other of this.list.querySelectorAll(':scope > [tabindex="0"]')) other.tabIndex = -1;
    row.tabIndex = 0;
  }

  #focus(row) {
    this.rove(row);
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  #keepRoving() {
    const newest = this.list.lastElementChild;
    if (newest && !this.list.querySelector(':scope > [tabindex="0"]')) newest.tabIndex = 0;
  }

  #places(lines) {
    const places = new Map();
    let before = null;
    for (const line of lines) {
      places.set(line, this.#place(line, before));
      before = line;
    }
    return places;
  }

  #place(line, before) {
    const startsDay = !before || dayOf(before.at) !== dayOf(line.at);
    const isFirstUnread = line.id === this.#firstUnread;
    const startsRun = startsDay || isFirstUnread || !continuesRun(line, before);
    const name = line.note === undefined ? this.#view.nameOf(line) : "";
    const quote = line.reply_to === undefined ? null : this.#view.quoteOf(line.reply_to);
    const isMention = this.#view.namesUs(line);
    const signature = new Signature(line, [startsDay, isFirstUnread, startsRun, name, quote?.name, quote?.text, isMention, this.#view.stateOf(line)]);
    return { startsDay, isFirstUnread, startsRun, name, quote, isMention, signature: signature.in(this.#cache.get(line.id)?.signature) };
  }

  #anchor() {
    const top = this.scroller.getBoundingClientRect().top;
    const rows = this.list.children;
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle].getBoundingClientRect().bottom <= top) low = middle + 1;
      else high = middle;
    }
    const row = rows[low];
    if (!row) return null;
    const id = row.dataset.line === undefined ? row.dataset.note : Number(row.dataset.line);
    return { id, top: row.getBoundingClientRect().top };
  }

  #hold({ id, top }) {
    const row = this.elementOf(id);
    if (!row) return;
    const moved = row.getBoundingClientRect().top - top;
    if (Math.abs(moved) >= 1) this.scroller.scrollTop += moved;
  }
}

// What a row was made of: the same object for the same content, so that it is made once.
class Signature {
  constructor(line, around) {
    this.line = line;
    this.around = around.join("\u0000");
  }

  in(known) {
    return known && known.line === this.line && known.around === this.around ? known : this;
  }
}
