// What the tests of the page share: tincans in homes of their own, peers of other kinds, and browsers whose every complaint is kept.
// Tests wait for what they want to see, never for a time.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const binary = process.env.TINCAN ?? path.join(root, "build/tincan");
export const isSanitized = process.env.TINCAN_SANITIZED === "1";
export const patience = isSanitized ? 40_000 : 15_000;
export const fromNpm = createRequire(process.env.TINCAN_NPM ?? path.join(root, "build/npm/"));

const { chromium } = fromNpm("playwright-core");

// Asks again and again, for what no event tells.
export async function until(condition, what, within = patience) {
  const end = Date.now() + within;
  for (;;) {
    const answer = await condition();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${within} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

const has = (event, wanted) => Object.entries(wanted).every(([name, value]) => event[name] === value);

// Everything that is put on it is ended with it, the last first.
export class Stage {
  #ends = [];

  onEnd(end) {
    this.#ends.unshift(end);
  }

  async end() {
    const faults = [];
    for (const end of this.#ends.splice(0)) await Promise.resolve().then(end).catch((fault) => faults.push(fault));
    if (faults.length > 0) throw faults[0];
  }

  home(team) {
    const home = new Home(team);
    this.onEnd(() => home.remove());
    return home;
  }

  // A tincan with a page, `tincan web --json`; its port for peers stays when it is started again.
  async web(team, home = this.home(team), ...flags) {
    return this.#started(new Tincan(home, ["web", "--web-port", String(home.webPort), ...flags]));
  }

  // One without, `tincan listen --json`.
  async listen(team, home = this.home(team), ...flags) {
    return this.#started(new Tincan(home, ["listen", ...flags]));
  }

  // One that relays for plain-text programs, too, `tincan host --json`.
  async hosts(team, home = this.home(team), ...flags) {
    return this.#started(new Tincan(home, ["host", ...flags]));
  }

  async #started(tincan) {
    this.onEnd(() => tincan.kill());
    await tincan.isReady();
    return tincan;
  }

  async plainPeer(team) {
    const peer = new PlainPeer(team);
    this.onEnd(() => peer.close());
    await peer.isReady();
    return peer;
  }

  async browser() {
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"], timeout: patience * 2 });
    this.onEnd(() => browser.close());
    return browser;
  }
}

// readdirSync's own recursion takes sockets for folders in node 18, which is Debian 12's.
function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? filesIn(file) : [file];
  });
}

class Home {
  ip = "127.0.0.1";
  port = 0;
  webPort = 0;

  constructor(team) {
    this.team = team;
    this.folder = mkdtempSync(path.join(tmpdir(), "tincan-web-"));
  }

  get environment() {
    const kept = Object.entries(process.env).filter(([name]) => !/^(TINCAN|XDG_|LC_|NODE_)/.test(name));
    const ours = { HOME: "", XDG_CONFIG_HOME: "config", XDG_DATA_HOME: "data", XDG_RUNTIME_DIR: "runtime" };
    const folders = Object.entries(ours).map(([name, folder]) => [name, path.join(this.folder, folder)]);
    return { ...Object.fromEntries(kept), ...Object.fromEntries(folders), LC_ALL: "C.UTF-8" };
  }

