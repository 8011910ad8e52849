#include "tincan/web/page_socket.hpp"

#include "tincan/web/http_rules.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>

namespace tincan::web {

namespace {

namespace websocket = boost::beast::websocket;
using boost::beast::error_code;

constexpr std::chrono::seconds idle_patience{60}; // half of it: a ping, so that a page that vanished is noticed
constexpr std::chrono::seconds ping_span{1};
constexpr int most_pings = 50; // within that
constexpr std::size_t written_at_once = 256 * 1024;

} // namespace

PageSocket::PageSocket(boost::beast::tcp_stream stream, base::ClientId id, const Server::Owner& owner,
                       std::shared_ptr<void> place)
    : stream_(std::move(stream)),
      id_(id),
      owner_(owner),
      place_(std::move(place)),
      timer_(stream_.get_executor()) {}

void PageSocket::accept(const HttpRequest& request, std::function<void()> opened) {
  boost::beast::get_lowest_layer(stream_).expires_never();
  limit();
  stream_.async_accept(request, [self = shared_from_this(), opened = std::move(opened)](const error_code& error) {
    if (error) return self->drop();
    opened();
    self->read_next();
  });
}

// What a stranger can make us keep or wait for.
void PageSocket::limit() {
  stream_.set_option(websocket::stream_base::timeout{patience, idle_patience, true});
  stream_.set_option(websocket::stream_base::decorator([](websocket::response_type& answer) {
    for (const auto& [name, value] : page_headers)
      answer.set(boost::beast::string_view(name.data(), name.size()),
                 boost::beast::string_view(value.data(), value.size()));
  }));
  stream_.read_message_max(max_stranger_message_bytes);
  stream_.auto_fragment(false);
  stream_.text(true);
  stream_.control_callback([this](websocket::frame_type kind, boost::beast::string_view) { count_pings(kind); });
  timer_.expires_after(patience);
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error && !self->is_admitted_) self->drop();
  });
}

void PageSocket::admit() {
  is_admitted_ = true;
  timer_.cancel();
  stream_.read_message_max(max_message_bytes);
}

void PageSocket::read_next() {
  if (is_gone_ || std::exchange(is_reading_, true)) return;
  stream_.async_read(buffer_, [self = shared_from_this()](const error_code& error, std::size_t bytes) {
    self->is_reading_ = false;
    if (error) return self->drop();
    self->heard(bytes);
  });
}

void PageSocket::heard(std::size_t bytes) {
  auto message = boost::beast::buffers_to_string(buffer_.data());
  buffer_.consume(bytes);
  if (closes_) return read_next(); // only its close is waited for
  if (!stream_.got_text()) {
    close(websocket::close_code::unknown_data);
    return read_next();
  }
  owner_.message(id_, std::move(message));
}

void PageSocket::count_pings(websocket::frame_type kind) {
  if (kind == websocket::frame_type::close) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - pings_since_ > ping_span) {
    pings_since_ = now;
    pings_ = 0;
  }
  if (++pings_ > most_pings) boost::asio::post(stream_.get_executor(), [self = shared_from_this()] { self->drop(); });
}

void PageSocket::send(std::string line) {
  if (is_gone_ || closes_) return;
  if (writing_.empty()) progress_ = std::chrono::steady_clock::now();
  waiting_bytes_ += line.size();
  waiting_.push_back(std::move(line));
  if (waiting_bytes_ > max_answer_bytes) return drop();
  if (waiting_bytes_ > max_backlog_bytes && !is_watched_) watch_reading();
  write();
}

// A page with so much before it that takes nothing of it for a while does not read.
void PageSocket::watch_reading() {
  is_watched_ = true;
  timer_.expires_at(progress_ + patience);
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (error) return;
    self->is_watched_ = false;
    if (self->waiting_bytes_ <= max_backlog_bytes) return;
    std::chrono::steady_clock::now() - self->progress_ < patience ? self->watch_reading() : self->drop();
  });
}

void PageSocket::close(websocket::close_code code) {
  if (is_gone_ || closes_) return;
  closes_ = code;
  write();
}

void PageSocket::write() {
  if (is_gone_ || !writing_.empty()) return;
  if (waiting_.empty()) {
    if (closes_) stream_.async_close(*closes_, [self = shared_from_this()](const error_code&) { self->drop(); });
    return;
  }
  for (; !waiting_.empty() && writing_.size() < written_at_once; waiting_.pop_front()) {
    if (!writing_.empty()) writing_ += '\n';
    writing_ += waiting_.front();
    waiting_bytes_ -= waiting_.front().size();
  }
  stream_.async_write(boost::asio::buffer(writing_), [self = shared_from_this()](const error_code& error, std::size_t) {
    self->writing_.clear();
    self->progress_ = std::chrono::steady_clock::now();
    error ? self->drop() : self->write();
  });
}

void PageSocket::drop() {
  if (std::exchange(is_gone_, true)) return;
  timer_.cancel();
  boost::beast::get_lowest_layer(stream_).close();
  place_.reset();
  owner_.gone(id_);
}

} // namespace tincan::web
