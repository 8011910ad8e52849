import { isPlainName } from "./safe_text.js";

const is_word_end = /[\s([{"'“‘,;:]/;

// The names that the word before the caret may become; null where there is no such word.
export function completionsAt(text, caret, names, commands = []) {
  const start = wordStart(text, caret);
  const word = text.slice(start, caret);
  if (start === 0 && word.startsWith("/")) return found(start, caret, commands.filter((name) => name.startsWith(word)));
  const prefix = word.startsWith("@") ? word.slice(1) : word;
  if (!prefix && !word.startsWith("@")) return null;
  return found(start + word.length - prefix.length, caret, fitting(names, prefix, start === 0));
}

export function completed(text, { start, end }, name) {
  const rest = text.slice(end);
  const gap = rest.startsWith(" ") ? "" : " ";
  return { text: text.slice(0, start) + name + gap + rest, caret: start + name.length + 1 };
}

function wordStart(text, caret) {
  let start = caret;
  while (start > 0 && !is_word_end.test(text[start - 1])) start -= 1;
  return start;
}

// A name is never put where it would be a command.
function fitting(names, prefix, isFirst) {
  const wanted = prefix.toLowerCase();
  const fits = (name) => isPlainName(name) && name.toLowerCase().startsWith(wanted) && !(isFirst && name.startsWith("/"));
  return [...new Set(names.filter(fits))].sort((a, b) => a.localeCompare(b));
}

const found = (start, end, options) => (options.length > 0 ? { start, end, options } : null);
