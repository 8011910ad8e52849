"""What `cmake --install` puts in place, and whether it works: install_test.py BUILD_DIR [sanitized]"""

import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else SOURCE / "build"
IS_SANITIZED = "sanitized" in sys.argv[2:]
ROOM = pathlib.Path(tempfile.mkdtemp(prefix="tincan-install-"))
PREFIX = ROOM / "prefix"
BINARY = PREFIX / "bin/tincan"
MAN_PAGE = PREFIX / "share/man/man1/tincan.1"
BASH = PREFIX / "share/bash-completion/completions/tincan"
ZSH = PREFIX / "share/zsh/site-functions/_tincan"
FISH = PREFIX / "share/fish/vendor_completions.d/tincan.fish"

PEERS = {"Alice", "bob-2", "x_1", "Zed", "10.0.0.7:4100", "[fd00::7]:4100"}
PLAIN_PEERS = [("Alice", "10.0.0.7:4100"), ("bob-2", "[fd00::7]:4100"), ("x_1", "10.0.0.8:0")]
# Strangers choose these. Where they listen is not known, so nothing of them may be offered.
HOSTILE_NAMES = [
    "", "$(touch PWNED)", "`touch PWNED`", ";touch PWNED", "|touch PWNED", "&& touch PWNED", "a\ntouch PWNED", "a b",
    "*", "~root", "../x", "$HOME", "${x}", "--drop", "-x", "-", "#1", "12", "!!", "{a,b}", "<(touch PWNED)", "'", '"',
    "\\", "a\\", "é", "\u202eecilA", "\x1b[2J", "Alice\t", "Mallory:1", 'a","team":"evil', 'a","peer":"6.6.6.6:6666',
    '","peer":"6.6.6.6:6', 'a,\n"team":"evil","x":"',
    '{"event":"peer","number":1,"peer":"6.6.6.6:66","team":"evil","dialect":"A1"}', ',"team":"evil', '\\","team":"evil',
]
NO_ADDRESSES = ["$(touch PWNED):1", "10.0.0.9:0", "host:4100", "[::1;touch PWNED]:5", "--drop", "*:1"]

BASH_DRIVER = r"""
source "$1"; COMP_LINE=$2; shift 2
COMP_POINT=${#COMP_LINE} COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_WORDBREAKS=$' \t\n"\'@><=;|&(:'
compopt() { printf 'compopt %s\n' "$*"; }
_tincan
((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"
exit 0
"""


def run(*words, **more):
    return subprocess.run([str(word) for word in words], capture_output=True, timeout=60, check=False, **more)


def output_of(*words, **more):
    done = run(*words, **more)
    complaints = done.stderr.decode(errors="replace")
    if done.returncode != 0 or complaints:
        raise AssertionError(f"{words[0]} ended with {done.returncode} and said: {complaints}")
    return done.stdout.decode()


def cached(name):
    found = re.search(rf"^{name}:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(encoding="utf-8"), re.M)
    return found[1] if found else ""


def setUpModule():
    unittest.addModuleCleanup(shutil.rmtree, ROOM)
    output_of(cached("CMAKE_COMMAND") or "cmake", "--install", BUILD, "--prefix", PREFIX)


# --- what the program says of itself

@functools.cache
def help_of(*command):
    return output_of(BINARY, *command, "--help")


def options_in(help_text):
    return set(re.findall(r"^  (?:-\w,)?(--[a-z][a-z-]*)", help_text, re.M))


def commands_in(help_text):
    return set(re.findall(r"^  ([a-z]+) ", help_text.split("\nSubcommands:\n")[1].split("\n\n")[0], re.M))


def commands():
    return commands_in(help_of())


def options_after(*command):
    return options_in(help_of()) | options_in(help_of(*command))


def all_options():
    return set().union(*map(options_after, commands()))


def in_source(file, pattern):
    return set(re.findall(pattern, (SOURCE / file).read_text(encoding="utf-8")))


def dialects():
    return in_source("src/wire/dialect.cpp", r'case Dialect::\w+: return "([\w-]+)"') - {"tincan"} | {"auto"}


# --- a tincan in PATH that knows peers with every kind of name

def peer_line(name, address, **writing):
    event = {"event": "peer", "number": 7, "peer": address, "team": name, "dialect": "A1", "why": name}
    return json.dumps(event, separators=(",", ":"), **writing).encode()


def peer_lines():
    lines = [peer_line(*peer) for peer in PLAIN_PEERS]
    for is_escaped in (True, False):
        lines += [peer_line(name, "10.0.0.9:0", ensure_ascii=is_escaped) for name in HOSTILE_NAMES]
    lines += [peer_line("", address) for address in NO_ADDRESSES]
    lines.append(peer_line("a b", "10.0.0.9:0").replace(b'"dialect"', b'"petname":"Zed","dialect"'))
    lines.append(peer_line("a b", "10.0.0.9:0").replace(b'"dialect"', b'"petname":"$(touch PWNED)","dialect"'))
    lines.append(peer_line("evil", "10.0.0.9:0").replace(b"evil", b"ev\xff\xfeil"))
    lines.append(peer_line("evil", "6.6.6.6:6").replace(b'"event":"peer"', b'"event":"failed"'))
    return lines


def executable(path, script):
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)


