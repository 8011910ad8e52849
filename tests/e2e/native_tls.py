"""TLS and Ed25519 for the tests' own tincan: OpenSSL through ctypes, as Python's `ssl` can neither sign nor take a certificate that nobody signed."""

import ctypes
import os
import select
import time
from ctypes import c_char_p, c_int, c_long, c_size_t, c_uint, c_void_p

from processes import PATIENCE

CRYPTO = ctypes.CDLL("libcrypto.so.3")
SSL = ctypes.CDLL("libssl.so.3")
ED25519 = 1087
TLS_1_2, TLS_1_3 = 0x0303, 0x0304
WANT_READ, WANT_WRITE, ZERO_RETURN = 2, 3, 6


def function(library, name, result, *arguments):
    found = getattr(library, name)
    found.restype, found.argtypes = result, arguments or None
    return found


new_private = function(CRYPTO, "EVP_PKEY_new_raw_private_key", c_void_p, c_int, c_void_p, c_char_p, c_size_t)
raw_public = function(CRYPTO, "EVP_PKEY_get_raw_public_key", c_int, c_void_p, c_char_p, ctypes.POINTER(c_size_t))
new_digest_context = function(CRYPTO, "EVP_MD_CTX_new", c_void_p)
free_digest_context = function(CRYPTO, "EVP_MD_CTX_free", None, c_void_p)
begin_signing = function(CRYPTO, "EVP_DigestSignInit", c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)
sign_bytes = function(CRYPTO, "EVP_DigestSign", c_int, c_void_p, c_char_p, ctypes.POINTER(c_size_t), c_char_p, c_size_t)
generate = function(CRYPTO, "EVP_PKEY_Q_keygen", c_void_p)
generate.argtypes = [c_void_p, c_void_p, c_char_p, c_size_t]
sha256_kind = function(CRYPTO, "EVP_sha256", c_void_p)
clear_errors = function(CRYPTO, "ERR_clear_error", None)
last_error = function(CRYPTO, "ERR_peek_error", ctypes.c_ulong)
error_text = function(CRYPTO, "ERR_reason_error_string", c_char_p, ctypes.c_ulong)

new_certificate = function(CRYPTO, "X509_new", c_void_p)
not_before = function(CRYPTO, "X509_getm_notBefore", c_void_p, c_void_p)
not_after = function(CRYPTO, "X509_getm_notAfter", c_void_p, c_void_p)
shift_time = function(CRYPTO, "X509_gmtime_adj", c_void_p, c_void_p, c_long)
set_public = function(CRYPTO, "X509_set_pubkey", c_int, c_void_p, c_void_p)
sign_certificate = function(CRYPTO, "X509_sign", c_int, c_void_p, c_void_p, c_void_p)
key_of_certificate = function(CRYPTO, "X509_get0_pubkey", c_void_p, c_void_p)

tls_method = function(SSL, "TLS_method", c_void_p)
new_context = function(SSL, "SSL_CTX_new", c_void_p, c_void_p)
control_context = function(SSL, "SSL_CTX_ctrl", c_long, c_void_p, c_int, c_long, c_void_p)
use_certificate = function(SSL, "SSL_CTX_use_certificate", c_int, c_void_p, c_void_p)
use_key = function(SSL, "SSL_CTX_use_PrivateKey", c_int, c_void_p, c_void_p)
VERIFY = ctypes.CFUNCTYPE(c_int, c_int, c_void_p)
set_verify = function(SSL, "SSL_CTX_set_verify", None, c_void_p, c_int, VERIFY)
offer_protocols = function(SSL, "SSL_CTX_set_alpn_protos", c_int, c_void_p, c_char_p, c_uint)
select_protocol = function(SSL, "SSL_select_next_proto", c_int, c_void_p, c_void_p, c_char_p, c_uint, c_void_p, c_uint)
CHOOSE = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_uint, c_void_p)
set_choice = function(SSL, "SSL_CTX_set_alpn_select_cb", None, c_void_p, CHOOSE, c_void_p)
set_tickets = function(SSL, "SSL_CTX_set_num_tickets", c_int, c_void_p, c_size_t)
new_session = function(SSL, "SSL_new", c_void_p, c_void_p)
free_session = function(SSL, "SSL_free", None, c_void_p)
set_descriptor = function(SSL, "SSL_set_fd", c_int, c_void_p, c_int)
connect = function(SSL, "SSL_connect", c_int, c_void_p)
accept = function(SSL, "SSL_accept", c_int, c_void_p)
read = function(SSL, "SSL_read", c_int, c_void_p, c_char_p, c_int)
write = function(SSL, "SSL_write", c_int, c_void_p, c_char_p, c_int)
shutdown = function(SSL, "SSL_shutdown", c_int, c_void_p)
error_of = function(SSL, "SSL_get_error", c_int, c_void_p, c_int)
peer_certificate = function(SSL, "SSL_get1_peer_certificate", c_void_p, c_void_p)
export = function(SSL, "SSL_export_keying_material", c_int, c_void_p, c_char_p, c_size_t, c_char_p, c_size_t, c_void_p, c_size_t, c_int)

