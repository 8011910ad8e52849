import { button, element, fill, isolated } from "./dom.js";
import { confirmDialog, copyButton, deed, facts, field, form, openDialog, submit, textInput } from "./dialogs.js";
import { peerName } from "./names.js";
import { peerWords } from "./sidebar.js";
import { oneLine, washedName } from "./safe_text.js";
import { roughly, shortTime } from "./when.js";

const outcome_marks = { good: "✓", bad: "✗", open: "·" };

// Announces us to whoever listens there, and opens the conversation.
export async function connectTo({ connection, navigation }, target) {
  const answers = await connection.act({ command: "connect", peers: [target] });
  const result = answers.find(({ event }) => event === "connect");
  if (!result?.ok) throw new Error(`${target}: ${oneLine(result?.why || "not reached")}`);
  await navigation.openEndpoint(result.peer);
}

export function connectDialog(page) {
  openDialog({ id: "connect-dialog", title: "Connect to a peer", fillIn(body, close) {
    const host = textInput("connect-address", { required: true, placeholder: "10.0.0.7", });
    const port = textInput("connect-port", { inputmode: "numeric", pattern: "[0-9]{1,5}", placeholder: "4100" });
    const connect = async () => {
      await connectTo(page, joined(host.value.trim(), port.value.trim()));
      close();
      page.composer.focus();
    };
    body.append(
      form("connect-form", connect,
        element("div", { class: "pair" }, field("IP address or name", host), field("Port", port)),
        element("p", { class: "aside" }, "Or KEY@ADDRESS:PORT as the other's “You” shows it, in the first field: then nobody can answer in their place."),
        submit("Connect")));
  } });
}

function joined(host, port) {
  if (!port) return host;
  return host.includes(":") && !host.startsWith("[") && !host.includes("@") ? `[${host}]:${port}` : `${host}:${port}`;
}

export function whyDialog({ connection, peer }) {
  openDialog({ id: "why-dialog", title: "Why?", async fillIn(body) {
    fill(body, element("p", { role: "status" }, "Asking…"));
    try {
      const answers = await connection.ask({ command: "why", peer });
      fill(body, ...answers.filter(({ event }) => event === "why").flatMap(explanation));
    } catch (failure) {
      fill(body, element("p", { class: "bad" }, failure.message));
    }
  } });
}

function explanation(event) {
  const steps = event.steps.map(({ what, outcome, text }) =>
    element("li", { class: `step ${outcome}` },
      element("span", { class: "step-mark", role: "img", "aria-label": outcome }, outcome_marks[outcome] ?? "·"),
      element("span", { class: "step-what" }, oneLine(what)),
      isolated(oneLine(text))));
  const none = steps.length === 0 && element("p", {}, "Nothing was tried yet.");
  return [element("p", {}, isolated(peerName(event), { class: "strong" }), `: ${peerWords(event)}`), none || element("ol", { class: "steps" }, steps)];
}

export function verifyDialog({ connection, peer }) {
  openDialog({ id: "verify-dialog", title: "Compare keys", async fillIn(body, close) {
    const outcome = element("p", { class: "outcome", role: "status" });
    const say = (verified) => async () => {
      await connection.act({ command: "verify", peer, verified });
      close();
    };
    try {
      const answers = await connection.ask({ command: "verify", peer });
      const shown = answers.find(({ event }) => event === "verification");
      fill(body,
        element("p", {}, "Read this number aloud with ", isolated(peerName(shown), { class: "strong" }), ", by telephone or face to face. It is the same on both sides:"),
        element("p", { id: "verify-code", class: "code" }, shown.code),
        shown.verified && element("p", { class: "good" }, "You have compared it before."),
        element("p", {}, "When it is not the same, somebody is between you."),
        outcome,
        element("div", { class: "row" },
          deed("It is the same", say(true), outcome, { class: "primary", data: { do: "verified" } }),
          deed("It is not the same", say(false), outcome, { data: { do: "not-verified" } })));
    } catch (failure) {
      fill(body, element("p", { class: "bad" }, failure.message));
    }
  } });
}

