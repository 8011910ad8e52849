"""Dialect A7: raw text without header; the source port of the connection is the listening port.

rafale2 cannot send on Linux, because its listening socket holds the port alone. Rafale-P2P can, but not twice within a second to the
same peer: the connection before still holds the pair of ports.
"""

import socket

from model import READ_SIZE, Program, decode, parser


class A7(Program):
    default_team = "rafale"

    def __init__(self, options):
        super().__init__(options)
        self.shares_port = options.variant == "rafale-p2p"
        self.idle_blocks = options.variant == "rafale2"

    def prepare(self, sock):
        super().prepare(sock)
        if self.shares_port:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)

    def received(self, connection, data):
        text = decode(data)
        address = f"{connection.source[0]}:{connection.source[1]}"
        if not text:
            self.error("empty message")
            return
        self.heard(address)
        self.show(text, None, address)
        if text == "Connection Request":
            connection.answer("Connection Acknowledged")

    def dial(self, host, port):
        link = socket.socket()
        self.prepare(link)
        link.bind((self.options.bind, self.port))
        link.connect((host, port))
        return link

    def send(self, host, port, text):
        self.one_message(host, port, text)

    def connect(self, host, port):
        with self.dial(host, port) as link:
            link.sendall(b"Connection Request")
            self.say(ack=link.recv(READ_SIZE).decode())


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--variant", choices=["rafale2", "rafale-p2p"], default="rafale-p2p")
    A7(options.parse_args()).run()
