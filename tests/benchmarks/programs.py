"""The programs that take part: tincan, the reference peer and the load generator."""

import collections
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

from child import PATIENCE, Failed, Watched

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build" / "bench"
BINARY = pathlib.Path(os.environ.get("TINCAN") or ROOT / "build" / "tincan").absolute()
GENERATOR = WORK / "load"
OWN_PROGRAMS = {"handshake.cpp"}  # not part of the generator
PAGE = 1000
# Never given out by the kernel: nobody who once spoke to such a port speaks to us by mistake. Each is given once: two of
# a hundred that start together must not take the same.
PORTS = iter(random.sample(range(20_000, 30_000), 10_000))

Finished = collections.namedtuple("Finished", "shown stored")


class Home:
    """A tincan's files, on the disk where the build is: a disk in memory would make durability free."""

    def __init__(self):
        WORK.mkdir(parents=True, exist_ok=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="home-", dir=WORK))
        self.place = ["--data-dir", self.folder / "data", "--config", self.folder / "config.toml"]
        self.flags = ["--team", "Bench", "--ip", "127.0.0.1", *self.place]

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self):
        ours = {"HOME": "", "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_RUNTIME_DIR": "runtime"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TINCAN", "XDG_", "LC_"))}
        return {**kept, **{name: str(self.folder / value) for name, value in ours.items()}, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}

    def command(self, *words):
        return [str(word) for word in (BINARY, *words)]

    def listen(self):
        return Tincan(self)

    def history(self):
        """All stored texts in their order, page by page."""
        texts, after = [], 0
        while page := self.page_after(after):
            texts += [message["text"] for message in page]
            after = page[-1]["id"]
        return texts

    def page_after(self, after):
        command = self.command("history", "--json", "--limit", PAGE, "--after", after, *self.place)
        done = subprocess.run(command, capture_output=True, env=self.environment(), timeout=PATIENCE, check=False)
        if done.returncode != 0:
            raise Failed(f"{command}: {done.stderr.decode(errors='replace')}")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return [line for line in lines if line.get("event", "message") == "message"]


class Tincan(Watched):
    """A running `tincan listen --json`."""

    name = "tincan"

    def __init__(self, home):
        self.home = home
        command = home.command("listen", "--json", "--port", free_port(), *home.flags)
        super().__init__(command, b'"event":"message"', home.folder, env=home.environment(), cwd=home.folder)
        line, self.ready = self.wait_line(b'"event":"listening"')
        self.address = json.loads(line)["endpoints"][0]

    def stop(self):
        """Ends it as a user would."""
        self.child.send_signal(signal.SIGTERM)
        self.finish()

    def shown(self):
        return [json.loads(line)["text"] for line in self.marked_lines()]

    def outcome(self):
        """What it has shown, and what is still there after it was killed at once."""
        self.kill()
        return Finished(self.shown(), self.home.history())


class Classroom(Watched):
    """The reference peer, which keeps nothing."""

    name = "classroom"

    def __init__(self, home, *options):
        command = [sys.executable, HERE / "classroom_peer.py", "127.0.0.1", free_port(), *options]
        super().__init__(command, b"Message from ", home.folder)
        line, self.ready = self.wait_line(b"Server listening on")
        self.address = line.split()[-1].decode()
        self.wait_line(b"0. Quit")

    def shown(self):
        return [line.partition(b"): ")[2].decode() for line in self.marked_lines()]

    def outcome(self):
        """What it has shown in the end: it leaves only when its threads are done."""
        self.child.stdin.write(b"0\n")
        self.finish()
        return Finished(self.shown(), None)


class Load(Watched):
    """The generator in one of its modes; `end` gives its account."""

    def __init__(self, home, mode, peer, label, count, source="127.0.0.1", sources=1):
        super().__init__([GENERATOR, mode, peer, label, count, source, sources], b"{", home.folder)

    def __enter__(self):
        line, _ = self.wait_line(b"{")
        self.account = json.loads(line)
        return self

    def __exit__(self, *fault):
        self.end()

    def end(self, within=300):
        """Closes its stdin, waits for its end."""
        self.finish(within)
        self.account = json.loads(self.marked_lines()[-1])
        return self.account


def free_port():
    for port in PORTS:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("", port))
            return port
    raise Failed("no port is left")


def sent(home, *order):
    """All messages of an order, sent; the generator's account."""
    return Load(home, *order).end()


def expected(label, count):
    return [f"{label} {number}" for number in range(count)]


def build_generator():
    sources = [path for path in HERE.glob("*.cpp") if path.name not in OWN_PROGRAMS]
    build(GENERATOR, [*sources, *HERE.glob("*.hpp")], "-pthread")


def build(program, sources, *options, libraries=()):
    """Where the sources are newer than it."""
    if program.exists() and program.stat().st_mtime > max(source.stat().st_mtime for source in sources):
        return
    WORK.mkdir(parents=True, exist_ok=True)
    compiled = [source for source in sources if source.suffix == ".cpp"]
    command = ["g++", "-std=c++20", "-O2", *options, *compiled, "-o", program, *libraries]
    subprocess.run([str(word) for word in command], check=True)
