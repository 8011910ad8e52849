"""Family C with names: the server asks `NICK` first, greets, and relays to all, the sender too; everything is ASCII.

As the NaitikKaythwal program does: one letter that is not ASCII ends a client ("An error occured!"), and a text that holds `.exit` lets its sender go.
"""

from c_plain import CPlain
from model import READ_SIZE, parser


class CNick(CPlain):
    default_team = "nick"

    def welcome(self, connection):
        connection.socket.sendall(b"NICK")
        name = connection.socket.recv(READ_SIZE).decode("ascii")
        self.say(joined=name)
        for other in [*self.clients, connection]:
            other.socket.sendall(f"{name} joined".encode("ascii"))
        connection.socket.sendall(b"Connected to server!")
        return name

    def relay(self, author, data):
        text = data.decode("ascii", errors="replace")
        self.say(relayed=text)
        for connection in list(self.clients):
            connection.socket.sendall(data)
        if ".exit" in text:
            author.socket.shutdown(2)

    def heard_from_host(self, link, data, address):
        text = data.decode("ascii")
        if text == "NICK":
            link.sendall(self.team.encode("ascii"))
        else:
            self.show(text, address=address)


if __name__ == "__main__":
    CNick(parser(__doc__).parse_args()).run()
