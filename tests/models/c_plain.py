"""Family C, plain: one program that is server or client of a broadcast chat; UTF-8 text without frames, each client adds its own name.

As the khushipandeyvk10 program does: the server relays what one recv(1024) gave to all others, says nothing itself, and throws out
silently who sends a byte that is not UTF-8. Its client shows what one recv(1024) gave, and leaves by closing.
"""

import threading

from model import READ_SIZE, Program, decode, parser


class CPlain(Program):
    default_team = "plain"
    greets = b""

    def __init__(self, options):
        super().__init__(options)
        self.clients = {}
        self.hosts = {}

    # the server

    def serve(self, connection):
        self.clients[connection] = self.welcome(connection)
        try:
            while data := connection.read():
                self.relay(connection, data)
        finally:
            del self.clients[connection]
            self.gone(f"{connection.source[0]}:{connection.source[1]}")

    def welcome(self, connection):
        self.say(joined=f"{connection.source[0]}:{connection.source[1]}")

    def relay(self, author, data):
        decode(data)
        self.say(relayed=data.decode())
        for connection in list(self.clients):
            if connection is not author:
                connection.socket.sendall(data)

    # the client

    def connect(self, host, port):
        link = self.dial(host, port)
        self.hosts[host, port] = link
        threading.Thread(target=self.listen_to, args=(link, f"{host}:{port}"), daemon=True).start()

    def listen_to(self, link, address):
        try:
            while data := link.recv(READ_SIZE):
                self.heard_from_host(link, data, address)
        except (ValueError, OSError) as fault:
            self.error(f"An error occured! {fault}")
            link.close()
        self.say(lost=address)

    def heard_from_host(self, link, data, address):
        self.show(data.decode(), address=address)

    def send(self, host, port, text):
        self.hosts[host, port].sendall(f"{self.team}: {text}".encode())

    def leave(self, host, port):
        link = self.hosts.pop((host, port))
        link.shutdown(2)
        link.close()


if __name__ == "__main__":
    CPlain(parser(__doc__).parse_args()).run()
