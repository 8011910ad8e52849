"""Dialect A5, blockminers: named verbs, acknowledged connections, and a list of peers on demand."""

import tincan
from processes import endpoint


class Blockminers(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()
        self.program = self.model("a5")

    def test_what_it_says_is_shown_once(self):
        self.program.send(self.peer, "block: 7, chain: 9")
        self.assert_shown_once(self.peer, "block: 7, chain: 9", team="Blockminers", peer=self.program.address, dialect="A5")

    def test_its_connection_is_acknowledged_by_name_and_port(self):
        self.program.connect(self.peer)
        self.program.wait(ack=f"ACK:Tinners:{self.peer.port}")
        self.peer.wait(event="peer", peer=self.program.address, presence="active", dialect="A5", team="Blockminers")
        self.assertEqual(self.peer.received(), [])

    def test_the_connection_is_kept_as_long_as_it_wants(self):
        self.program.connect(self.peer)
        self.program.leave(self.peer)
        self.peer.wait(event="peer", peer=self.program.address, presence="left")

    def test_it_is_answered_in_its_dialect(self):
        self.program.send(self.peer, "hello")
        self.peer.message("hello")
        self.assert_sent(self.peer.send(self.program, "hello: yourself"), "sent")
        self.program.wait(shown="hello: yourself", team="Tinners", address=self.peer.address)

    def test_it_is_spoken_to_first_when_told(self):
        self.peer.speak(self.program, "A5")
        self.assert_sent(self.peer.send(self.program, "unasked"), "sent")
        self.program.wait(shown="unasked", team="Tinners", address=self.peer.address)

    def test_a_colon_in_the_team_name_does_not_shift_the_fields(self):
        named = self.tincan(team="Tin:Can 2")
        named.speak(self.program, "A5")
        named.send(self.program, "fields in order")
        self.program.wait(shown="fields in order", address=named.address)

    def test_a_query_is_answered_by_the_peers_that_spoke(self):
        other = self.model("a1")
        other.send(self.peer, "count me in")
        self.peer.message("count me in")
        self.program.do("query", *endpoint(self.peer))
        answer = self.program.wait_named("peerlist")["peerlist"]
        self.assertTrue(answer.startswith("PEERLIST:"), answer)
        self.assertIn(other.address, answer.removeprefix("PEERLIST:").split(","))

    def test_a_query_before_anybody_spoke_is_answered_too(self):
        self.program.do("query", *endpoint(self.peer))
        self.assertEqual(self.program.wait_named("peerlist")["peerlist"], "PEERLIST:")

    def test_its_first_words_to_a_mandatory_peer_are_canonical(self):
        self.program.do("greet", *endpoint(self.peer))
        self.assert_shown_once(self.peer, "hello", team="Blockminers", peer=self.program.address, dialect="A1")

    def test_connect_is_acknowledged_by_it(self):
        self.program.send(self.peer, "hello")
        self.peer.message("hello")
        done = self.peer.home.run("connect", self.program.address, "--json")
        self.assertEqual([line["ok"] for line in done.lines if line.get("event") == "connect"], [True], done)
        self.assertIn(self.peer.address, [peer["address"] for peer in self.program.peers()])

    def test_quitting_says_exit_with_the_port(self):
        self.program.send(self.peer, "hello")
        self.peer.message("hello")
        self.peer.stop()
        self.program.wait(left=self.peer.address)


if __name__ == "__main__":
    tincan.main()
