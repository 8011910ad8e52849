"""Hostile text: nothing that tincan prints can command a terminal, forge a line or hide another, in any output and any field.

Rows A1 to A12 and A15 of the list of attacks, on pipes.
"""

import re
import time

import tincan
from processes import IS_SANITIZED

NASTY = [
    "\x1b[2J", "\x1b[1A\r", "\x1b]0;title\x07", "\x1b]52;c;aGk=\x07", "\x1bP1$r\x1b\\", "\x1b_apc\x1b\\", "\x1bc", "\x9b2J", "\x85", "\x07",
    "\x08\x08", "\x7f", "\x0b\x0c", "\x0e", "\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c", "\u2028", "\u2029",
    "\u00ad", "\u200b", "\ufeff", "\U000e0041", "%s%n", "{}{0}", "$(id)", "`id`", "\x00",
]
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028\u2029]")
RAW = [b"\x9b2J", b"\xc2\x9b", b"\x80\x81\x90\x9d", b"\xff\xfe", b"\xed\xb2\x80", b"\xf8\x88\x80\x80\x80"]


def commands_in(output):
    """What a terminal would obey in these bytes, and bytes that are no UTF-8."""
    text = bytes(output).decode(errors="replace") if isinstance(output, (bytes, bytearray)) else output
    return FORBIDDEN.findall(text) + [char for char in text if 0xDC80 <= ord(char) <= 0xDCFF]


class Hostile(tincan.TestCase):
    def attack(self, peer):
        """Each nasty string in each field of each dialect."""
        for number, nasty in enumerate(NASTY):
            port = 7100 + number
            for data in (
                f"127.0.0.1:{port} T{nasty}eam text{nasty}end", f"127.0.0.1{nasty}:{port} Team text", f"{port}\nTe{nasty}am\nCONNECT\nte{nasty}xt\n",
                f"MESSAGE:Te{nasty}am:{port}:te{nasty}xt", f"CONNECT:Te{nasty}am:{port}", f"LISTENING_PORT:{port}|TEAM_NAME:Te{nasty}am|te{nasty}xt",
                f"<127.0.0.1:{port}> @ <Te{nasty}am>\nte{nasty}xt\n<end>", f"127.0.0.1 {port} Te{nasty}am te{nasty}xt", f"{nasty}raw{nasty}",
                f"Te{nasty}am : te{nasty}xt", f"50000 {port} Team FILE na{nasty}me 3\nabc",
                f'{{"type":"message","content":"x\\u001b[2J\\u009b\\u202e","sender_name":"J\\u001b]0;t\\u0007","sender_port":{port}}}',
            ):
                tincan.say(peer, data)
        for raw in RAW:
            tincan.say(peer, b"127.0.0.1:7200 Te" + raw + b"am te" + raw + b"xt")

    def test_the_json_of_a_listener_commands_no_terminal(self):
        peer = self.tincan()
        self.attack(peer)
        self.fence(peer)
        self.assertEqual(commands_in(peer.raw), [])

    def test_no_one_shot_command_prints_a_command_for_the_terminal(self):
        peer = self.tincan()
        self.attack(peer)
        self.fence(peer)
        for words in ["peers"], ["peers", "--json"], ["history"], ["history", "--json"], ["history", "--search", "te"], ["connect", "127.0.0.1:7105"]:
            with self.subTest(" ".join(words)):
                done = peer.home.run(*words, within=60)
                self.assertEqual(commands_in(done.text) + commands_in(done.complaints), [])

    def test_a_listener_for_people_commands_no_terminal_and_lets_no_line_be_forged(self):
        home = self.home()
        process = self.started(home.start(*home.flags, "listen"))
        first = process.wait_for(lambda lines: [line for line in lines if "127.0.0.1:" in str(line)], what="address")[0]
        address = "127.0.0.1:" + re.search(r"127\.0\.0\.1:(\d+)", first)[1]
        self.attack(address)
        for break_ in "\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029":
            tincan.say(address, tincan.canonical(f"hi{break_}FORGED line"))
        tincan.say(address, tincan.canonical("the last"))
        process.wait_for(lambda lines: [line for line in lines if "the last" in str(line)], what="the last")
        self.assertEqual(commands_in(process.raw), [])
        forged = [line for line in bytes(process.raw).decode().splitlines() if line.startswith("FORGED")]
        self.assertEqual(forged, [])

    def test_an_error_line_about_a_hostile_argument_commands_no_terminal(self):
        home = self.home()
        for words in (
            ["send", "\x1b[2J:1", "x"], ["block", "\x1b]0;t\x07"], ["frob\x1b[2J"], ["peers", "--pro\x1b[2J"], ["--team", "\x9b2J", "peers"],
            ["dialect", "127.0.0.1:1", "A\x1b[2J"], ["send", "127.0.0.1:1", "x", "--timeout", "\x1b[2J"], ["--port", "\u202e1", "peers"],
        ):
            done = home.run(*words)
            self.assertEqual(commands_in(done.text) + commands_in(done.complaints), [], words)

    def test_what_is_hostile_is_still_visible(self):
        peer = self.tincan()
        tincan.say(peer, "127.0.0.1:7001 Team before\x1b[2Jafter")
        shown = peer.wait_for(lambda lines: [line for line in lines if "after" in line.get("text", "")], what="the rest")[0]
        self.assertIn("before", shown["text"])
        self.assertIn("[2J", shown["text"])

    def test_formats_and_quotes_stay_what_they_are(self):
        peer = self.tincan()
        for text in "%s%n%x", "{}{0}{:>999999}", "$(id)`id`;|&", "';DROP TABLE message;--", "**bold** <b> &lt; [x](y)":
            tincan.say(peer, tincan.canonical(text))
            peer.message(text)

    def test_two_names_that_look_alike_do_not_become_one_peer(self):
        peer = self.tincan()
        tincan.say(peer, tincan.canonical("the real one", "127.0.0.1:7001", "admin"))
        tincan.say(peer, tincan.canonical("the false one", "127.0.0.1:7002", "\u0430dmin"))
        peer.message("the real one", peer="127.0.0.1:7001")
        peer.message("the false one", peer="127.0.0.1:7002")

    def test_heaps_of_marks_words_and_families_are_shown_in_time(self):
        peer = self.tincan()
        for text in "e" + "\u0301" * 4000, "👨‍👩‍👧‍👦" * 600, "w" * 15000, "> " * 7000, "\u200b" * 3000 + "end", "🇩🇪" * 1500:
            tincan.say(peer, tincan.canonical(text))
            began = time.monotonic()
            self.fence(peer)
            self.assertLess(time.monotonic() - began, 10 if IS_SANITIZED else 1)

    def test_a_team_name_of_any_length_is_bounded(self):
        peer = self.tincan()
        tincan.say(peer, f"127.0.0.1:7001 {'N' * 5000} hello")
        self.fence(peer)
        longest = max(len(line.get("team") or "") for line in peer.lines if isinstance(line, dict))
        self.assertLessEqual(longest, 256)


if __name__ == "__main__":
    tincan.main()
