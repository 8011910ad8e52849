"""What the tests of the native dialect share: many commands over the control socket, questions to a profile, one that is attacked, and two that talk."""

import contextlib
import json
import pathlib
import socket
import threading
import time

import tincan
from native_peer import Link, Person
from processes import IS_SANITIZED, PATIENCE, TimeIsUp, has, parsed, until

MIB = 1 << 20
IN_TIME = 10.0 if IS_SANITIZED else 1.0


class Control:
    """A connection to the control socket of a running tincan: commands without a process for each."""

    def __init__(self, home):
        self.lines = []
        self.news = threading.Condition()
        self.ended = False
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(profile_of(home) / "control.sock"))
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        try:
            with self.sock.makefile("rb") as stream:
                for line in stream:
                    with self.news:
                        self.lines.append(parsed(line))
                        self.news.notify_all()
        except OSError:
            pass
        with self.news:
            self.ended = True
            self.news.notify_all()

    def order(self, command, **fields):
        """Gives a command without waiting. OSError when the tincan is gone."""
        self.order_all([{"command": command, **fields}])

    def order_all(self, orders):
        """At once, so that several are carried out in one turn."""
        self.sock.sendall("".join(json.dumps(order) + "\n" for order in orders).encode())

    def wait(self, count=1, within=PATIENCE, **wanted):
        def those():
            return [line for line in self.lines if has(line, **wanted)]

        with self.news:
            if not self.news.wait_for(lambda: len(those()) >= count or self.ended, within) or len(those()) < count:
                raise TimeIsUp(f"{len(those())} of {count} lines {wanted}; last {self.lines[-3:]}")
            return those()

    def close(self):
        self.sock.close()


def profile_of(home):
    """The folder of its only profile."""
    folders = [path.parent for path in pathlib.Path(home.root, "data").rglob("identity")]
    assert len(folders) == 1, folders
    return folders[0]


def lines_of(home, *words):
    """What its history shows as lines, oldest first."""
    done = home.run("history", *words, "--json", within=60)
    assert done.code == 0, done
    return [line for line in done.lines if line.get("event") == "message"]


def texts_of(home, *words, **wanted):
    return [line["text"] for line in lines_of(home, *words) if has(line, **wanted)]


def free_port(host="127.0.0.1"):
    """A port on which a tincan that comes back can listen again."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as holder:
        tincan.bind_to_a_quiet_port(holder, host)
        return holder.getsockname()[1]


class NativeCase(tincan.TestCase):
    def control(self, home):
        control = Control(home)
        self.addCleanup(control.close)
        return control

    def person(self, peer, **more):
        person = Person(peer, **more)
        self.addCleanup(person.leave)
        return person

    def key_of(self, listener):
        return listener.wait(event="listening")["key"]

    def peer_with(self, home, key):
        """The record of the owner of a key, as `tincan peers` shows it."""
        return next((line for line in home.run("peers", "--json").lines if has(line, event="peer", key=key)), None)

    def wait_peer(self, home, key, **wanted):
        return until(lambda: (peer := self.peer_with(home, key)) and has(peer, **wanted) and peer, f"{wanted} of {key}")


def database_bytes(home):
    return b"".join(path.read_bytes() for path in profile_of(home).glob("tincan.db*"))


def is_written_plainly(output):
    """Whether nothing in these bytes could steer a terminal: no control character but the newline, no mark that turns the direction."""
    text = output.decode("utf-8", errors="strict")
    return not any(c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") for c in text)


class EvilCase(NativeCase):
    """One tincan for all tests of a class. After each it is alive, and shows at once what somebody else says."""

    flags = ()

    @classmethod
    def setUpClass(cls):
        cls.home_of_peer = tincan.Home()
        cls.addClassCleanup(cls.home_of_peer.remove)
        cls.start()
        cls.told = 0

    @classmethod
    def start(cls):
        cls.peer = cls.home_of_peer.listen(*cls.flags)
        cls.addClassCleanup(cls.peer.kill)
        cls.good = Person(cls.peer)
        cls.addClassCleanup(cls.good.leave)
        cls.control_of_peer = Control(cls.home_of_peer)
        cls.addClassCleanup(cls.control_of_peer.close)

    def tearDown(self):
        self.assert_undisturbed()

    def assert_undisturbed(self, times=1):
        for _ in range(times):
            type(self).told += 1
            text = f"well-behaved {self.told}"
            began = time.monotonic()
            self.good.leave()
            self.good.connect().say(text)
            self.peer.message(text, encrypted=True)
            self.assertLess(time.monotonic() - began, IN_TIME)
        if not IS_SANITIZED:
            self.assertLess(self.peer.memory(), self.memory_limit, f"{self.peer.memory() / MIB:.1f} MiB")

    memory_limit = 48 * MIB

    def silent_link(self, key=None, **tls):
        """One that has not said Hello."""
        link = Link.to(self.peer, key, **tls)
        self.addCleanup(link.close)
        return link

    def link(self, key=None, **said):
        link = self.silent_link(key)
        return link.greet(**said)

    def assert_ends(self, link, *codes):
        """The other side ends it, and says why unless our own bytes were in its way."""
        self.assertIn(link.end(), (*codes, None))

    def assert_kept(self, key, *texts):
        """The history shows exactly this of the owner of a key."""
        known = self.peer_with(self.home_of_peer, key.text)
        shown = [line["text"] for line in lines_of(self.home_of_peer, key.text) if line["direction"] == "in"] if known else []
        self.assertEqual(shown, list(texts))

    def send(self, key, *texts):
        """The user of the tincan writes to the owner of a key."""
        for text in texts:
            self.control_of_peer.order("send", peer=key.text, text=text)


class Recorder:
    """A port that is no tincan's: it keeps every byte of every connection, and answers nothing."""

    def __init__(self, port=0):
        self.server = socket.create_server(("127.0.0.1", port), backlog=64)
        self.address = "{}:{}".format(*self.server.getsockname())
        self.heard = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            kept = bytearray()
            self.heard.append(kept)
            threading.Thread(target=self.listen, args=(connection, kept), daemon=True).start()

    def listen(self, connection, kept):
        with connection:
            try:
                while data := connection.recv(65536):
                    kept += data
            except OSError:
                pass

    def close(self):
        with contextlib.suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)  # or the thread that accepts keeps the port
        self.server.close()


class Two(NativeCase):
    def setUp(self):
        self.homes = [self.home(team="Ants"), self.home(team="Bees")]
        self.ports = [free_port(), free_port()]
        self.peers = [self.listen(0), self.listen(1)]
        self.keys = [self.key_of(peer) for peer in self.peers]

    def listen(self, which, *flags):
        return self.started(self.homes[which].listen("--port", self.ports[which], *flags))

    def start(self, which, *flags):
        self.peers[which] = self.listen(which, *flags)
        return self.peers[which]

    def meet(self, text="we meet"):
        """Ants writes to the address of Bees."""
        done = self.peers[0].send(self.peers[1], text)
        self.assert_sent(done, "delivered")
        self.peers[1].message(text)

    def say(self, which, text, state="delivered"):
        done = self.peers[which].send(self.keys[1 - which], text)
        self.assert_sent(done, state)

    def texts(self, which):
        return texts_of(self.homes[which], self.keys[1 - which])

    def last(self, which):
        return lines_of(self.homes[which], self.keys[1 - which])[-1]

    def run_home(self, which, *words, code=0):
        done = self.homes[which].run(*words, within=60)
        self.assertEqual(done.code, code, done)
        return done
