"""The canonical dialect, with thirteen programs: what they say arrives, and what tincan says arrives there."""

import sys

import tincan
from processes import MODELS

sys.path.insert(0, str(MODELS))
from a1 import PROGRAMS  # noqa: E402  (the table of the thirteen)


class Canonical(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()

    def programs(self):
        for name in PROGRAMS:
            program = self.model("a1", "--program", name)
            yield program
            program.kill()

    def test_what_each_program_says_is_shown_once_with_team_and_address(self):
        for program in self.programs():
            text = f"from {program.command[-1]} {program.port}"
            program.send(self.peer, text)
            event = self.peer.message(text)
            self.assertEqual((event["team"], event["peer"], event["dialect"]), (program.command[-1], program.address, "A1"))
            self.assertTrue(event["clear"])
            self.assert_shown_once(self.peer, text)

    def test_each_program_shows_what_tincan_says_first(self):
        for program in self.programs():
            self.assert_sent(self.peer.send(program, "guten Tag 👋"), "sent")
            program.wait(shown="guten Tag 👋", team="Tinners", address=self.peer.address)
            self.assertEqual(len(program.shown()), 1)

    def test_each_program_is_answered_in_its_dialect(self):
        for program in self.programs():
            program.send(self.peer, "hello")
            self.peer.message("hello", peer=program.address)
            self.assert_sent(self.peer.send(program, "hello yourself"), "sent")
            program.wait(shown="hello yourself", team="Tinners", address=self.peer.address)

    def test_nothing_but_the_message_is_written_on_one_connection(self):
        program = self.model("a1")
        self.peer.send(program, "just this")
        program.wait(shown="just this")
        self.fence(self.peer)
        sizes = [line["bytes"] for line in program.named("served")]
        self.assertEqual(sizes, [len(tincan.canonical("just this", self.peer.address, "Tinners"))])

    def test_a_peer_is_listed_once_however_often_it_speaks(self):
        program = self.model("a1")
        for number in range(5):
            program.send(self.peer, f"number {number}")
        self.peer.message("number 4")
        self.assertEqual(list(self.peer.home.peers()), [program.address])

    def test_two_peers_at_one_address_are_two_peers(self):
        one, other = self.model("a1"), self.model("a1", "--program", "btc", "--team", "Others")
        one.send(self.peer, "one")
        other.send(self.peer, "other")
        self.peer.message("one", peer=one.address)
        self.peer.message("other", peer=other.address)
        self.assertEqual(set(self.peer.home.peers()), {one.address, other.address})

    def test_a_loopback_address_that_a_host_name_yields_is_that_of_the_peer(self):
        program = self.model("a1", "--program", "hashpa", bind="127.0.1.1")
        program.send(self.peer, "from Debian")
        self.assert_shown_once(self.peer, "from Debian", peer=program.address)
        self.assert_sent(self.peer.send(program, "to Debian"))
        program.wait(shown="to Debian")

    def test_an_announced_address_that_is_not_the_one_of_the_connection_does_not_become_the_peer(self):
        program = self.model("a1", "--announce", "10.15.0.7")
        program.send(self.peer, "hard-coded")
        self.assert_shown_once(self.peer, "hard-coded", peer=program.address)
        self.assert_sent(self.peer.send(program, "and answered"))
        program.wait(shown="and answered")

    def test_an_unspecified_announced_address_is_replaced_by_that_of_the_connection(self):
        program = self.model("a1", "--announce", "0.0.0.0")
        program.send(self.peer, "from nowhere")
        self.assert_shown_once(self.peer, "from nowhere", peer=program.address)

    def test_a_program_that_serves_one_at_a_time_is_never_held_up(self):
        program = self.model("a1", "--program", "hashflow")
        for number in range(3):
            self.assert_sent(self.peer.send(program, f"number {number}"))
            program.wait(shown=f"number {number}")
        self.model("a1").send(program, "another's word")
        program.wait(shown="another's word")

    def test_team_names_with_spaces_travel_as_underscores(self):
        spaced = self.tincan(team="Tin Can Alley")
        program = self.model("a1")
        self.assert_sent(spaced.send(program, "roll up"))
        program.wait(shown="roll up", team="Tin_Can_Alley")

    def test_of_a_team_name_with_spaces_the_first_word_is_the_team(self):
        program = self.model("a1", "--team", "Block Busters")
        program.send(self.peer, "hi all")
        self.peer.message("Busters hi all", team="Block")


if __name__ == "__main__":
    tincan.main()
