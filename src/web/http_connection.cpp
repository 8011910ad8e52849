#include "tincan/web/http_connection.hpp"

#include "tincan/web/http_rules.hpp"
#include "tincan/web/page_files.hpp"

#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

namespace tincan::web {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }
boost::beast::string_view view(std::string_view text) { return {text.data(), text.size()}; }

// A header that is there twice could mean one thing to us and another to somebody before us.
std::string_view only(const HttpRequest& request, http::field name) {
  return request.count(name) == 1 ? view(request[name]) : std::string_view{};
}

} // namespace

HttpConnection::HttpConnection(boost::asio::ip::tcp::socket socket, const World& world, std::shared_ptr<void> place)
    : stream_(std::move(socket)),
      world_(world),
      place_(std::move(place)),
      buffer_(max_head_bytes) {}

void HttpConnection::read() {
  parser_.emplace();
  parser_->header_limit(max_head_bytes);
  stream_.expires_after(patience);
  http::async_read_header(
      stream_, buffer_, *parser_, [self = shared_from_this()](const error_code& error, std::size_t) {
        if (!error) return self->heard();
        const auto is_too_long = error == http::error::header_limit || error == http::error::buffer_overflow;
        if (is_too_long) self->answer(http::status::request_header_fields_too_large, "text/plain", "too long\n");
      });
}

void HttpConnection::heard() {
  const auto& request = parser_->get();
  if (!is_own_host(only(request, http::field::host), world_.port))
    return answer(http::status::forbidden, "text/plain", "not the name of this page\n");
  if (request.method() != http::verb::get && request.method() != http::verb::head)
    return answer(http::status::method_not_allowed, "text/plain", "only GET and HEAD\n");
  const auto target = view(request.target());
  if (target == socket_target) return upgrade(request);
  if (target == "/favicon.ico")
    return answer(http::status::no_content, "image/x-icon", {}); // browsers ask by themselves
  const auto file = page_file_for(target);
  if (!file) return answer(http::status::not_found, "text/plain", "no such file\n");
  answer(http::status::ok, file->type, file->bytes);
}

void HttpConnection::upgrade(const HttpRequest& request) {
  if (!is_own_origin(only(request, http::field::origin), only(request, http::field::host)))
    return answer(http::status::forbidden, "text/plain", "not from this page\n");
  if (!boost::beast::websocket::is_upgrade(request))
    return answer(http::status::upgrade_required, "text/plain", "this is a WebSocket\n");
  if (!world_.takes_strangers()) return answer(http::status::service_unavailable, "text/plain", "too many\n");
  world_.upgrade(std::move(stream_), parser_->release(), std::move(place_));
}

// A request with a body is answered, but nothing after it is read: where it ends is not our concern.
void HttpConnection::answer(http::status status, std::string_view type, std::string_view body) {
  const auto& request = parser_->get();
  const bool is_understood = parser_->is_header_done();
  const bool goes_on = is_understood && parser_->is_done() && request.keep_alive();
  const auto response = std::make_shared<http::response<http::string_body>>(status, 11, std::string(body));
  for (const auto& [name, value] : page_headers) response->set(view(name), view(value));
  response->set(http::field::content_type, view(type));
  if (status == http::status::method_not_allowed) response->set(http::field::allow, "GET, HEAD");
  response->keep_alive(goes_on);
  response->content_length(body.size());
  if (is_understood && request.method() == http::verb::head) response->body().clear();
  http::async_write(stream_, *response,
                    [self = shared_from_this(), response, goes_on](const error_code& error, std::size_t) {
                      if (!error && goes_on) return self->read();
                      error_code ignored;
                      self->stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
                    });
}

} // namespace tincan::web
