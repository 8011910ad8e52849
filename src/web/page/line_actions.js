import { button, element, fill } from "./dom.js";
import { canBeAnswered, canBeChanged, isWaiting } from "./line.js";

// The tools of one line: a bar that goes to the line that has the focus or the pointer, and its keys.
export class LineActions {
  #line = null;

  constructor({ list, lineOf, deeds, view, onleave }) {
    Object.assign(this, { list, lineOf, deeds, view, onleave });
    this.bar = element("div", { id: "line-actions", role: "toolbar", "aria-label": "Do with this line" });
    list.addEventListener("pointerover", (event) => this.#visit(event.target));
    list.addEventListener("focusin", (event) => this.#entered(event.target));
    list.addEventListener("click", (event) => this.#clicked(event));
    list.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #rowOf(target) {
    return target.closest?.("li.line");
  }

  #visit(target) {
    const row = this.#rowOf(target);
    const line = row && this.lineOf(Number(row.dataset.line));
    if (!line || this.bar.contains(document.activeElement)) return;
    if (line === this.#line && row.contains(this.bar)) return;
    this.#line = line;
    fill(this.bar, this.#toolsFor(line).map(([name, label]) => this.#tool(name, label, line)));
    this.#place(row.querySelector(".said"));
  }

  // Beside the bubble where there is room, else above it.
  #place(said) {
    said.append(this.bar);
    const room = said.parentElement.clientWidth - said.clientWidth;
    this.bar.classList.toggle("beside", room > this.bar.scrollWidth + 16);
  }

  #entered(target) {
    const row = target.closest("#lines > li");
    if (row) this.view.rove(row);
    this.#visit(target);
  }

  #toolsFor(line) {
    const tools = [];
    if (canBeAnswered(line)) tools.push(["react", "React"]);
    if (canBeAnswered(line) && !line.deleted) tools.push(["reply", "Reply"]);
    if (canBeChanged(line)) tools.push(["edit", "Edit"], ["delete", "Delete"]);
    if (line.edited && !line.deleted) tools.push(["versions", "Earlier forms"]);
    if (line.isOwn && line.room !== undefined) tools.push(["who-has", "Who has it"]);
    if (isWaiting(line) && line.room === undefined) tools.push(["cancel", "Give up"]);
    if (!line.deleted && line.text) tools.push(["copy", "Copy"]);
    return tools;
  }

  #tool(name, label, line) {
    return button(label, () => this.deeds[name](line), { tabindex: "-1", class: "small", data: { action: name } });
  }

  #clicked(event) {
    const target = event.target.closest("[data-do]");
    if (!target) return;
    const line = this.lineOf(Number(this.#rowOf(target)?.dataset.line));
    const { do: name, text, to, room } = target.dataset;
    if (name === "unfold") this.#unfold(target);
    else if (name === "jump") this.deeds.jump(Number(to));
    else if (name === "accept" || name === "decline") this.deeds[name](Number(room));
    else if (name === "react") this.deeds.setReaction(line, text);
    else if (line) this.deeds[name]?.(line);
  }

  #unfold(target) {
    target.previousElementSibling.classList.remove("long");
    target.remove();
  }

  #pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches("#lines > li")) this.#pressedOnRow(event);
    else this.#pressedInside(event);
  }

  #pressedOnRow(event) {
    const line = this.lineOf(Number(event.target.dataset.line));
    const keys = { r: "reply", e: "edit", d: "delete", "+": "react", v: "versions", w: "who-has", c: "copy" };
    const tool = keys[event.key.toLowerCase()];
    if (event.key === "ArrowUp") this.#take(event, () => this.view.focusNext(-1));
    else if (event.key === "ArrowDown") this.#take(event, () => this.view.focusNext(1) || this.onleave());
    else if (event.key === "End" || event.key === "Escape") this.#take(event, this.onleave);
    else if (event.key === "ArrowRight" || event.key === "Enter") this.#take(event, () => this.#into(event.target));
    else if (line && tool && this.#toolsFor(line).some(([name]) => name === tool)) this.#take(event, () => this.deeds[tool](line));
  }

  #pressedInside(event) {
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const row = event.target.closest("#lines > li");
    if (event.key === "Escape") this.#take(event, () => row.focus());
    else if (event.key in steps) this.#take(event, () => this.#step(row, event.target, steps[event.key]));
  }

  #into(row) {
    row.querySelector("button, a")?.focus();
  }

  #step(row, from, step) {
    const stops = [...row.querySelectorAll("button, a")];
    const next = stops[stops.indexOf(from) + step];
    (next ?? row).focus();
  }

  #take(event, action) {
    event.preventDefault();
    event.stopPropagation();
    action();
  }
}
