// The page for everybody: axe-core finds nothing serious in its views, the keyboard alone is enough, and it fits a phone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { ChatPage, phone } from "./chat_page.mjs";
import { Stage, fromNpm, picture, until } from "./stage.mjs";

const axe = readFileSync(fromNpm.resolve("axe-core/axe.min.js"), "utf8");
const stage = new Stage();
let ants, bees, browser;

before(async () => {
  browser = await stage.browser();
  [ants, bees] = await Promise.all([stage.web("Ants"), stage.listen("Bees")]);
  await bees.do("connect", { peers: [`${ants.key}@${ants.address}`] });
  await bees.do("send", { peer: ants.key, text: "hello ants" });
  await ants.do("create_room", { name: "plans", private: false });
  await ants.do("send", { peer: "#plans", text: "what do we do?" });
  await ants.do("send", { peer: "Bees", text: "an answer" });
});

after(() => stage.end());

// Each page needs a link of its own: the file has the next one.
function open(options) {
  return ChatPage.open(browser, { link: readFileSync(ants.home.file("web-link"), "utf8").trim() }, options);
}

// Every rule of axe-core but those about the rest of a page that frames us.
async function findings(chat) {
  await chat.page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))));
  const session = await chat.page.context().newCDPSession(chat.page); // as an extension would: the page's CSP stays as it is
  await session.send("Runtime.evaluate", { expression: axe });
  const { result } = await session.send("Runtime.evaluate", { expression: "axe.run(document).then((found) => JSON.stringify(found.violations.map((one) => ({ id: one.id, impact: one.impact, at: one.nodes.map((node) => node.html.slice(0, 160)) }))))", awaitPromise: true });
  return JSON.parse(result.value).filter(({ impact }) => ["serious", "critical"].includes(impact));
}

for (const colorScheme of ["light", "dark"]) {
  for (const [size, viewport] of [["window", { width: 1100, height: 760 }], ["phone", phone]]) {
    test(`axe-core finds nothing serious in the views of a ${size}, ${colorScheme}`, async () => {
      const chat = await open({ colorScheme, viewport });
      const look = async (name) => {
        await picture(chat.page, `${name}-${size}-${colorScheme}`);
        assert.deepEqual(await findings(chat), [], name);
      };
      await look("list");
      await chat.talk("Bees");
      await chat.sees("hello ants");
      await look("peer");
      await chat.details();
      await look("about a peer");
      await chat.closeDialog();
      if (size === "phone") await chat.at("#back").click();
      await chat.talk("#plans");
      await chat.sees("what do we do?");
      await look("room");
      await chat.details();
      await look("about a room");
      await chat.closeDialog();
      if (size === "phone") await chat.at("#back").click();
      for (const dialog of ["#open-rooms", "#connect", "#help", "#you", "#go-to"]) {
        await chat.at(dialog).click();
        await chat.at("dialog[open]").waitFor();
        await look(`dialog ${dialog.slice(1)}`);
        await chat.page.keyboard.press("Escape");
        await chat.at("dialog[open]").waitFor({ state: "detached" });
      }
      assert.ok(await chat.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "nothing is wider than the window");
      chat.isContent();
      await chat.page.context().close();
    });
  }
}

test("the keyboard alone is enough: to find a conversation, talk, answer and come back", async () => {
  const chat = await open();
  const { keyboard } = chat.page;
  await keyboard.press("Control+k");
  await keyboard.type("bees");
  await keyboard.press("Enter");
  await chat.title("Bees");
  await keyboard.type("by keys");
  await keyboard.press("Enter");
  await chat.hasStateOf("by keys", "delivered");
  await keyboard.press("Alt+l");
  await until(() => chat.page.evaluate(() => document.activeElement?.closest("#lines > li") !== null), "a line has the focus");
  await keyboard.press("r");
  await keyboard.type("and an answer to it");
  await keyboard.press("Enter");
  await chat.line("and an answer to it").locator(".quote", { hasText: "by keys" }).waitFor();
  await keyboard.press("Alt+ArrowUp");
  await until(async () => (await chat.at("#title").innerText()) !== "Bees", "another conversation");
  const seen = new Set();
  for (let step = 0; step < 60; step += 1) {
    await keyboard.press("Tab");
    seen.add(await chat.page.evaluate(() => document.activeElement?.id ?? ""));
  }
  for (const wanted of ["you", "help", "open-rooms", "connect", "message"]) assert.ok(seen.has(wanted), `Tab comes to ${wanted}: ${[...seen]}`);
  chat.isContent();
  await chat.page.context().close();
});
