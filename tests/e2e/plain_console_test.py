"""The menu over pipes: every choice leads through short questions, lines arrive meanwhile, and no escape sequence is ever written."""

import re
import subprocess
import threading

import tincan
from evil_text_test import NASTY, commands_in
from processes import PATIENCE, TimeIsUp, check_for_sanitizer_reports, until


class Console:
    """A tincan with its menu on pipes."""

    def __init__(self, home, *flags):
        self.home = home
        self.output = ""
        self.place = 0
        command = [tincan.BINARY, *tincan.without_repeats(home.flags, flags)]
        self.child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=home.environment(), cwd=home.root
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while data := self.child.stdout.read1(65536):
            self.output += data.decode(errors="replace")

    def see(self, pattern, within=PATIENCE):
        """What comes next and looks so; later looks begin behind it."""
        try:
            found = until(lambda: re.compile(pattern).search(self.output, self.place), repr(pattern), within)
        except TimeIsUp as fault:
            raise TimeIsUp(f"{fault} in {self.output[self.place:]!r}, exit code {self.child.poll()}") from None
        self.place = found.end()
        return found

    def type(self, *lines):
        for line in lines:
            self.child.stdin.write(line.encode() + b"\n")
        self.child.stdin.flush()

    def answer(self, question, line):
        self.see(question)
        self.type(line)

    def quit(self):
        self.type("0")
        return self.child.wait(PATIENCE)

    def kill(self):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        self.reader.join()
        self.child.stdin.close()
        self.child.stdout.close()
        check_for_sanitizer_reports(self.output.encode())


class Menu(tincan.TestCase):
    def setUp(self):
        self.console = self.console_of(self.home())
        self.address = self.console.see(r"reach you at: +(127\.0\.0\.1:\d+)")[1]
        self.console.see("0 +quit")
        self.program = self.model("a1")

    def console_of(self, home, *flags):
        console = Console(home, *flags)
        self.addCleanup(console.kill)
        return console

    def hear_from(self, program, text="hello"):
        program.send(self.address, text)
        self.console.see(re.escape(text))

    def test_it_shows_version_team_address_and_menu_at_once(self):
        shown = self.console.output
        for pattern in r"tincan \d", "Tinners", "1 +send a message", "2 +query active peers", "3 +connect to known peers", "4 +history", "0 +quit":
            self.assertRegex(shown, pattern)

    def test_one_sends_a_message(self):
        self.console.type("1")
        self.console.answer("To whom", self.program.address)
        self.console.answer("Message to", "hello from the menu")
        self.program.wait(shown="hello from the menu", team="Tinners", address=self.address)
        self.console.see("sent.*hello from the menu")

    def test_one_takes_a_number_or_a_name_too(self):
        self.hear_from(self.program)
        for number, whom in enumerate(("1", "btc")):
            self.console.type("1")
            self.console.answer("To whom", whom)
            self.console.answer("Message to", f"by word {number}")
            self.program.wait(shown=f"by word {number}")

    def test_two_lists_name_address_dialect_and_state(self):
        self.hear_from(self.program)
        self.console.type("2")
        self.console.see(rf"btc +{self.program.address} +clear A1 .*active")

    def test_three_connects_and_reports_each(self):
        other = self.model("a1", "--program", "hashpa")
        self.hear_from(self.program)
        self.hear_from(other, "me too")
        other.kill()
        self.console.type("3")
        self.console.answer("Connect to", "all")
        self.program.wait(team="Tinners", address=self.address)
        rest = self.console
        until(lambda: re.search(f"{self.program.address}: announced", rest.output), "the success")
        until(lambda: re.search(f"{other.address}: failed.*refused", rest.output), "the failure")

    def test_four_shows_and_searches_the_history(self):
        self.hear_from(self.program, "find me later")
        self.hear_from(self.program, "something else")
        self.console.type("4")
        self.console.answer("History with", "all")
        self.console.see("find me later")
        self.console.answer("m shows older", "")
        self.console.type("4")
        self.console.answer("History with", "?later")
        self.console.see("find me later")
        self.console.see("m shows older")
        self.assertEqual(self.console.output.count("something else"), 2)

    def test_five_blocks_and_unblocks(self):
        self.hear_from(self.program)
        self.console.type("5")
        self.console.answer("Block or unblock", self.program.address)
        self.console.see(r"\[BLOCKED\]")
        self.program.send(self.address, "unheard")
        self.hear_from(self.model("a1"), "heard")
        self.console.type("2")
        self.console.see(rf"{self.program.address}.*\[BLOCKED\]")
        self.console.type("5")
        self.console.answer("Block or unblock", self.program.address)
        self.console.see("No longer blocked")
        self.hear_from(self.program, "heard again")
        self.assertNotIn("unheard", self.console.output)

    def test_six_sets_the_dialect(self):
        program = self.model("a6")
        self.console.type("6")
        self.console.answer("Dialect of", program.address)
        self.console.answer("Dialect", "A6")
        self.console.see("A6")
        self.console.type(f"/send {program.address} in your words")
        program.wait(shown="in your words", team="Tinners")

    def test_seven_helps(self):
        self.console.type("7")
        for word in "/send", "/to", "/peers", "/connect", "/history", "/block", "/quit":
            self.console.see(re.escape(word))

    def test_zero_quits_with_farewells(self):
        self.hear_from(self.program)
        self.assertEqual(self.console.quit(), 0)
        self.program.wait(left=self.address)

    def test_the_end_of_input_quits_with_farewells(self):
        self.hear_from(self.program)
        self.console.child.stdin.close()
        self.assertEqual(self.console.child.wait(PATIENCE), 0)
        self.program.wait(left=self.address)

    def test_an_empty_line_goes_back(self):
        for choice, question in (("1", "To whom"), ("3", "Connect to"), ("4", "History with"), ("5", "Block or unblock"), ("6", "Dialect of")):
            self.console.type(choice)
            self.console.answer(question, "")
            self.console.see("Tinners.*> ")
        self.console.type("2")
        self.console.see("No peers yet")

    def test_wrong_answers_are_explained_and_asked_again(self):
        for line in "9", "x", "/nonsense", "-1", "1 2 3":
            self.console.type(line)
            self.console.see("✗")
        self.console.type("1")
        for whom in "nobody", "77", "127.0.0.1", "127.0.0.1:99999":
            self.console.answer("To whom", whom)
            self.console.see("✗")

    def test_a_conversation_takes_plain_lines(self):
        self.console.type(f"/to {self.program.address}", "plain line", "//slashed", "/menu")
        self.program.wait(shown="plain line")
        self.program.wait(shown="/slashed")

    def test_a_failed_message_says_why_and_when_it_is_tried_again(self):
        with tincan.refused_port() as port:
            self.console.type(f"/send 127.0.0.1:{port} anybody")
            self.console.see("failed: .*refused.*next try in")

    def test_lines_arrive_while_a_question_is_open(self):
        self.console.type("1")
        self.console.see("To whom")
        self.hear_from(self.program, "meanwhile")
        self.console.type(self.program.address, "the answer")
        self.program.wait(shown="the answer")

    def test_each_line_says_who_from_where_and_that_it_came_in_clear(self):
        self.hear_from(self.program, "in the open")
        line = next(line for line in self.console.output.splitlines() if "in the open" in line)
        for part in r"\d\d:\d\d", "btc", self.program.address, "clear":
            self.assertRegex(line, part)

    def test_no_escape_sequence_whatever_arrives(self):
        for number, nasty in enumerate(NASTY):
            tincan.say(self.address, f"127.0.0.1:{7100 + number} T{nasty}eam te{nasty}xt\nFORGED{nasty}")
        tincan.say(self.address, tincan.canonical("the last one"))
        self.console.see("the last one")
        self.console.type("2", "4", "all", "", "7")
        self.console.see("/quit")
        self.console.quit()
        self.assertEqual(commands_in(self.console.output), [])
        self.assertEqual([line for line in self.console.output.splitlines() if line.startswith("FORGED")], [])

    def test_thousands_of_typed_lines_are_all_carried_out(self):
        program = self.model("a1", "--program", "byteslayers")
        self.console.type(f"/to {program.address}", *[f"typed {number}" for number in range(100)])
        program.wait(shown="typed 99", within=60)
        self.assertEqual([line["shown"] for line in program.shown()], [f"typed {number}" for number in range(100)])


