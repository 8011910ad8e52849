"""Dialect A2b: `<IP:PORT> @ <TEAM>` LF `TEXT` LF `<end>`. Spoken by saiprakul and cryptosphere; two Windows programs are close."""

import re

from model import Program, decode, parser

MESSAGE = re.compile(r"<([^>]*)> (?:\[[^]]*\] )?@ <([^>]*)>\n(.*?)\n?(?:<end>)?\n?", re.DOTALL)
ADDRESSED = re.compile(r"<([^>]*)> ?(\S*) ?(.*)", re.DOTALL)


class A2b(Program):
    def __init__(self, options):
        super().__init__(options)
        self.variant = options.variant
        self.team = options.team or options.variant
        self.idle_blocks = options.variant == "cryptosphere"

    def received(self, connection, data):
        text = decode(data)
        if not text:
            self.error("empty message")
        elif "DISCONNECT" in text and self.variant == "saiprakul":
            self.gone(self.address_in(text))
        elif re.fullmatch(r"<[^>]*> DISCONNECT\s*", text):
            self.gone(self.address_in(text))
        elif message := MESSAGE.fullmatch(text):
            self.heard(message[1], message[2])
            self.show(message[3], message[2], message[1])
        elif self.variant == "saiprakul":
            self.show_as_it_came(text)

    def address_in(self, text):
        found = ADDRESSED.match(text)
        return found[1] if found else text.split(" ")[0]

    def show_as_it_came(self, text):
        if found := ADDRESSED.fullmatch(text):
            self.show(found[3], found[2], found[1])
        else:
            self.show(text)

    def written(self, text):
        if self.variant == "windows":
            return f"<{self.own_address()}> [12:01:07] @ <{self.team}>\n{text}\n"
        return f"<{self.own_address()}> @ <{self.team}>\n{text}\n<end>"

    def send(self, host, port, text):
        self.one_message(host, port, self.written(text))

    def connect(self, host, port):
        if self.variant == "saiprakul":
            self.one_message(host, port, f"{self.own_address()} {self.team} connection_request")
        else:
            self.one_message(host, port, self.written("CONNECTION_REQUEST"))

    def leave(self, host, port):
        self.one_message(host, port, f"<{self.own_address()}> DISCONNECT")

    def quit(self):
        for address in list(self.peers):
            host, _, port = address.rpartition(":")
            self.leave(host, int(port))


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--variant", choices=["saiprakul", "cryptosphere", "windows"], default="saiprakul")
    A2b(options.parse_args()).run()
