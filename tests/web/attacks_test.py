"""What other programs and other pages can do to the port of the web page: rows W1 to W6 and W8 to W10 of the list of attacks."""

import contextlib
import json
import os
import pathlib
import re
import socket
import stat
import struct
import subprocess
import threading
import time

import web_client  # finds the modules of the end-to-end tests, too
from web_client import CLOSE, PING, Closed, Page, Refused, Web, answer_on, connect, frame, head_of, logged_in, proof, request, until_closed

import tincan  # noqa: E402
from native_case import Control, free_port, profile_of  # noqa: E402
from plain_console_test import Console  # noqa: E402
from processes import IS_SANITIZED, PATIENCE, TESTS, until  # noqa: E402

PAGE = TESTS.parent / "src" / "web" / "page"
KIB, MIB = 1 << 10, 1 << 20
IN_TIME = 10.0 if IS_SANITIZED else 1.0
MOST_SOCKETS = 64
DEADLINE = 10  # of a head, and of a login
SECURITY = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
NOT_OURS = ("http://evil.example", "https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1.evil.example:{port}", "https://127.0.0.1:{port}",
            "http://localhost:{port}", "http://[::1]:{port}", "http://127.0.0.1:1", "http://127.0.0.1:{port}.evil.example", "http://127.0.0.1:{port}/",
            "HTTP://127.0.0.1:{port}", "file://", "chrome-extension://abcdef", "http://evil.example http://127.0.0.1:{port}", "")  # fmt: skip


class WebCase(tincan.TestCase):
    """One tincan for all tests of a class, and one page that is logged in all the time. After each test that page is answered at once."""

    @classmethod
    def setUpClass(cls):
        cls.home_of_web = tincan.Home(team="Weavers")
        cls.addClassCleanup(cls.home_of_web.remove)
        cls.web = Web(cls.home_of_web)
        cls.addClassCleanup(cls.web.kill)
        cls.port = cls.web.web_port
        cls.good = logged_in(cls.port, cls.web.token)
        cls.addClassCleanup(cls.good.close)
        cls.session, cls.key = cls.good.welcome["session"], cls.good.welcome["key"]
        cls.control = Control(cls.home_of_web)
        cls.addClassCleanup(cls.control.close)

    def tearDown(self):
        self.assert_undisturbed()

    def assert_undisturbed(self):
        began = time.monotonic()
        self.assertEqual([answer["event"] for answer in self.good.do("id")], ["id", "done"])
        self.assertLess(time.monotonic() - began, IN_TIME)
        if not IS_SANITIZED:
            self.assertLess(self.web.memory(), 96 * MIB, f"{self.web.memory() / MIB:.1f} MiB")

    def assert_nothing_was_made(self):
        self.assertNotIn("forged", json.dumps(self.good.do("rooms")))

    def get(self, target="/", **how):
        return request(self.port, target=target, **how)

    def status(self, **how):
        answer = request(self.port, **how)
        return answer.status if answer else None

    def page(self, **how):
        page = Page(self.port, **how)
        self.addCleanup(page.close)
        return page

    def another(self, **how):
        """One more page of the same browser."""
        page = logged_in(self.port, self.key, self.session, **how)
        self.addCleanup(page.close)
        return page

    def raw(self, data=b""):
        link = connect(self.port)
        self.addCleanup(link.close)
        if data:
            link.sendall(data)
        return link

    def assert_refused(self, page, session, nonce, proof_):
        page.say(command="login", session=session, nonce=nonce, proof=proof_)
        event = page.next_events()[0]
        self.assertEqual(event["event"], "refused", event)
        self.assertTrue(event["why"], event)
        self.assertEqual(set(event), {"event", "why"}, event)
        self.assertEqual(page.end(), 1008)
        self.assertEqual(page.events[1:], [], "nothing is told to who is refused")


