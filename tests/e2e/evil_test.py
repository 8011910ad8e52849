"""Anything on the port: crowds of idle, slow, endless and senseless connections disturb nobody else and cost bounded memory.

Rows R5 and R6 of the list of attacks. A well-behaved message must be shown within a second throughout.
"""

import pathlib
import random
import sys
import time
import unittest

import tincan
from processes import IS_SANITIZED, Process, scaled, until

MIB = 1 << 20
CALM_MEMORY = 48 * MIB  # a handful of hostile connections, whatever they pour in
CROWD_MEMORY = 64 * MIB  # 2,000 connections of at most 8 KiB each, and a quarter for the rest
MASS_MEMORY = 160 * MIB  # 10,000 connections of at most 8 KiB each, and as much again for the rest
IN_TIME = 10.0 if IS_SANITIZED else 1.0
CROWD = pathlib.Path(__file__).with_name("crowd.py")
MANY_SOURCES = [f"127.0.1.{last}" for last in range(2, 202)]


class Crowd(Process):
    def __init__(self, peer, manner, count, *sources):
        super().__init__([sys.executable, CROWD, peer.address, manner, count, *sources])
        self.opened = self.wait_named("opened", within=60)["opened"]


class Evil(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()
        self.told = 0

    def crowd(self, manner, count, *sources):
        return self.started(Crowd(self.peer, manner, count, *sources))

    def assert_undisturbed(self, times=5):
        """A message from another address is shown in time, again and again."""
        for _ in range(times):
            self.told += 1
            began = time.monotonic()
            tincan.say(self.peer, tincan.canonical(f"well-behaved {self.told}"))
            self.peer.message(f"well-behaved {self.told}", within=max(IN_TIME, 5))
            self.assertLess(time.monotonic() - began, IN_TIME)

    def assert_memory_below(self, limit):
        if not IS_SANITIZED:
            self.assertLess(self.peer.memory(), limit, f"{self.peer.memory() / MIB:.1f} MiB")

    def endure(self, manner, count, *sources, limit=CROWD_MEMORY):
        crowd = self.crowd(manner, count, *sources)
        self.assert_undisturbed()
        self.assert_memory_below(limit)
        crowd.kill()
        self.assert_undisturbed(1)
        until(lambda: self.peer.open_files() < 60, "the connections of the crowd to be given back")

    def test_two_thousand_idle_connections_from_one_address(self):
        self.endure("idle", scaled(2000))

    def test_two_thousand_idle_connections_from_two_hundred_addresses(self):
        self.endure("idle", scaled(2000), *MANY_SOURCES)

    def test_two_thousand_half_sent_headers(self):
        self.endure("half", scaled(2000), *MANY_SOURCES)

    def test_two_thousand_connections_that_send_a_byte_a_second(self):
        self.endure("drip", scaled(2000), *MANY_SOURCES)

    def test_ten_thousand_connections_in_all(self):
        crowds = [self.crowd("idle", scaled(5000), *MANY_SOURCES), self.crowd("half", scaled(5000), *MANY_SOURCES)]
        self.assert_undisturbed()
        self.assert_memory_below(MASS_MEMORY)
        for crowd in crowds:
            crowd.kill()
        self.assert_undisturbed(1)
        until(lambda: self.peer.open_files() < 60, "the connections of the crowds to be given back")

    def test_endless_bytes_without_a_newline(self):
        self.endure("endless", 4, limit=CALM_MEMORY)

    def test_random_bytes_and_resets(self):
        self.endure("garbage", scaled(500), *MANY_SOURCES[:20], limit=CALM_MEMORY)

    def test_port_line_peers_that_never_read_their_acknowledgements(self):
        self.endure("mute-greeting", 20, limit=CALM_MEMORY)

    def test_ten_megabytes_without_a_newline_are_shown_cut_or_refused_but_bounded(self):
        with tincan.link(self.peer, "127.0.0.66") as link:
            try:
                link.sendall(b"127.0.0.66:7001 Evil " + b"m" * (10 * MIB))
            except OSError:
                pass
        self.assert_undisturbed()
        self.assert_memory_below(CALM_MEMORY)

    def test_ten_megabytes_of_lines_are_bounded(self):
        with tincan.link(self.peer, "127.0.0.66") as link:
            try:
                link.sendall(b"127.0.0.66:7001 Evil " + b"line\n" * (2 * MIB))
            except OSError:
                pass
        self.assert_undisturbed()
        self.assert_memory_below(CALM_MEMORY)

    def test_a_flood_of_headers_in_one_connection_is_bounded(self):
        flood = b"".join(f"127.0.0.66:{port} T{port} m\n".encode() for port in range(1, 20000))
        with tincan.link(self.peer, "127.0.0.66") as link:
            try:
                link.sendall(flood)
            except OSError:
                pass
        self.assert_undisturbed()
        self.assert_memory_below(CALM_MEMORY)

    def test_every_single_byte_as_the_whole_of_a_connection(self):
        for byte in range(256):
            tincan.say(self.peer, bytes([byte]))
        self.assert_undisturbed()

    def test_every_beginning_of_every_dialect_then_a_close(self):
        openings = [
            b"127.0.0.1:7001 T hi", b"<127.0.0.1:7001> T hi", b"<127.0.0.1:7001> @ <T>\nhi\n<end>", b"7001\nT\nCONNECT\nhi\nexit\n",
            b"CONNECT:7001T : hi", b"CONNECT:T:7001", b"MESSAGE:T:7001:hi", b"QUERY", b"EXIT:7001", b"LISTENING_PORT:7001|TEAM_NAME:T|hi",
            b"Connection Request", b'{"type":"message","content":"\\ud83d\\udc4b","sender_name":"T","sender_port":7001}',
            b"127.0.0.1 7001 T hi", b"50000 7001 T FILE f 3\nabc", b"[::1]:7001 T hi",
        ]
        for opening in openings:
            for length in range(1, len(opening)):
                tincan.say(self.peer, opening[:length])
        self.assert_undisturbed()

    def test_random_damage_to_every_dialect(self):
        seed = random.randrange(1 << 32)
        dice = random.Random(seed)
        openings = [b"127.0.0.1:7001 T hi", b"7001\nT\nCONNECT\nhi\n", b"CONNECT:T:7001", b"<127.0.0.1:7001> @ <T>\nhi\n<end>",
                    b"LISTENING_PORT:7001|TEAM_NAME:T|hi", b'{"type":"message","content":"x","sender_name":"T","sender_port":7001}']
        for _ in range(scaled(600, 50)):
            data = bytearray(dice.choice(openings))
            for _ in range(dice.randint(1, 4)):
                place = dice.randrange(len(data))
                data[place : place + dice.randint(0, 2)] = dice.randbytes(dice.randint(0, 3))
            tincan.say(self.peer, bytes(data))
        with self.subTest(seed=seed):
            self.assert_undisturbed()

    def test_json_of_every_unpleasant_shape(self):
        for text in (
            "{" * 5000, "[" * 5000, '{"a":' * 3000, '{"type":"message","sender_port":-1}', '{"type":"message","sender_port":1e308,"content":"x"}',
            '{"type":"message","sender_port":"7001","content":"x"}', '{"type":["message"],"content":{}}', '{"content":"\\ud800"}',
            '{"type":"message","content":"x","sender_name":null,"sender_port":7001}',
            '{"type":"message","content":5,"sender_name":5,"sender_port":7001}',
            '{"type":"message","type":"exit","content":"x","sender_name":"T","sender_port":7001}', '{"\\u0000":"\\u0000"}', "{}" * 1000,
        ):
            tincan.say(self.peer, text)
        self.assert_undisturbed()


class ManyHonestOnes(tincan.TestCase):
    @unittest.skipIf(IS_SANITIZED, "measured with the release build only")
    def test_two_hundred_at_the_same_moment_are_all_shown(self):
        peer = self.tincan()
        links = [tincan.link(peer, f"127.0.1.{2 + number}") for number in range(200)]
        for number, link in enumerate(links):
            link.sendall(tincan.canonical(f"me too {number}", f"127.0.1.{2 + number}:7001").encode())
            link.close()
        for number in range(200):
            peer.message(f"me too {number}", peer=f"127.0.1.{2 + number}:7001")


if __name__ == "__main__":
    tincan.main()
