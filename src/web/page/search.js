import { button, element, fill, isolated } from "./dom.js";
import { checkbox, openDialog, textInput } from "./dialogs.js";
import { excerpt } from "./conversation.js";
import { lineFrom } from "./line.js";
import { commandName, conversationOf, peerOf, roomOf } from "./model.js";
import { authorName, peerName, roomName } from "./names.js";
import { shortened } from "./safe_text.js";
import { shortTime } from "./when.js";

const page_lines = 50;
const excerpt_characters = 300;

export function searchDialog({ model, connection, navigation, key, words = "" }) {
  openDialog({ id: "search-dialog", title: "Search", fillIn(body, close) {
    const choose = (line) => {
      close();
      navigation.open(conversationOf(model, line), line.id);
    };
    const search = new Search({ model, connection, key, choose });
    body.append(search.form, search.status, search.results, search.older);
    search.words.value = words;
    if (words) search.begin();
  } });
}

class Search {
  #found = [];
  #round = 0;

  constructor({ model, connection, key, choose }) {
    Object.assign(this, { model, connection, key, choose });
    this.words = textInput("search-words", { type: "search", required: true, autofocus: true, "aria-label": "Words to look for" });
    this.everywhere = checkbox("search-everywhere", "In all conversations", { checked: !key, disabled: !key });
    this.status = element("p", { role: "status", class: "aside" });
    this.results = element("ul", { id: "search-results", class: "plain" });
    this.older = button("Older ones", () => this.#read(this.#found[0]?.id), { hidden: true });
    this.form = element("form", { id: "search-form", class: "stack", onsubmit: (event) => {
      event.preventDefault();
      this.begin();
    } }, element("div", { class: "pair" }, this.words, element("button", { type: "submit", class: "primary" }, "Search")), this.everywhere);
  }

  begin() {
    this.#round += 1;
    this.#found = [];
    this.#read();
  }

  async #read(before) {
    const round = this.#round;
    const peer = this.everywhere.querySelector("input").checked ? "" : commandName(this.model, this.key);
    try {
      const answers = await this.connection.ask(
        { command: "history", peer, search: this.words.value.trim(), limit: page_lines, ...(before && { before }) });
      if (round !== this.#round) return;
      const lines = answers.filter(({ event }) => event === "message").map(lineFrom);
      this.#show(lines, answers.some(({ event }) => event === "more"));
    } catch (failure) {
      this.status.textContent = failure.message;
    }
  }

  #show(lines, hasMore) {
    this.#found = [...lines, ...this.#found];
    this.older.hidden = !hasMore;
    const count = this.#found.length;
    this.status.textContent = count === 0 ? "Nothing found." : `${count}${hasMore ? " or more" : ""} found, the newest first.`;
    fill(this.results, this.#found.toReversed().map((line) => element("li", {}, this.#row(line))));
  }

  #row(line) {
    const key = conversationOf(this.model, line);
    const peer = peerOf(this.model, key);
    const room = roomOf(this.model, key);
    const author = authorName(line, { peer, members: this.model.members.get(line.room), peers: this.model.peers });
    const place = room ? roomName(room) : peerName(peer);
    return button([
      element("span", { class: "where" }, isolated(author, { class: "strong" }), " · ", isolated(place), ` · ${shortTime(line.at)}`),
      isolated(shortened(excerpt(line), excerpt_characters), { class: "words", dir: "auto" }),
    ], () => this.choose(line), { class: "found-line", data: { found: String(line.id) } });
  }
}
