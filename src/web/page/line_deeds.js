import { canBeChanged } from "./line.js";
import { deleteDialog, reactDialog, versionsDialog } from "./line_dialogs.js";
import { excerpt } from "./conversation.js";
import { shortened } from "./safe_text.js";
import { whoHasDialog } from "./room_dialogs.js";

const words_shown = 100;

// What can be done with one line.
export function lineDeeds({ model, connection, conversation, composer, alert }) {
  const act = (command) => connection.act(command).catch((failure) => alert(failure.message));
  const words = (line) => shortened(excerpt(line), words_shown);
  const aliasOf = (number) => model.rooms.get(number)?.alias ?? "";
  return {
    reply: (line) => composer.reply(line, conversation.nameOf(line), words(line)),
    edit: (line) => canBeChanged(line) && composer.edit(line, words(line)),
    delete: (line) => deleteDialog({ connection, line }),
    react: (line) => reactDialog({ connection, line }),
    setReaction: (line, text) => act({ command: "react", id: line.id, text }),
    versions: (line) => versionsDialog({ connection, id: line.id }),
    "who-has": (line) => whoHasDialog({ connection, id: line.id }),
    cancel: (line) => act({ command: "cancel", what: `#${line.id}` }),
    copy: (line) => navigator.clipboard.writeText(line.text).catch((failure) => alert(failure.message)),
    jump: (id) => conversation.jumpTo(id),
    accept: (room) => act({ command: "join", what: aliasOf(room) }),
    decline: (room) => act({ command: "leave", room: aliasOf(room) }),
  };
}
