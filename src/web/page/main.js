import { byId } from "./dom.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Happenings } from "./happenings.js";
import { obstacle, renderHeader } from "./header.js";
import { LineActions } from "./line_actions.js";
import { lineDeeds } from "./line_deeds.js";
import { Credentials, tokenIn } from "./login.js";
import { createModel, unreadOf } from "./model.js";
import { Navigation } from "./navigation.js";
import { alertUser, News } from "./news.js";
import { connectDialog, peerDialog, whyDialog } from "./peer_dialogs.js";
import { roomDialog, roomsDialog } from "./room_dialogs.js";
import { washedName } from "./safe_text.js";
import { searchDialog } from "./search.js";
import { Sending } from "./sending.js";
import { listenForShortcuts } from "./shortcuts.js";
import { Sidebar } from "./sidebar.js";
import { slash_commands } from "./slash.js";
import { Connection, Lost } from "./socket.js";
import { showConnection } from "./status.js";
import { switcherDialog } from "./switcher.js";
import { UnsentList } from "./unsent_list.js";
import { Writing } from "./writing.js";
import { helpDialog, youDialog } from "./you_dialogs.js";

const minute_ms = 60_000;

// All parts of the page, by name; each knows the others through this.
const page = { model: createModel(), credentials: new Credentials(sessionStorage), alert: alertUser, news: new News(byId("news")) };

Object.assign(page, {
  connection: new Connection({
    url: `ws://${location.host}/socket`, credentials: page.credentials,
    onevents: (events) => page.happenings.take(events), onstate: connectionChanged,
  }),
  happenings: new Happenings(page),
  navigation: new Navigation(page),
  writing: new Writing(page),
  render, renderUnsent, openRooms,
});
page.conversation = new Conversation({
  ...page, list: byId("lines"), scroller: byId("scroller"), onmissed: showMissed, onloaded: settleUnsent, onfailure: explain,
});
page.sidebar = new Sidebar({ ...page, rooms: byId("rooms"), peers: byId("peers"), more: byId("more-peers"), onopen: (key) => page.navigation.open(key) });
page.sending = new Sending({ ...page, onchange: renderUnsent, onrefused: (...refused) => page.writing.refused(...refused) });
page.composer = new Composer({
  onsubmit: (text, about) => page.writing.submit(text, about), oneditlast: () => page.writing.editLast(),
  names: () => page.writing.names(), commands: Object.keys(slash_commands),
});

const { connection, conversation, model, navigation, sidebar } = page;
const unsentList = new UnsentList({
  list: byId("unsent"), unsent: page.sending.unsent,
  onagain: (entry) => page.sending.again(entry), ondiscard: (entry) => page.sending.discard(entry),
});

// --- what is shown

function render() {
  sidebar.render(conversation.key);
  renderHeader({ conversation, connection, onwhy: () => whyDialog({ connection, peer: conversation.name }) });
  const name = byId("title").textContent;
  page.composer.allow(`Message to ${name}`, obstacle(conversation));
  byId("self").textContent = model.self.team ? washedName(model.self.team) : "tincan";
  const unread = unreadOf(model);
  document.title = `${unread > 0 ? `(${unread}) ` : ""}${conversation.key ? `${name} · ` : ""}tincan`;
}

function renderUnsent() {
  unsentList.render(conversation.key, connection.isOpen);
}

function settleUnsent() {
  page.sending.settle(conversation.key, conversation.span.lines);
}

function showMissed(count, isAway) {
  const newest = byId("newest");
  const words = count > 0 ? `${count} new ${count === 1 ? "line" : "lines"} ↓` : "To the newest ↓";
  if (newest.hidden === isAway) newest.hidden = !isAway;
  if (newest.textContent !== words) newest.textContent = words;
}

function explain(failure) {
  if (!(failure instanceof Lost)) alertUser(failure.message);
}

// --- the connection

function connectionChanged(state, why) {
  showConnection(state, why, { onlink: useLink, onretry: () => connection.start(), model });
  if (state === "open") comeBack();
  else renderUnsent();
}

function comeBack() {
  if (location.hash) history.replaceState(history.state, "", location.pathname);
  navigation.forgetFocus();
  page.happenings.forgetQuestions();
  connection.act({ command: "watch" }).catch(explain);
  const known = Promise.all([page.happenings.askPeers(), page.happenings.askRooms()]);
  if (conversation.key) catchUp();
  else known.then(() => navigation.openLast());
}

async function catchUp() {
  navigation.tellFocus();
  page.happenings.askMembers();
  await conversation.refresh();
  settleUnsent();
}

function useLink(token) {
  page.credentials.useToken(token);
  connection.start();
}

// --- what can be opened

async function openRooms() {
  await page.happenings.askRooms();
  roomsDialog(page);
}

function openDetails() {
  const { peer, room } = conversation;
  if (peer) peerDialog({ ...page, peer });
  else if (room) roomDialog({ ...page, room });
}

const openSearch = () => searchDialog({ ...page, key: conversation.key });
const openSwitcher = () => switcherDialog({ ...page, onsearch: (words) => searchDialog({ ...page, key: "", words }) });

// --- joining it all

new LineActions({
  list: byId("lines"), lineOf: (id) => conversation.span.get(id), deeds: lineDeeds(page),
  view: conversation.view, onleave: () => page.composer.focus(),
});

listenForShortcuts({
  help: helpDialog, switch: openSwitcher, search: openSearch,
  previous: () => navigation.open(sidebar.neighbour(conversation.key, -1)),
  next: () => navigation.open(sidebar.neighbour(conversation.key, 1)),
  nextUnread: () => navigation.open(sidebar.nextUnread(conversation.key)),
  newest: () => conversation.toNewest(), lines: () => conversation.view.focusNewest(),
  list: () => { navigation.showView("list"); sidebar.focus(); }, box: () => page.composer.focus(),
});

const clicks = {
  connect: () => connectDialog(page), "open-rooms": openRooms, you: () => youDialog(page), help: helpDialog,
  "go-to": openSwitcher, "search-here": openSearch, details: openDetails, newest: () => conversation.toNewest(),
  back: () => navigation.back(),
};
for (const [id, act] of Object.entries(clicks)) byId(id).addEventListener("click", act);

addEventListener("online", () => connection.hurry());
addEventListener("hashchange", () => tokenIn(location.hash) && useLink(tokenIn(location.hash)));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && connection.hurry());
setInterval(render, minute_ms);

const token = tokenIn(location.hash);
if (token) page.credentials.useToken(token);
render();
connection.start();
