// Addresses as peers and people write them: what is understood must be printed so that it is understood again.
#include "fuzz_check.hpp"
#include "tincan/base/endpoint.hpp"

#include <string>
#include <string_view>

namespace {

using namespace tincan::base;

void check_address(std::string_view text) {
  const auto address = Address::parse(text);
  if (!address) return;
  TINCAN_MUST(Address::parse(address->text()) == address);
  TINCAN_MUST(std::hash<Address>{}(*address) == std::hash<Address>{}(*Address::parse(address->text())));
}

void check_endpoint(std::string_view text) {
  const auto endpoint = Endpoint::parse(text);
  if (!endpoint) return;
  TINCAN_MUST(endpoint->port != 0);
  TINCAN_MUST(Endpoint::parse(endpoint->text()) == endpoint);
  const auto typed = HostPort::parse(text);
  TINCAN_MUST(typed && typed->address == endpoint->address && typed->port == endpoint->port);
}

void check_host_port(std::string_view text) {
  const auto typed = HostPort::parse(text);
  if (!typed) {
    TINCAN_MUST(!typed.error().text.empty());
    for (const char c : typed.error().text) TINCAN_MUST(c >= ' ' && c <= '~');
    return;
  }
  TINCAN_MUST(typed->address || is_host_name(typed->host));
  auto again = typed->host.find(':') != std::string::npos ? '[' + typed->host + ']' : typed->host;
  if (typed->port) again += ':' + std::to_string(*typed->port);
  const auto twice = HostPort::parse(again);
  TINCAN_MUST(twice && twice->host == typed->host && twice->port == typed->port && twice->address == typed->address);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_address(text);
  check_endpoint(text);
  check_host_port(text);
  if (const auto port = parse_port(text)) TINCAN_MUST(parse_port(std::to_string(*port)) == port);
  return 0;
}
