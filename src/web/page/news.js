import { button, element, isolated } from "./dom.js";
import { excerpt } from "./conversation.js";
import { shortened } from "./safe_text.js";

const most_announced = 5;
const most_kept = 20;
const spoken_characters = 300;
const toast_ms = 10_000;

// What a screen reader is told: new lines, never history.
export class News {
  #fresh = [];

  constructor(log) {
    this.log = log;
  }

  add(name, line) {
    this.#fresh.push(`${name}${line.clear ? ", clear text" : ""}: ${shortened(excerpt(line), spoken_characters)}`);
  }

  tell(sentence) {
    this.#fresh.push(sentence);
  }

  flush() {
    const fresh = this.#fresh.splice(0);
    const told = fresh.length > most_announced ? [`${fresh.length} new lines`] : fresh;
    this.log.append(...told.map((words) => element("p", {}, isolated(words))));
    while (this.log.childElementCount > most_kept) this.log.firstElementChild.remove();
  }
}

// A sentence at the top that goes away by itself, or when it is closed.
export function alertUser(text) {
  const place = document.getElementById("alerts");
  for (const known of place.children) if (known.firstElementChild.textContent === text) return;
  const toast = element("div", { class: "toast" }, isolated(text),
    button("×", () => toast.remove(), { class: "icon", "aria-label": "Close this message" }));
  place.append(toast);
  setTimeout(() => toast.remove(), toast_ms);
}
