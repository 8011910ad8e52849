import { button, element, fill, isolated } from "./dom.js";
import { attempt, checkbox, confirmDialog, copyButton, deed, field, form, openDialog, submit, textInput } from "./dialogs.js";
import { memberName, peerName, roomName, shortKey } from "./names.js";
import { roomWords } from "./sidebar.js";
import { oneLine, washed, washedName } from "./safe_text.js";
import { shortTime } from "./when.js";

export function roomsDialog({ model, connection, navigation }) {
  openDialog({ id: "rooms-dialog", title: "Rooms", fillIn(body, close) {
    const join = (command) => async () => {
      const answers = await connection.act(command);
      close();
      await navigation.openJoined(answers);
    };
    body.append(createForm(join), joinForm(join), foundList(model, connection, join), plainForm(join));
  } });
}

function createForm(join) {
  const name = textInput("create-name", { required: true, placeholder: "#plans" });
  const act = (made) => join({ command: "create_room", name: name.value.trim(), private: made.querySelector("#create-private").checked })();
  return element("section", {}, element("h3", {}, "Create a room"),
    form("create-form", act, field("Name", name),
      checkbox("create-private", "Private: by invitation or ticket, and encrypted for its members"), submit("Create")));
}

function joinForm(join) {
  const what = textInput("join-what", { required: true, placeholder: "tincan:…" });
  return element("section", {}, element("h3", {}, "Join a room"),
    form("join-form", () => join({ command: "join", what: what.value.trim() })(), field("Ticket, or #name", what), submit("Join")));
}

function foundList(model, connection, join) {
  const list = element("ul", { id: "found-rooms", class: "plain" });
  const outcome = element("p", { class: "outcome", role: "status" });
  const show = () => fill(list, model.found.length > 0 ? model.found.map((room) => foundRow(room, model, join, outcome)) : element("li", { class: "aside" }, "None that your peers know of."));
  show();
  return element("section", {}, element("h3", {}, "Public rooms of your peers"), list, outcome);
}

function foundRow(room, model, join, outcome) {
  const teller = model.peers.get(room.known_by[0]);
  const words = `${room.members} ${room.members === 1 ? "member" : "members"}`;
  return element("li", { class: "found-room", data: { found: room.room_id } },
    element("div", {}, isolated(washedName(room.alias), { class: "strong" }), ` ${words}`,
      teller && element("span", {}, ", told by ", isolated(peerName(teller))),
      room.topic && element("p", { class: "aside" }, isolated(oneLine(room.topic)))),
    deed("Join", join({ command: "join", what: room.room_id }), outcome, { data: { do: "join" } }));
}

function plainForm(join) {
  const address = textInput("plain-address", { required: true, placeholder: "10.0.0.7:5000" });
  return element("details", {}, element("summary", {}, "A plain-text room (broadcast host)"),
    form("plain-form", () => join({ command: "join", what: address.value.trim(), plain: true })(),
      field("Where it listens", address), element("p", { class: "aside warning" }, "Everything there travels in clear text."), submit("Join as a guest")));
}

const mayModerate = (room) => room.own_role === "creator" || room.own_role === "moderator";

export function roomDialog(context) {
  const { room } = context;
  const { body } = openDialog({ id: "room-dialog", title: roomName(room), fillIn(inside) {
    fill(inside, element("p", { role: "status" }, "Asking…"));
  } });
  refreshRoom({ ...context, body }).catch((failure) => fill(body, element("p", { class: "bad" }, failure.message)));
}

async function refreshRoom(context) {
  const { connection, model, body } = context;
  const room = model.rooms.get(context.room.room) ?? context.room;
  const answers = await connection.ask({ command: "members", room: room.alias });
  const { list, ...present } = answers.find(({ event }) => event === "members");
  const outcome = element("p", { class: "outcome", role: "status" });
  const again = (act) => async () => {
    await act();
    await refreshRoom(context);
  };
  const inside = { ...context, room: present, again, outcome };
  fill(body,
    element("p", {}, `${kindWords(present)}, ${roomWords(present)}`, present.muted && element("span", { class: "warning" }, ", you are muted")),
    present.why && element("p", { class: "warning" }, oneLine(present.why)),
    topicForm(inside), memberSection(inside, list), outcome,
    present.phase === "joined" && inviteForm(inside, list),
    present.phase === "joined" && ticketSection(inside), leaveRow(inside));
}

