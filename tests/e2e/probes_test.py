"""The probes that break the old programs, sent at tincan; and what its user must see then."""

import socket

import tincan
from processes import IS_SANITIZED

HERE = "127.0.0.1:7001"


class Probes(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()

    def open(self):
        connection = tincan.link(self.peer)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.addCleanup(connection.close)
        return connection

    def any_text(self, part, since=0):
        found = self.peer.wait_for(
            lambda lines: [line for line in lines[since:] if line.get("event") == "message" and part in line["text"]], what=repr(part)
        )
        return found[0]

    def test_a_newline_at_the_end_is_no_part_of_the_text(self):
        for end in "\n", "\r\n":
            tincan.say(self.peer, tincan.canonical(f"hi{len(end)}") + end)
            self.assert_shown_once(self.peer, f"hi{len(end)}", team="Ghosts", peer=HERE)

    def test_literal_brackets_are_understood(self):
        tincan.say(self.peer, "<127.0.0.1:7001> Ghosts bracketed")
        self.assert_shown_once(self.peer, "bracketed", team="Ghosts", peer=HERE)

    def test_two_spaces_between_fields_do_not_lose_the_text(self):
        tincan.say(self.peer, "127.0.0.1:7001  Ghosts  two spaces")
        self.assertEqual(self.any_text("two spaces")["peer"], HERE)

    def test_tabs_as_separators_do_not_lose_the_text(self):
        tincan.say(self.peer, "127.0.0.1:7001\tGhosts\ttabbed text")
        self.any_text("tabbed text")

    def test_an_empty_text_makes_its_sender_known(self):
        tincan.say(self.peer, "127.0.0.1:7001 Ghosts ")
        self.peer.wait(event="peer", peer=HERE)

    def test_a_header_in_two_writes_is_understood(self):
        connection = self.open()
        connection.sendall(b"127.0.0.1:70")
        self.fence(self.peer)
        connection.sendall(b"01 Ghosts split header")
        connection.close()
        self.assert_shown_once(self.peer, "split header", team="Ghosts", peer=HERE)

    def test_a_text_in_two_writes_is_one_message(self):
        connection = self.open()
        connection.sendall(b"127.0.0.1:7001 Ghosts first half")
        self.fence(self.peer)
        connection.sendall(b" second half")
        connection.close()
        self.assert_shown_once(self.peer, "first half second half", team="Ghosts", peer=HERE)

    def test_single_bytes_add_up_to_one_message(self):
        connection = self.open()
        for byte in b"127.0.0.1:7001 Ghosts drop by drop":
            connection.sendall(bytes([byte]))
        connection.close()
        self.assert_shown_once(self.peer, "drop by drop", team="Ghosts", peer=HERE)

    def test_a_message_on_a_connection_that_stays_open_is_shown_at_once(self):
        connection = self.open()
        connection.sendall(tincan.canonical("do not wait for my close").encode())
        self.peer.message("do not wait for my close", within=2, peer=HERE)

    def test_a_second_message_on_the_same_connection_is_shown(self):
        connection = self.open()
        connection.sendall(tincan.canonical("the first").encode())
        self.peer.message("the first")
        connection.sendall(tincan.canonical("the second").encode())
        self.assert_shown_once(self.peer, "the second", team="Ghosts", peer=HERE)

    def test_two_messages_in_one_segment_that_a_newline_parts_are_two(self):
        tincan.say(self.peer, tincan.canonical("one") + "\n" + tincan.canonical("two", "127.0.0.1:7002", "Others"))
        self.assert_shown_once(self.peer, "one", team="Ghosts", peer=HERE)
        self.assert_shown_once(self.peer, "two", team="Others", peer="127.0.0.1:7002")

    def test_two_messages_in_one_segment_that_nothing_parts_are_visible_both(self):
        tincan.say(self.peer, tincan.canonical("one") + tincan.canonical("two"))
        self.assertIn("two", self.any_text("one")["text"])

    def test_several_lines_are_one_message(self):
        tincan.say(self.peer, tincan.canonical("one\ntwo\n\nfour"))
        self.assert_shown_once(self.peer, "one\ntwo\n\nfour", team="Ghosts")

    def test_long_texts_are_not_cut_at_any_read_size(self):
        for length in 1000, 1024, 4096, 5000, 20000:
            text = "".join(chr(ord("a") + place % 26) for place in range(length))
            tincan.say(self.peer, tincan.canonical(text))
            self.peer.message(text, peer=HERE)

    def test_a_character_that_straddles_byte_1024_is_whole(self):
        for padding in range(4):
            text = "x" * (1024 - len(tincan.canonical("")) - padding) + "👋 after"
            tincan.say(self.peer, tincan.canonical(text))
            self.assert_shown_once(self.peer, text)

    def test_a_nul_does_not_hide_what_follows(self):
        tincan.say(self.peer, tincan.canonical("before\0after"))
        shown = self.any_text("after")
        self.assertIn("before", shown["text"])
        self.assertEqual(shown["peer"], HERE)

    def test_invalid_bytes_do_not_hide_the_rest(self):
        bytes_of = {"lone": b"\xff", "cut": b"\xf0\x9f\x91", "overlong": b"\xc0\xaf", "surrogate": b"\xed\xa0\x80", "beyond": b"\xf4\x90\x80\x80"}
        for name, bad in bytes_of.items():
            tincan.say(self.peer, b"127.0.0.1:7001 Ghosts " + name.encode() + b" " + bad + b" rest")
            shown = self.any_text(name)
            self.assertTrue(shown["text"].endswith("rest"), shown)
        self.fence(self.peer)

    def test_latin_1_in_the_team_does_not_lose_the_message(self):
        tincan.say(self.peer, b"127.0.0.1:7001 Gr\xfc\xdfe hello there")
        self.assertEqual(self.any_text("hello there")["peer"], HERE)

    def test_an_empty_connection_is_no_event(self):
        before = self.peer.mark()
        for _ in range(10):
            tincan.link(self.peer).close()
        self.fence(self.peer)
        noise = [line for line in self.peer.lines[before:] if line.get("team") != "Fence"]
        self.assertEqual(noise, [])

    def test_a_reset_instead_of_a_close_does_not_lose_the_message(self):
        connection = self.open()
        connection.sendall(tincan.canonical("then a reset").encode())
        self.peer.message("then a reset", within=2)
        tincan.reset(connection)
        self.assert_shown_once(self.peer, "then a reset")

    def test_an_immediate_reset_harms_nobody(self):
        for _ in range(20):
            connection = tincan.link(self.peer)
            connection.sendall(tincan.canonical("reset at once").encode())
            tincan.reset(connection)
        self.fence(self.peer)

    def test_a_silent_connection_holds_nobody_up(self):
        self.open()
        for number in range(5):
            tincan.say(self.peer, tincan.canonical(f"meanwhile {number}"))
            self.peer.message(f"meanwhile {number}", within=5 if IS_SANITIZED else 1)

    def test_a_half_sent_header_that_ends_is_shown_as_it_came(self):
        tincan.say(self.peer, "127.0.0.1:70")
        self.any_text("127.0.0.1:70")

    def test_a_header_without_text_or_team_is_not_dropped_silently(self):
        tincan.say(self.peer, "127.0.0.1:7001")
        self.peer.wait_for(
            lambda lines: [line for line in lines if HERE in line.get("text", "") or line.get("peer") == HERE], what="a trace of it"
        )

    def test_a_host_name_in_the_header_is_accepted(self):
        tincan.say(self.peer, "localhost:7001 Ghosts by name")
        self.assert_shown_once(self.peer, "by name", team="Ghosts", peer=HERE)

    def test_impossible_ports_are_not_peers_but_the_text_is_shown(self):
        for port in "0", "65536", "99999999999999999999", "-1", "7001x", "":
            with self.subTest(port):
                since = self.peer.mark()
                tincan.say(self.peer, f"127.0.0.1:{port} Ghosts port {port}.")
                self.any_text(f"port {port}.", since)

    def test_raw_words_are_shown_as_they_came(self):
        for text in "hello", "12345", "127.0.0.1", ":", " ", "\n\n", "<", "{", "<x> y", "QUERYING the past", "MESSAGE without colons", "🦀":
            with self.subTest(text):
                since = self.peer.mark()
                tincan.say(self.peer, text)
                if text.strip():
                    self.any_text(text.strip(), since)
        self.fence(self.peer)

    def test_many_messages_at_the_same_moment_are_all_shown(self):
        links = [self.open() for _ in range(50)]
        for number, connection in enumerate(links):
            connection.sendall(tincan.canonical(f"at once {number}", f"127.0.0.1:{8000 + number}").encode())
        for connection in links:
            connection.close()
        for number in range(50):
            self.peer.message(f"at once {number}", peer=f"127.0.0.1:{8000 + number}")


class OverIpv6(tincan.TestCase):
    def test_a_bracketed_literal_is_understood(self):
        peer = self.tincan(ip="::1")
        tincan.say(peer, "[::1]:7001 Ghosts six")
        self.assert_shown(peer, "six")

    def assert_shown(self, peer, text):
        event = peer.message(text, team="Ghosts")
        self.assertEqual(event["peer"], "[::1]:7001")

    def test_tincans_speak_over_it(self):
        here, there = self.tincan(ip="::1", team="Here"), self.tincan(ip="::1", team="There")
        self.assertIn("[::1]:", there.address)
        self.assert_sent(here.send(there, "through six"))
        there.message("through six", team="Here", peer=here.address)


if __name__ == "__main__":
    tincan.main()
