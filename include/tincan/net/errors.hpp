// System error codes as our own errors, with sentences for people. Pure; any thread.
#pragma once

#include "tincan/base/error.hpp"

#include <system_error>

namespace tincan::net {

base::Error to_error(const std::error_code& code);

} // namespace tincan::net
