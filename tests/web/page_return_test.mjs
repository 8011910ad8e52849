// A connection that is lost is shown, comes back by itself with what was missed, and only to the tincan that it was lost to.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import { after, before, test } from "node:test";
import { ChatPage } from "./chat_page.mjs";
import { Stage, picture, until } from "./stage.mjs";

const stage = new Stage();
let ants, bees, chat, plain, browser, home;

before(async () => {
  home = stage.home("Ants");
  [browser, ants, bees, plain] = await Promise.all([stage.browser(), stage.web("Ants", home), stage.listen("Bees"), stage.plainPeer("Hashpa")]);
  chat = await ChatPage.open(browser, ants);
  await chat.connect(bees.address);
  await chat.say("hello");
  await chat.hasStateOf("hello", "delivered");
});

after(async () => {
  try {
    chat.isContent();
  } finally {
    await stage.end();
  }
});

const restart = async () => (ants = await stage.web("Ants", home));

test("a reload needs no new link, and the link that was used opens nothing more", async () => {
  await chat.page.reload();
  await chat.isReady();
  const late = await browser.newContext();
  const stranger = new ChatPage(await late.newPage());
  await stranger.go(ants.link);
  await stranger.hasState("refused");
  assert.match(await stranger.page.locator("body").innerText(), /\/web|tincan web/);
  await picture(stranger.page, "refused");
  stranger.isContent();
  await late.close();
});

test("without a link the page says how to get one", async () => {
  const context = await browser.newContext();
  const stranger = new ChatPage(await context.newPage());
  await stranger.go(`http://127.0.0.1:${home.webPort}/`);
  await stranger.hasState("unlinked");
  assert.match(await stranger.page.locator("body").innerText(), /tincan web/);
  stranger.isContent();
  await context.close();
});

test("after a kill and a restart on the same port the page is back by itself, with what was missed and in order", async () => {
  await chat.talk("Bees");
  await ants.kill();
  await chat.hasState("lost");
  await picture(chat.page, "lost");
  await chat.box.fill("a draft that stays");
  await bees.do("send", { peer: ants.key, text: "missed one" });
  await bees.do("send", { peer: ants.key, text: "missed two" });
  await restart();
  await chat.hasState("open");
  await chat.sees("missed two");
  await bees.do("send", { peer: ants.key, text: "live again" });
  await chat.sees("live again");
  assert.deepEqual((await chat.texts()).slice(-4), ["hello", "missed one", "missed two", "live again"]);
  assert.equal(await chat.box.inputValue(), "a draft that stays");
  await chat.box.fill("");
});

test("what was missed elsewhere is unread, and edits and states that were missed are shown", async () => {
  await bees.do("send", { peer: ants.key, text: "befroe" });
  await chat.sees("befroe");
  const [heard] = (await bees.do("history", { peer: ants.key, limit: 1 })).filter(({ text }) => text === "befroe");
  await ants.kill();
  await chat.hasState("lost");
  await bees.do("edit", { id: heard.id, text: "before" });
  await restart();
  await chat.hasState("open");
  await plain.say(ants, "while you were away");
  await chat.hasUnread("Hashpa", 1);
  await chat.sees("before");
  await chat.seesNot("befroe");
});

test("what is typed while nothing answers is not lost, and not said twice", async () => {
  await chat.talk("Bees");
  await ants.kill();
  await chat.hasState("lost");
  await chat.say("written in the dark");
  await restart();
  await chat.hasState("open");
  if ((await chat.box.inputValue()) === "written in the dark") await chat.box.press("Enter");
  else if ((await chat.at('[data-do="send-again"]').count()) > 0) await chat.at('[data-do="send-again"]').click();
  await bees.wait({ event: "message", text: "written in the dark" });
  await chat.hasStateOf("written in the dark", "delivered");
  assert.equal(await chat.line("written in the dark").count(), 1);
  assert.equal(bees.events.filter(({ text }) => text === "written in the dark").length, 1);
});

test("a tincan that ends as its user wishes is shown as lost, too, and comes back", async () => {
  await ants.kill("SIGTERM");
  await chat.hasState("lost");
  await restart();
  await chat.hasState("open");
});

test("to something else on that port nothing is said but the proof that needs the key", async () => {
  await ants.kill();
  await chat.hasState("lost");
  const heard = [];
  const server = http.createServer((_, response) => response.writeHead(200).end());
  server.on("upgrade", (request, socket) => {
    const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    say(socket, { event: "challenge", nonce: "ab".repeat(32) });
    socket.on("error", () => {}).on("data", (data) => {
      const texts = textsOf(data);
      heard.push(...texts);
      if (texts.length > 0) say(socket, { event: "welcome", proof: "cd".repeat(32), session: "00".repeat(16), key: "ee".repeat(32) });
    });
  });
  server.listen(home.webPort, "127.0.0.1");
  await once(server, "listening");
  stage.onEnd(() => server.close());
  await chat.hasState("stranger");
  await picture(chat.page, "stranger");
  assert.deepEqual([...new Set(heard.map(({ command }) => command))], ["login"]);
  assert.ok(heard.every((login) => !JSON.stringify(login).includes(ants.link.split("#")[1])));
  assert.ok(await chat.page.evaluate(() => JSON.parse(sessionStorage.getItem("tincan session")).key !== "ee".repeat(32)), "its key is not kept");
  server.closeAllConnections();
  server.close();
});

function say(socket, event) {
  const text = Buffer.from(JSON.stringify(event));
  const head = text.length < 126 ? [0x81, text.length] : [0x81, 126, text.length >> 8, text.length & 255];
  socket.write(Buffer.concat([Buffer.from(head), text]));
}

// The JSON of masked frames that came whole.
function textsOf(data) {
  const texts = [];
  while (data.length > 6) {
    const isLong = (data[1] & 127) === 126;
    const size = isLong ? data.readUInt16BE(2) : data[1] & 127;
    const from = isLong ? 8 : 6;
    const mask = data.subarray(from - 4, from);
    const text = Buffer.from(data.subarray(from, from + size).map((byte, i) => byte ^ mask[i % 4]));
    if ((data[0] & 15) === 1) texts.push(JSON.parse(text.toString()));
    data = data.subarray(from + size);
  }
  return texts;
}
