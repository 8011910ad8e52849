// How a page proves that it may come in, and we that it has come to us: nothing that would let a listener in ever
// crosses the connection. Over the WebSocket, before anything else:
//
// we    {"event":"challenge","nonce":N}                            64 hex digits
// page  {"command":"login","session":S,"nonce":M,"proof":P}        S: "" with a link's key, else a session's id
// we    {"event":"welcome","proof":Q}                              after a link with "session" and "key", too
// or    {"event":"refused","why":"…"}                              and the socket is closed
//
// P = HMAC-SHA256(key, "tincan web page " + N + M), Q = HMAC-SHA256(key, "tincan web server " + N + M), with the bytes
// of the nonces (RFC 2104, FIPS 180-4). Pure; any thread.
#pragma once

#include "tincan/base/keys.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tincan::web {

inline constexpr std::string_view page_domain = "tincan web page ";
inline constexpr std::string_view server_domain = "tincan web server ";

struct Login {
  std::string session; // empty: by a link
  base::Digest nonce, proof;
};
std::optional<Login> login_from_json(std::string_view message); // none: anything else

struct Welcome {
  base::Digest proof;
  struct Session {
    std::string id;
    base::Secret key;
  };
  std::optional<Session> session; // a new one
};
std::string challenge_json(const base::Digest& nonce);
std::string welcome_json(const Welcome& welcome);
std::string refused_json(std::string_view why);

} // namespace tincan::web
