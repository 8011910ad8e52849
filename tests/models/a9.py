"""Dialect A9: `IP PORT NAME TEXT`, parted by spaces, one connection per message; connect is answered by connect_ack."""

from model import READ_SIZE, Lost, Program, decode, is_port, parser


class A9(Program):
    default_team = "nine"

    def received(self, connection, data):
        words = decode(data).split(" ", 3)
        if len(words) < 4 or not is_port(words[1]):
            raise Lost(f"malformed {data!r}")
        host, port, team, text = words
        address = f"{host}:{port}"
        if text.strip() == "exit":
            self.gone(address)
            return
        self.heard(address, team)
        self.show(text, team, address)
        if text.strip() == "connect":
            connection.answer(self.written("connect_ack"))

    def written(self, text):
        return f"{self.options.announce or self.options.bind} {self.port} {self.team} {text}"

    def send(self, host, port, text):
        self.one_message(host, port, self.written(text))

    def connect(self, host, port):
        with self.dial(host, port) as link:
            link.sendall(self.written("connect").encode())
            link.settimeout(1)
            self.say(ack=link.recv(READ_SIZE).decode())

    def leave(self, host, port):
        self.send(host, port, "exit")


if __name__ == "__main__":
    A9(parser(__doc__).parse_args()).run()
