import { byId, fill, isolated } from "./dom.js";
import { completed, completionsAt } from "./completion.js";

// The message box: what is typed, a draft for each conversation, what it answers or edits, and completion.
export class Composer {
  #key = "";
  #drafts = new Map();
  #about = null;
  #cycle = null;

  constructor({ onsubmit, oneditlast, names, commands }) {
    Object.assign(this, { onsubmit, oneditlast, names, commands });
    this.box = byId("message");
    this.form = byId("composer");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.box.addEventListener("keydown", (event) => this.#pressed(event));
    this.box.addEventListener("input", () => this.#typed());
    byId("about-cancel").addEventListener("click", () => this.forgetAbout());
  }

  get text() {
    return this.box.value;
  }

  open(key) {
    this.#drafts.set(this.#key, { text: this.box.value, about: this.#about });
    const draft = this.#drafts.get(key) ?? { text: "", about: null };
    this.#key = key;
    this.#about = draft.about;
    this.#put(draft.text);
    this.#showAbout();
  }

  allow(label, obstacle) {
    this.box.setAttribute("aria-label", label);
    this.box.placeholder = obstacle || label;
    this.box.disabled = obstacle !== "";
    byId("send").disabled = obstacle !== "";
  }

  focus() {
    this.box.focus();
  }

  reply(line, name, words) {
    this.#setAbout({ kind: "reply", id: line.id, name, words });
  }

  edit(line, words) {
    const kept = this.#about?.kind === "edit" ? this.#about.kept : this.box.value;
    this.#setAbout({ kind: "edit", id: line.id, name: "your line", words, kept });
    this.#put(line.text);
  }

  forgetAbout() {
    const kept = this.#about?.kind === "edit" ? this.#about.kept : this.box.value;
    this.#about = null;
    this.#put(kept);
    this.#showAbout();
    this.focus();
  }

  // What was refused goes back where it came from, unless something else is being written there.
  giveBack(key, text) {
    if (key !== this.#key) {
      const draft = this.#drafts.get(key);
      if (!draft?.text) this.#drafts.set(key, { text, about: null });
      return !draft?.text;
    }
    if (this.box.value) return false;
    this.#put(text);
    return true;
  }

  #submit() {
    const text = this.box.value;
    if (!text.trim() || this.box.disabled) return;
    const about = this.#about;
    if (!this.onsubmit(text, about)) return;
    this.#about = null;
    this.#put(about?.kind === "edit" ? about.kept : "");
    this.#showAbout();
    this.focus();
  }

  #pressed(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) this.#take(event, () => this.#submit());
    else if (event.key === "Escape" && this.#about) this.#take(event, () => this.forgetAbout());
    else if (event.key === "ArrowUp" && isPlain && !this.box.value) this.#take(event, () => this.oneditlast());
    else if (event.key === "Tab" && !event.ctrlKey && !event.altKey) this.#complete(event);
  }

  #take(event, action) {
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  #complete(event) {
    const cycle = this.#cycle ?? this.#beginCycle();
    if (!cycle || (event.shiftKey && !this.#cycle)) return;
    event.preventDefault();
    const count = cycle.options.length;
    const at = (cycle.at + (event.shiftKey ? count - 1 : 1)) % count;
    const { text, caret } = completed(cycle.text, cycle, cycle.options[at]);
    this.#put(text, caret);
    this.#cycle = { ...cycle, at };
    byId("hint").textContent = `${cycle.options[at]}, ${at + 1} of ${count}`;
  }

  #beginCycle() {
    const { selectionStart, selectionEnd, value } = this.box;
    if (selectionStart !== selectionEnd) return null;
    const found = completionsAt(value, selectionStart, this.names(), this.commands);
    return found && { ...found, text: value, at: -1 };
  }

  #typed() {
    this.#endCycle();
    this.#grow();
  }

  #endCycle() {
    this.#cycle = null;
    byId("hint").textContent = "";
  }

  #put(text, caret = text.length) {
    this.#endCycle();
    this.box.value = text;
    this.box.setSelectionRange(caret, caret);
    this.#grow();
  }

  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.box.rows = Math.min(10, this.box.value.split("\n").length);
  }

  #setAbout(about) {
    this.#about = about;
    this.#showAbout();
    this.focus();
  }

  #showAbout() {
    const about = this.#about;
    byId("about").hidden = !about;
    this.form.dataset.about = about?.kind ?? "";
    if (!about) return fill(byId("about-words"));
    const verb = about.kind === "edit" ? "Editing " : "Reply to ";
    fill(byId("about-words"), verb, isolated(about.name, { class: "name" }), ": ", isolated(about.words));
  }
}
