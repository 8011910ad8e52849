// Keys that work everywhere on the page, except where a dialog is open.
export function listenForShortcuts(deeds) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const deed = deeds[nameOf(event)];
    if (!deed) return;
    event.preventDefault();
    deed();
  });
}

const isTyping = (target) => target.matches?.("input, textarea, select");

function nameOf(event) {
  const isCommand = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "F1") return "help";
  if (isCommand && !event.altKey) return { k: "switch", f: event.shiftKey && "search" }[key];
  if (event.altKey && !isCommand) return withAlt(key, event.shiftKey);
  if (isCommand || isTyping(event.target)) return undefined;
  return { "?": "help", Escape: "box" }[key];
}

function withAlt(key, isShifted) {
  if (isShifted) return { ArrowDown: "nextUnread" }[key];
  return { ArrowUp: "previous", ArrowDown: "next", End: "newest", l: "lines", c: "list" }[key];
}
