// What one does to rooms and peers on the page, beside talking: tickets, roles, topics, names, keys, plain-text rooms.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ChatPage } from "./chat_page.mjs";
import { Stage, until } from "./stage.mjs";

const stage = new Stage();
let ants, bees, dora, one, other;

const member = (page, name) => page.at("#members > li", { hasText: name });
const outcome = (page, words) => page.at("#alerts, .outcome, #title, #lines").filter({ hasText: words }).first().waitFor();

async function inRoomDialog(page, act) {
  await page.details();
  await act();
  await page.closeDialog();
}

before(async () => {
  const browser = await stage.browser();
  [ants, bees, dora] = await Promise.all([stage.web("Ants"), stage.web("Bees"), stage.listen("Dora")]);
  await bees.do("connect", { peers: [`${ants.key}@${ants.address}`] });
  await dora.do("connect", { peers: [`${ants.key}@${ants.address}`] });
  [one, other] = await Promise.all([ChatPage.open(browser, ants), ChatPage.open(browser, bees)]);
  await one.row("Bees").waitFor();
  await one.row("Dora").waitFor();
});

after(async () => {
  try {
    one.isContent();
    other.isContent();
  } finally {
    await stage.end();
  }
});

test("a ticket that the page makes lets one in, and a revoked one nobody", async () => {
  await one.createRoom("#plans", { isPrivate: true });
  await one.title("#plans");
  await one.details();
  await one.at("#ticket-section > summary").click();
  await one.at("#ticket-uses").fill("2");
  await one.at("#ticket-form button[type=submit]").click();
  const text = await one.at("#ticket-made .ticket").innerText();
  assert.match(text, /^tincan:/);
  await other.at("#open-rooms").click();
  await other.at("#join-what").fill(text);
  await other.at("#join-form button[type=submit]").click();
  await other.title("#plans");
  await until(async () => /2 members/.test(await other.at("#subtitle").innerText()), "in by the ticket");
  await one.at('#tickets [data-do="revoke"]').click();
  await one.at("#tickets", { hasText: "revoked" }).waitFor();
  await one.closeDialog();
  await dora.do("join", { what: text });
  await dora.wait({ event: "room", change: "denied" });
});

test("the topic stands above the conversation of all", async () => {
  await one.talk("#plans");
  await inRoomDialog(one, async () => {
    await one.at("#room-topic").fill("where to go");
    await one.at("#topic-form button[type=submit]").click();
    await until(async () => (await ants.do("rooms"))[0].rooms[0].topic === "where to go", "the topic");
  });
  for (const page of [one, other]) await page.at("#topic", { hasText: "where to go" }).waitFor();
});

test("a member becomes a moderator and an ordinary one again, is muted, heard again and removed", async () => {
  const roleOfBees = async () => (await ants.do("members", { room: "#plans" }))[0].list.find(({ name }) => name === "Bees");
  await one.talk("#plans");
  await inRoomDialog(one, async () => {
    await member(one, "Bees").locator('[data-do="promote"]').click();
    await member(one, "Bees").getByText("moderator").waitFor();
    await member(one, "Bees").locator('[data-do="demote"]').click();
    await member(one, "Bees").locator('[data-do="promote"]').waitFor();
    await member(one, "Bees").locator('[data-do="mute"]').click();
    await member(one, "Bees").getByText("muted").waitFor();
  });
  assert.equal((await roleOfBees()).muted, true);
  await other.talk("#plans");
  await until(() => other.box.isDisabled(), "a muted member cannot write");
  await inRoomDialog(one, async () => {
    await member(one, "Bees").locator('[data-do="unmute"]').click();
    await member(one, "Bees").locator('[data-do="mute"]').waitFor();
  });
  await until(async () => !(await other.box.isDisabled()), "and now it can");
  await other.say("heard again");
  await one.sees("heard again");
  await inRoomDialog(one, async () => {
    await member(one, "Bees").locator('[data-do="remove"]').click();
    await one.at('#confirm [data-do="confirm"]').click();
    await one.at("#confirm").waitFor({ state: "detached" });
    assert.equal((await roleOfBees()).phase, "removed");
  });
  await until(() => other.box.isDisabled(), "a removed member cannot write");
});

test("an invitation is declined, another accepted, and a room left", async () => {
  await one.createRoom("#party", { isPrivate: true });
  await one.title("#party");
  await inRoomDialog(one, async () => {
    await one.at("#invite-peer").selectOption({ label: "Bees" });
    await one.at("#invite-form button[type=submit]").click();
    await member(one, "Bees").waitFor();
  });
  await other.talk("#party");
  await other.at('#banners [data-do="decline"]').click();
  await until(async () => (await bees.do("rooms"))[0].rooms.find(({ name }) => name === "party")?.phase === "left", "declined");
  await one.createRoom("#walk", { isPrivate: true });
  await one.title("#walk");
  await inRoomDialog(one, async () => {
    await one.at("#invite-peer").selectOption({ label: "Bees" });
    await one.at("#invite-form button[type=submit]").click();
    await member(one, "Bees").waitFor();
  });
  await other.talk("#walk");
  await other.at('#banners [data-do="accept"]').click();
  await until(async () => /2 members/.test(await other.at("#subtitle").innerText()), "in");
  await other.details();
  await other.at('[data-do="leave"]').click();
  await other.at('#confirm [data-do="confirm"]').click();
  await until(async () => (await bees.do("rooms"))[0].rooms.find(({ name }) => name === "walk")?.phase === "left", "out");
  await until(() => other.box.isDisabled(), "nothing is written there any more");
});

test("a peer gets a name of one's own, and its own name again", async () => {
  await one.talk("Dora");
  await one.details();
  await one.at('[data-do="rename"]').click();
  await one.at("#rename-name").fill("Dorothy");
  await one.at("#rename-form button[type=submit]").click();
  await one.row("Dorothy").waitFor();
  await one.title("Dorothy");
  await one.details();
  await one.at('[data-do="rename"]').click();
  await one.at("#rename-name").fill("");
  await one.at("#rename-form button[type=submit]").click();
  await one.row("Dora").waitFor();
});

test("a room of a plain-text host is joined, talked in and left", async () => {
  const host = await stage.hosts("Lobby");
  await one.at("#open-rooms").click();
  await one.at("#rooms-dialog summary").click();
  await one.at("#plain-address").fill(host.address);
  await one.at("#plain-form button[type=submit]").click();
  await one.at("#rooms-dialog").waitFor({ state: "detached" });
  await one.say("hello lobby");
  await host.wait({ event: "message", text: "hello lobby", guest: true });
});

test("what the page refuses it says", async () => {
  await one.at("#connect").click();
  await one.at("#connect-address").fill("127.0.0.1");
  await one.at("#connect-port").fill("1");
  await one.at("#connect-form button[type=submit]").click();
  await outcome(one, /cannot reach|refused|not reached/);
  await one.closeDialog();
});
