"""The programs that take part: tincan, the reference peer and the load generator, as children whose output is read all the time."""

import collections
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build" / "bench"
BINARY = pathlib.Path(os.environ.get("TINCAN") or ROOT / "build" / "tincan")
GENERATOR = WORK / "load"
PAGE = 1000
PATIENCE = 30

Finished = collections.namedtuple("Finished", "shown stored")


class Failed(Exception):
    pass


class Watched:
    """A child. What it writes is kept as it comes and only searched for `marker` while it runs; it is taken apart afterwards."""

    def __init__(self, command, marker, folder, **popen):
        self.marker = marker
        self.count = 0
        self.marks = []
        self.raw = bytearray()
        self.tail = b""
        self.ended = False
        self.news = threading.Condition()
        self.complaints = tempfile.TemporaryFile(dir=folder)
        self.began = time.monotonic()
        self.child = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints, bufsize=0, **popen
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        while chunk := os.read(self.child.stdout.fileno(), 1 << 16):
            self._take(chunk)
        with self.news:
            self.ended = True
            self.news.notify_all()

    def _take(self, chunk):
        at = time.monotonic()
        lines, found, rest = (self.tail + chunk).rpartition(b"\n")
        with self.news:
            self.raw += chunk
            self.tail = rest
            marked = lines.count(self.marker)
            if marked:
                self.count += marked
                self.marks.append((at, self.count))
            self.news.notify_all()

    def wait_count(self, count, within=PATIENCE):
        """Waits for that many marked lines; gives when the last of those that came was read."""
        with self.news:
            self.news.wait_for(lambda: self.count >= count or self.ended, within)
            return next((at for at, total in self.marks if total >= count), self.marks[-1][0] if self.marks else self.began)

    def count_at(self, time_):
        """How many marked lines had been read by then."""
        with self.news:
            return max((total for at, total in self.marks if at <= time_), default=0)

    def wait_line(self, word, within=PATIENCE):
        """The first whole line that has the word in it, and when it was there."""
        with self.news:
            self.news.wait_for(lambda: self.line_with(word) is not None or self.ended, within)
            line = self.line_with(word)
        if line is None:
            story = f"{self.child.args} did not say {word!r}: {bytes(self.raw[-500:])} {self.complained()}"
            self.kill()
            raise Failed(story)
        return line, time.monotonic()

    def line_with(self, word):
        whole = self.raw[: len(self.raw) - len(self.tail)]
        return next((bytes(line) for line in whole.splitlines() if word in line), None)

    def marked_lines(self):
        return [bytes(line) for line in self.raw.splitlines() if self.marker in line]

    def complained(self):
        self.complaints.seek(0)
        return self.complaints.read()[-500:].decode(errors="replace")

    def finish(self, within=PATIENCE):
        self.child.stdin.close()
        self.child.wait(within)
        self.reader.join(within)
        self.child.stdout.close()
        self.complaints.close()

    def kill(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGKILL)
        if not self.child.stdin.closed:
            self.finish()


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
        command = home.command("listen", "--json", "--port", 0, *home.flags)
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
        command = [sys.executable, HERE / "classroom_peer.py", "127.0.0.1", 0, *options]
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


def sent(home, *order):
    """All messages of an order, sent; the generator's account."""
    return Load(home, *order).end()


def expected(label, count):
    return [f"{label} {number}" for number in range(count)]


def build_generator():
    """Where the sources are newer than it."""
    sources = [*HERE.glob("*.cpp"), *HERE.glob("*.hpp")]
    if GENERATOR.exists() and GENERATOR.stat().st_mtime > max(source.stat().st_mtime for source in sources):
        return
    WORK.mkdir(parents=True, exist_ok=True)
    command = ["g++", "-std=c++20", "-O2", "-pthread", *HERE.glob("*.cpp"), "-o", GENERATOR]
    subprocess.run([str(word) for word in command], check=True)