class Http(WebCase):
    def test_the_page_and_its_parts_are_served_with_every_header_that_guards_them(self):
        kinds = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
        names = sorted(path.name for path in PAGE.iterdir() if path.suffix in kinds and not path.name.endswith("_test.js"))
        self.assertIn("index.html", names)
        for name in names:
            with self.subTest(name):
                answer = self.get("/" if name == "index.html" else f"/{name}")
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.body, (PAGE / name).read_bytes())
                self.assertEqual(dict(answer.headers)["content-type"].partition(";")[0], kinds[pathlib.Path(name).suffix])
                self.assert_guarded(answer)

    def test_every_answer_is_guarded_also_those_that_refuse(self):
        for name, how in {
            "404": {"target": "/nothing"}, "405": {"method": "POST"}, "403": {"headers": [("Host", "evil.example")]},
            "HEAD": {"method": "HEAD"}, "a refused upgrade": {"target": "/socket", "headers": web_client.upgrade_headers(self.port, "http://evil.example")},
        }.items():  # fmt: skip
            with self.subTest(name):
                self.assert_guarded(request(self.port, **how))

    def assert_guarded(self, answer):
        headers = dict(answer.headers)
        for name, value in SECURITY.items():
            self.assertEqual(headers.get(name), value, name)
            self.assertEqual([one for one, _ in answer.headers].count(name), 1, name)
        for name in headers:
            self.assertFalse(name.startswith("access-control-"), name)
            self.assertNotIn(name, ("set-cookie", "server", "location", "etag", "last-modified"))
        self.assertNotIn(self.web.token.encode(), answer.body + repr(answer.headers).encode())

    def test_head_is_get_without_the_body(self):
        whole = self.get()
        head = request(self.port, method="HEAD")
        self.assertEqual(head.status, 200)
        self.assertEqual({name: value for name, value in head.headers if name != "date"}, {name: value for name, value in whole.headers if name != "date"})
        link = self.raw(head_of(self.port, "HEAD", headers=[("Connection", "close")]))
        with link.makefile("rb") as stream:
            self.assertTrue(stream.read().endswith(b"\r\n\r\n"))

    def test_only_our_own_names_are_served(self):
        port = self.port
        for host in f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}":
            with self.subTest(host):
                self.assertEqual(self.status(headers=[("Host", host)]), 200)
        for host in (
            "evil.example", f"evil.example:{port}", "127.0.0.1", "localhost", "[::1]", f"127.0.0.1:{port + 1}", f"127.0.0.1:{port}0", f"127.0.0.1:0{port}",
            f"127.0.0.1.evil:{port}", f"127.0.0.1.evil.example:{port}", f"localhost.evil.example:{port}", f"localhost.:{port}", f"0.0.0.0:{port}",
            f"127.1:{port}", f"2130706433:{port}", f"0x7f.1:{port}", f"127.0.0.2:{port}", f"[::]:{port}", f"::1:{port}", f"[::ffff:127.0.0.1]:{port}",
            f"user@127.0.0.1:{port}", f"127.0.0.1:{port}@evil.example", f"127.0.0.1:{port}, evil.example", f"127.0.0.1:{port}#evil.example",
            f"127.0.0.1:{port}/", f"127.0.0.1 :{port}", f"127.0.0.1:{port}\x00", "", ":", f":{port}",
        ):  # fmt: skip
            with self.subTest(host):
                self.assertIn(self.status(headers=[("Host", host)]), (403, 400, None) if "\0" in host or " " in host else (403,))
                self.assertNotEqual(self.status(target="/socket", headers=[*web_client.upgrade_headers(port, f"http://{host}"), ("Host", host)]), 101)
        with self.subTest("evil.example is named a 403"):
            self.assertEqual(self.status(headers=[("Host", "evil.example")]), 403)

    def test_no_host_or_two_are_refused(self):
        ours = ("Host", f"127.0.0.1:{self.port}")
        for name, how in {
            "none": {"without": ["Host"]}, "two": {"headers": [ours, ("Host", "evil.example")]}, "two, ours last": {"headers": [("Host", "evil.example"), ours]},
            "the same twice": {"headers": [ours, ours]},
        }.items():  # fmt: skip
            with self.subTest(name):
                self.assertIn(self.status(**how), (400, 403))
        with self.subTest("HTTP/1.0 without one"):
            link = self.raw(b"GET / HTTP/1.0\r\n\r\n")
            self.assertIn((answer_on(link) or [None])[0], (400, 403, 505, None))

    def test_a_target_that_names_another_host_is_refused(self):
        for target in "http://evil.example/", f"http://127.0.0.1:{self.port}@evil.example/", "//evil.example/", "evil.example:80":
            with self.subTest(target):
                self.assertIn(self.status(target=target), (400, 403, 404))

    def test_other_methods_are_refused_and_do_nothing(self):
        for method in "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "BREW":
            for target in "/", "/socket", "/style.css", "/nothing":
                with self.subTest(f"{method} {target}"):
                    self.assertIn(self.status(method=method, target=target), (405, 400) if method in ("get", "BREW", "CONNECT") else (405,))

    def test_no_form_and_no_text_that_another_page_posts_is_a_command(self):
        order = json.dumps({"command": "create_room", "name": "forged", "private": False})
        for kind in "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "application/csp-report":
            for target in "/", "/socket", "/create_room", f"/?{order.replace(' ', '')}":
                with self.subTest(f"{kind} {target}"):
                    headers = [("Content-Type", kind), ("Content-Length", str(len(order))), ("Origin", "http://evil.example")]
                    self.assertEqual(self.status(method="POST", target=target, headers=headers, body=order.encode()), 405)
        for target in ("/socket", "/create_room?name=forged", "/?command=create_room&name=forged", "/socket?token=" + "0" * 64):
            for method in "GET", "HEAD":
                with self.subTest(f"{method} {target}"):
                    self.assertNotEqual(self.status(method=method, target=target), 101)
        self.assert_nothing_was_made()

    def test_bytes_of_a_body_are_never_a_request(self):
        hidden = head_of(self.port, target="/style.css")
        for name, headers in {
            "with a length": [("Content-Length", str(len(hidden)))], "in chunks": [("Transfer-Encoding", "chunked")],
            "both": [("Content-Length", "4"), ("Transfer-Encoding", "chunked")], "two lengths": [("Content-Length", "0"), ("Content-Length", str(len(hidden)))],
        }.items():  # fmt: skip
            for method in "GET", "POST":
                with self.subTest(f"{method} {name}"):
                    chunked = f"{len(hidden):x}\r\n".encode() + hidden + b"\r\n0\r\n\r\n"
                    link = self.raw(head_of(self.port, method, headers=[("Connection", "close"), *headers]) + (chunked if "chunked" in str(headers) else hidden))
                    got = b""
                    with contextlib.suppress(ConnectionError):
                        while more := link.recv(65536):
                            got += more
                    self.assertLessEqual(got.count(b"HTTP/1."), 1, got[:300])
                    self.assertNotIn(b"text/css", got)

    def test_a_preflight_gives_no_permission(self):
        for origin in "http://evil.example", "null", f"http://127.0.0.1:{self.port}":
            for target in "/", "/socket":
                answer = request(self.port, method="OPTIONS", target=target, headers=[
                    ("Origin", origin), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type"),
                    ("Access-Control-Request-Private-Network", "true")])  # fmt: skip
                with self.subTest(f"{origin} {target}"):
                    self.assertEqual(answer.status, 405)
                    self.assertEqual([name for name, _ in answer.headers if name.startswith("access-control-")], [])

    def test_no_path_leads_out_of_the_page(self):
        for target in (
            "/../", "/../etc/passwd", "/..", "/.", "/./style.css", "/page/../style.css", "/%2e%2e/", "/%2e%2e%2fetc/passwd", "/..%2f..%2fetc%2fpasswd", "/%252e%252e/",
            "//", "///", "//style.css", "/style.css/", "/style.css%00", "/style.css%00.html", b"/style.css\x00", "/style.css.", "/STYLE.CSS", "/%73tyle.css",
            "/style.css\\", "/..\\..\\", "/web-link", "/identity", "/tincan.db", "/config.toml", "/index.html~", "/.git/config", "/src/web/page/index.html",
            "/proc/self/environ", "/socket/", "/socket/..", "/favicon.ico.", "/;", "/%", "/%zz", "/\u00fc".encode(), b"/\xff\xfe", "/ ", "/" + "a/" * 100,
            "/" + "a" * 4000, "*", "style.css", "",
        ):  # fmt: skip
            with self.subTest(repr(target)[:60]):
                self.assertIn(self.status(target=target), (404, 400, None))  # None: closed, as what is no request
        for length in 8 * KIB, 100 * KIB, MIB:
            with self.subTest(length):
                with contextlib.suppress(ConnectionError):
                    self.assertIn(self.status(target="/" + "a" * length), (404, 400, 413, 414, 431, None))

    def test_what_is_no_request_is_not_served(self):
        for name, data in {
            "TLS": bytes.fromhex("16030100c8010000c40303") + bytes(189), "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/0.9": b"GET /\r\n\r\n",
            "another version": head_of(self.port, version="HTTP/9.9"), "zeros": bytes(4096), "a folded header": head_of(self.port)[:-2] + b"X: a\r\n b\r\n\r\n",
            "a bare line feed": head_of(self.port).replace(b"\r\n", b"\n"), "a header without a colon": head_of(self.port)[:-2] + b"nothing\r\n\r\n",
            "a blank before the colon": head_of(self.port, without=["Host"])[:-2] + f"Host : 127.0.0.1:{self.port}\r\n\r\n".encode(),
            "A1": b"127.0.0.1:7001 Team text", "NUL in a value": head_of(self.port)[:-2] + b"X: a\0b\r\n\r\n", "SSH": b"SSH-2.0-x\r\n",
        }.items():  # fmt: skip
            with self.subTest(name):
                link = self.raw(data)
                got = b""
                with contextlib.suppress(OSError):
                    link.shutdown(socket.SHUT_WR)
                    while more := link.recv(65536):
                        got += more
                self.assertNotRegex(got[:15], rb"^HTTP/1.. (101|5)")
                if name not in ("a folded header", "a bare line feed", "another version"):
                    self.assertNotIn(b" 200 ", got[:20])

    def test_an_endless_head_ends(self):
        for name, piece in {"one line": b"a" * 1024, "many lines": b"X-Header: value\r\n" * 64, "many colons": b":" * 1024}.items():
            with self.subTest(name):
                link = self.raw(b"GET / HTTP/1.1\r\n")
                with self.assertRaises(ConnectionError):
                    for _ in range(64 * KIB):  # 64 MiB
                        link.sendall(piece)
        link = self.raw(b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX: " % self.port + b"a" * 9 * KIB + b"\r\n\r\n")
        self.assertNotEqual((answer_on(link) or [None])[0], 200)

    def test_requests_whose_answers_nobody_reads_cost_little_memory(self):
        before = self.web.memory()
        link = self.raw()
        link.settimeout(0.5)
        with contextlib.suppress(ConnectionError, socket.timeout):
            for _ in range(200):
                link.sendall(head_of(self.port, target="/") * 500)
        self.assert_undisturbed()
        if not IS_SANITIZED:
            self.assertLess(self.web.memory() - before, 16 * MIB)


class Sockets(WebCase):
    """Upgrades and logins."""

    def test_a_page_of_another_origin_gets_no_socket(self):
        for origin in (*(one.format(port=self.port) for one in NOT_OURS), None):
            with self.subTest(origin):
                with self.assertRaises(Refused) as refused:
                    self.page(origin=origin) if origin != "" else self.page(origin=None, headers=[("Origin", "")])
                self.assertEqual(refused.exception.answer.status, 403)

    def test_two_origins_get_none(self):
        ours = ("Origin", f"http://127.0.0.1:{self.port}")
        for both in [ours, ("Origin", "http://evil.example")], [("Origin", "http://evil.example"), ours]:
            with self.assertRaises(Refused):
                self.page(origin=None, headers=both)

    def test_an_origin_must_be_that_of_the_host_that_was_asked(self):
        for name in f"localhost:{self.port}", f"[::1]:{self.port}":
            with self.subTest(name):
                self.page(origin=f"http://{name}", headers=[("Host", name)]).challenge()
                with self.assertRaises(Refused):
                    self.page(headers=[("Host", name)])

    def test_no_extension_is_taken(self):
        page = self.page(headers=[("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")])
        self.assertNotIn("sec-websocket-extensions", dict(page.response.headers))

    def test_what_is_no_upgrade_gets_no_socket(self):
        for name, headers in {
            "no key": [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13")],
            "an old version": [*web_client.upgrade_headers(self.port, more=[("Sec-WebSocket-Version", "8")])], "a plain GET": [],
        }.items():  # fmt: skip
            with self.subTest(name):
                self.assertIn(self.status(target="/socket", headers=headers), (400, 403, 404, 426))
        for target in "/", "/style.css", "/socket2", "/SOCKET", "//socket":
            with self.subTest(target):
                self.assertNotEqual(self.status(target=target, headers=web_client.upgrade_headers(self.port)), 101)

    def test_nothing_is_told_or_done_before_the_login(self):
        for order in (
            {"command": "watch"}, {"command": "peers"}, {"command": "id", "tag": "x"}, {"command": "create_room", "name": "forged", "private": False}, {"command": "quit"},
            {"command": "login"}, {"command": "login", "session": 7, "nonce": [], "proof": {}}, {"command": "login", "session": "", "nonce": "", "proof": ""},
            {"command": "login", "session": "", "nonce": "00" * 31, "proof": "00" * 32}, {"command": "login", "session": "", "nonce": "zz" * 32, "proof": "00" * 32},
            {"command": "login", "session": None, "nonce": None, "proof": None}, {}, [], "login", 7, None,
        ):  # fmt: skip
            with self.subTest(order):
                page = self.page()
                page.challenge()
                page.send(json.dumps(order))
                self.assertEqual(page.end(), 1008)
                self.assertEqual({event["event"] for event in page.events} - {"refused"}, set(), page.events)
        self.assert_nothing_was_made()

    def test_commands_right_behind_a_wrong_login_are_not_done(self):
        page = self.page()
        page.challenge()
        login = frame(json.dumps({"command": "login", "session": "", "nonce": "00" * 32, "proof": "00" * 32}))
        page.link.sendall(login + frame(json.dumps({"command": "create_room", "name": "forged", "private": False})) * 3)
        page.end()
        self.assertEqual({event["event"] for event in page.events} - {"refused"}, set(), page.events)
        self.assert_nothing_was_made()

    def test_a_wrong_proof_is_refused(self):
        nonce = "ab" * 32
        used, sessions_key = self.web.token, self.key
        for name, session, key, role in (
            ("a link that was used", "", used, "page"), ("a key of zeros", "", "00" * 32, "page"), ("a session's key as a link", "", sessions_key, "page"),
            ("a link as a session's key", self.session, used, "page"), ("an unknown session", "00" * 16, sessions_key, "page"),
            ("a session that is part of one", self.session[:-1], sessions_key, "page"), ("the server's role", self.session, sessions_key, "server"),
            ("a long session", "a" * 2000, sessions_key, "page"), ("a session with a NUL", self.session + "\0", sessions_key, "page"),
        ):  # fmt: skip
            with self.subTest(name):
                page = self.page()
                self.assert_refused(page, session, nonce, proof(key, role, page.challenge(), nonce))
        for name, change in {
            "its last digit": lambda right: right[:-1] + ("0" if right[-1] != "0" else "1"), "its first digit": lambda right: ("0" if right[0] != "0" else "1") + right[1:],
            "less of it": lambda right: right[:-2], "more of it": lambda right: right + "00", "nothing of it": lambda _: "", "another end": lambda right: right[:-1] + "\0",
        }.items():  # fmt: skip
            with self.subTest(name):
                page = self.page()
                self.assert_refused(page, self.session, nonce, change(proof(sessions_key, "page", page.challenge(), nonce)))

    def test_a_login_that_was_heard_cannot_be_said_again(self):
        page = self.page()
        nonce = os.urandom(32).hex()
        said = {"session": self.session, "nonce": nonce, "proof_": proof(self.key, "page", page.challenge(), nonce)}
        page.say(command="login", session=self.session, nonce=nonce, proof=said["proof_"])
        self.assertEqual(page.next_events()[0]["event"], "welcome")
        for _ in range(3):
            page = self.page()
            page.challenge()
            self.assert_refused(page, **said)

    def test_no_two_challenges_are_alike(self):
        self.assertEqual(len({self.page().challenge() for _ in range(12)}), 12)

    def test_what_is_no_object_of_ours_is_told_to_be_wrong_and_no_more(self):
        page = self.another()
        for text in (
            "", " ", "nothing", "null", "7", '"text"', "[]", "{}", '{"command":7}', '{"command":null}', '{"command":"nothing"}', '{"command":"login"}', "{" * 1000,
            "[" * 500_000, '{"a":' * 80_000, '{"command":"send"}', '{"command":"send","peer":{},"text":[]}', '{"command":"history","limit":-1}',
            '{"command":"history","limit":1e300}', '{"command":"history","before":"x","after":-9223372036854775808}', '{"command":"focus","peer":7}',
            '{"command":"id","command":"quit"', '{"command":"id","tag":{}}', '{"command":"id","tag":1.5}', json.dumps({"command": "id", "tag": "t" * 65}),
            json.dumps({"command": "\ud800"}), '{"command":"id\\u0000"}', '{"command":"peers"}\n{"command":"quit"}', "{\"command\":\"send\",\"peer\":\"#\\u001b[2J\",\"text\":\"x\"}",
        ):  # fmt: skip
            with self.subTest(text[:60]):
                page.send(text)
        self.assertEqual([answer["event"] for answer in page.do("id")], ["id", "done"])
        with self.subTest("a line break makes no second command"):
            self.assertIsNone(self.web.child.poll())
        for event in page.events:
            self.assertNotIn(event["event"], ("stopping",))

    def test_a_login_works_once_for_each_socket(self):
        page = self.another()
        page.say(command="login", session=self.session, nonce="00" * 32, proof="00" * 32)
        self.assertEqual([answer["event"] for answer in page.do("id")], ["id", "done"])


class Links(tincan.TestCase):
    """Tokens and sessions: what opens the page, and how often."""

    def web(self, home=None, *flags, **how):
        web = self.started(Web(home or self.home(), *flags, **how))
        return web

    def login(self, port, key, session=""):
        page = logged_in(port, key, session)
        self.addCleanup(page.close)
        return page

    def assert_no_entry(self, port, key, session=""):
        with self.assertRaises(Refused) as refused:
            self.login(port, key, session)
        self.assertEqual(refused.exception.answer["event"], "refused")

    def test_a_link_opens_one_page_once(self):
        web = self.web()
        page = self.login(web.web_port, web.token)
        self.assertRegex(page.welcome["session"], "^[0-9a-f]{32}$")
        self.assertRegex(page.welcome["key"], "^[0-9a-f]{64}$")
        self.assertNotEqual(page.welcome["key"], web.token)
        self.assert_no_entry(web.web_port, web.token)
        page.close()
        self.assert_no_entry(web.web_port, web.token)
        again = self.login(web.web_port, page.welcome["key"], page.welcome["session"])
        self.assertEqual(set(again.welcome), {"event", "proof"})

    def test_of_two_that_come_with_one_link_at_the_same_time_one_enters(self):
        web = self.web()
        pages = [Page(web.web_port) for _ in range(8)]
        for page in pages:
            self.addCleanup(page.close)
        nonce = "cd" * 32
        logins = [frame(json.dumps({"command": "login", "session": "", "nonce": nonce, "proof": proof(web.token, "page", page.challenge(), nonce)})) for page in pages]
        for page, login in zip(pages, logins):
            page.link.sendall(login)
        self.assertEqual(sorted(page.next_events()[0]["event"] for page in pages), ["refused"] * 7 + ["welcome"])

    def test_wrong_guesses_do_not_take_the_link_from_its_owner(self):
        web = self.web()
        for _ in range(40):
            self.assert_no_entry(web.web_port, os.urandom(32).hex())
        self.login(web.web_port, web.token)

    def test_a_session_survives_a_restart_and_a_kill_and_a_used_link_does_not_come_back(self):
        home, port = self.home(), free_port()
        web = self.web(home, port=port)
        first = self.login(port, web.token).welcome
        web.child.terminate()
        self.assertEqual(web.finish(), 0, web.story())
        again = self.web(home, port=port)
        self.assertNotEqual(again.token, web.token)
        self.assert_no_entry(port, web.token)
        self.login(port, first["key"], first["session"])
        second = self.login(port, again.token).welcome
        again.kill()
        third = self.web(home, port=port)
        self.assert_no_entry(port, again.token)
        for session in first, second:
            self.login(port, session["key"], session["session"])
        third.kill()

    def test_sessions_are_not_those_of_another_profile(self):
        one, other = self.web(), self.web()
        session = self.login(one.web_port, one.token).welcome
        self.assert_no_entry(other.web_port, session["key"], session["session"])
        self.assert_no_entry(other.web_port, one.token)

    def test_a_link_stands_in_a_file_that_only_its_owner_reads_and_nowhere_else(self):
        home = self.home()
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        web = self.web(home)
        file = profile_of(home) / "web-link"
        self.assertEqual(file.read_text().strip(), web.link)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertEqual(web.raw.count(web.token.encode()), 1)
        self.assert_nowhere(home, web, web.token, but=[file, file.with_suffix(".html")])  # a browser that is opened gets the latter
        page = self.login(web.web_port, web.token)
        page.do("id")
        until(lambda: not file.exists() or web.token not in file.read_text(), "a link that was used is gone")
        self.assert_nowhere(home, web, page.welcome["key"], but=self.private_files(home))
        self.assert_nowhere(home, web, web.token)
        self.assertNotIn(page.welcome["key"].encode(), bytes(web.raw))
        self.assertEqual([path for path in self.files(home) if stat.S_IMODE(path.stat().st_mode) & 0o077], [])

    def files(self, home):
        return [path for path in home.root.rglob("*") if path.is_file()]

    def private_files(self, home):
        return [path for path in self.files(home) if stat.S_IMODE(path.stat().st_mode) == 0o600]

    def assert_nowhere(self, home, web, secret, but=()):
        secret = secret.encode()
        for path in self.files(home):
            if path not in but:
                self.assertNotIn(secret, path.read_bytes(), path)
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            for name in "cmdline", "environ":
                with contextlib.suppress(OSError):
                    said = (process / name).read_bytes()
                    self.assertFalse(secret in said, process / name)
        self.assertNotIn(secret, bytes(web.complaints))

    def test_a_link_that_the_next_file_of_that_name_would_be_led_to_is_not_written_there(self):
        home = self.home()
        web = self.web(home)
        file, elsewhere = profile_of(home) / "web-link", home.root / "elsewhere"
        web.kill()
        file.unlink(missing_ok=True)
        elsewhere.write_text("mine")
        file.symlink_to(elsewhere)
        self.web(home)
        self.assertEqual(elsewhere.read_text(), "mine")
        self.assertFalse(file.is_symlink())
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)

    def test_a_file_that_others_could_read_is_made_anew(self):
        home = self.home()
        web = self.web(home)
        file = profile_of(home) / "web-link"
        web.kill()
        file.write_text("old")
        file.chmod(0o644)
        self.web(home)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)

    def test_the_console_gives_links_that_each_open_one_page(self):
        home = self.home()
        console = Console(home, "--web", "--web-port", "0")
        self.addCleanup(console.kill)
        pattern = r"http://127\.0\.0\.1:(\d+)/#([0-9a-f]{64})"
        port, first = console.see(pattern).groups()
        self.login(int(port), first)
        console.type("/web")
        again, second = console.see(pattern).groups()
        self.assertEqual(again, port)
        self.assertNotEqual(first, second)
        self.login(int(port), second)
        self.assert_no_entry(int(port), second)

    def test_the_browser_that_is_opened_gets_no_token_as_an_argument(self):
        home = self.home()
        tools = home.root / "tools"
        tools.mkdir()
        said = tools / "said"
        for name in "xdg-open", "sensible-browser", "x-www-browser", "open":
            (tools / name).write_text(f'#!/bin/sh\nprintf "%s\\n" "$0" "$@" >"{said}.part"\ntr "\\0" "\\n" </proc/$$/environ >>"{said}.part"\nmv "{said}.part" "{said}"\n')
            (tools / name).chmod(0o755)
        environment = {**home.environment(), "PATH": f"{tools}:{os.environ['PATH']}", "DISPLAY": ":99", "BROWSER": str(tools / "xdg-open")}
        home.environment = lambda: environment
        web = self.web(home, "--open")
        until(said.exists, "the browser was started")
        self.assertNotIn(web.token, said.read_text())
        target = re.search(r"file://(\S+)|(/\S+\.html)", said.read_text())
        self.assertTrue(target, said.read_text())
        file = pathlib.Path(target[1] or target[2])
        self.assertIn(web.token, file.read_text())
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)


