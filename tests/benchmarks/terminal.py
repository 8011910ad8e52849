"""Programs in a pseudo-terminal of 80 by 24, and how long a key takes to its picture."""

import collections
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

from child import Failed
from programs import free_port

ROWS, COLUMNS = 24, 80
RARE = [chr(code).encode() for code in range(0x1401, 0x1600)]  # syllabics: one column each, in no other text of these runs
KILL_LINE = b"\x15"
KEYS_PER_LINE = 30
PATIENCE = 10
PIECE = 1 << 16

Child = collections.namedtuple("Child", "pid")


class Screen:
    """A program in a terminal. All is read and written by the one thread that owns it."""

    def __init__(self, command, folder, environment):
        pid, self.master = pty.fork()
        if pid == 0:
            become(command, folder, environment)
        os.set_blocking(self.master, False)
        self.child = Child(pid)
        self.seen = bytearray()
        self.typed = 0
        self.is_over = False
        self.wait_for(self.is_raw, "a terminal that echoes no keys of its own")

    def is_raw(self):
        return not termios.tcgetattr(self.master)[3] & termios.ECHO

    def wait_for(self, condition, what):
        """Reads on until it is true."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.read(0.02)
            if time.monotonic() > deadline:
                self.fail(f"not within {PATIENCE} s: {what}")

    def read(self, timeout):
        """At most one piece of what comes within that time."""
        if not select.select([self.master], [], [], max(0.0, timeout))[0]:
            return
        try:
            self.seen += os.read(self.master, PIECE)
        except OSError:
            self.fail("it ended")

    def watch(self, duration):
        """Reads for that long, as a terminal does between two keys."""
        deadline = time.monotonic() + duration
        while (left := deadline - time.monotonic()) > 0:
            self.read(left)

    def key_ms(self):
        """Types a character that stands nowhere yet; milliseconds until it is drawn."""
        if self.typed % KEYS_PER_LINE == KEYS_PER_LINE - 1:
            os.write(self.master, KILL_LINE)
        key = RARE[self.typed % len(RARE)]
        self.typed += 1
        since = len(self.seen)
        began = time.monotonic()
        os.write(self.master, key)
        self.wait_for(lambda: self.seen.find(key, max(0, since - len(key))) >= 0, f"{key} on the screen")
        return (time.monotonic() - began) * 1000

    def plain(self):
        """What it has written, without the escape sequences."""
        return re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", self.seen)

    def fail(self, why):
        self.kill()
        raise Failed(f"{why}; on the screen: {bytes(self.seen[-1000:])}")

    def kill(self):
        if self.is_over:
            return
        self.is_over = True
        os.kill(self.child.pid, signal.SIGKILL)
        os.waitpid(self.child.pid, 0)
        os.close(self.master)


class Console(Screen):
    """A running `tincan` with its menu, ready for keys."""

    def __init__(self, home):
        super().__init__(home.command("--port", free_port(), *home.flags), home.folder, home.environment())
        self.wait_for(self.own_address, "the address to share")
        self.address = self.own_address()
        self.key_ms()

    def own_address(self):
        found = re.search(rb"127\.0\.0\.1:\d+", self.plain())
        return found and found.group().decode()


class Cat(Screen):
    """Gives every key back at once: what the machine itself costs."""

    def __init__(self, home):
        super().__init__(["/bin/sh", "-c", "stty raw -echo; exec cat"], home.folder, home.environment())


def become(command, folder, environment):
    """The rest of the child's life."""
    try:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.chdir(folder)
        os.execve(command[0], command, environment)
    finally:
        os._exit(127)
