"""The bracketed dialects: netminers (A2a), saiprakul and cryptosphere (A2b)."""

import tincan


class NetminersTest(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()
        self.program = self.model("a2a")

    def test_it_is_shown_at_its_own_address_though_it_writes_ours(self):
        self.program.send(self.peer, "gold found")
        self.assert_shown_once(self.peer, "gold found", team="netminers", peer=self.program.address, dialect="A2a")

    def test_it_is_answered_in_brackets(self):
        self.program.send(self.peer, "gold found")
        self.peer.message("gold found")
        self.assert_sent(self.peer.send(self.program, "where?"), "sent")
        self.program.wait(shown="where?", team="Tinners", address=self.peer.address)

    def test_it_is_spoken_to_first_when_told(self):
        self.peer.speak(self.program, "A2a")
        self.assert_sent(self.peer.send(self.program, "hello miners"), "sent")
        self.program.wait(shown="hello miners", team="Tinners", address=self.peer.address)

    def test_its_connect_is_a_notice_and_its_quit_a_farewell(self):
        self.program.connect(self.peer)
        self.peer.wait(event="peer", peer=self.program.address, presence="active", dialect="A2a")
        self.program.leave(self.peer)
        self.peer.wait(event="peer", peer=self.program.address, presence="left")
        self.assertEqual(self.peer.received(peer=self.program.address), [])

    def test_it_never_gets_an_empty_connection(self):
        self.program.send(self.peer, "one")
        self.peer.message("one")
        self.peer.home.run("connect", self.program.address)
        self.peer.home.run("peers")
        self.peer.stop()
        self.program.peers()
        self.assertNotIn(0, [line["bytes"] for line in self.program.named("served")])


class AngleTest(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()

    def variants(self):
        for variant in ("saiprakul", "cryptosphere"):
            yield self.model("a2b", "--variant", variant)

    def test_what_it_says_is_shown_without_its_frame(self):
        for program in self.variants():
            since = self.peer.mark()
            program.send(self.peer, "hello\nworld")
            wanted = {"team": program.command[-1], "peer": program.address, "dialect": "A2b"}
            self.assert_shown_once(self.peer, "hello\nworld", since, **wanted)

    def test_it_is_answered_in_its_frame(self):
        for program in self.variants():
            program.send(self.peer, "ping pong")
            self.peer.message("ping pong", peer=program.address)
            self.assert_sent(self.peer.send(program, "two\nlines"), "sent")
            program.wait(shown="two\nlines", team="Tinners", address=self.peer.address)

    def test_it_is_spoken_to_first_when_told(self):
        for program in self.variants():
            self.peer.speak(program, "A2b")
            self.assert_sent(self.peer.send(program, "unasked"), "sent")
            program.wait(shown="unasked", team="Tinners", address=self.peer.address)

    def test_the_dialect_of_a_single_message_can_be_given(self):
        for program in self.variants():
            self.assert_sent(self.peer.send(program, "just once", "--dialect", "A2b"), "sent")
            program.wait(shown="just once", team="Tinners", address=self.peer.address)

    def test_a_team_name_with_spaces_stays_whole(self):
        spaced = self.tincan(team="Tin Can Alley")
        for program in self.variants():
            spaced.speak(program, "A2b")
            spaced.send(program, "roll up")
            program.wait(shown="roll up", address=spaced.address)
            self.assertIn(program.shown()[-1]["team"], ("Tin Can Alley", "Tin_Can_Alley"))

    def test_its_team_name_with_spaces_is_understood(self):
        program = self.model("a2b", "--team", "Sai and Prakul")
        program.send(self.peer, "we two")
        self.peer.message("we two", team="Sai and Prakul")

    def test_its_connection_request_is_a_notice_and_its_disconnect_a_farewell(self):
        for program in self.variants():
            program.connect(self.peer)
            self.peer.wait(event="peer", peer=program.address, presence="active")
            program.leave(self.peer)
            self.peer.wait(event="peer", peer=program.address, presence="left")
            self.assertEqual(self.peer.received(peer=program.address), [])

    def test_its_farewell_on_quit_is_understood(self):
        program = self.model("a2b")
        self.peer.speak(program, "A2b")
        self.peer.send(program, "hello")
        program.wait(shown="hello")
        program.send(self.peer, "hello")
        program.order("quit")
        self.peer.wait(event="peer", peer=program.address, presence="left")

    def test_the_text_of_its_windows_relatives_is_shown(self):
        program = self.model("a2b", "--variant", "windows")
        program.send(self.peer, "from windows")
        shown = self.peer.wait_for(lambda lines: [line for line in lines if "from windows" in line.get("text", "")], what="text")
        self.assertEqual(shown[0]["peer"], program.address)


if __name__ == "__main__":
    tincan.main()
