import { washedName } from "./safe_text.js";

const short_characters = 8;

export const shortKey = (key) => key.slice(0, short_characters);

const marked = (name, isLookAlike, key) => (isLookAlike && key ? `${name} ≈ (${shortKey(key)})` : name);

export function peerName(peer) {
  if (!peer) return "?";
  const name = peer.petname || peer.team || peer.host;
  if (name) return marked(washedName(name), peer.look_alike !== undefined && !peer.petname, peer.key ?? peer.peer);
  return peer.key && peer.peer?.endsWith(":0") ? shortKey(peer.key) : peer.peer;
}

export function memberName(member) {
  if (member.self) return "you";
  const name = member.petname || member.name;
  if (!name) return member.key ? shortKey(member.key) : "?";
  return marked(washedName(name), member.look_alike === true, member.key);
}

export const roomName = (room) => washedName(room.alias ?? `#${room.name}`);

// Whoever wrote a line: of a room by its key, so that a name of ours or a look-alike's mark stands beside it.
export function authorName(line, { peer, members, peers }) {
  if (line.isOwn) return "You";
  if (line.room === undefined) return line.team && !peer?.petname ? claimedName(line, peer) : peerName(peer);
  if (!line.author || line.guest) return washedName(line.team || "?");
  const member = members?.get(line.author);
  if (member) return memberName({ ...member, name: line.team || member.name, self: false });
  return petnameOf(line.author, peers) ?? (line.team ? washedName(line.team) : shortKey(line.author));
}

// A plain-text line stands under the name that it claims itself.
function claimedName(line, peer) {
  return line.team === peer?.team ? peerName(peer) : washedName(line.team);
}

function petnameOf(key, peers) {
  for (const peer of peers?.values() ?? []) if (peer.key === key && peer.petname) return washedName(peer.petname);
  return null;
}
