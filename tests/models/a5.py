"""Dialect A5, blockminers: CONNECT:NAME:PORT, answered by ACK:NAME:PORT; MESSAGE:NAME:PORT:TEXT; QUERY, answered by PEERLIST:; EXIT:PORT."""

from model import READ_SIZE, Program, decode, parser


class A5(Program):
    default_team = "Blockminers"
    reads_many = True

    def __init__(self, options):
        super().__init__(options)
        self.is_older = options.variant == "older"
        self.kept = {}

    # what arrives

    def received(self, connection, data):
        verb, _, rest = decode(data).partition(":")
        if verb == "CONNECT" and rest.count(":") == 1:
            name, port = rest.split(":")
            self.heard(f"{connection.host}:{int(port)}", name)
            connection.answer(f"ACK:{self.team}:{self.port}")
        elif verb == "MESSAGE" and rest.count(":") >= 2:
            name, port, text = rest.split(":", 2)
            address = f"{connection.host}:{int(port)}"
            self.heard(address, name)
            self.show(text, name, address)
        elif verb == "QUERY":
            connection.answer(self.answer_to_query())
        elif verb == "EXIT":
            self.gone(f"{connection.host}:{int(rest)}")
        else:
            self.error(f"unknown message {decode(data)!r}")

    def answer_to_query(self):
        if self.is_older:
            return f"RESPONSE:{self.team}:{self.port}"
        return "PEERLIST:" + ",".join(self.peers)

    # its menu

    def send(self, host, port, text):
        self.one_message(host, port, f"MESSAGE:{self.team}:{self.port}:{text}")

    def connect(self, host, port):
        link = self.dial(host, port)
        link.sendall(f"CONNECT:{self.team}:{self.port}".encode())
        self.say(ack=link.recv(READ_SIZE).decode())
        self.kept[host, port] = link

    def query(self, host, port):
        with self.dial(host, port) as link:
            link.sendall(b"QUERY")
            self.say(peerlist=link.recv(READ_SIZE).decode())

    def greet(self, host, port):
        """Its first words to a mandatory peer are canonical."""
        self.one_message(host, port, f"{self.own_address()} {self.team} hello")

    def leave(self, host, port):
        link = self.kept.pop((host, port), None) or self.dial(host, port)
        with link:
            link.sendall(f"EXIT:{self.port}".encode())


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--variant", choices=["blockminers", "older"], default="blockminers")
    A5(options.parse_args()).run()
