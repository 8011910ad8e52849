"""Whoever connects with a key of its own and breaks the rules of frames and greetings: it is dropped, and nobody else notices.

Rows R1, R5, R7, R8, R13 and R16 of the list of attacks.
"""

import random
import socket
import struct
import threading
import time
import unittest

import native_peer as wire
import tincan
from native_case import MIB, EvilCase, lines_of
from native_peer import Log, field, first, framed, varint
from native_tls import Key
from processes import IS_SANITIZED, endpoint, scaled, until


class Frames(EvilCase):
    def assert_refused(self, raw, *codes, greeted=True):
        link = self.link() if greeted else self.silent_link()
        try:
            link.tls.send(raw)
        except OSError:
            pass
        self.assert_ends(link, *codes)
        link.close()

    def test_lengths_that_no_frame_has(self):
        for length in (0, 1 << 31, (1 << 32) - 1, 262_145):
            self.assert_refused(struct.pack(">I", length), wire.BAD_FRAME)
        for length in (0, 1 << 31, (1 << 32) - 1, 8_193):
            self.assert_refused(struct.pack(">I", length), wire.BAD_FRAME, greeted=False)

    def test_a_length_that_is_announced_but_never_comes(self):
        links = [self.link() for _ in range(20)]
        for link in links:
            link.tls.send(struct.pack(">I", 262_144) + bytes(200_000))
        self.assert_undisturbed(3)

    def test_lengths_inside_a_frame_that_reach_beyond_it(self):
        entry = Log(Key(), self.good.key.public).make("inside").message()
        for bad in (1 << 31, (1 << 32) - 1, (1 << 63) - 1, (1 << 64) - 1, 3):
            cut = varint(bad) + b"\0\0"
            for message in (
                b"\x22" + cut,  # the frame's own
                field(wire.ENTRIES, b"\x2a" + cut),  # an entry's
                field(wire.ENTRIES, field(3, 1) + field(5, entry + b"\x22" + cut)),  # a body's
                field(wire.ENTRIES, field(3, 1) + field(5, b"\x3a" + cut)),  # a target's
                field(wire.HAVE, b"\x12" + cut),
                field(wire.HAVE, field(2, b"\x0a" + cut)),
                field(wire.BYE, b"\x12" + cut),
                field(wire.LOCATED, field(2, b"\x0a" + cut)),
                field(wire.HELLO, b"\x1a" + cut),
            ):
                self.assert_refused(framed(message), wire.BAD_FRAME)

    def test_lists_that_are_too_long(self):
        key = Key()
        log = Log(key, self.good.key.public)
        heads = [wire.Ref(bytes([i]) * 32, 1, bytes(32)) for i in range(9)]
        for message in (
            wire.have(*[(bytes([i]) * 32, 1) for i in range(65)]),
            wire.entries([log.make("too many heads", heads=heads)]),
            field(wire.ENTRIES, field(3, 1)),
            wire.located(bytes(32), [("127.0.0.1", 1)] * 9),
            wire.entries([log.make("unsigned", signs=False)] * 1002 + [log.make("signed")]),
            field(wire.PING, b"") * 2,
        ):
            self.assert_refused(framed(message), wire.BAD_FRAME)

    def test_values_that_cannot_be(self):
        key = Key().public
        for message in (
            wire.have((key, 1 << 63)), wire.have((key, (1 << 64) - 1)), wire.have((key, 5, 6, 9)), wire.have((key, 5, 9, 8)), wire.have((key[:31], 5)),
            wire.want(key, 0, 5), wire.want(key, 6, 5), wire.want(key, 1, 1 << 63), wire.want(b"", 1, 2),
            wire.locate(b"short"), field(wire.BYE, field(1, 65_536)), wire.have((key, 1), conversation=b"short"),
            field(wire.HELLO, field(1, 1) + field(5, field(1, b"abc") + field(2, 80))), wire.hello(endpoints=[("127.0.0.1", 0)]),
        ):
            self.assert_refused(framed(message), wire.BAD_FRAME, wire.BAD_HELLO)

    def test_frames_full_of_noise(self):
        dice = random.Random(seed := random.randrange(1 << 32))
        log = Log(Key(), self.good.key.public)
        right = [wire.entries([log.write("right")]), wire.have((log.other, 4)), wire.want(log.other, 1, 2), wire.locate(bytes(32)), wire.hello()]
        with self.subTest(seed=seed):
            for _ in range(scaled(400, 40)):
                data = bytearray(dice.choice([dice.randbytes(dice.randrange(1, 200)), *right]))
                for _ in range(dice.randint(1, 4)):
                    place = dice.randrange(len(data))
                    data[place : place + dice.randint(0, 2)] = dice.randbytes(dice.randint(0, 3))
                    data = data or bytearray(b"\0")
                link = self.link() if dice.random() < 0.7 else self.silent_link()
                link.send(bytes(data), wire.bye())
                link.end()
                link.close()
            self.assert_undisturbed()

    def test_every_kind_of_frame_in_every_order(self):
        dice = random.Random(seed := random.randrange(1 << 32))
        with self.subTest(seed=seed):
            for _ in range(scaled(150, 20)):
                key = Key()
                link = self.silent_link(key)
                log = Log(key, link.other)
                log.write("any order")
                frames = [
                    wire.hello(), wire.have((link.other, dice.randrange(3)), (key.public, 1)), wire.want(link.other, 1, 1), wire.entries(log.entries),
                    wire.ping(), wire.pong(), wire.locate(bytes(32)), wire.located(bytes(32), []), field(77, b"newer"),
                ]
                story = dice.choices(frames, k=dice.randrange(1, 30)) + [wire.bye(dice.randrange(9))]
                if dice.random() < 0.8:
                    story.insert(0, wire.hello())
                try:
                    link.send(*story)
                    link.end()
                except OSError:
                    pass
                link.close()
            self.assert_undisturbed()
        self.assertLessEqual(len(self.peer.received(text="any order")), scaled(150, 20), "each of them at most once")

    def test_a_second_hello_and_one_of_version_zero(self):
        link = self.link()
        link.send(wire.hello())
        self.assert_ends(link, wire.BAD_HELLO)
        link = self.silent_link()
        link.send(wire.hello(version=0))
        self.assert_ends(link, wire.BAD_HELLO)

    def test_anything_before_hello(self):
        for message in (wire.ping(), wire.have(), wire.want(bytes(32), 1, 1), wire.locate(bytes(32)), wire.pong()):
            link = self.silent_link()
            link.send(message)
            self.assert_ends(link, wire.BAD_HELLO)

    def test_what_is_unknown_is_skipped(self):
        person = self.person(self.peer)
        person.connect().link.send(field(1000, b"of a newer version"), field(15, 7), field(wire.PING, field(9, b"?") + b"\x09" + bytes(8)))
        person.say("still understood")
        self.assert_kept(person.key, "still understood")

    def test_a_flood_of_pings_whose_answers_are_not_read(self):
        link = self.link()
        try:
            for _ in range(200):
                link.send(*[wire.ping()] * 5000, within=2)
        except OSError:
            pass
        self.assert_undisturbed(3)

    def test_a_flood_of_pings_whose_answers_are_read(self):
        link = self.link()
        for _ in range(scaled(20, 2)):
            link.send(*[wire.ping()] * 1000)
            for _ in range(1000):
                link.wait(wire.PONG)

    def test_greetings_without_end(self):
        for number in range(scaled(300, 30)):
            self.link(team=f"flapping {number}".encode()).close(politely=number % 2 == 0)
        until(lambda: self.peer.open_files() < 60, "the connections to be given back")


