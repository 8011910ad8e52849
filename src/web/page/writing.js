import { runSlash } from "./commands.js";
import { excerpt } from "./conversation.js";
import { canBeChanged } from "./line.js";
import { plainText, slashCommand } from "./slash.js";

// What is done with the text of the message box.
export class Writing {
  constructor(page) {
    this.page = page;
  }

  // Whether the box may be emptied.
  submit(text, about) {
    const { connection, conversation, sending } = this.page;
    if (!connection.isOpen) return this.#refuse("There is no connection to tincan now. What you typed is kept here.");
    if (about?.kind === "edit") return this.#edit(about.id, text);
    const command = slashCommand(text);
    if (!command) return sending.send(conversation.key, plainText(text), about?.id);
    const why = runSlash(command, this.page);
    return why ? this.#refuse(why) : true;
  }

  editLast() {
    const line = this.page.conversation.lastOwn(canBeChanged);
    if (line) this.page.composer.edit(line, excerpt(line));
  }

  refused(key, text, failure) {
    this.page.alert(failure.message);
    return this.page.composer.giveBack(key, text);
  }

  // For completion: those to whom one may speak here.
  names() {
    const { conversation, model } = this.page;
    const { peer, room } = conversation;
    if (peer) return [peer.petname, peer.team, model.self.team].filter(Boolean);
    const members = [...(model.members.get(room?.room)?.values() ?? [])].filter(({ self, phase }) => !self && phase === "present");
    const guests = conversation.span.lines.filter(({ guest }) => guest).map(({ team }) => team);
    return [...members.flatMap(({ petname, name }) => [petname, name]), ...guests].filter(Boolean);
  }

  #edit(id, text) {
    const { connection, conversation } = this.page;
    const { key } = conversation;
    connection.act({ command: "edit", id, text }).catch((failure) => this.refused(key, text, failure));
    return true;
  }

  #refuse(why) {
    this.page.alert(why);
    return false;
  }
}
