"""Fails when a room includes what it may not know (README, "How it works"; house.md): layering.py SOURCE_DIR"""
import pathlib
import re
import sys

ROOMS = {
    "base": set(),
    "wire": {"base"},
    "chat": {"wire", "base"},
    "sim": {"chat", "wire", "base"},
    "store": {"chat", "wire", "base"},
    "net": {"chat", "wire", "base"},
    "term": {"base"},
    "web": {"chat", "base"},
    "app": {"net", "store", "term", "web", "sim", "chat", "wire", "base"},
}
# Heavy or foreign headers, and the only files that may see them.
OWNERS = {
    r"asio(\.hpp|/)": r"(src|include/tincan)/net/",
    r"SQLiteCpp/|sqlite3\.h": r"(src|include/tincan)/store/",
    r"CLI/": r"src/app/options\.cpp$",
    r"nlohmann/": r"src/chat/json_[a-z_]+\.cpp$|include/tincan/chat/json_(fields|rooms)\.hpp$|src/web/login\.cpp$",
    r"chat/json_(fields|rooms)\.hpp": r"src/chat/json_[a-z_]+\.cpp$|include/tincan/chat/json_rooms\.hpp$",
    r"tincan/chat/node\.hpp": r"src/chat/node[a-z_]*\.cpp$|(src|include/tincan)/(sim|net|app)/",
    r"utf8proc\.h": r"src/base/",
    r"unicode/": r"src/base/look_alike\.cpp$",
    r"google/protobuf|tincan\.pb\.h": r"src/wire/frame[a-z_]*\.cpp$",
    r"openssl/": r"src/(net/tls|store/identity)\.cpp$",
    r"sodium": r"src/store/(sealing|page_keys)\.cpp$",
    r"qrencode\.h": r"src/app/qr\.cpp$",
    r"boost/": r"(src|include/tincan)/web/",
    r"libtorrent/|avahi": r"^$",
    r"termios\.h": r"src/term/|include/tincan/term/",
}
# The features of chat/: only node is above them; no other file of chat includes one, and none another.
FEATURES = {"outbox", "broadcast_host", "mandatory", "native_talk", "room_talk"}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)


def room_of(path):
    return path.parts[-2] if path.parts[-3] == "src" or path.parts[-3] == "tincan" else None


def feature_of(stem):
    """A feature with several sources names them all alike: room_hearing belongs to room_talk."""
    first = stem.split("_")[0]
    return {"native": "native_talk", "room": "room_talk", "node": "node", "outbox": "outbox"}.get(first, stem)


def complaints(root):
    files = sorted(root.glob("src/*/*.cpp")) + sorted(root.glob("include/tincan/*/*.hpp"))
    edges = {}
    for path in files:
        name = str(path.relative_to(root))
        room = room_of(path)
        if room not in ROOMS:
            yield f"{name}: there is no room {room}"
            continue
        for header in INCLUDE.findall(path.read_text(encoding="utf-8")):
            if header.startswith("tincan/"):
                edges.setdefault(name, set()).add("include/" + header)
                other = header.split("/")[1]
                if other != room and other not in ROOMS[room]:
                    yield f"{name}: {room} may not include {other} ({header})"
                feature = feature_of(path.stem)
                if room == "chat" and feature != "node" and pathlib.Path(header).stem in FEATURES - {feature}:
                    yield f"{name}: only node may include a feature ({header})"
            for pattern, owner in OWNERS.items():
                if re.match(pattern, header) and not re.search(owner, name):
                    yield f"{name}: {header} belongs to another file"
    yield from circles(edges)


def circles(edges):
    state = {}

    def visit(node, trail):
        state[node] = "open"
        for following in sorted(edges.get(node, ())):
            if state.get(following) == "open":
                yield "circle: " + " -> ".join(trail + [node, following])
            elif following not in state:
                yield from visit(following, trail + [node])
        state[node] = "done"

    for node in sorted(edges):
        if node not in state:
            yield from visit(node, [])


if __name__ == "__main__":
    found = list(complaints(pathlib.Path(sys.argv[1]).resolve()))
    print("\n".join(found) or "every include points downwards")
    sys.exit(1 if found else 0)
