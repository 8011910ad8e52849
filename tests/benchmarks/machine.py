"""What /proc tells about a process (proc(5))."""

import os
import pathlib
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
MIB = 1 << 20
CALM_FOR = 1.0
LOOK_EVERY = 0.05


class Figures:
    def __init__(self, pid):
        self.folder = pathlib.Path(f"/proc/{pid}")

    def resident_mib(self):
        return int((self.folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MIB

    def cpu_ms(self):
        """Time on a processor, as the kernel counts it for users: in steps of a tick."""
        fields = (self.folder / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / TICKS_PER_SECOND

    def exact_cpu_ms(self):
        """The same from the scheduler, in nanoseconds, over all threads that live."""
        return sum(int((task / "schedstat").read_text().split()[0]) for task in self.tasks()) / 1e6

    def wakeups(self):
        return sum(switches(task / "status") for task in self.tasks())

    def tasks(self):
        return list((self.folder / "task").iterdir())

    def sockets(self):
        return sum(is_socket(entry) for entry in (self.folder / "fd").iterdir())


def switches(status):
    lines = [line for line in status.read_text().splitlines() if "ctxt_switches" in line]
    return sum(int(line.split()[1]) for line in lines)


def is_socket(entry):
    try:
        return os.readlink(entry).startswith("socket:")
    except FileNotFoundError:
        return False


def until(condition, what, within=30):
    """Asks again and again, for what no line tells."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {within} s: {what}")
        time.sleep(LOOK_EVERY)


def until_calm(figures, within=30):
    """Returns once the process has used no processor for a second."""
    calm = {"used": None, "since": 0.0}

    def is_calm():
        used = figures.exact_cpu_ms()
        if used != calm["used"]:
            calm.update(used=used, since=time.monotonic())
        return time.monotonic() - calm["since"] >= CALM_FOR

    until(is_calm, "a second without any work", within)