ANY_CERTIFICATE = VERIFY(lambda is_right, store: 1)
PROTOCOLS = b"\x08tincan/1"
CHOICE = CHOOSE(lambda session, out, out_bytes, offered, count, _: 0 if select_protocol(out, out_bytes, PROTOCOLS, 9, offered, count) == 1 else 2)

DIGITS = "ybndrfg8ejkmcpqxot1uwisza345h769"


def z_base_32(key):
    """The text form of a key: 52 digits, the last of which carries one bit."""
    bits = "".join(f"{byte:08b}" for byte in key) + "0000"
    return "".join(DIGITS[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))


def public_half(private):
    public, size = ctypes.create_string_buffer(32), c_size_t(32)
    assert raw_public(private, public, ctypes.byref(size)) == 1 and size.value == 32
    return public.raw


class Key:
    """An Ed25519 pair, its certificate, and its name."""

    def __init__(self, seed=None):
        self.seed = seed or os.urandom(32)
        self.private = new_private(ED25519, None, self.seed, 32)
        assert self.private
        self.public = public_half(self.private)
        self.text = z_base_32(self.public)

    def sign(self, data):
        context, signature, size = new_digest_context(), ctypes.create_string_buffer(64), c_size_t(64)
        assert begin_signing(context, None, None, None, self.private) == 1
        assert sign_bytes(context, signature, ctypes.byref(size), data, len(data)) == 1
        free_digest_context(context)
        return signature.raw

    def certificate(self):
        return certificate_of(self.private)


class RsaKey:
    def __init__(self):
        self.private = generate(None, None, b"RSA", 2048)
        assert self.private

    def certificate(self):
        return certificate_of(self.private, sha256_kind())


def certificate_of(private, digest=None):
    certificate = new_certificate()
    shift_time(not_before(certificate), -3600)
    shift_time(not_after(certificate), 3600)
    assert set_public(certificate, private) == 1 and sign_certificate(certificate, private, digest) > 0
    return certificate


def context(key=None, versions=(TLS_1_3, TLS_1_3), protocols=PROTOCOLS):
    """With a key it shows its certificate; whom it talks to it does not care."""
    made = new_context(tls_method())
    for command, version in zip((123, 124), versions):
        control_context(made, command, version, None)
    if key:
        assert use_certificate(made, key.certificate()) == 1 and use_key(made, key.private) == 1
    set_verify(made, 3, ANY_CERTIFICATE)
    if protocols:
        offer_protocols(made, protocols, len(protocols))
    set_choice(made, CHOICE, None)
    set_tickets(made, 0)
    return made


class Refused(OSError):
    """The other side did not want this TLS, or ended it without a word."""


class Tls:
    """TLS over a connected socket. Every wait ends."""

    def __init__(self, sock, made_context, is_server=False, within=PATIENCE):
        self.sock, self.within = sock, within
        sock.setblocking(False)
        self.session = new_session(made_context)
        set_descriptor(self.session, sock.fileno())
        self.repeat(accept if is_server else connect)

    def repeat(self, call, *arguments, within=None):
        deadline = time.monotonic() + (self.within if within is None else within)
        while True:
            clear_errors()
            result = call(self.session, *arguments)
            if result > 0:
                return result
            error = error_of(self.session, result)
            if error == ZERO_RETURN:
                return 0
            if error not in (WANT_READ, WANT_WRITE):
                raise Refused((error_text(last_error()) or b"the connection has ended").decode())
            self.wait(error, deadline)

    def wait(self, error, deadline):
        ready = select.poll()
        ready.register(self.sock, select.POLLIN if error == WANT_READ else select.POLLOUT)
        if not ready.poll(max(0, deadline - time.monotonic()) * 1000):
            raise TimeoutError("the other side neither writes nor reads")

    def send(self, data, within=None):
        for at in range(0, len(data), 1 << 20):
            piece = data[at : at + (1 << 20)]
            self.repeat(write, piece, len(piece), within=within)

    def receive(self, within=None):
        """Some bytes; none at the end."""
        buffer = ctypes.create_string_buffer(65536)
        count = self.repeat(read, buffer, 65536, within=within)
        return buffer.raw[:count]

    def peer_key(self):
        return public_half(key_of_certificate(peer_certificate(self.session)))

    def exporter(self):
        secret, label = ctypes.create_string_buffer(32), b"EXPORTER-tincan/1"
        assert export(self.session, secret, 32, label, len(label), None, 0, 0) == 1
        return secret.raw

    def close(self, politely=True):
        if not self.session:
            return
        clear_errors()
        if politely:
            shutdown(self.session)
        free_session(self.session)
        self.session = None
        self.sock.close()
