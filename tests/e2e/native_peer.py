"""A small tincan for tests: it speaks tincan/1 as src/wire/tincan.proto says, or as wrongly as a test wants."""

import collections
import hashlib
import os
import socket
import struct
import time

from native_tls import Key, Refused, Tls, context
from processes import PATIENCE, endpoint

HELLO, HAVE, WANT, ENTRIES, PING, PONG, BYE, LOCATE, LOCATED = range(1, 10)
TEXT, EDIT, DELETION, REACTION, READ = range(1, 6)
LEAVING, DUPLICATE, BAD_FRAME, BAD_HELLO, BAD_ENTRY, TOO_MUCH, WRONG_KEY = range(1, 8)
MAX_ORDER_US = 253_402_300_799_999_999
NOBODY = bytes(32)
NO_KEY = object()  # instead of a key: no certificate is shown

Frame = collections.namedtuple("Frame", "kind fields")
Ref = collections.namedtuple("Ref", "author seq hash")


# protobuf, as little of it as is needed


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def field(number, value):
    """A number or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def fixed(number, value):
    return varint(number << 3 | 1) + struct.pack("<Q", value)


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def parsed(message):
    """Field number → list of values: numbers, or bytes."""
    fields, at = collections.defaultdict(list), 0
    while at < len(message):
        tag, at = read_varint(message, at)
        if tag & 7 == 0:
            value, at = read_varint(message, at)
        elif tag & 7 == 1:
            value, at = struct.unpack_from("<Q", message, at)[0], at + 8
        else:
            length, at = read_varint(message, at)
            value, at = message[at : at + length], at + length
        fields[tag >> 3].append(value)
    return fields


def framed(message):
    return struct.pack(">I", len(message)) + message


def first(fields, number, otherwise=0):
    return fields[number][0] if fields.get(number) else otherwise


# frames


def endpoint_message(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return field(1, socket.inet_pton(family, address)) + field(2, port)


def hello(team=b"Evil", endpoints=(), version=1, run=1, software=b"evil 0"):
    listed = b"".join(field(5, endpoint_message(*one)) for one in endpoints)
    return field(HELLO, field(1, version) + field(3, team) + field(4, software) + listed + fixed(6, run))


def have(*logs, conversation=b""):
    """Of logs as (author, up_to[, island_first, island_last])."""
    listed = b"".join(field(2, field(1, log[0]) + b"".join(field(2 + i, number) for i, number in enumerate(log[1:]))) for log in logs)
    return field(HAVE, (field(1, conversation) if conversation else b"") + listed)


def want(author, first_seq, last_seq):
    return field(WANT, field(2, author) + field(3, first_seq) + field(4, last_seq))


def ping(token=7):
    return field(PING, fixed(1, token))


def pong(token=7):
    return field(PONG, fixed(1, token))


def bye(code=LEAVING, why=b""):
    return field(BYE, field(1, code) + field(2, why))


def locate(token):
    return field(LOCATE, field(1, token))


def located(token, endpoints):
    return field(LOCATED, field(1, token) + b"".join(field(2, endpoint_message(*one)) for one in endpoints))


def ref_message(ref):
    return field(1, ref.author) + field(2, ref.seq) + field(3, ref.hash)


def entries(batch, author=b"", conversation=b"", prev=None, first_seq=None):
    """The frame that holds consecutive entries as they were written."""
    start = batch[0]
    prev = start.prev if prev is None else prev
    body = (field(1, conversation) if conversation else b"") + (field(2, author) if author else b"")
    body += field(3, start.seq if first_seq is None else first_seq) + (field(4, prev) if prev != NOBODY else b"")
    return field(ENTRIES, body + b"".join(field(5, one.message()) for one in batch))


# logs


def direct_conversation(one, other):
    return hashlib.sha256(b"tincan/1 direct\0" + min(one, other) + max(one, other)).digest()


class Entry:
    """One entry, hashed and perhaps signed."""

    def __init__(self, place, seq, order_us, wall_ms, kind, body, target=None, heads=(), salt=None):
        self.conversation, self.author, self.prev = place
        self.seq, self.order_us, self.wall_ms, self.kind, self.body = seq, order_us, wall_ms, kind, body
        self.target, self.heads, self.salt, self.signature = target, heads, salt or os.urandom(16), None

    @property
    def hash(self):
        def ref(one):
            return one.author + struct.pack(">Q", one.seq) + one.hash

        digest = hashlib.sha256(b"tincan/1 body\0" + self.salt + self.body).digest()
        header = b"tincan/1 entry\0" + self.conversation + self.author + struct.pack(">Q", self.seq) + self.prev
        header += struct.pack(">QQH", self.order_us, self.wall_ms & (1 << 64) - 1, self.kind)
        header += (b"\1" + ref(self.target) if self.target else b"\0") + bytes([len(self.heads)]) + b"".join(map(ref, self.heads))
        return hashlib.sha256(header + digest).digest()

    @property
    def ref(self):
        return Ref(self.author, self.seq, self.hash)

    def message(self):
        offset = self.wall_ms - self.order_us // 1000 & (1 << 64) - 1
        zigzag = offset << 1 if offset < 1 << 63 else ((1 << 64) - offset << 1) - 1
        out = field(1, self.order_us) + field(2, zigzag) + field(3, self.kind) + field(4, self.body) + field(5, self.salt)
        out += field(7, ref_message(self.target)) if self.target else b""
        out += b"".join(field(8, ref_message(head)) for head in self.heads)
        return out + (field(9, self.signature) if self.signature else b"")


class Log:
    """What the owner of a key writes to one other."""

    def __init__(self, key, other, conversation=None):
        self.key, self.other = key, other
        self.conversation = conversation or direct_conversation(key.public, other)
        self.entries = []

    def make(self, text, kind=TEXT, signs=True, seq=None, prev=None, order_us=None, wall_ms=None, **more):
        """The next entry, or another one in its place; it is not taken into the log."""
        last = self.entries[-1] if self.entries else None
        now_us = time.time_ns() // 1000
        seq = seq or len(self.entries) + 1
        prev = prev if prev is not None else last.hash if last else NOBODY
        order_us = order_us if order_us is not None else max(now_us, last.order_us + 1 if last else 0)
        body = text if isinstance(text, bytes) else text.encode()
        made = Entry((self.conversation, self.key.public, prev), seq, order_us, now_us // 1000 if wall_ms is None else wall_ms, kind, body, **more)
        if signs:
            made.signature = self.key.sign(made.hash)
        return made

    def write(self, text, **more):
        self.entries.append(self.make(text, **more))
        return self.entries[-1]


# links


def dial(peer, source="127.0.0.1"):
    host, port = endpoint(peer)
    sock = socket.create_connection((host, port), timeout=PATIENCE, source_address=None if ":" in host else (source, 0))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


class Link:
    """One link inside TLS. Nothing is said by itself."""

    def __init__(self, key, sock, is_server=False, within=PATIENCE, **tls):
        self.key = key
        self.tls = Tls(sock, context(key, **tls), is_server, within)
        self.other = self.tls.peer_key()
        self.held = b""
        self.heard = []  # all frames that were read

    @classmethod
    def to(cls, peer, key=None, source="127.0.0.1", **more):
        sock = dial(peer, source)
        try:
            return cls(None if key is NO_KEY else key or Key(), sock, **more)
        except OSError:
            sock.close()
            raise

    def send(self, *messages, within=None):
        self.tls.send(b"".join(framed(message) for message in messages), within)

    def next(self, within=PATIENCE):
        """The next frame; None when the other side has ended the link."""
        while len(self.held) < 4 or len(self.held) < 4 + struct.unpack_from(">I", self.held)[0]:
            try:
                more = self.tls.receive(within)
            except Refused:
                return None
            if not more:
                return None
            self.held += more
        length = struct.unpack_from(">I", self.held)[0]
        message, self.held = self.held[4 : 4 + length], self.held[4 + length :]
        (kind, values), = parsed(message).items()
        self.heard.append(Frame(kind, parsed(values[0])))
        return self.heard[-1]

    def wait(self, kind, accept=lambda fields: True, within=PATIENCE):
        """The next frame of this kind that is right; what comes before it is passed over."""
        deadline = time.monotonic() + within
        while frame := self.next(max(0, deadline - time.monotonic())):
            if frame.kind == kind and accept(frame.fields):
                return frame.fields
        raise AssertionError(f"the link ended before frame {kind}; heard {[(f.kind, dict(f.fields)) for f in self.heard[-5:]]}")

    def end(self, within=PATIENCE):
        """The code with which the other side ends the link, if it says one."""
        deadline = time.monotonic() + within
        code = None
        while frame := self.next(max(0, deadline - time.monotonic())):
            if frame.kind == BYE:
                code = first(frame.fields, 1)
        return code

    def greet(self, **said):
        self.send(hello(**said))
        self.wait(HELLO)
        return self

    def close(self, politely=True):
        self.tls.close(politely)


class Person:
    """Somebody who speaks tincan/1 well with one tincan, over one link at a time."""

    def __init__(self, peer, team=b"Good", key=None, **said):
        self.peer, self.said = peer, {"team": team, **said}
        self.key = key or Key()
        self.log = None
        self.link = None
        self.links = []  # all that were opened, until it leaves
        self.theirs = []  # texts of the other, in order of their numbers
        self.run = int.from_bytes(os.urandom(4), "big")

    def connect(self, **more):
        self.link = Link.to(self.peer, self.key, **more)
        self.links.append(self.link)
        self.link.greet(run=self.run, **self.said)
        self.log = self.log or Log(self.key, self.link.other)
        self.tell_have()
        return self

    def tell_have(self):
        self.link.send(have((self.link.other, len(self.theirs)), (self.key.public, len(self.log.entries))))

    def write(self, *texts, **more):
        """Sends without waiting; the entries."""
        written = [self.log.write(text, **more) for text in texts]
        for entry in written:
            self.link.send(entries([entry]))
        return written

    def say(self, *texts, within=PATIENCE, **more):
        """Sends, and waits until the other has them on disk."""
        written = self.write(*texts, **more)
        self.wait_stored(within)
        return written

    def wait_stored(self, within=PATIENCE):
        self.link.wait(HAVE, lambda fields: extent(fields, self.key.public) >= len(self.log.entries), within)

    def hear(self, count=1, within=PATIENCE):
        """Waits until it has so many entries of the other, and says that it has them."""
        deadline = time.monotonic() + within
        while len(self.theirs) < count:
            fields = self.link.wait(ENTRIES, within=max(0, deadline - time.monotonic()))
            at = first(fields, 3)
            for number, entry in enumerate(fields[5], at):
                if number == len(self.theirs) + 1:
                    self.theirs.append(first(parsed(entry), 4, b"").decode())
        self.tell_have()
        return self.theirs

    def leave(self):
        for link in self.links:
            link.close()
        self.link, self.links = None, []


def extent(fields, author):
    """How far a Have says that the log of `author` is there."""
    for log in map(parsed, fields[2]):
        if first(log, 1) == author:
            return first(log, 2)
    return 0
