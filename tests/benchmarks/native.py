"""native_stream, native_single, native_backlog and native_idle: two whole tincans over loopback, beside what the machine gives."""

import json
import pathlib
import statistics
import tempfile
import time

from child import Failed, Watched
from figures import percentile, progress, tell
from machine import Figures
from programs import BINARY, HERE, ROOT, WORK, build, free_port

PROGRAM = WORK / "native"
ROOMS = ("app", "net", "store", "term", "sim", "chat", "wire", "frames", "base")
LIBRARIES = ("SQLiteCpp", "sqlite3", "ssl", "crypto", "protobuf-lite", "fmt", "utf8proc", "icui18n", "icuuc", "qrencode", "sodium")
PATIENCE = 300

STREAMED = 100_000
WINDOW = 8_192  # messages that are not delivered yet: more than the link's own window takes
STREAM_RATIO = 0.2
SLICES, SLICE = 20, 50  # of single messages and their references, in turn
MEDIAN_TIMES, TAIL_TIMES = 2, 4
BACKLOG = 100_000
NEWEST_MS, ALL_MS = 200, 2_000
CROWD, GREAT_CROWD = 5_000, 10_000
END_KB = 35
FEW, FEW_SECONDS, FEW_SHARE = 100, 40, 0.2  # two rounds of pings


class Program(Watched):
    """The C++ program in one of its modes; calling it gives an order and waits for the answer."""

    def __init__(self, folder, *words):
        super().__init__([PROGRAM, *words], b"{", folder)
        self.heard = 0
        self.hello = self.answer()

    def __call__(self, *words):
        self.child.stdin.write((" ".join(str(word) for word in words) + "\n").encode())
        return self.answer()

    def answer(self):
        self.heard += 1
        self.wait_count(self.heard, PATIENCE)
        if self.count < self.heard:
            raise Failed(f"{self.child.args}: no answer; {self.complained()}")
        return json.loads(self.marked_lines()[self.heard - 1])


class Place:
    """A folder on the disk where the build is, and the programs that live in it."""

    def __init__(self):
        WORK.mkdir(parents=True, exist_ok=True)
        self.place = tempfile.TemporaryDirectory(prefix="native-", dir=WORK)
        self.folder = pathlib.Path(self.place.name)
        self.programs = []

    def __enter__(self):
        self.references = self.run("references", self.folder)
        return self

    def __exit__(self, *fault):
        for program in self.programs:
            program.kill()
        self.place.cleanup()

    def run(self, *words):
        self.programs.append(Program(self.folder, *words))
        return self.programs[-1]

    def peer(self, name, port=0):
        return self.run("peer", self.folder / name, port)

    def pair(self):
        one, other = self.peer("one"), self.peer("other", free_port())
        if not one("connect", other.hello["address"])["linked"]:
            raise Failed("the two peers did not find each other")
        other("single", 1)  # nobody keeps much of somebody it never wrote to
        return one, other


def build_program():
    sources = sorted((HERE / "native").glob("*.?pp"))
    rooms = [BINARY.parent / f"libtincan_{room}.a" for room in ROOMS]
    if missing := [room for room in rooms if not room.exists()]:
        raise Failed(f"{missing[0]} is not there: tincan must come from its own build tree")
    libraries = ["-Wl,--start-group", *rooms, "-Wl,--end-group", *(f"-l{name}" for name in LIBRARIES)]
    includes = (f"-I{ROOT / 'include'}", "-D_GLIBCXX_ASSERTIONS", "-pthread", '-DTINCAN_VERSION="bench"')
    build(PROGRAM, [*sources, *rooms], *includes, libraries=libraries)


def in_places(runs, bench, measure):
    """What each run gives, in a fresh folder."""
    build_program()
    results = []
    for run in range(runs):
        with Place() as place:
            results.append(measure(place))
        progress(f"{bench} {run + 1}/{runs}: {results[-1]}")
    return results


def column(results, name):
    return [result[name] for result in results]


# --- one way, pipelined


def native_stream(runs):
    results = in_places(runs, "native_stream", stream)
    tell(
        "native_stream", column(results, "rate"), "messages delivered/s", bare_rows=column(results, "rows"),
        tls_mb=column(results, "tls_mb"), message_bytes=120, window=WINDOW,
    )
    tell("native_stream", column(results, "ratio"), "of the bare SQLite rows", at_least=STREAM_RATIO)


