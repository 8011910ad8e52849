"""Plain text: the peers of family D, nc, and whoever types at the port."""

import shutil
import subprocess
import unittest

import tincan
from processes import endpoint


class Raw(tincan.TestCase):
    def setUp(self):
        self.peer = self.tincan()

    def test_text_of_a_family_d_peer_is_shown_at_its_host(self):
        program = self.model("raw")
        program.send(self.peer, "raw as it is")
        event = self.assert_shown_once(self.peer, "raw as it is")
        self.assertEqual(endpoint(event["peer"])[0], "127.0.0.1")

    def test_a_family_d_peer_gets_raw_text_in_reads_that_it_can_take(self):
        program = self.model("raw")
        self.peer.speak(program, "raw")
        self.assert_sent(self.peer.send(program, "hello 👋"), "sent")
        program.wait(shown="hello 👋")
        self.assert_sent(self.peer.send(program, "é" * 1500), "sent")
        program.reach(lambda: "".join(line["shown"] for line in program.shown()).count("é") == 1500, "1,500 é")
        self.assertEqual(program.named("error"), [])

    def test_nc_with_a_canonical_line_is_understood(self):
        program = self.model("raw", "--variant", "nc")
        program.send(self.peer, "127.0.0.1:7777 Alice hi\n")
        self.assert_shown_once(self.peer, "hi", team="Alice", peer="127.0.0.1:7777", dialect="A1")

    def test_nc_sees_exactly_the_canonical_line(self):
        program = self.model("raw", "--variant", "nc")
        self.assert_sent(self.peer.send(program, "hello nc"), "sent")
        program.wait(shown=f"{self.peer.address} Tinners hello nc")

    @unittest.skipUnless(shutil.which("nc"), "no nc here")
    def test_the_real_nc_is_understood(self):
        subprocess.run(["nc", "-w", "2", "-N", *map(str, endpoint(self.peer))], input=b"127.0.0.1:7777 Alice hi", timeout=10, check=False)
        self.peer.message("hi", team="Alice", peer="127.0.0.1:7777")

    def test_somebody_typing_lines_is_shown_line_by_line_or_together_but_whole(self):
        with tincan.link(self.peer) as link:
            link.sendall(b"is anybody there\n")
            self.peer.wait_for(lambda lines: [line for line in lines if "is anybody there" in line.get("text", "")], what="the line")
            link.sendall(b"hello?\n")
            self.peer.wait_for(lambda lines: [line for line in lines if "hello?" in line.get("text", "")], what="the second line")

    def test_a_name_before_a_spaced_colon_is_the_team(self):
        tincan.say(self.peer, "Alice : hi there")
        self.assert_shown_once(self.peer, "hi there", team="Alice")

    def test_a_name_given_once_is_not_put_on_the_nameless_words_of_the_same_host(self):
        tincan.say(self.peer, "Alice : hi there")
        tincan.say(self.peer, "not from Alice")
        self.peer.message("hi there", team="Alice")
        self.peer.message("not from Alice", team="")

    def test_http_at_the_port_is_shown_and_not_answered(self):
        with tincan.link(self.peer) as link:
            link.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            self.peer.wait_for(lambda lines: [line for line in lines if "GET / HTTP" in line.get("text", "")], what="the request")
            link.shutdown(1)
            self.assertEqual(link.recv(1024), b"")


if __name__ == "__main__":
    tincan.main()
