// Pages in a browser without a window, for web.py: orders come as JSON lines, and each is answered by one.
import readline from "node:readline";
import { ChatPage } from "../web/chat_page.mjs";
import { Stage } from "../web/stage.mjs";

const stage = new Stage();
const browser = await stage.browser();
const pages = new Map();
const pageOf = (name) => pages.get(name).page;

// The time of the one clock that all pages share, in ms.
const clock = () => performance.timeOrigin + performance.now();

// When a line with that text is in the document, and when the frame that shows it is drawn.
function seen(text) {
  const now = () => performance.timeOrigin + performance.now();
  const list = document.querySelector("#lines");
  const isThere = () => [...list.children].slice(-3).some((line) => line.querySelector(".text")?.textContent === text);
  window.seen = new Promise((resolve) => {
    const observer = new MutationObserver(look);
    observer.observe(list, { childList: true, subtree: true, characterData: true });
    look();
    function look() {
      if (!isThere()) return;
      observer.disconnect();
      const shown = now();
      requestAnimationFrame(() => setTimeout(() => resolve({ shown, painted: now() })));
    }
  });
}

// When the next key or click comes, before the page hears of it.
function began(kind) {
  const now = () => performance.timeOrigin + performance.now();
  window.began = new Promise((resolve) => addEventListener(kind, () => resolve(now()), { capture: true, once: true }));
}

const spans = ({ shown, painted }, start) => ({ shown_ms: shown - start, painted_ms: painted - start });

const orders = {
  async open({ page, link }) {
    pages.set(page, await ChatPage.open(browser, { link }));
  },
  async talk({ page, name }) {
    await pages.get(page).talk(name);
  },
  async send({ page, text }) {
    await pages.get(page).say(text);
    await pages.get(page).hasStateOf(text, "delivered");
  },
  // From Enter in one page to the line in another.
  async line({ page, other, text }) {
    await pageOf(other).evaluate(seen, text);
    await pages.get(page).box.fill(text);
    await pageOf(page).evaluate(began, "keydown");
    await pages.get(page).box.press("Enter");
    const [start, end] = await Promise.all([pageOf(page).evaluate(() => window.began), pageOf(other).evaluate(() => window.seen)]);
    return spans(end, start);
  },
  // Of the page anew: its first picture, and when it is logged in and has its lists.
  async paint({ page }) {
    await pageOf(page).reload();
    await pages.get(page).isReady();
    return pageOf(page).evaluate(() => ({
      paint_ms: performance.getEntriesByName("first-contentful-paint")[0].startTime, ready_ms: performance.now(),
    }));
  },
  // From a click on a conversation that the page does not know yet to its newest line.
  async conversation({ page, name, newest }) {
    await pageOf(page).evaluate(() => sessionStorage.removeItem("tincan open"));
    await pageOf(page).reload();
    await pages.get(page).isReady();
    await pages.get(page).row(name).waitFor();
    await pageOf(page).evaluate(seen, newest);
    await pageOf(page).evaluate(began, "click");
    await pages.get(page).row(name).click();
    const [start, end] = await Promise.all([pageOf(page).evaluate(() => window.began), pageOf(page).evaluate(() => window.seen)]);
    return spans(end, start);
  },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { order, ...fields } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ at: clock(), ...(await orders[order](fields)) }));
  } catch (fault) {
    console.log(JSON.stringify({ fault: String(fault.stack) }));
  }
}
await stage.end();
