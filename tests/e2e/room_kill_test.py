"""Many tincans in one private room, and kill -9 of random ones under a stream of lines from random others: in the end all tell the same story."""

import os
import random
import threading
import time

import tincan
from native_case import Control
from processes import IS_SANITIZED, TimeIsUp, scaled, until
from room_case import RoomCase, Someone

MEMBERS = 8 if IS_SANITIZED else 30
SECONDS = 10 if IS_SANITIZED else scaled(60, 15)
PAUSE = 0.1 if IS_SANITIZED else 0.03  # between two lines
KILLS = 0.3 if IS_SANITIZED else 0.2  # seconds between two
TO_THE_END = 150  # seconds in which all that was said is everywhere
ROOM = "#hive"


class Bee(Someone):
    """One member, and what its program has said of its own lines: what it has once shown as taken must be there for ever."""

    def __init__(self, test, number):
        super().__init__(test, f"Bee{number}")
        self.mutex = threading.Lock()  # who talks to it or kills it
        self.control = None
        self.taken = []
        self.kills = 0

    def speaks(self, text):
        """What it is told of it says whether it took it; when it is killed meanwhile nobody knows."""
        with self.mutex:
            if not self.control:
                self.control = Control(self.home)
            self.control.order("send", peer=ROOM, text=text)

    def dies_and_returns(self):
        with self.mutex:
            self.kill()
            if self.control:
                self.control.close()
                self.control = None
            self.remember()
            self.kills += 1
            self.start()

    def remember(self):
        self.taken += [line["text"] for line in self.peer.lines if line.get("event") == "message" and line["direction"] == "out"]


class Hive(RoomCase):
    def setUp(self):
        self.seed = int(os.environ.get("TINCAN_SEED") or random.randrange(1 << 32))
        print(f"seed {self.seed}", flush=True)
        self.dice = random.Random(self.seed)
        self.bees = []
        self.add_members()

    def add_members(self):
        queen = Bee(self, 1)
        self.bees.append(queen)
        queen.creates("hive", "--private")
        ticket = queen.ticket(ROOM, "--uses", MEMBERS)
        for number in range(2, MEMBERS + 1):
            bee = Bee(self, number)
            self.bees.append(bee)
            bee.joins(ticket, within=60)
        for bee in self.bees:
            until(lambda: bee.room(ROOM)["members"] == MEMBERS, f"all members at {bee.team}", within=60)

    def speak_until(self, end):
        said = 0
        while time.monotonic() < end:
            said += 1
            bee = self.dice.choice(self.bees)
            try:
                bee.speaks(f"{bee.team} says {said}")
            except OSError:
                pass  # it is just being killed
            time.sleep(PAUSE)

    def kill_until(self, end):
        dice = random.Random(self.seed + 1)
        while time.monotonic() < end:
            dice.choice(self.bees).dies_and_returns()
            time.sleep(KILLS)

    def test_all_histories_are_the_same_after_many_kills(self):
        end = time.monotonic() + SECONDS
        faults = []

        def run(work):
            try:
                work(end)
            except BaseException as fault:  # of a thread: told by the test
                faults.append(fault)

        threads = [threading.Thread(target=run, args=(work,)) for work in (self.speak_until, self.kill_until)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(faults, [])
        self.assert_one_story()

    def assert_one_story(self):
        for bee in self.bees:
            bee.remember()
        taken = [text for bee in self.bees for text in bee.taken]
        began = time.monotonic()
        try:
            until(lambda: self.lengths_agree(len(taken)), "all lines everywhere", within=TO_THE_END)
        except TimeIsUp as fault:
            raise AssertionError(f"{fault}: seed {self.seed}, {len(taken)} lines; {[len(bee.texts(ROOM)) for bee in self.bees]}") from fault
        stories = [[(line["author"], line["text"]) for line in bee.lines(ROOM)] for bee in self.bees]
        for bee, story in zip(self.bees, stories):
            self.assertEqual(story, stories[0], f"the same lines in the same order at {bee.team}; seed {self.seed}")
        texts = [text for _, text in stories[0]]
        self.assertEqual(len(texts), len(set(texts)), f"each once; seed {self.seed}")
        self.assertLessEqual(set(taken), set(texts), f"what was shown as taken is kept; seed {self.seed}")
        for bee in self.bees:
            own = [int(text.split()[-1]) for author, text in stories[0] if author == bee.key]
            self.assertEqual(own, sorted(own), "of each in the order in which it was said")
        kills = sum(bee.kills for bee in self.bees)
        print(f"{MEMBERS} members, {len(texts)} lines, {kills} kills; the same {time.monotonic() - began:.1f} s later", flush=True)
        self.assertGreater(kills, SECONDS / 3)

    def lengths_agree(self, least):
        """Unread lines are counted by each, but only histories tell; one after the other, so that the wrong one is asked again."""
        wanted = None
        for bee in self.bees:
            shown = bee.lines(ROOM)
            wanted = len(shown) if wanted is None else wanted
            if len(shown) != wanted or len(shown) < least or any(line.get("readable") is False for line in shown):
                time.sleep(0.2)
                return False
        return True


if __name__ == "__main__":
    tincan.main()
