"""The port-line dialect: seed1, decryptors, blockbros. Each waits for an acknowledgement, for ever if need be."""

import socket
import time

import tincan
from processes import endpoint

DIALECT = {"seed1": "A3", "decryptors": "A3-team", "blockbros": "A3-line"}


class PortLine(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()

    def variants(self, *names):
        for variant in names or DIALECT:
            yield variant, self.model("a3", "--variant", variant)

    def test_each_message_is_shown_and_acknowledged_before_the_patience_of_a_user_ends(self):
        for variant, program in self.variants():
            for number in range(3):
                text = f"{variant} {number}"
                program.send(self.peer, text)
                event = self.assert_shown_once(self.peer, text, peer=program.address)
                self.assertEqual(event["dialect"], DIALECT[variant])
                if variant != "seed1":
                    self.assertEqual(event["team"], variant)
            self.assertEqual(len(program.named("ack")), 3)
            self.assertNotIn("", [line["ack"] for line in program.named("ack")])

    def test_the_first_words_in_one_segment_are_shown_and_acknowledged(self):
        expected = {"seed1": "Auto Message", "decryptors": "Decryptors here!", "blockbros": "Auto Message"}
        for variant, program in self.variants():
            since = self.peer.mark()
            program.do("greet", *endpoint(self.peer))
            self.assert_shown_once(self.peer, expected[variant], since, peer=program.address)

    def test_it_is_answered_in_its_dialect_and_acknowledges(self):
        for variant, program in self.variants():
            program.send(self.peer, "hello")
            self.peer.message("hello", peer=program.address)
            self.assert_sent(self.peer.send(program, "hello yourself"), "acknowledged")
            program.wait(shown="hello yourself", address=self.peer.address)

    def test_it_is_spoken_to_first_when_told_and_again_on_the_same_terms(self):
        for variant, program in self.variants():
            self.peer.speak(program, DIALECT[variant])
            for text in "first", "second", "third":
                self.assert_sent(self.peer.send(program, text), "acknowledged")
                program.wait(shown=text, address=self.peer.address)
            self.assertEqual([line["shown"] for line in program.shown()], ["first", "second", "third"])

    def test_the_first_message_is_through_before_its_writer_wonders(self):
        for variant, program in self.variants():
            self.peer.speak(program, DIALECT[variant])
            began = time.monotonic()
            self.assert_sent(self.peer.send(program, "hello"), "acknowledged")
            self.assertLess(time.monotonic() - began, 2, f"{variant}: does not acknowledge a greeting without a text")

    def test_the_team_is_told_where_the_dialect_can(self):
        for variant, program in self.variants("decryptors", "blockbros"):
            self.peer.speak(program, DIALECT[variant])
            self.peer.send(program, "who are we")
            program.wait(shown="who are we", team="Tinners")

    def test_no_program_is_ever_left_spinning(self):
        programs = dict(self.variants())
        for variant, program in programs.items():
            self.peer.speak(program, DIALECT[variant])
            self.assert_sent(self.peer.send(program, "hello"))
            program.wait(shown="hello")
        self.peer.stop()
        for program in programs.values():
            program.wait(left=self.peer.address)
            self.assertEqual(program.named("spins"), [])
            self.assertEqual(len(program.named("served")), 1, program.story())

    def test_a_farewell_ends_its_presence(self):
        program = self.model("a3", "--variant", "decryptors")
        program.send(self.peer, "hello")
        program.leave(self.peer)
        self.peer.wait(event="peer", peer=program.address, presence="left")
        self.assertEqual(self.peer.received(text="exit"), [])

    def test_the_word_exit_as_a_line_is_a_farewell(self):
        program = self.model("a3")
        program.send(self.peer, "hello")
        program.order("send", *endpoint(self.peer), text="exit")
        self.peer.wait(event="peer", peer=program.address, presence="left")

    def test_a_long_and_a_multi_line_text_arrive_as_well_as_they_can(self):
        for variant, program in self.variants():
            self.peer.speak(program, DIALECT[variant])
            self.assert_sent(self.peer.send(program, "one\ntwo"), "acknowledged")
            program.reach(lambda: "two" in " ".join(line["shown"] for line in program.shown()), "two")
            self.assert_sent(self.peer.send(program, "z" * 2500), "acknowledged")
            program.reach(lambda: "".join(line["shown"] for line in program.shown()).count("z") == 2500, "2,500 z")

    def test_a_peer_that_never_acknowledges_gets_its_message_reported_as_no_more_than_sent(self):
        with tincan.silent_server() as server:
            address = "127.0.0.1:%d" % server.getsockname()[1]
            self.peer.speak(address, "A3")
            done = self.peer.send(address, "are you there", "--timeout", "2")
            states = [line.get("state") for line in done.lines]
            self.assertNotIn("acknowledged", states)

    def test_a_wrong_announced_port_is_a_hint_only(self):
        seed1 = self.model("a3")
        other = self.model("a3", "--variant", "decryptors")
        other.send(seed1, "list me")
        seed1.peers()
        seed1.send(self.peer, "from a liar")
        self.peer.message("from a liar")

    def test_a_reset_before_its_acknowledgement_does_not_lose_what_was_said(self):
        for number in range(50):
            connection = tincan.link(self.peer)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(f"{7400 + number}\nCONNECT\n".encode())
            time.sleep(0.001)  # so that the acknowledgement of the greeting often meets a connection that is gone
            connection.sendall(f"last words {number}\nexit\n".encode())
            tincan.reset(connection)
        for number in range(50):
            self.peer.message(f"last words {number}", peer=f"127.0.0.1:{7400 + number}")

    def test_greeting_and_text_in_single_bytes_are_understood(self):
        with tincan.link(self.peer) as link:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in b"7123\nCONNECT\nslowly\n":
                link.sendall(bytes([byte]))
            self.assertTrue(link.recv(1024))
            self.peer.message("slowly", peer="127.0.0.1:7123", dialect="A3")


if __name__ == "__main__":
    tincan.main()
