// What a request to the page may ask for, and what every answer says of itself. Pure; any thread.
// Sources: RFC 9110 (Host), RFC 6454 (Origin), Content Security Policy Level 3.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace tincan::web {

// Another name that leads here is somebody's attempt to make a browser talk to us (DNS rebinding).
bool is_own_host(std::string_view host, std::uint16_t port);
// A page from anywhere else may not open our socket. `host` is one of our own.
bool is_own_origin(std::string_view origin, std::string_view host);

inline constexpr std::string_view socket_target = "/socket";

// Nothing but our own files is loaded, text never becomes markup, and nobody frames us or keeps a copy.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 6> page_headers{{
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
     "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
}};

} // namespace tincan::web
