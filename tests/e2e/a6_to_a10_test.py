"""The dialects with one connection per message and a header of their own: netech, JSON, spaced fields, C; and rafale's source port."""

import tincan
from processes import endpoint, until

HEADED = {"a6": ("A6", "netech"), "a8": ("A8", "ARYANS"), "a9": ("A9", "nine"), "a10": ("A10", "ten")}


class Headed(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()

    def programs(self):
        for name, (dialect, team) in HEADED.items():
            yield dialect, team, self.model(name)

    def test_what_it_says_is_shown_once_with_team_and_address(self):
        for dialect, team, program in self.programs():
            text = f"{dialect} says: grüß 👋 | done"
            program.send(self.peer, text)
            self.assert_shown_once(self.peer, text, team=team, peer=program.address, dialect=dialect)

    def test_it_is_answered_in_its_dialect(self):
        for _, _, program in self.programs():
            program.send(self.peer, "hello")
            self.peer.message("hello", peer=program.address)
            self.assert_sent(self.peer.send(program, "hello yourself"), "sent")
            program.wait(shown="hello yourself", team="Tinners", address=self.peer.address)

    def test_it_is_spoken_to_first_when_told(self):
        for dialect, _, program in self.programs():
            self.peer.speak(program, dialect)
            self.assert_sent(self.peer.send(program, 'un"asked\\ 🦀'), "sent")
            program.wait(shown='un"asked\\ 🦀', team="Tinners", address=self.peer.address)

    def test_a_team_name_with_spaces_and_bars_does_not_shift_the_fields(self):
        named = self.tincan(team="Tin | Can")
        for dialect, _, program in self.programs():
            named.speak(program, dialect)
            named.send(program, "fields in order")
            program.wait(shown="fields in order", address=named.address)

    def test_its_connect_word_is_a_notice_and_its_exit_a_farewell(self):
        for dialect, _, program in self.programs():
            program.order("connect", *endpoint(self.peer))
            self.peer.wait(event="peer", peer=program.address, presence="active", dialect=dialect)
            program.leave(self.peer)
            self.peer.wait(event="peer", peer=program.address, presence="left")
            self.assertEqual(self.peer.received(peer=program.address), [])

    def test_connect_makes_tincan_known_to_it(self):
        for dialect, _, program in self.programs():
            self.peer.speak(program, dialect)
            done = self.peer.home.run("connect", program.address, "--json")
            self.assertEqual([line["ok"] for line in done.lines if line.get("event") == "connect"], [True], done)
            program.reach(lambda: self.peer.address in [peer["address"] for peer in program.peers()], "known")

    def test_quitting_says_exit(self):
        programs = [program for _, _, program in self.programs()]
        for program in programs:
            program.send(self.peer, "hello")
            self.peer.message("hello", peer=program.address)
        self.peer.stop()
        for program in programs:
            program.wait(left=self.peer.address)

    def test_the_other_connect_word_of_netech_is_a_notice_too(self):
        program = self.model("a6", "--connect-word", "manual connection message")
        program.connect(self.peer)
        self.peer.wait(event="peer", peer=program.address, presence="active")
        self.fence(self.peer)
        self.assertEqual(self.peer.received(peer=program.address), [])

    def test_a_file_that_comes_in_c_is_mentioned_and_harms_nothing(self):
        program = self.model("a10")
        program.do("file", *endpoint(self.peer), text="line one\nline two\n")
        self.peer.wait_for(lambda lines: [line for line in lines if "notes.txt" in line.get("text", "")], what="the file's name")
        program.send(self.peer, "did you get it")
        self.peer.message("did you get it", peer=program.address)

    def test_json_in_two_writes_is_one_message(self):
        with tincan.link(self.peer) as link:
            link.sendall(b'{"type":"message","content":"split in')
            self.fence(self.peer)
            link.sendall(b' two","sender_name":"J","sender_port":7008}')
        self.assert_shown_once(self.peer, "split in two", team="J", peer="127.0.0.1:7008", dialect="A8")

    def test_what_is_json_but_no_message_is_shown_as_it_came(self):
        for text in ('{"a": 1}', "{not json", '{"type":"message"}', "{}"):
            with self.subTest(text):
                tincan.say(self.peer, text)
                self.peer.message(text)


class Rafale(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()

    def test_what_it_says_is_shown_at_its_host(self):
        program = self.model("a7")
        program.send(self.peer, "no header at all")
        event = self.assert_shown_once(self.peer, "no header at all")
        self.assertEqual(endpoint(event["peer"])[0], program.host)

    def test_what_it_says_after_its_request_is_shown_at_its_source_port(self):
        program = self.model("a7")
        program.connect(self.peer)
        program.wait_named("ack")

        def is_said():
            program.send(self.peer, "from the same port")
            return self.peer.received(text="from the same port")

        until(is_said, "a second connection from the same pair of ports")
        self.peer.message("from the same port", peer=program.address)
        self.assertEqual(self.peer.home.peers()[program.address]["dialect"], "A7")

    def test_its_connection_request_is_acknowledged(self):
        program = self.model("a7")
        program.connect(self.peer)
        program.wait(ack="Connection Acknowledged")
        self.peer.wait(event="peer", peer=program.address, presence="active", dialect="A7")
        self.assertEqual(self.peer.received(), [])

    def test_it_is_spoken_to_first_when_told(self):
        for variant in "rafale2", "rafale-p2p":
            program = self.model("a7", "--variant", variant)
            self.peer.speak(program, "A7")
            self.assert_sent(self.peer.send(program, "raw it is"), "sent")
            program.wait(shown="raw it is")

    def test_it_is_answered_without_a_header_after_its_request(self):
        program = self.model("a7")
        program.connect(self.peer)
        program.wait_named("ack")
        self.assert_sent(self.peer.send(program, "hello rafale"), "sent")
        program.wait(shown="hello rafale")


if __name__ == "__main__":
    tincan.main()
