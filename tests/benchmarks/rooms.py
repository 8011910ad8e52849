"""rooms_burst, rooms_single and rooms_join: one room of real processes over loopback, beside a NATS server in the same run."""

import contextlib
import json
import os
import pathlib
import socket
import statistics
import subprocess
import tempfile
import time

from child import Failed, Watched
from figures import percentile, progress, tell
from machine import until
from nats import PROGRAM, Nats, build_fan, server_program
from programs import WORK, Home, Tincan, free_port

MEMBERS = 100
MOST_LINKS = 16  # of a member of so large a room, once it has let go of those that it joined with
LINES = 2_000  # in a burst
SLICES, SLICE = 10, 20  # of single lines and NATS's, in turn
BURST_RATIO = 0.04
SINGLE_MS = 30
HISTORY, NEWEST = 10_000, 100
WRITTEN = 100  # lines at a time
NEWEST_MS, ALL_MS = 200, 2_000
PATIENCE = 300
NAME = "bench"
ROOM = "#" + NAME


class Control:
    """A connection to the control socket of a running tincan; calling it gives a command and waits for its answers."""

    def __init__(self, home):
        self.path = until_some(lambda: list(home.folder.rglob("control.sock")), "a control socket")[0]
        self.socket = socket.socket(socket.AF_UNIX)
        until(self.connects, "the control socket answers")
        self.socket.settimeout(PATIENCE)
        self.stream = self.socket.makefile("rb")

    def connects(self):
        with contextlib.suppress(OSError):
            self.socket.connect(str(self.path))
            return True
        return False

    def order(self, command, **fields):
        self.socket.sendall((json.dumps({"command": command, **fields}) + "\n").encode())

    def __call__(self, command, **fields):
        self.order(command, **fields)
        answers = []
        for line in self.stream:
            answers.append(json.loads(line))
            if answers[-1]["event"] == "failed":
                raise Failed(f"{command} {fields}: {answers[-1]}")
            if answers[-1]["event"] == "done":
                return answers
        raise Failed(f"{command}: the tincan has ended")

    def room(self):
        """What it knows of its only room; nothing before it is in."""
        listed = next(answer for answer in self("rooms") if answer["event"] == "rooms")["rooms"]
        return listed[0] if listed and listed[0]["phase"] == "joined" else None

    def is_in_room_of(self, members):
        room = self.room()
        return room is not None and room["members"] == members

    def is_settled(self):
        return self.room()["linked"] <= MOST_LINKS

    def make_room(self):
        """A public one; gives a ticket for it, with our address."""
        self("create_room", name=NAME, private=False)
        made = self("ticket", room=ROOM, uses=1_000)
        return next(answer for answer in made if answer["event"] == "ticket")["text"]

    def write(self, lines):
        """So many lines, until they are on the disk."""
        for _ in range(lines // WRITTEN):
            for _ in range(WRITTEN):
                self.order("send", peer=ROOM, text="x" * 120)
            self.await_written(WRITTEN)

    def await_written(self, lines):
        while lines > 0:
            event = json.loads(self.stream.readline())["event"]
            if event == "failed":
                raise Failed("a line was not taken")
            lines -= event == "message"

    def close(self):
        self.stream.close()
        self.socket.close()


def until_some(find, what):
    found = []

    def some():
        found[:] = find()
        return bool(found)

    until(some, what)
    return found


class Member:
    """A running `tincan listen --json` whose output goes into a pipe that somebody else reads."""

    def __init__(self, place):
        self.home = place.enter_context(Home())
        self.pipe, output = os.pipe()
        place.callback(os.close, self.pipe)
        command = self.home.command("listen", "--json", "--port", free_port(), *self.home.flags)
        self.child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL, env=self.home.environment(), cwd=self.home.folder
        )
        os.close(output)
        place.callback(self.end)

    def end(self):
        self.child.kill()
        self.child.wait()


class Room:
    """An author, and members that each are a process of their own."""

    def __init__(self, place, members):
        crowd = [Member(place) for _ in range(members)]
        controls = [place.enter_context(contextlib.closing(Control(member.home))) for member in crowd]
        author, others = controls[0], controls[1:]
        ticket = author.make_room()
        for other in others:
            other("join", what=ticket)
        for control in controls:
            until(lambda asked=control: asked.is_in_room_of(members), f"a room of {members}", PATIENCE)
        for control in controls:
            until(control.is_settled, "few links", PATIENCE)
        self.others = len(others)
        pipes = [member.pipe for member in crowd[1:]]
        self.fan = Watched([PROGRAM, "room", author.path, ROOM, *pipes], b"{", crowd[0].home.folder, pass_fds=pipes)
        place.callback(self.fan.kill)
        self.heard = 0
        self.answer()

    def __call__(self, *words):
        """Seconds."""
        self.fan.child.stdin.write((" ".join(str(word) for word in words) + "\n").encode())
        return self.answer()["seconds"]

    def answer(self):
        self.heard += 1
        self.fan.wait_count(self.heard, PATIENCE)
        if self.fan.count < self.heard:
            raise Failed(f"{self.fan.child.args}: no answer; {self.fan.complained()}")
        return json.loads(self.fan.marked_lines()[self.heard - 1])