  // The only file of that name, wherever it lies.
  file(name) {
    const found = filesIn(this.folder).find((file) => path.basename(file) === name);
    assert.ok(found, name);
    return found;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// A process whose stdout is JSON lines.
class Tincan extends EventEmitter {
  events = [];
  #complaints = "";

  constructor(home, words) {
    super();
    this.setMaxListeners(100);
    this.home = home;
    const flags = ["--team", home.team, "--ip", home.ip, "--port", String(home.port)];
    this.child = spawn(binary, [...words, "--json", ...flags], { env: home.environment, cwd: home.folder, stdio: ["ignore", "pipe", "pipe"] });
    this.isOver = new Promise((resolve) => this.child.on("close", (code, signal) => resolve(code ?? signal)));
    this.child.stderr.setEncoding("utf8").on("data", (text) => (this.#complaints += text));
    readline.createInterface({ input: this.child.stdout }).on("line", (line) => this.#take(line));
    this.isOver.then(() => this.emit("over"));
  }

  #take(line) {
    let event;
    try {
      event = JSON.parse(line);
    } catch {
      event = { said: line };
    }
    this.events.push(event);
    this.emit("event");
  }

  async isReady() {
    const listening = await this.wait({ event: "listening" }, 3 * patience);
    this.address = listening.endpoints[0];
    this.key = listening.key;
    this.home.port = Number(this.address.split(":").pop());
    if (!this.child.spawnargs.includes("web")) return;
    this.link = (await this.wait({ event: "web" })).link;
    this.home.webPort = Number(new URL(this.link).port);
  }

  // The first event that has all these, from number `since` on.
  async wait(wanted, within = patience, since = 0) {
    const isIt = typeof wanted === "function" ? wanted : (event) => has(event, wanted);
    const end = Date.now() + within;
    let isOver = false;
    this.isOver.then(() => (isOver = true));
    for (let at = since; ; ) {
      for (; at < this.events.length; at += 1) if (isIt(this.events[at])) return this.events[at];
      if (isOver || Date.now() > end) throw new Error(`${isOver ? "ended" : "silent"} without ${JSON.stringify(wanted) ?? wanted}: ${this.#story()}`);
      await new Promise((resolve) => {
        const timer = setTimeout(done, Math.max(1, end - Date.now()));
        const self = this;
        function done() {
          clearTimeout(timer);
          self.off("event", done).off("over", done);
          resolve();
        }
        this.once("event", done).once("over", done);
      });
    }
  }

  #story() {
    return `${this.child.spawnargs.join(" ")}\n${this.events.slice(-8).map((event) => JSON.stringify(event).slice(0, 300)).join("\n")}\n${this.#complaints.slice(-2000)}`;
  }

  async control() {
    const control = new Control(this.home.file("control.sock"));
    await once(control.socket, "connect");
    return control;
  }

  // One command by the control socket; its answers.
  async do(command, fields = {}) {
    const control = await this.control();
    try {
      return await control.do(command, fields);
    } finally {
      control.close();
    }
  }

  async kill(how = "SIGKILL") {
    this.child.kill(how);
    const code = await this.isOver;
    const fault = this.#complaints.match(/(runtime error:|ERROR: \w+Sanitizer|WARNING: ThreadSanitizer)[^]*/);
    assert.ok(!fault, fault?.[0].slice(0, 4000));
    return code;
  }
}

// A connection to the control socket of a running tincan.
class Control {
  #tags = 0;
  #waiting = [];

  constructor(file) {
    this.socket = net.createConnection(file);
    this.socket.setEncoding("utf8");
    readline.createInterface({ input: this.socket }).on("line", (line) => this.#waiting[0]?.(JSON.parse(line)));
  }

  do(command, fields = {}) {
    return new Promise((resolve, reject) => {
      const answers = [];
      const take = (event) => {
        answers.push(event);
        if (event.event === "done") return void (this.#waiting.shift(), resolve(answers));
        if (event.event === "failed") return void (this.#waiting.shift(), reject(new Error(`${command}: ${event.why}`)));
      };
      this.#waiting.push(take);
      this.socket.write(`${JSON.stringify({ command, ...fields })}\n`);
    });
  }

  close() {
    this.socket.destroy();
  }
}

// A program of the old kind, family A1: a connection for each message, `IP:PORT TEAM TEXT`.
class PlainPeer {
  heard = [];

  constructor(team) {
    this.team = team;
    this.server = net.createServer((socket) => {
      let text = "";
      socket.setEncoding("utf8");
      socket.on("data", (more) => (text += more)).on("error", () => {});
      socket.on("end", () => this.heard.push(text));
    });
    this.server.listen(0, "127.0.0.1");
  }

  async isReady() {
    await once(this.server, "listening");
    this.address = `127.0.0.1:${this.server.address().port}`;
  }

  say(tincan, text, { team = this.team, address = this.address } = {}) {
    return sendBytes(tincan, `${address} ${team} ${text}`);
  }

  hears(text) {
    return until(() => this.heard.find((message) => message.endsWith(` ${text}`)), `the plain-text peer hears ${text}: ${this.heard}`);
  }

  close() {
    this.server.close();
  }
}

export async function sendBytes(tincan, bytes) {
  const [host, port] = tincan.address.split(":");
  const socket = net.createConnection(Number(port), host);
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.end(bytes);
  socket.resume();
  await once(socket, "close");
}

// A picture for a person to look at.
export async function picture(page, name) {
  const folder = path.join(root, "build/screenshots");
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

// Everything that a page complains about, asks or fetches from elsewhere, as sentences. Of a tincan that is gone it may complain.
export function watchFor(page) {
  const complaints = [];
  const isOfALostSocket = (text) => /WebSocket connection to 'ws:[^']*' failed|ERR_CONNECTION_(REFUSED|RESET)/.test(text);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !isOfALostSocket(message.text())) complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (fault) => complaints.push(`error: ${fault.stack}`));
  page.on("dialog", (dialog) => (complaints.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  page.on("popup", (other) => complaints.push(`popup: ${other.url()}`));
  page.on("download", (file) => complaints.push(`download: ${file.url()}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (!/^(127\.0\.0\.1|localhost)$/.test(url.hostname) && url.protocol !== "data:") complaints.push(`request: ${request.url()}`);
  });
  return complaints;
}
