import { button, element, fill, isolated } from "./dom.js";
import { confirmDialog, field, form, openDialog, submit, textInput } from "./dialogs.js";
import { oneLine, washed } from "./safe_text.js";
import { isoTime, shortTime } from "./when.js";

const usual = ["👍", "❤️", "😂", "🎉", "👀", "✅", "👎"];

export function versionsDialog({ connection, id }) {
  openDialog({ id: "versions-dialog", title: "Earlier forms", async fillIn(body) {
    try {
      const answers = await connection.ask({ command: "versions", id });
      const { forms } = answers.find(({ event }) => event === "versions");
      fill(body, element("ol", { class: "versions" }, forms.map(({ text, time }) => {
        const at = Date.parse(time);
        return element("li", {}, element("time", { datetime: isoTime(at), class: "aside" }, shortTime(at)),
          element("div", { class: "text", dir: "auto" }, washed(text)));
      })));
    } catch (failure) {
      fill(body, element("p", { class: "bad" }, failure.message));
    }
  } });
}

export function reactDialog({ connection, line }) {
  openDialog({ id: "react-dialog", title: "React", fillIn(body, close) {
    const own = line.reactions?.find((reaction) => reaction.own)?.text;
    const word = textInput("react-word", { maxlength: "32" });
    const react = (text) => async () => {
      await connection.act({ command: "react", id: line.id, text });
      close();
    };
    body.append(
      form("react-form", () => react(word.value.trim())(),
        element("div", { class: "row wrap" }, usual.map((text) => submitButton(text, word))),
        element("div", { class: "pair" }, field("Or a word, or any emoji", word), submit("React")),
        own && button(["Take back ", isolated(oneLine(own))], () => { word.value = ""; body.querySelector("form").requestSubmit(); }, { data: { do: "unreact" } })));
  } });
}

function submitButton(text, word) {
  return button(text, (click) => {
    word.value = text;
    click.target.closest("form").requestSubmit();
  }, { class: "emoji", data: { reaction: text } });
}

export function deleteDialog({ connection, line }) {
  confirmDialog({
    title: "Delete this line?",
    text: [isolated(oneLine(line.text), { class: "words" }), element("br"), "Its text is destroyed on your disk and on the others'."],
    yes: "Delete", act: () => connection.act({ command: "delete", id: line.id }),
  });
}
