"""A tincan dials somebody who greets, shakes hands or answers wrongly: nothing is said in clear after a banner, nothing to another key, and no state claims too much.

Rows I4, I25, R6 and R7 of the list of attacks, from the dialling side.
"""

import contextlib
import itertools
import socket
import threading
import time

import native_peer as wire
import tincan
from native_case import EvilCase, lines_of
from native_peer import Link
from native_tls import TLS_1_2, Key, Refused
from processes import PATIENCE, until

BANNER = b"tincan/1\n"
SECRET = "for nobody else"
HOSTS = itertools.count(2)  # one each: a port that the system gives again would bring an older server's lines along


class Server:
    """Accepts, and does with each connection what the test wants, on threads of its own."""

    def __init__(self, manner):
        host = f"127.0.0.{next(HOSTS)}"
        self.listener = socket.create_server((host, 0), backlog=64)
        self.address = f"{host}:{self.listener.getsockname()[1]}"
        self.heard = []  # in clear, of each connection
        self.manner = manner
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        connection.settimeout(PATIENCE)
        with contextlib.suppress(OSError, AssertionError), connection:
            self.manner(self, connection)

    def listen(self, connection):
        """Keeps what comes, until the other side ends."""
        kept = bytearray()
        self.heard.append(kept)
        while data := connection.recv(65536):
            kept += data

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Dialled(EvilCase):
    def server(self, manner):
        server = Server(manner)
        self.addCleanup(server.close)
        return server

    def send_in_vain(self, target, *flags):
        done = self.peer.home.run("send", target, SECRET, "--json", "--timeout", "2", *flags, within=60)
        self.assertEqual(done.code, 3, done)
        states = [line["state"] for line in done.lines if "state" in line]
        self.assertFalse({"delivered", "read", "acknowledged"} & set(states), states)
        return done

    def assert_nothing_in_clear(self, server):
        until(lambda: server.heard, "a dial")
        for data in map(bytes, server.heard):
            self.assertTrue(not data or data.startswith(b"\x16\x03"), data)
            self.assertNotIn(SECRET.encode(), data)

    def test_after_a_banner_nothing_is_said_in_clear_whatever_follows(self):
        for more in (b"", b"127.0.0.1:9 Team hello\n", b"\0" * 100, BANNER * 10, b"\x16\x03\x03\x40\x00" + bytes(100), b"\x15\x03\x03\0\2\2\x28"):

            def manner(server, connection, more=more):
                connection.sendall(BANNER)
                time.sleep(0.2)  # so that it comes in a read of its own
                connection.sendall(more)
                server.listen(connection)

            server = self.server(manner)
            self.send_in_vain(server.address, "--drop")
            self.assert_nothing_in_clear(server)

    def test_a_banner_together_with_what_follows_it(self):
        def manner(server, connection):
            connection.sendall(BANNER + b"127.0.0.1:9 Team hello\n")
            server.listen(connection)

        server = self.server(manner)
        self.peer.home.run("send", server.address, "in clear, if at all", "--json", "--timeout", "2", "--drop", within=60)
        self.assert_undisturbed()

    def test_a_banner_in_single_bytes_is_a_banner(self):
        key, heard = Key(), []

        def manner(server, connection):
            for byte in BANNER:
                connection.sendall(bytes([byte]))
                time.sleep(0.01)  # one read each
            link = Link(key, connection, is_server=True)
            link.greet()
            link.send(wire.have((link.other, 0)))
            heard.append(link.wait(wire.ENTRIES))
            link.send(wire.have((link.other, 1)))
            link.end()

        done = self.peer.send(self.server(manner), "byte by byte")
        self.assert_sent(done, "delivered")
        self.assertEqual(len(heard), 1)

    def test_bytes_without_end_after_the_banner(self):
        def manner(server, connection):
            connection.sendall(BANNER)
            time.sleep(0.2)  # so that it comes in a read of its own
            while True:
                connection.sendall(b"\x16\x03\x03\x40\x00" + b"\0" * 16384)

        self.send_in_vain(self.server(manner).address, "--drop")

    def test_another_key_than_the_one_that_was_asked_for_gets_nothing(self):
        wanted, other, heard = Key(), Key(), []

        def manner(server, connection):
            link = Link(other, connection, is_server=True)
            link.send(wire.hello())
            while frame := link.next():
                heard.append(frame)

        server = self.server(manner)
        self.send_in_vain(f"{wanted.text}@{server.address}")
        self.assertEqual(heard, [])
        self.assertIn("another key", self.peer.home.run("why", wanted.text).text)
        lines = lines_of(self.home_of_peer, wanted.text)
        self.assertEqual([line["text"] for line in lines], [SECRET], lines)
        self.assertIn(lines[0]["state"], ("queued", "failed"))
        self.assertEqual(self.peer.home.run("cancel", wanted.text).code, 0)

    def test_tls_1_2_is_not_spoken(self):
        failures = []

        def manner(server, connection):
            connection.sendall(BANNER)
            try:
                Link(Key(), connection, is_server=True, versions=(TLS_1_2, TLS_1_2))
            except Refused as refusal:
                failures.append(refusal)

        self.send_in_vain(self.server(manner).address, "--drop")
        until(lambda: failures, "the refusal")

    def test_somebody_who_shakes_hands_and_then_says_nothing(self):
        def manner(server, connection):
            connection.sendall(BANNER)
            Link(Key(), connection, is_server=True).end(within=30)

        self.send_in_vain(self.server(manner).address)

    def test_somebody_who_takes_everything_and_acknowledges_nothing(self):
        key = Key()

        def manner(server, connection):
            connection.sendall(BANNER)
            link = Link(key, connection, is_server=True)
            link.greet()
            link.send(wire.have((link.other, 0)))
            link.end(within=30)

        done = self.send_in_vain(self.server(manner).address)
        self.assertIn(tincan.last_state(done), ("queued", "sent"))


if __name__ == "__main__":
    tincan.main()
