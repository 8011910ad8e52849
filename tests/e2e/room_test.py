"""Rooms without a server, as their users see them: coming in, talking, moderating, leaving, and everything still there after kill -9."""

import os
import shutil
import time

import tincan
from native_case import database_bytes, profile_of
from plain_console_test import Console
from processes import scaled, until
from room_case import MEETING, RoomCase, Someone

MUCH = 500  # lines that somebody lacks before the newest 100 come first (chat/room_sync.hpp)


class ComingIn(RoomCase):
    def test_whoever_meets_a_member_finds_a_public_room_and_joins_it(self):
        ants, bees, crabs = self.people("Ants", "Bees", "Crabs")
        ants.creates("town")
        ants.does("topic", "#town", "weather")
        ants.says("#town", "first")
        bees.meets(ants)
        found = until(lambda: bees.found("#town"), "the room of a peer")
        self.assertEqual((found["members"], found["topic"], found["name"]), (1, "weather", "town"))
        bees.joins("#town")
        crabs.meets(bees)
        until(lambda: (found := crabs.found("#town")) and found["members"] == 2, "the room in its list, of one who is no creator")
        crabs.joins("#town")
        crabs.says("#town", "from all three")
        for one in (ants, bees, crabs):
            self.await_texts(one, "#town", ["first", "from all three"])
            self.await_present(one, "#town", (ants, bees, crabs))
            self.assertEqual(one.room("#town")["members"], 3)
            self.assertFalse(one.room("#town")["private"])
        self.assertIsNone(bees.found("#town"), "what we are in is not listed twice")

    def test_a_private_room_is_told_to_nobody_and_its_name_lets_nobody_in(self):
        ants, bees = self.people("Ants", "Bees")
        ants.creates("plans", "--private")
        ants.creates("town")
        bees.meets(ants)
        until(lambda: bees.found("#town"), "the public room")
        self.assertIsNone(bees.found("#plans"))
        room_id = ants.room("#plans")["room_id"]
        for name in ("#plans", room_id):
            bees.joins(name, code=2, within=1)

    def test_a_ticket_is_all_that_a_newcomer_needs_and_it_is_good_once(self):
        ants, bees, crabs = self.people("Ants", "Bees", "Crabs")
        ants.creates("plans", "--private")
        ants.says("#plans", "before")
        ticket = ants.ticket("#plans")
        bees.joins(f"  {ticket.upper()} ")
        bees.hears("before")
        self.assertTrue(bees.room("#plans")["private"])
        lines = crabs.joins(ticket, code=3)
        self.assertRegex([line["text"] for line in lines if line.get("change") == "denied"][0], "used")
        self.assertEqual(crabs.room("#plans")["phase"], "joining")
        self.assertEqual(crabs.texts("#plans"), [])
        self.assertEqual(ants.present("#plans"), ["Ants", "Bees"])
        again = ants.ticket("#plans")
        crabs.joins(again)
        crabs.hears("before")
        self.assertEqual({one["used"] for one in ants.does("tickets", "#plans")[0]["list"]}, {1})

    def test_a_newcomer_whose_program_does_not_even_run_joins_with_one_command(self):
        (ants,) = self.people("Ants")
        ants.creates("plans", "--private")
        newcomer = self.home(team="Dingos")
        done = newcomer.run(*newcomer.flags, "join", ants.ticket("#plans"), "--json", within=60)
        self.assertEqual(done.code, 0, done)
        until(lambda: ants.present("#plans") == ["Ants", "Dingos"], "the newcomer")

    def test_a_ticket_is_read_from_standard_input_so_that_no_list_of_programs_shows_it(self):
        (ants,) = self.people("Ants")
        ants.creates("plans", "--private")
        for dingo in ("Dingo", "Dingolina"):
            newcomer = self.home(team=dingo)
            done = newcomer.run(*newcomer.flags, "join", "-", "--json", stdin=f"\n  {ants.ticket('#plans').upper()} \n", within=60)
            self.assertEqual(done.code, 0, done)
        until(lambda: ants.present("#plans") == ["Ants", "Dingo", "Dingolina"], "the newcomers")
        for nothing in ("", " \n\n", "tincan:yyyy\n"):
            done = newcomer.run(*newcomer.flags, "join", "-", stdin=nothing)
            self.assertEqual(done.code, 2, done)

    def test_a_ticket_that_expired_was_taken_back_or_is_mistyped_lets_nobody_in(self):
        ants, bees = self.people("Ants", "Bees")
        ants.creates("plans", "--private")
        short = ants.ticket("#plans", "--for", "1s")
        taken_back = ants.ticket("#plans", "--uses", "5")
        ants.does("revoke", "#plans", next(one["ticket"] for one in ants.does("tickets", "#plans")[0]["list"] if one["uses"] == 5)[:8])
        good = ants.ticket("#plans")
        made = time.time()
        until(lambda: time.time() > made + 1, "the end of the short one")
        for ticket, why in ((short, "expired"), (taken_back, "taken back")):
            lines = bees.joins(ticket, code=3)
            self.assertRegex([line["text"] for line in lines if line.get("change") == "denied"][0], why)
        place = len(good) // 2
        mistyped = good[:place] + ("y" if good[place] != "y" else "b") + good[place + 1 :]
        for wrong in (mistyped, good[:-1], "tincan:", "tincan:yyyy", good + "y"):
            lines = bees.joins(wrong, code=2)
            self.assertEqual(lines[-1]["event"], "failed")
        bees.joins(good)
        self.assertEqual(ants.present("#plans"), ["Ants", "Bees"])

    def test_a_ticket_for_two_lets_in_two_also_when_its_maker_is_gone(self):
        ants, bees, crabs, dogs = self.people("Ants", "Bees", "Crabs", "Dogs")
        ants.creates("plans", "--private")
        bees.joins(ants.ticket("#plans"))
        ants.news("member_joined")
        until(lambda: ants.room("#plans")["linked"] == 1, "a link")
        ticket = ants.ticket("#plans", "--uses", "2")
        until(lambda: len(bees.does("tickets", "#plans")[0]["list"]) == 2, "the ticket at the other member")
        ants.stop()
        crabs.joins(ticket)
        dogs.joins(ticket)
        self.assertEqual(dogs.joins(ticket, code=2)[-1]["event"], "failed", "it is in already")
        self.await_present(bees, "#plans", (ants, bees, crabs, dogs))

    def test_somebody_invited_while_away_comes_in_when_the_inviter_is_gone(self):
        ants, bees, crabs = self.people("Ants", "Bees", "Crabs")
        for one in (bees, crabs):
            one.meets(ants)
        crabs.meets(bees)
        self.gather("plans", (ants, bees), "--private")
        ants.says("#plans", "a secret")
        crabs.stop()
        ants.does("invite", "#plans", crabs.key)
        crabs.start()
        news = crabs.news("invited")
        self.assertEqual((news["name"], news["private"], news["by"]["key"]), ("plans", True, ants.key))
        self.assertEqual(crabs.room("#plans")["phase"], "invited")
        until(lambda: "Crabs" in bees.members("#plans"), "the invitation at the other member")
        ants.stop()
        crabs.joins("#plans")
        crabs.hears("a secret")
        self.await_present(bees, "#plans", (ants, bees, crabs))

    def test_an_invitation_can_be_reacted_to_and_not_be_edited(self):
        ants, bees = self.people("Ants", "Bees")
        bees.meets(ants)
        ants.creates("plans")
        ants.does("invite", "#plans", bees.key)
        bees.news("invited")
        invitation = next(line for line in bees.lines(ants.key) if "invitation" in line)
        bees.does("react", invitation["id"], "👍")
        told = ants.peer.wait(event="changed", change="reacted", within=MEETING)
        self.assertEqual([(one["own"], one["text"]) for one in told["reactions"]], [(False, "👍")])
        sent = next(line for line in ants.lines(bees.key) if "invitation" in line)
        for refused in (["edit", sent["id"], "to another room"], ["delete", sent["id"]]):
            self.assertIn("an invitation cannot be changed", ants.home.run(*refused).complaints)

    def test_of_two_rooms_with_one_name_each_has_its_own_alias(self):
        (ants,) = self.people("Ants")
        ants.creates("plans")
        ants.creates("plans", "--private")
        aliases = [one["alias"] for one in ants.rooms()["rooms"]]
        self.assertEqual(len(set(aliases)), 2, aliases)
        for alias in aliases:
            ants.says(alias, f"in {alias}")
        self.assertEqual([ants.texts(alias) for alias in aliases], [[f"in {alias}"] for alias in aliases])
        self.assertEqual(ants.home.run("send", "#plans", "which", "--json").code, 2)


