"""Whoever holds a key and writes entries, or claims about entries, that cannot be: nothing of it is stored, shown or acknowledged, and the rest goes on.

Rows R3, R8, R12, I1, I2, I5, I6, I7, I8, I9, I10 and I11 of the list of attacks.
"""

import time

import native_peer as wire
import tincan
from native_case import EvilCase, NativeCase, lines_of
from native_peer import MAX_ORDER_US, Log, entries, extent, first
from native_tls import Key
from processes import until

YEAR_US = 365 * 24 * 3600 * 1_000_000
WEEK_MS = 7 * 24 * 3600 * 1000


class Entries(EvilCase):
    def setUp(self):
        self.evil = self.person(self.peer, team=b"Liar")
        self.evil.connect().say("true")
        self.key, self.log, self.tincans = self.evil.key, self.evil.log, self.evil.link.other

    def assert_refused(self, message, *codes):
        """The link ends over it, what was true before is kept, and the next link goes on where this one was."""
        self.evil.link.send(message)
        self.assert_ends(self.evil.link, *codes or (wire.BAD_ENTRY,))
        self.evil.connect()
        self.assert_kept(self.key, *[entry.body.decode() for entry in self.log.entries])

    def test_entries_of_another_author(self):
        forged = Log(self.good.key, self.tincans).make("by another", prev=self.log.entries[0].hash, seq=2)
        self.assert_refused(entries([forged], author=self.good.key.public))

    def test_the_words_of_another_under_an_own_name(self):
        self.good.connect().say("only mine")
        stolen = self.good.log.entries[-1:]
        self.assert_refused(entries(stolen))
        self.assert_refused(entries(stolen, author=self.good.key.public))
        self.assert_refused(entries(self.good.log.entries[:1], first_seq=2, prev=self.log.entries[0].hash))
        self.assertEqual(len(self.peer.received(text="only mine")), 1)

    def test_a_signature_that_is_not_the_authors(self):
        for signature in (bytes(64), b"\xff" * 64, Key().sign(self.log.make("x").hash), self.log.entries[0].signature):
            made = self.log.make("forged")
            made.signature = signature
            self.assert_refused(entries([made]))

    def test_every_field_that_was_changed_after_signing(self):
        def changed(**fields):
            made = self.log.make("as signed", target=self.log.entries[0].ref, heads=[self.log.entries[0].ref])
            signature = made.signature
            for name, value in fields.items():
                setattr(made, name, value)
            made.signature = signature
            return made

        other = wire.Ref(bytes(32), 1, bytes(32))
        for fields in (
            {"body": b"as changed"}, {"salt": bytes(16)}, {"kind": wire.EDIT}, {"wall_ms": 5}, {"order_us": MAX_ORDER_US}, {"target": None},
            {"target": other}, {"heads": []}, {"heads": [other]},
        ):
            self.assert_refused(entries([changed(**fields)]))
        self.assert_refused(entries([self.log.make("as signed")], first_seq=3, prev=self.log.make("between").hash))

    def test_an_end_without_a_signature(self):
        self.assert_refused(entries([self.log.make("unsigned", signs=False)]), wire.BAD_FRAME)
        log = Log(self.key, self.tincans)
        log.entries = list(self.log.entries)
        batch = [log.write("signed"), log.write("but the end is not", signs=False)]
        self.assert_refused(entries(batch), wire.BAD_FRAME)

    def test_a_burst_with_one_signature_at_its_end_is_right(self):
        burst = [self.log.write(f"burst {number}", signs=number == 9) for number in range(10)]
        self.evil.link.send(entries(burst))
        self.evil.wait_stored()
        self.assert_kept(self.key, "true", *[f"burst {number}" for number in range(10)])

    def test_entries_for_another_conversation(self):
        elsewhere = Log(self.key, self.good.key.public)
        self.assert_refused(entries([elsewhere.make("meant for another", seq=2, prev=self.log.entries[0].hash)]))
        self.assert_refused(entries([elsewhere.make("meant for another")], conversation=elsewhere.conversation))
        self.assert_refused(entries([self.log.make("a room")], conversation=self.log.conversation))

    def test_entries_with_numbers_that_none_has(self):
        for seq in (0, 1 << 63, (1 << 64) - 1):
            self.assert_refused(entries([self.log.make("nowhere")], first_seq=seq), wire.BAD_FRAME)

    def test_a_gap_is_asked_for_and_filled_in_order(self):
        all_of_it = [self.log.write(f"line {number}") for number in range(2, 8)]
        self.evil.link.send(entries(all_of_it[:1]), entries(all_of_it[4:]))
        wanted = self.evil.link.wait(wire.WANT)
        self.assertEqual((first(wanted, 3), first(wanted, 4)), (3, 5))
        self.evil.link.send(entries(all_of_it[1:4]))
        self.evil.wait_stored()
        self.assertEqual([line["text"] for line in lines_of(self.home_of_peer, self.key.text)], ["true"] + [f"line {n}" for n in range(2, 8)])

    def test_a_gap_that_is_never_filled_is_never_acknowledged(self):
        missing, last = self.log.write("never said"), self.log.write("after it")
        self.evil.link.send(entries([last]), wire.ping(9))
        self.evil.link.wait(wire.PONG, lambda fields: first(fields, 1) == 9)
        for _ in range(3):
            self.evil.connect()
            told = self.evil.link.wait(wire.HAVE)
            self.assertEqual(extent(told, self.key.public), 1)
        self.evil.link.send(entries([missing]))
        self.evil.wait_stored()

    def test_what_is_said_again_is_shown_once(self):
        written = self.evil.say("once", "and only once")
        for _ in range(3):
            self.evil.link.send(entries(self.log.entries), entries(written), entries(written[:1]))
        self.evil.connect()
        self.evil.link.send(entries(self.log.entries))
        self.evil.say("after it")
        self.assertEqual(len(self.peer.received(text="once")), 1)
        self.assert_kept(self.key, "true", "once", "and only once", "after it")

    def test_two_different_entries_for_one_place_freeze_the_log(self):
        self.evil.say("first form")
        second = self.log.make("second form", seq=2, prev=self.log.entries[0].hash)
        since = self.peer.mark()
        self.evil.link.send(entries([second]))
        self.peer.wait(event="notice", what="log_frozen", since=since)
        later = self.log.write("after the fork")
        self.evil.link.send(entries([later]), wire.ping(9))
        self.evil.link.wait(wire.PONG, lambda fields: first(fields, 1) == 9)
        self.assert_kept(self.key, "true", "first form")
        self.assertIn("two different", self.peer.home.run("why", self.key.text).text)
        self.assertEqual(self.peer.all(event="message", text="second form"), [])

    def test_an_entry_that_follows_another_one_than_was_said(self):
        since = self.peer.mark()
        self.evil.link.send(entries([self.log.make("after something else", prev=bytes([1]) * 32, seq=2)]))
        self.peer.wait(event="notice", what="log_frozen", since=since)
        self.assert_kept(self.key, "true")

    def test_clocks_that_cannot_be(self):
        before = self.log.entries[0].order_us
        self.assert_refused(entries([self.log.make("at zero", order_us=0)]))
        self.assert_refused(entries([self.log.make("before the last", order_us=before - 1)]))
        self.assert_refused(entries([self.log.make("at the same time", order_us=before)]))
        self.assert_refused(entries([self.log.make("after the year 9999", order_us=MAX_ORDER_US + 1)]), wire.BAD_FRAME)
        self.assert_refused(entries([self.log.make("wild", order_us=(1 << 63) - 1)]), wire.BAD_FRAME)

    def test_a_time_that_nobody_can_believe_is_marked(self):
        now_ms = time.time_ns() // 1_000_000
        walls = (0, -1, (1 << 63) - 1, -(1 << 63), now_ms + WEEK_MS, 10**18)
        for wall in walls:
            self.evil.say(f"wall {wall}", wall_ms=wall)
        shown = {line["text"]: line for line in lines_of(self.home_of_peer, self.key.text)}
        for wall in walls:
            line = shown[f"wall {wall}"]
            self.assertTrue(line.get("doubtful_time"), line)
            self.assertRegex(line["time"], r"^20\d\d-")
        self.assertFalse(shown["true"].get("doubtful_time"))

    def test_a_line_from_the_past_or_the_far_future_does_not_move_the_others(self):
        old = self.person(self.peer, team=b"Old")
        old.connect().say("ten years ago", order_us=time.time_ns() // 1000 - 10 * YEAR_US)
        old.say("today")
        self.assert_kept(old.key, "ten years ago", "today")
        late = self.person(self.peer, team=b"Late")
        late.connect().say("at the end of time", order_us=MAX_ORDER_US)
        self.send(late.key, "an answer to it")
        until(lambda: len(lines_of(self.home_of_peer, late.key.text)) == 2, "the answer in the history")
        self.assert_undisturbed()

    def test_a_body_that_is_too_long_is_not_kept_and_the_rest_continues(self):
        limit = 64 * 1024
        self.evil.say("x" * limit)
        self.evil.say("y" * (limit + 1))
        self.evil.say("z" * 200_000)
        self.evil.say("and on it goes")
        shown = lines_of(self.home_of_peer, self.key.text)
        self.assertEqual([line["text"] for line in shown], ["true", "x" * limit, "", "", "and on it goes"])
        self.assertEqual([bool(line.get("cut")) for line in shown], [False, False, True, True, False])

    def test_nobody_edits_or_deletes_what_another_wrote(self):
        self.send(self.key, "written by the user")
        self.evil.hear(1)
        fields = next(frame.fields for frame in reversed(self.evil.link.heard) if frame.kind == wire.ENTRIES)
        target = wire.Ref(self.tincans, 1, self.hash_heard(fields))
        self.evil.say("a forged edit", kind=wire.EDIT, target=target)
        self.evil.say("", kind=wire.DELETION, target=target)
        self.evil.say("👍", kind=wire.REACTION, target=target)
        line, = [line for line in lines_of(self.home_of_peer, self.key.text) if line["direction"] == "out"]
        self.assertEqual(line["text"], "written by the user")
        self.assertFalse(line.get("edited") or line.get("deleted"), line)
        self.assertEqual([reaction["text"] for reaction in line.get("reactions", [])], ["👍"], "only that the reference was right")

    def hash_heard(self, fields):
        """The hash of the first entry that the tincan wrote, computed as it must have been."""
        said = wire.parsed(fields[5][0])
        zigzag = first(said, 2)
        wall = (zigzag >> 1 ^ -(zigzag & 1)) + first(said, 1) // 1000
        refs = [wire.Ref(first(ref, 1), first(ref, 2), first(ref, 3)) for ref in map(wire.parsed, said[8])]
        place = (self.log.conversation, self.tincans, wire.NOBODY)
        return wire.Entry(place, 1, first(said, 1), wall, first(said, 3), first(said, 4, b""), heads=refs, salt=first(said, 5)).hash

    def test_changes_of_what_is_not_there(self):
        nowhere = wire.Ref(self.key.public, 77, bytes([7]) * 32)
        foreign = wire.Ref(bytes([9]) * 32, 1, bytes([7]) * 32)
        right_place_wrong_hash = wire.Ref(self.key.public, 1, bytes([7]) * 32)
        for target in (nowhere, foreign, right_place_wrong_hash, None):
            for kind in (wire.EDIT, wire.DELETION, wire.REACTION, wire.READ):
                self.evil.say("changes nothing", kind=kind, target=target)
        self.evil.say("z" * 5000, kind=wire.REACTION, target=self.log.entries[0].ref)
        self.evil.say("a reply to nothing", target=nowhere)
        self.evil.say("still there")
        shown = lines_of(self.home_of_peer, self.key.text)
        self.assertEqual([line["text"] for line in shown], ["true", "a reply to nothing", "still there"])
        self.assertLess(max(len(str(line)) for line in shown), 1500, "a reaction is short, whatever was sent")

    def test_kinds_of_a_newer_version_are_kept_and_said_to_be_that(self):
        self.evil.say("unknown words", kind=999)
        self.evil.say("known words")
        line = lines_of(self.home_of_peer, self.key.text)[1]
        self.assertTrue(line.get("unknown"), line)


class Vectors(EvilCase):
    def setUp(self):
        self.person_here = self.person(self.peer, team=b"Counter")
        self.person_here.connect()
        self.key, self.link_here = self.person_here.key, self.person_here.link

    def deliver(self, *texts):
        self.send(self.key, *texts)
        self.person_here.hear(len(texts))

    def states(self):
        return [line["state"] for line in lines_of(self.home_of_peer, self.key.text) if line["direction"] == "out"]

    def test_an_acknowledgement_that_is_taken_back_ends_the_link(self):
        self.deliver("one", "two", "three")
        until(lambda: self.states() == ["delivered"] * 3, "three that are delivered")
        self.link_here.send(wire.have((self.link_here.other, 1)))
        self.assert_ends(self.link_here, wire.TOO_MUCH)

    def test_what_the_other_side_lost_is_sent_again_on_the_next_link(self):
        self.deliver("one", "two", "three")
        self.person_here.theirs = ["one"]
        self.person_here.connect()
        self.assertEqual(self.person_here.hear(3), ["one", "two", "three"])
        until(lambda: self.states() == ["delivered"] * 3, "three that are delivered")

    def test_a_claim_to_have_more_than_there_is_harms_no_other_conversation(self):
        self.link_here.send(wire.have((self.link_here.other, 1 << 40)))
        self.link_here.send(wire.ping(5))
        self.link_here.wait(wire.PONG, lambda fields: first(fields, 1) == 5)
        self.good.connect()
        self.send(self.good.key, "the good one still hears this")
        self.good.hear(len(self.good.theirs) + 1)

    def test_a_strangers_claim_does_not_move_the_user_to_give_up_his_key(self):
        since = self.peer.mark()
        stranger = self.person(self.peer, team=b"Stranger")
        stranger.connect().link.send(wire.have((stranger.link.other, 7)), wire.ping(5))
        stranger.link.wait(wire.PONG)
        self.assert_undisturbed()
        self.assertEqual([line for line in self.peer.lines[since:] if line.get("event") == "notice"], [])

    def test_claims_about_logs_of_third_parties_change_nothing(self):
        self.deliver("one")
        others = [(bytes([i]) * 32, i + 5) for i in range(60)]
        self.link_here.send(wire.have(*others), wire.have((self.link_here.other, 1 << 20), conversation=bytes([3]) * 32))
        self.send(self.key, "two")
        self.person_here.hear(2)
        until(lambda: self.states() == ["delivered"] * 2, "two that are delivered")

    def test_nothing_is_delivered_before_it_is_acknowledged(self):
        self.send(self.key, "not acknowledged")
        self.link_here.wait(wire.ENTRIES)
        self.link_here.send(wire.ping(5))
        self.link_here.wait(wire.PONG, lambda fields: first(fields, 1) == 5)
        self.assertIn(self.states(), (["sent"], ["queued"]))
        self.person_here.leave()
        until(lambda: self.states() == ["queued"], "the truth: it is queued again")

    def test_wants_of_what_there_is_not(self):
        self.deliver("one", "two")
        for first_seq, last_seq in ((1, 1), (2, 2), (3, 3), (1, 1000), (1, (1 << 63) - 1)):
            link = self.person_here.connect().link
            link.send(wire.want(link.other, first_seq, last_seq))
            self.assert_ends(link, wire.TOO_MUCH)

    def test_wants_of_other_logs_are_not_answered(self):
        self.good.connect().say("not for everybody")
        link = self.person_here.connect().link
        link.send(wire.want(self.good.key.public, 1, 1), wire.want(self.key.public, 1, 1), wire.ping(5))
        link.wait(wire.PONG, lambda fields: first(fields, 1) == 5)
        self.assertEqual([frame for frame in link.heard if frame.kind == wire.ENTRIES], [])


class Restarts(NativeCase):
    def test_what_was_recorded_is_not_taken_again_after_a_restart(self):
        home = self.home()
        peer = self.started(home.listen())
        person = self.person(peer)
        person.connect().say("before", "the restart")
        forked = self.person(peer, team=b"Forked")
        forked.connect().say("one form")
        forked.link.send(entries([Log(forked.key, forked.link.other).make("another form")]))
        peer.wait(event="notice", what="log_frozen")
        peer.kill()
        peer = self.started(home.listen())
        person.peer = forked.peer = peer
        person.connect().link.send(entries(person.log.entries))
        person.say("after")
        forked.connect().write("not taken")
        self.assertEqual([line["text"] for line in lines_of(home, person.key.text)], ["before", "the restart", "after"])
        forked.link.send(wire.ping(5))
        forked.link.wait(wire.PONG, lambda fields: first(fields, 1) == 5)
        self.assertEqual([line["text"] for line in lines_of(home, forked.key.text)], ["one form"])


class Quota(NativeCase):
    def test_a_stranger_fills_sixteen_mebibytes_and_no_more(self):
        peer = self.tincan()
        person = self.person(peer, team=b"Filler")
        person.connect()
        try:
            for number in range(300):
                person.write(f"{number:04d}" + "f" * 65_000)
                if number % 10 == 9:
                    person.wait_stored(within=5)
        except (TimeoutError, AssertionError):
            pass
        peer.wait(event="notice", what="too_much")
        self.assertLessEqual(len(peer.received()) * 65_004, 16 << 20)
        good = self.person(peer)
        good.connect().say("there is room for me")
        peer.message("there is room for me")


if __name__ == "__main__":
    tincan.main()
