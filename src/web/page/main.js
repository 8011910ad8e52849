import { byId } from "./dom.js";
import { runSlash } from "./commands.js";
import { Composer } from "./composer.js";
import { Conversation, excerpt } from "./conversation.js";
import { renderHeader, obstacle } from "./header.js";
import { canBeChanged } from "./line.js";
import { LineActions } from "./line_actions.js";
import { lineDeeds } from "./line_deeds.js";
import { Credentials, tokenIn } from "./login.js";
import { apply, commandName, createModel, markRead, peerKey, replaceMembers, replacePeers, replaceRooms, roomKey, roomOf, unreadOf } from "./model.js";
import { memberName, peerName, roomName } from "./names.js";
import { alertUser, News } from "./news.js";
import { connectDialog, peerDialog, whyDialog } from "./peer_dialogs.js";
import { roomDialog, roomsDialog } from "./room_dialogs.js";
import { searchDialog } from "./search.js";
import { Sending } from "./sending.js";
import { listenForShortcuts } from "./shortcuts.js";
import { Sidebar } from "./sidebar.js";
import { plainText, slash_commands, slashCommand } from "./slash.js";
import { Connection, Lost } from "./socket.js";
import { showConnection, showStorage } from "./status.js";
import { switcherDialog } from "./switcher.js";
import { helpDialog, youDialog } from "./you_dialogs.js";
import { UnsentList } from "./unsent_list.js";
import { washedName } from "./safe_text.js";

const open_key = "tincan open";
const model = createModel();
const credentials = new Credentials(sessionStorage);
const narrow = matchMedia("(max-width: 44rem)");
const news = new News(byId("news"));
const asking = { peers: false, rooms: false };
let focused = null;

const connection = new Connection({
  url: `ws://${location.host}/socket`, credentials, onevents: takeEvents, onstate: connectionChanged,
});
const conversation = new Conversation({
  model, connection, list: byId("lines"), scroller: byId("scroller"),
  onmissed: showMissed, onloaded: () => settleUnsent(), onfailure: explain,
});
const sidebar = new Sidebar({ model, rooms: byId("rooms"), peers: byId("peers"), more: byId("more-peers"), onopen: (key) => open(key) });
const sending = new Sending({ model, connection, onchange: showUnsent, onrefused: giveBack });
const composer = new Composer({ onsubmit: submit, oneditlast: editLast, names: namesHere, commands: Object.keys(slash_commands) });
const unsentList = new UnsentList({
  list: byId("unsent"), unsent: sending.unsent, onagain: (entry) => sending.again(entry), ondiscard: (entry) => sending.discard(entry),
});
const page = {
  model, connection, conversation, composer, alert: alertUser, onjoined, connectTo,
  onopen: (number) => openPeer(number), openRooms: showRooms, show,
  onconnected: (_, result) => openEndpoint(result.peer),
};

// --- events

function takeEvents(events) {
  const dirty = { lines: false, sidebar: false };
  for (const event of events) for (const outcome of apply(model, event)) note(outcome, dirty);
  if (dirty.lines) conversation.follow();
  render();
  news.flush();
}

const noting = {
  line(outcome, dirty) {
    const isOpen = outcome.key === conversation.key;
    if (isOpen) dirty.lines = conversation.put(outcome.line, outcome.isNew) || dirty.lines;
    if (outcome.isNew && !outcome.line.isOwn) announce(outcome, isOpen);
  },
  stranger: () => askPeers(),
  changed(outcome, dirty) {
    if (outcome.key !== conversation.key) return;
    conversation.changed(outcome.line, outcome.isGone);
    dirty.lines = true;
  },
  state(outcome, dirty) {
    dirty.lines = conversation.span.change(outcome.id, outcome.fields) || dirty.lines;
  },
  peer(outcome, dirty) {
    if (outcome.isDouble) askPeers();
    dirty.lines ||= peerKey(outcome.number) === conversation.key;
  },
  room(outcome, dirty) {
    if (outcome.key === conversation.key) roomNews(outcome, dirty);
    if (["created", "invited", "joining", "joined", "left", "removed"].includes(outcome.change)) askRooms();
    dirty.lines = true;
  },
  notice(outcome, dirty) {
    alertUser(outcome.text);
    if (outcome.number === undefined || peerKey(outcome.number) !== conversation.key) return;
    conversation.note(outcome.text);
    dirty.lines = true;
  },
  self: () => showStorage(model),
};

function note(outcome, dirty) {
  noting[outcome.what]?.(outcome, dirty);
}

function roomNews(outcome, dirty) {
  if (outcome.change !== "read") askMembers();
  if (!outcome.text) return;
  conversation.note(outcome.text);
  news.tell(outcome.text);
  dirty.lines = true;
}

