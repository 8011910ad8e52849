"""Dialect A2a, netminers: `<IP:PORT> TEAM TEXT`, where the IP is the recipient's and only the port is the sender's."""

import os

from model import Program, decode_as_c, parser


class A2a(Program):
    default_team = "netminers"
    idle_blocks = True

    def received(self, connection, data):
        line = decode_as_c(data)
        header, _, rest = line.partition(" ")
        address = header[1:-1]
        team, _, text = rest.partition(" ")
        self.heard(address, team)
        if not data:
            return
        if text == "quit":
            self.gone(address)
        else:
            self.show(text or line, team, address)

    def written(self, host, text):
        return f"<{host}:{self.port}> {self.team} {text}"

    def send(self, host, port, text):
        self.one_message(host, port, self.written(host, text))

    def connect(self, host, port):
        self.send(host, port, "CONNECT")

    def leave(self, host, port):
        self.send(host, port, "quit")

    def list_peers(self):
        if "" in self.peers:
            self.error("aborted: an empty peer in the list")
            os.abort()
        super().list_peers()


if __name__ == "__main__":
    A2a(parser(__doc__).parse_args()).run()
