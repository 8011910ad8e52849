"""A full disk: it is reported, survived, nothing is shown that is not stored, and all goes on when there is space again."""

import resource
import subprocess

import tincan
from processes import until

FILLING = "f" * 15000
MIB = 1 << 20


class DiskFull(tincan.TestCase):
    def setUp(self):
        self.home_of_peer = self.home()
        self.told = 0

    def tell(self, peer, text):
        tincan.say(peer, tincan.canonical(text))

    def fill(self, peer):
        """Speaks until it says that nothing more can be stored. One message at a time: what waited in the kernel by then
        would fill the space that is made later."""
        def is_answered():
            return peer.all(event="storage") or [event for event in peer.received() if event["text"] == text]

        while not peer.all(event="storage"):
            self.told += 1
            self.assertLess(self.told, 2000, "the disk does not become full")
            text = f"filling {self.told} {FILLING}"
            self.tell(peer, text)
            until(is_answered, "the message, or a report of the full disk", within=60)

    def assert_goes_on(self, peer):
        def is_shown():
            self.told += 1
            self.tell(peer, f"space again {self.told}")
            return [event for event in peer.received() if event["text"].startswith("space again")]

        until(is_shown, "a message that is shown again", within=60)

    def assert_nothing_was_shown_that_is_not_stored(self, peer):
        shown = [event["text"] for event in peer.received()]
        self.assertEqual(peer.stop()[0], 0, peer.story())
        stored = [message["text"] for message in self.home_of_peer.history()]
        self.assertEqual([text for text in shown if text not in set(stored)], [])
        self.assertEqual(len(stored), len(set(stored)))

    def test_files_that_may_not_grow(self):
        peer = self.started(self.home_of_peer.listen())
        self.tell(peer, "while there is space")
        peer.message("while there is space")
        _, hard = resource.prlimit(peer.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(peer.pid, resource.RLIMIT_FSIZE, (256 * 1024, hard))
        self.fill(peer)
        self.assertIsNone(peer.child.poll(), "it has ended")
        resource.prlimit(peer.pid, resource.RLIMIT_FSIZE, (hard, hard))
        self.assert_goes_on(peer)
        self.assert_nothing_was_shown_that_is_not_stored(peer)

    def small_disk(self, size):
        folder = self.home_of_peer.root / "data"
        folder.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], capture_output=True, text=True, check=False)
        if done.returncode:
            self.skipTest(f"cannot mount a small disk: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=False)
        return folder

    def test_a_small_disk(self):
        folder = self.small_disk("8m")
        ballast = folder / "ballast"
        ballast.write_bytes(b"b" * (5 * MIB))
        peer = self.started(self.home_of_peer.listen())
        self.fill(peer)
        self.assertIsNone(peer.child.poll(), "it has ended")
        ballast.unlink()
        self.assert_goes_on(peer)
        self.assert_nothing_was_shown_that_is_not_stored(peer)

    def test_sending_on_a_full_disk_fails_loudly_or_works(self):
        folder = self.small_disk("8m")
        program = self.model("a1")
        peer = self.started(self.home_of_peer.listen())
        self.fill(peer)
        self.fill_up(folder)
        done = peer.send(program, "a word on a full disk", "--timeout", "5")
        arrived = [line for line in program.shown() if line["shown"] == "a word on a full disk"]
        self.assertEqual(bool(arrived), done.code == 0, done)
        if done.code:
            self.assertTrue(done.complaints or done.lines, "no reason was given")

    def test_on_a_full_disk_commands_are_answered_or_told_why_not(self):
        folder = self.small_disk("8m")
        peer = self.started(self.home_of_peer.listen())
        self.fill(peer)
        self.fill_up(folder)
        for words in ["peers"], ["history", "--limit", "3"], ["block", "127.0.0.1:7001"], ["connect", "127.0.0.1:7001"]:
            with self.subTest(words):
                done = self.home_of_peer.run(*words)
                self.assertTrue(done.text or done.complaints, "nothing was said")

    def fill_up(self, folder):
        with open(folder / "ballast", "ab", buffering=0) as ballast:
            try:
                while ballast.write(b"b" * 4096):
                    pass
            except OSError:
                pass

    def test_a_disk_that_is_full_at_the_start_is_one_clear_line(self):
        folder = self.small_disk("1m")
        self.fill_up(folder)
        done = self.home_of_peer.run(*self.home_of_peer.flags, "listen", "--json")
        self.assertEqual(done.code, 1, done)
        self.assertTrue(done.complaints)


if __name__ == "__main__":
    tincan.main()
