"""Members and strangers that lie in rooms: nothing of it is stored, shown or counted, and the others go on talking.

Rows I1, I5, I6, I7, I8, I16, I17, R3, R7 and R8 of the list of attacks.
"""

import os
import time

import native_peer as wire
import tincan
from native_case import MIB
from native_peer import Link, Log, Person, entries, field, first, have
from native_tls import DIGITS, Key
from processes import IS_SANITIZED, scaled, until
from room_case import RoomCase
from room_peer import (
    CHANGE,
    DENIED,
    GIVE_KEYS,
    INVITATION,
    Member,
    answer,
    ask_keys,
    digest,
    invitation,
    join_body,
    knock,
    lines_of_room,
    newest,
    public_rooms,
    receipt,
    receipts,
    remove_body,
    rooms,
    slow_socket,
    ticket_parts,
    want,
)

IN_TIME = 15.0 if IS_SANITIZED else 3.0
MEMORY = 96 * MIB


def key_bytes(text):
    """A public key as it is on the wire."""
    bits = "".join(f"{DIGITS.index(digit):05b}" for digit in text)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, 256, 8))


class Attacked(RoomCase):
    """Ants, whom somebody attacks, and Bees, who only wants to talk, in one room."""

    private = ()

    def setUp(self):
        self.ants, self.bees = self.people("Ants", "Bees")
        self.gather("town", (self.ants, self.bees), *self.private)
        self.room = bytes.fromhex(self.ants.room("#town")["room_id"])
        self.lines = lines_of_room(self.room)
        self.fences = 0

    def tearDown(self):
        self.assert_undisturbed()

    def assert_undisturbed(self):
        self.fences += 1
        text = f"well-behaved {self.fences}"
        began = time.monotonic()
        self.bees.says("#town", text)
        self.ants.hears(text)
        self.assertLess(time.monotonic() - began, IN_TIME)
        until(lambda: "Ants" in self.bees.who_has("#town", text)[0], "its tally")
        if not IS_SANITIZED:
            self.assertLess(self.ants.peer.memory(), MEMORY, f"{self.ants.peer.memory() / MIB:.1f} MiB")

    def member(self, name=b"Eve", peer=None, ticket=None, **more):
        """One of ours in the room, and known as a member."""
        member = Member(peer or self.ants.peer, self.room, ticket, team=name, **more)
        self.addCleanup(member.leave)
        member.connect().join(name)
        until(lambda: name.decode() in self.ants.present("#town"), f"{name} in the room")
        return member

    def assert_only(self, *texts):
        """All that is shown in the room, but for the well-behaved."""
        self.assert_undisturbed()

        def shown(one):
            return [text for text in one.texts("#town") if not text.startswith("well-behaved")]

        for one in (self.ants, self.bees):
            until(lambda: len(shown(one)) >= len(texts), f"{texts} in {shown(one)} of {one.team}")
            self.assertEqual(shown(one), list(texts), one.team)

    def questions(self, member, reply, within):
        """How often it is asked for lines while it answers each question so."""
        deadline, asked = time.monotonic() + within, 0
        while (left := deadline - time.monotonic()) > 0:
            try:
                frame = member.link.next(left)
            except TimeoutError:
                break
            self.assertIsNotNone(frame, "the link ended")
            if frame.kind == wire.WANT and first(frame.fields, 1) == self.lines:
                asked += 1
                member.link.send(reply)
        return asked

    def assert_refused(self, member, *messages):
        """The link ends over it."""
        member.link.send(*messages)
        self.assertIn(member.link.end(), (wire.BAD_ENTRY, None))