class Strangers(EvilCase):
    @unittest.skipIf(scaled(10) < 10, "takes thousands of handshakes")
    def test_five_thousand_new_keys_do_not_push_out_somebody_the_user_knows(self):
        """Or else the pinned key is forgotten, and whoever comes to that address next is believed."""
        contact = self.person(self.peer, team=b"Contact")
        contact.connect()
        self.send(contact.key, "the user wrote to this one")
        contact.hear(1)
        until(lambda: lines_of(self.home_of_peer, contact.key.text)[-1]["state"] == "delivered", "delivered")
        contact.leave()
        for _ in range(5000):
            self.silent_link().greet().close()
        self.assertTrue(self.peer_with(self.home_of_peer, contact.key.text), "its key is still known")
        self.assertLess(len(self.home_of_peer.run("peers", "--json", within=60).lines), 4200)

    def test_thousands_of_reactions_to_one_line_keep_nobody_waiting(self):
        person = self.person(self.peer)
        target = person.connect().say("on this one")[0]
        per_frame = 1000
        for _ in range(scaled(20)):
            batch = [person.log.write("x", kind=wire.REACTION, target=target.ref, signs=number == per_frame - 1) for number in range(per_frame)]
            person.link.send(wire.entries(batch))
            self.assert_undisturbed()
        person.wait_stored(within=60)
        self.assertEqual(len(lines_of(self.home_of_peer, person.key.text)), 1)