export function renameDialog({ connection, peer }) {
  openDialog({ id: "rename-dialog", title: "Rename", fillIn(body, close) {
    const name = textInput("rename-name", { value: peer.petname ?? "", placeholder: washedName(peer.team) });
    const rename = async () => {
      await connection.act({ command: "rename", peer: String(peer.number), petname: name.value.trim() });
      close();
    };
    body.append(form("rename-form", rename,
      field("What you call this peer (empty: the name that it claims)", name), submit("Rename")));
  } });
}

export function peerDialog(context) {
  const { peer, connection } = context;
  openDialog({ id: "peer-dialog", title: "About this peer", fillIn(body, close) {
    const outcome = element("p", { class: "outcome", role: "status" });
    const number = String(peer.number);
    const next = (open) => () => { close(); open(); };
    const act = (command, said) => async () => { await connection.act(command); return said; };
    body.append(
      peerFacts(peer),
      element("div", { class: "row wrap" },
        button("Why?", next(() => whyDialog({ connection, peer: number })), { data: { do: "why" } }),
        button("Rename…", next(() => renameDialog({ connection, peer })), { data: { do: "rename" } }),
        peer.key && button("Compare keys…", next(() => verifyDialog({ connection, peer: number })), { data: { do: "verify" } }),
        deed("Connect now", connectNow(connection, number), outcome, { data: { do: "connect-now" } }),
        peer.queued > 0 && deed("Try again now", act({ command: "retry", peer: number }, "Trying."), outcome, { data: { do: "retry" } }),
        peer.queued > 0 && deed("Give up what waits", act({ command: "cancel", what: number }, "Given up."), outcome, { data: { do: "cancel" } }),
        blockButton(context, next)),
      outcome);
  } });
}

const connectNow = (connection, peer) => async () => {
  const answers = await connection.act({ command: "connect", peers: [peer] });
  const result = answers.find(({ event }) => event === "connect");
  if (!result?.ok) throw new Error(oneLine(result?.why || "not reached"));
  return result.acknowledged ? "Reached, and answered." : "Reached.";
};

function blockButton({ peer, connection }, next) {
  const target = String(peer.number);
  if (peer.blocked)
    return button("Unblock", next(() => connection.act({ command: "unblock", target })), { data: { do: "unblock" } });
  const ask = () => confirmDialog({
    title: "Block this peer?",
    text: ["What ", isolated(peerName(peer), { class: "strong" }), " says is no longer shown, also in rooms. You can unblock it at any time."],
    yes: "Block", act: () => connection.act({ command: "block", target }),
  });
  return button("Block…", next(ask), { class: "danger", data: { do: "block" } });
}

function peerFacts(peer) {
  return facts([
    ["Name", isolated(peerName(peer), { class: "strong" })],
    ["Calls itself", peer.petname && peer.team ? isolated(washedName(peer.team)) : ""],
    ["State", peerWords(peer)],
    ["Address", isolated(peer.peer)],
    ["Speaks", speech(peer)],
    ["Says it is", peer.claims ? isolated(peer.claims) : ""],
    ["Key", peer.key ? element("span", {}, element("code", {}, peer.key), " ", copyButton(peer.key)) : ""],
    ["Compared", peer.key ? (peer.verified ? "yes, by you" : "no: whoever answered first is trusted") : ""],
    ["Last heard", peer.last_heard ? shortTime(Date.parse(peer.last_heard)) : ""],
    ["Link", peer.encrypted ? `encrypted${peer.rtt_ms === undefined ? "" : `, ${peer.rtt_ms} ms`}` : ""],
    ["Known addresses", peer.endpoints?.length ? element("ul", {}, peer.endpoints.map(endpointRow)) : ""],
    ["Trouble", peer.why ? oneLine(peer.why) : ""],
    ["Next try", peer.next_try ? `in ${roughly(Date.parse(peer.next_try) - Date.now())}` : ""],
  ]);
}

function speech(peer) {
  if (peer.speaks === "tincan") return "tincan, encrypted";
  return peer.speaks === "classic" ? `plain text (${peer.dialect}): anybody on the way can read and change it` : "not known yet";
}

const endpointRow = ({ endpoint, source, last_worked }) =>
  element("li", {}, isolated(endpoint), ` ${source}${last_worked ? `, worked ${shortTime(Date.parse(last_worked))}` : ""}`);
