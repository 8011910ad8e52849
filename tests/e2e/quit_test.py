"""Quitting: each active peer is told in its own dialect, all of them within half a second, and the port is free at once."""

import signal
import socket

import tincan
from processes import IS_SANITIZED

AT_MOST = 5.0 if IS_SANITIZED else 1.0  # half a second for the farewells, the rest for a busy machine

LISTENERS = [
    ("a1", "--program", "btc"), ("a1", "--program", "cryptoknights"), ("a1", "--program", "minersjs"), ("a2a",), ("a2b",),
    ("a2b", "--variant", "cryptosphere"), ("a5",), ("a6",), ("a8",), ("a9",), ("a10",),
]


class Quit(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()

    def assert_stops_soon(self, how=signal.SIGTERM):
        code, seconds = self.peer.stop(how)
        self.assertEqual(code, 0, self.peer.story())
        self.assertLess(seconds, AT_MOST)

    def test_each_active_peer_is_told_in_its_dialect(self):
        programs = [self.model(*options) for options in LISTENERS]
        for number, program in enumerate(programs):
            program.send(self.peer, f"hello {number}")
            self.peer.message(f"hello {number}", peer=program.address)
        self.assert_stops_soon()
        for program in programs:
            with self.subTest(" ".join(program.command[1:])):
                program.wait(left=self.peer.address)

    def test_peers_that_do_not_answer_do_not_hold_it_up(self):
        with tincan.black_hole() as hole, tincan.silent_server() as mute, tincan.refused_port() as refused:
            silent = "127.0.0.1:%d" % mute.getsockname()[1]
            for address in hole, silent, f"127.0.0.1:{refused}":
                tincan.say(self.peer, tincan.canonical(f"from {address}", address))
                self.peer.message(f"from {address}")
            self.assert_stops_soon()

    def test_a_peer_that_never_acknowledges_does_not_hold_it_up(self):
        with tincan.silent_server() as mute:
            address = "127.0.0.1:%d" % mute.getsockname()[1]
            self.peer.speak(address, "A3")
            self.peer.send(address, "hello?", "--timeout", "1")
            self.assert_stops_soon()

    def test_an_interrupt_is_a_quit_too(self):
        program = self.model("a1")
        program.send(self.peer, "hello")
        self.peer.message("hello")
        self.assert_stops_soon(signal.SIGINT)
        program.wait(left=self.peer.address)

    def test_one_who_left_is_not_told(self):
        program = self.model("a1", "--program", "minersjs")
        program.leave(self.peer)
        self.peer.wait(event="peer", peer=program.address, presence="left")
        self.assert_stops_soon()
        self.assertEqual(program.named("served"), [])

    def test_the_port_is_free_at_once(self):
        program = self.model("a1")
        program.send(self.peer, "hello")
        with tincan.link(self.peer):
            self.peer.message("hello")
            self.assert_stops_soon()
        again = self.started(self.peer.home.listen("--port", self.peer.port))
        self.assertEqual(again.port, self.peer.port)

    def test_a_port_in_use_is_one_clear_line(self):
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            port = holder.getsockname()[1]
            home = self.home()
            done = home.run("listen", "--team", "T", "--ip", "127.0.0.1", "--port", port)
        self.assertEqual(done.code, 1)
        self.assertIn(str(port), done.complaints)
        self.assertEqual(len(done.complaints.strip().splitlines()), 1, done.complaints)


if __name__ == "__main__":
    tincan.main()
