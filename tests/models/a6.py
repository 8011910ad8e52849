"""Dialect A6, netech: `LISTENING_PORT:P|TEAM_NAME:T|TEXT`, one connection per message."""

from model import Program, decode, parser


class A6(Program):
    default_team = "netech"
    reads_many = True

    def received(self, connection, data):
        text = decode(data)
        fields = text.split("|", 2)
        if len(fields) < 3 or not fields[0].startswith("LISTENING_PORT:") or not fields[1].startswith("TEAM_NAME:"):
            self.show(text)
            return
        address = f"{connection.host}:{int(fields[0].partition(':')[2])}"
        team = fields[1].partition(":")[2]
        if fields[2] == "exit":
            self.gone(address)
        else:
            self.heard(address, team)
            self.show(fields[2], team, address)

    def send(self, host, port, text):
        self.one_message(host, port, f"LISTENING_PORT:{self.port}|TEAM_NAME:{self.team}|{text}")

    def connect(self, host, port):
        self.send(host, port, self.options.connect_word)

    def leave(self, host, port):
        self.send(host, port, "exit")


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--connect-word", choices=["connection message", "manual connection message"], default="connection message")
    A6(options.parse_args()).run()
