"""Announced addresses that are bait: tincan dials nobody but (the source's address, the announced port), and seldom by itself.

Row R16 of the list of attacks. The part with addresses that are not loopback runs in a network namespace of its own.
"""

import os
import selectors
import shutil
import socket
import subprocess
import sys
import unittest

import tincan
from processes import IS_SANITIZED

MOST_DIALS = 12  # "a few per minute"
INSIDE = "TINCAN_E2E_INSIDE"


class Victims:
    """Ports that count who dials them."""

    def __init__(self, host, count):
        self.sockets = [self.listening(host) for _ in range(count)]
        self.selector = selectors.DefaultSelector()
        for server in self.sockets:
            self.selector.register(server, selectors.EVENT_READ)

    def listening(self, host):
        server = socket.socket()
        server.bind((host, 0))
        server.listen(512)
        server.setblocking(False)
        return server

    def addresses(self):
        return ["{}:{}".format(*server.getsockname()) for server in self.sockets]

    def dials(self, within):
        """How many have dialled by the time at which nobody has for so many seconds."""
        count = 0
        while ready := self.selector.select(within):
            for key, _ in ready:
                connection, _ = key.fileobj.accept()
                connection.close()
                count += 1
        return count

    def close(self):
        for server in self.sockets:
            server.close()


class Bait(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()

    def victims(self, host="127.0.0.77", count=1):
        victims = Victims(host, count)
        self.addCleanup(victims.close)
        return victims

    def test_a_storm_of_connection_requests_for_one_address_causes_few_dials(self):
        victims = self.victims()
        for _ in range(200):
            tincan.say(self.peer, tincan.canonical("CONNECT_REQUEST", victims.addresses()[0]), source="127.0.0.66")
        self.fence(self.peer)
        self.assertLessEqual(victims.dials(within=2), MOST_DIALS)

    def test_a_storm_of_connection_requests_for_many_ports_causes_few_dials(self):
        victims = self.victims(count=100)
        for address in victims.addresses():
            tincan.say(self.peer, tincan.canonical("CONNECT_REQUEST", address), source="127.0.0.66")
        self.fence(self.peer)
        self.assertLessEqual(victims.dials(within=2), MOST_DIALS)

    def test_words_alone_cause_no_dial_at_all(self):
        victims = self.victims(count=10)
        for address in victims.addresses():
            host, port = address.split(":")
            for data in (
                tincan.canonical("hello", address), tincan.canonical("connect", address), tincan.canonical("exit", address),
                f"{port}\nCONNECT\nhi\n", f"CONNECT:{port}", f"CONNECT:T:{port}", f"MESSAGE:T:{port}:hi", f"{host} {port} T connect",
                f'{{"type":"connect","content":"x","sender_name":"T","sender_port":{port}}}', f"LISTENING_PORT:{port}|TEAM_NAME:T|connection message",
            ):
                tincan.say(self.peer, data, source="127.0.0.77")
        self.fence(self.peer)
        self.assertEqual(victims.dials(within=2), 0)

    def test_announcing_tincan_itself_makes_no_echo(self):
        for word in "CONNECT_REQUEST", "CONNECT_ACCEPTED", "hello", "exit", "connect":
            tincan.say(self.peer, tincan.canonical(word, self.peer.address), source="127.0.0.66")
        self.fence(self.peer)
        self.assertLessEqual(len(self.peer.received(peer=self.peer.address)), 1)

    def test_a_peer_list_is_not_followed(self):
        victims = self.victims()
        tincan.say(self.peer, f"PEERLIST:{victims.addresses()[0]}", source="127.0.0.66")
        self.fence(self.peer)
        self.assertEqual(victims.dials(within=1), 0)

    def test_ten_thousand_announced_addresses_do_not_fill_the_memory(self):
        for number in range(200):
            lines = "\n".join(f"127.{1 + number}.{place}.9:7001 T{place} connect" for place in range(50))
            tincan.say(self.peer, lines, source="127.0.0.66")
        self.fence(self.peer)
        if not IS_SANITIZED:
            self.assertLess(self.peer.memory(), 64 << 20)

    def test_bait_of_every_kind_is_survived(self):
        for host in ("169.254.169.254", "224.0.0.1", "255.255.255.255", "0.0.0.0", "[::]", "[fe80::1%lo]", "[ff02::1]", "[::ffff:127.0.0.1]",
                     "metadata.google.internal", "localhost.", "a" * 300, "-", "127.1", "0x7f.1", "2130706433", "①②⑦.0.0.1"):
            tincan.say(self.peer, tincan.canonical(f"from {host[:20]}", f"{host}:7001"), source="127.0.0.66")
            tincan.say(self.peer, tincan.canonical("CONNECT_REQUEST", f"{host}:7001"), source="127.0.0.66")
        self.fence(self.peer)


@unittest.skipUnless(os.environ.get(INSIDE), "runs in a network namespace of its own")
class BaitOutsideLoopback(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan(ip="10.99.0.1")

    def test_only_the_source_is_dialled_whatever_is_announced(self):
        third, evil = Victims("10.99.0.3", 1), Victims("10.99.0.2", 1)
        self.addCleanup(third.close)
        self.addCleanup(evil.close)
        port = evil.addresses()[0].split(":")[1]
        for announced in third.addresses()[0], f"127.0.0.1:{port}", f"0.0.0.0:{port}", f"10.99.0.3:{port}":
            tincan.say(self.peer, tincan.canonical("CONNECT_REQUEST", announced), source="10.99.0.2")
        self.assertEqual(third.dials(within=2), 0)
        self.assertGreater(evil.dials(within=2), 0)

    def test_the_source_is_the_peer_and_the_claim_is_shown(self):
        tincan.say(self.peer, tincan.canonical("who am I", "10.99.0.3:7001"), source="10.99.0.2")
        self.peer.message("who am I", peer="10.99.0.2:7001")
        tincan.say(self.peer, tincan.canonical("and now", "127.0.0.1:7002"), source="10.99.0.2")
        self.peer.message("and now", peer="10.99.0.2:7002")


class Namespace(unittest.TestCase):
    @unittest.skipIf(os.environ.get(INSIDE), "this is the inside")
    def test_outside_loopback(self):
        if not shutil.which("ip") or subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
            self.skipTest("needs `unshare -rn` and `ip`")
        addresses = "".join(f"ip addr add 10.99.0.{last}/24 dev lo && " for last in (1, 2, 3))
        script = f'ip link set lo up && {addresses}exec "$0" "$@"'
        inside = [sys.executable, __file__, "BaitOutsideLoopback"]
        done = subprocess.run(
            ["unshare", "-rn", "sh", "-c", script, *inside], env={**os.environ, INSIDE: "1"}, capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    tincan.main()
