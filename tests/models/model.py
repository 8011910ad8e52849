"""The frame that all models share: one port, a menu on stdin, what a user would see on stdout as JSON lines.

A model behaves as one of the old programs does, faults included. It is written from the description of those programs alone.

Commands, one per line:  send HOST PORT "TEXT"   connect HOST PORT   leave HOST PORT   peers   quit
Lines:  ready, shown, error, ack, peers, left; and, for tests only, done (the menu is back) and served (a connection is over).
"""

import argparse
import json
import os
import socket
import sys
import threading

READ_SIZE = 1024
BACKLOG = 128


class Lost(Exception):
    """The program could not make sense of what came, and says so on an error line."""


class Connection:
    """One accepted connection; counts what it brought."""

    def __init__(self, sock, source):
        self.socket = sock
        self.source = source[:2]
        self.bytes = 0
        self.reads = 0

    def read(self):
        data = self.socket.recv(READ_SIZE)
        self.bytes += len(data)
        self.reads += bool(data)
        return data

    def answer(self, text):
        self.socket.sendall(text.encode())

    @property
    def host(self):
        return self.source[0]


class Program:
    """What the programs have in common. A dialect overrides `serve` or `received`, and the four verbs of its menu."""

    default_team = "Model"
    idle_blocks = False
    reads_many = False

    def __init__(self, options):
        self.options = options
        self.team = options.team or self.default_team
        self.peers = {}
        self.lock = threading.RLock()
        self.stopping = False
        self.deaf = False
        self.port = 0

    # what its user sees

    def say(self, **line):
        with self.lock:
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()

    def show(self, text, team=None, address=None):
        self.say(shown=text, team=team, address=address)

    def error(self, why):
        self.say(error=str(why))

    def heard(self, address, team=None):
        with self.lock:
            if team is not None or address not in self.peers:
                self.peers[address] = team

    def gone(self, address):
        with self.lock:
            self.peers.pop(address, None)
        self.say(left=address)

    # its port

    def listen(self):
        family = socket.AF_INET6 if ":" in self.options.bind else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        self.prepare(listener)
        listener.bind((self.options.bind, self.options.port))
        listener.listen(BACKLOG)
        self.port = listener.getsockname()[1]
        return listener

    def prepare(self, sock):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

    def accept_for_ever(self, listener):
        while not self.deaf:
            connection = Connection(*listener.accept())
            if self.idle_blocks:
                self.serve_to_the_end(connection)
            else:
                threading.Thread(target=self.serve_to_the_end, args=(connection,), daemon=True).start()

    def serve_to_the_end(self, connection):
        try:
            self.serve(connection)
        except (Lost, OSError, ValueError) as fault:
            self.error(f"{type(fault).__name__}: {fault}")
        finally:
            connection.socket.close()
            source = f"{connection.source[0]}:{connection.source[1]}"
            self.say(served=source, bytes=connection.bytes, reads=connection.reads)

    def serve(self, connection):
        if not self.reads_many:
            self.received(connection, connection.read())
            return
        while data := connection.read():
            self.received(connection, data)

    def received(self, connection, data):
        raise NotImplementedError

    # its menu

    def own_address(self):
        return f"{self.options.announce or self.options.bind}:{self.port}"

    def dial(self, host, port):
        return socket.create_connection((host, port))

    def one_message(self, host, port, payload):
        """A connection of its own, one write, and good-bye."""
        with self.dial(host, port) as link:
            link.sendall(payload if isinstance(payload, bytes) else payload.encode())

    def send(self, host, port, text):
        raise NotImplementedError

    def connect(self, host, port):
        raise NotImplementedError

    def leave(self, host, port):
        raise NotImplementedError

    def list_peers(self):
        with self.lock:
            self.say(peers=[{"address": address, "team": team} for address, team in self.peers.items()])

    def quit(self):
        """What it tells others before it ends; most tell nobody."""

    def obey(self, line):
        verb, *words = line.strip().split(" ", 3)
        if verb == "peers":
            self.list_peers()
        elif verb == "quit":
            self.stopping = True
            self.quit()
        else:
            host, port, *rest = words
            getattr(self, verb)(host, int(port), *map(json.loads, rest))

    def run(self):
        listener = self.listen()
        threading.Thread(target=self.accept_for_ever, args=(listener,), daemon=True).start()
        self.say(ready=self.port)
        for line in sys.stdin:
            try:
                self.obey(line)
            except OSError as fault:
                self.error(f"{type(fault).__name__}: {fault}")
            self.say(done=line.split()[0])
            if self.stopping:
                break
        sys.stdout.flush()
        os._exit(0)


def decode(data):
    """As the Python programs do: one bad byte and the message is lost."""
    try:
        return data.decode()
    except UnicodeDecodeError as fault:
        raise Lost(f"cannot decode: {fault}") from fault


def decode_as_c(data):
    """As the C and C++ programs do: bad bytes stay, and the text ends at the first NUL."""
    return data.split(b"\0")[0].decode(errors="replace")


def is_port(word):
    return word.isascii() and word.isdigit() and 0 < int(word) < 65536


def split_address(word):
    """HOST and PORT of HOST:PORT; host names pass, brackets and IPv6 do not."""
    host, colon, port = word.partition(":")
    if not (host and colon and is_port(port)):
        raise Lost(f"malformed address {word!r}")
    return host, int(port)


def parser(description):
    options = argparse.ArgumentParser(description=description.splitlines()[0])
    options.add_argument("--bind", default="127.0.0.1", metavar="ADDR", help="where it listens")
    options.add_argument("--port", type=int, default=0, help="0: any free one")
    options.add_argument("--announce", default="", metavar="ADDR", help="the address that it claims to have; default: --bind")
    options.add_argument("--team", default="")
    return options
