export const slash_commands = {
  "/why": "why this conversation's peer cannot be reached, or PEER",
  "/connect": "ADDRESS:PORT: announce yourself to a peer",
  "/join": "#NAME, TICKET, or ADDRESS:PORT plain",
  "/create": "#NAME [private|public]: make a room",
  "/leave": "leave this room",
  "/invite": "PEER: invite somebody into this room",
  "/members": "who is in this room",
  "/topic": "TEXT: what this room is about",
  "/ticket": "a ticket into this room",
  "/block": "this peer, or a TARGET",
  "/unblock": "this peer, or a TARGET",
  "/blocked": "whom you do not hear",
  "/verify": "compare keys with this peer",
  "/rename": "NAME: what you call this peer",
  "/search": "WORDS in this conversation",
  "/id": "your key and addresses",
  "/help": "keys and commands",
};

// What was typed, if it is a command: {name, rest}; "//x" is the text "/x".
export function slashCommand(text) {
  if (!text.startsWith("/") || text.startsWith("//")) return null;
  const [, name, rest] = /^(\/\S*)\s*([\s\S]*)$/.exec(text);
  return { name: name.toLowerCase(), rest: rest.trim() };
}

export const plainText = (text) => (text.startsWith("//") ? text.slice(1) : text);

export function creation(rest) {
  const [, name, kind] = /^(.*?)(?:\s+(private|public))?$/is.exec(rest);
  return { command: "create_room", name, private: kind?.toLowerCase() === "private" };
}

export function joining(rest) {
  const [, what, plain] = /^(.*?)(\s+plain)?$/is.exec(rest);
  return { command: "join", what, plain: plain !== undefined };
}
