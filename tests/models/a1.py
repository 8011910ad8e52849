"""The canonical dialect: `IP:PORT TEAM TEXT`, one connection per message. Thirteen programs speak it, each with its habits."""

import dataclasses
import threading

from model import READ_SIZE, Lost, Program, decode, decode_as_c, parser, split_address


@dataclasses.dataclass
class Habits:
    connect: str
    reads: str = "one"  # one | many
    idle_blocks: bool = False
    exit: str = "any-case"  # any-case | unless-newline | lower-case | shown | crash
    says_exit: bool = False
    first_words: str = ""
    splits_at: str = "space"  # space: exactly one between the fields | white: any white space
    brackets: str = "error"  # error | drop | show
    empty_text: str = "show"  # show | error | drop
    language: str = "python"  # python | c++ | node
    deaf_after_bad_bytes: bool = False


PROGRAMS = {
    "blockforge": Habits("CONNECTING", exit="shown", splits_at="white", empty_text="error"),
    "hashpa": Habits("Hello, I am connecting!", idle_blocks=True, exit="shown"),
    "decentrix": Habits("Hello, I am connecting!", idle_blocks=True, exit="shown", deaf_after_bad_bytes=True),
    "cryptoknights": Habits("connect", first_words="connect", empty_text="error"),
    "blockchainboys": Habits("connect", exit="unless-newline", says_exit=True, first_words="Hello!", brackets="drop"),
    "hashflow": Habits("Connected", idle_blocks=True, exit="unless-newline", first_words="hello"),
    "blocksmiths": Habits("Hello, peer!", says_exit=True, first_words="Hello, mandatory peer!", empty_text="drop"),
    "btc": Habits("CONNECT", splits_at="white", brackets="show", empty_text="error"),
    "byteslayers": Habits("handshake", reads="many", first_words="handshake"),
    "bandwidth": Habits("connection message", reads="many", first_words="Hi from The_Bandwidth_Brigade", empty_text="error"),
    "trustless": Habits("connect", exit="crash", says_exit=True, first_words="Hello!", brackets="drop"),
    "teamcrypto": Habits("Connected!", idle_blocks=True, exit="lower-case", says_exit=True, brackets="show", language="c++"),
    "minersjs": Habits("CONNECT_REQUEST", reads="many", exit="lower-case", brackets="show", language="node"),
}


