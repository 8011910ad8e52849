// The web page of a running peer: who may open it, and what its pages say and hear, which is what scripts say and hear.
// Owned by Engine; I/O thread.
#pragma once

#include "tincan/app/control.hpp"
#include "tincan/base/error.hpp"
#include "tincan/base/keys.hpp"
#include "tincan/net/loop.hpp"
#include "tincan/store/page_keys.hpp"
#include "tincan/web/server.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace tincan::app {

class Pages {
public:
  // `submit` takes commands of pages. Files of `folder` hold the link and the sessions.
  Pages(net::Loop& loop, std::filesystem::path folder, std::function<base::RequestId(chat::Command)> submit);

  // Errors: in_use (the port), storage.
  base::Result<void> open(std::uint16_t port, chat::Listening greeting);
  void tell(const chat::Told& told) { control_.tell(told); }
  bool has_asked(base::RequestId request) const { return control_.has_asked(request); }
  void close(); // the link leads nowhere then

private:
  void opened(base::ClientId client);
  void take(base::ClientId client, std::string message);
  void log_in(base::ClientId client, base::Digest nonce, std::string_view message);
  void gone(base::ClientId client);

  net::Loop& loop_;
  std::filesystem::path folder_;
  Control control_;
  std::map<base::ClientId, base::Digest> strangers_; // and what each is to prove its key over
  std::optional<store::PageKeys> keys_;
  web::Server server_;
};

} // namespace tincan::app
