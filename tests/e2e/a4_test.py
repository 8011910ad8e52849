"""Dialect A4, seed 0: an announcement, unframed text on a lasting connection, and replies in the other direction of it."""

import tincan
from processes import endpoint


class SeedZero(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()

    def announced(self, *options):
        program = self.model("a4", *options)
        program.connect(self.peer)
        self.peer.wait(event="peer", peer=program.address, presence="active", dialect="A4")
        return program

    def test_each_text_is_shown_with_team_and_announced_address(self):
        for variant in "head", "sibling":
            program = self.announced("--variant", variant)
            for text in "one", "two", "three":
                program.send(self.peer, f"{variant} {text}")
                self.assert_shown_once(self.peer, f"{variant} {text}", team="seed0", peer=program.address, dialect="A4")

    def test_the_answer_comes_on_its_own_connection(self):
        program = self.announced()
        program.send(self.peer, "hello")
        self.peer.message("hello")
        self.assert_sent(self.peer.send(program, "hello yourself"), "sent")
        program.wait(shown="hello yourself", team="Tinners", address=self.peer.address)
        self.assertEqual(program.named("served"), [])

    def test_it_is_spoken_to_first_when_told_and_can_answer(self):
        program = self.model("a4")
        self.peer.speak(program, "A4")
        self.assert_sent(self.peer.send(program, "unasked"), "sent")
        program.wait(shown="unasked", team="Tinners", address=self.peer.address)
        program.send(self.peer, "answered")
        self.assert_shown_once(self.peer, "answered", team="seed0", peer=program.address)

    def test_two_messages_to_it_do_not_melt_into_one(self):
        program = self.model("a4")
        self.peer.speak(program, "A4")
        self.peer.send(program, "first")
        self.peer.send(program, "second")
        program.wait(shown="first")
        program.wait(shown="second")

    def test_without_an_announcement_the_text_is_shown_at_the_source_address(self):
        program = self.model("a4")
        program.send(self.peer, "who am I")
        event = self.peer.message("who am I", team="seed0")
        self.assertEqual(endpoint(event["peer"])[0], "127.0.0.1")

    def test_its_first_words_to_a_mandatory_peer_are_shown(self):
        program = self.model("a4")
        program.do("greet", *endpoint(self.peer))
        self.peer.wait_for(lambda lines: [line for line in lines if "Hello from our peer!" in line.get("text", "")], what="first words")

    def test_its_menu_farewell_is_a_farewell_to_tincan(self):
        program = self.announced()
        program.leave(self.peer)
        self.peer.wait(event="peer", peer=program.address, presence="left")
        self.assertEqual(self.peer.received(), [])

    def test_a_bare_exit_is_a_farewell(self):
        with tincan.link(self.peer) as link:
            link.sendall(b"CONNECT:7123")
            self.peer.wait(event="peer", peer="127.0.0.1:7123", presence="active")
            link.sendall(b"exit")
            self.peer.wait(event="peer", peer="127.0.0.1:7123", presence="left")

    def test_quitting_says_a_bare_exit(self):
        program = self.model("a4")
        self.peer.speak(program, "A4")
        self.peer.send(program, "hello")
        program.wait(shown="hello")
        self.peer.stop()
        program.wait(left=self.peer.address)

    def test_quitting_says_exit_on_the_connection_of_one_who_called(self):
        program = self.announced()
        self.peer.stop()
        program.wait(left=self.peer.address)


if __name__ == "__main__":
    tincan.main()
