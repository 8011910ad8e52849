"""Two tincans on this machine, as their users see them: encrypted, delivered once, changed together, found again, and in clear only to others."""

import os
import signal
import threading
import unittest

import tincan
from native_case import Recorder, Two, database_bytes, free_port, lines_of
from processes import scaled, until

BACK_OFF = 40  # seconds in which a peer that has appeared must be tried again


class Talk(Two):
    def test_a_message_to_an_address_is_encrypted_delivered_and_shown(self):
        done = self.peers[0].send(self.peers[1], "hello")
        self.assert_sent(done, "delivered")
        heard = self.peers[1].message("hello")
        self.assertEqual((heard["encrypted"], heard["clear"], heard["team"]), (True, False, "Ants"))
        for which in (0, 1):
            known = self.peer_with(self.homes[which], self.keys[1 - which])
            self.assertEqual((known["speaks"], known["encrypted"], known["peer"]), ("tincan", True, self.peers[1 - which].address))
        self.say(1, "and back")
        self.peers[0].message("and back", encrypted=True)
        self.assertEqual(self.texts(0), self.texts(1))

    def test_both_write_first_at_the_same_moment(self):
        threads = [threading.Thread(target=lambda me=me: self.peers[me].send(self.peers[1 - me], f"from {me}")) for me in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for me in (0, 1):
            self.peers[me].message(f"from {1 - me}", within=BACK_OFF)
        for me in (0, 1):
            until(lambda: self.peer_with(self.homes[me], self.keys[1 - me])["queued"] == 0, "nothing that waits")
        self.assertEqual(sorted(self.texts(0)), ["from 0", "from 1"])
        self.assertEqual(self.texts(0), self.texts(1))

    def test_it_is_the_same_over_ipv6(self):
        homes = [self.home(team="Six", ip="::1"), self.home(team="Seven", ip="::1")]
        peers = [self.started(home.listen()) for home in homes]
        self.assertTrue(peers[1].address.startswith("[::1]:"), peers[1].address)
        self.assert_sent(peers[0].send(peers[1], "over six"), "delivered")
        peers[1].message("over six", encrypted=True)
        self.assert_sent(peers[1].send(self.key_of(peers[0]), "and back"), "delivered")

    def test_texts_of_every_shape_arrive_as_they_were_written(self):
        self.meet()
        control = self.control(self.homes[0])
        texts = ["two\nlines", "tab\there", "🦀 ünïcödé", "exit", "\u202eright to left", "x" * 65_536, "127.0.0.1:1 Team forged", "  spaces  ", "tincan/1", "é" * 100]
        for text in texts:
            control.order("send", peer=self.keys[1], text=text)
        self.peers[1].message(texts[-1])
        self.assertEqual(self.texts(1), ["we meet", *texts])
        control.order("send", peer=self.keys[1], text="y" * 65_537)
        control.wait(event="failed", code="limit")

    def test_replies_edits_reactions_and_deletions_are_the_same_on_both_sides_and_after_a_restart(self):
        self.meet("a question")
        asked = self.last(1)
        self.run_home(1, "reply", asked["id"], "an answer")
        self.peers[0].message("an answer", reply_to=self.last_id(0, "a question"))
        self.say(0, "with a tpyo")
        self.run_home(0, "edit", self.last_id(0, "with a tpyo"), "without a typo")
        self.peers[1].wait(event="changed", change="edited", text="without a typo")
        self.run_home(1, "react", self.last_id(1, "without a typo"), "👍")
        self.peers[0].wait(event="changed", change="reacted")
        self.say(0, "never said")
        self.run_home(0, "delete", self.last_id(0, "never said"))
        self.peers[1].wait(event="changed", change="deleted")
        self.assert_same_story()
        for which in (0, 1):
            self.peers[which].stop()
        for which in (0, 1):
            self.start(which)
        self.assert_same_story()
        forms = self.run_home(1, "versions", self.last_id(1, "without a typo"), "--json").lines[0]["forms"]
        self.assertEqual([form["text"] for form in forms], ["with a tpyo", "without a typo"])

    def last_id(self, which, text):
        return [line["id"] for line in lines_of(self.homes[which], self.keys[1 - which]) if line["text"] == text][-1]

    def assert_same_story(self):
        for which in (0, 1):
            question, answer, edited, deleted = lines_of(self.homes[which], self.keys[1 - which])
            self.assertEqual(answer["reply_to"], question["id"])
            self.assertEqual((edited["text"], edited["edited"], len(edited["reactions"])), ("without a typo", True, 1))
            self.assertEqual(edited["reactions"][0]["own"], which == 1)
            self.assertEqual((deleted["text"], deleted["deleted"]), ("", True))

    def test_what_was_deleted_is_gone_from_both_disks(self):
        canary = "canary-" + os.urandom(8).hex()
        edited = "edited-" + os.urandom(8).hex()
        self.meet(canary)
        self.run_home(0, "edit", self.last_id(0, canary), edited)
        self.peers[1].wait(event="changed", change="edited")
        self.run_home(0, "delete", self.last_id(0, edited))
        self.peers[1].wait(event="changed", change="deleted")
        self.say(0, "still here")
        for which in (0, 1):
            for word in (canary, edited):
                until(lambda: word.encode() not in database_bytes(self.homes[which]), f"{word} to be gone from {which}")
            self.assertEqual(lines_of(self.homes[which], "--search", canary), [])
            self.peers[which].stop()
            everything = b"".join(path.read_bytes() for path in self.homes[which].root.rglob("*") if path.is_file())
            self.assertNotIn(canary.encode(), everything)
            self.assertIn(b"still here", everything)

    def test_a_second_start_of_one_profile_has_no_key_of_its_own(self):
        done = self.homes[0].run("id", "--renew", within=60)
        self.assertNotEqual(done.code, 0, done)
        self.assertEqual(self.run_home(0, "id", "--json").lines[0]["key"], self.keys[0])
        self.meet("still me")

    def test_why_says_what_is_true(self):
        self.meet()
        self.assertRegex(self.why(), r"TLS 1\.3")
        self.peers[1].stop()
        self.peers[0].send(self.keys[1], "for later", "--timeout", "1")
        until(lambda: "refused" in self.why(), "the refusal")
        self.assertRegex(self.why(), r"1 of your messages wait")
        self.run_home(0, "block", self.keys[1])
        self.assertRegex(self.why(), r"blocked")
        self.run_home(0, "unblock", self.keys[1])
        self.start(1)
        self.peers[1].message("for later", within=BACK_OFF)
        self.assertRegex(self.why(), r"nothing waits")

    def why(self):
        return self.run_home(0, "why", self.keys[1]).text


class Away(Two):
    def test_what_was_written_to_somebody_absent_by_somebody_who_left_arrives_once(self):
        """The first case of the protocol: they have never met, and each comes alone."""
        for peer in self.peers:
            peer.stop()
        done = self.homes[1].send(f"127.0.0.1:{self.ports[0]}", "you were not there", "--timeout", "1")
        self.assertEqual(done.code, 3, done)
        self.start(0)
        self.start(1)
        self.peers[0].message("you were not there", within=BACK_OFF, encrypted=True)
        until(lambda: self.last(1)["state"] == "delivered", "delivered at the writer")
        self.restart_both()
        self.assertEqual(self.texts(0), ["you were not there"])

    def test_the_same_between_two_who_know_each_other(self):
        self.meet()
        for peer in self.peers:
            peer.stop()
        done = self.homes[1].send(self.keys[0], "you were away", "--timeout", "1")
        self.assertEqual(done.code, 3, done)
        self.start(0)
        self.start(1)
        self.peers[0].message("you were away", within=BACK_OFF, encrypted=True)
        self.restart_both()
        self.assertEqual(self.texts(0), ["we meet", "you were away"])

    def restart_both(self):
        for which in (0, 1):
            self.peers[which].stop()
        for which in (0, 1):
            self.start(which)
        self.say(0, "fence")
        self.say(1, "fence")
        for which in (0, 1):
            self.assertEqual([text for text in self.texts(which) if text != "fence"], list(dict.fromkeys(t for t in self.texts(which) if t != "fence")))
            self.peers[which].stop()

    def texts(self, which):
        return [text for text in super().texts(which) if text != "fence"]

    def test_two_thousand_messages_wait_for_somebody_away(self):
        self.meet()
        self.peers[1].stop()
        count = scaled(2000)
        control = self.control(self.homes[0])
        for number in range(count):
            control.order("send", peer=self.keys[1], text=f"line {number}")
        control.wait(event="message", direction="out", count=count, within=60)
        self.start(1)
        self.peers[1].reach(lambda: len(self.peers[1].received()) == count, "all that waited", within=90)
        heard = [line["text"] for line in self.peers[1].received()]
        self.assertEqual(len(set(heard)), count, "each is told once")
        expected = ["we meet"] + [f"line {number}" for number in range(count)]
        self.assertEqual(self.texts(1), expected)
        until(lambda: {line["state"] for line in lines_of(self.homes[0], self.keys[1])} == {"delivered"}, "all delivered", within=30)
        self.assertEqual(self.texts(0), expected)

    def test_somebody_who_moved_and_comes_back_is_found_by_calling(self):
        self.meet()
        self.peers[1].stop()
        self.peers[0].send(self.keys[1], "where are you", "--timeout", "1")
        self.ports[1] = free_port()
        self.start(1)
        self.peers[1].message("where are you", within=BACK_OFF)
        self.assertEqual(self.peer_with(self.homes[0], self.keys[1])["peer"], self.peers[1].address)

    def test_somebody_known_whose_new_address_is_typed_is_the_same_peer(self):
        self.meet()
        self.peers[1].stop()
        self.peers[0].stop()
        self.ports[1] = free_port()
        self.start(1)
        self.start(0)
        self.assert_sent(self.peers[0].send(self.peers[1], "at the new address"), "delivered")
        for which in (0, 1):
            self.assertEqual(self.texts(which), ["we meet", "at the new address"])
        known = [line for line in self.homes[0].run("peers", "--json").lines if line.get("event") == "peer"]
        self.assertEqual([line["key"] for line in known], [self.keys[1]], "one peer, not two")

    def test_somebody_who_moved_is_found_through_a_common_contact(self):
        third = self.home(team="Crabs")
        common = self.started(third.listen())
        self.meet()
        for which in (0, 1):
            self.assert_sent(self.peers[which].send(common, f"I am {which}"), "delivered")
            self.assert_sent(third.send(self.keys[which], "I know you"), "delivered")
        self.peers[0].stop()
        self.peers[1].stop()
        self.ports[1] = free_port()
        self.start(1)
        self.wait_peer(third, self.keys[1], encrypted=True, peer=self.peers[1].address)
        self.start(0)
        self.peers[0].send(self.keys[1], "found through another", "--timeout", "1")
        self.peers[1].message("found through another", within=BACK_OFF)

    @unittest.skipIf(scaled(10) < 10, "takes more than a minute")
    def test_somebody_who_vanished_without_a_word_is_shown_as_gone_within_a_minute(self):
        self.meet()
        os.kill(self.peers[1].pid, signal.SIGSTOP)
        self.addCleanup(lambda: os.kill(self.peers[1].pid, signal.SIGCONT))
        done = self.peers[0].send(self.keys[1], "are you there?", "--timeout", "2")
        self.assertEqual(done.code, 3, done)
        self.assertNotEqual(tincan.last_state(done), "delivered")
        until(lambda: not self.peer_with(self.homes[0], self.keys[1])["encrypted"], "the link to be given up", within=75)
        known = self.peer_with(self.homes[0], self.keys[1])
        self.assertEqual(known["queued"], 1)
        os.kill(self.peers[1].pid, signal.SIGCONT)
        self.peers[1].message("are you there?", within=60)
        self.assertEqual(self.texts(1), ["we meet", "are you there?"])


class OtherPrograms(Two):
    def test_a_plain_text_program_gets_its_line_and_nothing_else(self):
        program = Recorder()
        self.addCleanup(program.close)
        done = self.peers[0].send(program, "in clear")
        self.assert_sent(done, "sent")
        until(lambda: program.heard, "the line")
        self.assert_sent(self.peers[0].send(program, "once more"), "sent")
        expected = [f"{self.peers[0].address} Ants {text}".encode() for text in ("in clear", "once more")]
        until(lambda: [bytes(data).strip() for data in program.heard] == expected, f"{expected} in {program.heard}")
        shown = lines_of(self.homes[0], program.address)
        self.assertEqual([(line["clear"], line["encrypted"]) for line in shown], [(True, False)] * 2)

    def test_models_show_what_was_written(self):
        for dialect, program in (("a1", "hashpa"), ("a1", "teamcrypto"), ("a1", "byteslayers")):
            model = self.model(dialect, "--program", program)
            self.assert_sent(self.peers[0].send(model, f"hello {program}"), "sent")
            model.wait(shown=f"hello {program}")
            self.assertEqual(len(model.shown()), 1, model.story())
            self.assertEqual(model.named("error"), [])

    def test_nothing_in_clear_goes_where_a_tincan_was(self):
        self.meet()
        self.peers[1].stop()
        program = Recorder(self.ports[1])
        self.addCleanup(program.close)
        for target in (self.keys[1], self.peers[1].address):
            done = self.peers[0].send(target, "not for everybody", "--timeout", "2")
            self.assertEqual(done.code, 3, done)
        until(lambda: program.heard, "a dial")
        for data in program.heard:
            self.assertTrue(bytes(data).startswith(b"\x16\x03") or not data, bytes(data))
            self.assertNotIn(b"not for everybody", data)
            self.assertNotIn(b"Ants", data)
        program.close()
        self.start(1)
        self.peers[1].message("not for everybody", within=BACK_OFF)
        self.peers[1].message("not for everybody", within=BACK_OFF, count=2)

    def test_without_classic_clear_text_is_refused_both_ways(self):
        self.peers[0].stop()
        config = self.homes[0].root / "config" / "tincan"
        config.mkdir(parents=True)
        (config / "config.toml").write_text("classic = false\n")
        self.start(0)
        program = Recorder()
        self.addCleanup(program.close)
        done = self.peers[0].send(program, "must not leave", "--timeout", "3")
        self.assertEqual(done.code, 3, done)
        self.assertEqual([bytes(data) for data in program.heard if data], [])
        tincan.say(self.peers[0], tincan.canonical("must not come in"))
        self.meet("but this does")
        self.assertEqual(self.peers[0].received(text="must not come in"), [])


if __name__ == "__main__":
    tincan.main()