class Talking(RoomCase):
    def test_each_own_line_says_how_many_have_it_and_who(self):
        ants, bees, crabs = people = self.people("Ants", "Bees", "Crabs")
        self.gather("plans", people, "--private")
        ants.says("#plans", "to all")
        self.await_tally(ants, "#plans", "to all", 2, 2)
        self.assertEqual(ants.who_has("#plans", "to all"), (["Bees", "Crabs"], []))
        shown = ants.home.run("history", "#plans").text
        self.assertIn("✓ 2/2", shown)
        crabs.stop()
        ants.says("#plans", "to some")
        self.await_tally(ants, "#plans", "to some", 1, 2)
        self.assertEqual(ants.who_has("#plans", "to some"), (["Bees"], ["Crabs"]))
        self.assertIn("✓ 1/2", ants.home.run("history", "#plans").text)
        bees.stop()
        ants.says("#plans", "to nobody")
        self.assertEqual(ants.tally("#plans", "to nobody"), (0, 2))
        self.assertEqual(ants.line("#plans", "to nobody")["state"], "queued")
        bees.start()
        crabs.start()
        self.await_tally(ants, "#plans", "to nobody", 2, 2)
        self.await_texts(crabs, "#plans", ["to all", "to some", "to nobody"])
        done = bees.home.run("who", bees.id_of("#plans", "to all"), "--json")
        self.assertEqual(done.code, 2, "of others' lines it is not known")

    def test_a_late_joiner_sees_the_newest_hundred_first_and_can_scroll_to_the_first(self):
        ants, cats = self.people("Ants", "Cats")
        self.gather("town", (ants, cats))
        control = self.control(ants.home)
        count = max(scaled(5000), MUCH + 200)
        # Many are signed together: the newest hundred begin somewhere amid them.
        control.order_all({"command": "send", "peer": "#town", "text": f"line {number}"} for number in range(1, count + 1))
        control.wait(event="message", direction="out", count=count, within=60)
        cats.peer.reach(lambda: len(cats.peer.received()) >= count, "all lines", within=60)
        ants.kill()  # it could sign again wherever it is asked to stop
        late = Someone(self, "Bees")
        late.joins(cats.ticket("#town"))
        late.peer.reach(lambda: len(late.peer.received(room=late.room("#town")["room"])) >= count, "all lines", within=60)
        numbers = [int(line["text"].split()[1]) for line in late.peer.received()]
        self.assertEqual(sorted(numbers), list(range(1, count + 1)), "each once")
        self.assertEqual(numbers[:100], list(range(count - 99, count + 1)), "the newest first")
        shown = late.does("history", "#town", "--limit", "100")
        self.assertEqual([line["text"] for line in shown if line["event"] == "message"], [f"line {n}" for n in range(count - 99, count + 1)])
        self.assertEqual(late.texts("#town"), [f"line {number}" for number in range(1, count + 1)])

    def test_who_joins_and_goes_at_once_takes_what_was_said_before_for_no_news(self):
        ants = Someone(self, "Ants")
        ants.creates("#town")
        for text in ("one", "two", "three"):
            ants.says("#town", text)
        late = Someone(self, "Bees")
        late.stop()
        late.joins(ants.ticket("#town"))
        late.start()
        self.await_texts(late, "#town", ["one", "two", "three"])
        self.assertFalse([line for line in late.lines("#town") if line.get("late")])

    def test_replies_edits_deletions_and_reactions_are_the_same_at_all_and_after_kill_9(self):
        ants, bees, crabs = people = self.people("Ants", "Bees", "Crabs")
        self.gather("plans", people, "--private")
        ants.says("#plans", "a question")
        bees.hears("a question")
        bees.does("reply", bees.id_of("#plans", "a question"), "an answer")
        ants.hears("an answer", reply_to=ants.id_of("#plans", "a question"))
        ants.says("#plans", "with a tpyo")
        ants.does("edit", ants.id_of("#plans", "with a tpyo"), "without a typo")
        crabs.peer.wait(event="changed", change="edited", text="without a typo", within=MEETING)
        crabs.does("react", crabs.id_of("#plans", "without a typo"), "👍")
        bees.does("react", until(lambda: [line for line in bees.lines("#plans") if line["text"] == "without a typo"], "the edit")[0]["id"], "yes")
        canary = "canary-" + os.urandom(8).hex()
        crabs.says("#plans", canary)
        ants.hears(canary)
        bees.hears(canary)
        crabs.does("delete", crabs.id_of("#plans", canary))
        for one in (ants, bees):
            one.peer.wait(event="changed", change="deleted", within=MEETING)
            one.peer.wait(event="changed", change="reacted", count=2, within=MEETING)
        for wrong in ("edit", "delete"):
            done = bees.home.run(wrong, str(bees.id_of("#plans", "a question")), *(["mine now"] if wrong == "edit" else []), "--json")
            self.assertNotEqual(done.code, 0, "only what one wrote oneself")
        for one in people:
            self.assert_story(one, people)
            until(lambda: canary.encode() not in database_bytes(one.home), f"{canary} to be gone from {one.team}")
        for one in people:
            one.kill()
        for one in people:
            one.start()
            self.assert_story(one, people)

    def assert_story(self, one, people):
        _, _, crabs = people
        question, answer, edited, deleted = one.lines("#plans")
        self.assertEqual((question["text"], answer["text"], answer["reply_to"]), ("a question", "an answer", question["id"]))
        self.assertEqual((edited["text"], edited["edited"]), ("without a typo", True))
        self.assertEqual(sorted(reaction["text"] for reaction in edited["reactions"]), ["yes", "👍"])
        self.assertEqual((deleted["text"], deleted["deleted"], deleted["author"]), ("", True, crabs.key))
        forms = one.does("versions", edited["id"])[0]["forms"]
        self.assertEqual([form["text"] for form in forms], ["with a tpyo", "without a typo"])

    def test_what_was_written_apart_stands_in_one_order(self):
        ants, bees, crabs = people = self.people("Ants", "Bees", "Crabs")
        self.gather("plans", people, "--private")
        ants.says("#plans", "together")
        crabs.hears("together")
        crabs.stop()
        bees.stop()
        ants.says("#plans", "ants alone")
        ants.stop()
        bees.start()
        bees.says("#plans", "bees alone")
        crabs.start()
        crabs.hears("bees alone")
        crabs.says("#plans", "crabs after bees")
        bees.hears("crabs after bees")
        ants.start()
        for one in people:
            self.await_texts(one, "#plans", ["together", "ants alone", "bees alone", "crabs after bees"])

    def test_unread_lines_and_mentions_are_counted_until_somebody_looks(self):
        ants, bees = people = self.people("Ants", "Bees")
        self.gather("town", people)
        for text in ("hello all", "where are the @bees today", "beeswax is no name", "BEES!"):
            ants.says("#town", text)
        bees.hears("BEES!")
        self.assertEqual([bees.room("#town")[name] for name in ("unread", "mentions")], [4, 2])
        bees.kill()
        bees.start()
        self.assertEqual([bees.room("#town")[name] for name in ("unread", "mentions")], [4, 2])
        self.control(bees.home).order("focus", peer="#town")
        until(lambda: bees.room("#town")["unread"] == 0, "read")
        self.assertEqual([ants.room("#town")[name] for name in ("unread", "mentions")], [0, 0])

    def test_whom_one_blocks_in_a_room_only_oneself_does_not_hear(self):
        ants, bees, crabs = people = self.people("Ants", "Bees", "Crabs")
        self.gather("town", people)
        crabs.does("block", ants.key)
        ants.says("#town", "from ants")
        bees.hears("from ants")
        bees.says("#town", "from bees")
        crabs.hears("from bees")
        ants.says("#town", "once more")
        bees.hears("once more")
        self.await_texts(bees, "#town", ["from ants", "from bees", "once more"])
        bees.says("#town", "fence")
        crabs.hears("fence")
        rude = "rude-" + os.urandom(8).hex()
        ants.hears("fence")
        ants.does("react", ants.id_of("#town", "fence"), rude)
        until(lambda: rude.encode() in database_bytes(crabs.home), "what is kept to be passed on")
        bees.does("react", bees.id_of("#town", "fence"), "kind")
        reacted = crabs.peer.wait(event="changed", change="reacted", within=MEETING)
        self.assertEqual(crabs.texts("#town"), ["from bees", "fence"])
        for line in (reacted, crabs.line("#town", "fence")):
            self.assertEqual([one["text"] for one in line["reactions"]], ["kind"])
        self.assertEqual([line["text"] for line in crabs.peer.received() if line["author"] == ants.key], [])
        self.assertTrue(crabs.members("#town")["Ants"]["blocked"])
        crabs.does("unblock", ants.key)
        ants.says("#town", "heard again")
        crabs.hears("heard again")

    def test_all_is_there_after_kill_9_of_everybody(self):
        ants, bees, crabs = people = self.people("Ants", "Bees", "Crabs")
        self.gather("plans", people, "--private")
        ants.does("topic", "#plans", "the heist")
        ants.does("role", "#plans", "Bees", "moderator")
        for number in range(20):
            people[number % 3].says("#plans", f"line {number}")
        for one in people:
            until(lambda: len(one.texts("#plans")) == 20, "all lines", within=MEETING)
            until(lambda: one.room("#plans").get("topic") == "the heist", "the topic", within=MEETING)
        for one in people:
            one.kill()
        for one in people:
            one.start()
        for one in people:
            self.assertEqual(one.texts("#plans"), ants.texts("#plans"))
            self.assertEqual((one.room("#plans")["topic"], one.room("#plans")["private"]), ("the heist", True))
            self.assertEqual({name: member["role"] for name, member in one.members("#plans").items()}, {"Ants": "creator", "Bees": "moderator", "Crabs": "member"})
        crabs.says("#plans", "still here")
        self.await_tally(crabs, "#plans", "still here", 2, 2)


