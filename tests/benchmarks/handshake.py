"""handshake: what our TLS costs beside OpenSSL alone, in memory, and the memory of a secured link that is idle."""

import json
import subprocess

from figures import progress, tell
from programs import HERE, ROOT, WORK, build

MEASURER = WORK / "handshake"
SOURCES = (HERE / "handshake.cpp", ROOT / "src/net/tls.cpp", ROOT / "include/tincan/net/tls.hpp")


def handshake(runs):
    build(MEASURER, SOURCES, f"-I{ROOT / 'include'}", "-D_GLIBCXX_ASSERTIONS", libraries=("-lssl", "-lcrypto"))
    results = []
    for run in range(runs):
        done = subprocess.run([MEASURER], capture_output=True, check=True)
        results.append(json.loads(done.stdout))
        progress(f"handshake {run + 1}/{runs}: {results[-1]}")

    def each(name):
        return [result[name] for result in results]

    tell("handshake", each("handshakes"), "handshakes of both ends/s", bare=each("bare_handshakes"))
    tell("handshake", each("handshake_ratio"), "of OpenSSL's handshakes", at_least=0.7)
    tell("handshake", each("bulk_mb"), "MB/s encrypted and decrypted", bare=each("bare_bulk_mb"))
    tell("handshake", each("idle_end_kb"), "kB for each end of an idle secured link", below=35)