class FakeTincan:
    """Its folder holds what it was asked, and nothing else unless a peer's name was run."""

    def __init__(self, script='printf "%s\\n" "$*" >>"$0.asked"; cat "$0.peers"'):
        self.root = pathlib.Path(tempfile.mkdtemp(dir=ROOM))
        self.work = self.root / "work"
        self.work.mkdir()
        (self.root / "tincan.peers").write_bytes(b"".join(line + b"\n" for line in peer_lines()))
        executable(self.root / "tincan", f"#!/bin/sh\n{script}\n")

    def lines(self, *words):
        path = f"{self.root}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "HOME": str(ROOM), "LC_ALL": "C.UTF-8"}
        return output_of(*words, cwd=self.work, env=environment).splitlines()

    def asked(self):
        return (self.root / "tincan.asked").read_text(encoding="utf-8").splitlines()

    def left_behind(self):
        return sorted(path.name for path in self.work.iterdir())


def bash_words(line):
    """As readline cuts it: also at ':' and '=', but not within quotes."""
    return re.findall(r'"[^"]*"?|[:=]+|[^\s:="]+', line) + ([""] if line.endswith(" ") else [])


def bash_offers(line, tincan=None):
    tincan = tincan or FakeTincan()
    return tincan.lines("bash", "--norc", "--noprofile", "-c", BASH_DRIVER, "bash", BASH, line, *bash_words(line))


def zsh_says(script, tincan=None):
    return (tincan or FakeTincan()).lines("zsh", "-f", "-c", f'compdef() {{ }}\nsource "$1"\n{script}', "zsh", ZSH)


def fish_offers(line, tincan=None):
    words = ("fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", FISH, line)
    return [offer.split("\t")[0] for offer in (tincan or FakeTincan()).lines(*words)]


def needed(program):
    return unittest.skipUnless(shutil.which(program), f"{program} is not installed")


class Installing(unittest.TestCase):
    def test_everything_is_in_its_place(self):
        for file in (BINARY, MAN_PAGE, BASH, ZSH, FISH):
            self.assertTrue(file.is_file() and file.stat().st_size > 0, file)

    def test_nothing_else_is_installed(self):
        installed = {path for path in PREFIX.rglob("*") if path.is_file()}
        self.assertEqual(installed, {BINARY, MAN_PAGE, BASH, ZSH, FISH})

    def test_the_binary_tells_its_version(self):
        self.assertEqual(output_of(BINARY, "--version"), f"tincan {cached('CMAKE_PROJECT_VERSION')}\n")


@unittest.skipIf(IS_SANITIZED, "sanitized builds are not hardened")
class Hardening(unittest.TestCase):
    def setUp(self):
        if cached("CMAKE_BUILD_TYPE") != "Release":
            self.skipTest("only release builds are hardened")
        self.headers = output_of("readelf", "-hdlW", BINARY)
        self.symbols = set(re.findall(r"\b(__\w+_chk\w*)", output_of("readelf", "-sW", "--dyn-syms", BINARY)))

    def test_the_binary_is_position_independent(self):
        self.assertRegex(self.headers, r"Type:\s+DYN")
        self.assertRegex(self.headers, r"\(FLAGS_1\).*\bPIE\b")

    def test_its_relocations_are_bound_at_start_and_then_read_only(self):
        self.assertRegex(self.headers, r"\bGNU_RELRO\b")
        self.assertRegex(self.headers, r"\((FLAGS|FLAGS_1|BIND_NOW)\).*\b(BIND_NOW|NOW)\b")

    def test_its_stack_cannot_be_executed(self):
        self.assertRegex(self.headers, r"GNU_STACK(\s+0x\w+){5}\s+RW\s")

    def test_its_stack_is_protected(self):
        self.assertIn("__stack_chk_fail", self.symbols)

    def test_its_copies_are_checked(self):
        self.assertTrue(self.symbols - {"__stack_chk_fail"}, self.symbols)