class FirstQuestions(tincan.TestCase):
    def console(self, home, *words):
        home.flags = []
        console = Console(home, *words)
        self.addCleanup(console.kill)
        return console

    def free_port(self):
        with tincan.refused_port() as port:
            return port

    def test_what_it_does_not_know_is_asked_checked_and_remembered(self):
        home, port = self.home(), self.free_port()
        console = self.console(home)
        console.answer("team's name", "Asked Ones")
        console.answer("Which one to announce", "not an address!")
        console.see("✗")
        console.answer("Which one to announce", "127.0.0.1")
        console.answer("Port", "99999")
        console.see("✗")
        console.answer("Port", str(port))
        console.see(f"127.0.0.1:{port}")
        self.assertEqual(console.quit(), 0)
        again = self.console(home)
        again.see("Asked Ones")
        again.see(f"127.0.0.1:{port}")
        self.assertNotIn("team's name", again.output)

    def test_the_environment_skips_the_questions(self):
        home = self.home()
        given = {"TINCAN_TEAM": "From Outside", "TINCAN_IP": "127.0.0.1", "TINCAN_PORT": "0"}
        plain = home.environment
        home.environment = lambda: {**plain(), **given}
        console = self.console(home)
        console.see("From Outside")
        console.see(r"127\.0\.0\.1:\d+")

    def test_the_end_of_input_at_a_question_ends_it(self):
        console = self.console(self.home())
        console.see("team's name")
        console.child.stdin.close()
        self.assertIsNotNone(console.child.wait(PATIENCE))


if __name__ == "__main__":
    tincan.main()
