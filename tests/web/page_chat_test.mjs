// Two tincans talk through their pages, with a console peer and a plain-text peer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ChatPage } from "./chat_page.mjs";
import { Stage, picture, until } from "./stage.mjs";

const stage = new Stage();
const pages = [];
let ants, bees, one, other, browser, dora, plain;

async function pageOf(tincan, options) {
  const page = await ChatPage.open(browser, tincan, options);
  pages.push(page);
  return page;
}

before(async () => {
  browser = await stage.browser();
  [ants, bees, dora, plain] = await Promise.all([stage.web("Ants"), stage.web("Bees"), stage.listen("Dora"), stage.plainPeer("Hashpa")]);
  [one, other] = await Promise.all([pageOf(ants), pageOf(bees)]);
});

after(async () => {
  try {
    for (const page of pages) page.isContent();
  } finally {
    await stage.end();
  }
});

test("a link opens the page, and leaves the address bar", async () => {
  assert.equal(await one.page.evaluate(() => location.href), `http://127.0.0.1:${ants.home.webPort}/`);
  assert.equal(await one.page.evaluate(() => history.length), 2, "about:blank, and the page");
});

test("an address and a port are all it takes, and lines go both ways with their states", async () => {
  await one.connect(bees.address);
  await one.title("Bees");
  await one.say("hello bees");
  await one.hasStateOf("hello bees", "delivered");
  await other.hasUnread("Ants", 1);
  await other.talk("Ants");
  await other.sees("hello bees");
  await other.hasUnread("Ants", 0);
  await other.say("hello ants");
  await one.sees("hello ants");
  await other.hasStateOf("hello ants", "delivered");
  assert.equal(await one.line("hello ants").locator(".clear-mark").count(), 0);
  assert.match(await one.at("#subtitle").innerText(), /encrypted/);
});

test("Shift-Enter begins a new line, Enter sends", async () => {
  await one.box.fill("first");
  await one.box.press("Shift+Enter");
  await one.page.keyboard.type("second");
  await one.box.press("Enter");
  const seen = other.lines.filter({ hasText: "second" }).locator(".text");
  await seen.waitFor();
  assert.equal(await seen.innerText(), "first\nsecond");
  assert.equal(await one.box.inputValue(), "");
});

test("a reply shows what it answers, and leads there", async () => {
  await other.act("hello bees", "reply");
  await other.say("an answer");
  await one.sees("an answer");
  const quote = one.line("an answer").locator(".quote");
  assert.match(await quote.innerText(), /hello bees/);
  await quote.click();
  await one.at("#lines > li:focus").filter({ hasText: "hello bees" }).waitFor();
});

test("an edit replaces the text at both, and its earlier form can be read", async () => {
  await one.say("teh answer");
  await other.sees("teh answer");
  await one.act("teh answer", "edit");
  assert.equal(await one.box.inputValue(), "teh answer");
  await one.say("the answer");
  for (const page of [one, other]) {
    await page.sees("the answer");
    await page.seesNot("teh answer");
    await page.line("the answer").locator(".edited").waitFor();
  }
  await other.line("the answer").locator(".edited").click();
  await other.at("#versions-dialog").getByText("teh answer").waitFor();
  await other.closeDialog();
});

test("the last own line is edited with the key up", async () => {
  await one.say("mistaek");
  await one.sees("mistaek");
  await one.box.press("ArrowUp");
  await one.say("mistake");
  await other.sees("mistake");
});

test("a reaction is shown at both, and is taken back", async () => {
  await other.act("hello bees", "react");
  await other.at('[data-reaction="🎉"]').click();
  for (const page of [one, other]) await page.line("hello bees").locator(".reactions", { hasText: "🎉" }).waitFor();
  await other.line("hello bees").locator(".reactions button", { hasText: "🎉" }).click();
  for (const page of [one, other]) await until(async () => (await page.line("hello bees").locator(".reactions").count()) === 0, "no reaction");
});

test("a deleted line is deleted at both", async () => {
  await one.say("a secret");
  await other.sees("a secret");
  await one.act("a secret", "delete");
  await one.at('[data-do="confirm"]').click();
  for (const page of [one, other]) await page.seesNot("a secret");
  assert.doesNotMatch(JSON.stringify(await bees.do("history", { peer: "1", limit: 1000 })), /a secret/);
});

test("a console peer takes part, and its lines come without being asked for", async () => {
  await one.connect(dora.address);
  await one.title("Dora");
  await one.say("hello dora");
  await dora.wait({ event: "message", text: "hello dora" });
  await one.hasStateOf("hello dora", "delivered");
  await dora.do("send", { peer: ants.key, text: "hello from a terminal" });
  await one.sees("hello from a terminal");
});

test("a plain-text peer is marked as clear text, and is answered in its dialect", async () => {
  await plain.say(ants, "does this work?");
  await one.hasUnread("Hashpa", 1);
  await one.talk("Hashpa");
  await one.sees("does this work?");
  await one.line("does this work?").locator(".clear-mark").waitFor();
  await one.say("it does");
  await plain.hears("it does");
  await one.hasStateOf("it does", "sent");
  assert.match(await one.at("#subtitle").innerText(), /clear text/);
});

