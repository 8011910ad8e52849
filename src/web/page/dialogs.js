import { button, element, fill } from "./dom.js";

// A modal dialog that is gone when it is closed. `fillIn(body, close)` puts its content there.
export function openDialog({ id, title, fillIn, onclose }) {
  document.getElementById(id)?.close();
  const heading = element("h2", { id: `${id}-title` }, title);
  const body = element("div", { class: "dialog-body" });
  const dialog = element("dialog", { id, "aria-labelledby": `${id}-title` });
  const close = () => dialog.close();
  const closeButton = button("×", close, { class: "icon close", "aria-label": "Close" });
  dialog.append(element("header", {}, heading, closeButton), body);
  dialog.addEventListener("close", () => {
    dialog.remove();
    onclose?.();
  });
  dialog.addEventListener("click", (click) => click.target === dialog && close());
  document.body.append(dialog);
  fillIn(body, close);
  dialog.showModal();
  (body.querySelector("input, select, textarea") ?? body.querySelector("button:not(.danger)"))?.focus();
  return { dialog, body, close };
}

export function field(label, input) {
  return element("label", { class: "field" }, element("span", {}, label), input);
}

export function textInput(id, properties = {}) {
  return element("input", { id, type: "text", autocomplete: "off", spellcheck: "false", ...properties });
}

export function checkbox(id, label, properties = {}) {
  return element("label", { class: "check" }, element("input", { id, type: "checkbox", ...properties }), label);
}

// A form that calls `act` and shows how it went below; the promise's value, if any, is what it says.
export function form(id, act, ...children) {
  const outcome = element("p", { class: "outcome", role: "status" });
  const made = element("form", { id, class: "stack" }, ...children, outcome);
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(outcome, () => act(made));
  });
  return made;
}

export function submit(label, properties = {}) {
  return element("button", { type: "submit", class: "primary", ...properties }, label);
}

// A button whose failure is shown beside it.
export function deed(label, act, outcome, properties = {}) {
  return button(label, () => attempt(outcome, act), properties);
}

export async function attempt(outcome, act) {
  outcome.classList.remove("bad");
  try {
    const said = await act();
    fill(outcome, typeof said === "string" ? said : "");
  } catch (failure) {
    outcome.classList.add("bad");
    fill(outcome, failure.message);
  }
}

export function confirmDialog({ id = "confirm", title, text, yes, act }) {
  openDialog({ id, title, fillIn(body, close) {
    const outcome = element("p", { class: "outcome", role: "status" });
    body.append(element("p", {}, ...[text].flat()), outcome,
      element("div", { class: "row" },
        deed(yes, async () => { await act(); close(); }, outcome, { class: "primary", data: { do: "confirm" } }),
        button("Cancel", close)));
  } });
}

export function copyButton(text) {
  const made = button("Copy", async () => {
    await navigator.clipboard.writeText(text);
    made.textContent = "Copied";
  }, { class: "small" });
  return made;
}

export function facts(pairs) {
  return element("dl", { class: "facts" }, pairs.filter(([, value]) => value).flatMap(([name, value]) => [
    element("dt", {}, name), element("dd", {}, value)]));
}