class A1(Program):
    def __init__(self, options, habits):
        super().__init__(options)
        self.habits = habits
        self.name = options.program
        self.default_team = options.program
        self.team = options.team or options.program
        self.idle_blocks = habits.idle_blocks
        self.reads_many = habits.reads == "many"
        self.port_of_host = {}
        self.asked = set()

    # what arrives

    def received(self, connection, data):
        if not data:
            if self.name in ("hashpa", "hashflow", "bandwidth"):
                raise Lost("empty message")
            return
        header, team, text = self.fields(self.decoded(data))
        address = self.address_of(header)
        if address is None:
            return
        self.understand(connection, address, team, text)

    def decoded(self, data):
        if self.habits.language == "node":
            return data.decode(errors="replace")
        if self.habits.language == "c++":
            return decode_as_c(data).split("\n")[0]
        try:
            return decode(data)
        except Lost:
            self.deaf = self.habits.deaf_after_bad_bytes
            raise

    def fields(self, line):
        words = line.split() if self.habits.splits_at == "white" else line.split(" ", 2)
        if len(words) < 2 or (len(words) < 3 and self.habits.empty_text != "show"):
            raise Lost(f"invalid message {line!r}")
        return words[0], words[1], " ".join(words[2:])

    def address_of(self, header):
        """The address that it stores, or None when it drops the message without a word."""
        if header.startswith("<"):
            if self.habits.brackets == "drop":
                return None
            if self.habits.brackets == "show":
                return header
        try:
            host, port = split_address(header)
        except Lost:
            if self.habits.brackets == "drop":
                return None
            raise
        if self.name == "blockforge":
            port = self.port_of_host.setdefault(host, port)
        return f"{host}:{port}"

    def understand(self, connection, address, team, text):
        if self.is_exit(text):
            self.peer_exits(address)
        elif self.name == "hashpa" and text == "PING":
            return
        elif self.name == "minersjs" and text == "DISCONNECT":
            self.gone(address)
            connection.answer(self.canonical("DISCONNECT_ACK"))
        elif not text and self.habits.empty_text != "show":
            if self.habits.empty_text == "error":
                raise Lost("empty text")
        else:
            self.heard(address, team)
            self.show(text, team, address)
            self.reply_to_connect(address, text)

    def is_exit(self, text):
        wanted = {
            "any-case": text.strip().lower() == "exit",
            "unless-newline": text.lower() == "exit",
            "lower-case": text.strip() == "exit",
            "crash": text.strip().lower() == "exit",
            "shown": False,
        }
        return wanted[self.habits.exit]

    def peer_exits(self, address):
        if self.habits.exit == "crash":
            raise Lost("the thread crashed, the peer stays listed")
        self.gone(address)
        if self.name == "hashflow":
            host, port = split_address(address)
            for other in list(self.peers):
                self.one_message(*split_address(other), f"{host}:{port} {self.team} exit")

    def reply_to_connect(self, address, text):
        if self.name == "cryptoknights" and text.lower() == "connect":
            self.one_message(*split_address(address), self.canonical("connect_ack"))
        if self.name == "minersjs" and text == "CONNECT_REQUEST":
            self.one_message(*split_address(address), self.canonical("CONNECT_ACCEPTED"))
        if text == "CONNECT_ACCEPTED" and address in self.asked:
            self.asked.discard(address)
            self.say(ack=text)

    # its menu

    def canonical(self, text):
        return f"{self.own_address()} {self.team} {text}"

    def send(self, host, port, text):
        self.one_message(host, port, self.canonical(text))

    def connect(self, host, port):
        self.asked.add(f"{host}:{port}")
        self.one_message(host, port, self.canonical(self.habits.connect))

    def greet(self, host, port):
        """Its first words to a mandatory peer."""
        if self.habits.first_words:
            self.one_message(host, port, self.canonical(self.habits.first_words))

    def leave(self, host, port):
        if self.name != "minersjs":
            self.one_message(host, port, self.canonical("exit"))
            return
        link = self.dial(host, port)
        link.sendall(self.canonical("DISCONNECT").encode())
        threading.Thread(target=self.tell_answer, args=(link,), daemon=True).start()

    def tell_answer(self, link):
        """The acknowledgement is welcome, but nothing waits for it."""
        with link:
            if answer := link.recv(READ_SIZE):
                self.say(ack=answer.decode())

    def ping(self, host, port):
        """The health check of hashpa and hashflow: own team, but the address of the one who is asked."""
        self.one_message(host, port, f"{host}:{port} {self.team} PING")

    def list_peers(self):
        if self.name in ("blockforge", "cryptoknights"):
            for address in list(self.peers):
                self.touch(address)
        super().list_peers()

    def touch(self, address):
        try:
            self.dial(*split_address(address)).close()
        except OSError:
            self.peers.pop(address, None)

    def quit(self):
        if self.habits.says_exit:
            for address in list(self.peers):
                self.leave(*split_address(address))


def main():
    options = parser(__doc__)
    options.add_argument("--program", choices=PROGRAMS, default="btc", help="whose habits; the flags below change single ones")
    options.add_argument("--reads", choices=["one", "many"])
    options.add_argument("--idle-blocks", action="store_true", default=None)
    options.add_argument("--connect-word", dest="connect")
    given = options.parse_args()
    changed = {name: value for name in ("reads", "idle_blocks", "connect") if (value := getattr(given, name)) is not None}
    A1(given, dataclasses.replace(PROGRAMS[given.program], **changed)).run()


if __name__ == "__main__":
    main()