class Hellos(EvilCase):
    def setUp(self):
        self.trap = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.addCleanup(self.trap.close)
        self.addCleanup(self.trap.shutdown, socket.SHUT_RDWR)
        self.place = self.trap.getsockname()
        self.calls = []
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self):
        """What comes to the port that was advertised; nothing is answered."""
        while True:
            try:
                connection, _ = self.trap.accept()
            except OSError:
                return
            connection.settimeout(3)
            try:
                self.calls.append(connection.recv(65536))
            except OSError:
                self.calls.append(b"")
            connection.close()

    def assert_ends_hello(self, *codes, **said):
        link = self.silent_link()
        try:
            link.send(wire.hello(**said))
        except OSError:
            pass
        self.assert_ends(link, *codes)

    def test_ten_thousand_endpoints_are_too_many(self):
        self.assert_ends_hello(wire.BAD_FRAME, endpoints=[(f"10.{i >> 8}.{i & 255}.1", 22) for i in range(10_000)])
        self.assert_ends_hello(wire.BAD_FRAME, endpoints=[self.place] * 400)
        self.assert_ends_hello(wire.BAD_FRAME, endpoints=[self.place] * 9)

    def test_addresses_of_other_networks_are_not_taken_over(self):
        key = Key()
        said = [("169.254.169.254", 80), ("224.0.0.1", 22), ("10.0.0.1", 22), ("192.168.0.1", 22), ("0.0.0.0", 22), ("::", 22), ("fe80::1", 22), ("ff02::1", 22)]
        self.link(key, endpoints=said).close()
        known = self.wait_peer(self.home_of_peer, key.text, encrypted=False)
        places = [endpoint(one["endpoint"])[0] for one in known.get("endpoints", [])]
        self.assertEqual([place for place in places if not place.startswith("127.")], [])

    def test_another_service_on_this_machine_hears_little_and_only_tls(self):
        key = Key()
        link = self.link(key, endpoints=[(f"127.0.0.{last}", self.place[1]) for last in range(1, 9)])
        self.send(key, "waits for you")
        link.close(politely=False)
        until(lambda: self.calls, "a dial")
        time.sleep(2 if IS_SANITIZED else 4)  # nothing tells that no more dials come; a dozen in a minute is the limit
        self.assertLessEqual(len(self.calls), 12)
        for heard in self.calls:
            self.assertTrue(heard.startswith(b"\x16\x03"), heard)
            self.assertNotIn(b"waits for you", heard)

    def test_a_stranger_that_vanishes_is_neither_called_back_nor_asked_after(self):
        person = self.person(self.peer)
        person.connect().say("hello")
        for _ in range(10):
            self.link(endpoints=[self.place]).close(politely=False)
        time.sleep(3)  # nothing tells that no dial comes; the first would come at once, the second after a second
        self.assertEqual(self.calls, [])
        person.link.send(wire.ping(5))
        person.link.wait(wire.PONG)
        self.assertNotIn(wire.LOCATE, [frame.kind for frame in person.link.heard])

    def test_questions_about_others_are_answered_six_times_a_minute(self):
        link = self.link()
        token = locate_token(link, self.good.key.public)
        link.send(*[wire.locate(token)] * 200, wire.ping(99))
        link.wait(wire.PONG, lambda fields: first(fields, 1) == 99)
        self.assertLessEqual(sum(frame.kind == wire.LOCATED for frame in link.heard), 6)

    def test_answers_that_nobody_asked_for_are_not_believed(self):
        key = Key()
        first_link = self.link(key)
        self.send(key, "for whom this is")
        first_link.close()
        liar = self.link()
        liar.send(wire.located(locate_token(liar, key.public), [self.place]), wire.ping(5))
        liar.wait(wire.PONG, lambda fields: first(fields, 1) == 5)
        known = self.wait_peer(self.home_of_peer, key.text, encrypted=False)
        self.assertNotIn("127.0.0.1:%d" % self.place[1], [one["endpoint"] for one in known.get("endpoints", [])])
        self.assertEqual(self.calls, [])


def locate_token(link, key):
    return wire.hashlib.sha256(b"tincan/1 locate\0" + link.tls.exporter() + key).digest()


class NeverReading(EvilCase):
    memory_limit = 80 * MIB

    def test_what_waits_for_somebody_who_never_reads_costs_bounded_memory(self):
        keys = [Key() for _ in range(3)]
        links = [self.link(key) for key in keys]
        for link in links:
            link.send(wire.have((link.other, 0)))
        for number in range(scaled(800, 100)):
            for key in keys:
                self.control_of_peer.order("send", peer=key.text, text=f"{number} " + "x" * 8000)
        self.control_of_peer.wait(event="message", direction="out", count=3 * scaled(800, 100), within=60)
        self.assert_undisturbed(3)

    def test_a_loop_of_wants_is_answered_within_the_window(self):
        key = Key()
        link = self.link(key)
        count = 100
        for number in range(count):
            self.send(key, f"{number} " + "y" * 12_000)
        link.send(wire.have((link.other, 0)))
        received = 0
        for _ in range(scaled(300, 50)):
            link.send(wire.want(link.other, 1, count))
        link.send(wire.ping(4))
        try:
            while frame := link.next(within=5):
                received += sum(len(body) for body in frame.fields[5]) if frame.kind == wire.ENTRIES else 0
        except TimeoutError:
            pass
        self.assertLess(received, 3 * MIB)


if __name__ == "__main__":
    tincan.main()
