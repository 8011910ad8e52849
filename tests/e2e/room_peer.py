"""A small member of rooms for tests, on top of native_peer: it says what src/wire/tincan.proto has for rooms, or as wrongly as a test wants."""

import hashlib
import socket
import struct
import time

from native_peer import ENTRIES, HAVE, Entry, Link, Log, Person, entries, extent, field, first, have, parsed
from native_tls import DIGITS, Key
from processes import PATIENCE, endpoint

ROOMS, PUBLIC_ROOMS, NEWEST, PRUNE, RECEIPTS, NEIGHBOURS, KNOCK, DENIED, ASK_KEYS, GIVE_KEYS = range(10, 20)
CHANGE, INVITATION = 6, 7  # kinds of an entry
JOIN, LEAVE, REMOVE = 3, 4, 6
IS_ANSWER = field(6, 1)  # added to Entries
SLOW_READER = 4096  # bytes that its machine keeps for a program that does not read


def digest(domain, *parts):
    return hashlib.sha256(b"tincan/1 " + domain + b"\0" + b"".join(parts)).digest()


def lines_of_room(room):
    return digest(b"lines", room)


def rooms(*tokens):
    return field(ROOMS, b"".join(field(1, token) for token in tokens))


def public_rooms(*listed):
    """Of rooms as (id, name, topic, members, creator)."""
    body = b"".join(field(1, b"".join(field(number, value) for number, value in enumerate(one, 1))) for one in listed)
    return field(PUBLIC_ROOMS, body)


def newest(lines, count):
    return field(NEWEST, field(1, lines) + field(2, count))


def want(conversation, author, first_seq, last_seq):
    return field(3, field(1, conversation) + field(2, author) + field(3, first_seq) + field(4, last_seq))


def receipts(lines, *signed, hops=0):
    return field(RECEIPTS, field(1, lines) + b"".join(field(2, one) for one in signed) + field(3, hops))


def receipt(lines, member, author, up_to, entry_hash, signer):
    """That `member` has stored the lines of `author`, as `signer` says it."""
    covered = digest(b"receipt", lines, member, author, struct.pack(">Q", up_to), entry_hash)
    line = field(1, author) + field(2, up_to) + field(3, entry_hash)
    return field(1, member) + field(2, line) + field(3, signer.sign(covered))


def knock(room, ticket, newcomer, signer=None):
    """With the secret of the ticket, or signed by somebody else."""
    proof = (signer or ticket).sign(digest(b"knock", room, ticket.public, newcomer))
    return field(KNOCK, field(1, room) + field(2, ticket.public) + field(3, proof))


def ask_keys(room, *epochs):
    return field(ASK_KEYS, field(1, room) + b"".join(field(2, one) for one in epochs))


def join_body(name, lines_from=1):
    return field(JOIN, field(1, name) + field(2, lines_from))


def remove_body(member, changes_up_to, lines_up_to):
    return field(REMOVE, field(1, member) + field(2, changes_up_to) + field(3, lines_up_to))


def invitation(room, creator, name, is_private=False, *members):
    """The body of an entry between two."""
    return field(1, room) + field(2, creator) + field(3, name) + field(4, int(is_private)) + b"".join(field(5, one) for one in members)


def answer(batch, **more):
    """Entries that were asked for."""
    frame = parsed(entries(batch, **more))
    return field(ENTRIES, frame[ENTRIES][0] + IS_ANSWER)


def slow_socket(peer):
    """For somebody whose machine takes little that its program does not read."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_READER)
    sock.settimeout(PATIENCE)
    sock.connect(endpoint(peer))
    return sock


def ticket_parts(text):
    """The room and the key pair of a ticket."""
    bits = "".join(f"{DIGITS.index(digit):05b}" for digit in text.removeprefix("tincan:"))
    data = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))
    fields = parsed(data[:-4])
    return first(fields, 1), Key(first(fields, 2))


class Member(Person):
    """Somebody who is in one room, or wants to be."""

    def __init__(self, peer, room, ticket=None, **more):
        super().__init__(peer, **more)
        self.room, self.lines, self.ticket = room, lines_of_room(room), ticket
        self.changes = Log(self.key, None, conversation=room)
        self.said = self.log_of_lines = Log(self.key, None, conversation=self.lines)
        self.greeting = {"team": more.get("team", b"Good")}

    def connect(self, sock=None, **more):
        self.link = Link(self.key, sock, **more) if sock else Link.to(self.peer, self.key, **more)
        self.links.append(self.link)
        self.link.greet(run=self.run, **self.greeting)
        self.link.send(rooms(digest(b"token", self.link.tls.exporter(), self.room)))
        if self.ticket:
            self.link.send(knock(self.room, self.ticket, self.key.public))
        self.told(self.room)
        return self

    def told(self, conversation, accept=lambda fields: True, within=PATIENCE):
        """The next Have of that conversation that is right."""
        return self.link.wait(HAVE, lambda fields: first(fields, 1) == conversation and accept(fields), within)

    def join(self, name=b"Eve"):
        """Known as a member by the other when this returns."""
        self.link.send(entries([self.changes.write(join_body(name), kind=CHANGE)], conversation=self.room))
        return self

    def write(self, *texts, **more):
        """Lines, each in a frame of its own; sent without waiting."""
        written = [self.log_of_lines.write(text, **more) for text in texts]
        for entry in written:
            self.link.send(entries([entry], conversation=self.lines))
        return written

    def wait_stored(self, within=PATIENCE):
        wanted = len(self.log_of_lines.entries)
        self.told(self.lines, lambda fields: extent(fields, self.key.public) >= wanted, within)

    def hear_lines(self, author, count, within=PATIENCE):
        """Bodies of the lines of `author`, as they came over the link, until there are so many; and the frames."""
        deadline, found = time.monotonic() + within, {}
        while len(found) < count:
            fields = self.link.wait(ENTRIES, lambda fields: first(fields, 1) == self.lines, max(0, deadline - time.monotonic()))
            if (first(fields, 2) or self.link.other) == author:
                for number, entry in enumerate(fields[5], first(fields, 3)):
                    found[number] = parsed(entry)
        return found

    def taken_over(self, fields, author, seq, conversation=None):
        """An entry of another as it was read, as one that can be sent again."""
        target = first(fields, 7, None)
        assert target is None
        wall = first(fields, 2)
        offset = wall >> 1 if wall & 1 == 0 else -((wall + 1) >> 1)
        order = first(fields, 1)
        made = Entry((conversation or self.lines, author, bytes(32)), seq, order, order // 1000 + offset, first(fields, 3), first(fields, 4, b""), salt=first(fields, 5))
        made.signature = first(fields, 9, None)
        return made
