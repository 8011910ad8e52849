#include "tincan/net/errors.hpp"

#include <asio/error.hpp>
#include <catch2/catch.hpp>

using namespace tincan;
using base::ErrorCode;

TEST_CASE("What the system reports becomes one of our own errors with a sentence") {
  const auto code = [](auto error) { return net::to_error(asio::error::make_error_code(error)).code; };
  CHECK(code(asio::error::connection_refused) == ErrorCode::refused);
  CHECK(code(asio::error::timed_out) == ErrorCode::timed_out);
  CHECK(code(asio::error::host_unreachable) == ErrorCode::unreachable);
  CHECK(code(asio::error::network_unreachable) == ErrorCode::unreachable);
  CHECK(code(asio::error::host_not_found) == ErrorCode::unreachable);
  CHECK(code(asio::error::host_not_found_try_again) == ErrorCode::unreachable);
  CHECK(code(asio::error::connection_reset) == ErrorCode::reset);
  CHECK(code(asio::error::broken_pipe) == ErrorCode::reset);
  CHECK(code(asio::error::eof) == ErrorCode::reset);
  CHECK(code(asio::error::no_descriptors) == ErrorCode::limit);
  CHECK(code(asio::error::no_buffer_space) == ErrorCode::limit);
  CHECK(code(asio::error::address_in_use) == ErrorCode::in_use);
  for (const int number : {1, 13, 101, 104, 110, 111, 113, 9999}) {
    const auto text = net::to_error({number, asio::error::get_system_category()}).text;
    CHECK_FALSE(text.empty());
    CHECK(text.find('\n') == std::string::npos);
  }
}
