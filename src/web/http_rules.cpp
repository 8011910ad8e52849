#include "tincan/web/http_rules.hpp"

#include <fmt/format.h>
#include <string>

namespace tincan::web {

bool is_own_host(std::string_view host, std::uint16_t port) {
  for (const auto* name : {"127.0.0.1", "localhost", "[::1]"})
    if (host == fmt::format("{}:{}", name, port)) return true;
  return false;
}

bool is_own_origin(std::string_view origin, std::string_view host) { return origin == "http://" + std::string(host); }

} // namespace tincan::web
