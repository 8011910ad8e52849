"""The commands without the menu: exit codes, help, one profile at a time, the control socket, output for people."""

import contextlib
import json
import os
import signal
import stat
import subprocess
import time

import tincan
from processes import until


class OneShot(tincan.TestCase):
    def setUp(self):
        self.home_here = self.home()

    def test_help_is_worth_reading_and_short_of_nothing(self):
        done = self.home_here.run("--help")
        self.assertEqual(done.code, 0)
        for word in "send", "listen", "connect", "peers", "history", "block", "unblock", "--team", "--port", "--mandatory", "--profile":
            self.assertIn(word, done.text)

    def test_every_command_has_a_help_of_its_own(self):
        for command in "send", "listen", "connect", "peers", "history", "block", "unblock", "dialect":
            self.assertEqual(self.home_here.run(command, "--help").code, 0, command)

    def test_wrong_usage_is_two_and_says_what_is_wrong(self):
        for words in ["send"], ["send", "127.0.0.1:1"], ["frobnicate"], ["--frobnicate"], ["send", "nonsense:port", "x"], ["listen", "--port", "x"], [
            "history", "--limit", "-3"], ["dialect", "127.0.0.1:1", "A99"], ["send", "127.0.0.1:1", "x", "--timeout", "soon"]:
            with self.subTest(words):
                done = self.home_here.run(*words)
                self.assertEqual(done.code, 2, done)
                self.assertTrue(done.complaints, done)

    def test_flags_may_stand_before_or_after_the_command(self):
        program = self.model("a1")
        before = self.home_here.run("--team", "Before", "--ip", "127.0.0.1", "--port", "0", "send", program.address, "one")
        after = self.home_here.run("send", "--team", "After", "--ip", "127.0.0.1", "--port", "0", program.address, "two")
        self.assertEqual((before.code, after.code), (0, 0), (before, after))
        program.wait(shown="one", team="Before")
        program.wait(shown="two", team="After")

    def test_an_empty_profile_has_no_peers_and_no_history(self):
        for command in "peers", "history":
            done = self.home_here.run(command, "--json")
            self.assertEqual((done.code, done.lines), (0, []), done)

    def test_a_profile_is_open_once(self):
        self.started(self.home_here.listen())
        done = self.home_here.run(*self.home_here.flags)
        self.assertEqual(done.code, 1, done)
        self.assertEqual(len(done.complaints.strip().splitlines()), 1, done.complaints)

    def test_a_second_listener_hears_through_the_first(self):
        first = self.started(self.home_here.listen())
        second = self.started(self.home_here.listen())
        self.assertEqual(second.endpoints, first.endpoints)
        tincan.say(first, tincan.canonical("for both"))
        first.message("for both")
        second.message("for both")
        self.assertEqual(second.stop()[0], 0)
        self.fence(first)

    def test_two_profiles_live_side_by_side(self):
        one = self.started(self.home_here.listen("--profile", "one"))
        other = self.started(self.home_here.listen("--profile", "other"))
        done = self.home_here.run("send", "--profile", "one", other.address, "from profile to profile")
        self.assertEqual(done.code, 0, done)
        other.message("from profile to profile", peer=one.address)

    def test_a_data_folder_that_cannot_be_made_is_one_clear_line(self):
        (self.home_here.root / "file").write_text("no folder")
        done = self.home_here.run(*self.home_here.flags, "listen", "--data-dir", self.home_here.root / "file" / "x")
        self.assertEqual(done.code, 1, done)
        self.assertEqual(len(done.complaints.strip().splitlines()), 1, done.complaints)

    def test_a_profile_name_cannot_lead_out_of_the_data_folder(self):
        for name in "../escape", "/tmp/escape", "a/b", ".", "..", "", "x\ny":
            with self.subTest(name):
                done = self.home_here.run(*self.home_here.flags, "peers", "--json", f"--profile={name}")
                self.assertNotEqual(done.code, 0, done)
        self.assertEqual(list(self.home_here.root.glob("**/escape*")), [])


