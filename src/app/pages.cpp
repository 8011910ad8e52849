#include "tincan/app/pages.hpp"

#include "tincan/net/driver.hpp"
#include "tincan/web/login.hpp"

#include <fmt/format.h>

namespace tincan::app {

Pages::Pages(net::Loop& loop, std::filesystem::path folder, std::function<base::RequestId(chat::Command)> submit)
    : loop_(loop),
      folder_(std::move(folder)),
      control_({std::move(submit),
                [this](base::ClientId client, std::string line) { server_.send(client, std::move(line)); }}),
      server_({.opened = [this](auto client) { loop_.post([this, client] { opened(client); }); },
               .message =
                   [this](auto client, std::string message) {
                     loop_.post(
                         [this, client, message = std::move(message)]() mutable { take(client, std::move(message)); });
                   },
               .gone = [this](auto client) { loop_.post([this, client] { gone(client); }); }}) {}

base::Result<void> Pages::open(std::uint16_t port, chat::Listening greeting) {
  control_.introduce(std::move(greeting));
  const auto opened = server_.open(port);
  if (!opened) return tl::unexpected(opened.error());
  auto keys = store::PageKeys::open(folder_, fmt::format("http://127.0.0.1:{}", *opened), net::now().wall);
  if (!keys) return tl::unexpected(keys.error());
  keys_ = std::move(*keys);
  return {};
}

void Pages::close() {
  server_.close();
  store::PageKeys::remove_link(folder_);
}

void Pages::opened(base::ClientId client) {
  const auto nonce = store::PageKeys::new_nonce();
  strangers_[client] = nonce;
  server_.send(client, web::challenge_json(nonce));
}

void Pages::take(base::ClientId client, std::string message) {
  if (const auto stranger = strangers_.find(client); stranger != strangers_.end())
    return log_in(client, stranger->second, message);
  control_.take_line(client, message);
  server_.read_next(client);
}

// One try for each connection.
void Pages::log_in(base::ClientId client, base::Digest nonce, std::string_view message) {
  const auto login = web::login_from_json(message);
  const auto proven = [&](std::string_view domain) {
    return fmt::format("{}{}{}", domain, nonce.view(), login->nonce.view());
  };
  const auto admission =
      login ? keys_->admit(login->session, proven(web::page_domain), login->proof, net::now().wall) : std::nullopt;
  if (!admission) {
    server_.send(client, web::refused_json("this link was used already, or is of another run: open a new one (/web in "
                                           "the console, or tincan web)"));
    return server_.refuse(client);
  }
  strangers_.erase(client);
  server_.admit(client);
  web::Welcome welcome{store::PageKeys::proof(admission->key, proven(web::server_domain)), std::nullopt};
  if (admission->session) welcome.session = {admission->session->id, admission->session->key};
  server_.send(client, web::welcome_json(welcome));
  server_.read_next(client);
}

void Pages::gone(base::ClientId client) {
  strangers_.erase(client);
  control_.gone(client);
}

} // namespace tincan::app
