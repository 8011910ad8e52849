"""idle_links: what a crowd of silent connections costs, and whether others are still heard."""

import collections
import time

from figures import progress, tell
from machine import Figures, until
from programs import Home, Load, sent

CROWDS = ((2_000, 1), (2_000, 200), (10_000, 1), (10_000, 200))
CROWD_SOURCE = "127.0.1.2"
STRANGER = "127.0.0.9"
MESSAGES = 10
IN_TIME_MS = 1000

Crowd = collections.namedtuple("Crowd", "before during after held closed stranger_ms neighbour_ms")


def idle_links(runs):
    for count, sources in CROWDS:
        results = []
        for run in range(runs):
            with Home() as home:
                results.append(endure(home, count, sources))
            progress(f"idle_links {run + 1}/{runs} {count} from {sources}: {results[-1]}")
        report(results, connections=count, addresses=sources)


def report(results, **which):
    tell(
        "idle_links", [crowd.during for crowd in results], "MiB resident", **which, before=[crowd.before for crowd in results],
        after=[crowd.after for crowd in results], held=[crowd.held for crowd in results], closed=[crowd.closed for crowd in results],
    )
    for name in ("stranger", "neighbour"):
        slowest = [getattr(crowd, f"{name}_ms") for crowd in results]
        tell("idle_links", slowest, "ms, the slowest message", below=IN_TIME_MS, **which, sender=name, messages=MESSAGES)


def endure(home, count, sources):
    """The stranger speaks from an address of his own, the neighbour from one of the crowd's."""
    tincan = home.listen()
    try:
        figures = Figures(tincan.child.pid)
        before, own_sockets = figures.resident_mib(), figures.sockets()
        with Load(home, "idle", tincan.address, "idle", count, CROWD_SOURCE, sources) as crowd:
            slowest = [slowest_ms(home, tincan, who, source) for who, source in (("stranger", STRANGER), ("neighbour", CROWD_SOURCE))]
            during, held = figures.resident_mib(), figures.sockets() - own_sockets
        until(lambda: figures.sockets() <= own_sockets, "the sockets of the crowd to be given back")
        sizes = [round(size, 1) for size in (before, during, figures.resident_mib())]
    finally:
        tincan.kill()
    return Crowd(*sizes, held, crowd.account["closed_by_peer"], *slowest)


def slowest_ms(home, tincan, who, source):
    return max(message_ms(home, tincan, f"{who} {number}", source) for number in range(MESSAGES))


def message_ms(home, tincan, label, source):
    began = sent(home, "row", tincan.address, label, 1, source)["began"]
    _, shown = tincan.wait_line(f"{label} 0".encode())
    return round((shown - began) * 1000, 2)
