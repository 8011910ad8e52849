// What peers say and call themselves is shown as text, whatever it is: row W4 of the list of attacks, with A1 to A8 and A15 in a browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ChatPage } from "./chat_page.mjs";
import { Stage, patience, picture, sendBytes, until } from "./stage.mjs";

const run = "window.__pwned=1";
const markup = [
  `<img src=x onerror="${run}">`, `<script>${run}</script>`, `</p></div></script><script>${run}</script>`, `<svg onload=${run}>`, `<svg><script>${run}</script></svg>`,
  `"><img src=x onerror=${run}>`, `' onmouseover='${run}`, `" autofocus onfocus="${run}`, `<iframe srcdoc="<script>parent.${run}</script>"></iframe>`,
  `<a href="javascript:${run}">click</a>`, `javascript:${run}`, `[click](javascript:${run})`, `data:text/html,<script>${run}</script>`, `<object data="javascript:${run}">`,
  "<style>*{display:none}</style>", "<base href=http://evil.example/>", '<meta http-equiv="refresh" content="0;url=http://evil.example/">', "<form action=http://evil.example/><input autofocus>",
  "<link rel=stylesheet href=http://evil.example/x.css>", "<!--", "<![CDATA[", "<plaintext>", "<template><b>", "&lt;b&gt; &amp; &#60;img src=x&#62;",
  `{{constructor.constructor('${run}')()}}`, `\${${run}}`, `<%= ${run} %>`, `#{${run}}`, "{{7*7}} ${7*7}", "__proto__", "constructor", "hasOwnProperty", "undefined", "null", "%s%n%00", "../../etc/passwd",
]; // prettier-ignore
const hidden = ["a\u202Eb", "a\u2066b\u2069", "a\u200Eb", "a\u061Cb", "\u001b[2Jb", "\u001b]0;title\u0007b", "a\u009B2Jb", "a\u0008\u0008b", "a\u2028b", "a\u200Bb", "a\uFEFFb", "a\u{E0041}b", "a\u00ADb", "a\u0000b"];
const forbidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{E0041}]/u;

const stage = new Stage();
let ants, page, chat, plain, browser, ours;

before(async () => {
  [browser, ants, plain] = await Promise.all([stage.browser(), stage.web("Ants"), stage.plainPeer("Evil")]);
  chat = await ChatPage.open(browser, ants);
  page = chat.page;
  ours = await elements();
});

after(() => stage.end());

const elements = () => page.evaluate(() => document.querySelectorAll("script, style, link, img, iframe, svg, object, embed, base, meta, template, video, audio").length);

// What reaches beyond the window, unless something around it cuts it off.
function wider() {
  if (document.documentElement.scrollWidth <= window.innerWidth) return [];
  const all = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1);
  return all.map((one) => `${one.tagName}#${one.id}.${one.className}: ${one.getBoundingClientRect().right}`).slice(0, 20);
}

// Nothing ran, nothing was put into the document, nothing was complained of: CSP had nothing to forbid.
async function assertHarmless() {
  assert.equal(await page.evaluate(() => window.__pwned), undefined);
  assert.equal(await elements(), ours);
  assert.equal(await page.evaluate(() => document.querySelectorAll('a:not([href^="http://"]):not([href^="https://"]), [onerror], [onload], [onclick], [onmouseover], [onfocus], [style*="url"]').length), 0);
  assert.deepEqual(await page.evaluate(wider), [], "nothing is wider than the window");
  chat.isContent();
}

// A dialect in which names and texts are JSON strings.
const json = (name, text, port) => sendBytes(ants, JSON.stringify({ type: "message", content: text, sender_name: name, sender_port: port }));

test("texts of a plain-text peer are shown as they are", async () => {
  await plain.say(ants, "hello");
  await chat.talk("Evil");
  for (const text of markup) await plain.say(ants, text);
  await plain.say(ants, "the last one");
  await chat.sees("the last one");
  const texts = await chat.texts();
  for (const text of markup) assert.ok(texts.includes(text), `${text} in ${texts}`);
  await assertHarmless();
  await picture(page, "hostile");
});

test("marks that hide, turn or steer are shown as what they are", async () => {
  for (const text of hidden) await plain.say(ants, `begins ${text} ends`);
  await plain.say(ants, "the last mark");
  await chat.sees("the last mark");
  const shown = await page.evaluate(() => document.body.textContent);
  assert.doesNotMatch(shown, forbidden);
  assert.match(shown, /a⟨U\+202E⟩b/);
  await assertHarmless();
});

