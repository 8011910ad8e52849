"""The models among themselves: every ordered pair of them does what the real programs were seen to do.

P: text, team and address right.  r: the text is visible, but raw or with a wrong team or address (also L of the pairwise runs).
e: visible only inside an error line.  '.': nothing of the text is visible.  !: the sender hangs, waiting for an acknowledgement.
"""

import socket
import unittest

from processes import Model, TimeIsUp, endpoint

CANONICAL = ["hashpa", "decentrix", "cryptoknights", "blockchainboys", "hashflow", "blocksmiths", "btc", "byteslayers", "bandwidth",
             "trustless", "teamcrypto", "minersjs"]
OTHERS = {
    "netminers": ["a2a"], "saiprakul": ["a2b"], "cryptosphere": ["a2b", "--variant", "cryptosphere"], "seed0": ["a4"],
    "seed1": ["a3"], "decryptors": ["a3", "--variant", "decryptors"], "blockbros": ["a3", "--variant", "blockbros"],
    "blockminers": ["a5"], "netech": ["a6"], "rafale2": ["a7", "--variant", "rafale2"],
}
RECEIVERS = ["netminers", "saiprakul", "cryptosphere", "seed0", "seed1", "decryptors", "blockbros", "blockminers", "netech", "rafale2"]
# One letter for each of RECEIVERS. '?': whether the greeting of a port line and the text come in one read is a matter of luck. Netminers
# writes its recipient's address, which is its own here; seed1 announces a wrong port only after it has listed its peers.
SEEN = {
    "canonical": "r r . r . e e e r r",
    "netminers": "P P . r . e e e r r",
    "saiprakul": "r P P r . e e e r r",
    "cryptosphere": "r P P r . e e e r r",
    "seed0": "r r . P . e e e r r",
    "blockminers": "r r . r . e e P r r",
    "netech": "r r . r . e e e P r",
    "seed1": "? ? ? r! P P P e! r! ?",
    "decryptors": "? ? ? r! P P P e! r! ?",
    "blockbros": "? ? ? r! r r P e! r! ?",
}
TEXT = "good-morning"


def start(program):
    if program in OTHERS:
        return Model(*OTHERS[program])
    return Model("a1", "--program", program)


def send_to(sender, receiver):
    """Sends, and waits until the sender's menu is back or the receiver has read all that it will read."""
    since = sender.mark()
    sender.order("send", *endpoint(receiver), text=TEXT)
    try:
        sender.wait(since=since, within=1, done="send")
        return ""
    except TimeIsUp:
        return "!"


def is_over(receiver, since):
    return [line for line in receiver.lines[since:] if isinstance(line, dict) and {"served", "shown", "error"} & set(line)]


def verdict(receiver, since, sender, team, has_team=True):
    lines = receiver.lines[since:]
    for line in lines:
        if line.get("shown") == TEXT and line["address"] == sender.address and (line["team"] == team or not has_team):
            return "P"
    if any(TEXT in (line.get("shown") or "") for line in lines):
        return "r"
    return "e" if any(TEXT in line.get("error", "") or "not a port" in line.get("error", "") for line in lines) else "."


class Models(unittest.TestCase):
    def setUp(self):
        self.running = {}
        self.addCleanup(lambda: [model.kill() for model in self.running.values()])

    def program(self, name):
        if name not in self.running:
            self.running[name] = start(name)
        return self.running[name]

    def exchange(self, sender_name, receiver_name):
        sender, receiver = self.program(sender_name), self.program(receiver_name)
        since = receiver.mark()
        hang = send_to(sender, receiver)
        receiver.wait_for(lambda _: is_over(receiver, since), what="end of the connection")
        if hang:
            self.running.pop(sender_name).kill()
        has_team = receiver_name not in ("seed1", "blockbros") and sender_name != "seed1"
        return verdict(receiver, since, sender, sender_name, has_team) + hang

    def test_canonical_programs_understand_each_other(self):
        for sender in CANONICAL[:4] + ["teamcrypto", "minersjs", "blockforge"]:
            for receiver in CANONICAL:
                if sender != receiver:
                    with self.subTest(f"{sender} to {receiver}"):
                        self.assertEqual(self.exchange(sender, receiver), "P")

    def test_blockforge_gives_every_peer_of_a_host_the_first_port_it_saw(self):
        self.assertEqual(self.exchange("hashpa", "blockforge"), "P")
        self.assertEqual(self.exchange("btc", "blockforge"), "r")

    def test_other_programs_are_islands_as_they_were_seen_to_be(self):
        for sender, row in SEEN.items():
            for receiver, seen in zip(RECEIVERS, row.split()):
                name = "btc" if sender == "canonical" else sender
                if name != receiver and seen != "?":
                    with self.subTest(f"{sender} to {receiver}"):
                        # Two quick writes are sometimes read as one: what was seen must be seen in one of a few tries.
                        self.assertIn(seen, (self.exchange(name, receiver) for _ in range(3)))

    def test_no_canonical_program_reads_the_other_dialects_right(self):
        for sender in ("netminers", "saiprakul", "cryptosphere", "seed0", "blockminers", "netech"):
            for receiver in ("hashpa", "btc", "bandwidth", "teamcrypto", "minersjs"):
                with self.subTest(f"{sender} to {receiver}"):
                    self.assertNotEqual(self.exchange(sender, receiver), "P")

    def test_rafale2_cannot_send(self):
        self.program("rafale2").send(self.program("btc"), TEXT)
        self.program("rafale2").wait_named("error")


