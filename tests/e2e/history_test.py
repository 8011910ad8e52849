"""History: what was said is found again, in order, by peer, by page and by word in any script."""

import json

import tincan

SAID = ["good morning", "the blockchain is long", "你好，世界", "今天天气很好", "привет мир", "Grüße aus Köln", "morning again"]


class History(tincan.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home_of_peer = tincan.Home()
        cls.addClassCleanup(cls.home_of_peer.remove)
        peer = cls.home_of_peer.listen()
        cls.addClassCleanup(peer.kill)
        for text in SAID:
            tincan.say(peer, tincan.canonical(text))
            peer.message(text)
        tincan.say(peer, tincan.canonical("from somebody else", "127.0.0.1:7002", "Others"))
        peer.message("from somebody else")
        peer.stop()

    def texts(self, *words):
        return [message["text"] for message in self.home_of_peer.history(*words)]

    def test_everything_is_there_newest_last(self):
        self.assertEqual(self.texts(), [*SAID, "from somebody else"])

    def test_the_history_of_one_peer_is_only_its_own(self):
        self.assertEqual(self.texts("127.0.0.1:7001"), SAID)
        self.assertEqual(self.texts("127.0.0.1:7002"), ["from somebody else"])

    def test_a_limit_gives_the_newest(self):
        self.assertEqual(self.texts("127.0.0.1:7001", "--limit", "2"), SAID[-2:])

    def test_a_search_finds_words(self):
        self.assertEqual(self.texts("--search", "morning"), ["good morning", "morning again"])
        self.assertEqual(self.texts("--search", "MORNING"), ["good morning", "morning again"])

    def test_a_search_finds_chinese_even_by_short_words(self):
        self.assertEqual(self.texts("--search", "世界"), ["你好，世界"])
        self.assertEqual(self.texts("--search", "天气"), ["今天天气很好"])
        self.assertEqual(self.texts("--search", "好"), ["你好，世界", "今天天气很好"])

    def test_a_search_finds_other_scripts(self):
        self.assertEqual(self.texts("--search", "мир"), ["привет мир"])
        self.assertEqual(self.texts("--search", "Köln"), ["Grüße aus Köln"])

    def test_a_search_can_be_for_one_peer(self):
        self.assertEqual(self.texts("127.0.0.1:7002", "--search", "morning"), [])

    def test_characters_of_a_query_language_are_only_characters(self):
        for word in '"', "'", "*", "morning*", "a AND b", "NEAR(", "text:x", "-", "%", "_", "(", "\\", "{}", "good OR", "':--":
            with self.subTest(word):
                done = self.home_of_peer.run("history", "--json", f"--search={word}")
                self.assertEqual(done.code, 0, done)
        self.assertEqual(self.texts("--search=%"), [])

    def test_each_line_of_the_export_is_a_whole_message(self):
        done = self.home_of_peer.run("history", "--json")
        for line in done.text.splitlines():
            message = json.loads(line)
            self.assertLessEqual({"peer", "team", "text", "direction", "dialect", "time", "clear", "state"}, set(message))
            self.assertRegex(message["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_for_people_each_message_is_readable(self):
        done = self.home_of_peer.run("history", "127.0.0.1:7001")
        self.assertEqual(done.code, 0)
        for text in SAID:
            self.assertIn(text, done.text)

    def test_an_unknown_peer_has_no_history(self):
        self.assertEqual(self.texts("127.0.0.1:9"), [])


class Both(tincan.TestCase):
    def test_a_running_tincan_answers_with_both_directions(self):
        peer = self.tincan()
        program = self.model("a1")
        program.send(peer, "question")
        peer.message("question")
        self.assert_sent(peer.send(program, "answer"))
        said = [(message["direction"], message["text"], message["state"]) for message in peer.home.history(program.address)]
        self.assertEqual(said, [("in", "question", "received"), ("out", "answer", "sent")])

    def test_a_long_history_is_given_to_its_last_line_and_a_limit_is_kept(self):
        peer = self.tincan()
        for number in range(1300):
            tincan.say(peer, tincan.canonical(f"line {number}"))
        peer.message("line 1299", within=60)
        self.assertEqual(len(peer.home.history()), 1300)
        self.assertEqual(len(peer.home.history("--limit", "1200")), 1200)
        self.assertEqual(len(peer.home.history("--limit", "5000")), 1300)


if __name__ == "__main__":
    tincan.main()
