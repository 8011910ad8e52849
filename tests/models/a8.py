"""Dialect A8: one JSON object per connection: type (message, connect or exit), content, sender_name, sender_port."""

import json

from model import Lost, Program, decode, parser


class A8(Program):
    default_team = "ARYANS"

    def received(self, connection, data):
        said = json.loads(decode(data))
        if not isinstance(said, dict):
            raise Lost("not an object")
        address = f"{connection.host}:{said.get('sender_port')}"
        if said.get("type") == "exit":
            self.gone(address)
            return
        self.heard(address, said.get("sender_name"))
        self.show(said.get("content"), said.get("sender_name"), address)

    def say_to(self, host, port, kind, content):
        said = {"type": kind, "content": content, "sender_name": self.team, "sender_port": self.port}
        self.one_message(host, port, json.dumps(said))

    def send(self, host, port, text):
        self.say_to(host, port, "message", text)

    def connect(self, host, port):
        self.say_to(host, port, "connect", "connect")

    def leave(self, host, port):
        self.say_to(host, port, "exit", "exit")


if __name__ == "__main__":
    A8(parser(__doc__).parse_args()).run()
