"""What the tests of rooms share: people, each with a home, a port that stays, and a tincan of the moment."""

import tincan
from native_case import Control, NativeCase, free_port, lines_of, texts_of
from processes import IS_SANITIZED, has, until

MEETING = 40 if IS_SANITIZED else 20  # seconds in which somebody who has come back must be met again


class Someone:
    """One user: a home, and while it runs a tincan that listens."""

    def __init__(self, test, team, ip="127.0.0.1"):
        self.test, self.team = test, team
        self.home = test.home(team=team, ip=ip)
        self.port = free_port(ip)
        self.peer = None
        self.start()
        self.key = test.key_of(self.peer)

    def start(self):
        self.peer = self.test.started(self.home.listen("--port", self.port))
        return self

    def stop(self):
        self.peer.stop()

    def kill(self):
        """kill -9."""
        self.peer.kill()

    def does(self, *words, code=0):
        """A one-shot command: the objects that it writes."""
        done = self.home.run(*words, "--json", within=90)
        self.test.assertEqual(done.code, code, (self.team, words, done))
        return done.lines

    def meets(self, other, text="we meet"):
        """Writes to the address of somebody else."""
        self.test.assert_sent(self.peer.send(getattr(other, "peer", other), text), "delivered")

    def creates(self, name, *flags):
        self.does("room", "create", name, *flags)

    def joins(self, what, code=0, within=30):
        return self.does("join", what, "--timeout", within, code=code)

    def ticket(self, room, *flags):
        return next(line for line in self.does("ticket", room, *flags) if line["event"] == "ticket")["text"]

    def says(self, room, text):
        """Without waiting for anybody; its number here."""
        control = Control(self.home)
        control.order("send", peer=room, text=text)
        control.wait(event="done")
        said = [line for line in control.lines if line.get("event") == "message"]
        control.close()
        self.test.assertTrue(said, (self.team, room, text, control.lines))
        return said[0]["id"]

    def hears(self, text, **wanted):
        """Of a private room its key may come a moment after the line."""

        def is_it(line):
            fields = {"direction": "in", "text": text, **wanted}
            return has(line, event="message", **fields) or has(line, event="changed", change="revealed", **fields)

        return self.peer.wait_for(lambda lines: [line for line in lines if is_it(line)], 1, MEETING, text)[0]

    def news(self, change, since=0, within=MEETING, **wanted):
        return self.peer.wait(event="room", change=change, since=since, within=within, **wanted)

    def rooms(self):
        return self.does("rooms")[0]

    def room(self, alias):
        """As its list of rooms shows it; None when it is not there."""
        return next((one for one in self.rooms()["rooms"] if one["alias"] == alias), None)

    def found(self, alias):
        return next((one for one in self.rooms()["found"] if one["alias"] == alias), None)

    def members(self, room):
        """Name → what is known of that member."""
        return {one["name"]: one for one in self.does("members", room)[0]["list"]}

    def present(self, room):
        return sorted(name for name, one in self.members(room).items() if one["phase"] == "present")

    def lines(self, room):
        return lines_of(self.home, room)

    def texts(self, room, **wanted):
        return texts_of(self.home, room, **wanted)

    def line(self, room, text):
        return [line for line in self.lines(room) if line["text"] == text][-1]

    def id_of(self, room, text):
        return self.line(room, text)["id"]

    def tally(self, room, text):
        tally = self.line(room, text).get("tally", {"have": 0, "of": 0})
        return tally["have"], tally["of"]

    def who_has(self, room, text):
        """Names of those who have that line of its own, and of those who lack it."""
        listed = self.does("who", self.id_of(room, text))[0]
        return sorted(one["name"] for one in listed["have"]), sorted(one["name"] for one in listed["lack"])


class RoomCase(NativeCase):
    def people(self, *teams):
        return [Someone(self, team) for team in teams]

    def gather(self, room, people, *flags):
        """The first creates the room, and the others come in with a ticket."""
        first, *others = people
        first.creates(room, *flags)
        ticket = first.ticket(f"#{room}", "--uses", max(1, len(others)))
        for other in others:
            other.joins(ticket)
        for one in people:
            self.await_present(one, f"#{room}", people)
            until(lambda: one.room(f"#{room}")["linked"] == len(others), f"links of {one.team}", within=MEETING)

    def await_present(self, one, room, people):
        teams = sorted(other.team for other in people)
        until(lambda: one.present(room) == teams, f"{teams} in {room} of {one.team}", within=MEETING)

    def await_texts(self, one, room, texts, within=MEETING):
        texts = list(texts)
        try:
            until(lambda: one.texts(room) == texts, "", within=within)
        except AssertionError:
            self.assertEqual(one.texts(room), texts, f"in {room} of {one.team}")

    def await_tally(self, one, room, text, have, of):
        until(lambda: one.tally(room, text) == (have, of), f"{have}/{of} for {text}", within=MEETING)
