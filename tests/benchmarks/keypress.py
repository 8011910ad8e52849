"""keypress: from a key to its picture while nothing arrives, and while 5,000 messages a second do."""

import collections
import random
import re

from figures import percentile, progress, tell
from programs import Failed, Home, Load, expected
from terminal import Cat, Console

RATE = 5000
KEYS = 300
LIMIT_MS = 10
LEAD_IN = 1.0  # seconds of load before the first key
BETWEEN = (0.010, 0.035)  # seconds from one key to the next
SOURCES = ("127.0.0.2", 32)

Typing = collections.namedtuple("Typing", "p50 p99 worst shown left_out sent late_ms")


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
    more = {field: [getattr(typing, field) for typing in typings] for field in ("shown", "left_out", "sent", "late_ms")}
    load = "none" if name == "quiet" else f"{RATE}/s"
    tell("keypress", [typing.p50 for typing in typings], "ms, median key", below=limit, case=name, load=load)
    tell(
        "keypress", [typing.p99 for typing in typings], "ms, 99th of 100 keys", below=limit, case=name, load=load, keys=KEYS,
        worst=[typing.worst for typing in typings], **more,
    )


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
        console.watch_until_quiet()
    finally:
        console.kill()
    check_history(home, load.account["sent"])
    return typing(times, console, load.account)


def cat_beside(home):
    tincan = home.listen()
    cat = Cat(home)
    try:
        with Load(home, "pace", tincan.address, "pace", RATE, *SOURCES) as load:
            times = type_keys(cat)
        return typing(times, account=load.account)
    finally:
        cat.kill()
        tincan.kill()


def type_keys(screen):
    screen.watch(LEAD_IN)
    times = []
    for _ in range(KEYS):
        times.append(screen.key_ms())
        screen.watch(random.uniform(*BETWEEN))
    return times


def typing(times, console=None, account=None):
    text = console.plain() if console else b""
    shown = len(set(re.findall(rb"pace \d+", text)))
    left_out = sum(int(number) for number in re.findall(rb"(\d+) lines left out", text))
    account = account or {"sent": 0, "late_ms": 0}
    figures = (percentile(times, 0.5), percentile(times, 0.99), max(times))
    return Typing(*(round(figure, 3) for figure in figures), shown, left_out, account["sent"], account["late_ms"])


def check_history(home, count):
    missing = set(expected("pace", count)) - set(home.history())
    if missing:
        raise Failed(f"{len(missing)} of {count} messages were lost while keys were typed")
