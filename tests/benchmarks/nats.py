"""A NATS server on loopback, with TLS, and its subscribers: beside what a room of tincans delivers."""

import contextlib
import json
import shutil
import socket
import subprocess

from child import Failed, Watched
from machine import until
from programs import HERE, WORK, build, free_port

SERVER = "nats-server"
PROGRAM = WORK / "fan"
PATIENCE = 120
CONFIG = """
listen: "127.0.0.1:{port}"
tls {{ cert_file: "{folder}/certificate.pem", key_file: "{folder}/key.pem" }}
"""


def server_program():
    found = shutil.which(SERVER) or shutil.which(SERVER, path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise Failed(f"{SERVER} is not there: apt-get install {SERVER}")
    return found


def build_fan():
    build(PROGRAM, sorted((HERE / "rooms").glob("*.?pp")), "-pthread", libraries=("-lssl", "-lcrypto"))


class Nats:
    """The server in a folder of its own, and the program that publishes and subscribes."""

    def __init__(self, folder, subscribers):
        self.folder = folder
        self.port = free_port()
        self.certify()
        (folder / "nats.conf").write_text(CONFIG.format(port=self.port, folder=folder))
        self.server = Watched([server_program(), "-c", folder / "nats.conf"], b"\n", folder)
        self.fan, self.heard = None, 0
        try:
            until(self.answers, "the NATS server answers")
            self.fan = Watched([PROGRAM, "nats", self.port, folder / "certificate.pem", subscribers], b"{", folder)
            self.answer()
        except (Failed, TimeoutError):
            self.end()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self.end()

    def certify(self):
        words = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost".split()
        made = subprocess.run([*words, "-keyout", "key.pem", "-out", "certificate.pem"], cwd=self.folder, capture_output=True, check=False)
        if made.returncode != 0:
            raise Failed(f"openssl: {made.stderr.decode(errors='replace')}")

    def answers(self):
        if self.server.ended:
            raise Failed(f"{SERVER}: {self.server.complained()}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def __call__(self, *words):
        """Seconds."""
        self.fan.child.stdin.write((" ".join(str(word) for word in words) + "\n").encode())
        return self.answer()["seconds"]

    def answer(self):
        self.heard += 1
        self.fan.wait_count(self.heard, PATIENCE)
        if self.fan.count < self.heard:
            raise Failed(f"{self.fan.child.args}: no answer; {self.fan.complained()} {self.server.complained()}")
        return json.loads(self.fan.marked_lines()[self.heard - 1])

    def end(self):
        if self.fan:
            self.fan.kill()
        self.server.kill()