function kindWords(room) {
  if (room.hosted) return "Hosted room, clear text";
  return room.private ? "Private room" : "Public room";
}

function topicForm({ room, connection, again }) {
  const isMine = mayModerate(room) || (!room.topic && !room.muted);
  if (room.phase !== "joined" || !isMine)
    return room.topic ? element("p", {}, element("span", { class: "aside" }, "Topic: "), isolated(washed(room.topic), { id: "room-topic-shown" })) : null;
  const topic = textInput("room-topic", { value: room.topic ?? "" });
  const act = again(() => connection.act({ command: "topic", room: room.alias, topic: topic.value.trim() }));
  return form("topic-form", act, element("div", { class: "pair" }, field("Topic", topic), submit("Set")));
}

function memberSection(inside, list) {
  const rows = list.map((member) => memberRow(member, inside));
  return element("section", {}, element("h3", {}, "Members"), element("ul", { id: "members", class: "plain" }, rows));
}

function memberRow(member, inside) {
  const claimed = (member.self || member.petname) && member.name ? ` (${washedName(member.name)})` : "";
  return element("li", { class: "member", data: { member: member.key ?? "" } },
    element("div", {}, isolated(`${memberName(member)}${claimed}`, { class: "strong" }),
      member.key && element("code", { class: "aside" }, ` ${shortKey(member.key)}`),
      element("span", { class: "aside" }, memberWords(member))),
    element("div", { class: "row wrap" }, memberDeeds(member, inside)));
}

function memberWords(member) {
  const words = [];
  if (member.role !== "member") words.push(member.role);
  if (member.linked) words.push("linked");
  if (member.muted) words.push("muted");
  if (member.blocked) words.push("blocked");
  if (member.phase !== "present") words.push(member.phase === "guest" ? "guest, clear text" : member.phase);
  return words.length > 0 ? ` ${words.join(", ")}` : "";
}

function memberDeeds(member, inside) {
  const { room, connection, again, outcome, navigation } = inside;
  const act = (label, name, command) =>
    deed(label, again(() => connection.act({ room: room.alias, member: member.key, ...command })), outcome, { class: "small", data: { do: name } });
  const deeds = [member.number !== undefined && !member.self && button("Talk", () => talkTo(navigation, member.number), { class: "small", data: { do: "talk" } })];
  const isSubject = member.key && !member.self && member.role !== "creator" && room.phase === "joined" && mayModerate(room);
  if (!isSubject || !["present", "invited"].includes(member.phase)) return deeds;
  const isOver = room.own_role === "creator" || member.role === "member";
  if (member.role === "member") deeds.push(act("Promote", "promote", { command: "role", role: "moderator" }));
  if (member.role === "moderator" && isOver) deeds.push(act("Demote", "demote", { command: "role", role: "member" }));
  if (member.muted) deeds.push(act("Unmute", "unmute", { command: "mute", muted: false }));
  else if (isOver) deeds.push(act("Mute", "mute", { command: "mute", muted: true }));
  deeds.push(removeButton(member, inside));
  return deeds;
}

function talkTo(navigation, number) {
  document.getElementById("room-dialog")?.close();
  navigation.openPeer(number);
}

function removeButton(member, { room, connection, again }) {
  const remove = () => confirmDialog({
    title: "Remove this member?",
    text: [isolated(memberName(member), { class: "strong" }), " keeps what it had, and reads nothing that is written from now on."],
    yes: "Remove", act: again(() => connection.act({ command: "remove_member", room: room.alias, member: member.key })),
  });
  return button("Remove…", remove, { class: "small danger", data: { do: "remove" } });
}

function inviteForm({ model, room, connection, again }, list) {
  const present = new Set(list.filter(({ phase }) => phase === "present" || phase === "invited").map(({ key }) => key));
  const peers = [...model.peers.values()].filter((peer) => peer.key && !peer.blocked && !present.has(peer.key));
  const options = peers.map((peer) => element("option", { value: String(peer.number) }, peerName(peer)));
  if (options.length === 0) return element("p", { class: "aside" }, "Nobody else to invite: connect to a tincan first, or give a ticket.");
  const whom = element("select", { id: "invite-peer" }, options);
  const act = again(() => connection.act({ command: "invite", room: room.alias, peer: whom.value }));
  return form("invite-form", act, element("div", { class: "pair" }, field("Invite", whom), submit("Invite")));
}

