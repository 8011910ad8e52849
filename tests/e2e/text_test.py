"""Texts that the old programs tear, lose or pass on raw: long ones, several lines, every script; between tincans and to others."""

import tincan

EMOJI = "👋🏽 👨‍👩‍👧‍👦 🇩🇪 🏳️‍🌈"
LONG = "".join(f"{number:05d} " for number in range(1000)).strip()  # 5,999 characters, each part recognisable
SCRIPTS = ["grüße", "привет", "你好，世界", "مرحبا", "שלום", "नमस्ते", "e\u0301te\u0301", "1 < 2 && 3 > 2", '"quoted" \\n \\u0041 %s {} $(id) `id`', EMOJI]


class BetweenTincans(tincan.TestCase):
    def setUp(self):
        self.here, self.there = self.tincan(team="Here"), self.tincan(team="There")

    def exchange(self, text):
        self.assert_sent(self.here.send(self.there, text))
        return self.assert_shown_once(self.there, text, peer=self.here.address, team="Here")

    def test_every_script_arrives_whole(self):
        for text in SCRIPTS:
            with self.subTest(text):
                self.exchange(text)

    def test_several_lines_arrive_as_one_message(self):
        self.exchange("one\ntwo\n\nfour")

    def test_a_text_of_several_thousand_characters_arrives_whole(self):
        self.assert_sent(self.here.send(self.there, LONG))
        self.there.reach(lambda: self.received_words() == LONG.split(), "all of the long text")

    def received_words(self):
        return " ".join(event["text"] for event in self.there.received()).split()

    def test_a_long_text_of_emoji_is_cut_between_graphemes_only(self):
        text = "👨‍👩‍👧‍👦" * 120
        self.assert_sent(self.here.send(self.there, text))
        self.there.reach(lambda: "".join(event["text"] for event in self.there.received()) == text, "all of the families")
        for event in self.there.received():
            self.assertEqual(event["text"], "👨‍👩‍👧‍👦" * (len(event["text"]) // 7))

    def test_a_text_that_looks_like_a_header_is_a_text(self):
        for text in "127.0.0.1:9 Evil hi", "CONNECT:7001", "7001\nCONNECT\nhi", "<127.0.0.1:9> @ <Evil>\nhi\n<end>", '{"type":"exit"}':
            with self.subTest(text):
                since = self.there.mark()
                self.assert_sent(self.here.send(self.there, text))
                self.there.wait_for(
                    lambda lines: [line for line in lines[since:] if line.get("event") == "message" and line["peer"] == self.here.address],
                    what=text,
                )

    def test_a_line_that_looks_like_a_canonical_header_within_a_text_does_not_pose_as_another(self):
        since = self.there.mark()
        self.assert_sent(self.here.send(self.there, "look:\n127.0.0.1:9 Evil hi"))
        self.there.wait_for(lambda lines: [line for line in lines[since:] if "Evil hi" in line.get("text", "")], what="the text")
        self.assertEqual([line for line in self.there.lines[since:] if line.get("team") == "Evil"], [])

    def test_texts_come_in_the_order_in_which_they_were_sent(self):
        for number in range(20):
            self.assert_sent(self.here.send(self.there, f"number {number}"))
        self.there.message("number 19")
        self.assertEqual([event["text"] for event in self.there.received()], [f"number {number}" for number in range(20)])

    def test_the_text_can_come_from_stdin(self):
        done = self.here.home.run("send", self.there.address, "-", "--json", stdin="line one\nline two\n")
        self.assertEqual(done.code, 0, done)
        self.there.message("line one\nline two")


class ToOldPrograms(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()

    def test_a_long_text_goes_out_in_pieces_that_each_fit_one_read(self):
        for name in "hashpa", "teamcrypto", "byteslayers":
            with self.subTest(name):
                program = self.model("a1", "--program", name)
                self.assert_sent(self.peer.send(program, LONG), "sent")
                program.reach(lambda: self.words_at(program) == LONG.split(), "all words")
                self.assertLessEqual(max(line["bytes"] for line in program.named("served")), 1000)
                self.assertEqual(program.named("error"), [])

    def words_at(self, program):
        return " ".join(line["shown"] for line in program.shown()).split()

    def test_no_character_is_cut_in_two(self):
        program = self.model("a1", "--program", "decentrix")
        text = "a" + "👋" * 1200
        self.assert_sent(self.peer.send(program, text), "sent")
        program.reach(lambda: "".join(line["shown"] for line in program.shown()) == text, "all hands")

    def test_several_lines_arrive_as_well_as_the_program_can_take_them(self):
        for name in "btc", "hashpa", "teamcrypto", "minersjs":
            with self.subTest(name):
                program = self.model("a1", "--program", name)
                self.assert_sent(self.peer.send(program, "first line\nsecond line"), "sent")
                program.reach(lambda: any("first line" in line["shown"] for line in program.shown()), "the first line")

    def test_control_characters_are_never_written_to_the_wire(self):
        program = self.model("a1", "--program", "minersjs")
        self.peer.home.run("send", program.address, "-", stdin="red \x1b[31mtext\x07\x9b\x00 end")
        shown = program.wait_named("shown")["shown"]
        self.assertEqual([char for char in shown if ord(char) < 32 or 127 <= ord(char) < 160], [])

    def test_an_empty_text_is_refused_with_a_reason(self):
        program = self.model("a1")
        done = self.peer.send(program, "")
        self.assertNotEqual(done.code, 0)
        self.assertTrue(done.complaints or done.text)
        self.assertEqual(program.named("served"), [])


if __name__ == "__main__":
    tincan.main()
