// Ten thousand lines, arriving and past: the page answers keys meanwhile, stays where its user looks, and stays small.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { ChatPage } from "./chat_page.mjs";
import { Stage, until } from "./stage.mjs";

const many = 10_000;
const at_once = 200;
const most_rows = 1_000;
const most_nodes = 30_000;
const longest_task_ms = 2_000; // a page that hangs; how quick it is, tests/bench says

const stage = new Stage();
let ants, chat, page, room, rooms = 0;

before(async () => {
  const browser = await stage.browser();
  ants = await stage.web("Ants");
  chat = await ChatPage.open(browser, ants);
  page = chat.page;
});

after(async () => {
  try {
    chat.isContent();
  } finally {
    await stage.end();
  }
});

beforeEach(async () => {
  rooms += 1;
  room = `#long${rooms}`;
  await ants.do("create_room", { name: `long${rooms}`, private: false });
  await chat.talk(room);
  await page.evaluate(watch);
});

// From now on the page looks at itself, in every frame.
function watch() {
  window.watched?.stop();
  const seen = { tasks: [], rows: 0, nodes: 0, stop };
  const observer = new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: "longtask" });
  let frame = requestAnimationFrame(look);
  function look() {
    seen.rows = Math.max(seen.rows, document.querySelector("#lines").childElementCount);
    seen.nodes = Math.max(seen.nodes, document.getElementsByTagName("*").length);
    frame = requestAnimationFrame(look);
  }
  function stop() {
    observer.disconnect();
    cancelAnimationFrame(frame);
  }
  window.watched = seen;
}

async function assertLightOfHand(t) {
  const { tasks, rows, nodes } = await page.evaluate(() => ({ ...window.watched, stop: undefined }));
  const longest = Math.max(0, ...tasks);
  t.diagnostic(`${rows} rows, ${nodes} nodes, ${tasks.length} tasks over 50 ms, the longest ${longest} ms`);
  assert.ok(rows <= most_rows, `${rows} rows`);
  assert.ok(nodes <= most_nodes, `${nodes} nodes`);
  assert.ok(longest <= longest_task_ms, `a task of ${longest} ms`);
}

async function write(count, words = "line") {
  const control = await ants.control();
  for (let at = 0; at < count; at += at_once)
    await Promise.all(Array.from({ length: at_once }, (_, i) => control.do("send", { peer: room, text: `${words} ${at + i}` })));
  control.close();
}

test("ten thousand lines that arrive leave the keys quick, and the newest in sight", async (t) => {
  const writing = write(many);
  let isWritten = false;
  writing.then(() => (isWritten = true), () => (isWritten = true));
  const keys = [];
  while (!isWritten) keys.push(await page.evaluate(() => new Promise((resolve) => {
    const began = performance.now();
    document.querySelector("#message").value += "k";
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
  })));
  await writing;
  await chat.sees(`line ${many - 1}`);
  keys.sort((a, b) => a - b);
  t.diagnostic(`a frame took ${keys[keys.length >> 1].toFixed(1)} ms (median of ${keys.length}), ${keys.at(-1).toFixed(1)} ms at most`);
  await assertLightOfHand(t);
  assert.deepEqual((await chat.texts()).slice(-3), [many - 3, many - 2, many - 1].map((number) => `line ${number}`));
  await chat.box.fill("");
});

test("ten thousand lines scroll to the first and back without a long task", async (t) => {
  await write(many);
  await chat.sees(`line ${many - 1}`);
  await page.evaluate(watch);
  for (const [step, last] of [[-1_500, "line 0"], [1_500, `line ${many - 1}`]]) {
    const isThere = await page.evaluate(async ({ step, last }) => {
      const scroller = document.querySelector("#scroller");
      const end = performance.now() + 60_000;
      const isIn = () => [document.querySelector("#lines > li.line .text"), document.querySelector("#lines > li.line:last-child .text")].some((text) => text?.textContent === last);
      while (!isIn() && performance.now() < end) {
        scroller.scrollBy(0, step);
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      return isIn();
    }, { step, last });
    assert.ok(isThere, `it comes to ${last}`);
  }
  await assertLightOfHand(t);
});