class Running(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()

    def test_the_first_line_tells_where_it_listens(self):
        first = self.peer.lines[0]
        self.assertEqual((first["event"], first["team"]), ("listening", "Tinners"))
        self.assertIn("version", first)
        self.assertIn("profile", first)
        self.assertEqual(self.peer.host, "127.0.0.1")

    def test_its_folder_and_socket_are_for_nobody_else(self):
        data = self.peer.home.root / "data" / "tincan"
        folders = [path for path in data.glob("*") if path.is_dir()]
        self.assertTrue(folders)
        for folder in folders:
            self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700, folder)
        sockets = [path for path in self.peer.home.root.glob("**/*") if path.is_socket()]
        self.assertTrue(sockets)
        for path in sockets:
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)

    def test_its_files_are_for_nobody_else_even_with_an_open_umask(self):
        home = self.home()
        listener = self.started(home.listen(preexec_fn=lambda: os.umask(0)))
        self.fence(listener)
        listener.stop()
        for path in (home.root / "data").glob("tincan/**/*"):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path)

    def test_commands_work_through_the_running_one(self):
        program = self.model("a1")
        self.assert_sent(self.peer.send(program, "through the socket"))
        program.wait(shown="through the socket", address=self.peer.address)
        self.peer.wait(event="message", direction="out", text="through the socket")

    def test_commands_in_parallel_are_all_carried_out(self):
        program = self.model("a1")
        flags = ["send", program.address]
        running = [self.started(self.peer.home.start(*flags, f"parallel {number}")) for number in range(10)]
        self.assertEqual([process.finish() for process in running], [0] * 10)
        for number in range(10):
            program.wait(shown=f"parallel {number}")

    def test_peers_for_people_names_team_address_and_state(self):
        tincan.say(self.peer, tincan.canonical("hello"))
        self.peer.message("hello")
        done = self.peer.home.run("peers")
        self.assertEqual(done.code, 0)
        for word in "Ghosts", "127.0.0.1:7001", "A1", "active":
            self.assertIn(word, done.text)

    def test_a_peer_has_all_its_fields(self):
        tincan.say(self.peer, tincan.canonical("hello"))
        self.peer.message("hello")
        peer = self.peer.home.peers()["127.0.0.1:7001"]
        self.assertLessEqual({"team", "dialect", "presence", "blocked", "unread", "queued", "last_heard"}, set(peer))
        self.assertEqual((peer["team"], peer["dialect"], peer["presence"], peer["blocked"], peer["queued"]), ("Ghosts", "A1", "active", False, 0))

    def test_without_json_each_message_is_one_readable_line(self):
        home = self.home()
        process = self.started(home.start(*home.flags, "listen"))
        first = process.wait_for(lambda lines: [line for line in lines if "127.0.0.1:" in str(line)], what="address")[0]
        port = int(first.split("127.0.0.1:")[1].split()[0].strip(".,;)"))
        tincan.say(f"127.0.0.1:{port}", tincan.canonical("for people"))
        shown = process.wait_for(lambda lines: [line for line in lines if "for people" in str(line)], what="the message")
        self.assertEqual(len(shown), 1)
        self.assertIn("Ghosts", shown[0])
        self.assertIn("127.0.0.1:7001", shown[0])

    def test_a_reader_that_goes_away_does_not_make_it_hang_or_lose_what_it_hears(self):
        home = self.home()
        reading, writing = os.pipe()
        command = [tincan.BINARY, *home.flags, "listen", "--json"]
        child = subprocess.Popen(command, stdout=writing, env=home.environment(), cwd=home.root)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        os.close(writing)
        with open(reading, encoding="utf-8") as lines:
            address = json.loads(lines.readline())["endpoints"][0]
        for number in range(3):
            with contextlib.suppress(OSError):
                tincan.say(address, tincan.canonical(f"unread {number}"))
        child.send_signal(signal.SIGTERM)
        self.assertGreaterEqual(child.wait(10), 0, "killed by a signal")

    def test_closing_its_input_does_not_end_it(self):
        self.peer.child.stdin.close()
        self.fence(self.peer)

    def test_a_control_socket_left_by_a_killed_one_is_in_nobodys_way(self):
        self.peer.kill()
        again = self.started(self.peer.home.listen())
        self.assert_sent(again.send(self.model("a1"), "after the kill"))

    def test_a_send_from_a_pipe_of_bad_bytes_is_refused_or_cleaned(self):
        program = self.model("a1", "--program", "decentrix")
        self.peer.home.run("send", program.address, "-", stdin=b"bad \xff byte")
        self.assert_sent(self.peer.send(program, "good bytes"))
        program.wait(shown="good bytes")
        self.assertEqual(program.named("error"), [])

    def test_idle_it_uses_no_processor_time(self):
        self.fence(self.peer)

        def ticks():
            with open(f"/proc/{self.peer.pid}/stat", encoding="ascii") as stat_file:
                return sum(map(int, stat_file.read().rsplit(")", 1)[1].split()[11:13]))

        def is_idle_for_a_second():
            before = ticks()
            time.sleep(1)
            return ticks() == before

        until(is_idle_for_a_second, "an idle second")


if __name__ == "__main__":
    tincan.main()
