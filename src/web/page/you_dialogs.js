import { button, element, fill, isolated } from "./dom.js";
import { attempt, copyButton, deed, facts, field, form, openDialog, submit, textInput } from "./dialogs.js";
import { slash_commands } from "./slash.js";
import { washedName } from "./safe_text.js";

export function youDialog({ connection, model }) {
  openDialog({ id: "you-dialog", title: "You", async fillIn(body, close) {
    fill(body, element("p", { role: "status" }, "Asking…"));
    const answers = await connection.ask({ command: "id" }).catch(() => []);
    const id = answers.find(({ event }) => event === "id");
    fill(body,
      facts([
        ["Name", isolated(washedName(model.self.team), { class: "strong" })],
        ["Key", id ? element("span", {}, element("code", { id: "own-key" }, id.key), " ", copyButton(id.key)) : ""],
        ["To share", id ? element("ul", {}, id.addresses.map((address) => element("li", {}, element("code", {}, address), " ", copyButton(address)))) : ""],
        ["Plain text", model.self.endpoints.join("  ")],
        ["Profile", model.self.profile],
        ["Version", `tincan ${model.self.version}`],
      ]),
      element("div", { class: "row wrap" },
        button("Whom you block…", () => { close(); blockedDialog({ connection }); }, { data: { do: "blocked" } }),
        button("New tab", () => window.open("/", "_blank"), { data: { do: "new-tab" } }),
        button("End tincan…", () => { close(); quitDialog({ connection }); }, { class: "danger", data: { do: "quit" } })));
  } });
}

function quitDialog({ connection }) {
  openDialog({ id: "quit-dialog", title: "End tincan?", fillIn(body, close) {
    const outcome = element("p", { class: "outcome", role: "status" });
    const end = async () => { await connection.act({ command: "quit" }).catch(() => {}); close(); };
    body.append(element("p", {}, "The program says goodbye and ends, also its console. What waits is kept and sent when it runs again."), outcome,
      element("div", { class: "row" }, deed("End tincan", end, outcome, { class: "danger", data: { do: "confirm" } }), button("Cancel", close)));
  } });
}

export function blockedDialog({ connection }) {
  openDialog({ id: "blocked-dialog", title: "Whom you block", fillIn(body) {
    const list = element("ul", { id: "blocked-list", class: "plain" });
    const outcome = element("p", { class: "outcome", role: "status" });
    const target = textInput("block-target", { required: true, placeholder: "10.0.0.7" });
    const block = async () => {
      await connection.act({ command: "block", target: target.value.trim() });
      target.value = "";
      await show();
    };
    const show = () => attempt(outcome, async () => {
      const answers = await connection.ask({ command: "blocked" });
      const rules = answers.filter(({ event }) => event === "block");
      fill(list, rules.length > 0 ? rules.map((rule) => blockedRow(rule, connection, show, outcome)) : element("li", { class: "aside" }, "Nobody."));
    });
    body.append(list, outcome,
      form("block-form", block, element("div", { class: "pair" }, field("A peer, or an address without a port for the whole host", target), submit("Block"))));
    show();
  } });
}

function blockedRow({ target }, connection, show, outcome) {
  const unblock = async () => {
    await connection.act({ command: "unblock", target });
    await show();
  };
  return element("li", { class: "member" }, isolated(target), deed("Unblock", unblock, outcome, { class: "small", data: { do: "unblock" } }));
}

const keys = [
  ["Enter", "send"], ["Shift+Enter", "a new line"], ["Tab", "complete a name, again: the next one"],
  ["Up in an empty box", "edit your last line"], ["Escape", "leave a reply or an edit; back to the message box"],
  ["Alt+Up, Alt+Down", "conversation before, after"], ["Alt+Shift+Down", "next conversation with unread lines"],
  ["Ctrl+K", "go to a conversation, or search"], ["Ctrl+Shift+F", "search in this conversation"],
  ["Alt+L", "to the lines: Up and Down go through them"], ["Alt+C", "to the list of conversations"],
  ["On a line: r, e, d, +, v, w, c", "reply, edit, delete, react, earlier forms, who has it, copy"],
  ["Alt+End", "newest line"], ["? or F1", "this help"],
];

export function helpDialog() {
  openDialog({ id: "help-dialog", title: "Keys and commands", fillIn(body) {
    body.tabIndex = 0;
    body.append(
      element("h3", {}, "Keys"),
      element("dl", { class: "facts keys" }, keys.flatMap(([key, what]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, what)])),
      element("h3", {}, "Typed in the message box"),
      element("dl", { class: "facts keys" }, Object.entries(slash_commands).flatMap(([name, what]) => [element("dt", {}, element("code", {}, name)), element("dd", {}, what)])),
      element("p", { class: "aside" }, "//x sends “/x”."));
  } });
}
