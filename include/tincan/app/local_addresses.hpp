// The addresses of this machine, found without sending a packet to anyone (getifaddrs(3), /proc/net/route). Any thread.
#pragma once

#include "tincan/base/endpoint.hpp"

#include <vector>

namespace tincan::app {

// The one that others most likely reach first: that of the default route's interface, then other IPv4, then IPv6, then
// loopback. Link-local IPv6 is left out (it needs a zone). Never empty.
std::vector<base::Address> local_addresses();

} // namespace tincan::app
