// What peers wrote, made fit to be shown: nothing is hidden, nothing acts. The rules are those of src/base/text.cpp.
const most_marks = 8;
const joiner = 0x200d;
const non_joiner = 0x200c;
const text_selector = 0xfe0e;
const picture_selector = 0xfe0f;

const suspicious = /[^\n\t -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u058f]/u;
const is_mark = /^\p{M}$/u;
const is_picture = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]$/u;
const is_blank = /^\p{White_Space}$/u;
const is_unassigned_or_surrogate = /^[\p{Cs}\p{Noncharacter_Code_Point}]$/u;

const within = (c, ...spans) => spans.some(([first, last]) => c >= first && c <= last);

const isControl = (c) => (c < 0x20 && c !== 0x0a && c !== 0x09) || within(c, [0x7f, 0x9f], [0x2028, 0x2029]);

const isFormat = (c) =>
  within(c, [0xad, 0xad], [0x34f, 0x34f], [0x61c, 0x61c], [0x115f, 0x1160], [0x17b4, 0x17b5], [0x180b, 0x180f],
    [0x200b, 0x200f], [0x202a, 0x202e], [0x2060, 0x206f], [0x2800, 0x2800], [0x3164, 0x3164], [0xfe00, 0xfe0f],
    [0xfeff, 0xfeff], [0xffa0, 0xffa0], [0xfff0, 0xfffb], [0x13430, 0x1343f], [0x1bca0, 0x1bca3], [0x1d173, 0x1d17a],
    [0xe0000, 0xe0fff]);

const isPicture = (c) => is_picture.test(String.fromCodePoint(c));

const escaped = (c) => `⟨U+${c.toString(16).toUpperCase().padStart(4, "0")}⟩`;

// Joiners and selectors that writing needs: between letters or pictures, never beside ASCII and never twice.
function isWelcome(c, previous, next, isName) {
  if (isName && c !== joiner && c !== picture_selector) return false;
  if (c === joiner || c === non_joiner) return joins(previous, next, isName);
  if (c !== text_selector && c !== picture_selector) return false;
  return /[#*0-9]/.test(String.fromCodePoint(previous)) || isPicture(previous);
}

function joins(previous, next, isName) {
  const isBetween = (c) => c >= 0x80 && (!isFormat(c) || c === picture_selector);
  if (!isBetween(previous) || !isBetween(next)) return false;
  return !isName || ((isPicture(previous) || previous === picture_selector) && isPicture(next));
}

class Washer {
  #isName;
  #out = "";
  #previous = 0x20;
  #marks = 0;

  constructor(isName) {
    this.#isName = isName;
  }

  wash(text) {
    const points = Array.from(text, (character) => character.codePointAt(0));
    points.forEach((c, i) => this.#add(c, points[i + 1] ?? 0x20));
    this.#endBase();
    return this.#out;
  }

  #add(c, next) {
    const character = String.fromCodePoint(c);
    if (this.#isDangerous(c, character, next)) return this.#escape(c);
    if (is_mark.test(character)) return this.#mark(character, c);
    if (!isFormat(c)) this.#endBase();
    this.#out += character;
    this.#previous = c;
  }

  #isDangerous(c, character, next) {
    if (isControl(c) || is_unassigned_or_surrogate.test(character)) return true;
    if (this.#isName && c !== 0x20 && is_blank.test(character)) return true;
    return isFormat(c) && !isWelcome(c, this.#previous, next, this.#isName);
  }

  #escape(c) {
    this.#endBase();
    this.#out += escaped(c);
    this.#previous = 0x20;
  }

  #mark(character, c) {
    if (this.#marks === 0 && within(this.#previous, [0x09, 0x0a], [0x20, 0x20])) this.#out += "◌";
    this.#marks += 1;
    if (this.#marks <= most_marks) this.#out += character;
    this.#previous = c === picture_selector ? c : this.#previous;
  }

  #endBase() {
    if (this.#marks > most_marks) this.#out += `⟨+${this.#marks - most_marks} marks⟩`;
    this.#marks = 0;
  }
}

export function washed(text) {
  const lines = String(text ?? "").replaceAll("\r\n", "\n");
  return suspicious.test(lines) ? new Washer(false).wash(lines) : lines;
}

export function washedName(name) {
  return new Washer(true).wash(String(name ?? "").trim()) || "?";
}

export function isPlainName(name) {
  return name.length > 0 && name.length <= 64 && washedName(name) === name;
}

export const oneLine = (text) => washed(text).replaceAll("\n", " ⏎ ");

export function shortened(text, most) {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

const address = /https?:\/\/[!-~]+/gi;
const closing = /[.,;:!?'"”’)\]}>*_]+$/;

// Addresses in plain ASCII alone become links: what looks like one place never leads to another.
export function linkParts(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(address)) {
    const words = withoutClosing(found[0]);
    const href = hrefOf(words);
    if (!href || startsInsideWord(text, found.index)) continue;
    if (found.index > end) parts.push({ text: text.slice(end, found.index) });
    parts.push({ text: words, href });
    end = found.index + words.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

function withoutClosing(words) {
  const bare = words.replace(closing, "");
  const tail = words.slice(bare.length);
  return tail.startsWith(")") && bare.includes("(") ? `${bare})` : bare;
}

const startsInsideWord = (text, at) => at > 0 && /[\p{L}\p{N}_]/u.test(text[at - 1]);

function hrefOf(words) {
  if (!URL.canParse(words)) return null;
  const url = new URL(words);
  const isPlain = (url.protocol === "http:" || url.protocol === "https:") && !url.username && !url.password;
  const isAsShown = url.href === words || url.href === `${words}/`;
  return isPlain && isAsShown ? url.href : null;
}
