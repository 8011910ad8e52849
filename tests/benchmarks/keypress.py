"""keypress: from a key to its picture while nothing arrives, and while 5,000 messages a second do."""

import collections
import random
import re

from figures import percentile, progress, tell
from programs import Home, Load, sent
from terminal import Cat, Console

RATE = 5000
KEYS = 300
LIMIT_MS = 10
LEAD_IN = 1.0  # seconds of load before the first key
BETWEEN = (0.010, 0.035)  # seconds from one key to the next
SOURCES = ("127.0.0.2", 32)

Typing = collections.namedtuple("Typing", "p50 p99 worst shown left_out sent failed late_ms lost")


def keypress(runs):
    cases = {"quiet": quiet, "busy": busy, "cat beside the same": cat_beside}
    results = {name: [] for name in cases}
    for run in range(runs):
        for name, case in cases.items():
            with Home() as home:
                results[name].append(case(home))
            progress(f"keypress {run + 1}/{runs} {name}: {results[name][-1]}")
    for name, typings in results.items():
        report(name, typings)


def report(name, typings):
    limit = None if name.startswith("cat") else LIMIT_MS
    more = {field: [getattr(typing, field) for typing in typings] for field in ("worst", "shown", "left_out", "sent", "failed", "late_ms")}
    load = "none" if name == "quiet" else f"{RATE}/s"
    tell("keypress", [typing.p50 for typing in typings], "ms, median key", below=limit, case=name, load=load)
    tell(
        "keypress", [typing.p99 for typing in typings], "ms, 99th of 100 keys", below=limit, case=name, load=load, keys=KEYS, **more,
    )
    if name == "busy":
        tell("keypress", [typing.lost for typing in typings], "messages lost", below=1, every=True, case=name, load=load)


def quiet(home):
    console = Console(home)
    try:
        return typing(type_keys(console))
    finally:
        console.kill()


def busy(home):
    console = Console(home)
    try:
        with Load(home, "pace", console.address, "pace", RATE, *SOURCES) as load:
            times = type_keys(console)
            load.child.stdin.close()
            console.wait_for(lambda: load.child.poll() is not None, "the end of the load")
        sent(home, "row", console.address, "fence", 1)
        console.wait_for(lambda: b"fence 0" in console.seen, "what was sent last")
    finally:
        console.kill()
    stored = sum(text.startswith("pace ") for text in set(home.history()))
    return typing(times, console.plain(), load.account, load.account["sent"] - stored)


def cat_beside(home):
    cat = Cat(home)
    tincan = home.listen()
    try:
        with Load(home, "pace", tincan.address, "pace", RATE, *SOURCES) as load:
            times = type_keys(cat)
    finally:
        cat.kill()
        tincan.kill()
    return typing(times, account=load.account)


def type_keys(screen):
    screen.watch(LEAD_IN)
    times = []
    for _ in range(KEYS):
        times.append(screen.key_ms())
        screen.watch(random.uniform(*BETWEEN))
    return times


def typing(times, text=b"", account=None, lost=0):
    account = account or {"sent": 0, "failed": 0, "late_ms": 0}
    figures = (round(figure, 3) for figure in (percentile(times, 0.5), percentile(times, 0.99), max(times)))
    shown = len(set(re.findall(rb"pace \d+", text)))
    left_out = sum(int(number) for number in re.findall(rb"(\d+) lines left out", text))
    return Typing(*figures, shown, left_out, account["sent"], account["failed"], account["late_ms"], lost)
