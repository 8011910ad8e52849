import { creation, joining, slash_commands } from "./slash.js";
import { helpDialog, blockedDialog, youDialog } from "./you_dialogs.js";
import { connectDialog, connectTo, renameDialog, verifyDialog, whyDialog } from "./peer_dialogs.js";
import { roomDialog } from "./room_dialogs.js";
import { searchDialog } from "./search.js";

// What was typed with a slash. Gives a sentence when it cannot be done, else nothing.
export function runSlash({ name, rest }, page) {
  if (!Object.hasOwn(slash_commands, name)) return `There is no command ${name} here: /help shows those there are, //${name.slice(1)} sends it as text.`;
  return deeds[name](rest, page) ?? "";
}

const needs_peer = "Open a conversation with a peer first, or name one.";
const needs_room = "Open a room first.";

function aboutPeer(rest, page, act) {
  const target = rest || (page.conversation.peer && page.conversation.name);
  if (!target) return needs_peer;
  return act(target);
}

function inRoom(page, act) {
  const { room } = page.conversation;
  if (!room) return needs_room;
  act(room);
  return "";
}

function tell(page, promise) {
  promise.catch((failure) => page.alert(failure.message));
  return "";
}

function openRooms(page) {
  page.openRooms();
  return "";
}

const deeds = {
  "/help": () => helpDialog(),
  "/id": (_, page) => { youDialog(page); },
  "/blocked": (_, page) => blockedDialog(page),
  "/why": (rest, page) => aboutPeer(rest, page, (peer) => { whyDialog({ ...page, peer }); }),
  "/verify": (rest, page) => aboutPeer(rest, page, (peer) => { verifyDialog({ ...page, peer }); }),
  "/block": (rest, page) => aboutPeer(rest, page, (target) => tell(page, page.connection.act({ command: "block", target }))),
  "/unblock": (rest, page) => aboutPeer(rest, page, (target) => tell(page, page.connection.act({ command: "unblock", target }))),
  "/connect": (rest, page) => {
    if (!rest) return connectDialog(page);
    return tell(page, connectTo(page, rest));
  },
  "/rename": (rest, page) => {
    const { peer } = page.conversation;
    if (!peer) return needs_peer;
    if (!rest) return renameDialog({ ...page, peer });
    return tell(page, page.connection.act({ command: "rename", peer: String(peer.number), petname: rest }));
  },
  "/join": (rest, page) => (rest ? tell(page, page.connection.act(joining(rest)).then((answers) => page.navigation.openJoined(answers))) : openRooms(page)),
  "/create": (rest, page) => (rest ? tell(page, page.connection.act(creation(rest)).then((answers) => page.navigation.openJoined(answers))) : openRooms(page)),
  "/leave": (_, page) => inRoom(page, (room) => tell(page, page.connection.act({ command: "leave", room: room.alias }))),
  "/invite": (rest, page) => inRoom(page, (room) => (rest ? tell(page, page.connection.act({ command: "invite", room: room.alias, peer: rest })) : roomDialog({ ...page, room }))),
  "/members": (_, page) => inRoom(page, (room) => roomDialog({ ...page, room })),
  "/ticket": (_, page) => inRoom(page, (room) => roomDialog({ ...page, room, opens: "tickets" })),
  "/topic": (rest, page) => inRoom(page, (room) => (rest ? tell(page, page.connection.act({ command: "topic", room: room.alias, topic: rest })) : roomDialog({ ...page, room }))),
  "/search": (rest, page) => searchDialog({ ...page, key: page.conversation.key, words: rest }),
};
