"""The browser's side of the web page as bytes: HTTP requests, WebSocket frames, the login. Written from the agreed interface, apart from ours."""

import base64
import collections
import contextlib
import hashlib
import hmac
import json
import os
import pathlib
import re
import socket
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import tincan  # noqa: E402
from processes import PATIENCE, Process, has, parsed  # noqa: E402

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10

Response = collections.namedtuple("Response", "status headers body")
Frame = collections.namedtuple("Frame", "kind data final")


class Closed(AssertionError):
    """The other side has ended the connection; `code` is that of its close frame, None without one."""

    def __init__(self, code=None, why=""):
        super().__init__(f"closed: {code} {why}")
        self.code = code


class Refused(AssertionError):
    """An upgrade or a login that was not accepted."""

    def __init__(self, answer):
        super().__init__(str(answer))
        self.answer = answer


class Web(Process):
    """A running `tincan web --json`."""

    def __init__(self, home, *flags, port=0):
        self.home = home
        command = [tincan.BINARY, "web", "--json", "--web-port", port, *tincan.without_repeats(home.flags, flags)]
        super().__init__(command, env=home.environment(), cwd=home.root)
        self.link = self.wait(event="web", within=3 * PATIENCE)["link"]
        self.endpoints = self.wait(event="listening", within=3 * PATIENCE)["endpoints"]
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/#([0-9a-f]{64})", self.link)
        assert found, self.link
        self.web_port, self.token = int(found[1]), found[2]

    @property
    def address(self):
        return self.endpoints[0]

    def memory(self):
        """Resident bytes."""
        return int(pathlib.Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def connect(port, host="127.0.0.1", receives=None):
    """`receives`: how many bytes may be on their way without being read; else the system decides."""
    link = socket.socket()
    try:
        if receives:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        link.settimeout(PATIENCE)
        link.connect((host, port))
    except OSError:
        link.close()
        raise
    return link


def head_of(port, method="GET", target="/", headers=(), without=(), version="HTTP/1.1"):
    """The bytes of a request. `headers` are pairs that replace ours of the same name, or come beside them."""
    given = [name.lower() for name, _ in headers]
    ours = [("Host", f"127.0.0.1:{port}")]
    kept = [(name, value) for name, value in ours if name.lower() not in given and name not in without]
    lines = [method.encode() + b" " + (target if isinstance(target, bytes) else target.encode()) + b" " + version.encode()]
    lines += [f"{name}: {value}".encode() for name, value in (*kept, *headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def request(port, method="GET", target="/", headers=(), without=(), body=b""):
    """One request on a connection of its own; None when it is closed without an answer."""
    with connect(port) as link:
        link.sendall(head_of(port, method, target, headers, without) + body)
        return answer_on(link, method)


def answer_on(link, method="GET"):
    with contextlib.suppress(ConnectionError):
        return response(link.makefile("rb"), method)
    return None


def response(stream, method="GET"):
    first = stream.readline()
    if not first:
        return None
    status = int(re.fullmatch(rb"HTTP/1\.[01] (\d{3})[^\r\n]*\r\n", first)[1])
    headers = []
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode().partition(":")
        headers.append((name.strip().lower(), value.strip()))
    lengths = [int(value) for name, value in headers if name == "content-length"]
    has_body = method != "HEAD" and status not in (101, 204, 304)
    return Response(status, headers, stream.read(lengths[0] if lengths else -1) if has_body else b"")


def upgrade_headers(port, origin="", more=()):
    headers = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", base64.b64encode(os.urandom(16)).decode())]
    if origin is not None:
        headers.append(("Origin", origin or f"http://127.0.0.1:{port}"))
    given = [name.lower() for name, _ in more]
    return [(name, value) for name, value in headers if name.lower() not in given] + list(more)


def proof(key, role, server_nonce, page_nonce):
    said = b"tincan web " + role.encode() + b" " + bytes.fromhex(server_nonce) + bytes.fromhex(page_nonce)
    return hmac.new(bytes.fromhex(key), said, hashlib.sha256).hexdigest()


def frame(data, kind=TEXT, final=True, masked=True, length=None, reserved=0):
    """The bytes of one frame; `length` lies about it."""
    data = data if isinstance(data, bytes) else data.encode()
    size = len(data) if length is None else length
    head = bytes([(0x80 if final else 0) | reserved << 4 | kind])
    mask_bit = 0x80 if masked else 0
    if size < 126:
        head += bytes([mask_bit | size])
    elif size < 1 << 16:
        head += bytes([mask_bit | 126]) + struct.pack(">H", size)
    else:
        head += bytes([mask_bit | 127]) + struct.pack(">Q", size)
    if not masked:
        return head + data
    mask = os.urandom(4)
    return head + mask + mask_with(data, mask)


def mask_with(data, mask):
    if not data:
        return b""
    length = len(data)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(length, "big")


class Page:
    """One WebSocket, as a page opens it. `login` by a link's token or by a session; then commands and events."""

    def __init__(self, port, origin="", headers=(), receives=None):
        self.port = port
        self.events = []
        self.tags = 0
        self.link = connect(port, receives=receives)
        self.link.sendall(head_of(port, target="/socket", headers=upgrade_headers(port, origin, headers)))
        self.stream = self.link.makefile("rb")
        self.response = response(self.stream)
        if self.response is None or self.response.status != 101:
            self.close()
            raise Refused(self.response)

    def close(self):
        self.stream.close()
        self.link.close()

    # frames

    def send(self, data, **how):
        self.link.sendall(frame(data, **how))

    def say(self, **fields):
        self.send(json.dumps(fields))

    def read_frame(self):
        head = self.read(2)
        size = head[1] & 0x7F
        assert not head[1] & 0x80, "a server's frames are not masked"
        assert not head[0] & 0x70, "nothing was agreed that sets the reserved bits"
        if size == 126:
            size = struct.unpack(">H", self.read(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self.read(8))[0]
        return Frame(head[0] & 15, self.read(size), bool(head[0] & 0x80))

    def read(self, size):
        data = self.stream.read(size)
        if len(data) < size:
            raise Closed()
        return data

    def message(self):
        """The next text message, whole."""
        text = b""
        while True:
            piece = self.read_frame()
            if piece.kind == CLOSE:
                code = struct.unpack(">H", piece.data[:2])[0] if piece.data else None
                raise Closed(code, piece.data[2:].decode())
            if piece.kind == PING:
                self.send(piece.data, kind=PONG)
            if piece.kind in (TEXT, 0):
                text += piece.data
                if piece.final:
                    return text.decode()

    def end(self):
        """Reads until the other side ends it: the code of its close frame, None without one."""
        try:
            while True:
                self.events += map(parsed, self.message().encode().splitlines())
        except Closed as closed:
            return closed.code
        except ConnectionError:
            return None

    # what both say

    def next_events(self):
        news = [json.loads(line) for line in self.message().split("\n") if line]
        self.events += news
        return news

    def wait(self, **wanted):
        """The next event that has all these."""
        while True:
            for at, event in enumerate(self.events):
                if has(event, **wanted):
                    del self.events[: at + 1]
                    return event
            self.events.clear()
            self.next_events()

    def challenge(self):
        event = self.wait(event="challenge")
        assert re.fullmatch("[0-9a-f]{64}", event["nonce"]), event
        return event["nonce"]

    def login(self, key, session=""):
        """The welcome. The server proves that it knows the key, too."""
        server_nonce, page_nonce = self.challenge(), os.urandom(32).hex()
        self.say(command="login", session=session, nonce=page_nonce, proof=proof(key, "page", server_nonce, page_nonce))
        event = self.next_events()[0]
        if event.get("event") != "welcome":
            raise Refused(event)
        assert event["proof"] == proof(key, "server", server_nonce, page_nonce), "a server without the key"
        self.events.remove(event)
        return event

    def do(self, command, **fields):
        """What answers a command, from its first answer to `done`; what others cause is left out."""
        self.tags += 1
        tag = f"tag {self.tags}"
        self.say(command=command, tag=tag, **fields)
        answers = []
        while not answers or answers[-1]["event"] not in ("done", "failed"):
            answers += [event for event in self.next_events() if event.get("tag") == tag]
        return answers


def logged_in(port, key, session="", **how):
    page = Page(port, **how)
    try:
        page.welcome = page.login(key, session)
    except BaseException:
        page.close()
        raise
    return page


def until_closed(link, within):
    """Whether the other side ends it in that time; what it says meanwhile is read."""
    deadline = time.monotonic() + within
    try:
        while (remaining := deadline - time.monotonic()) > 0:
            link.settimeout(remaining)
            if not link.recv(65536):
                return True
    except ConnectionError:
        return True
    except socket.timeout:
        pass
    return False
