"""A crowd of hostile connections, in a process of its own, until its stdin is closed.

    crowd.py HOST:PORT MANNER COUNT [SOURCE...]

Manners: idle (says nothing), half (half a header, then nothing), drip (one byte a second), endless (bytes without a newline as long as
anybody takes them), garbage (random bytes, then a reset, again and again), mute-greeting (a port line that reads no answer).
Tells {"opened": N} when all have been tried.
"""

import errno
import itertools
import json
import os
import select
import socket
import struct
import sys
import threading
import time

FIRST_BYTES = {"half": b"127.0.0.1:70", "drip": b"1", "mute-greeting": b"7001\nCONNECT\n"}
CHUNK = b"x" * 65536


def opened(host, port, source):
    connection = socket.socket()
    connection.settimeout(5)
    try:
        connection.bind((source, 0))
        connection.connect((host, port))
    except OSError as fault:
        connection.close()
        if fault.errno in (errno.EMFILE, errno.ENFILE):
            raise
        return None
    connection.setblocking(False)
    return connection


def offer(connection, data):
    """Writes what is taken; False once nobody is there."""
    try:
        connection.send(data)
    except BlockingIOError:
        pass
    except OSError:
        return False
    return True


def drip(crowd):
    while crowd:
        crowd = [connection for connection in crowd if offer(connection, b"7")]
        time.sleep(1)


def pour(crowd):
    while crowd:
        _, writable, _ = select.select([], crowd, [], 1)
        gone = {connection for connection in writable if not offer(connection, CHUNK)}
        crowd = [connection for connection in crowd if connection not in gone]


def greet_for_ever(crowd):
    while crowd:
        crowd = [connection for connection in crowd if offer(connection, b"hello\n" * 100)]
        time.sleep(0.01)


def throw(host, port, source):
    connection = opened(host, port, source)
    if connection:
        offer(connection, os.urandom(600))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


def throw_for_ever(host, port, sources):
    for source in itertools.cycle(sources):
        throw(host, port, source)
        time.sleep(0.001)


def main():
    peer, manner, count, *sources = sys.argv[1:]
    host, _, port = peer.rpartition(":")
    sources = sources or ["127.0.0.66"]
    crowd = []
    if manner == "garbage":
        for source in itertools.islice(itertools.cycle(sources), int(count)):
            throw(host, int(port), source)
        threading.Thread(target=throw_for_ever, args=(host, int(port), sources), daemon=True).start()
    else:
        crowd = [opened(host, int(port), source) for source in itertools.islice(itertools.cycle(sources), int(count))]
        crowd = [connection for connection in crowd if connection]
        for connection in crowd:
            offer(connection, FIRST_BYTES.get(manner, b""))
    print(json.dumps({"opened": len(crowd) or int(count)}), flush=True)
    act = {"drip": drip, "endless": pour, "mute-greeting": greet_for_ever}.get(manner)
    if act:
        threading.Thread(target=act, args=(crowd,), daemon=True).start()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
