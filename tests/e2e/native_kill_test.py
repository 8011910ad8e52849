"""kill -9 of both sides at random moments, under a stream of messages and edits both ways: afterwards each text is there once, and both histories tell the same story."""

import random
import threading
import time

import tincan
from native_case import Control, NativeCase, free_port, lines_of
from processes import IS_SANITIZED, TimeIsUp, scaled, until

LIFE = 1.2 if IS_SANITIZED else 0.5  # seconds that a tincan lives, at most
TO_THE_END = 120  # seconds in which all that waits arrives


class Side:
    """One of the two: its home, and its process of the moment."""

    def __init__(self, test, name, seed):
        self.test, self.name = test, name
        self.home = test.home(team=name)
        self.port = free_port()
        self.dice = random.Random(seed)
        self.said = 0
        self.reported = []  # texts that the program has shown as queued, in the order in which it did
        self.heard = []  # texts that it has shown as received
        self.process = None

    def start(self):
        self.process = self.test.started(self.home.listen("--port", self.port))

    @property
    def key(self):
        return self.test.key_of(self.process)

    def live(self, other_key, seconds):
        """Says one thing after the other, and sometimes corrects itself, until it is killed."""
        control = Control(self.home)
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                for _ in range(self.dice.randrange(1, 8)):
                    self.said += 1
                    control.order("send", peer=other_key, text=f"{self.name} {self.said}")
                if self.dice.random() < 0.3:
                    control.order("edit", peer=other_key, text=f"{self.name} {self.said} corrected")
                time.sleep(self.dice.uniform(0, 0.02))
        except OSError:
            pass
        self.process.kill()
        control.close()
        self.remember()

    def remember(self):
        lines = [line for line in self.process.lines if isinstance(line, dict)]
        self.reported += [line["text"] for line in lines if line.get("event") == "message" and line["direction"] == "out"]
        self.heard += [line["text"] for line in lines if line.get("event") == "message" and line["direction"] == "in"]


class Kill(NativeCase):
    def setUp(self):
        self.seed = random.randrange(1 << 32)
        print(f"seed {self.seed}", flush=True)
        self.dice = random.Random(self.seed)
        self.sides = [Side(self, "Ants", self.seed), Side(self, "Bees", self.seed + 1)]
        for side in self.sides:
            side.start()
        self.keys = [side.key for side in self.sides]
        done = self.sides[0].process.send(self.sides[1].process, "the first")
        self.assert_sent(done, "delivered")
        self.stopping = threading.Event()

    def live_and_die(self, which, times):
        side = self.sides[which]
        for _ in range(times):
            side.live(self.keys[1 - which], side.dice.uniform(0, LIFE))
            side.start()

    def test_both_are_killed_again_and_again(self):
        """At a tenth of the scale 15 kills of each; at full scale 150."""
        faults = []

        def run(which):
            try:
                self.live_and_die(which, scaled(150))
            except BaseException as fault:  # of a thread: told by the test
                faults.append(fault)

        threads = [threading.Thread(target=run, args=(which,)) for which in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(faults, [])
        self.assert_one_story()

    def wait_until_nothing_waits(self):
        for which in (0, 1):
            home, other = self.sides[which].home, self.keys[1 - which]
            try:
                until(lambda: (peer := self.peer_with(home, other)) and peer["queued"] == 0, "nothing that waits", within=TO_THE_END)
            except TimeIsUp as fault:
                raise AssertionError(f"{fault}; seed {self.seed}; {home.run('why', other).text}") from fault

    def assert_one_story(self):
        self.wait_until_nothing_waits()
        for side in self.sides:
            side.process.stop()
            side.remember()
        mine, theirs = (lines_of(self.sides[which].home, self.keys[1 - which]) for which in (0, 1))
        with self.subTest(seed=self.seed):
            self.assertEqual([line["text"] for line in mine], [line["text"] for line in theirs], "both histories are the same")
            self.assertEqual([line["direction"] == "out" for line in mine], [line["direction"] == "in" for line in theirs])
            for lines, which in ((mine, 0), (theirs, 1)):
                self.assert_complete(lines, self.sides[which], self.sides[1 - which])
        print(f"{len(mine)} lines", flush=True)

    def assert_complete(self, lines, side, other):
        numbers = {name: [number(line) for line in lines if line["text"].startswith(name)] for name in ("Ants", "Bees")}
        for name, found in numbers.items():
            self.assertEqual(found, sorted(set(found)), f"of {name} each once, and in order")
        states = {line["state"] for line in lines if line["direction"] == "out"}
        self.assertLessEqual(states, {"delivered", "read"})
        own = set(numbers[side.name])
        self.assertLessEqual({int(text.split()[1]) for text in side.reported if text.startswith(side.name)}, own, "what was shown as queued is kept")
        heard = {int(text.split()[1]) for text in side.heard if text.startswith(other.name)}
        self.assertLessEqual(heard, set(numbers[other.name]), "what was shown is kept")


def number(line):
    return int(line["text"].split()[1])


if __name__ == "__main__":
    tincan.main()
