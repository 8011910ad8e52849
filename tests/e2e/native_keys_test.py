"""Keys: somebody else where a tincan was, a restored backup, a damaged key file. Nothing goes to the wrong one, and the user is told."""

import os
import shutil
import unittest

import tincan
from native_case import Two, lines_of, profile_of, texts_of
from processes import until

BACK_OFF = 40  # seconds in which a peer that has appeared must be tried again


class Keys(Two):
    def newcomer(self):
        """Somebody else comes to where Bees was."""
        self.meet()
        self.peers[1].stop()
        stranger = self.home(team="Bees")
        return stranger, self.started(stranger.listen("--port", self.ports[1]))

    def assert_nothing_reaches(self, stranger_home, stranger):
        done = self.peers[0].send(self.keys[1], "only for Bees", "--timeout", "3")
        self.assertEqual(done.code, 3, done)
        notice = self.peers[0].wait(event="notice", what="key_changed", within=BACK_OFF)
        self.assertIn("trust", notice["text"])
        known = self.peer_with(self.homes[0], self.keys[1])
        self.assertEqual((known["queued"], known["changed_key"]), (1, self.key_of(stranger)))
        self.assertIn("another key", self.run_home(0, "why", self.keys[1]).text)
        self.assertEqual(lines_of(stranger_home), [])

    def test_another_key_at_a_known_address_gets_nothing_until_the_user_decides(self):
        stranger_home, stranger = self.newcomer()
        self.assert_nothing_reaches(stranger_home, stranger)
        self.run_home(0, "trust", self.keys[1], "--refuse")
        stranger.kill()
        self.start(1)
        self.peers[1].message("only for Bees", within=BACK_OFF)
        self.assertEqual(self.texts(1), ["we meet", "only for Bees"])

    def test_a_new_key_that_was_accepted_gets_what_waited(self):
        stranger_home, stranger = self.newcomer()
        self.assert_nothing_reaches(stranger_home, stranger)
        self.run_home(0, "trust", self.keys[1], "--accept")
        stranger.message("only for Bees", within=BACK_OFF)
        self.assertEqual(texts_of(stranger_home), ["only for Bees"])
        states = [line["state"] for line in lines_of(self.homes[0]) if line["text"] == "only for Bees"]
        until(lambda: [line["state"] for line in lines_of(self.homes[0]) if line["text"] == "only for Bees"] == ["delivered"], f"delivered, not {states}")

    def test_a_restored_backup_is_noticed_and_said(self):
        self.meet()
        self.peers[0].stop()
        folder = profile_of(self.homes[0])
        shutil.copytree(folder, self.homes[0].root / "backup")
        self.start(0)
        self.say(0, "after the backup")
        self.say(0, "and more")
        self.peers[0].stop()
        shutil.rmtree(folder)
        shutil.copytree(self.homes[0].root / "backup", folder)
        self.start(0)
        self.peers[0].send(self.keys[1], "from the past", "--timeout", "1")
        notice = self.peers[0].wait(event="notice", what="restored_backup", within=BACK_OFF)
        self.assertIn("backup", notice["text"])
        self.assertEqual(self.texts(1), ["we meet", "after the backup", "and more"])
        self.peers[0].stop()
        self.run_home(0, "id", "--renew")
        self.start(0)
        self.assertNotEqual(self.key_of(self.peers[0]), self.keys[0])

    def cloned(self):
        """Ants on a second machine, with the profile of before it wrote "from the first" to Bees."""
        self.meet()
        self.peers[0].stop()
        copy = self.home(team="Ants")
        shutil.copytree(profile_of(self.homes[0]), copy.root / "data" / "tincan" / profile_of(self.homes[0]).name)
        self.start(0)
        self.say(0, "from the first")
        self.peers[0].stop()
        return copy

    def test_what_a_clone_wrote_in_a_taken_place_is_not_shown_as_delivered(self):
        copy = self.cloned()
        done = copy.send(self.keys[1], "from the second", "--timeout", "5")
        self.assertEqual(self.texts(1), ["we meet", "from the first"])
        self.assertNotEqual(tincan.last_state(done), "delivered")

    def test_one_profile_on_two_machines_is_noticed_by_somebody(self):
        copy = self.cloned()
        clone = self.started(copy.listen())
        for text in ("from the second", "once more"):
            clone.send(self.keys[1], text, "--timeout", "3")
        told = until(
            lambda: [line["what"] for peer in (clone, *self.peers) for line in peer.all(event="notice")], "a notice of any of the three", within=BACK_OFF
        )
        self.assertTrue({"restored_backup", "log_frozen"} & set(told), told)
        self.assertEqual(self.texts(1)[:2], ["we meet", "from the first"])

    def test_a_damaged_key_file_is_never_replaced(self):
        self.peers[0].stop()
        file = profile_of(self.homes[0]) / "identity"
        sound = file.read_bytes()
        flipped = bytearray(sound)
        flipped[sound.index(b"seed ") + 7] ^= 1
        for damage in (b"", sound[:-1], sound[: len(sound) // 2], bytes(flipped), sound + b"\n", b"\0" * 4096):
            self.assert_refused_with(file, damage)
        file.write_bytes(sound)
        os.chmod(file, 0o644)
        self.assert_refused_with(file, sound)
        os.chmod(file, 0o600)
        self.start(0)
        self.assertEqual(self.key_of(self.peers[0]), self.keys[0])

    def assert_refused_with(self, file, content):
        file.write_bytes(content)
        for words in (["listen", "--json", *self.homes[0].flags], ["send", "127.0.0.1:9", "x", "--timeout", "1", *self.homes[0].flags]):
            done = self.homes[0].run(*words)
            self.assertEqual(done.code, 1, done)
            self.assertIn("identity", done.complaints)
        self.assertEqual(file.read_bytes(), content, "it is left as it was")


if __name__ == "__main__":
    tincan.main()
