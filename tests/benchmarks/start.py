"""start and idle: how soon it is ready, and what it costs when nothing happens."""

import collections
import time

from figures import progress, tell
from machine import Figures, until_calm
from programs import Home, expected, sent
from terminal import Console

READY_MS = 50
RESIDENT_MIB = 15
IDLE_SECONDS = 10
HISTORY = 20_000

Idle = collections.namedtuple("Idle", "cpu_ms exact_cpu_ms wakeups resident_at_start resident_mib")


def start(runs):
    with Home() as used:
        fill(used)
        fresh, again = [], []
        for run in range(runs):
            with Home() as home:
                fresh.append(ready_ms(home))
            again.append(ready_ms(used))
            progress(f"start {run + 1}/{runs}: fresh {fresh[-1]:.1f} ms, with history {again[-1]:.1f} ms")
    tell("start", fresh, "ms from process start to ready", below=READY_MS, profile="fresh", program="tincan listen")
    tell("start", again, "ms from process start to ready", below=READY_MS, profile=f"{HISTORY} messages", program="tincan listen")


def fill(home):
    tincan = home.listen()
    try:
        sent(home, "row", tincan.address, "old", HISTORY, "127.0.0.2", 8)
        tincan.wait_count(HISTORY)
    finally:
        tincan.stop()


def ready_ms(home):
    tincan = home.listen()
    tincan.stop()
    return (tincan.ready - tincan.began) * 1000


def idle(runs):
    for name, begin in {"tincan listen": Home.listen, "tincan (console)": Console}.items():
        results = []
        for run in range(runs):
            with Home() as home:
                results.append(rest(begin(home)))
            progress(f"idle {run + 1}/{runs} {name}: {results[-1]}")
        tell(
            "idle", [run.cpu_ms for run in results], f"ms of processor time in {IDLE_SECONDS} s", below=1, program=name,
            exact_ms=[run.exact_cpu_ms for run in results], wakeups=[run.wakeups for run in results],
        )
        tell(
            "idle", [run.resident_mib for run in results], "MiB resident", below=RESIDENT_MIB, program=name,
            at_start=[run.resident_at_start for run in results],
        )


def rest(program):
    try:
        figures = Figures(program.child.pid)
        at_start = figures.resident_mib()
        until_calm(figures)
        before = figures.cpu_ms(), figures.exact_cpu_ms(), figures.wakeups()
        time.sleep(IDLE_SECONDS)
        used = [now - then for now, then in zip((figures.cpu_ms(), figures.exact_cpu_ms(), figures.wakeups()), before)]
        return Idle(used[0], round(used[1], 3), used[2], round(at_start, 2), round(figures.resident_mib(), 2))
    finally:
        program.kill()