class Habits(unittest.TestCase):
    def model(self, *options):
        model = Model(*options)
        self.addCleanup(model.kill)
        return model

    def test_an_idle_connection_stops_those_that_serve_one_at_a_time(self):
        hashpa, btc = self.model("a1", "--program", "hashpa"), self.model("a1")
        with socket.create_connection((hashpa.host, hashpa.port)):
            btc.send(hashpa, "wait for it")
            with self.assertRaises(TimeIsUp):
                hashpa.wait(within=0.3, shown="wait for it")
        hashpa.wait(shown="wait for it")

    def test_minersjs_waits_for_its_connection_to_be_accepted(self):
        asking, asked = self.model("a1", "--program", "minersjs"), self.model("a1", "--program", "minersjs")
        asking.connect(asked)
        asking.wait(ack="CONNECT_ACCEPTED")

    def test_minersjs_takes_leave_and_is_answered_on_the_same_socket(self):
        leaving, left = self.model("a1", "--program", "minersjs"), self.model("a1", "--program", "minersjs")
        leaving.leave(left)
        leaving.wait(ack=f"{left.address} minersjs DISCONNECT_ACK")
        left.wait(left=leaving.address)

    def test_cryptoknights_dials_back(self):
        cryptoknights, peer = self.model("a1", "--program", "cryptoknights"), self.model("a1", "--program", "blocksmiths")
        peer.send(cryptoknights, "connect")
        peer.wait(shown="connect_ack", team="cryptoknights", address=cryptoknights.address)

    def test_a_text_longer_than_one_read_is_cut(self):
        sender, receiver = self.model("a1"), self.model("a1")
        sender.send(receiver, "x" * 3000)
        cut = receiver.wait(team="btc")["shown"]
        self.assertEqual(len(f"{sender.address} btc {cut}"), 1024)

    def test_decentrix_is_deaf_after_bad_bytes(self):
        decentrix, btc = self.model("a1", "--program", "decentrix"), self.model("a1")
        with socket.create_connection((decentrix.host, decentrix.port)) as link:
            link.sendall(b"127.0.0.1:1 T \xff")
        decentrix.wait_named("error")
        btc.send(decentrix, "hello?")
        with self.assertRaises(TimeIsUp):
            decentrix.wait(within=0.3, shown="hello?")

    def test_netminers_aborts_on_an_empty_peer(self):
        netminers = self.model("a2a")
        socket.create_connection((netminers.host, netminers.port)).close()
        netminers.wait_named("served")
        netminers.order("peers")
        self.assertNotEqual(netminers.finish(), 0)

    def test_seed1_announces_a_wrong_port_after_listing_its_peers(self):
        seed1, decryptors = self.model("a3"), self.model("a3", "--variant", "decryptors")
        decryptors.send(seed1, "hi")
        seed1.peers()
        seed1.send(decryptors, "hello")
        decryptors.wait(shown="hello", address=decryptors.address)

    def test_a_port_line_peer_that_closes_without_exit_costs_a_core(self):
        seed1, decryptors = self.model("a3"), self.model("a3", "--variant", "decryptors")
        decryptors.send(seed1, "hi")
        decryptors.leave(seed1)
        seed1.wait(left=decryptors.address)
        seed1.send(decryptors, "hi")
        seed1.leave(decryptors)
        decryptors.wait(spins=seed1.address)

    def test_seed0_writes_into_the_socket_on_which_it_was_called(self):
        one, other = self.model("a4"), self.model("a4")
        one.connect(other)
        other.wait_for(lambda _: other.peers(), what="a peer")
        other.send(one, "back to you")
        one.wait(shown="back to you")
        self.assertEqual(one.named("served"), [])

    def test_blockminers_acknowledges_lists_and_lets_go(self):
        one, other = self.model("a5"), self.model("a5", "--variant", "older")
        one.connect(other)
        one.wait(ack=f"ACK:Blockminers:{other.port}")
        other.connect(one)
        other.do("query", *endpoint(one))
        other.wait(peerlist=f"PEERLIST:{other.address}")
        one.leave(other)
        other.wait(left=one.address)

    def test_rafale_is_acknowledged_and_known_by_its_source_port(self):
        one, other = self.model("a7"), self.model("a7")
        one.connect(other)
        one.wait(ack="Connection Acknowledged")
        other.wait(shown="Connection Request", address=one.address)

    def test_the_dialects_that_were_only_read_about_speak_with_their_own_kind(self):
        for dialect, team in ("a8", "ARYANS"), ("a9", "nine"), ("a10", "ten"), ("a6", "netech"):
            with self.subTest(dialect):
                one, other = self.model(dialect), self.model(dialect)
                one.send(other, "grüß dich 👋")
                other.wait(shown="grüß dich 👋", team=team, address=one.address)
                one.leave(other)
                other.wait(left=one.address)

    def test_family_d_shows_each_read_and_dies_of_bad_bytes(self):
        one, other = self.model("raw"), self.model("raw")
        one.send(other, "y" * 1500)
        other.wait_for(lambda _: other.shown(), count=2, what="two parts")
        one.send(other, "still there")
        other.wait(shown="still there", address="127.0.0.1")


if __name__ == "__main__":
    unittest.main(verbosity=1)
