// One WebSocket of a page: text messages in, one at a time, and lines out. Kept alive by its pending operations; the
// server's thread.
#pragma once

#include "tincan/base/ids.hpp"
#include "tincan/web/server.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace tincan::web {

using HttpRequest = boost::beast::http::request<boost::beast::http::empty_body>;

class PageSocket : public std::enable_shared_from_this<PageSocket> {
public:
  // `place` is held as long as the socket is open. Of `owner` everything but `opened` is called.
  PageSocket(boost::beast::tcp_stream stream, base::ClientId id, const Server::Owner& owner,
             std::shared_ptr<void> place);

  void accept(const HttpRequest& request, std::function<void()> opened);
  void send(std::string line);
  void read_next();
  void admit();
  void close(boost::beast::websocket::close_code code); // after what was sent
  bool is_stranger() const { return !is_admitted_; }

private:
  using Stream = boost::beast::websocket::stream<boost::beast::tcp_stream>;

  void limit();
  void heard(std::size_t bytes);
  void count_pings(boost::beast::websocket::frame_type kind);
  void write();
  void watch_reading();
  void drop();

  Stream stream_;
  base::ClientId id_;
  const Server::Owner& owner_;
  std::shared_ptr<void> place_;
  boost::asio::steady_timer timer_; // of the login, then of reading
  boost::beast::flat_buffer buffer_;
  std::deque<std::string> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::string writing_;
  std::chrono::steady_clock::time_point progress_{}; // when something was written last, or had to be
  std::chrono::steady_clock::time_point pings_since_{};
  int pings_ = 0;
  bool is_admitted_ = false, is_gone_ = false, is_reading_ = false, is_watched_ = false;
  std::optional<boost::beast::websocket::close_code> closes_;
};

} // namespace tincan::web
