#include "tincan/app/local_addresses.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <optional>
#include <sstream>

namespace tincan::app {

namespace {

std::optional<base::Address> to_address(const sockaddr* address) {
  if (!address) return std::nullopt;
  if (address->sa_family == AF_INET) {
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, bytes.size());
    return base::Address::v4(bytes);
  }
  if (address->sa_family == AF_INET6) {
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, bytes.size());
    return base::Address::v6(bytes);
  }
  return std::nullopt;
}

// The interface of the line whose destination is 0.0.0.0.
std::string default_interface() {
  std::ifstream routes("/proc/net/route");
  std::string line;
  while (std::getline(routes, line)) {
    std::istringstream fields(line);
    std::string interface, destination;
    if (fields >> interface >> destination && destination == "00000000") return interface;
  }
  return {};
}

int rank(const base::Address& address, bool is_default) {
  if (address.is_loopback()) return address.is_v4() ? 4 : 5;
  if (address.is_link_local()) return 3;
  if (address.is_v6()) return 2;
  return is_default ? 0 : 1;
}

} // namespace

std::vector<base::Address> local_addresses() {
  std::vector<std::pair<int, base::Address>> ranked;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) == 0) {
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, freeifaddrs);
    const auto preferred = default_interface();
    for (const auto* entry = list; entry; entry = entry->ifa_next) {
      const auto address = to_address(entry->ifa_addr);
      const bool is_up = (entry->ifa_flags & IFF_UP) != 0;
      if (!address || !is_up || (address->is_v6() && address->is_link_local())) continue;
      ranked.emplace_back(rank(*address, entry->ifa_name == preferred), *address);
    }
  }
  if (ranked.empty()) ranked.emplace_back(0, base::Address::v4({127, 0, 0, 1}));
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<base::Address> result;
  for (const auto& [order, address] : ranked)
    if (std::find(result.begin(), result.end(), address) == result.end()) result.push_back(address);
  return result;
}

} // namespace tincan::app