class Exposure(tincan.TestCase):
    """Who can reach it at all."""

    def listening(self, pid):
        """Address and port of all sockets on which a process listens."""
        inodes = {os.readlink(entry) for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir()}
        found = []
        for table, size in ("tcp", 4), ("tcp6", 16):
            for line in pathlib.Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                    address, port = fields[1].split(":")
                    words = struct.unpack(f">{size // 4}I", bytes.fromhex(address))
                    packed = struct.pack(f"={size // 4}I", *words)
                    found.append((socket.inet_ntop(socket.AF_INET if size == 4 else socket.AF_INET6, packed), int(port, 16)))
        return found

    def test_without_being_asked_for_there_is_no_web_page(self):
        peer = self.tincan()
        self.assertEqual({port for _, port in self.listening(peer.pid)}, {peer.port})
        home = self.home()
        console = Console(home)
        self.addCleanup(console.kill)
        port = int(console.see(r"reach you at: +127\.0\.0\.1:(\d+)")[1])
        self.assertEqual({port for _, port in self.listening(console.child.pid)}, {port})
        self.assertEqual(list(home.root.rglob("web-link")), [])

    def test_it_listens_on_loopback_alone(self):
        web = self.started(Web(self.home()))
        self.assertEqual([address for address, port in self.listening(web.pid) if port == web.web_port], ["127.0.0.1"])
        others = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False).stdout.split()
        for address in ("127.0.0.2", *(one for one in others if "%" not in one)):
            with self.subTest(address), self.assertRaises(OSError):
                connect(web.web_port, host=address).close()

    def test_the_port_of_the_peer_serves_no_page(self):
        web = self.started(Web(self.home()))
        with tincan.link(web) as link:
            link.sendall(head_of(web.web_port))
            link.settimeout(1)
            with contextlib.suppress(socket.timeout, ConnectionError):
                self.assertNotIn(b"HTTP/", link.recv(65536))

    def test_a_port_that_is_taken_is_said_and_no_other_is_taken_instead(self):
        home = self.home()
        with tincan.silent_server() as server:
            done = home.run(*home.flags, "web", "--json", "--web-port", server.getsockname()[1], within=3 * PATIENCE)
            self.assertEqual(done.code, 1, done)
            self.assertIn(str(server.getsockname()[1]), done.complaints + done.text)


