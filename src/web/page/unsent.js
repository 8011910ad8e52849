// What was given to tincan and not yet answered. When the connection broke before the answer, nobody knows whether it
// was taken: it is shown until a line of ours with that text turns up, or the user decides.
export class Unsent {
  #entries = [];
  #last = 0;

  begin({ key, text, replyTo, newestId }) {
    this.#last += 1;
    const entry = { id: this.#last, key, text, replyTo, newestId, state: "flying", why: "" };
    this.#entries.push(entry);
    return entry.id;
  }

  end(id) {
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
  }

  broke(id) {
    this.#change(id, { state: "perhaps" });
  }

  failed(id, why) {
    this.#change(id, { state: "failed", why });
  }

  get(id) {
    return this.#entries.find((entry) => entry.id === id);
  }

  // Entries to show in a conversation.
  of(key) {
    return this.#entries.filter((entry) => entry.key === key && entry.state !== "flying");
  }

  get keysInDoubt() {
    return [...new Set(this.#entries.filter(({ state }) => state === "perhaps").map(({ key }) => key))];
  }

  // Each line settles one entry: who wrote "ok" twice has two lines of it.
  settle(key, lines) {
    const own = lines.filter((line) => line.isOwn && line.note === undefined);
    for (const entry of this.#entries.filter((one) => one.key === key && one.state === "perhaps")) {
      const at = own.findIndex((line) => line.id > entry.newestId && line.text === entry.text);
      if (at < 0) continue;
      own.splice(at, 1);
      this.end(entry.id);
    }
  }

  #change(id, fields) {
    this.#entries = this.#entries.map((entry) => (entry.id === id ? { ...entry, ...fields } : entry));
  }
}