function announce({ key, line }, isOpen) {
  if (isOpen) return news.add(conversation.nameOf(line), line);
  const room = roomOf(model, key);
  if (!room) news.tell(`New line from ${peerName(model.peers.get(line.number))}`);
  else if (room.mentions > 0) news.tell(`New line for you in ${roomName(room)}`);
}

async function refetch(what, take) {
  if (asking[what]) return (asking[what] = "again");
  asking[what] = true;
  const answers = await connection.ask({ command: what }).catch(() => null);
  const isStale = asking[what] === "again";
  asking[what] = false;
  if (isStale) return refetch(what, take);
  if (!answers) return undefined;
  take(model, answers);
  if (conversation.key) markRead(model, model.lookedAt);
  render();
  conversation.render();
  return undefined;
}

const askPeers = () => refetch("peers", replacePeers);
const askRooms = () => refetch("rooms", replaceRooms);

async function askMembers() {
  const { room } = conversation;
  if (!room || room.phase === "invited") return;
  const answers = await connection.ask({ command: "members", room: room.alias }).catch(() => []);
  const event = answers.find((answer) => answer.event === "members");
  if (!event) return;
  replaceMembers(model, event);
  conversation.render();
}

// --- what is shown

function render() {
  sidebar.render(conversation.key);
  renderHeader({ conversation, connection, onwhy: () => whyDialog({ ...page, peer: conversation.name }) });
  const name = byId("title").textContent;
  composer.allow(`Message to ${name}`, obstacle(conversation));
  byId("self").textContent = model.self.team ? washedName(model.self.team) : "tincan";
  const unread = unreadOf(model);
  document.title = `${unread > 0 ? `(${unread}) ` : ""}${conversation.key ? `${name} · ` : ""}tincan`;
}

function showMissed(count, isAway) {
  const newest = byId("newest");
  newest.hidden = !isAway;
  newest.textContent = count > 0 ? `${count} new ${count === 1 ? "line" : "lines"} ↓` : "To the newest ↓";
}

function showUnsent() {
  unsentList.render(conversation.key, connection.isOpen);
}

function settleUnsent() {
  sending.settle(conversation.key, conversation.span.lines);
}

function setView(name) {
  document.body.dataset.view = name;
  syncFocus();
}

// --- going somewhere

async function open(key, { around } = {}) {
  const isSame = key === conversation.key;
  setView("conversation");
  if (narrow.matches && history.state !== "conversation") history.pushState("conversation", "");
  if (!isSame) await enter(key, around);
  else if (around) await conversation.jumpTo(around);
  if (!around && !narrow.matches) composer.focus();
}

async function enter(key, around) {
  const unread = (model.peers.get(Number(key.slice(5))) && key.startsWith("peer:") ? model.peers.get(Number(key.slice(5))) : roomOf(model, key))?.unread ?? 0;
  composer.open(key);
  const opened = conversation.open(key, { around, unread });
  sessionStorage.setItem(open_key, key);
  syncFocus();
  askMembers();
  render();
  showUnsent();
  await opened;
}

const show = (key, around) => open(key, { around });
const openPeer = (number) => open(peerKey(number));

async function openEndpoint(endpoint) {
  await askPeers();
  const peer = [...model.peers.values()].find((one) => one.peer === endpoint || one.endpoints?.some((known) => known.endpoint === endpoint));
  if (peer) await openPeer(peer.number);
}

async function onjoined(answers) {
  await askRooms();
  const room = answers.find(({ event }) => event === "room");
  const peer = answers.find(({ event }) => event === "peer");
  if (room) await open(roomKey(room.room));
  else if (peer) await openPeer(peer.number);
}

async function connectTo(target) {
  const answers = await connection.act({ command: "connect", peers: [target] });
  const result = answers.find(({ event }) => event === "connect");
  if (!result?.ok) throw new Error(`${target}: ${result?.why || "not reached"}`);
  await openEndpoint(result.peer);
}

async function showRooms() {
  await askRooms();
  roomsDialog(page);
}

function showDetails() {
  const { peer, room } = conversation;
  if (peer) peerDialog({ ...page, peer });
  else if (room) roomDialog({ ...page, room });
}

const showSearch = () => searchDialog({ ...page, key: conversation.key, onfound: show });
const showSwitcher = () => switcherDialog({ model, onopen: (key) => open(key), onsearch: (words) => searchDialog({ ...page, key: "", words, onfound: show }) });

function goTo(key) {
  if (key) open(key);
}

