"""Delivery: no more is claimed than was seen, nothing is lost, failures are kept and tried again, also after a restart."""

import time

import tincan

BACK_OFF = 40  # seconds in which a peer that has appeared must be tried again


class Truth(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()

    def test_a_canonical_message_is_sent_and_no_more(self):
        done = self.peer.send(self.model("a1"), "hello")
        self.assertEqual(done.code, 0)
        self.assertEqual(tincan.last_state(done), "sent")

    def test_a_message_to_a_port_line_is_acknowledged(self):
        program = self.model("a3")
        self.peer.speak(program, "A3")
        self.assertEqual(tincan.last_state(self.peer.send(program, "hello")), "acknowledged")

    def test_the_listening_tincan_tells_the_same_story(self):
        program = self.model("a1")
        self.peer.send(program, "told twice")
        message = self.peer.wait(event="message", direction="out", text="told twice", peer=program.address)
        self.peer.wait(event="state", id=message["id"], state="sent")

    def test_a_refused_message_fails_with_a_reason_and_in_time(self):
        with tincan.refused_port() as port:
            began = time.monotonic()
            done = self.peer.send(f"127.0.0.1:{port}", "anybody?", "--timeout", "2")
            self.assertLess(time.monotonic() - began, 6)
        self.assertEqual(done.code, 3, done)
        failed = [line for line in done.lines if line.get("state") == "failed"]
        self.assertTrue(failed and "refused" in failed[-1]["why"], done)

    def test_a_dial_without_answer_ends_in_time(self):
        with tincan.black_hole() as hole:
            done = self.peer.send(hole, "anybody?", "--timeout", "2")
        self.assertEqual(done.code, 3, done)

    def test_a_peer_that_refuses_is_listed_as_unreachable_with_its_queue(self):
        with tincan.refused_port() as port:
            address = f"127.0.0.1:{port}"
            self.peer.send(address, "anybody?", "--timeout", "1")
            peer = self.peer.home.peers()[address]
            self.assertEqual((peer["presence"], peer["queued"]), ("unreachable", 1))


class Patience(tincan.TestCase):
    def setUp(self):
        self.home_of_peer = self.home()

    def listen(self):
        return self.started(self.home_of_peer.listen())

    def test_a_refused_message_arrives_when_the_program_starts(self):
        peer = self.listen()
        with tincan.refused_port() as port:
            address = f"127.0.0.1:{port}"
            self.assertEqual(peer.send(address, "early bird", "--timeout", "1").code, 3)
        program = self.model("a1", port=port)
        program.wait(shown="early bird", within=BACK_OFF)
        peer.wait(event="state", state="sent", peer=address)
        self.assertEqual(len(program.shown()), 1)

    def test_a_word_from_the_peer_is_reason_enough_to_try_at_once(self):
        peer = self.listen()
        with tincan.refused_port() as port:
            self.assertEqual(peer.send(f"127.0.0.1:{port}", "early bird", "--timeout", "3").code, 3)
        program = self.model("a1", port=port)
        program.send(peer, "here I am")
        program.wait(shown="early bird", within=3)

    def test_several_arrive_in_order_and_once(self):
        peer = self.listen()
        texts = [f"kept {number}" for number in range(5)]
        with tincan.refused_port() as port:
            for text in texts:
                peer.send(f"127.0.0.1:{port}", text, "--timeout", "0.2")
        program = self.model("a1", port=port)
        program.wait(shown=texts[-1], within=BACK_OFF)
        self.assertEqual([line["shown"] for line in program.shown()], texts)

    def test_a_message_survives_a_restart(self):
        peer = self.listen()
        with tincan.refused_port() as port:
            peer.send(f"127.0.0.1:{port}", "before the restart", "--timeout", "1")
            peer.stop()
        program = self.model("a1", port=port)
        self.listen()
        program.wait(shown="before the restart", within=BACK_OFF)

    def test_a_message_of_a_one_shot_send_is_taken_up_by_the_next_listener(self):
        with tincan.refused_port() as port:
            done = self.home_of_peer.send(f"127.0.0.1:{port}", "from nobody running", "--timeout", "1")
            self.assertEqual(done.code, 3, done)
        program = self.model("a1", port=port)
        self.listen()
        program.wait(shown="from nobody running", within=BACK_OFF)

    def test_a_one_shot_send_delivers_by_itself(self):
        program = self.model("a1")
        done = self.home_of_peer.send(program, "on my own")
        self.assertEqual(done.code, 0, done)
        program.wait(shown="on my own", team="Tinners")
        self.assertEqual([message["text"] for message in self.home_of_peer.history()], ["on my own"])

    def test_the_dialect_of_a_peer_survives_a_restart(self):
        program = self.model("a6")
        peer = self.listen()
        program.send(peer, "remember me")
        peer.message("remember me")
        peer.stop()
        peer = self.listen()
        peer.send(program, "I did")
        program.wait(shown="I did", team="Tinners")

    def test_what_was_delivered_is_not_delivered_again_after_a_restart(self):
        program = self.model("a1")
        peer = self.listen()
        self.assert_sent(peer.send(program, "only once"))
        peer.stop()
        peer = self.listen()
        self.assert_sent(peer.send(program, "the next"))
        program.wait(shown="the next")
        self.assertEqual([line["shown"] for line in program.shown() if line["shown"] == "only once"], ["only once"])


class Mandatory(tincan.TestCase):
    def test_each_mandatory_peer_gets_the_first_words(self):
        one, other = self.model("a1"), self.model("a1", "--program", "hashpa")
        peer = self.tincan("--mandatory", one.address, "--mandatory", other.address, "--mandatory-text", "Guten Morgen")
        for program in one, other:
            program.wait(shown="Guten Morgen", team="Tinners", address=peer.address)
            peer.wait(event="mandatory", target=program.address, state="sent")

    def test_one_that_is_not_there_yet_gets_them_when_it_comes(self):
        with tincan.refused_port() as port:
            address = f"127.0.0.1:{port}"
            peer = self.tincan("--mandatory", address, "--mandatory-text", "patience")
            waiting = peer.wait(event="mandatory", target=address, state="failed")
            self.assertIn("refused", waiting["why"])
        program = self.model("a1", port=port)
        program.wait(shown="patience", within=BACK_OFF)
        peer.wait(event="mandatory", target=address, state="sent")
        self.assertEqual(len(program.shown()), 1)

    def test_it_is_ready_before_they_are_reached(self):
        with tincan.black_hole() as hole:
            peer = self.tincan("--mandatory", hole)
            self.fence(peer)

    def test_they_are_not_told_again_by_a_later_run_that_does_not_name_them(self):
        program = self.model("a1")
        home = self.home()
        peer = self.started(home.listen("--mandatory", program.address, "--mandatory-text", "first run"))
        program.wait(shown="first run")
        peer.stop()
        peer = self.started(home.listen())
        self.assert_sent(peer.send(program, "second run"))
        program.wait(shown="second run")
        self.assertEqual([line["shown"] for line in program.shown()].count("first run"), 1)


if __name__ == "__main__":
    tincan.main()