class ManPage(unittest.TestCase):
    def setUp(self):
        self.text = MAN_PAGE.read_text(encoding="utf-8")

    def section(self, name):
        return self.text.split(f"\n.Sh {name}\n")[1].split("\n.Sh ")[0]

    def test_it_names_every_option_and_no_other(self):
        named = {"--" + name for name in re.findall(r"(?:\bFl|,) -([a-z][a-z-]*)", self.text)}
        self.assertEqual(named, all_options())

    def test_it_names_every_command_and_no_other(self):
        for section in ("SYNOPSIS", "COMMANDS"):
            named = set(re.findall(r"^\.(?:It )?Cm ([a-z]+)", self.section(section), re.M))
            self.assertEqual(named, commands(), section)

    def test_the_synopsis_gives_each_command_its_own_options(self):
        for part in re.split(r"^\.Cm ", self.section("SYNOPSIS"), flags=re.M)[1:]:
            command = part.split()[0]
            named = {"--" + name for name in re.findall(r"\bFl -([a-z-]+)", part)} | {"--help"}
            self.assertEqual(named, options_in(help_of(command)), command)

    def test_it_names_every_slash_command_and_no_other(self):
        named = set(re.findall(r"^\.It Ic (/[a-z]+)", self.text, re.M))
        self.assertEqual(named, in_source("src/app/slash.cpp", r'\{"(/[a-z]+)"'))

    def test_it_names_every_dialect_and_no_other(self):
        named = set(re.findall(r"^\.It Li (\S+)", self.section("DIALECTS"), re.M))
        self.assertEqual(named, dialects() - {"auto"})

    def test_it_names_every_variable_of_the_help(self):
        named = set(re.findall(r"TINCAN_\w+", self.section("ENVIRONMENT")))
        self.assertEqual(named, set(re.findall(r"\[(TINCAN_\w+)\]", help_of())))

    def test_it_explains_every_exit_code(self):
        self.assertEqual(re.findall(r"^\.It (\d)", self.section("EXIT STATUS"), re.M), ["0", "1", "2", "3"])

    @needed("groff")
    def test_it_is_typeset_without_warnings(self):
        output_of("groff", "-mdoc", "-ww", "-z", "-Tutf8", MAN_PAGE)


@needed("bash")
class BashCompletion(unittest.TestCase):
    def test_the_first_word_is_a_command(self):
        self.assertEqual(set(bash_offers("tincan ")), commands())
        self.assertEqual(bash_offers("tincan --team Rockets hist"), ["history"])

    def test_options_are_those_of_the_help(self):
        self.assertEqual(set(bash_offers("tincan --")), options_in(help_of()))
        for command in commands():
            self.assertEqual(set(bash_offers(f"tincan {command} --")), options_after(command), command)

    def test_a_dialect_is_offered_where_one_is_expected(self):
        for line in ("tincan dialect Alice ", "tincan send --dialect ", "tincan send --dialect="):
            self.assertEqual(set(bash_offers(line)), dialects(), line)

    def test_files_and_folders_are_left_to_readline(self):
        self.assertEqual(bash_offers("tincan --config "), ["compopt -o default"])
        self.assertEqual(bash_offers("tincan send --config=c"), ["compopt -o default"])
        self.assertEqual(bash_offers("tincan --data-dir d"), ["compopt -o dirnames"])

    def test_what_is_free_text_is_not_completed(self):
        for line in ("--team ", "send Alice ", "send Alice - ", "history --search ", "listen "):
            self.assertEqual(bash_offers("tincan " + line), [], line)

    def test_a_peer_is_offered_where_one_is_expected(self):
        for line in (
            "send ", "connect ", "connect Alice ", "history ", "history --limit 5 ", "block ", "unblock ", "dialect ",
            "cancel ", "--port 4100 send --timeout 3 ", "verify ", "why ", "rename ", "trust --accept ",
        ):
            offers = {offer.replace("\\", "") for offer in bash_offers("tincan " + line)}
            self.assertEqual(offers, PEERS, line)

    def test_only_what_fits_the_typed_beginning_is_offered(self):
        self.assertEqual(bash_offers("tincan send A"), ["Alice"])
        self.assertEqual(bash_offers('tincan send "A'), ["Alice"])

    def test_an_address_is_completed_after_its_colons_too(self):
        self.assertEqual(bash_offers("tincan send 10.0.0.7:"), ["4100"])
        self.assertEqual(bash_offers("tincan send 10.0.0.7:41"), ["4100"])
        self.assertEqual(bash_offers("tincan send [fd00:"), [r":7\]:4100"])
        self.assertEqual(bash_offers('tincan send "[fd00:'), ["[fd00::7]:4100"])

    def test_brackets_of_an_address_are_no_pattern(self):
        self.assertEqual(bash_offers(r"tincan send \[fd"), [r"\[fd00::7\]:4100"])

    def test_a_name_is_never_run_and_never_an_option(self):
        tincan = FakeTincan()
        offers = {offer.replace("\\", "") for offer in bash_offers("tincan send ", tincan)}
        self.assertEqual((offers, tincan.left_behind()), (PEERS, []))

    def test_what_is_typed_is_never_run(self):
        for typed in ("$(touch PWNED)", "`touch PWNED`", "--data-dir=$(>PWNED) ", "--profile `>PWNED` "):
            tincan = FakeTincan()
            bash_offers(f"tincan send {typed}", tincan)
            self.assertEqual(tincan.left_behind(), [], typed)

    def test_the_chosen_profile_is_asked(self):
        tincan = FakeTincan()
        bash_offers("tincan --profile second send --data-dir=~/d --config c.toml ", tincan)
        self.assertEqual(tincan.asked(), [f"--profile=second --data-dir={ROOM}/d --config=c.toml peers --json"])

    def test_a_tincan_that_fails_leaves_no_peers_and_no_complaint(self):
        self.assertEqual(bash_offers("tincan send ", FakeTincan("echo broken >&2; exit 1")), [])


