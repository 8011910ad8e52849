// The page as its user meets it: all that the tests know of its elements is here.
import assert from "node:assert/strict";
import { patience, until, watchFor } from "./stage.mjs";

const wide = { width: 1100, height: 760 };
export const phone = { width: 390, height: 760 };

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const exactly = (text) => (text instanceof RegExp ? text : new RegExp(`^\\s*${escaped(text).replace(/\s+/g, "\\s+")}\\s*$`));

export class ChatPage {
  // A browser of its own, as far as pages can tell, at the link of a tincan.
  static async open(browser, tincan, { viewport = wide, colorScheme = "light", ...more } = {}) {
    const context = await browser.newContext({ viewport, colorScheme, locale: "en-GB", ...more });
    const chat = new ChatPage(await context.newPage());
    await chat.go(tincan.link);
    await chat.isReady();
    return chat;
  }

  constructor(page) {
    this.page = page;
    this.complaints = watchFor(page);
    page.setDefaultTimeout(patience);
  }

  go(link) {
    return this.page.goto(link, { timeout: patience });
  }

  // Logged in, with its lists.
  async isReady() {
    await this.page.locator("#sidebar").waitFor();
    await this.hasState("open");
  }

  // open, lost, refused, unlinked, stranger
  hasState(state) {
    return this.page.locator(`html[data-connection="${state}"], body[data-connection="${state}"]`).waitFor({ state: "attached" });
  }

  at(selector, more) {
    return this.page.locator(selector, more);
  }

  // the list of conversations

  row(name) {
    return this.at("#sidebar [data-conversation]").filter({ has: this.at(".name").filter({ hasText: exactly(name) }) });
  }

  async unread(name) {
    const count = this.row(name).locator(".count");
    return (await count.count()) === 0 ? 0 : Number.parseInt(await count.textContent(), 10);
  }

  hasUnread(name, count) {
    return until(async () => (await this.unread(name)) === count, `${count} unread of ${name}`);
  }

  async talk(name) {
    await this.row(name).click();
    await this.title(name);
  }

  title(name) {
    return this.at("#title").filter({ hasText: exactly(name) }).waitFor();
  }

  // what was said

  get lines() {
    return this.at("#lines > li.line");
  }

  line(text) {
    return this.lines.filter({ has: this.at(".text").filter({ hasText: exactly(text) }) });
  }

  sees(text) {
    return this.line(text).first().waitFor();
  }

  seesNot(text) {
    return until(async () => (await this.line(text).count()) === 0, `no ${text}`);
  }

  async texts() {
    return this.lines.locator(".text").allInnerTexts();
  }

  // The state of an own line, as the words beside it.
  async hasStateOf(text, state) {
    const shown = this.line(text).last().locator(".state");
    const words = typeof state === "string" ? exactly(state) : state;
    await until(async () => words.test((await shown.count()) ? await shown.innerText() : ""), `${state} beside ${text}`);
  }

  // what is done

  get box() {
    return this.at("#message");
  }

  async say(text) {
    await this.box.fill(text);
    await this.box.press("Enter");
  }

  async act(text, action) {
    const line = this.line(text).last();
    await line.hover();
    await line.locator(`[data-action="${action}"]`).click();
  }

  async command(words) {
    await this.say(words);
  }

  async connect(address) {
    const [host, port] = address.split(":");
    await this.at("#connect").click();
    await this.at("#connect-address").fill(host);
    await this.at("#connect-port").fill(port);
    await this.at("#connect-form button[type=submit]").click();
    await this.at("#connect-dialog").waitFor({ state: "detached" });
  }

  async createRoom(name, { isPrivate }) {
    await this.at("#open-rooms").click();
    await this.at("#create-name").fill(name);
    await this.at("#create-private").setChecked(isPrivate);
    await this.at("#create-form button[type=submit]").click();
    await this.at("#rooms-dialog").waitFor({ state: "detached" });
  }

  async details() {
    await this.at("#details").click();
    await this.at("#room-dialog, #peer-dialog").waitFor();
  }

  async closeDialog() {
    await this.at("dialog[open] .close").click();
    await this.at("dialog[open]").waitFor({ state: "detached" });
  }

  // Nothing was complained of, asked or fetched from elsewhere.
  isContent() {
    assert.deepEqual(this.complaints, []);
  }
}