def in_rooms(runs, bench, measure):
    """What each run gives, with a fresh room and a fresh server."""
    server_program()
    build_fan()
    results = []
    for run in range(runs):
        with contextlib.ExitStack() as place:
            room = Room(place, MEMBERS)
            folder = pathlib.Path(place.enter_context(tempfile.TemporaryDirectory(prefix="nats-", dir=WORK)))
            nats = place.enter_context(Nats(folder, room.others))
            results.append(measure(room, nats))
        progress(f"{bench} {run + 1}/{runs}: {results[-1]}")
    return results


def column(results, name):
    return [result[name] for result in results]


# --- many lines at once


def rooms_burst(runs):
    results = in_rooms(runs, "rooms_burst", burst)
    tell("rooms_burst", column(results, "rate"), "deliveries/s", members=MEMBERS, lines=LINES, nats=column(results, "nats"))
    tell("rooms_burst", column(results, "ratio"), "of a NATS server's deliveries", at_least=BURST_RATIO)


def burst(room, nats):
    room("single", SLICE)  # the tree has grown
    nats("burst", LINES)
    before = nats("burst", LINES)
    rate = room.others * LINES / room("burst", LINES)
    bare = 2 * room.others * LINES / (before + nats("burst", LINES))
    return {"rate": round(rate), "nats": round(bare), "ratio": rate / bare}


# --- one line alone


def rooms_single(runs):
    results = in_rooms(runs, "rooms_single", single)
    references = {name: column(results, name) for name in ("nats_median_ms", "nats_tail_ms")}
    tell("rooms_single", column(results, "median_ms"), "ms until the last member has stored a line, median", below=SINGLE_MS, **references)
    tell("rooms_single", column(results, "tail_ms"), "ms until the last member has stored a line, 99th percentile")


def single(room, nats):
    room("single", SLICE)
    nats("single", SLICE)
    ours, theirs = [], []
    for _ in range(SLICES):
        theirs += nats("single", SLICE)
        ours += room("single", SLICE)
    figures = {"median_ms": statistics.median(ours), "tail_ms": percentile(ours, 0.99)}
    figures |= {"nats_median_ms": statistics.median(theirs), "nats_tail_ms": percentile(theirs, 0.99)}
    return {name: round(seconds * 1000, 2) for name, seconds in figures.items()}


# --- a room with a past


def rooms_join(runs):
    results = []
    for run in range(runs):
        with Home() as home, Home() as other:
            results.append(join(home, other))
        progress(f"rooms_join {run + 1}/{runs}: {results[-1]}")
    tell("rooms_join", column(results, "newest_ms"), f"ms from joining to the newest {NEWEST} lines shown", below=NEWEST_MS, lines=HISTORY)
    tell("rooms_join", column(results, "all_ms"), "ms from joining to all lines stored", below=ALL_MS, lines=HISTORY)


def join(home, other):
    author, newcomer = home.listen(), other.listen()
    try:
        control, joining = Control(home), Control(other)
        ticket = control.make_room()
        control.write(HISTORY)
        began = time.monotonic()
        joining.order("join", what=ticket)
        figures = arrivals(newcomer, began)
        control.close()
        joining.close()
        return figures
    finally:
        author.kill()
        newcomer.kill()


def arrivals(newcomer: Tincan, began):
    newest = newcomer.wait_count(NEWEST, PATIENCE)
    everything = newcomer.wait_count(HISTORY, PATIENCE)
    if newcomer.count != HISTORY:
        raise Failed(f"{newcomer.count} lines instead of {HISTORY}; {newcomer.complained()}")
    orders = [json.loads(line)["order_us"] for line in newcomer.marked_lines()]
    if min(orders[:NEWEST]) < max(orders[NEWEST:]):
        raise Failed("the newest lines did not come first")
    return {"newest_ms": (newest - began) * 1000, "all_ms": (everything - began) * 1000}
