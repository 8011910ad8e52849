"""Programs under test as child processes whose stdout is JSON lines. Tests wait for lines, never for a time."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
MODELS = TESTS / "models"
IS_SANITIZED = os.environ.get("TINCAN_SANITIZED") == "1"
PATIENCE = 30 if IS_SANITIZED else 10


def scaled(count, least=1):
    """A count of repetitions, reduced by TINCAN_SCALE (for example 0.1)."""
    return max(least, int(count * float(os.environ.get("TINCAN_SCALE", "1"))))


def check_for_sanitizer_reports(complaints):
    """A fault that a sanitizer has seen fails the test in whose process it happened."""
    report = re.search(rb"(runtime error:|ERROR: \w+Sanitizer|WARNING: ThreadSanitizer)[^\n]*", complaints)
    assert not report, complaints.decode(errors="replace")[-4000:]


class TimeIsUp(AssertionError):
    pass


def until(condition, what, within=PATIENCE):
    """The first true answer of `condition`, asked again and again: for what no line tells."""
    deadline = time.monotonic() + within
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > deadline:
            raise TimeIsUp(f"not within {within} s: {what}")
        time.sleep(0.01)


def has(line, **wanted):
    return isinstance(line, dict) and all(name in line and line[name] == value for name, value in wanted.items())


class Process:
    """A child whose output is read all the time; `lines` are its JSON objects, or bare strings where a line is none."""

    def __init__(self, command, **popen):
        self.command = [str(word) for word in command]
        self.lines = []
        self.times = []
        self.raw = bytearray()
        self.complaints = bytearray()
        self.news = threading.Condition()
        self.ended = False
        self.child = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **popen
        )
        self.readers = [
            threading.Thread(target=self._read_lines, daemon=True),
            threading.Thread(target=self._read_complaints, daemon=True),
        ]
        for reader in self.readers:
            reader.start()

    def _read_lines(self):
        for line in self.child.stdout:
            with self.news:
                self.raw += line
                if line.endswith(b"\n"):
                    self.lines.append(parsed(line))
                    self.times.append(time.monotonic())
                self.news.notify_all()
        with self.news:
            self.ended = True
            self.news.notify_all()

    def _read_complaints(self):
        for line in self.child.stderr:
            self.complaints += line

    @property
    def pid(self):
        return self.child.pid

    def write(self, line):
        self.child.stdin.write((line + "\n").encode())
        self.child.stdin.flush()

    def all(self, **wanted):
        with self.news:
            return [line for line in self.lines if has(line, **wanted)]

    def named(self, name):
        """The lines that have this field, whatever its value."""
        with self.news:
            return [line for line in self.lines if isinstance(line, dict) and name in line]

    def wait_named(self, name, since=0, within=PATIENCE):
        return self.wait_for(lambda lines: [line for line in lines[since:] if isinstance(line, dict) and name in line], 1, within, name)[0]

    def wait(self, within=PATIENCE, count=1, since=0, **wanted):
        """The count-th line that has all of these, among those from number `since` on. Looks at each line once."""
        deadline = time.monotonic() + within
        with self.news:
            while True:
                while since < len(self.lines):
                    count -= has(self.lines[since], **wanted)
                    if count == 0:
                        return self.lines[since]
                    since += 1
                self.await_news(deadline, wanted)

    def wait_for(self, select, count=1, within=PATIENCE, what=""):
        """What `select` makes of all lines, once it is that much. Asked anew with each line: for short stories."""
        deadline = time.monotonic() + within
        with self.news:
            while len(found := select(self.lines)) < count:
                self.await_news(deadline, what)
            return found

    def await_news(self, deadline, what):
        remaining = deadline - time.monotonic()
        if remaining <= 0 or self.ended:
            raise TimeIsUp(f"{'ended' if self.ended else 'silent'} without {what}; {self.story()}")
        self.news.wait(remaining)

    def reach(self, condition, what, within=PATIENCE):
        """Waits for a condition that each new line may make true."""
        self.wait_for(lambda _: [True] if condition() else [], 1, within, what)

    def story(self):
        said = "".join(f"\n    {str(line)[:300]}" for line in self.lines[-12:])
        return f"{' '.join(self.command)}\n  said: {said}\n  complained: {bytes(self.complaints[-2000:]).decode(errors='replace')}"

    def mark(self):
        """The number of lines so far, for `since`."""
        with self.news:
            return len(self.lines)

    def finish(self, within=PATIENCE):
        """Waits for its end and gives the exit code."""
        code = self.child.wait(within)
        for reader in self.readers:
            reader.join(within)
        return code

    def kill(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGKILL)
        self.finish()
        for pipe in (self.child.stdin, self.child.stdout, self.child.stderr):
            try:
                pipe.close()
            except OSError:
                pass
        check_for_sanitizer_reports(self.complaints)


def parsed(line):
    try:
        return json.loads(line)
    except ValueError:
        return line.decode(errors="replace").rstrip("\n")


class Model(Process):
    """One of the old programs: `Model("a1", "--program", "hashpa")`."""

    def __init__(self, dialect, *options, bind="127.0.0.1", port=0):
        super().__init__([sys.executable, MODELS / f"{dialect}.py", "--bind", bind, "--port", port, *options])
        self.host = bind
        self.port = self.wait_named("ready", within=60)["ready"]

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    def order(self, verb, host="", port="", text=None):
        """Gives a command without waiting for its end."""
        words = [verb, str(host), str(port), "" if text is None else json.dumps(text)]
        self.write(" ".join(words).rstrip())

    def do(self, verb, *words, text=None):
        """Gives a command and waits until the menu is back."""
        since = self.mark()
        self.order(verb, *words, text=text)
        self.wait(since=since, done=verb)

    def send(self, peer, text):
        self.do("send", *endpoint(peer), text=text)

    def connect(self, peer):
        self.do("connect", *endpoint(peer))

    def leave(self, peer):
        self.do("leave", *endpoint(peer))

    def peers(self):
        since = self.mark()
        self.order("peers")
        return self.wait_named("peers", since=since)["peers"]

    def shown(self):
        return self.named("shown")


def endpoint(peer):
    """HOST and PORT of anything that has an address."""
    address = peer if isinstance(peer, str) else peer.address
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)
