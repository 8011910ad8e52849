import { commandName } from "./model.js";
import { Lost } from "./socket.js";
import { Unsent } from "./unsent.js";

// Sends each text once: what may have got lost with the connection is for the user to decide.
export class Sending {
  unsent = new Unsent();

  constructor({ model, connection, onchange, onrefused }) {
    Object.assign(this, { model, connection, onchange, onrefused });
  }

  send(key, text, replyTo) {
    if (!this.connection.isOpen) return false;
    const id = this.unsent.begin({ key, text, replyTo, newestId: this.model.newestId });
    const command = { command: "send", peer: commandName(this.model, key), text, ...(replyTo && { reply_to: replyTo }) };
    this.connection.act(command).then(
      () => this.unsent.end(id),
      (failure) => this.#failed(id, key, text, failure));
    return true;
  }

  again(entry) {
    if (this.send(entry.key, entry.text, entry.replyTo)) this.unsent.end(entry.id);
    this.onchange();
  }

  discard(entry) {
    this.unsent.end(entry.id);
    this.onchange();
  }

  settle(key, lines) {
    this.unsent.settle(key, lines);
    this.onchange();
  }

  #failed(id, key, text, failure) {
    if (failure instanceof Lost) this.unsent.broke(id);
    else if (this.onrefused(key, text, failure)) this.unsent.end(id);
    else this.unsent.failed(id, failure.message);
    this.onchange();
  }
}
