"""Dialect A3, the port line: a persistent connection that opens with `PORT` LF, and on which every message is acknowledged.

The sender waits for its acknowledgement for ever, and its menu with it. A peer that closes without an `exit` line costs the receiver a
core; the model says `spins` instead of doing so.
"""

from model import READ_SIZE, Lost, Program, decode, is_port, parser

RECEIVED = {
    "seed1": "✅ Message received",
    "decryptors": "✅ Your message was succesfully received!",
    "blockbros": "Message received",
}
RECEIVED_WITH_GREETING = {**RECEIVED, "decryptors": "✅ Message received successfully!"}


class A3(Program):
    def __init__(self, options):
        super().__init__(options)
        self.variant = options.variant
        self.team = options.team or options.variant
        self.links = {}
        self.announced_port = None

    # what arrives

    def serve(self, connection):
        greeting = connection.read()
        if not greeting:
            return self.closed_without_exit(connection, None)
        port, team, text = self.greeting(decode(greeting))
        address = f"{connection.host}:{port}"
        self.heard(address, team)
        if text or self.variant != "decryptors":
            connection.answer(RECEIVED_WITH_GREETING[self.variant])
        if text:
            self.show_line(text, team, address)
        while data := connection.read():
            text = decode(data).strip("\r\n")
            if text.strip() == "exit":
                return self.gone(address)
            self.show_line(text, team, address)
            connection.answer(RECEIVED[self.variant])
        self.closed_without_exit(connection, address)

    def greeting(self, text):
        """PORT, TEAM (decryptors only) and the text that came along, if any."""
        port, *lines = text.strip("\n").split("\n")
        if not is_port(port):
            if self.variant == "seed1":
                raise Silent
            raise Lost(f"not a port: {text!r}")
        team = lines.pop(0) if self.variant == "decryptors" and lines else None
        if "CONNECT" in lines:
            lines = lines[lines.index("CONNECT") + 1 :]
        return int(port), team, "\n".join(lines)

    def show_line(self, text, team, address):
        words = text.split(" ", 2)
        if self.variant == "blockbros" and len(words) == 3 and ":" in words[0]:
            self.heard(words[0], words[1])
            self.show(words[2], words[1], words[0])
        else:
            self.show(text, team, address)

    def closed_without_exit(self, connection, address):
        if address or self.variant == "seed1":
            self.say(spins=address or connection.host)
        else:
            self.error("empty greeting")

    def serve_to_the_end(self, connection):
        try:
            super().serve_to_the_end(connection)
        except Silent:
            pass

    # its menu

    def greeting_line(self):
        port = self.announced_port or self.port
        return f"{port}\n{self.team}\nCONNECT\n" if self.variant == "decryptors" else f"{port}\nCONNECT\n"

    def written(self, text):
        return f"{self.own_address()} {self.team} {text}\n" if self.variant == "blockbros" else f"{text}\n"

    def linked(self, host, port, first_text=""):
        """The connection to that peer, opened and greeted when there is none yet."""
        if (host, port) not in self.links:
            link = self.dial(host, port)
            link.sendall((self.greeting_line() + first_text).encode())
            self.links[host, port] = link
        return self.links[host, port]

    def send(self, host, port, text):
        link = self.linked(host, port)
        link.sendall(self.written(text).encode())
        self.await_ack(link)

    def await_ack(self, link):
        """No time limit: without an answer the menu hangs here."""
        self.say(ack=link.recv(READ_SIZE).decode())

    def connect(self, host, port):
        self.linked(host, port)

    def greet(self, host, port):
        """Its first words to a mandatory peer; seed1 and decryptors write them in one segment."""
        if self.variant == "blockbros":
            self.send(host, port, "Auto Message")
        else:
            first_text = "Decryptors here!\n" if self.variant == "decryptors" else "Auto Message\n"
            self.await_ack(self.linked(host, port, first_text))

    def leave(self, host, port):
        link = self.links.pop((host, port), None)
        if link is None:
            return
        if self.variant == "decryptors":
            link.sendall(b"exit\n")
        link.close()

    def list_peers(self):
        super().list_peers()
        if self.variant == "seed1" and self.peers:
            self.announced_port = int(list(self.peers)[-1].rpartition(":")[2])


class Silent(Exception):
    """Dropped without a word."""


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--variant", choices=RECEIVED, default="seed1")
    A3(options.parse_args()).run()