class Moderating(RoomCase):
    def test_the_removed_reads_nothing_that_is_written_afterwards(self):
        ants, bees, crabs = people = self.people("Ants", "Bees", "Crabs")
        self.gather("plans", people, "--private")
        ants.says("#plans", "all may read this")
        crabs.hears("all may read this")
        ants.does("remove", "#plans", "Crabs")
        self.assertEqual(crabs.news("removed")["by"]["key"], ants.key)
        bees.news("member_removed")
        secret = "secret-" + os.urandom(8).hex()
        ants.does("topic", "#plans", secret)
        ants.says("#plans", secret)
        self.await_tally(ants, "#plans", secret, 1, 1)
        bees.says("#plans", f"answer to {secret}")
        self.await_tally(bees, "#plans", f"answer to {secret}", 1, 1)
        for refused in (["send", "#plans", "let me in"], ["topic", "#plans", "mine"], ["invite", "#plans", bees.key]):
            self.assertNotEqual(crabs.home.run(*refused, "--json").code, 0)
        crabs.joins("#plans", code=3, within=2)
        self.assertEqual(crabs.texts("#plans"), ["all may read this"])
        crabs.stop()
        self.assertNotIn(secret.encode(), b"".join(path.read_bytes() for path in crabs.home.root.rglob("*") if path.is_file()))
        self.assertEqual(sorted(bees.present("#plans")), ["Ants", "Bees"])
        self.assertEqual(bees.members("#plans")["Crabs"]["phase"], "removed")

    def test_a_member_that_comes_back_gets_the_key_of_a_new_epoch_from_any_other(self):
        ants, bees, crabs, dogs = people = self.people("Ants", "Bees", "Crabs", "Dogs")
        self.gather("plans", people, "--private")
        crabs.stop()
        ants.does("remove", "#plans", "Dogs")
        ants.says("#plans", "not for dogs")
        bees.hears("not for dogs")
        ants.stop()
        crabs.start()
        crabs.hears("not for dogs")
        self.assertEqual(crabs.texts("#plans"), ["not for dogs"])
        self.assertEqual(dogs.texts("#plans"), [])
        crabs.says("#plans", "nor this")
        bees.hears("nor this")

    def test_somebody_removed_while_away_learns_it_and_comes_back_by_a_new_invitation(self):
        ants, bees, crabs = people = self.people("Ants", "Bees", "Crabs")
        self.gather("plans", people, "--private")
        crabs.meets(ants)
        crabs.stop()
        ants.does("remove", "#plans", "Crabs")
        ants.says("#plans", "without crabs")
        self.await_tally(ants, "#plans", "without crabs", 1, 1)
        crabs.start()
        crabs.news("removed")
        self.assertEqual(crabs.texts("#plans"), [])
        ants.does("invite", "#plans", "Crabs")
        crabs.news("invited")
        crabs.joins("#plans")
        crabs.says("#plans", "back again")
        for one in (ants, bees):
            one.hears("back again")
            self.await_present(one, "#plans", people)

    def test_somebody_removed_and_invited_again_while_both_go_on_comes_in_at_once(self):
        for kind in ((), ("--private",)):
            ants, bees = self.people("Ants", "Bees")
            self.gather("town", (ants, bees), *kind)
            ants.does("remove", "#town", "Bees")
            bees.news("removed")
            ants.says("#town", "without bees")
            ants.does("invite", "#town", bees.key)
            bees.news("invited")
            bees.joins("#town")
            ants.says("#town", "with bees")
            bees.hears("with bees")

    def test_a_ticket_that_is_still_open_does_not_bring_the_removed_back(self):
        for kind in ((), ("--private",)):
            ants, bees, crabs = self.people("Ants", "Bees", "Crabs")
            ants.creates("town", *kind)
            ticket = ants.ticket("#town", "--uses", "5")
            bees.joins(ticket)
            ants.does("remove", "#town", "Bees")
            bees.news("removed")
            lines = bees.joins(ticket, code=3, within=10)
            self.assertRegex([line["text"] for line in lines if line.get("change") == "denied"][0], "removed")
            ants.says("#town", "not for bees")
            crabs.joins(ticket)
            crabs.hears("not for bees")
            self.assertEqual((ants.present("#town"), bees.texts("#town")), (["Ants", "Crabs"], []))

    def test_what_the_muted_write_counts_for_nobody(self):
        ants, bees, crabs = people = self.people("Ants", "Bees", "Crabs")
        self.gather("town", people)
        bees.says("#town", "before")
        crabs.hears("before")
        ants.does("mute", "#town", "Bees")
        bees.news("muted")
        done = bees.home.run("send", "#town", "while muted", "--json")
        self.assertNotEqual(done.code, 0)
        self.assertIn("muted", str(done.lines))
        ants.does("unmute", "#town", "Bees")
        bees.news("unmuted")
        bees.says("#town", "after")
        for one in people:
            self.await_texts(one, "#town", ["before", "after"])

    def test_members_may_do_what_their_role_allows_and_nothing_else(self):
        ants, bees, crabs = people = self.people("Ants", "Bees", "Crabs")
        self.gather("town", people)
        for words in (["remove", "#town", "Ants"], ["remove", "#town", "Crabs"], ["mute", "#town", "Crabs"], ["role", "#town", "Bees", "moderator"]):
            done = bees.home.run(*words, "--json")
            self.assertNotEqual(done.code, 0, words)
            self.assertTrue(done.lines[-1]["why"], done)
        ants.does("role", "#town", "Bees", "moderator")
        self.assertEqual(bees.news("role")["who"]["key"], bees.key)
        bees.does("topic", "#town", "by a moderator")
        crabs.news("topic", text="by a moderator")
        self.assertNotEqual(crabs.home.run("topic", "#town", "by a member", "--json").code, 0)
        self.assertNotEqual(bees.home.run("remove", "#town", "Ants", "--json").code, 0, "nobody has power over the creator")
        ants.does("role", "#town", "Bees", "member")
        until(lambda: bees.room("#town")["own_role"] == "member", "a member again")

    def test_a_profile_from_a_backup_writes_nothing_more_to_a_room_that_has_newer_lines_of_it(self):
        ants, bees = people = self.people("Ants", "Bees")
        self.gather("town", people)
        ants.says("#town", "before")
        bees.hears("before")
        ants.stop()
        folder, backup = profile_of(ants.home), ants.home.root / "backup"
        shutil.copytree(folder, backup)
        ants.start()
        ants.says("#town", "after the backup")
        bees.hears("after the backup")
        ants.stop()
        shutil.rmtree(folder)
        shutil.copytree(backup, folder)
        ants.start()
        notice = ants.peer.wait(event="notice", what="restored_backup", within=MEETING)
        self.assertIn("backup", notice["text"])
        done = ants.home.run("send", "#town", "in its place", "--json", "--timeout", 1)
        self.assertNotEqual(done.code, 0)
        self.assertIn("backup", done.lines[-1]["why"])
        bees.says("#town", "we go on")
        ants.hears("we go on")
        self.assertEqual(bees.texts("#town"), ["before", "after the backup", "we go on"])

    def test_a_room_goes_on_when_its_creator_is_gone(self):
        ants, bees, crabs, dogs = self.people("Ants", "Bees", "Crabs", "Dogs")
        self.gather("plans", (ants, bees, crabs), "--private")
        ants.does("role", "#plans", "Bees", "moderator")
        bees.news("role")
        ants.does("leave", "#plans")
        bees.news("member_left")
        ants.stop()
        dogs.joins(bees.ticket("#plans"))
        bees.does("remove", "#plans", "Crabs")
        crabs.news("removed")
        bees.says("#plans", "only for dogs")
        dogs.hears("only for dogs")
        self.assertEqual(crabs.texts("#plans"), [])
        self.await_present(dogs, "#plans", (bees, dogs))
        dogs.kill()
        dogs.start()
        dogs.says("#plans", "and back")
        bees.hears("and back")

    def test_who_leaves_keeps_its_lines_hears_nothing_more_and_may_come_back(self):
        ants, bees, crabs = people = self.people("Ants", "Bees", "Crabs")
        self.gather("town", people)
        ants.says("#town", "before")
        crabs.hears("before")
        crabs.does("leave", "#town")
        ants.news("member_left")
        bees.news("member_left")
        ants.says("#town", "meanwhile")
        self.await_tally(ants, "#town", "meanwhile", 1, 1)
        self.assertEqual(crabs.texts("#town"), ["before"])
        self.assertEqual(crabs.room("#town")["phase"], "left")
        self.assertNotEqual(crabs.home.run("send", "#town", "still here?", "--json").code, 0)
        crabs.joins("#town")
        self.await_texts(crabs, "#town", ["before", "meanwhile"])
        crabs.says("#town", "back")
        for one in people:
            self.await_texts(one, "#town", ["before", "meanwhile", "back"])


