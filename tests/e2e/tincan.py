"""Starts real tincans in fresh homes, and speaks to their port as any program could."""

import collections
import contextlib
import errno
import os
import pathlib
import random
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest

from processes import PATIENCE, TESTS, Model, Process, check_for_sanitizer_reports, endpoint, has, parsed

BINARY = pathlib.Path(os.environ.get("TINCAN") or TESTS.parent / "build" / "tincan")

Finished = collections.namedtuple("Finished", "code lines text complaints")


class Home:
    """A fresh home directory, and with it a profile of its own."""

    def __init__(self, team="Tinners", ip="127.0.0.1"):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="tincan-e2e-"))
        self.flags = ["--team", team, "--ip", ip, "--port", "0"]

    def environment(self):
        ours = {
            "HOME": self.root,
            "XDG_CONFIG_HOME": self.root / "config",
            "XDG_DATA_HOME": self.root / "data",
            "XDG_RUNTIME_DIR": self.root / "runtime",
            "LC_ALL": "C.UTF-8",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TINCAN", "XDG_", "LC_"))}
        return {**kept, **{name: str(value) for name, value in ours.items()}}

    def start(self, *words, **popen):
        return Process([BINARY, *words], env=self.environment(), cwd=self.root, **popen)

    def run(self, *words, stdin="", within=PATIENCE):
        """A one-shot command, to its end."""
        done = subprocess.run(
            [BINARY, *map(str, words)], input=stdin.encode() if isinstance(stdin, str) else stdin, capture_output=True,
            env=self.environment(), cwd=self.root, timeout=within, check=False,
        )
        check_for_sanitizer_reports(done.stderr)
        lines = [parsed(line) for line in done.stdout.splitlines()]
        return Finished(done.returncode, lines, done.stdout.decode(errors="surrogateescape"), done.stderr.decode(errors="replace"))

    def listen(self, *flags, **popen):
        return Listener(self, flags, popen)

    def send(self, peer, text, *flags):
        return self.run(*self.flags, "send", address_of(peer), text, "--json", *flags, within=60)

    def history(self, *words):
        return [line for line in self.run("history", *words, "--json").lines if line.get("event", "message") == "message"]

    def peers(self):
        return {line["peer"]: line for line in self.run("peers", "--json").lines if "peer" in line}

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


class Listener(Process):
    """A running `tincan listen --json`."""

    def __init__(self, home, flags, popen):
        command = [BINARY, "listen", "--json", *without_repeats(home.flags, flags)]
        super().__init__(command, env=home.environment(), cwd=home.root, **popen)
        self.home = home
        self.endpoints = self.wait(event="listening", within=3 * PATIENCE)["endpoints"]
        self.host, self.port = endpoint(self.endpoints[0])

    @property
    def address(self):
        return self.endpoints[0]

    def message(self, text, within=PATIENCE, count=1, since=0, **wanted):
        return self.wait(within=within, count=count, since=since, event="message", direction="in", text=text, **wanted)

    def received(self, **wanted):
        return self.all(event="message", direction="in", **wanted)

    def send(self, peer, text, *flags):
        return self.home.run("send", address_of(peer), text, "--json", *flags, within=60)

    def speak(self, peer, dialect):
        done = self.home.run("dialect", address_of(peer), dialect)
        assert done.code == 0, done

    def block(self, target):
        done = self.home.run("block", target)
        assert done.code == 0, done

    def unblock(self, target):
        done = self.home.run("unblock", target)
        assert done.code == 0, done

    def stop(self, how=signal.SIGTERM):
        """Ends it as a user would; gives the exit code and how long it took."""
        began = time.monotonic()
        self.child.send_signal(how)
        return self.finish(), time.monotonic() - began

    def memory(self):
        """Resident bytes."""
        pages = pathlib.Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))


def without_repeats(defaults, given):
    """The default flags, except those that are given again."""
    pairs = zip(defaults[::2], defaults[1::2])
    return [word for name, value in pairs if name not in given for word in (name, value)] + [str(word) for word in given]


def address_of(peer):
    return peer if isinstance(peer, str) else peer.address


class TestCase(unittest.TestCase):
    """Everything that a test starts is ended with it."""

    def home(self, **given):
        home = Home(**given)
        self.addCleanup(home.remove)
        return home

    def tincan(self, *flags, **given):
        return self.started(self.home(**given).listen(*flags))

    def started(self, process):
        self.addCleanup(process.kill)
        return process

    def model(self, *options, **given):
        return self.started(Model(*options, **given))

    def fence(self, tincan):
        """Returns when a message that was sent now has been shown: what came before it has been shown too, or never will be."""
        self.fences = getattr(self, "fences", 0) + 1
        text = f"fence {self.fences}"
        say(tincan, canonical(text, team="Fence"))
        return tincan.message(text)

    def assert_shown_once(self, tincan, text, since=0, **wanted):
        event = tincan.message(text, since=since, **wanted)
        self.fence(tincan)
        self.assertEqual(len([line for line in tincan.lines[since:] if has(line, event="message", text=text)]), 1, tincan.story())
        return event

    def assert_sent(self, done, state=None):
        self.assertEqual(done.code, 0, done)
        if state:
            self.assertEqual(last_state(done), state, done)


def last_state(done):
    return [line["state"] for line in done.lines if isinstance(line, dict) and "state" in line][-1]


# what any program can do to a port


def link(peer, source="127.0.0.1"):
    """An open connection. `source` says from which of our addresses."""
    host, port = endpoint(peer)
    return socket.create_connection((host, port), source_address=None if ":" in host else (source, 0), timeout=PATIENCE)


def say(peer, data, source="127.0.0.1"):
    """A connection, these bytes in one write, and an orderly close."""
    with link(peer, source) as connection:
        connection.sendall(data if isinstance(data, bytes) else data.encode())


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def canonical(text, address="127.0.0.1:7001", team="Ghosts"):
    return f"{address} {team} {text}"


@contextlib.contextmanager
def refused_port(host="127.0.0.1"):
    """A port that is taken but refuses: bound, not listening."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bind_to_a_quiet_port(holder, host)
        yield holder.getsockname()[1]


def bind_to_a_quiet_port(sock, host):
    """A free port below those that the system hands out, so that nobody takes it when it is given back."""
    while True:
        try:
            return sock.bind((host, random.randrange(20000, 32000)))
        except OSError as fault:
            if fault.errno != errno.EADDRINUSE:
                raise


@contextlib.contextmanager
def silent_server(host="127.0.0.1", backlog=64):
    """A port that accepts and never says or reads anything."""
    with socket.socket() as server:
        server.bind((host, 0))
        server.listen(backlog)
        yield server


@contextlib.contextmanager
def black_hole():
    """An address where a dial is neither accepted nor refused: a queue that is full."""
    with socket.socket() as server, contextlib.ExitStack() as fillers:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(4):
            filler = fillers.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        yield "{}:{}".format(*server.getsockname())


def main():
    if not BINARY.exists():
        raise SystemExit(f"no binary at {BINARY}: build it, or set TINCAN")
    unittest.main(verbosity=1)