@needed("zsh")
class ZshCompletion(unittest.TestCase):
    def test_its_syntax_is_right(self):
        output_of("zsh", "-n", ZSH)

    def test_it_offers_every_command_and_no_other(self):
        self.assertEqual(set(zsh_says("_describe() { print -l ${commands%%:*} }; _tincan_commands")), commands())

    def test_it_names_every_option_and_no_other(self):
        self.assertEqual(set(re.findall(r"--[a-z][a-z-]*", ZSH.read_text(encoding="utf-8"))), all_options())

    def test_each_command_has_its_own_options(self):
        for command in commands():
            said = zsh_says(f"_arguments() {{ print -l -- $@ }}; shared=(--help); _tincan_arguments {command}")
            named = {option for line in said for option in re.findall(r"^--[a-z-]+", line)}
            self.assertEqual(named, options_in(help_of(command)), command)

    def test_it_offers_every_dialect_and_no_other(self):
        self.assertEqual(set(zsh_says("_wanted() { shift 4; print -l -- $@ }; _tincan_dialects")), dialects())

    def test_a_name_is_never_run_and_never_an_option(self):
        tincan = FakeTincan()
        offers = set(zsh_says("_wanted() { print -l -- $found }; _tincan_peers", tincan))
        self.assertEqual((offers, tincan.left_behind()), (PEERS, []))


@needed("fish")
class FishCompletion(unittest.TestCase):
    def test_its_syntax_is_right(self):
        output_of("fish", "--no-config", "-n", FISH)

    def test_the_first_word_is_a_command(self):
        self.assertEqual(set(fish_offers("tincan ")), commands())

    def test_options_are_those_of_the_help(self):
        self.assertEqual(set(fish_offers("tincan --")), options_in(help_of()))
        for command in commands():
            self.assertEqual(set(fish_offers(f"tincan {command} --")), options_after(command), command)

    def test_a_dialect_is_offered_where_one_is_expected(self):
        for line in ("tincan dialect Alice ", "tincan send --dialect "):
            self.assertEqual(set(fish_offers(line)), dialects(), line)

    def test_a_name_is_never_run_and_never_an_option(self):
        for line in ("tincan send ", "tincan connect Alice ", "tincan --port 4100 history "):
            tincan = FakeTincan()
            self.assertEqual((set(fish_offers(line, tincan)), tincan.left_behind()), (PEERS, []), line)

    def test_a_tincan_that_fails_leaves_no_peers_and_no_complaint(self):
        self.assertEqual(fish_offers("tincan send ", FakeTincan("echo broken >&2; exit 1")), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