class Ways(RoomCase):
    """The same by menu, by slash, by one-shot commands and over the control socket."""

    def console(self, team):
        home = self.home(team=team)
        console = Console(home)
        self.addCleanup(console.kill)
        console.address = console.see(r"reach you at: +(127\.0\.0\.1:\d+)")[1]
        console.see("0 +quit")
        console.home = home
        return console

    def test_a_room_by_menu(self):
        (bees,) = self.people("Bees")
        console = self.console("Ants")
        console.type("8")
        for question, answer in (("Rooms \\(1 to 9\\)", "1"), ("Name of the room", "plans"), ("private or public", "private")):
            console.answer(question, answer)
        console.see("#plans")
        console.type("8")
        console.answer("Rooms \\(1 to 9\\)", "5")
        console.answer("A ticket for how many", "1")
        ticket = console.see(r"(tincan:\w+)")[1]
        bees.joins(ticket)
        console.see("Bees joined")
        console.type("8")
        console.answer("Rooms \\(1 to 9\\)", "3")
        console.see("#plans")
        console.type("hello from the menu")
        bees.hears("hello from the menu")
        console.see("✓ 1/1")
        bees.says("#plans", "hello menu")
        console.see("hello menu")

    def test_a_room_by_slash(self):
        (bees,) = self.people("Bees")
        console = self.console("Ants")
        console.type("/create #plans private", "/room #plans")
        console.see("#plans, private")
        console.type("/ticket")
        bees.joins(console.see(r"(tincan:\w+)")[1])
        console.see("Bees joined")
        console.type("two words")
        bees.hears("two words")
        bees.says("#plans", "and an answer")
        handle = console.see(r"\[(\d+)\][^\n]*and an answer")[1]
        console.type(f"/react {handle} ok")
        bees.peer.wait(event="changed", change="reacted", within=MEETING)
        console.type("third words")
        handle = console.see(r"\[(\d+)\][^\n]*third words")[1]
        bees.hears("third words")
        console.type(f"/who {handle}")
        console.see("1 of 1 have it")
        console.see("Bees")
        console.type("/topic by slash", "/members", "/promote Bees")
        bees.news("topic", text="by slash")
        bees.news("role")
        console.type("/remove Bees")
        bees.news("removed")
        console.type("/leave")
        console.see("left")

    def test_switching_between_rooms_by_slash(self):
        (bees,) = self.people("Bees")
        console = self.console("Ants")
        console.type("/create #east", "/create #west", "/room #east")
        console.see("#east, public")
        bees.meets(console)
        for room in ("#east", "#west"):
            until(lambda: bees.found(room), room)
            bees.joins(room)
        bees.says("#east", "here in front")
        console.see("Bees[^#\n]*here in front")
        bees.says("#west", "over there, @Ants")
        console.see("#west[^\n]*over there")
        console.type("/rooms")
        console.see(r"#west +public[^\n]*1 unread \(1 for you\)")
        console.type("/room #west")
        console.see("#west, public")
        console.see("over there")
        console.type("in the west")
        bees.hears("in the west", room=bees.room("#west")["room"])
        console.type("/room -", "in the east")
        bees.hears("in the east", room=bees.room("#east")["room"])
        console.type("/rooms")
        console.see(r"#west +public")
        self.assertNotIn("unread", console.output[console.place :].split("\n")[0])

    def test_a_ticket_is_shown_as_a_code_to_photograph(self):
        (ants,) = self.people("Ants")
        ants.creates("plans")
        done = ants.home.run("ticket", "#plans", "--qr")
        self.assertEqual(done.code, 0, done)
        self.assertGreater(done.text.count("█"), 200)

    def test_a_room_over_the_control_socket(self):
        ants, bees = self.people("Ants", "Bees")
        one, other = self.control(ants.home), self.control(bees.home)
        for control in (one, other):
            control.order("watch")
        one.order("create_room", name="plans", private=True)
        one.order("ticket", room="#plans")
        other.order("join", what=one.wait(event="ticket")[0]["text"])
        other.wait(event="room", change="joined", within=MEETING)
        one.wait(event="room", change="member_joined", within=MEETING)
        one.order("send", peer="#plans", text="over the socket")
        line = one.wait(event="state", state="delivered", within=MEETING)[-1]
        self.assertEqual(line["tally"], {"have": 1, "of": 1})
        bees.hears("over the socket")
        one.order("who_has", id=line["id"])
        self.assertEqual([who["key"] for who in one.wait(event="who_has")[0]["have"]], [bees.key])
        for order in ({"command": "topic", "topic": "t"}, {"command": "members"}, {"command": "tickets"}):
            one.order(**order, room="#plans")
        one.wait(event="members")
        one.wait(event="tickets")
        other.wait(event="room", change="topic", text="t", within=MEETING)
        one.order("role", room="#plans", member="Bees", role="moderator")
        other.wait(event="room", change="role", within=MEETING)
        one.order("remove_member", room="#plans", member="Bees")
        other.wait(event="room", change="removed", within=MEETING)
        one.order("leave", room="#plans")
        one.wait(event="room", change="left")


if __name__ == "__main__":
    tincan.main()
