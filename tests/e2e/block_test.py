"""The block list: one peer or a whole host is not heard, does not learn of it, and stays blocked after a restart."""

import tincan


class Blocking(tincan.TestCase):
    def setUp(self):
        self.home_of_peer = self.home()
        self.peer = self.started(self.home_of_peer.listen())
        self.program = self.model("a1")
        self.program.send(self.peer, "hello")
        self.peer.message("hello", peer=self.program.address)

    def assert_not_shown(self, text):
        self.fence(self.peer)
        self.assertEqual(self.peer.received(text=text), [])
        self.assertNotIn(text, [message["text"] for message in self.home_of_peer.history()])

    def test_a_blocked_peer_is_dropped_silently_and_its_neighbour_is_not(self):
        self.peer.block(self.program.address)
        self.program.send(self.peer, "let me in")
        self.assertEqual(self.program.named("error"), [])
        neighbour = self.model("a1")
        neighbour.send(self.peer, "and me?")
        self.peer.message("and me?", peer=neighbour.address)
        self.assert_not_shown("let me in")

    def test_an_unblocked_peer_is_heard_again_but_not_what_it_said_meanwhile(self):
        self.peer.block(self.program.address)
        self.program.send(self.peer, "meanwhile")
        self.assert_not_shown("meanwhile")
        self.peer.unblock(self.program.address)
        self.program.send(self.peer, "and now?")
        self.peer.message("and now?")
        self.assert_not_shown("meanwhile")

    def test_a_blocked_host_is_not_heard_whatever_it_announces(self):
        self.peer.block("127.0.0.9")
        for address in "127.0.0.9:7001", "127.0.0.9:7002":
            tincan.say(self.peer, tincan.canonical("from nine", address), source="127.0.0.9")
        for data in "raw words", "7003\nCONNECT\nport line\n", '{"type":"message","content":"json","sender_name":"J","sender_port":7004}':
            tincan.say(self.peer, data, source="127.0.0.9")
        self.fence(self.peer)
        self.assertEqual([event for event in self.peer.received() if event["peer"].startswith("127.0.0.9:")], [])
        tincan.say(self.peer, tincan.canonical("from eight", "127.0.0.8:7001"), source="127.0.0.8")
        self.peer.message("from eight", peer="127.0.0.8:7001")

    def test_a_blocked_peer_is_marked_in_the_list(self):
        self.peer.block(self.program.address)
        self.assertTrue(self.home_of_peer.peers()[self.program.address]["blocked"])
        self.peer.unblock(self.program.address)
        self.assertFalse(self.home_of_peer.peers()[self.program.address]["blocked"])

    def test_blocking_survives_a_restart_and_even_a_kill(self):
        self.peer.block(self.program.address)
        self.peer.kill()
        self.peer = self.started(self.home_of_peer.listen())
        self.program.send(self.peer, "after the kill")
        self.assert_not_shown("after the kill")

    def test_blocking_works_without_a_running_tincan(self):
        self.peer.stop()
        self.assertEqual(self.home_of_peer.run("block", self.program.address).code, 0)
        self.peer = self.started(self.home_of_peer.listen())
        self.program.send(self.peer, "while you slept")
        self.assert_not_shown("while you slept")

    def test_a_blocked_peer_cannot_leave_a_trace_by_control_words(self):
        self.peer.block("127.0.0.9")
        for word in "connect", "exit", "PING":
            tincan.say(self.peer, tincan.canonical(word, "127.0.0.9:7001"), source="127.0.0.9")
        self.fence(self.peer)
        self.assertNotIn("127.0.0.9:7001", [line.get("peer") for line in self.peer.lines])

    def test_nonsense_is_refused(self):
        for target in "", "not an address!", "127.0.0.1:99999":
            self.assertNotEqual(self.home_of_peer.run("block", target).code, 0, target)


if __name__ == "__main__":
    tincan.main()
