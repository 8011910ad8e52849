"""Raw text: the peers of family D (the sender is known by its address alone, every read is a message) and plain nc.

With --first-contact a family-D peer dies of the first message from a host that it has no document for, as the real one does.
"""

from model import Lost, Program, decode, parser


class FamilyD(Program):
    idle_blocks = True
    reads_many = True

    def accept_for_ever(self, listener):
        super().accept_for_ever(listener)
        listener.close()

    def received(self, connection, data):
        if self.options.first_contact and connection.host not in self.peers:
            self.deaf = True
            raise Lost("TypeError: no document for this host")
        try:
            text = decode(data)
        except Lost:
            self.deaf = True
            raise
        self.heard(connection.host)
        self.show(text, None, connection.host)

    def send(self, host, port, text):
        self.one_message(host, port, text)


class Netcat(Program):
    """`nc -l -p PORT`: one connection, shown exactly as it comes; `send` is `printf … | nc -N HOST PORT`."""

    idle_blocks = True

    def received(self, connection, data):
        while data:
            self.show(data.decode(errors="replace"), None, None)
            data = connection.read()

    def send(self, host, port, text):
        self.one_message(host, port, text)


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--variant", choices=["family-d", "nc"], default="family-d")
    options.add_argument("--first-contact", action="store_true")
    given = options.parse_args()
    (Netcat if given.variant == "nc" else FamilyD)(given).run()