def stream(place):
    one, _ = place.pair()
    one("stream", STREAMED // 10, WINDOW)
    rows = place.references("rows", STREAMED)["rate"]
    rate = STREAMED / one("stream", STREAMED, WINDOW)["seconds"]
    rows = (rows + place.references("rows", STREAMED)["rate"]) / 2
    tls_mb = place.references("tls")["rate"] / 1e6
    return {"rate": round(rate), "rows": round(rows), "ratio": rate / rows, "tls_mb": round(tls_mb)}


# --- one message alone


def native_single(runs):
    results = in_places(runs, "native_single", single)
    references = {name: column(results, name) for name in ("trip_us", "sync_us", "reference_us")}
    tell("native_single", column(results, "median_us"), "us to delivered, median", **references)
    tell("native_single", column(results, "median"), "times (round trip + 2 fdatasync), median", below=MEDIAN_TIMES)
    tell("native_single", column(results, "tail"), "times (round trip + 2 fdatasync), 99th percentile", below=TAIL_TIMES)


def single(place):
    one, _ = place.pair()
    one("single", SLICE)
    trips, syncs, singles = [], [], []
    for _ in range(SLICES):
        reference = place.references("trips", SLICE)
        trips += reference["trip"]
        syncs += reference["sync"]
        singles += one("single", SLICE)["seconds"]
    trip, sync, median = (statistics.median(values) for values in (trips, syncs, singles))
    wanted = trip + 2 * sync
    figures = {"trip_us": trip, "sync_us": sync, "reference_us": wanted, "median_us": median}
    rounded = {name: round(value * 1e6, 1) for name, value in figures.items()}
    return {**rounded, "median": median / wanted, "tail": percentile(singles, 0.99) / wanted}


# --- a peer that was away


def native_backlog(runs):
    results = in_places(runs, "native_backlog", backlog)
    tell("native_backlog", column(results, "newest_ms"), "ms from the link to the newest message", below=NEWEST_MS, messages=BACKLOG)
    tell("native_backlog", column(results, "all_ms"), "ms from the link to all messages", below=ALL_MS, messages=BACKLOG)


def backlog(place):
    one, other = place.pair()
    address = other.hello["address"]
    other.finish()
    written = one("write", BACKLOG, address)["seconds"]
    back = place.peer("other", address.rpartition(":")[2])
    arrived = back("expect", BACKLOG)
    if arrived["count"] != BACKLOG:
        raise Failed(f"{arrived['count']} messages instead of {BACKLOG}")
    return {"newest_ms": arrived["newest"] * 1000, "all_ms": arrived["last"] * 1000, "written_s": written}


# --- many links that are idle


def native_idle(runs):
    results = in_places(runs, "native_idle", idle)
    tell("native_idle", column(results, "end_kb"), f"kB resident for each of {CROWD} links", below=END_KB, held=column(results, "held"))
    tell("native_idle", column(results, "most_held"), f"of {GREAT_CROWD} links held", at_least=GREAT_CROWD, every=True)
    shares = column(results, "share")
    tell("native_idle", shares, f"% of a processor with {FEW} links", below=FEW_SHARE, seconds=FEW_SECONDS)


def idle(place):
    end_kb, held = crowded(place, "crowded", CROWD)
    _, most_held = crowded(place, "more crowded", GREAT_CROWD)
    return {"end_kb": end_kb, "held": held, "most_held": most_held, "share": idle_share(place)}


def crowded(place, name, count):
    """What a link that is held costs, and how many are after everybody was pinged."""
    peer = place.peer(name)
    figures = Figures(peer.child.pid)
    before = figures.resident_mib()
    crowd = place.run("crowd", count, peer.hello["address"].rpartition("@")[2])
    time.sleep(FEW_SECONDS)
    grown = figures.resident_mib() - before
    crowd.child.stdin.close()
    held = crowd.answer()["up"]
    peer.finish()
    return grown * 1024 * 1.024 / held, held


def idle_share(place):
    peer = place.peer("idle")
    figures = Figures(peer.child.pid)
    place.run("crowd", FEW, peer.hello["address"].rpartition("@")[2])
    time.sleep(5)
    used, began = figures.exact_cpu_ms(), time.monotonic()
    time.sleep(FEW_SECONDS)
    return (figures.exact_cpu_ms() - used) / (time.monotonic() - began) / 10
