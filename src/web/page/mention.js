// The rules are those of src/chat/mention.cpp: a whole word, whatever its case; "_" may stand for a blank.
const continues_word = /[\p{L}\p{N}\p{M}_]/u;

const folded = (text) => text.trim().toLowerCase().replaceAll("ß", "ss");

function hasWord(text, word) {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = Array.from(text.slice(Math.max(0, at - 2), at)).at(-1) ?? " ";
    const after = String.fromCodePoint(text.codePointAt(at + word.length) ?? 0x20);
    if (!continues_word.test(before) && !continues_word.test(after)) return true;
  }
  return false;
}

export function mentions(text, name) {
  const word = folded(name);
  if (!word) return false;
  const words = folded(text);
  return hasWord(words, word) || (word.includes("_") && hasWord(words, word.replaceAll("_", " ")));
}
