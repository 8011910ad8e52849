"""The control words of canonical programs: connect, exit, DISCONNECT, PING, and what each waits for."""

import sys

import tincan
from processes import MODELS

sys.path.insert(0, str(MODELS))
from a1 import PROGRAMS  # noqa: E402  (the table of the thirteen)

CONNECT_WORDS = [
    "connect", "CONNECT", "CONNECTING", "Connected", "Connected!", "handshake", "connection message", "connection_request",
    "CONNECTION_REQUEST", "Hello, I am connecting!", "Hello, peer!", "Connection established", "connect_ack", "CONNECT_ACCEPTED",
]
FAREWELLS = ["exit", "EXIT", "Exit", "exit\n", " exit ", "quit", "DISCONNECT", "[PEER_QUIT]", "DISCONNECT: team has left"]


class Words(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()

    def presence(self, program):
        return self.peer.home.peers()[tincan.address_of(program)]["presence"]

    def test_every_connect_word_makes_its_sender_an_active_peer_without_becoming_chat(self):
        for word in CONNECT_WORDS:
            with self.subTest(word):
                program = self.model("a1", "--connect-word", word)
                program.connect(self.peer)
                self.peer.wait(event="peer", peer=program.address, presence="active")
                self.fence(self.peer)
                self.assertEqual(self.peer.received(peer=program.address), [])
                program.kill()

    def test_every_farewell_makes_its_sender_one_who_has_left(self):
        for farewell in FAREWELLS:
            with self.subTest(farewell):
                program = self.model("a1")
                program.send(self.peer, "here")
                program.send(self.peer, farewell)
                self.peer.wait(event="peer", peer=program.address, presence="left")
                self.fence(self.peer)
                self.assertEqual([event["text"] for event in self.peer.received(peer=program.address)], ["here"])
                program.kill()

    def test_a_farewell_word_within_a_sentence_is_chat(self):
        program = self.model("a1")
        program.send(self.peer, "exit through the gift shop")
        self.peer.message("exit through the gift shop", peer=program.address)
        self.assertEqual(self.presence(program), "active")

    def test_one_who_left_and_speaks_again_is_active_again(self):
        program = self.model("a1")
        program.leave(self.peer)
        self.peer.wait(event="peer", peer=program.address, presence="left")
        program.send(self.peer, "back")
        self.peer.message("back")
        self.assertEqual(self.presence(program), "active")

    def test_the_connection_request_of_minersjs_is_accepted(self):
        program = self.model("a1", "--program", "minersjs")
        program.connect(self.peer)
        program.wait(ack="CONNECT_ACCEPTED")
        program.wait(shown="CONNECT_ACCEPTED", team="Tinners", address=self.peer.address)

    def test_the_disconnection_of_minersjs_is_a_farewell_without_waiting_for_its_close(self):
        program = self.model("a1", "--program", "minersjs")
        program.leave(self.peer)
        self.peer.wait(event="peer", peer=program.address, presence="left")

    def test_no_other_connect_word_is_answered(self):
        for word in ("connect", "handshake", "CONNECTION_REQUEST"):
            program = self.model("a1", "--connect-word", word)
            program.connect(self.peer)
            self.peer.wait(event="peer", peer=program.address)
            self.fence(self.peer)
            self.assertEqual(program.named("served"), [])

    def test_the_health_check_of_hashpa_is_swallowed(self):
        program = self.model("a1", "--program", "hashpa")
        program.do("ping", self.peer.host, self.peer.port)
        self.fence(self.peer)
        self.assertEqual(self.peer.received(text="PING"), [])
        self.assertNotIn(self.peer.address, self.peer.home.peers())

    def test_the_empty_probe_of_blockforge_is_no_event(self):
        program = self.model("a1", "--program", "blockforge")
        self.peer.send(program, "meet me")
        program.wait(shown="meet me")
        self.peer.wait(event="state", state="sent")
        before = self.peer.mark()
        program.peers()
        self.fence(self.peer)
        noise = [line for line in self.peer.lines[before:] if line.get("team") != "Fence"]
        self.assertEqual(noise, [])

    def test_the_forged_farewell_that_hashflow_passes_on_does_not_break_anything(self):
        hashflow, leaver = self.model("a1", "--program", "hashflow"), self.model("a1", "--team", "Leaver")
        self.peer.send(hashflow, "know me")
        hashflow.wait(shown="know me")
        leaver.send(hashflow, "me too")
        leaver.leave(hashflow)
        hashflow.wait(left=leaver.address)
        hashflow.send(self.peer, "still here")
        self.peer.message("still here", peer=hashflow.address)

    def test_first_words_to_a_mandatory_peer_arrive(self):
        for name, habits in PROGRAMS.items():
            if habits.first_words in ("", *CONNECT_WORDS):
                continue
            program = self.model("a1", "--program", name)
            program.do("greet", self.peer.host, self.peer.port)
            self.peer.message(habits.first_words, peer=program.address, team=name)

    def test_connect_announces_tincan_to_each_program(self):
        for name, habits in PROGRAMS.items():
            with self.subTest(name):
                program = self.model("a1", "--program", name)
                program.send(self.peer, "hello")
                self.peer.message("hello", peer=program.address)
                done = self.peer.home.run("connect", program.address, "--json")
                self.assertEqual(done.code, 0, done)
                report = [line for line in done.lines if line.get("event") == "connect"]
                self.assertEqual([(line["peer"], line["ok"]) for line in report], [(program.address, True)], done)
                program.wait(team="Tinners", address=self.peer.address)
                program.kill()

    def test_connect_without_names_announces_to_every_known_peer_and_reports_each(self):
        known = [self.model("a1", "--program", name) for name in ("btc", "hashpa", "minersjs")]
        for program in known:
            program.send(self.peer, "hello")
            self.peer.message("hello", peer=program.address)
        known[1].kill()
        done = self.peer.home.run("connect", "--json")
        report = {line["peer"]: line["ok"] for line in done.lines if line.get("event") == "connect"}
        self.assertEqual(report, {known[0].address: True, known[1].address: False, known[2].address: True}, done)


if __name__ == "__main__":
    tincan.main()