const lifetimes = [["1 hour", 3600], ["24 hours", 86_400], ["7 days", 604_800], ["30 days", 2_592_000]];

function ticketSection({ room, connection }) {
  const list = element("ul", { id: "tickets", class: "plain" });
  const uses = element("input", { id: "ticket-uses", type: "number", min: "1", max: "1000", value: "1" });
  const lifetime = element("select", { id: "ticket-lifetime" },
    lifetimes.map(([name, seconds]) => element("option", { value: String(seconds), selected: seconds === 86_400 }, name)));
  const made = element("div", { id: "ticket-made" });
  const make = async () => {
    const command = { command: "ticket", room: room.alias, uses: Number(uses.value), lifetime_s: Number(lifetime.value) };
    const ticket = (await connection.act(command)).find(({ event }) => event === "ticket");
    fill(made, element("p", { class: "aside" }, "Whoever has it comes in: give it as you would give a key."),
      element("p", {}, element("code", { class: "ticket" }, ticket.text), " ", copyButton(ticket.text)));
    await showTickets(list, room, connection);
  };
  return element("details", { id: "ticket-section", ontoggle: (event) => event.target.open && showTickets(list, room, connection) },
    element("summary", {}, "Tickets"),
    form("ticket-form", make, element("div", { class: "pair" }, field("Newcomers", uses), field("Good for", lifetime), submit("Make"))), made, list);
}

async function showTickets(list, room, connection) {
  const outcome = element("p", { class: "outcome", role: "status" });
  const revoke = (ticket) => async () => {
    await connection.act({ command: "revoke_ticket", room: room.alias, ticket });
    await showTickets(list, room, connection);
  };
  await attempt(outcome, async () => {
    const answers = await connection.ask({ command: "tickets", room: room.alias });
    const tickets = answers.find(({ event }) => event === "tickets")?.list ?? [];
    fill(list, tickets.map((ticket) => ticketRow(ticket, revoke, outcome)), element("li", {}, outcome));
  });
}

function ticketRow(ticket, revoke, outcome) {
  const state = ticketState(ticket);
  return element("li", { class: "member" },
    element("div", {}, element("code", {}, shortKey(ticket.ticket)), " by ", isolated(memberName(ticket.author)),
      `, used ${ticket.used} of ${ticket.uses}, until ${shortTime(Date.parse(ticket.expires))}, ${state}`),
    state === "good" && deed("Revoke", revoke(ticket.ticket), outcome, { class: "small", data: { do: "revoke" } }));
}

function ticketState({ revoked, used, uses, expires }) {
  if (revoked) return "revoked";
  if (used >= uses) return "used up";
  return Date.parse(expires) <= Date.now() ? "expired" : "good";
}

function leaveRow({ room, connection }) {
  if (room.phase === "left" || room.phase === "removed") return null;
  const leave = () => confirmDialog({
    title: "Leave this room?", text: "Its lines stay here. To come back you need an invitation, a ticket, or to meet a member of a public room.",
    yes: "Leave", act: async () => {
      await connection.act({ command: "leave", room: room.alias });
      document.getElementById("room-dialog")?.close();
    },
  });
  return element("div", { class: "row" }, button("Leave…", leave, { class: "danger", data: { do: "leave" } }));
}

export function whoHasDialog({ connection, id }) {
  openDialog({ id: "who-has-dialog", title: "Who has it", async fillIn(body) {
    try {
      const answers = await connection.ask({ command: "who_has", id });
      const { have, lack } = answers.find(({ event }) => event === "who_has");
      fill(body, names("✓ have it", have), names("not yet", lack));
    } catch (failure) {
      fill(body, element("p", { class: "bad" }, failure.message));
    }
  } });
}

function names(title, members) {
  if (members.length === 0) return null;
  return element("section", {}, element("h3", {}, title), element("ul", {}, members.map((member) => element("li", {}, isolated(memberName(member))))));
}
