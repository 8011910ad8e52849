"""A child process whose output is read all the time."""

import os
import signal
import subprocess
import tempfile
import threading
import time

PATIENCE = 30


class Failed(Exception):
    pass


class Watched:
    """A child. What it writes is kept as it comes and only searched for `marker` while it runs; it is taken apart afterwards."""

    def __init__(self, command, marker, folder, **popen):
        self.marker = marker
        self.count = 0
        self.marks = []
        self.raw = bytearray()
        self.tail = b""
        self.ended = False
        self.news = threading.Condition()
        self.complaints = tempfile.TemporaryFile(dir=folder)
        self.began = time.monotonic()
        self.child = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints, bufsize=0, **popen
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        while chunk := os.read(self.child.stdout.fileno(), 1 << 16):
            self._take(chunk)
        with self.news:
            self.ended = True
            self.news.notify_all()

    def _take(self, chunk):
        at = time.monotonic()
        lines, _, rest = (self.tail + chunk).rpartition(b"\n")
        with self.news:
            self.raw += chunk
            self.tail = rest
            marked = lines.count(self.marker)
            if marked:
                self.count += marked
                self.marks.append((at, self.count))
            self.news.notify_all()

    def wait_count(self, count, within=PATIENCE):
        """Waits for that many marked lines; gives when the last of those that came was read."""
        with self.news:
            self.news.wait_for(lambda: self.count >= count or self.ended, within)
            return next((at for at, total in self.marks if total >= count), self.marks[-1][0] if self.marks else self.began)

    def count_at(self, time_):
        """How many marked lines had been read by then."""
        with self.news:
            return max((total for at, total in self.marks if at <= time_), default=0)

    def wait_line(self, word, within=PATIENCE):
        """The first whole line that has the word in it, and when it was there."""
        with self.news:
            self.news.wait_for(lambda: self.line_with(word) is not None or self.ended, within)
            line = self.line_with(word)
        if line is None:
            story = f"{self.child.args} did not say {word!r}: {bytes(self.raw[-500:])} {self.complained()}"
            self.kill()
            raise Failed(story)
        return line, time.monotonic()

    def line_with(self, word):
        whole = self.raw[: len(self.raw) - len(self.tail)]
        return next((bytes(line) for line in whole.splitlines() if word in line), None)

    def marked_lines(self):
        return [bytes(line) for line in self.raw.splitlines() if self.marker in line]

    def complained(self):
        self.complaints.seek(0)
        return self.complaints.read()[-500:].decode(errors="replace")

    def finish(self, within=PATIENCE):
        self.child.stdin.close()
        self.child.wait(within)
        self.reader.join(within)
        self.child.stdout.close()
        self.complaints.close()

    def kill(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGKILL)
        if not self.child.stdin.closed:
            self.finish()