// What the user looks at counts as read.
function syncFocus() {
  const isSeen = document.visibilityState === "visible" && !(narrow.matches && document.body.dataset.view === "list");
  model.lookedAt = isSeen ? conversation.key : "";
  const name = model.lookedAt && commandName(model, model.lookedAt);
  if (name === focused || !connection.isOpen) return;
  focused = name;
  connection.act({ command: "focus", peer: name }).catch(() => {});
  if (name) markRead(model, model.lookedAt);
}

// --- writing

function submit(text, about) {
  if (!connection.isOpen) return refuse("There is no connection to tincan now. What you typed is kept here.");
  const command = about?.kind === "edit" ? null : slashCommand(text);
  if (command) return runTyped(command);
  if (about?.kind === "edit") return edit(about.id, text);
  return sending.send(conversation.key, plainText(text), about?.id);
}

function runTyped(command) {
  const why = runSlash(command, page);
  return why ? refuse(why) : true;
}

function refuse(why) {
  alertUser(why);
  return false;
}

function edit(id, text) {
  const { key } = conversation;
  connection.act({ command: "edit", id, text }).catch((failure) => {
    alertUser(failure.message);
    composer.giveBack(key, text);
  });
  return true;
}

function editLast() {
  const line = conversation.lastOwn(canBeChanged);
  if (line) composer.edit(line, excerpt(line));
}

function giveBack(key, text, failure) {
  alertUser(failure.message);
  return composer.giveBack(key, text);
}

function namesHere() {
  const { peer, room } = conversation;
  if (peer) return [peer.petname, peer.team, model.self.team].filter(Boolean);
  const members = [...(model.members.get(room?.room)?.values() ?? [])].filter(({ self, phase }) => !self && phase === "present");
  const guests = conversation.span.lines.filter(({ guest }) => guest).map(({ team }) => team);
  return [...members.map(({ petname, name }) => petname || name), ...members.map(({ name }) => name), ...guests].filter(Boolean);
}

// --- the connection

function connectionChanged(state, why) {
  showConnection(state, why, { onlink: useLink, onretry: () => connection.start(), model });
  if (state === "open") comeBack();
  else showUnsent();
}

function comeBack() {
  if (location.hash) history.replaceState(history.state, "", location.pathname);
  focused = null;
  asking.peers = asking.rooms = false;
  connection.act({ command: "watch" }).catch(explain);
  const known = Promise.all([askPeers(), askRooms()]);
  if (conversation.key) resume();
  else known.then(openLast);
}

async function resume() {
  syncFocus();
  askMembers();
  await conversation.refresh();
  settleUnsent();
}

function openLast() {
  const key = sessionStorage.getItem(open_key);
  const isThere = key && commandName(model, key) && (roomOf(model, key) || model.peers.has(Number(key.slice(5))));
  if (isThere && !conversation.key && !narrow.matches) open(key);
}

function useLink(token) {
  credentials.useToken(token);
  connection.start();
}

function explain(failure) {
  if (!(failure instanceof Lost)) alertUser(failure.message);
}

// --- joining it all

new LineActions({
  list: byId("lines"), lineOf: (id) => conversation.span.get(id), deeds: lineDeeds(page),
  view: () => conversation.view, onleave: () => composer.focus(),
});

listenForShortcuts({
  help: helpDialog, switch: showSwitcher, search: showSearch,
  previous: () => goTo(sidebar.neighbour(conversation.key, -1)),
  next: () => goTo(sidebar.neighbour(conversation.key, 1)),
  nextUnread: () => goTo(sidebar.nextUnread(conversation.key)),
  newest: () => conversation.toNewest(), lines: () => conversation.view.focusNewest(),
  list: () => { setView("list"); sidebar.focus(); }, box: () => composer.focus(),
});

const clicks = {
  "connect": () => connectDialog(page), "open-rooms": showRooms, "you": () => youDialog(page), "help": helpDialog,
  "go-to": showSwitcher, "search-here": showSearch, "details": showDetails, "newest": () => conversation.toNewest(),
  "back": () => (history.state === "conversation" ? history.back() : setView("list")),
};
for (const [id, act] of Object.entries(clicks)) byId(id).addEventListener("click", act);

byId("sidebar").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined || event.altKey || !event.target.matches("[data-conversation]")) return;
  event.preventDefault();
  sidebar.move(step);
});
addEventListener("popstate", () => setView(history.state === "conversation" ? "conversation" : "list"));
narrow.addEventListener("change", syncFocus);
addEventListener("online", () => connection.hurry());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") connection.hurry();
  syncFocus();
});
addEventListener("hashchange", () => tokenIn(location.hash) && useLink(tokenIn(location.hash)));
setInterval(render, 60_000);

const token = tokenIn(location.hash);
if (token) credentials.useToken(token);
render();
connection.start();
