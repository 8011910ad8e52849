// One connection of a browser: requests for files of the page, one after the other, until one of them asks for a
// WebSocket. Kept alive by its pending operations; the server's thread.
#pragma once

#include "tincan/web/page_socket.hpp"

#include <boost/beast/http/parser.hpp>
#include <functional>
#include <memory>
#include <optional>

namespace tincan::web {

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
public:
  struct World {
    std::uint16_t port = 0;
    std::function<bool()> takes_strangers; // there is room for one more WebSocket
    std::function<void(boost::beast::tcp_stream, HttpRequest, std::shared_ptr<void> place)> upgrade;
  };

  // `place` is held as long as the connection is open.
  HttpConnection(boost::asio::ip::tcp::socket socket, const World& world, std::shared_ptr<void> place);
  void read();

private:
  void heard();
  void upgrade(const HttpRequest& request);
  void answer(boost::beast::http::status status, std::string_view type, std::string_view body);

  boost::beast::tcp_stream stream_;
  const World& world_;
  std::shared_ptr<void> place_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::empty_body>> parser_;
};

} // namespace tincan::web
