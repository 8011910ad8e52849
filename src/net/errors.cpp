#include "tincan/net/errors.hpp"

#include <asio/error.hpp>

namespace tincan::net {

base::Error to_error(const std::error_code& code) {
  using base::ErrorCode;
  if (code == asio::error::connection_refused) return {ErrorCode::refused, "connection refused (is the peer running?)"};
  if (code == asio::error::timed_out) return {ErrorCode::timed_out, "no answer (is that machine on?)"};
  if (code == asio::error::host_unreachable || code == asio::error::network_unreachable)
    return {ErrorCode::unreachable, "no way leads to that address (are you in its network?)"};
  if (code == asio::error::host_not_found || code == asio::error::no_data)
    return {ErrorCode::unreachable, "no such name"};
  if (code == asio::error::host_not_found_try_again)
    return {ErrorCode::unreachable, "the name service does not answer"};
  if (code == asio::error::connection_reset || code == asio::error::broken_pipe || code == asio::error::eof)
    return {ErrorCode::reset, "the connection broke"};
  if (code == asio::error::no_buffer_space) return {ErrorCode::limit, "it does not read what it is sent"};
  if (code == asio::error::no_descriptors) return {ErrorCode::limit, "too many open connections"};
  if (code == asio::error::address_in_use) return {ErrorCode::in_use, "the address is in use"};
  return {ErrorCode::unreachable, code.message()};
}

} // namespace tincan::net