class Liars(Attacked):
    def test_a_member_of_ours_is_heard_so_that_what_follows_says_something(self):
        eve = self.member()
        eve.write("true words")
        eve.wait_stored()
        self.bees.hears("true words")
        self.ants.says("#town", "true answer")
        heard = eve.hear_lines(eve.link.other, 1)
        self.assertEqual([first(entry, 4) for entry in heard.values()], [b"true answer"])
        self.assert_only("true words", "true answer")

    def test_lines_in_the_name_of_another_member(self):
        eve = self.member()
        bees = key_bytes(self.bees.key)
        forged = Log(eve.key, None, conversation=self.lines).make("by bees")
        forged.author = bees
        forged.signature = eve.key.sign(forged.hash)
        self.assert_refused(eve, entries([forged], author=bees, conversation=self.lines))
        self.assert_only()

    def test_a_false_signature_amid_true_ones_is_found_before_others_could_be_blamed_for_it(self):
        eve = self.member()
        batch = [eve.log_of_lines.write(text) for text in ("one", "two", "three")]
        batch[1].signature = bytes(reversed(batch[1].signature))
        self.assert_refused(eve, entries(batch, conversation=self.lines))
        self.assert_only()

    def test_true_lines_said_again_or_in_another_room_or_in_another_place(self):
        self.ants.creates("other")
        other = bytes.fromhex(self.ants.room("#other")["room_id"])
        eve = self.member()
        self.bees.says("#town", "said once")
        self.ants.hears("said once")
        bees = key_bytes(self.bees.key)
        eve.link.send(want(self.lines, bees, 1, 1))
        fields = eve.hear_lines(bees, 1)[1]
        again = eve.taken_over(fields, bees, 1)
        for _ in range(3):
            eve.link.send(entries([again], author=bees, conversation=self.lines))
        self.ants.kill()
        self.ants.start()
        eve.connect().link.send(entries([again], author=bees, conversation=self.lines), wire.ping(2))
        eve.link.wait(wire.PONG)
        second = Member(self.ants.peer, other, key=eve.key, team=b"Eve")
        eve.leave()
        self.addCleanup(second.leave)
        second.connect().join(b"Eve")
        until(lambda: "Eve" in self.ants.members("#other"), "Eve in the other room")
        second.write("I am here")
        second.wait_stored()
        second.link.send(entries([again], author=bees, conversation=second.lines))  # bees is no member of it
        self.assert_refused(second, entries([again], conversation=second.lines, first_seq=2, prev=second.log_of_lines.entries[0].hash))
        self.assertEqual(self.ants.texts("#other"), ["I am here"])
        eve.connect()
        self.assert_refused(eve, entries([again], author=bees, conversation=self.lines, first_seq=7))
        eve.connect()
        eve.link.send(entries([again]))  # as if it were said between two
        self.assertIn(eve.link.end(), (wire.BAD_ENTRY, None))
        self.assert_only("said once")
        self.assertEqual(self.ants.peer.received(text="said once"), [], "not told again after the restart")

    def test_changes_that_nobody_may_make(self):
        eve = self.member()
        bees = key_bytes(self.bees.key)
        topic = field(8, field(1, b"mine now"))
        self.ants.does("topic", "#town", "as it was")
        for body in (
            field(6, field(1, bees) + field(2, 0) + field(3, 0)),  # remove
            field(7, field(1, bees) + field(2, 1) + field(3, 0)),  # mute
            field(5, field(1, eve.key.public) + field(2, 2)),  # moderator
            field(5, field(1, eve.key.public) + field(2, 3)),  # creator
            topic,
            field(1, field(1, b"other name") + field(3, bytes(16))),  # genesis
            b"\xff\xff\xff",
            b"",
        ):
            eve.link.send(entries([eve.changes.write(body, kind=CHANGE)], conversation=self.room))
        eve.write("still a member")
        eve.wait_stored()
        members = self.ants.members("#town")
        self.assertEqual({name: one["role"] for name, one in members.items()}, {"Ants": "creator", "Bees": "member", "Eve": "member"})
        self.assertEqual(self.ants.room("#town")["topic"], "as it was")
        self.bees.hears("still a member")
        self.assert_only("still a member")

    def test_receipts_that_the_member_did_not_sign_do_not_count(self):
        eve = self.member()
        bees = key_bytes(self.bees.key)
        self.bees.stop()
        self.ants.says("#town", "who has it?")
        line = eve.hear_lines(eve.link.other, 1)[1]
        entry_hash = eve.taken_over(line, eve.link.other, 1).hash
        self.assertEqual(self.ants.tally("#town", "who has it?"), (0, 2))
        for signer in (eve.key, Key()):
            self.assert_refused(eve, receipts(self.lines, receipt(self.lines, bees, eve.link.other, 1, entry_hash, signer)))
            eve.connect()
        stranger = Key()
        eve.link.send(receipts(self.lines, receipt(self.lines, stranger.public, eve.link.other, 1, entry_hash, stranger)))
        eve.link.send(have((eve.link.other, 1, 0, 0), conversation=self.lines))  # without the hash it says nothing
        eve.write("a fence")
        eve.wait_stored()
        self.assertEqual(self.ants.who_has("#town", "who has it?")[0], [])
        eve.link.send(receipts(self.lines, receipt(self.lines, eve.key.public, eve.link.other, 1, entry_hash, eve.key)))
        until(lambda: self.ants.who_has("#town", "who has it?") == (["Eve"], ["Bees"]), "a receipt of its own")
        self.bees.start()
        until(lambda: self.ants.who_has("#town", "who has it?") == (["Bees", "Eve"], []), "the true one", within=40)

    def test_receipts_for_lines_that_are_another_or_not_yet_written_do_not_count(self):
        eve = self.member()
        self.ants.says("#town", "one")
        eve.hear_lines(eve.link.other, 1)
        for up_to, entry_hash in ((1, bytes(32)), (1, b"x" * 32), (2**62, b"x" * 32)):
            eve.link.send(receipts(self.lines, receipt(self.lines, eve.key.public, eve.link.other, up_to, entry_hash, eve.key)))
        eve.link.send(field(2, field(1, self.lines) + field(2, field(1, eve.link.other) + field(2, 1) + field(5, b"x" * 32))))
        eve.write("a fence")
        eve.wait_stored()
        self.assertEqual(self.ants.who_has("#town", "one"), (["Bees"], ["Eve"]))

    def test_an_entry_that_is_too_long_does_not_stop_the_rest(self):
        eve = self.member()
        batch = [eve.log_of_lines.write(text, signs=False) for text in ("before", "x" * 65_537, "after")]
        batch[-1].signature = eve.key.sign(batch[-1].hash)
        eve.link.send(entries(batch, conversation=self.lines))
        eve.wait_stored()
        self.bees.hears("after")
        shown = [line for line in self.bees.lines("#town")]
        self.assertEqual([line["text"] for line in shown if len(line["text"]) < 100 and line["text"]], ["before", "after"])
        self.assertLess(max(len(line["text"]) for line in shown), 65_537)
        self.ants.kill()
        self.ants.start()
        self.assert_undisturbed()

    def test_a_line_that_says_it_is_old_stands_where_it_belongs_and_is_marked(self):
        eve = self.member()
        self.bees.says("#town", "a moment ago")
        self.ants.hears("a moment ago")
        minute_ago = time.time_ns() // 1000 - 60_000_000
        eve.write("a minute ago", order_us=minute_ago, wall_ms=minute_ago // 1000)
        eve.wait_stored()
        self.assert_only("a minute ago", "a moment ago")
        late, now = self.ants.lines("#town")[:2]
        self.assertEqual((late.get("late"), now.get("late", False)), (True, False))
        self.assertRegex(self.ants.home.run("history", "#town").text, r"(earlier|late)[^\n]*a minute ago")

    def test_a_claim_to_have_more_of_somebodys_own_lines_silences_nobody(self):
        eve = self.member()
        self.ants.says("#town", "true")
        eve.hear_lines(eve.link.other, 1)
        for conversation in (self.lines, self.room):
            eve.link.send(have((eve.link.other, 2**40, 0, 0, b"x" * 32), conversation=conversation))
            eve.link.wait(wire.WANT, lambda fields: first(fields, 1) == conversation and first(fields, 2) == eve.link.other)
        self.ants.says("#town", "still speaking")
        self.ants.does("topic", "#town", "still mine")
        self.bees.hears("still speaking")
        self.assertEqual(self.ants.peer.all(event="notice"), [])
        forged = Log(eve.key, None, conversation=self.lines).make("by ants", seq=3, prev=b"x" * 32)
        forged.author = eve.link.other
        forged.signature = eve.key.sign(forged.hash)
        self.assert_refused(eve, answer([forged], author=eve.link.other, conversation=self.lines))
        self.assert_only("true", "still speaking")

    def test_answers_that_cannot_be_taken_are_not_asked_for_again_at_once(self):
        eve = self.member()
        in_two_days = time.time_ns() // 1000 + 2 * 86_400_000_000
        early = eve.log_of_lines.make("from the day after tomorrow", order_us=in_two_days)
        eve.link.send(have((eve.key.public, 1, 0, 0), conversation=self.lines))
        self.assertEqual(self.questions(eve, answer([early], conversation=self.lines), within=7), 1, "its clock is wrong for longer")
        self.assertEqual(len(self.ants.peer.all(event="notice", what="too_much")), 1)
        self.assert_only()

    def test_answers_that_say_what_is_known_are_not_asked_for_again_at_once(self):
        eve = self.member()
        eve.write("one")
        eve.wait_stored()
        known = eve.log_of_lines.entries[0]
        eve.link.send(have((eve.key.public, 9, 0, 0), conversation=self.lines))
        self.assertEqual(self.questions(eve, answer([known], conversation=self.lines), within=3), 1)
        eve.write("two")
        eve.wait_stored()
        self.assert_only("one", "two")

    def test_lines_beyond_a_removal_are_passed_on_as_part_of_the_chain_and_stay_hidden(self):
        """A moderator that heard only the first of them removes somebody, who later is let in again: whoever comes then gets the whole log."""
        eve, mod = self.member(), self.member(b"Mod")
        self.ants.does("role", "#town", "Mod", "moderator")
        eve.write("counts", *(f"does not {number} " + "x" * 40_000 for number in range(3)))  # no two in one frame
        eve.wait_stored()
        self.bees.hears(eve.log_of_lines.entries[-1].body.decode())
        mod.changes.write(remove_body(eve.key.public, 1, 1), kind=CHANGE)
        mod.link.send(entries(mod.changes.entries[-1:], conversation=self.room))
        self.bees.news("member_removed")
        crabs, dogs = self.people("Crabs", "Dogs")
        crabs.joins(self.ants.ticket("#town"))
        crabs.hears("counts")
        crabs.news("caught_up")
        self.ants.does("invite", "#town", "Eve")
        eve.changes.write(join_body(b"Eve", 5), kind=CHANGE)
        eve.link.send(entries(eve.changes.entries[-1:], conversation=self.room))
        until(lambda: "Eve" in self.bees.present("#town"), "Eve again")
        eve.write("counts again")
        eve.wait_stored()
        self.bees.hears("counts again")
        eve.leave()
        mod.leave()
        dogs.joins(self.ants.ticket("#town"))
        dogs.news("caught_up")
        for one in (crabs, dogs):
            one.hears("counts again")
            self.assertEqual(one.texts("#town"), ["counts", "counts again"])
        self.assert_only("counts", "counts again")

    def test_lines_of_somebody_who_is_no_member(self):
        guest = Member(self.ants.peer, self.room, team=b"Guest")
        self.addCleanup(guest.leave)
        guest.connect()
        guest.write("not in yet")
        guest.link.send(wire.ping(9))
        guest.link.wait(wire.PONG)
        self.assert_only()

    def test_a_removed_member_is_neither_heard_nor_served(self):
        eve = self.member()
        eve.write("as a member")
        eve.wait_stored()
        self.ants.does("remove", "#town", "Eve")
        self.ants.says("#town", "without Eve")
        self.bees.hears("without Eve")
        eve.write("still here?")
        backdated = eve.log_of_lines.make("long ago", order_us=eve.log_of_lines.entries[0].order_us + 1, seq=2, prev=eve.log_of_lines.entries[0].hash)
        eve.join()  # a new one, as if nothing had been
        eve.link.send(entries([backdated], conversation=self.lines), newest(self.lines, 100), want(self.lines, eve.link.other, 1, 100), wire.ping(3))
        eve.link.wait(wire.PONG)
        eve.leave()
        eve = Member(self.ants.peer, self.room, key=eve.key, team=b"Eve")
        self.addCleanup(eve.leave)
        eve.link = Link.to(eve.peer, eve.key)
        eve.links.append(eve.link)
        eve.link.greet(team=b"Eve")
        eve.link.send(newest(self.lines, 100), want(self.lines, eve.link.other, 1, 100), wire.ping(4))
        eve.link.wait(wire.PONG)
        heard = str([dict(frame.fields) for frame in eve.link.heard])
        self.assertNotIn("without Eve", heard)
        self.assertEqual(self.ants.present("#town"), ["Ants", "Bees"])
        self.assert_only("as a member", "without Eve")


class Floods(Attacked):
    def test_wants_in_a_loop_by_one_who_does_not_read(self):
        for number in range(3):
            self.ants.says("#town", f"{number} " + "x" * 60_000)
        self.bees.hears("2 " + "x" * 60_000)
        eve = self.member()
        batch = [want(self.lines, eve.link.other, 1, 3), newest(self.lines, 1000), want(self.room, eve.link.other, 1, 100)] * 50
        end = time.monotonic() + (6 if IS_SANITIZED else 3)
        sent = 0
        try:
            while time.monotonic() < end:
                eve.link.send(*batch, within=0.5)
                sent += len(batch)
        except OSError:
            pass  # it is not read any more, or was dropped
        self.assertGreater(sent, 100)
        self.assert_undisturbed()

    def test_who_asks_for_much_and_does_not_read_keeps_its_link_and_gets_all_in_the_end(self):
        count, size = 150, 60_000
        control = self.control(self.ants.home)
        for number in range(count):
            control.order("send", peer="#town", text=f"{number} " + "x" * size)
        control.wait(event="message", direction="out", count=count, within=60)
        self.bees.hears(f"{count - 1} " + "x" * size)
        eve = Member(self.ants.peer, self.room, team=b"Eve")
        self.addCleanup(eve.leave)
        eve.connect(slow_socket(self.ants.peer)).join()
        until(lambda: "Eve" in self.ants.present("#town"), "Eve in the room")
        eve.link.send(*[newest(self.lines, 1000), want(self.lines, eve.link.other, 1, count)] * 10)
        for _ in range(3):
            self.assert_undisturbed()
        eve.link.send(wire.ping(12))
        eve.link.wait(wire.PONG, within=60)
        frames = [frame.fields for frame in eve.link.heard if frame.kind == wire.ENTRIES and first(frame.fields, 1) == self.lines]
        had = sum(len(entry) for fields in frames for entry in fields[5])
        self.assertGreater(had, size)
        self.assertLess(had, 2 * MIB, "what waited for it")
        got = {number for fields in frames for number in range(first(fields, 3), first(fields, 3) + len(fields[5]))}
        while lacks := sorted(set(range(1, count + 1)) - got):
            eve.link.send(want(self.lines, eve.link.other, lacks[0], count))
            got |= set(eve.hear_lines(eve.link.other, 1))

    def test_rooms_that_do_not_exist_are_told_of_without_end(self):
        eve = self.member()
        for number in range(scaled(1000, 200)):
            eve.link.send(public_rooms(*[(os.urandom(32), b"room %d %d" % (number, at), b"t" * 500, 2**32 - 1, os.urandom(32)) for at in range(64)]))
        eve.link.send(public_rooms(*[(b"z" * 32, b"the same", b"", 1, b"y" * 32)] * 64), wire.ping(5))
        eve.link.wait(wire.PONG, within=60)
        found = self.ants.rooms()["found"]
        self.assertEqual([(one["name"], len(one["known_by"])) for one in found], [("the same", 1)])
        eve.leave()
        until(lambda: self.ants.rooms()["found"] == [], "forgotten with its teller")

    def test_vectors_of_authors_that_do_not_exist(self):
        eve = self.member()
        for _ in range(scaled(2000, 300)):
            for conversation in (self.room, self.lines):
                eve.link.send(have(*[(os.urandom(32), 2**62, 0, 0) for _ in range(64)], conversation=conversation))
        eve.link.send(have((eve.link.other, 2**62, 0, 0), conversation=b"n" * 32), wire.ping(6))
        eve.link.wait(wire.PONG, within=60)

    def test_thousands_who_join_a_public_room_through_one(self):
        """They may fill it, but whoever was in before is heard, also if it never said a word."""
        eve = self.member()
        for _ in range(9_000):  # more than the authors that a room keeps
            one = Log(Key(), None, conversation=self.room)
            eve.link.send(entries([one.write(join_body(b"Sybil"), kind=CHANGE)], author=one.key.public, conversation=self.room))
        eve.link.send(wire.ping(7))
        eve.link.wait(wire.PONG, within=120)
        self.assertLessEqual(self.ants.room("#town")["members"], 8192)
        self.assert_undisturbed()

    def test_lines_of_one_without_measure(self):
        eve = self.member()
        count = 12_000
        for start in range(0, count, 500):
            batch = [eve.log_of_lines.write(f"flood {number}", signs=False) for number in range(start, start + 500)]
            batch[-1].signature = eve.key.sign(batch[-1].hash)
            eve.link.send(entries(batch, conversation=self.lines))
        self.assert_undisturbed()
        shown = self.ants.room("#town")["unread"]
        self.assertLess(shown, count, "more than its measure waits")

    def test_true_lines_of_another_said_again_and_again_do_not_use_up_its_measure(self):
        eve, mallory = self.member(), self.member(b"Mallory")
        batch = [eve.log_of_lines.write(f"line {number}", signs=False) for number in range(500)]
        batch[-1].signature = eve.key.sign(batch[-1].hash)
        eve.link.send(entries(batch, conversation=self.lines))
        self.bees.hears("line 499")
        again = entries(batch, author=eve.key.public, conversation=self.lines)
        for _ in range(30):  # 15,000 lines, were they new
            mallory.link.send(again)
        mallory.link.send(wire.ping(8))
        mallory.link.wait(wire.PONG, within=60)
        eve.write("heard at once")
        self.bees.hears("heard at once")


class Invitations(RoomCase):
    """Ants, whom strangers invite, and Bees, whom Ants knows."""

    MOST, OF_STRANGERS, OF_ONE = 16, 8, 4  # chat/room_talk.hpp

    def setUp(self):
        self.ants, self.bees = self.people("Ants", "Bees")
        self.ants.meets(self.bees)

    def stranger(self, *bodies, name=b"Stranger"):
        person = self.person(self.ants.peer, team=name).connect()
        person.say(*bodies, kind=INVITATION)
        return person

    def made_up(self, name=b"town"):
        return invitation(os.urandom(32), os.urandom(32), name)

    def open_invitations(self):
        return [one for one in self.ants.rooms()["rooms"] if one["phase"] == "invited"]

    def test_strangers_without_end_leave_places_to_friends_and_to_rooms_of_ones_own(self):
        self.ants.creates("town")
        for _ in range(20):
            self.stranger(*[self.made_up() for _ in range(6)]).leave()
        self.assertEqual(len(self.open_invitations()), self.OF_STRANGERS)
        self.assertEqual(self.ants.room("#town")["phase"], "joined", "nobody takes its name")
        self.ants.says("#town", "mine")
        self.assertEqual(len(self.ants.peer.all(event="notice", what="too_much")), 1)
        self.bees.creates("plans", "--private")
        self.bees.does("invite", "#plans", self.ants.key)
        self.ants.news("invited", name="plans")
        self.ants.joins("#plans")
        self.assertEqual(len(self.open_invitations()), self.OF_STRANGERS)
        self.ants.does("leave", self.open_invitations()[0]["room_id"])
        self.stranger(self.made_up(b"new"), self.made_up(b"newer"))
        self.assertEqual((self.ants.room("#new")["phase"], self.ants.room("#newer")), ("invited", None))
        self.ants.kill()
        self.ants.start()
        self.assertEqual(len(self.open_invitations()), self.OF_STRANGERS)

    def test_nobody_has_more_than_four_open_also_not_a_friend(self):
        eve = self.stranger(*[self.made_up() for _ in range(9)])
        self.assertEqual(len(self.open_invitations()), self.OF_ONE)
        self.ants.does("rename", eve.key.text, "eve")
        eve.say(self.made_up(), kind=INVITATION)
        self.assertEqual(len(self.open_invitations()), self.OF_ONE)
        for number in range(6):
            friend = self.stranger(self.made_up())
            self.ants.does("rename", friend.key.text, f"friend{number}")
            friend.say(*[self.made_up() for _ in range(9)], kind=INVITATION)
        self.assertEqual(len(self.open_invitations()), self.MOST)

    def test_a_lie_about_a_room_keeps_nobody_out_of_it(self):
        for name, flags in (("club", ()), ("plans", ("--private",))):
            self.bees.creates(name, *flags)
            room = bytes.fromhex(self.bees.room(f"#{name}")["room_id"])
            liar = self.stranger(invitation(room, os.urandom(32), b"lie"))
            self.ants.news("invited", room_id=room.hex(), name="lie")
            if flags:
                self.ants.joins(self.bees.ticket(f"#{name}"))
            else:
                self.bees.does("invite", f"#{name}", self.ants.key)
                self.ants.news("invited", room_id=room.hex(), name=name)
                liar.say(invitation(room, os.urandom(32), b"lie"), kind=INVITATION)
                self.ants.joins(f"#{name}")
            self.bees.says(f"#{name}", f"true words in {name}")
            self.ants.hears(f"true words in {name}")

    def test_a_lie_about_who_made_a_public_room_keeps_nobody_out_of_it(self):
        liar = self.person(self.ants.peer, team=b"Liar").connect()
        self.bees.creates("club")
        room = bytes.fromhex(self.bees.room("#club")["room_id"])
        until(lambda: self.ants.found("#club"), "the room of a friend")
        for _ in range(2):
            liar.link.send(public_rooms((room, b"club", b"", 1, os.urandom(32))), wire.ping(13))
            liar.link.wait(wire.PONG)
        self.ants.joins("#club")
        self.bees.says("#club", "true words")
        self.ants.hears("true words")

    def test_who_believed_a_lie_about_a_public_room_comes_in_when_a_friend_is_met(self):
        self.bees.creates("club")
        room = bytes.fromhex(self.bees.room("#club")["room_id"])
        self.bees.stop()
        liar = self.person(self.ants.peer, team=b"Liar").connect()
        liar.link.send(public_rooms((room, b"club", b"", 1, os.urandom(32))))
        until(lambda: self.ants.found("#club"), "the room of a liar")
        self.ants.joins("#club", code=3, within=1)
        self.bees.start()
        self.ants.news("joined")
        self.bees.says("#club", "true words")
        self.ants.hears("true words")

    def test_of_two_public_rooms_with_one_name_nobody_joins_the_wrong_one_unawares(self):
        self.bees.creates("town")
        self.stranger(self.made_up(b"else"), name=b"Liar").link.send(public_rooms((b"z" * 32, b"Town", b"", 1, b"y" * 32)))
        found = until(lambda: len(both := self.ants.rooms()["found"]) == 2 and both, "both rooms")
        self.assertIn("several", self.ants.joins("#town", code=2)[-1]["why"])
        true_one = next(one for one in found if one["name"] == "town")
        self.ants.joins(true_one["alias"])
        self.bees.says("#town", "the true one")
        self.ants.hears("the true one")

    def test_rooms_that_were_left_are_in_the_way_of_no_new_ones(self):
        control = self.control(self.ants.home)
        for number in range(64):
            control.order("create_room", name=f"old{number}")
            control.order("leave", room=f"#old{number}")
        control.wait(event="room", change="left", count=64)
        self.ants.creates("town")
        self.bees.joins(self.ants.ticket("#town"))
        for _ in range(2):
            self.bees.says("#town", "hello")
            self.ants.hears("hello")
            self.ants.kill()
            self.ants.start()
        for number in range(63):
            control = control if number else self.control(self.ants.home)
            control.order("create_room", name=f"new{number}")
        control.wait(event="room", change="created", count=63)
        self.assertIn("leave one", self.ants.does("room", "create", "more", code=2)[-1]["why"])
        self.assertIn("leave one", self.ants.joins("#old1", code=2)[-1]["why"])


class Private(Attacked):
    private = ("--private",)

    def setUp(self):
        super().setUp()
        self.ticket = self.ants.ticket("#town", "--uses", "9")
        _, self.secret = ticket_parts(self.ticket)

    def test_lines_travel_only_as_ciphertext_and_a_body_opens_nowhere_else(self):
        eve = self.member(ticket=self.secret)
        canary = "canary " + os.urandom(8).hex()
        self.ants.does("topic", "#town", canary)
        self.ants.says("#town", canary)
        self.bees.hears(canary)
        line = eve.hear_lines(eve.link.other, 1)[1]
        body = first(line, 4)
        self.assertEqual(len(body), len(canary) + 48)
        heard = repr([dict(frame.fields) for frame in eve.link.heard])
        self.assertNotIn(canary, heard)
        eve.write(body)  # the words of another under an own name
        eve.wait_stored()
        self.assert_only(canary, "")
        self.assertIs(self.ants.lines("#town")[1]["readable"], False)

    def test_knocks_with_wrong_secrets_let_nobody_in(self):
        stranger = Person(self.ants.peer, team=b"Thief")
        for made in (knock(self.room, self.secret, stranger.key.public, signer=Key()), knock(self.room, self.secret, Key().public)):
            link = Link.to(self.ants.peer, stranger.key)
            self.addCleanup(link.close)
            link.greet(team=b"Thief")
            link.send(made)
            self.assertIn(link.end(), (wire.BAD_ENTRY, None))
        link = Link.to(self.ants.peer, stranger.key)
        self.addCleanup(link.close)
        link.greet(team=b"Thief")
        for _ in range(scaled(1000, 200)):
            link.send(knock(self.room, Key(), stranger.key.public))
            link.wait(DENIED)
        self.assertEqual(self.ants.present("#town"), ["Ants", "Bees"])

    def test_a_stranger_who_knows_the_room_gets_nothing_of_it(self):
        self.ants.says("#town", "a secret")
        self.bees.hears("a secret")
        link = Link.to(self.ants.peer, Key())
        self.addCleanup(link.close)
        link.greet(team=b"Spy")
        link.send(rooms(digest(b"token", link.tls.exporter(), self.room)))
        link.send(newest(self.lines, 100), want(self.lines, link.other, 1, 9), want(self.room, link.other, 1, 9), ask_keys(self.room, bytes(32)), wire.ping(8))
        link.wait(wire.PONG)
        told = [frame for frame in link.heard if first(frame.fields, 1) in (self.room, self.lines)]
        self.assertEqual(told, [])

    def test_the_removed_gets_neither_keys_nor_lines_though_a_friend_names_them(self):
        friend = self.member(b"Friend", ticket=self.secret)
        eve = self.member(ticket=self.secret)
        self.ants.does("remove", "#town", "Eve")
        self.ants.says("#town", "without Eve")
        self.bees.hears("without Eve")
        epochs = self.epochs_known_to(friend)
        eve.link.send(want(self.room, eve.link.other, 1, 50), newest(self.lines, 100), want(self.lines, eve.link.other, 1, 9))
        eve.link.send(ask_keys(self.room, *epochs), knock(self.room, self.secret, eve.key.public), wire.ping(11))
        eve.link.wait(wire.PONG)
        self.assertEqual([frame for frame in eve.link.heard if frame.kind == GIVE_KEYS], [])
        self.assertEqual([frame for frame in eve.link.heard if frame.kind == wire.ENTRIES and first(frame.fields, 1) == self.lines], [])
        self.assertEqual(self.ants.members("#town")["Eve"]["phase"], "removed", "its ticket is still open, and does not help")
        friend.link.send(ask_keys(self.room, *epochs))
        friend.link.wait(GIVE_KEYS)

    def epochs_known_to(self, member):
        member.link.send(want(self.room, member.link.other, 1, 50), wire.ping(12))
        member.link.wait(wire.PONG)
        frames = [frame.fields for frame in member.link.heard if frame.kind == wire.ENTRIES and first(frame.fields, 1) == self.room]
        bodies = [wire.parsed(first(wire.parsed(entry), 4, b"")) for fields in frames for entry in fields[5]]
        return sorted({first(wire.parsed(first(body, 9)), 1) for body in bodies if body.get(9)})


if __name__ == "__main__":
    tincan.main()
