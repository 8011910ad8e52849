"""Dialect A4, seed 0: optional `CONNECT:PORT`, then unframed `TEAM : TEXT` on a persistent connection; replies use the inbound socket."""

import threading

from model import Connection, Program, decode, parser


class A4(Program):
    default_team = "seed0"
    reads_many = True

    def __init__(self, options):
        super().__init__(options)
        self.separator = ": " if options.variant == "sibling" else " : "
        self.inbound = {}
        self.outbound = {}
        self.name_of = {}

    # what arrives

    def serve(self, connection):
        self.name_of[connection] = f"{connection.source[0]}:{connection.source[1]}"
        super().serve(connection)
        if not connection.bytes:
            self.error("empty connection")
        self.forget(connection)
        del self.name_of[connection]
        self.outbound = {peer: link for peer, link in self.outbound.items() if link is not connection.socket}

    def received(self, connection, data):
        text = decode(data)
        word, _, port = text.partition(":")
        if word == "CONNECT" and port.isdigit():
            self.forget(connection)
            self.name_of[connection] = f"{connection.host}:{port}"
            self.remember(connection)
        elif text == "exit":
            self.gone(self.name_of[connection])
        else:
            self.remember(connection)
            self.show_text(text, self.name_of[connection])

    def show_text(self, text, address):
        team, separator, rest = text.partition(self.separator)
        if separator:
            self.show(rest, team, address)
        else:
            self.show(text, None, address)

    def remember(self, connection):
        address = self.name_of[connection]
        self.inbound[address] = connection.socket
        self.heard(address)

    def forget(self, connection):
        address = self.name_of[connection]
        if self.inbound.get(address) is connection.socket:
            del self.inbound[address]
            with self.lock:
                self.peers.pop(address, None)

    # its menu

    def send(self, host, port, text):
        link = self.inbound.get(f"{host}:{port}") or self.linked(host, port)
        link.sendall(f"{self.team}{self.separator}{text}".encode())

    def linked(self, host, port):
        if (host, port) not in self.outbound:
            link = self.dial(host, port)
            self.outbound[host, port] = link
            reader = Connection(link, (host, port))
            threading.Thread(target=self.serve_to_the_end, args=(reader,), daemon=True).start()
        return self.outbound[host, port]

    def connect(self, host, port):
        self.linked(host, port).sendall(f"CONNECT:{self.port}".encode())

    def greet(self, host, port):
        """Its first words to a mandatory peer, without a team."""
        self.linked(host, port).sendall(b"Mandatory message: Hello from our peer!")

    def leave(self, host, port):
        """Its menu puts its name before the word, so that no peer of its own kind understands it."""
        self.send(host, port, "exit")


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--variant", choices=["head", "sibling"], default="head")
    A4(options.parse_args()).run()
