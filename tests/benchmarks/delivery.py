"""burst200 and loop20000: what arrives, and how fast, at tincan and at a typical Python peer, in turn."""

import collections

from child import Failed
from figures import progress, tell
from machine import Figures
from programs import Classroom, Home, Tincan, expected, sent

PROGRAMS = 200
ROW = 20_000
RATIO = 2
ROW_SOURCES = ("127.0.0.2", 8)  # the free ports of one address alone would be searched for at length
SOON = 1.0
STRAGGLERS = 5  # seconds in which the kernel may still bring what it had put off
ROW_BACKLOG = 128  # with listen(5) a row would measure the kernel's patience, not the program

Burst = collections.namedtuple("Burst", "shown soon stored milliseconds")
Row = collections.namedtuple("Row", "rate lost lost_from_store dialled_again resident_mib")


def typical(home, *options):
    return Classroom(home, *options)


def serial(home, *options):
    return Classroom(home, "--serial", *options)


TAKERS = {"tincan": Tincan, "classroom": typical, "classroom, serial": serial}


def burst200(runs):
    results = in_turn(runs, "burst200", burst)
    for name, bursts in results.items():
        tell(
            "burst200", [run.shown for run in bursts], "messages shown", at_least=PROGRAMS if name == "tincan" else None, every=True,
            program=name, sent=PROGRAMS, shown_within_1_s=[run.soon for run in bursts], milliseconds=[run.milliseconds for run in bursts],
        )
    stored = [run.stored for run in results["tincan"]]
    tell("burst200", stored, "messages in the history after kill -9", at_least=PROGRAMS, every=True, program="tincan")


def loop20000(runs):
    results = in_turn(runs, "loop20000", row)
    for name, rows in results.items():
        tell(
            "loop20000", [run.rate for run in rows], "messages/s", program=name, lost=[run.lost for run in rows],
            lost_from_store=[run.lost_from_store for run in rows], dialled_again=[run.dialled_again for run in rows],
            resident_mib=[run.resident_mib for run in rows],
        )
    lost = [run.lost + run.lost_from_store for run in results["tincan"]]
    tell("loop20000", lost, "messages lost", below=1, every=True, program="tincan")
    for name in ("classroom", "classroom, serial"):
        ratios = [ours.rate / theirs.rate for ours, theirs in zip(results["tincan"], results[name])]
        tell("loop20000", ratios, "times the rate", at_least=RATIO if name == "classroom" else None, program="tincan", than=name)


def in_turn(runs, bench, measure):
    """The results of each program; they take turns, so that a busy machine is busy for all."""
    results = {name: [] for name in TAKERS}
    for run in range(runs):
        for name, start in TAKERS.items():
            with Home() as home:
                results[name].append(measure(home, start))
            progress(f"{bench} {run + 1}/{runs} {name}: {results[name][-1]}")
    return results


def burst(home, start):
    taker = start(home)
    try:
        began = sent(home, "burst", taker.address, "burst", PROGRAMS)["began"]
        ended = taker.wait_count(PROGRAMS, STRAGGLERS)
        shown, stored = checked(taker.outcome(), expected("burst", PROGRAMS))
    finally:
        taker.kill()
    return Burst(shown, taker.count_at(began + SOON), stored, round((ended - began) * 1000, 1))


def row(home, start):
    taker = start(home) if start is Tincan else start(home, "--backlog", ROW_BACKLOG)
    try:
        account = sent(home, "row", taker.address, "row", ROW, *ROW_SOURCES)
        ended = taker.wait_count(ROW)
        resident = round(Figures(taker.child.pid).resident_mib(), 1)
        shown, stored = checked(taker.outcome(), expected("row", ROW))
    finally:
        taker.kill()
    lost_from_store = None if stored is None else ROW - stored
    return Row(shown / (ended - account["began"]), ROW - shown, lost_from_store, account["dialled_again"], resident)


def checked(outcome, texts):
    """How many of the texts were shown, and stored; a text that is there twice, or was never sent, ends the measurement."""
    for found in filter(None, outcome):
        strange = collections.Counter(found) - collections.Counter(texts)
        if strange:
            raise Failed(f"twice, or never sent: {[(text[:80], count) for text, count in strange.most_common(5)]}")
    return len(outcome.shown), None if outcome.stored is None else len(outcome.stored)
