#!/usr/bin/env python3
"""Screen checks of the console in a real terminal emulator, tmux: drives the demo program given as the first argument.

Every check is a function; each gets a fresh pane. What a check waits for is a condition on the screen with a deadline.
"""

import concurrent.futures
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time

DEADLINE = 10.0  # seconds
WORKERS = 3  # panes at once: most of the time is spent waiting for tmux
CHECKS = []


class Failed(Exception):
    pass


def check(function):
    CHECKS.append(function)
    return function


class Pane:
    """One program in a tmux server of its own."""

    def __init__(self, directory, demo, columns=80, rows=24, shell=False, env=()):
        self.directory = directory
        self.base = ["tmux", "-S", os.path.join(directory, "socket"), "-f", os.path.join(directory, "conf")]
        words = ["env", "-u", "NO_COLOR", "PS1=$ ", "LC_ALL=C.UTF-8", *env]
        words += ["bash", "--norc", "--noprofile"] if shell else [demo]
        self.tmux("new-session", "-d", "-x", str(columns), "-y", str(rows), shlex.join(words))
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))
        self.wait(lambda: self.last() == "$" if shell else self.last().startswith("you>"), "a prompt")

    def tmux(self, *words, **more):
        done = subprocess.run([*self.base, *words], capture_output=True, text=True, timeout=20, **more)
        if done.returncode:
            raise Failed(f"tmux {words[0]}: {done.stderr.strip()}")
        return done.stdout

    def close(self):
        subprocess.run([*self.base, "kill-server"], capture_output=True, check=False)

    def type(self, text):
        if text:
            self.tmux("send-keys", "-l", "--", text)

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def enter(self, text):
        self.type(text)
        self.press("Enter")

    def paste(self, text):
        self.tmux("load-buffer", "-", input=text)
        self.tmux("paste-buffer", "-p", "-r")

    def resize(self, columns, rows):
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))
        # tmux reflows at once but tells the program up to a quarter of a second later.
        self.wait(lambda: self.told_size() == (columns, rows), "the program to be told its size")

    def told_size(self):
        tty = os.open(self.tmux("display-message", "-p", "#{pane_tty}").strip(), os.O_RDWR | os.O_NOCTTY)
        try:
            size = os.get_terminal_size(tty)
            return size.columns, size.lines
        finally:
            os.close(tty)

    def rows(self):
        return [row.rstrip() for row in self.tmux("capture-pane", "-p").split("\n")[:-1]]

    def everything(self):
        """Scrollback and screen, wrapped rows joined."""
        return [row.rstrip() for row in self.tmux("capture-pane", "-p", "-J", "-S", "-").split("\n")[:-1]]

    def joined(self):
        rows = self.everything()
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def escapes(self):
        return self.tmux("capture-pane", "-p", "-e")

    def filled(self):
        rows = self.rows()
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def last(self):
        return (self.filled() or [""])[-1]

    def cursor(self):
        x, y = self.tmux("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        return int(x), int(y)

    def wait(self, condition, what):
        deadline = time.monotonic() + DEADLINE
        while not condition():
            if time.monotonic() > deadline:
                raise Failed(f"waited for {what}; the terminal holds\n" + "\n".join(f"    |{row}" for row in self.joined()[-60:])
                             + f"\n    cursor {self.cursor()}")
            time.sleep(0.01)

    def wait_rows(self, *rows):
        self.wait(lambda: self.filled()[-len(rows):] == list(rows), f"{rows}")

    def wait_cursor(self, x, y):
        self.wait(lambda: self.cursor() == (x, y), f"the cursor at {x}, {y}")

    def arrivals(self):
        found = (re.search(r"#(\d{5}) arrives$", row) for row in self.everything())
        return [int(match[1]) for match in found if match]

    def wait_arrivals(self, count):
        self.wait(lambda: any(f"#{count - 1:05} arrives" in row for row in self.everything()), f"{count} lines")
        seen = self.arrivals()
        if seen != list(range(count)):
            raise Failed(f"lines lost, doubled or out of order: {len(seen)} of {count}; the terminal holds\n"
                         + "\n".join(f"    |{row}" for row in self.joined()))

    def prompts(self):
        return sum(row.startswith("you>") for row in self.everything())


def expect(condition, what):
    if not condition:
        raise Failed(what)


@check
def prompt_stands_below_what_was_printed(pane):
    pane.wait_rows("ready", "you>")
    pane.wait_cursor(5, 1)


@check
def typed_text_is_shown(pane):
    pane.type("hello world")
    pane.wait_rows("ready", "you> hello world")
    pane.wait_cursor(16, 1)


@check
def entered_line_is_shown_once(pane):
    pane.enter("hello")
    pane.wait_rows("ready", "got: hello", "you>")


@check
def lines_arrive_above_the_line_being_typed(pane):
    pane.enter("/every 10 60")
    for letter in "typing while they arrive":
        pane.type(letter)
    pane.wait_arrivals(60)
    pane.wait_rows("#00059 arrives", "you> typing while they arrive")
    expect(pane.prompts() == 1, "the prompt is there more than once")


@check
def a_wrapped_line_survives_arrivals(pane):
    pane.enter("/every 5 80")
    text = "abcdefghij" * 20
    pane.type(text)
    pane.wait_arrivals(80)
    whole = "you> " + text
    pane.wait_rows("#00079 arrives", whole[:80], whole[80:160], whole[160:])
    expect(pane.prompts() == 1, "the prompt is there more than once")


@check
def a_burst_is_in_the_scrollback_exactly_once(pane):
    pane.type("/burst 4000")
    pane.press("Enter")
    pane.type("draft")
    pane.wait_arrivals(4000)
    pane.wait_rows("#03999 arrives", "you> draft")


@check
def a_row_that_is_exactly_full_puts_the_cursor_on_the_next(pane):
    pane.type("x" * 75)
    pane.wait_rows("ready", "you> " + "x" * 75)
    pane.wait_cursor(0, 2)
    pane.press("BSpace")
    pane.wait_cursor(79, 1)


@check
def one_more_than_a_full_row_wraps_and_comes_back(pane):
    pane.type("x" * 75 + "y")
    pane.wait_rows("ready", "you> " + "x" * 75, "y")
    pane.wait_cursor(1, 2)
    pane.press("BSpace", "BSpace")
    pane.wait_rows("ready", "you> " + "x" * 74)
    pane.wait_cursor(79, 1)


@check
def a_wide_character_does_not_fit_into_the_last_column(pane):
    pane.type("x" * 74 + "漢")
    pane.wait_rows("ready", "you> " + "x" * 74, "漢")
    pane.wait_cursor(2, 2)
    pane.press("BSpace")
    pane.type("y漢")
    pane.wait_rows("ready", "you> " + "x" * 74 + "y", "漢")


@check
def a_wide_character_is_one_step_of_the_cursor(pane):
    pane.type("a漢字b")
    pane.wait_cursor(11, 1)
    pane.press("Left", "Left")
    pane.wait_cursor(8, 1)
    pane.press("BSpace")
    pane.wait_rows("ready", "you> a字b")
    pane.wait_cursor(6, 1)


@check
def a_combining_mark_belongs_to_its_letter(pane):
    pane.type("xe\u0301\u0323y")
    pane.wait_cursor(8, 1)
    pane.press("Left", "Left")
    pane.wait_cursor(6, 1)
    pane.press("DC")
    pane.wait_rows("ready", "you> xy")


@check
def an_emoji_family_is_erased_whole(pane):
    pane.type("a👨‍👩‍👧‍👦👍🏽🇩🇪z")
    pane.wait(lambda: pane.last().endswith("z"), "the z")
    pane.press("Left", "BSpace", "BSpace", "BSpace")
    pane.wait_rows("ready", "you> az")
    pane.wait_cursor(6, 1)


@check
def emoji_arrive_without_damage(pane):
    for text in ["👨‍👩‍👧‍👦" * 14 + "end", "❤️" * 45 + "end", "🇩🇪" * 43 + "end"]:
        pane.enter(text)
    pane.type("still fine")
    pane.wait(lambda: pane.last() == "you> still fine", "the line")
    pane.wait_cursor(15, len(pane.filled()) - 1)
    expect(sum(row.startswith("got: ") for row in pane.rows()) == 3, "an echoed line is gone")
    expect(sum(row.endswith("end") for row in pane.rows()) == 3, "the end of a line is gone")


@check
def invisible_characters_are_shown(pane):
    pane.enter("gp\u202ej.exe\u200b")
    pane.wait_rows("ready", "got: gp⟨U+202E⟩j.exe⟨U+200B⟩", "you>")


@check
def text_is_put_into_the_middle_of_a_wrapped_line(pane):
    pane.type("a" * 40 + "b" * 60)
    pane.press("Home")
    pane.wait_cursor(5, 1)
    pane.type("漢")
    whole = "you> 漢" + "a" * 40 + "b" * 60
    pane.wait_rows("ready", whole[:79], whole[79:])
    pane.wait_cursor(7, 1)
    pane.press("End")
    pane.wait_cursor(27, 2)


@check
def words_are_jumped_over(pane):
    pane.type("one two three")
    pane.press("M-b", "M-b")
    pane.wait_cursor(9, 1)
    pane.press("C-Right")
    pane.wait_cursor(12, 1)


@check
def history_gives_older_lines_and_the_draft_back(pane):
    pane.type("draft")
    pane.press("Up")
    pane.wait_rows("ready", "you> older line")
    pane.press("Up")
    pane.wait_rows("ready", "you> oldest line")
    pane.press("Down", "Down")
    pane.wait_rows("ready", "you> draft")


@check
def search_finds_an_older_line(pane):
    pane.press("C-r")
    pane.type("old")
    pane.wait_rows("ready", "(search 'old') older line")
    pane.press("C-r")
    pane.wait_rows("ready", "(search 'old') oldest line")
    pane.press("Enter")
    pane.wait_rows("got: oldest line", "you>")


@check
def search_is_left_with_escape(pane):
    pane.type("mine")
    pane.press("C-r")
    pane.type("zzz")
    pane.wait(lambda: pane.last().startswith("(nothing with 'zzz')"), "a search that fails")
    pane.press("Escape")
    pane.wait_rows("ready", "you> mine")


@check
def a_paste_of_several_lines_is_asked_about_and_sent_whole(pane):
    pane.paste("one\ntwo\nthree\n")
    pane.wait_rows("ready", "send 3 lines?")
    pane.enter("y")
    pane.wait(lambda: any(row.startswith("block: one") and row.endswith("three") for row in pane.rows()), "the block")


@check
def a_paste_of_several_lines_can_be_refused(pane):
    pane.paste("one\ntwo")
    pane.wait_rows("ready", "send 2 lines?")
    pane.enter("n")
    pane.wait_rows("not sent", "you>")


@check
def a_paste_of_one_line_goes_into_the_line(pane):
    pane.type("say ")
    pane.paste("one\ttwo\n")
    pane.wait_rows("ready", "you> say one two")


@check
def pasted_control_characters_press_no_key(pane):
    pane.paste("a\x03b\x04c\x15d\x1b[Ae")
    pane.wait(lambda: re.fullmatch(r"you> abcd(\[A)?e", pane.last()), "the letters only")


@check
def killed_text_is_yanked(pane):
    pane.type("one two three")
    pane.press("C-w", "C-a")
    pane.wait_rows("ready", "you> one two")
    pane.press("C-y")
    pane.wait_rows("ready", "you> threeone two")
    pane.press("C-u")
    pane.wait_rows("ready", "you> one two")
    pane.press("C-k", "C-y")
    pane.wait_rows("ready", "you> threeone two")


@check
def undo_takes_back(pane):
    pane.type("one two")
    pane.press("C-u")
    pane.wait_rows("ready", "you>")
    pane.press("C-_")
    pane.wait_rows("ready", "you> one two")
    pane.press("C-_")
    pane.wait_rows("ready", "you> one")


@check
def completion_adds_the_common_beginning_then_lists(pane):
    pane.type("hi a")
    pane.press("Tab")
    pane.wait_rows("ready", "you> hi ann")
    pane.press("Tab")
    pane.wait_rows("annabel  annette", "you> hi ann")
    pane.type("e")
    pane.press("Tab")
    pane.wait_rows("you> hi annette")


@check
def ctrl_c_throws_the_line_away(pane):
    pane.type("x" * 200)
    pane.wait_cursor(45, 3)
    pane.press("C-c")
    pane.wait_rows("ready", "cancelled", "you>")


@check
def ctrl_l_clears_and_the_line_stays(pane):
    pane.type("kept")
    pane.press("C-l")
    pane.wait(lambda: pane.filled() == ["you> kept"], "nothing but the line")
    pane.wait_cursor(9, 0)


def resize_while_editing(pane, widths):
    pane.enter("/burst 40")
    pane.wait_arrivals(40)
    text = "abcdefghij" * 12
    pane.type(text)
    whole = "you> " + text
    for width in widths:
        pane.resize(width, 24)
        pane.wait_rows(*[whole[at:at + width] for at in range(0, len(whole), width)])
        pane.type("!")
        pane.wait(lambda: "".join(pane.filled()).endswith("!"), "a key")
        pane.press("BSpace")
        pane.wait_rows(*[whole[at:at + width] for at in range(0, len(whole), width)])
    pane.type("!")
    whole += "!"
    pane.wait_rows(*[whole[at:at + widths[-1]] for at in range(0, len(whole), widths[-1])])
    pane.wait_arrivals(40)
    expect(pane.prompts() == 1, "a copy of the line was left behind")


@check
def narrower_windows_wrap_the_line_anew(pane):
    resize_while_editing(pane, (60, 40, 33, 25))


@check
def wider_windows_wrap_the_line_anew(pane):
    resize_while_editing(pane, (30, 50, 80, 100, 160))


@check
def a_wrapped_line_survives_resizes_while_lines_arrive(pane):
    pane.enter("/every 4 300")
    text = "The quick brown fox jumps over the lazy dog. " * 4
    pane.type(text.strip())
    for width in (70, 40, 90, 33, 50, 80):
        pane.resize(width, 24)
        count = len(pane.arrivals())
        pane.wait(lambda count=count: len(pane.arrivals()) > count + 5 or len(pane.arrivals()) >= 300, "more lines")
    pane.wait_arrivals(300)
    whole = "you> " + text.strip()
    rows = [whole[at:at + 80].rstrip() for at in range(0, len(whole), 80)]
    pane.wait(lambda: pane.filled()[-len(rows):] == rows, "the line")


@check
def lower_and_higher_windows_keep_every_line(pane):
    pane.enter("/burst 100")
    pane.type("draft")
    pane.wait_arrivals(100)
    for height in (10, 3, 1, 2, 30, 24):
        pane.resize(80, height)
        pane.wait(lambda: pane.last() == "you> draft", "the line")
    pane.wait_arrivals(100)
    expect(pane.prompts() == 1, "a copy of the line was left behind")


@check
def a_window_of_one_cell_does_no_harm(pane):
    pane.enter("/burst 20")
    pane.type("abc")
    pane.wait_rows("#00019 arrives", "you> abc")
    pane.resize(1, 1)
    pane.type("漢")
    pane.enter("d")
    pane.type("ef")
    pane.resize(80, 24)
    pane.wait(lambda: pane.last() == "you> ef", "the line after a window of one cell")
    pane.wait(lambda: any(re.search("got: abc[漢?]d$", row) for row in pane.everything()), "what was entered")
    pane.enter("again")
    pane.wait_rows("got: efagain", "you>")
    expect(pane.arrivals() == list(range(20)), "a finished line is gone")


@check
def a_window_of_two_by_two_does_no_harm(pane):
    pane.resize(2, 2)
    pane.type("abc漢def")
    pane.enter("")
    pane.enter("/burst 50")
    pane.resize(80, 24)
    pane.wait(lambda: pane.last() == "you>", "the prompt")
    pane.enter("after")
    pane.wait_rows("got: after", "you>")
    joined = "".join(pane.everything())
    expect(all(f"#{i:05}" in joined for i in range(50)), "a finished line is gone")


@check
def a_window_of_500_by_3_does_no_harm(pane):
    pane.resize(500, 3)
    pane.type("x" * 600)
    pane.wait(lambda: pane.filled()[-2:] == ["you> " + "x" * 495, "x" * 105], "the wrapped line")
    pane.enter("")
    pane.enter("/burst 50")
    pane.wait_arrivals(50)
    pane.wait_rows("#00049 arrives", "you>")


@check
def a_line_higher_than_the_window_shows_the_part_with_the_cursor(pane):
    pane.resize(20, 4)
    pane.type("".join(f"{i:04}" for i in range(50)))
    pane.wait(lambda: "0049" in pane.last(), "the end")
    pane.press("Home")
    pane.wait(lambda: pane.rows()[0].startswith("you> 0000"), "the beginning")
    pane.wait_cursor(5, 0)
    pane.press("C-k")
    pane.wait(lambda: pane.filled() == ["you>"], "an empty line")


@check
def colours_are_used(pane):
    pane.enter("x")
    pane.wait_rows("got: x", "you>")
    expect("\x1b[36m" in pane.escapes(), "no colour")


@check
def no_color_is_respected(pane):
    pane.enter("x")
    pane.wait_rows("got: x", "you>")
    expect("\x1b" not in pane.escapes(), "colours in spite of NO_COLOR")


no_color_is_respected.env = ("NO_COLOR=1",)


@check
def an_entered_line_is_kept_when_asked(pane):
    pane.enter("hello")
    pane.wait_rows("ready", "you> hello", "got: hello", "you>")


an_entered_line_is_kept_when_asked.env = ("DEMO_KEEP=1",)


def start_from_shell(pane, words=""):
    pane.enter(f"{words}{shlex.quote(pane.demo)}")
    pane.wait(lambda: pane.last() == "you>", "the demo")


def expect_sane_modes(pane):
    pane.enter("stty -a | tr ' ;' '\\n\\n' | grep -cxE 'icanon|echo|isig|icrnl'; echo done")
    pane.wait_rows("4", "done", "$")


@check
def ctrl_z_gives_the_terminal_back_and_fg_goes_on(pane):
    start_from_shell(pane)
    pane.type("half a line")
    pane.wait_rows("you> half a line")
    pane.press("C-z")
    pane.wait(lambda: pane.last() == "$", "the shell")
    expect_sane_modes(pane)
    pane.enter("fg")
    pane.wait_rows("you> half a line")
    pane.enter("!")
    pane.wait_rows("got: half a line!", "you>")
    expect(sum("half a line" in row for row in pane.everything()) == 1, "a copy of the line was left behind")


ctrl_z_gives_the_terminal_back_and_fg_goes_on.shell = True


@check
def ctrl_z_during_a_burst_loses_nothing(pane):
    start_from_shell(pane)
    pane.enter("/every 2 400")
    pane.wait(lambda: len(pane.arrivals()) > 20, "some lines")
    pane.press("C-z")
    pane.wait(lambda: pane.last() == "$", "the shell")
    pane.enter("fg")
    pane.wait_arrivals(400)
    pane.wait_rows("#00399 arrives", "you>")


ctrl_z_during_a_burst_loses_nothing.shell = True


@check
def a_resize_while_stopped_is_noticed(pane):
    start_from_shell(pane)
    pane.type("x" * 100)
    pane.press("C-z")
    pane.wait(lambda: pane.last() == "$", "the shell")
    pane.resize(50, 20)
    pane.enter("fg")
    pane.wait_rows("you> " + "x" * 45, "x" * 50, "x" * 5)


a_resize_while_stopped_is_noticed.shell = True


@check
def ctrl_d_ends_and_gives_the_terminal_back(pane):
    start_from_shell(pane)
    pane.press("C-d")
    pane.wait_rows("ready", "ended", "$")
    expect_sane_modes(pane)


ctrl_d_ends_and_gives_the_terminal_back.shell = True


@check
def a_termination_signal_gives_the_terminal_back(pane):
    start_from_shell(pane)
    pane.type("typing")
    pane.wait_rows("you> typing")
    pids = subprocess.run(["pgrep", "-P", pane.tmux("display-message", "-p", "#{pane_pid}").strip()],
                          capture_output=True, text=True, check=True).stdout.split()
    os.kill(int(pids[0]), 15)
    pane.wait_rows("ready", "stopped 15", "$")
    expect_sane_modes(pane)


a_termination_signal_gives_the_terminal_back.shell = True


@check
def an_abort_and_an_uncaught_exception_give_the_terminal_back(pane):
    for command in ("/abort", "/throw"):
        start_from_shell(pane, "ASAN_OPTIONS=handle_abort=0 ")
        pane.enter(command)
        pane.wait(lambda: pane.last() == "$", "the shell")
        pane.enter("clear")
        pane.wait(lambda: pane.filled() == ["$"], "a clear screen")
        expect_sane_modes(pane)


an_abort_and_an_uncaught_exception_give_the_terminal_back.shell = True


@check
def without_a_terminal_there_is_no_escape(pane):
    done = subprocess.run([pane.demo], input="hello\n/burst 3\n", capture_output=True, text=True, timeout=20, check=True)
    expect("\x1b" not in done.stdout, "an escape sequence")
    expect("got: hello" in done.stdout, "the line is not there")
    expect(all(f"#{i:05} arrives\n" in done.stdout for i in range(3)), "lines are missing")


@check
def a_mention_rings_the_bell(pane):
    pane.tmux("set-option", "-g", "monitor-bell", "on")
    pane.tmux("new-window", "cat")
    pane.tmux("send-keys", "-t", ":0", "/mention", "Enter")
    pane.wait(lambda: pane.tmux("display-message", "-p", "-t", ":0", "#{window_bell_flag}").strip() == "1", "the bell")


@check
def a_state_changes_where_it_stands(pane):
    pane.enter("/print 1 you: hello · queued")
    pane.enter("below")
    pane.wait_rows("ready", "you: hello · queued", "got: below", "you>")
    pane.enter("/change 1 you: hello · read")
    pane.wait_rows("ready", "you: hello · read", "got: below", "you>")
    pane.wait_cursor(5, 3)


@check
def states_change_while_a_wrapped_line_is_typed(pane):
    pane.enter("/track 5 12")
    text = "漢abcdefgh" * 20
    for at in range(0, len(text), 20):
        pane.type(text[at:at + 20])
    pane.wait(lambda: "#00011 arrives · read" in pane.rows(), "the last state")
    for i in range(12):
        expect(f"#{i:05} arrives · read" in pane.rows(), f"line {i} is not read")
    row = "漢abcdefgh" * 7 + "漢abc"
    pane.wait_rows("#00011 arrives · read", "you> " + row, "defgh" + row, "defgh" + "漢abcdefgh" * 4)
    expect(pane.prompts() == 1, "the prompt is there more than once")
    expect(len(pane.joined()) == 16, "there are more lines than there were")


@check
def what_has_scrolled_away_keeps_its_state(pane):
    pane.resize(80, 12)
    pane.enter("/track 1 60")
    pane.wait(lambda: "#00059 arrives · read" in pane.rows(), "the last state")
    pane.wait_rows("#00059 arrives · read", "you>")
    states = [row.rsplit(" ", 1)[1] for row in pane.everything() if "arrives" in row]
    expect(len(states) == 60, f"{len(states)} of 60 lines")
    expect(states[-11:] == ["read"] * 11, f"a line on the screen is not read: {states}")
    expect("read" not in states[:40], f"a line changed after it was gone: {states}")


@check
def a_block_that_is_half_gone_is_not_touched(pane):
    pane.enter("/print 1 one queued|two queued|three queued")
    pane.enter("/print 2 four queued|five queued")
    pane.wait_rows("five queued", "you>")
    pane.enter("/burst 21")
    pane.wait_rows("#00020 arrives", "you>")
    pane.wait(lambda: pane.rows()[0] == "four queued", "the second block at the top")
    pane.enter("/change 2 four read|five read")
    pane.wait(lambda: pane.rows()[:2] == ["four read", "five read"], "the block at the top changed")
    pane.enter("/burst 1")
    pane.wait_rows("#00021 arrives", "you>")
    pane.enter("/change 2 four lost|five lost")
    pane.enter("/change 1 one read|two read|three read")
    pane.enter("after")
    pane.wait_rows("got: after", "you>")
    expect(pane.joined()[1:6] == ["one queued", "two queued", "three queued", "four read", "five read"], "it was touched")


@check
def a_row_that_is_exactly_full_changes_in_place(pane):
    pane.enter("/print 1 " + "a" * 80 + "|b")
    pane.wait_rows("ready", "a" * 80, "b", "you>")
    pane.enter("/change 1 " + "c" * 79 + "|" + "d" * 80)
    pane.wait_rows("ready", "c" * 79, "d" * 80, "you>")
    pane.wait_cursor(5, 3)
    pane.enter("/change 1 " + "e" * 81 + "|" + "f")
    pane.enter("after")
    pane.wait_rows("ready", "c" * 79, "d" * 80, "got: after", "you>")


@check
def a_wrapped_line_that_changed_is_still_one_line(pane):
    pane.enter("/print 1 " + "x" * 79 + "漢" + "y" * 30 + " queued")
    pane.wait_rows("ready", "x" * 79, "漢" + "y" * 30 + " queued", "you>")
    pane.enter("/change 1 " + "v" * 78 + "漢" + "w" * 30 + " read")
    pane.wait_rows("ready", "v" * 78 + "漢", "w" * 30 + " read", "you>")
    pane.resize(120, 24)
    pane.wait_rows("ready", "v" * 78 + "漢" + "w" * 30 + " read", "you>")


@check
def states_are_left_alone_after_a_resize_and_a_cleared_screen(pane):
    for number, disturb in enumerate((lambda: pane.resize(60, 24), lambda: pane.resize(60, 20), lambda: pane.press("C-l"))):
        pane.enter(f"/print 1 before {number} queued")
        pane.wait_rows(f"before {number} queued", "you>")
        disturb()
        pane.enter("/change 1 before read")
        pane.enter(f"/print 2 after {number} queued")
        pane.enter(f"/change 2 after {number} read")
        pane.wait_rows(f"after {number} read", "you>")
    everything = pane.everything()
    expect("before read" not in everything, "a line was changed whose place was not known")
    expect(all(f"before {number} queued" in everything for number in range(2)), "a line is gone")


@check
def states_are_left_alone_after_a_stop(pane):
    start_from_shell(pane)
    pane.enter("/print 1 before queued")
    pane.wait_rows("before queued", "you>")
    pane.press("C-z")
    pane.wait(lambda: pane.last() == "$", "the shell")
    pane.enter("fg")
    pane.wait(lambda: pane.last() == "you>", "the prompt")
    pane.enter("/change 1 before read")
    pane.enter("/print 2 after queued")
    pane.enter("/change 2 after read")
    pane.wait_rows("after read", "you>")
    expect("before queued" in pane.everything(), "a line was changed whose place was not known")


states_are_left_alone_after_a_stop.shell = True


@check
def states_change_while_lines_arrive_and_windows_change(pane):
    pane.enter("/track 3 120")
    pane.type("draft")
    for width, height in ((60, 20), (90, 24), (45, 10), (80, 24)):
        pane.resize(width, height)
    pane.wait_rows("you> draft")
    pane.press("C-u")
    pane.enter("/print 1 end")  # printed by another thread than the states
    pane.enter("/burst 1")  # by the same
    pane.wait(lambda: any("#00120" in row for row in pane.rows()), "the end of the states")
    numbers = [int(match[1]) for match in (re.match(r"#(\d{5}) arrives", row) for row in pane.everything()) if match]
    expect(numbers == list(range(121)), f"lines lost, doubled or out of order: {numbers}")


def run(function, demo):
    with tempfile.TemporaryDirectory(prefix="tc") as directory:
        with open(os.path.join(directory, "conf"), "w", encoding="utf-8") as conf:
            conf.write("set -g history-limit 50000\nset -g status off\nset -g escape-time 0\n"
                       "set -g default-terminal tmux-256color\nset -g remain-on-exit on\n")
        pane = None
        try:
            pane = Pane.__new__(Pane)
            pane.demo = demo
            pane.__init__(directory, demo, shell=getattr(function, "shell", False), env=getattr(function, "env", ()))
            function(pane)
            return None
        except (Failed, subprocess.SubprocessError, OSError) as failure:
            return str(failure)
        finally:
            pane.close()


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: screen_checks.py DEMO [PART OF A CHECK'S NAME]")
    demo = os.path.abspath(sys.argv[1])
    if not os.access(demo, os.X_OK):
        sys.exit(f"cannot run {demo}: no such program (build the target term_demo)")
    wanted = [c for c in CHECKS if len(sys.argv) < 3 or sys.argv[2] in c.__name__]
    begin = time.monotonic()
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as workers:
        failures = workers.map(lambda function: run(function, demo), wanted)
    for function, failure in zip(wanted, failures):
        failed += failure is not None
        print(("FAIL " if failure else "ok   ") + function.__name__.replace("_", " "), flush=True)
        if failure:
            print("     " + failure, flush=True)
    print(f"{len(wanted) - failed} of {len(wanted)} screen checks passed in {time.monotonic() - begin:.0f} s")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
