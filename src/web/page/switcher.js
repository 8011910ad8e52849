import { element, fill, isolated } from "./dom.js";
import { openDialog, textInput } from "./dialogs.js";
import { conversationsOf } from "./sidebar.js";

const most_shown = 50;

// Goes to a conversation by a few letters of its name.
export function switcherDialog({ model, navigation, onsearch }) {
  openDialog({ id: "switcher-dialog", title: "Go to", fillIn(body, close) {
    const choose = (key) => { close(); navigation.open(key); };
    const search = (words) => { close(); onsearch(words); };
    const box = new Switcher(model, choose, search);
    body.append(box.input, box.list);
    box.show();
  } });
}

class Switcher {
  #chosen = 0;
  #options = [];

  constructor(model, choose, search) {
    Object.assign(this, { model, choose, search });
    this.list = element("ul", { id: "switcher-list", role: "listbox", "aria-label": "Conversations", class: "plain" });
    this.input = textInput("switcher-words", {
      role: "combobox", "aria-expanded": "true", "aria-controls": "switcher-list", "aria-autocomplete": "list",
      "aria-label": "Name of a conversation, or words to look for", placeholder: "Name, or words to look for",
      autofocus: true, oninput: () => this.show(), onkeydown: (event) => this.#pressed(event) });
  }

  show() {
    this.#chosen = 0;
    this.#options = [...this.#fitting(), ...this.#searches()];
    fill(this.list, this.#options.map((option, i) => this.#row(option, i)));
    this.#mark();
  }

  #fitting() {
    const words = this.input.value.trim().toLowerCase();
    const fits = ({ name, unread }) => (words ? name.toLowerCase().includes(words) : true) && unread >= 0;
    const order = (a, b) => Number(b.unread > 0) - Number(a.unread > 0);
    return conversationsOf(this.model).filter(fits).sort(words ? () => 0 : order).slice(0, most_shown)
      .map(({ key, name, words: state, unread }) => ({ name, state: unread > 0 ? `${unread} unread` : state, act: () => this.choose(key) }));
  }

  #searches() {
    const words = this.input.value.trim();
    return words ? [{ name: `Search for “${words}” everywhere`, state: "", act: () => this.search(words) }] : [];
  }

  #row({ name, state, act }, i) {
    return element("li", { id: `switcher-${i}`, role: "option", class: "option", onclick: act },
      isolated(name, { class: "name" }), element("span", { class: "aside" }, state));
  }

  #pressed(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      const count = this.#options.length || 1;
      this.#chosen = (this.#chosen + steps[event.key] + count) % count;
      this.#mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#options[this.#chosen]?.act();
    }
  }

  #mark() {
    [...this.list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === this.#chosen)));
    const row = this.list.children[this.#chosen];
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
  }
}
