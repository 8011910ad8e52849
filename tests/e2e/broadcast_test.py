"""The old kind of room, with real processes: a hosting tincan and programs of family C, and a tincan as the guest of their hosts.

Rows A1 to A3, R5 and R6 of the list of attacks.
"""

import re
import resource
import socket
import time

import tincan
from evil_text_test import NASTY, RAW, commands_in
from plain_console_test import Console
from processes import IS_SANITIZED, PATIENCE, until


def hall(test, *flags, **given):
    """A tincan that hosts, at its prompt; `address` is where programs connect."""
    console = Console(test.home(**given), "host", "--room", "hall", *flags)
    test.addCleanup(console.kill)
    console.address = console.see(r"reach you at: +(127\.0\.0\.1:\d+)")[1]
    console.see("guests of #hall")
    console.see("#hall, hosted")
    console.guests = []
    return console


class Raw:
    """A program that only reads and writes, as nc does."""

    def __init__(self, test, address, sends_lines=False):
        self.sends_lines = sends_lines
        self.socket = tincan.link(address)
        test.addCleanup(self.socket.close)

    def say(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def hear(self, data, within=PATIENCE):
        """Exactly these bytes come next."""
        data = data if isinstance(data, bytes) else data.encode()
        self.socket.settimeout(within)
        got = b""
        while len(got) < len(data):
            more = self.socket.recv(len(data) - len(got))
            assert more, f"closed after {got!r}"
            got += more
        assert got == data, (got, data)

    def hear_up_to(self, end, within=PATIENCE):
        """Whatever comes, until it ends so."""
        self.socket.settimeout(within)
        got = b""
        while not got.endswith(end.encode()):
            more = self.socket.recv(65536)
            assert more, f"closed after {got[-100:]!r}"
            got += more
        return got

    def hears_nothing(self, within=0.3):
        self.socket.settimeout(within)
        try:
            got = self.socket.recv(100)
        except socket.timeout:
            return
        raise AssertionError(f"heard {got!r}")

    def is_closed(self):
        self.socket.settimeout(PATIENCE)
        return self.socket.recv(1) == b""


class Host(tincan.TestCase):
    def guest(self, console, name, dialect="c_plain"):
        program = self.model(dialect, "--team", name)
        program.connect(console.address)
        return program

    def enter(self, console, sends_lines=False):
        """A guest whose first words all others have heard."""
        self.entered = getattr(self, "entered", 0) + 1
        guest, words = Raw(self, console.address, sends_lines), f"guest no {self.entered}"
        guest.say(words + "\n" * sends_lines)
        console.see(words)
        for other in console.guests:
            other.hear(words + "\n" * (sends_lines or other.sends_lines))
        console.guests.append(guest)
        return guest

    def test_what_one_program_says_all_others_hear_and_the_host_shows_it_as_a_guests(self):
        console = hall(self)
        alice, bob = self.guest(console, "alice"), self.guest(console, "bob")
        alice.send(console.address, "first words")
        console.see("first words")
        bob.send(console.address, "hello alice")
        alice.wait(shown="bob: hello alice")
        alice.send(console.address, "hello all")
        bob.wait(shown="alice: hello all")
        console.see(r"alice\b.*hello all")
        console.type("good morning")
        for program in alice, bob:
            program.wait(shown="Tinners: good morning")
        self.assertEqual([line["shown"] for line in alice.shown()], ["bob: hello alice", "Tinners: good morning"])
        self.assertRegex(console.output, r"alice[^\n]*clear[^\n]*hello all")

    def test_bytes_pass_as_they_are_and_nobody_is_greeted(self):
        console = hall(self)
        one, other = Raw(self, console.address), Raw(self, console.address)
        other.hears_nothing()
        one.say(b"caf\xc3\xa9 \xff\xfe \x1b[2J\x00end")
        other.hear(b"caf\xc3\xa9 \xff\xfe \x1b[2J\x00end")
        text = "x" * 3000
        one.say(text)
        other.hear(text)
        one.hears_nothing()

    def test_half_a_character_at_the_end_of_a_text_is_passed_on_too(self):
        console = hall(self)
        stays, goes = self.enter(console), self.enter(console)
        goes.say(b"caf\xe9")  # in Latin-1
        stays.hear(b"caf\xe9")
        goes.say(b"th\xe9")
        goes.socket.shutdown(socket.SHUT_WR)
        stays.hear(b"th\xe9")
        self.assertTrue(goes.is_closed())

    def test_only_who_sends_line_ends_gets_them(self):
        console = hall(self)
        nc, plain = self.enter(console, sends_lines=True), self.enter(console)
        nc.say("hi from nc\n")
        plain.hear("hi from nc\n")
        plain.say("hi from a program")
        nc.hear("hi from a program\n")

    def test_exit_with_and_without_line_end_and_a_close_leave(self):
        console = hall(self)
        stays = self.enter(console)
        for word in b"exit", b"exit\n":
            goes = self.enter(console)
            goes.say(word)
            self.assertTrue(goes.is_closed())
            console.guests.remove(goes)
        closes = self.enter(console)
        closes.socket.close()
        console.type("still here")
        stays.hear("Tinners: still here")

    def test_a_program_that_reads_nothing_holds_nobody_up(self):
        console = hall(self)
        self.enter(console)
        console.guests.clear()  # it reads nothing
        hears, says = self.enter(console, sends_lines=True), self.enter(console)
        line = b"y" * 999 + b"\n"
        began = time.monotonic()
        for _ in range(150):
            says.say(line)
            hears.hear(line)
        self.assertLess(time.monotonic() - began, 30 if IS_SANITIZED else 10)

    def test_a_flooder_goes_and_the_others_stay(self):
        console = hall(self)
        other = self.enter(console, sends_lines=True)
        flooder = self.enter(console)
        with self.assertRaises(ConnectionError):
            for _ in range(100_000):
                flooder.say(b"z" * 1000)
        console.type("still here")
        self.assertLess(len(other.hear_up_to("Tinners: still here\n", within=60)), 1_000_000)

    def test_a_thousand_connected_programs_hear_one_line(self):
        count = 200 if IS_SANITIZED else 1000
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
        console = hall(self)
        guests = [Raw(self, console.address) for _ in range(count)]
        ticks = iter(range(1000))

        def last_one_hears():
            guests[0].say(f"tick {next(ticks)}")
            guests[-1].socket.settimeout(0.1)
            try:
                return guests[-1].socket.recv(100)
            except socket.timeout:
                return b""

        until(last_one_hears, "the last that came counts as a guest")
        began = time.monotonic()
        guests[0].say("guest: hello all")
        for guest in guests[1:]:
            guest.hear_up_to("guest: hello all")
        print(f"one line to {count} programs: {time.monotonic() - began:.3f} s")

    def test_nothing_that_a_program_says_commands_the_hosts_terminal(self):
        console = hall(self)
        guest = Raw(self, console.address)
        for nasty in NASTY:
            guest.say(f"na{nasty}me: te{nasty}xt\n")
        for raw in RAW:
            guest.say(b"na" + raw + b"me: te" + raw + b"xt\n")
        for break_ in "\n", "\r", "\r\n", "\x0b", "\x85", "\u2028":
            guest.say(f"hi{break_}FORGED line\n")
        guest.say("the last one\n")
        console.see("the last one")
        self.assertEqual(commands_in(console.output), [])
        console.type("/members")
        console.see("guest, clear")
        self.assertEqual(commands_in(console.output), [])


class Together(tincan.TestCase):
    def test_plain_programs_and_tincans_sit_in_one_room(self):
        home = self.home(team="Hosts")
        host = self.started(home.start(*home.flags, "host", "--json", "--room", "hall"))
        listening = host.wait(event="listening")
        guest = Raw(self, listening["endpoints"][0])
        guest.say("alice: hello")
        host.wait(event="message", text="hello", team="alice", guest=True, clear=True)
        member = self.tincan(team="Members")
        self.assertEqual(member.home.run("connect", f"{listening['key']}@{listening['endpoints'][0]}").code, 0)
        self.assertEqual(member.home.run("join", "#hall", within=60).code, 0)
        member.wait(event="message", text="hello", team="alice", guest=True, clear=True)
        guest.say("alice: again")
        member.wait(event="message", text="again", team="alice", guest=True, clear=True)
        self.assertEqual(member.home.run("send", "#hall", "hello from a member").code, 0)
        guest.hear("Members: hello from a member")
        self.assertEqual(home.run("send", "#hall", "hello from the host").code, 0)
        guest.hear("Hosts: hello from the host")
        self.assertRegex(home.run("members", "#hall").text, r"alice .*guest, clear")


class Guest(tincan.TestCase):
    def join(self, address, *flags, **given):
        console = Console(self.home(**given), *flags, "join", address, "--plain")
        self.addCleanup(console.kill)
        return console

    def test_it_sits_among_the_programs_of_a_plain_host(self):
        server, alice = self.model("c_plain"), self.model("c_plain", "--team", "alice")
        console = self.join(server.address)
        server.wait_named("joined")
        alice.connect(server.address)
        server.wait_for(lambda lines: [line for line in lines if "joined" in line], 2)
        alice.send(server.address, "hello tincan")
        console.see(r"alice[^\n]*" + re.escape(server.address) + r"[^\n]*clear[^\n]*hello tincan")
        console.type("hello alice", "and again")
        alice.wait(shown="Tinners: hello alice")
        alice.wait(shown="Tinners: and again")
        console.see(r"clear, sent")
        console.type("/leave")
        server.wait_named("left")

    def test_it_gives_its_name_to_a_host_that_asks(self):
        server, alice = self.model("c_nick"), self.model("c_nick", "--team", "alice")
        console = self.join(server.address, team="Team Rocket")
        server.wait(joined="Team_Rocket")
        alice.connect(server.address)
        server.wait(joined="alice")
        console.see("alice joined")
        console.type("hello")
        alice.wait_for(lambda lines: [line for line in lines if "Team Rocket: hello" in line.get("shown", "")], what="hello")

    def test_a_host_that_comes_back_is_joined_again_and_what_waited_is_said(self):
        server = self.model("c_plain")
        port = server.port
        console = self.join(server.address)
        server.wait_named("joined")
        server.kill()
        console.see(re.escape(server.address) + " is out of reach: [^\n]*(closed|reset|refused)")
        console.type("written meanwhile")
        console.see("(queued|failed)[^\n]*written meanwhile")
        again = self.model("c_plain", port=port)
        again.wait(relayed="Tinners: written meanwhile", within=30)

    def test_it_is_a_guest_of_another_tincan(self):
        host = hall(self)
        console = self.join(host.address, team="Visitors")
        console.type("hello host")
        host.see("Visitors[^\n]*hello host")
        host.type("hello guest")
        console.see("Tinners[^\n]*hello guest")

    def test_nothing_that_a_host_says_commands_the_terminal(self):
        with tincan.silent_server() as server:
            console = self.join("{}:{}".format(*server.getsockname()))
            server.settimeout(PATIENCE)
            link, _ = server.accept()
            self.addCleanup(link.close)
            for nasty in NASTY:
                link.sendall(f"na{nasty}me: te{nasty}xt".encode())
            for raw in RAW:
                link.sendall(b"na" + raw + b"me: te" + raw + b"xt")
            link.sendall(b"the last one")
            console.see("the last one")
            self.assertEqual(commands_in(console.output), [])


if __name__ == "__main__":
    tincan.main()
