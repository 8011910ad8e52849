"""Handshakes that fail or never end, two links at once, plain text beside a key, blocked keys, and words that would steer a terminal.

Rows R2, R6, A1, A4, I3, I15, I21, I22, I25 and I26 of the list of attacks.
"""

import os
import random
import re
import ssl
import struct
import time

import native_peer as wire
import tincan
from native_case import MIB, EvilCase, NativeCase, is_written_plainly
from native_peer import NO_KEY, dial
from native_tls import TLS_1_2, Key, Refused, RsaKey
from processes import scaled, until

KIB = 1 << 10
MANY_SOURCES = [f"127.0.1.{last}" for last in range(2, 202)]


def client_hello():
    """The first bytes of a TLS 1.3 handshake that is well begun."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.check_hostname, asking.verify_mode = False, ssl.CERT_NONE
    asking.set_alpn_protocols(["tincan/1"])
    try:
        asking.wrap_bio(incoming, outgoing).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


class Handshakes(EvilCase):
    def assert_refused(self, key=None, **tls):
        with self.assertRaises((Refused, AssertionError)):
            self.silent_link(key, **tls).greet()

    def test_a_certificate_that_holds_an_rsa_key(self):
        self.assert_refused(RsaKey())

    def test_no_certificate(self):
        self.assert_refused(NO_KEY)

    def test_tls_1_2(self):
        self.assert_refused(Key(), versions=(TLS_1_2, TLS_1_2))

    def test_another_protocol_inside(self):
        self.assert_refused(Key(), protocols=b"\x02h2")
        self.assert_refused(Key(), protocols=None)

    def test_the_tincans_own_key(self):
        seed = bytes.fromhex(self.own_seed())
        link = self.silent_link(Key(seed))
        self.assertEqual(link.other, link.key.public)
        with self.assertRaises((AssertionError, OSError)):
            link.greet()

    def own_seed(self):
        text = next(self.home_of_peer.root.rglob("identity")).read_text()
        return next(line for line in text.splitlines() if line.startswith("seed ")).removeprefix("seed ")

    def test_a_client_hello_in_single_bytes(self):
        with dial(self.peer) as sock:
            for byte in client_hello():
                sock.sendall(bytes([byte]))
            self.assertTrue(sock.recv(100).startswith(b"\x16\x03"))

    def test_every_beginning_of_a_client_hello(self):
        opening = client_hello()
        for length in range(1, len(opening), 1 if scaled(10) == 10 else 7):
            tincan.say(self.peer, opening[:length])
        until(lambda: self.peer.open_files() < 60, "the connections to be given back")

    def test_noise_in_place_of_the_handshake(self):
        dice = random.Random(seed := random.randrange(1 << 32))
        with self.subTest(seed=seed):
            for _ in range(scaled(300, 30)):
                opening = bytearray(client_hello())
                for _ in range(dice.randint(1, 5)):
                    opening[dice.randrange(5, len(opening))] = dice.randrange(256)
                with dial(self.peer) as sock:
                    sock.sendall(bytes(opening) + dice.randbytes(dice.randrange(200)))
            for length in (0, 1, 0x4000, 0x4001, 0xFFFF):
                tincan.say(self.peer, b"\x16\x03\x01" + struct.pack(">H", length) + b"\x01\xff\xff\xff" + bytes(100))
            self.assert_undisturbed()
        shown = [line for line in self.peer.received() if not line["text"].startswith("well-behaved")]
        self.assertEqual(shown, [], "nothing of it is shown to people")

    def test_every_length_of_a_record_that_is_no_ciphertext(self):
        for length in range(65):
            link = self.link()
            link.tls.sock.setblocking(True)
            link.tls.sock.sendall(b"\x17\x03\x03" + struct.pack(">H", length) + os.urandom(length))
            link.tls.sock.setblocking(False)
            if length:
                link.end()
            link.close(politely=False)

    def test_somebody_who_is_silent_after_the_handshake(self):
        link = self.silent_link()
        began = time.monotonic()
        self.assertEqual(link.end(within=20), wire.BAD_HELLO)
        self.assertGreater(time.monotonic() - began, 3)


class SlowHandshakes(EvilCase):
    memory_limit = 48 * MIB + scaled(3000) * 64 * KIB  # OpenSSL takes about 52 KiB for a handshake that has begun

    def slow_crowd(self, count, sources):
        opening = client_hello()
        for number in range(count):
            sock = dial(self.peer, sources[number % len(sources)])
            sock.sendall(opening[: 1 + number % (len(opening) - 1)])
            self.addCleanup(sock.close)

    def test_two_thousand_that_stop_in_the_handshake(self):
        """At a tenth of the scale 200. They are let go within seconds, and somebody else gets through at once."""
        self.slow_crowd(scaled(2000), MANY_SOURCES)
        self.assert_undisturbed(5)
        until(lambda: self.peer.open_files() < 60, "the connections of the crowd to be given back", within=30)

    def test_hundreds_from_one_address(self):
        self.slow_crowd(scaled(1000, 100), ["127.0.0.66"])
        self.assert_undisturbed(5)


class TwoLinks(EvilCase):
    def test_the_newer_of_two_links_from_one_side_stays_and_nothing_is_lost(self):
        person = self.person(self.peer)
        person.connect().say("on the first")
        older = person.link
        person.write("on its way when the second comes")
        person.connect()
        self.assert_ends(older, wire.DUPLICATE)
        person.link.send(wire.entries(person.log.entries))
        person.say("on the second")
        self.assert_kept(person.key, "on the first", "on its way when the second comes", "on the second")

    def test_many_links_at_once_leave_one(self):
        key = Key()
        links = [self.link(key) for _ in range(20)]
        for link in links[:-1]:
            self.assert_ends(link, wire.DUPLICATE)
        links[-1].send(wire.ping(3))
        links[-1].wait(wire.PONG)
        known = self.peer_with(self.home_of_peer, key.text)
        self.assertTrue(known["encrypted"])

    def test_two_programs_with_one_key_do_not_harm_others(self):
        key = Key()
        for run in range(scaled(40, 10)):
            self.link(key, run=run)

    def test_a_message_to_itself_is_not_delivered(self):
        done = self.peer.send(self.peer.address, "to myself", "--timeout", "2", "--drop")
        self.assertEqual(done.code, 3, done)
        self.assertIn("itself", done.text)
        self.assertEqual(self.peer.received(text="to myself"), [])
        key = self.key_of(self.peer)
        self.assertEqual(self.peer.home.run("send", f"{key}@{self.peer.address}", "to my key").code, 2)


class Clear(EvilCase):
    """Plain text beside a key: it is never taken for the owner of the key."""

    def test_plain_text_that_names_a_tincans_address_stands_apart(self):
        person = self.person(self.peer, team=b"Trusted", endpoints=[("127.0.0.1", 29_999)])
        person.connect().say("from the key")
        native = self.peer.message("from the key")
        tincan.say(self.peer, "127.0.0.1:29999 Trusted from nobody")
        forged = self.peer.message("from nobody")
        self.assertTrue(forged["clear"])
        self.assertFalse(forged["encrypted"])
        self.assertNotEqual(forged.get("number"), native["number"])
        self.assert_kept(person.key, "from the key")
        tincan.say(self.peer, "127.0.0.1:29999 Trusted exit")
        self.assertTrue(self.peer_with(self.home_of_peer, person.key.text)["encrypted"], "a farewell in clear is not that of the key")

    def test_plain_text_inside_tls_is_no_message(self):
        link = self.link()
        link.tls.send(b"127.0.0.1:7001 Team hidden in TLS\n")
        self.assert_ends(link, wire.BAD_FRAME)
        self.assertEqual(self.peer.received(text="hidden in TLS"), [])

    def test_a_clear_line_before_the_handshake_does_not_become_the_key_owners(self):
        with dial(self.peer) as sock:
            sock.sendall(b"127.0.0.1:7009 Mixed first in clear\n" + client_hello())
        self.peer.wait_for(lambda lines: [line for line in lines if isinstance(line, dict) and "first in clear" in str(line.get("text"))], 1)
        for line in self.peer.received():
            if "first in clear" in line["text"]:
                self.assertTrue(line["clear"])


class Blocked(EvilCase):
    def test_a_blocked_key_is_neither_heard_nor_answered(self):
        person = self.person(self.peer, team=b"Nuisance")
        person.connect().say("before")
        self.peer.block(person.key.text)
        self.addCleanup(self.peer.unblock, person.key.text)
        self.assertEqual(person.link.end() or 0, 0, "no reason is given")
        lines = len(self.peer.lines)
        for _ in range(3):
            with self.assertRaises((AssertionError, OSError)):
                person.connect().say("while blocked", within=3)
            self.assertEqual([frame for frame in person.link.heard if frame.kind == wire.HAVE], [])
        self.assert_undisturbed()
        self.assert_kept(person.key, "before")
        self.assertEqual([line for line in self.peer.lines[lines:] if "while blocked" in str(line)], [])

    def test_the_block_outlasts_a_kill_at_once(self):
        key = Key()
        self.link(key).close()
        self.wait_peer(self.home_of_peer, key.text)
        self.peer.block(key.text)
        self.peer.kill()
        self.start()
        with self.assertRaises((AssertionError, OSError)):
            self.person(self.peer, key=key).connect().say("after the restart", within=3)
        self.assertEqual(self.peer.received(text="after the restart"), [])


class HostileWords(NativeCase):
    """Row A1 and A4 through Hello and entries, as scripts see them."""

    EVIL = "\x1b[2J\x1b]0;owned\x07\r\x08\u009b31m\u202egpj.exe\u2066\x00\x7f\n* bob is now known as alice\t\u200f"

    def assert_harmless(self, process, person):
        person.connect()
        line = person.say(self.EVIL)[0]
        person.say("an edit of it: " + self.EVIL, kind=wire.EDIT, target=line.ref)
        person.say(self.EVIL, kind=wire.REACTION, target=line.ref)
        person.say(b"\xff\xfe\x80\xc2\x9b31m" + self.EVIL.encode())
        person.say(self.EVIL, kind=4242)
        person.say("the end")
        process.wait_for(lambda lines: [line for line in lines if "the end" in str(line)], 1, what="the end")
        person.link.send(wire.bye(9, self.EVIL.encode()))
        person.link.end()
        self.assertTrue(is_written_plainly(bytes(process.raw)), bytes(process.raw)[-500:])

    def test_in_json(self):
        peer = self.tincan()
        self.assert_harmless(peer, self.person(peer, team=self.EVIL.encode()[:64], software=self.EVIL.encode()))
        for words in (["peers"], ["history"], ["why", "1"]):
            for form in ([], ["--json"]):
                shown = peer.home.run(*words, *form)
                self.assertTrue(is_written_plainly(shown.text.encode("utf-8", "surrogateescape")), (words, shown.text))

    def test_in_lines_for_people(self):
        home = self.home()
        peer = self.started(home.start("listen", *home.flags))
        found = until(lambda: re.search(rb"127\.0\.0\.1:\d+", bytes(peer.raw)), "the address")
        self.assert_harmless(peer, self.person(found.group().decode(), team=self.EVIL.encode()[:64]))


if __name__ == "__main__":
    tincan.main()
