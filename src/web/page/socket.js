import { proofOf, toHex } from "./login.js";

const first_pause_ms = 250;
const longest_pause_ms = 5000;

export class Lost extends Error {
  constructor() {
    super("The connection to tincan broke before it answered.");
  }
}

// The page's line to tincan: logs in, comes back when it broke, and knows which answers belong to which command.
// States: "connecting", "open", "lost", "unlinked" (no link yet), "refused", "stranger".
export class Connection {
  #socket = null;
  #pending = new Map();
  #lastTag = 0;
  #pause = first_pause_ms;
  #timer = null;
  #state = "connecting";

  constructor({ url, credentials, onevents, onstate }) {
    this.url = url;
    this.credentials = credentials;
    this.onevents = onevents;
    this.onstate = onstate;
  }

  get isOpen() {
    return this.#state === "open";
  }

  start() {
    clearTimeout(this.#timer);
    this.#drop();
    if (!this.credentials.isThere) return this.#become("unlinked");
    this.#become(this.#state === "lost" ? "lost" : "connecting");
    const socket = new WebSocket(this.url);
    const greeting = new Greeting(socket, this.credentials.current());
    this.#socket = socket;
    socket.onmessage = (message) => this.#greet(greeting, socket, message.data);
    socket.onclose = () => socket === this.#socket && this.#broke();
  }

  hurry() {
    if (this.#state !== "lost") return;
    this.#pause = first_pause_ms;
    if (this.#socket?.readyState !== WebSocket.CONNECTING) this.start();
  }

  // Its answers go to the caller alone.
  ask(command) {
    return this.#submit(command, true);
  }

  // Its answers are news to the whole page, too.
  act(command) {
    return this.#submit(command, false);
  }

  #submit(command, isQuiet) {
    if (!this.isOpen) return Promise.reject(new Lost());
    const tag = ++this.#lastTag;
    return new Promise((resolve, reject) => {
      this.#pending.set(tag, { resolve, reject, isQuiet, answers: [] });
      this.#socket.send(JSON.stringify({ ...command, tag }));
    });
  }

  async #greet(greeting, socket, text) {
    for (const event of parsed(text)) {
      const outcome = await greeting.take(event);
      if (socket !== this.#socket || !outcome) continue;
      if (outcome !== "welcome") return this.#giveUp(outcome, event.why);
      this.credentials.keep(event);
      socket.onmessage = (message) => this.#take(message.data);
      this.#pause = first_pause_ms;
      this.#become("open");
    }
  }

  #giveUp(outcome, why) {
    if (outcome === "refused") this.credentials.refused();
    this.#drop();
    if (outcome === "refused" && this.credentials.isThere) return this.start();
    this.#become(outcome, why);
  }

  #take(text) {
    const news = [];
    for (const event of parsed(text)) if (!this.#answers(event)) news.push(event);
    if (news.length > 0) this.onevents(news);
  }

  #answers(event) {
    const pending = this.#pending.get(event.tag);
    if (!pending) return event.event === "done" || event.event === "failed";
    const isLast = event.event === "done" || event.event === "failed";
    if (isLast) this.#pending.delete(event.tag);
    if (event.event === "done") pending.resolve(pending.answers);
    else if (event.event === "failed") pending.reject(new Error(event.why));
    else pending.answers.push(event);
    return isLast || pending.isQuiet;
  }

  #broke() {
    this.#drop();
    this.#become("lost");
    this.#timer = setTimeout(() => this.start(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, longest_pause_ms);
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    const unanswered = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of unanswered) pending.reject(new Lost());
  }

  #become(state, why = "") {
    this.#state = state;
    this.onstate(state, why);
  }
}

// Each side proves that it knows the key, without telling it.
class Greeting {
  #nonces = null;

  constructor(socket, credentials) {
    this.socket = socket;
    this.credentials = credentials;
  }

  async take(event) {
    if (event.event === "refused") return "refused";
    if (event.event === "challenge" && !this.#nonces) return this.#answer(event.nonce);
    if (event.event !== "welcome" || !this.#nonces) return "stranger";
    const expected = await proofOf(this.credentials.key, "server", ...this.#nonces);
    return event.proof === expected ? "welcome" : "stranger";
  }

  async #answer(serverNonce) {
    const nonce = toHex(crypto.getRandomValues(new Uint8Array(32)));
    this.#nonces = [serverNonce, nonce];
    const { session, key } = this.credentials;
    const proof = await proofOf(key, "page", serverNonce, nonce);
    if (this.socket.readyState === WebSocket.OPEN)
      this.socket.send(JSON.stringify({ command: "login", session, nonce, proof }));
    return null;
  }
}

function parsed(text) {
  const events = [];
  for (const line of text.split("\n")) {
    try {
      if (line) events.push(JSON.parse(line));
    } catch {
      console.warn("a line from tincan is no JSON");
    }
  }
  return events;
}
