"""kill -9 at random moments, under traffic: what was shown is in the history after a restart, once and in order; what was queued is kept."""

import random
import threading
import time

import tincan
from processes import IS_SANITIZED, scaled


class Traffic:
    """Three senders that never rest; each text is unique."""

    def __init__(self, listener, run):
        self.listener, self.run = listener, run
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.speak, args=(number,), daemon=True) for number in range(3)]
        for thread in self.threads:
            thread.start()

    def speak(self, number):
        count = 0
        while not self.stopping.is_set():
            count += 1
            try:
                tincan.say(self.listener, tincan.canonical(f"run {self.run} sender {number} count {count}", f"127.0.0.1:{7000 + number}"))
            except OSError:
                return

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


class Kill(tincan.TestCase):
    def setUp(self):
        self.home_of_peer = self.home()
        self.seed = random.randrange(1 << 32)
        print(f"seed {self.seed}", flush=True)
        self.dice = random.Random(self.seed)

    def shown_by(self, listener):
        return [event["text"] for event in listener.received()]

    def stored(self):
        done = self.home_of_peer.run("history", "--json", within=60)
        self.assertEqual(done.code, 0, done.complaints)
        return done.lines

    def test_what_was_shown_is_in_the_history_once_and_in_order(self):
        shown = []
        for run in range(scaled(50, 3)):
            listener = self.started(self.home_of_peer.listen())
            traffic = Traffic(listener, run)
            time.sleep(self.dice.uniform(0, 0.6 if IS_SANITIZED else 0.15))
            listener.kill()
            traffic.stop()
            shown += self.shown_by(listener)
        self.assertGreater(len(shown), 0)
        stored = [message["text"] for message in self.stored()]
        self.assertEqual(len(stored), len(set(stored)), f"stored twice; seed {self.seed}")
        kept = set(shown)
        self.assertEqual([text for text in stored if text in kept], shown, f"seed {self.seed}")

    def test_what_was_reported_as_queued_is_kept_or_delivered(self):
        program = self.model("a1", "--program", "byteslayers")
        reported = []
        with tincan.refused_port() as port:
            for run in range(scaled(12, 2)):
                reported += self.send_and_kill(run, program.address, f"127.0.0.1:{port}")
            states = {message["text"]: message["state"] for message in self.stored() if message["direction"] == "out"}
        for text in reported:
            self.assertIn(states.get(text), ("queued", "sent", "failed"), f"{text}; seed {self.seed}")
        self.assertGreater(len(reported), 0)
        self.deliver_the_rest(program, port, reported)

    def send_and_kill(self, run, reachable, refused):
        """Sends by one-shot commands through a listener that is killed meanwhile; the texts that were reported as kept."""
        listener = self.started(self.home_of_peer.listen())
        commands = [
            self.started(self.home_of_peer.start("send", peer, f"run {run} to {peer}", "--json", "--timeout", "1")) for peer in (reachable, refused)
        ]
        time.sleep(self.dice.uniform(0, 0.6 if IS_SANITIZED else 0.12))
        listener.kill()
        for command in commands:
            command.finish()
        lines = listener.lines + [line for command in commands for line in command.lines]
        return list({line["text"] for line in lines if isinstance(line, dict) and line.get("direction") == "out"})

    def deliver_the_rest(self, program, port, reported):
        late = self.model("a1", port=port)
        listener = self.started(self.home_of_peer.listen())
        for text in reported:
            receiver = late if text.endswith(f":{port}") else program
            receiver.wait(shown=text, within=60)
        counts = [line["shown"] for line in late.shown()]
        self.assertEqual(len(counts), len(set(counts)), "what was never sent is delivered once")
        listener.stop()

    def test_a_kill_during_a_one_shot_send_loses_nothing_that_was_reported(self):
        reported = []
        with tincan.refused_port() as port:
            for run in range(scaled(15, 2)):
                command = self.started(self.home_of_peer.start("send", f"127.0.0.1:{port}", f"alone {run}", "--json", "--timeout", "5"))
                time.sleep(self.dice.uniform(0, 0.2))
                command.kill()
                reported += [line["text"] for line in command.lines if isinstance(line, dict) and line.get("direction") == "out"]
        stored = [message["text"] for message in self.stored()]
        for text in reported:
            self.assertEqual(stored.count(text), 1, f"{text}; seed {self.seed}")

    def test_an_acknowledged_line_is_in_the_history(self):
        acknowledged = []
        for run in range(scaled(10, 2)):
            listener = self.started(self.home_of_peer.listen())
            acknowledged += self.lines_acknowledged_before_the_kill(listener, run)
        stored = [message["text"] for message in self.stored()]
        for text in acknowledged:
            self.assertEqual(stored.count(text), 1, f"{text}; seed {self.seed}")
        self.assertGreater(len(acknowledged), 0)

    def lines_acknowledged_before_the_kill(self, listener, run):
        killer = threading.Timer(self.dice.uniform(0.02, 0.6 if IS_SANITIZED else 0.2), listener.kill)
        killer.start()
        acknowledged = []
        try:
            with tincan.link(listener) as link:
                link.sendall(b"7300\nCONNECT\n")
                link.recv(1024)
                for count in range(100000):
                    text = f"acknowledged {run} {count}"
                    link.sendall(text.encode() + b"\n")
                    if not link.recv(1024):
                        break
                    acknowledged.append(text)
        except OSError:
            pass
        killer.join()
        return acknowledged


if __name__ == "__main__":
    tincan.main()
