import { byId, element, fill } from "./dom.js";
import { form, submit, textInput, field } from "./dialogs.js";
import { tokenIn } from "./login.js";

const link_help = "Type /web in the console of tincan for a new link, or run tincan web.";

const words = {
  connecting: "Connecting to tincan…",
  open: "",
  lost: "The connection to tincan is lost. Trying again… What you typed is kept.",
  stranger: "Something else listens where tincan was. Nothing was told to it.",
};

// The line at the top, and what to do where no link is at hand.
export function showConnection(state, why, { onlink, onretry, model }) {
  const isEnding = state === "lost" && model.isStopping;
  byId("connection").textContent = isEnding ? "tincan has ended. This page comes back when it runs again." : words[state] ?? "";
  document.body.dataset.connection = state;
  const needsLink = state === "unlinked" || state === "refused" || state === "stranger";
  byId("door").hidden = !needsLink;
  if (needsLink) fill(byId("door"), ...door(state, why, onlink, onretry));
}

function door(state, why, onlink, onretry) {
  const link = textInput("link", { required: true, placeholder: "http://127.0.0.1:7780/#…" });
  const enter = () => {
    const token = tokenIn(link.value);
    if (!token) throw new Error("That is no link of tincan: it ends with # and 64 digits.");
    onlink(token);
  };
  return [
    element("h1", {}, "tincan"),
    state === "refused" && element("p", { role: "alert" }, `tincan refused: ${why}`),
    state === "stranger" && element("p", { role: "alert" }, words.stranger),
    element("p", {}, "This page opens with a link that is good for one page, once. ", link_help),
    form("link-form", enter, field("Link", link), submit("Open")),
    state !== "unlinked" && element("button", { type: "button", onclick: onretry }, "Try again"),
  ];
}

export function showStorage({ storage }) {
  byId("storage").textContent = storage.healthy ? "" : `The disk takes nothing: ${storage.why}. What comes is held back until it does.`;
}
