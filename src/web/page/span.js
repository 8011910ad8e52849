import { comesBefore } from "./line.js";

// The part of a conversation that is loaded: lines without gaps, in order, and whether there are more on either side.
export class Span {
  lines = [];
  hasOlder = false;
  hasNewer = false;
  isLoaded = false;
  #byId = new Map();

  get(id) {
    return this.#byId.get(id);
  }

  get first() {
    return this.lines.find((line) => line.note === undefined);
  }

  get last() {
    return this.lines.findLast((line) => line.note === undefined);
  }

  // A page of history; lines that came while it was read are kept.
  load(page, { hasOlder, hasNewer }) {
    const newest = page.at(-1);
    const known = new Set(page.map((line) => line.id));
    const later = hasNewer ? [] : this.lines.filter((line) => !known.has(line.id) && isAfter(line, newest));
    this.lines = [];
    this.#byId.clear();
    Object.assign(this, { hasOlder, hasNewer, isLoaded: true });
    for (const line of [...page, ...later]) this.#insert(line);
  }

  addOlder(page, hasOlder) {
    this.hasOlder = hasOlder;
    for (const line of page.toReversed()) this.#insert(line);
  }

  addNewer(page, hasNewer) {
    this.hasNewer = hasNewer;
    for (const line of page) this.#insert(line);
  }

  // "changed", "added", or "outside" when it belongs where nothing is loaded.
  put(line) {
    if (this.#byId.has(line.id)) return this.#replace(line);
    if (this.isLoaded && this.#isOutside(line)) return "outside";
    this.#insert(line);
    return "added";
  }

  change(id, fields) {
    const known = this.#byId.get(id);
    if (known) this.#replace({ ...known, ...fields });
    return known !== undefined;
  }

  remove(id) {
    const known = this.#byId.get(id);
    if (!known) return false;
    this.#byId.delete(id);
    this.lines.splice(this.lines.indexOf(known), 1);
    return true;
  }

  keepNewest(count) {
    if (this.lines.length <= count) return;
    for (const line of this.lines.splice(0, this.lines.length - count)) this.#byId.delete(line.id);
    this.hasOlder = true;
  }

  keepOldest(count) {
    if (this.lines.length <= count) return;
    for (const line of this.lines.splice(count)) this.#byId.delete(line.id);
    this.hasNewer = true;
  }

  #isOutside(line) {
    const { first, last } = this;
    if (this.hasOlder && first && comesBefore(line, first)) return true;
    return this.hasNewer && (!last || comesBefore(last, line));
  }

  #insert(line) {
    if (this.#byId.has(line.id)) return this.#replace(line);
    this.#byId.set(line.id, line);
    const { lines } = this;
    if (lines.length === 0 || comesBefore(lines.at(-1), line)) return lines.push(line);
    lines.splice(placeIn(lines, line), 0, line);
  }

  #replace(line) {
    const known = this.#byId.get(line.id);
    this.#byId.set(line.id, line);
    this.lines[this.lines.indexOf(known)] = line;
    return "changed";
  }
}

const isAfter = (line, newest) => !newest || comesBefore(newest, line);

function placeIn(lines, line) {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comesBefore(lines[middle], line)) low = middle + 1;
    else high = middle;
  }
  return low;
}
