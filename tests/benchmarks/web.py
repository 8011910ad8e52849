"""web_line, web_paint and web_open: the page in a browser without a window (Debian's chromium, driven by node)."""

import contextlib
import json
import os
import subprocess

from child import PATIENCE, Failed, Watched
from figures import percentile, progress, tell
from programs import HERE, ROOT, Home, free_port
from rooms import ROOM, Control

LINE_MS, PAINT_MS, OPEN_MS = 30, 300, 300
LINES = 50  # in a run, one after the other
PAST = 100_000
PAINTS, OPENS = 5, 5  # in a run


class Web(Watched):
    """A running `tincan web --json`."""

    def __init__(self, home):
        self.home = home
        command = home.command("web", "--json", "--web-port", 0, "--port", free_port(), *home.flags)
        super().__init__(command, b'"event":"message"', home.folder, env=home.environment(), cwd=home.folder)
        self.link = json.loads(self.wait_line(b'"event":"web"')[0])["link"]
        listening = json.loads(self.wait_line(b'"event":"listening"')[0])
        self.address, self.key = listening["endpoints"][0], listening["key"]


class Browser(Watched):
    """A browser that does what it is told, one thing after the other."""

    def __init__(self, home):
        environment = {**os.environ, "TINCAN_NPM": f"{ROOT}/build/npm/"}
        super().__init__(["node", HERE / "web_browser.mjs"], b"{", home.folder, env=environment)
        self.asked = 0

    def __call__(self, order, **fields):
        self.asked += 1
        self.child.stdin.write((json.dumps({"order": order, **fields}) + "\n").encode())
        self.wait_count(self.asked, 4 * PATIENCE)
        if self.count < self.asked:
            raise Failed(f"no answer to {order} {fields}: {self.complained()}")
        answer = json.loads(self.marked_lines()[self.asked - 1])
        if "fault" in answer:
            raise Failed(f"{order} {fields}: {answer['fault']}")
        return answer


@contextlib.contextmanager
def stage(webs):
    """A browser, and so many tincans with pages."""
    subprocess.run(["bash", "-c", "cd $0 && . src/packages.sh && install_packages chromium nodejs npm && npm_packages", str(ROOT)], check=True, stdout=subprocess.DEVNULL)
    with contextlib.ExitStack() as place:
        started = []
        for _ in range(webs):
            started.append(Web(place.enter_context(Home())))
            place.callback(started[-1].kill)
        browser = Browser(started[0].home)
        place.callback(browser.kill)
        yield browser, *started


def column(results, name):
    return [result[name] for result in results]


# --- from one page to the other


def web_line(runs):
    results = []
    for run in range(runs):
        with stage(2) as (browser, one, other):
            results.append(lines(browser, one, other))
        progress(f"web_line {run + 1}/{runs}: {results[-1]}")
    more = {name: column(results, name) for name in ("painted_ms", "tail_ms")}
    tell("web_line", column(results, "shown_ms"), "ms from Enter in one page to the line in another peer's page, median", below=LINE_MS, lines=LINES, **more)


def lines(browser, one, other):
    with contextlib.closing(Control(one.home)) as control:
        control("connect", peers=[f"{other.key}@{other.address}"])
    browser("open", page="one", link=one.link)
    browser("open", page="other", link=other.link)
    browser("talk", page="one", name="Bench")
    browser("send", page="one", text="we meet")
    browser("talk", page="other", name="Bench")
    browser("line", page="one", other="other", text="the first one")  # not counted
    times = [browser("line", page="one", other="other", text=f"line {number} of {LINES}") for number in range(LINES)]
    shown, painted = column(times, "shown_ms"), column(times, "painted_ms")
    return {"shown_ms": percentile(shown, 0.5), "painted_ms": percentile(painted, 0.5), "tail_ms": percentile(shown, 0.99)}


# --- the first picture


def web_paint(runs):
    results = []
    for run in range(runs):
        with stage(1) as (browser, web):
            browser("open", page="first", link=web.link)  # and its files are in no cache: they are never stored
            looks = [browser("paint", page="first") for _ in range(PAINTS)]
        results.append({name: percentile(column(looks, name), 0.5) for name in ("paint_ms", "ready_ms")})
        progress(f"web_paint {run + 1}/{runs}: {results[-1]}")
    tell("web_paint", column(results, "paint_ms"), "ms to the first paint with content", below=PAINT_MS, ready_ms=column(results, "ready_ms"))


# --- a conversation with a past


def web_open(runs):
    with stage(1) as (browser, web):
        with contextlib.closing(Control(web.home)) as control:
            control.make_room()
            control.write(PAST)
            control("send", peer=ROOM, text="the newest line")
        browser("open", page="one", link=web.link)
        results = []
        for run in range(runs):
            opens = [browser("conversation", page="one", name=ROOM, newest="the newest line") for _ in range(OPENS)]
            results.append({name: percentile(column(opens, name), 0.5) for name in ("shown_ms", "painted_ms")})
            progress(f"web_open {run + 1}/{runs}: {results[-1]}")
    tell("web_open", column(results, "shown_ms"), "ms from a click to the newest lines of a conversation", below=OPEN_MS, lines=PAST, painted_ms=column(results, "painted_ms"))
