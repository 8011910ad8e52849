import { button, element, fill, isolated } from "./dom.js";

// The list of unsent texts above the message box.
export class UnsentList {
  constructor({ list, unsent, onagain, ondiscard }) {
    Object.assign(this, { list, unsent, onagain, ondiscard });
  }

  render(key, isConnected) {
    const entries = this.unsent.of(key);
    this.list.hidden = entries.length === 0;
    fill(this.list, entries.map((entry) => this.#row(entry, isConnected)));
  }

  #row(entry, isConnected) {
    const title = entry.state === "failed" ? `Not sent: ${entry.why}` : "Perhaps not sent:";
    return element("li", { data: { unsent: String(entry.id), state: entry.state } },
      element("span", { class: "warning" }, title), " ",
      isolated(entry.text, { class: "words" }),
      element("span", { class: "row" },
        button("Send again", () => this.onagain(entry), { disabled: !isConnected, data: { do: "send-again" } }),
        button("Discard", () => this.ondiscard(entry), { data: { do: "discard" } })));
  }
}