test("a line of 64 KiB, a word without end and towers of marks break nothing", async () => {
  for (const text of ["w".repeat(60_000), "word ".repeat(12_000), "\n".repeat(5_000), `z${"\u0301".repeat(10_000)}`, "\u{1F468}\u200D".repeat(5_000), "﷽".repeat(10_000), "<b>".repeat(20_000)])
    await json("Evil8", text, 7108);
  await json("Evil8", "the end", 7108);
  await chat.talk("Evil8");
  await chat.sees("the end");
  await assertHarmless();
  const { width, height } = await page.evaluate(() => {
    const sizes = [...document.querySelectorAll("#lines > li")].map((row) => row.getBoundingClientRect());
    return { width: Math.max(...sizes.map((size) => size.right)), height: Math.max(...sizes.map((size) => size.height)) };
  });
  assert.ok(width <= 1100 && height < 3000, `${width} × ${height}`);
  await chat.talk("Evil");
});

test("names of plain-text peers are shown as they are, everywhere", async () => {
  const names = [...markup.slice(0, 12), ...hidden];
  for (const [i, name] of names.entries()) await json(`${name}`, `I am number ${i}`, 7200 + i);
  await until(async () => (await chat.at("#sidebar [data-conversation]").count()) >= names.length + 2, "all of them are listed");
  await assertHarmless();
  assert.doesNotMatch(await page.evaluate(() => document.body.textContent + [...document.querySelectorAll("[title], [aria-label]")].map((one) => one.title + one.ariaLabel).join()), forbidden);
  for (const row of await chat.at("#sidebar #peers [data-conversation], #sidebar [data-conversation^=peer]").all()) {
    await row.click();
    await chat.at("#lines > li.line").first().waitFor();
    await chat.details();
    await chat.closeDialog();
  }
  assert.doesNotMatch(await page.title(), forbidden);
  await assertHarmless();
});

test("a tincan's name, room, topic, reaction and replies are shown as they are", async () => {
  const name = `<img src=x onerror=${run}>`;
  const mallory = await stage.listen(name);
  await mallory.do("connect", { peers: [`${ants.key}@${ants.address}`] });
  await chat.row(name).waitFor();
  await mallory.do("send", { peer: ants.key, text: markup[0] });
  await chat.talk(name);
  await chat.sees(markup[0]);
  await chat.say("an answer");
  const heard = await mallory.wait({ event: "message", text: "an answer" });
  await mallory.do("react", { id: heard.id, text: "<b>" });
  await chat.line("an answer").locator(".reactions", { hasText: "<b>" }).waitFor();
  await mallory.do("create_room", { name: "<svg/onload=x>", private: true }).catch(() => mallory.do("create_room", { name: "mallory", private: true }));
  const [{ rooms }] = await mallory.do("rooms");
  await mallory.do("topic", { room: rooms[0].alias, topic: `<img src=x onerror=${run}> \u202E{{7*7}}` });
  await mallory.do("invite", { room: rooms[0].alias, peer: ants.key });
  const invited = chat.at('#sidebar [data-conversation^="room:"]');
  await invited.first().click();
  await chat.at('#banners [data-do="accept"]').click();
  await chat.at("#topic").waitFor();
  assert.match(await chat.at("#topic").innerText(), /^<img src=x onerror=window.__pwned=1> ⟨U\+202E⟩\{\{7\*7\}\}$/);
  for (const text of markup.slice(0, 10)) await mallory.do("send", { peer: rooms[0].alias, text });
  await chat.sees(markup[9]);
  await chat.details();
  await chat.at("#members").getByText(name).first().waitFor();
  await chat.closeDialog();
  await assertHarmless();
});

test("addresses lead to what they show, in a window that knows nothing of this one, and nothing else becomes a link", async () => {
  await chat.talk("Evil");
  await plain.say(ants, "see https://example.org/a?b=c#d. and http://bank.example@evil.example/ and https://\u0430pple.com javascript:x//https://ok.example/ ftp://x.example");
  await chat.lines.filter({ hasText: "bank.example" }).waitFor();
  const links = await chat.at("#lines a").evaluateAll((all) => all.map((one) => ({ text: one.textContent, href: one.getAttribute("href"), rel: one.rel, target: one.target })));
  for (const { text, href, rel, target } of links) {
    assert.match(rel, /noopener/);
    assert.match(rel, /noreferrer/);
    assert.equal(target, "_blank");
    assert.ok(href === text || href === `${text}/`, `${text} → ${href}`);
    assert.doesNotMatch(href, /@/);
  }
  assert.ok(links.some(({ href }) => href === "https://example.org/a?b=c#d"));
  await assertHarmless();
});

test("a flood of lines and names leaves the page usable", async () => {
  await Promise.all(Array.from({ length: 300 }, (_, i) => json(`Flood ${i}`, `${markup[i % markup.length]} ${i}`, 8000 + i)));
  await plain.say(ants, "after the flood");
  await chat.sees("after the flood");
  const began = Date.now();
  await chat.say("still here");
  await chat.sees("still here");
  assert.ok(Date.now() - began < patience, `${Date.now() - began} ms`);
  await assertHarmless();
});