test("a room is created, somebody is invited and comes, and the tally counts who has a line", async () => {
  await one.createRoom("#plans", { isPrivate: true });
  await one.title("#plans");
  await one.details();
  await one.at("#invite-peer").selectOption({ label: "Bees" });
  await one.at("#invite-form button[type=submit]").click();
  await one.closeDialog();
  await other.row("#plans").click();
  await other.at('#banners [data-do="accept"]').click();
  await until(async () => /2 members/.test(await other.at("#subtitle").innerText()), "two members");
  await one.say("when do we meet?");
  await other.sees("when do we meet?");
  await one.hasStateOf("when do we meet?", /^✓ 1\/1/);
  await one.line("when do we meet?").locator('[data-do="who-has"]').click();
  await one.at("#who-has-dialog").getByText("Bees").waitFor();
  await one.closeDialog();
  await other.say("tomorrow, Ants");
  await one.sees("tomorrow, Ants");
  await one.line("tomorrow, Ants").and(one.at(".mention")).waitFor();
});

test("a public room is found by a peer and joined from the list; a ticket leads into a private one", async () => {
  await other.createRoom("#market", { isPrivate: false });
  await until(async () => {
    const [{ found }] = await ants.do("rooms");
    return found.some(({ name }) => name === "market");
  }, "the other hears of it");
  await one.at("#open-rooms").click();
  await one.at("#found-rooms li", { hasText: "#market" }).locator('[data-do="join"]').click();
  await one.title("#market");
  await until(async () => /2 members/.test(await one.at("#subtitle").innerText()), "two members");
  const answers = await ants.do("ticket", { room: "#plans", uses: 1, lifetime_s: 3600 });
  await dora.do("join", { what: answers.find(({ event }) => event === "ticket").text });
  await one.talk("#plans");
  await until(async () => /3 members/.test(await one.at("#subtitle").innerText()), "three members");
  await dora.do("send", { peer: "#plans", text: "me too" });
  for (const page of [one, other]) {
    await page.talk("#plans");
    await page.sees("me too");
  }
});

test("several tabs show the same, and what is read in one is read in the other", async () => {
  const context = one.page.context();
  const [tab] = await Promise.all([context.waitForEvent("page"), one.page.evaluate(() => window.open("/", "_blank"))]);
  one.complaints.splice(0); // the popup that was asked for
  const second = new ChatPage(tab);
  pages.push(second);
  await second.isReady();
  await one.talk("Bees");
  await second.talk("#plans");
  await dora.do("send", { peer: ants.key, text: "one" });
  await dora.do("send", { peer: ants.key, text: "two" });
  for (const page of [one, second]) await page.hasUnread("Dora", 2);
  await second.talk("Dora");
  await second.sees("two");
  for (const page of [one, second]) await page.hasUnread("Dora", 0);
  await second.say("from the second tab");
  await one.talk("Dora");
  await one.sees("from the second tab");
  await one.hasStateOf("from the second tab", "delivered");
  await tab.close();
});

test("a conversation that is not looked at counts what is unread", async () => {
  await one.talk("Hashpa");
  await other.talk("Ants");
  await other.say("are you there?");
  await one.hasUnread("Bees", 1);
  assert.match(await one.page.title(), /1/);
  await one.talk("Bees");
  await one.hasUnread("Bees", 0);
});

test("names are completed", async () => {
  await one.box.fill("");
  await one.box.pressSequentially("be");
  await one.box.press("Tab");
  assert.match(await one.box.inputValue(), /^Bees/);
  await one.box.fill("");
});

test("words are found, here and everywhere, and lead to their line", async () => {
  await one.talk("Bees");
  await one.page.keyboard.press("Control+Shift+F");
  await one.at("#search-words").fill("hello");
  await one.at("#search-words").press("Enter");
  await until(async () => (await one.at(".found-line").count()) === 2, "two lines with hello");
  await one.at("#search-everywhere").check();
  await one.at("#search-words").press("Enter");
  await until(async () => (await one.at(".found-line").count()) === 4, "four lines with hello");
  await one.at(".found-line", { hasText: "hello from a terminal" }).click();
  await one.title("Dora");
  await one.at("#lines > li:focus").filter({ hasText: "hello from a terminal" }).waitFor();
});

test("both see the same number to compare", async () => {
  const codes = [];
  for (const [page, name] of [[one, "Bees"], [other, "Ants"]]) {
    await page.talk(name);
    await page.details();
    await page.at('[data-do="verify"]').click();
    codes.push(await page.at("#verify-code").innerText());
    await page.at('[data-do="verified"]').click();
    await page.at("#verify-dialog").waitFor({ state: "detached" });
    await until(async () => /verified/.test(await page.at("#subtitle").innerText()), "it says so");
  }
  assert.equal(codes[0], codes[1]);
});

test("whoever is blocked is not heard until unblocked", async () => {
  await one.talk("Hashpa");
  await one.details();
  await one.at('[data-do="block"]').click();
  await one.at('[data-do="confirm"]').click();
  await one.at('#banners [data-do="unblock"]').waitFor();
  await plain.say(ants, "can you hear me?");
  await one.at('#banners [data-do="unblock"]').click();
  await one.at('#banners [data-do="unblock"]').waitFor({ state: "detached" });
  await plain.say(ants, "and now?");
  await one.sees("and now?");
  await one.seesNot("can you hear me?");
});

test("why somebody is not reached is told step by step", async () => {
  await dora.kill();
  await one.talk("Dora");
  await one.say("are you gone?");
  await one.hasStateOf("are you gone?", /^queued/);
  await one.say("/why");
  await one.at("#why-dialog .step").first().waitFor();
  await one.closeDialog();
  await picture(one.page, "conversation");
});

test("nothing is asked for again and again: all comes over the one socket", async () => {
  const asked = await one.page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => !name.endsWith("/favicon.ico")));
  assert.equal(new Set(asked).size, asked.length, `nothing twice: ${asked}`);
});