class Bounds(WebCase):
    """Frames and sockets without measure: the page that is logged in is served all the time."""

    def assert_ends(self, page, *codes):
        self.assertIn(page.end(), (*codes, None))

    def test_a_frame_of_any_length_that_it_claims_is_refused(self):
        for length in 512 * KIB + 1, 1 << 31, 1 << 32, 1 << 62, 1 << 63, (1 << 63) - 1, (1 << 64) - 1:
            with self.subTest(length):
                page = self.another()
                page.send(b"x" * 100, length=length)
                self.assert_ends(page, 1009, 1002)

    def test_before_the_login_little_is_read(self):
        for length in 4 * KIB + 1, 64 * KIB, 1 << 63:
            with self.subTest(length):
                page = self.page()
                page.challenge()
                page.send(b"x" * 100, length=length)
                self.assert_ends(page, 1009, 1002)

    def test_fragments_without_end_are_ended(self):
        for name, piece, count in ("large", b"x" * 16 * KIB, 10_000), ("small", b"x", 2_000_000):
            with self.subTest(name):
                page = self.another()
                page.send(piece, final=False)
                pieces = frame(piece, kind=0, final=False) * (1 if len(piece) > 1 else 10_000)
                with self.assertRaises(ConnectionError):
                    for _ in range(count if len(piece) > 1 else count // 10_000):
                        page.link.sendall(pieces)

    def test_empty_fragments_without_end_cost_nothing(self):
        before = self.web.memory()
        page = self.another()
        page.send(b"", final=False)
        pieces = frame(b"", kind=0, final=False) * 10_000
        with contextlib.suppress(ConnectionError):
            for _ in range(30):
                page.link.sendall(pieces)
        self.assert_undisturbed()
        if not IS_SANITIZED:
            self.assertLess(self.web.memory() - before, 8 * MIB)

    def test_a_flood_of_pings_whose_answers_nobody_reads_costs_little(self):
        before = self.web.memory()
        for page in self.another(), self.page():
            page.link.settimeout(0.5)
            pings = frame(b"p" * 125, kind=PING) * 1000
            with contextlib.suppress(ConnectionError, socket.timeout):
                for _ in range(300):
                    page.link.sendall(pings)
            self.assert_undisturbed()
        if not IS_SANITIZED:
            self.assertLess(self.web.memory() - before, 16 * MIB)

    def test_a_flood_of_commands_whose_answers_nobody_reads_ends(self):
        before = self.web.memory()
        page = self.another()
        page.link.settimeout(1)
        orders = frame(json.dumps({"command": "id"})) * 1000
        with contextlib.suppress(ConnectionError, socket.timeout):
            for _ in range(200):
                page.link.sendall(orders)
        self.assert_undisturbed()
        if not IS_SANITIZED:
            self.assertLess(self.web.memory() - before, 48 * MIB)

    def test_frames_that_the_protocol_forbids_end_the_connection(self):
        order = json.dumps({"command": "create_room", "name": "forged", "private": False})
        for name, data in {
            "binary": frame(order, kind=2), "unmasked": frame(order, masked=False), "reserved bits": frame(order, reserved=4), "reserved kind": frame(order, kind=3),
            "reserved control": frame(b"", kind=11), "no UTF-8": frame(order.encode()[:-2] + b"\xff\xfe\"}"), "half a character": frame(b'{"command":"\xe2\x82'),
            "a surrogate": frame(b'{"command":"\xed\xa0\x80"}'), "overlong": frame(b'{"command":"\xc0\xaf"}'), "a large ping": frame(b"x" * 126, kind=PING),
            "a ping in pieces": frame(b"x", kind=PING, final=False), "a continuation of nothing": frame(order, kind=0),
            "two beginnings": frame("{", final=False) + frame("}"), "a close of one byte": frame(b"\x03", kind=CLOSE), "a close with a code of nobody": frame(b"\x03\xee", kind=CLOSE),
        }.items():  # fmt: skip
            with self.subTest(name):
                page = self.another()
                page.link.sendall(data)
                self.assert_ends(page, 1000, 1002, 1003, 1007, 1008)
        self.assert_nothing_was_made()

    def test_a_hundred_sockets_leave_room_for_the_page_that_is_there(self):
        before = self.descriptors()
        links = [self.raw() for _ in range(100)]
        self.assert_undisturbed()
        self.assertLessEqual(self.descriptors() - before, MOST_SOCKETS)
        upgrades = head_of(self.port, target="/socket", headers=web_client.upgrade_headers(self.port))
        for link in links:
            with contextlib.suppress(OSError):
                link.sendall(upgrades)
        self.assert_undisturbed()
        for link in links:
            link.close()
        until(lambda: self.descriptors() <= before, "all of them are let go")
        self.another().do("id")

    def test_pages_that_are_logged_in_are_bounded_too(self):
        before = self.descriptors()
        pages = []
        with contextlib.suppress(Refused, ConnectionError, Closed):
            while len(pages) <= MOST_SOCKETS:
                pages.append(self.another())
        self.assertLess(len(pages), MOST_SOCKETS, "the first one counts")
        self.assertGreater(len(pages), 20)
        self.assertEqual(pages[-1].do("id")[-1]["event"], "done")
        self.assert_undisturbed()
        for page in pages:
            page.close()
        until(lambda: self.descriptors() <= before, "all of them are let go")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.web.pid}/fd"))

    def test_who_is_slow_with_a_head_or_a_login_is_let_go_and_nobody_waits_for_it(self):
        silent, half, kept = self.raw(), self.raw(head_of(self.port)[:-4]), self.raw(head_of(self.port))
        upgraded, halting = self.page(), self.page()
        halting.send(b"{", final=False)
        drops = self.raw()
        ends = threading.Event()

        def drip():
            with contextlib.suppress(OSError):
                for byte in head_of(self.port, headers=[("X", "x" * 1000)]):
                    drops.sendall(bytes([byte]))
                    if ends.wait(0.2):
                        return

        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        self.addCleanup(dripping.join)
        self.addCleanup(ends.set)
        self.assert_undisturbed()
        self.assertEqual(self.status(), 200)
        self.another().do("id")
        within = DEADLINE + (20 if IS_SANITIZED else 6)
        for name, link in {"silent": silent, "half a head": half, "a byte now and then": drops, "no login": upgraded.link, "half a login": halting.link}.items():
            with self.subTest(name):
                self.assertTrue(until_closed(link, within))
        with self.subTest("idle after an answer"):
            self.assertTrue(until_closed(kept, within))
        self.assert_undisturbed()

    def test_a_page_that_does_not_read_is_dropped_and_the_talk_goes_on(self):
        before, hears = self.web.memory(), self.another()
        self.good.do("create_room", name="flood", private=False)
        self.addCleanup(self.good.do, "leave", room="#flood")
        open_before = self.descriptors()
        deaf = self.another(receives=4 * KIB)
        for page in deaf, hears:
            page.do("watch")
        text, count = "x" * 60 * KIB, 300
        for number in range(count):
            self.control.order("send", peer="#flood", text=f"{number} {text}")
        for number in range(count):
            heard = hears.wait(event="message", direction="out")
            self.assertTrue(heard["text"].startswith(f"{number} "), heard["text"][:20])
            if number % 50 == 0:
                self.assert_undisturbed()
        until(lambda: self.descriptors() <= open_before, "the page that does not read is let go")
        with self.assertRaises((Closed, ConnectionError)):
            while True:
                deaf.next_events()
        if not IS_SANITIZED:
            self.assertLess(self.web.memory() - before, 40 * MIB)
        with self.subTest("long answers arrive whole at a page that reads"):
            self.assertEqual(len(self.history(hears, "#flood")), count)

    def history(self, page, peer):
        """All of it, page by page."""
        lines, more = [], {}
        while True:
            answers = page.do("history", peer=peer, limit=1000, **more)
            lines = [one for one in answers if one["event"] == "message"] + lines
            if not any(one["event"] == "more" for one in answers):
                return lines
            more = {"before": lines[0]["id"]}

    def test_sockets_that_are_reset_in_every_state_leave_nothing(self):
        before = self.descriptors()
        for _ in range(20):
            tincan.reset(self.raw(head_of(self.port)))
            tincan.reset(self.raw(head_of(self.port)[:20]))
            tincan.reset(self.raw(head_of(self.port, target="/socket", headers=web_client.upgrade_headers(self.port))))
            page = logged_in(self.port, self.key, self.session)
            page.say(command="watch")
            page.say(command="history", limit=1000)
            page.stream.close()
            tincan.reset(page.link)
        until(lambda: self.descriptors() <= before, "all of them are let go")


if __name__ == "__main__":
    tincan.main()
