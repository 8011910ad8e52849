"""Dialect A10, in C: `EPHEMERAL LISTEN TEAM TEXT`; a file is announced by `… TEAM FILE name size` LF and follows at once."""

from model import Lost, Program, decode_as_c, is_port, parser


class A10(Program):
    default_team = "ten"

    def received(self, connection, data):
        words = decode_as_c(data).split(" ", 3)
        if len(words) < 4 or not (is_port(words[0]) and is_port(words[1])):
            raise Lost(f"malformed {data!r}")
        address = f"{connection.host}:{words[1]}"
        if words[3].strip() == "exit":
            self.gone(address)
            return
        self.heard(address, words[2])
        self.show(words[3], words[2], address)

    def header(self, link):
        return f"{link.getsockname()[1]} {self.port} {self.team} "

    def send(self, host, port, text):
        with self.dial(host, port) as link:
            link.sendall((self.header(link) + text).encode())

    def file(self, host, port, content):
        with self.dial(host, port) as link:
            link.sendall((self.header(link) + f"FILE notes.txt {len(content.encode())}\n{content}").encode())

    def connect(self, host, port):
        self.send(host, port, "connect")

    def leave(self, host, port):
        self.send(host, port, "exit")


if __name__ == "__main__":
    A10(parser(__doc__).parse_args()).run()
