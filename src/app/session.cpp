#include "tincan/app/session.hpp"

#include "tincan/app/engine.hpp"
#include "tincan/app/line_queue.hpp"
#include "tincan/app/signals.hpp"
#include "tincan/app/startup.hpp"
#include "tincan/chat/json.hpp"
#include "tincan/store/profile.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <iostream>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace tincan::app {

namespace {

int connect_to(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.string().size() >= sizeof address.sun_path) return -1;
  std::strcpy(address.sun_path, path.c_str());
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor >= 0 && ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return descriptor;
  if (descriptor >= 0) ::close(descriptor);
  return -1;
}

class RemoteSession : public Session {
public:
  explicit RemoteSession(int descriptor) : descriptor_(descriptor) {}
  ~RemoteSession() override { ::close(descriptor_); }

  void submit(const chat::Command& command) override { write(chat::to_json(command)); }
  void watch() { write(R"({"command":"watch"})"); }

  std::optional<std::string> next_line(Deadline deadline) override {
    for (;;) {
      const auto end = held_.find('\n', begin_);
      if (end != std::string::npos) {
        auto line = held_.substr(begin_, end - begin_);
        begin_ = end + 1;
        return line;
      }
      held_.erase(0, begin_);
      begin_ = 0;
      if (!wait(deadline) || !fill()) return std::nullopt;
    }
  }

  bool is_over() const override { return is_over_; }
  bool is_own() const override { return false; }
  void leave() override {}

private:
  bool wait(Deadline deadline) {
    using namespace std::chrono;
    while (!is_over_ && !signals_.has_come()) {
      int patience = 60'000;
      if (deadline)
        patience = static_cast<int>(
            std::clamp<long>(duration_cast<milliseconds>(*deadline - steady_clock::now()).count() + 1, 0, 60'000));
      pollfd waits[2]{{descriptor_, POLLIN, 0}, {signals_.descriptor(), POLLIN, 0}};
      const int ready = ::poll(waits, 2, patience);
      if (ready > 0 && waits[0].revents != 0) return true;
      if (deadline && steady_clock::now() >= *deadline) return false;
    }
    is_over_ = true;
    return false;
  }

  bool fill() {
    char chunk[16384];
    const auto count = ::read(descriptor_, chunk, sizeof chunk);
    if (count > 0)
      held_.append(chunk, static_cast<std::size_t>(count));
    else
      is_over_ = true;
    return count > 0;
  }

  void write(std::string line) {
    line += '\n';
    for (std::string_view rest = line; !rest.empty();) {
      const auto count = ::send(descriptor_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (count <= 0) {
        is_over_ = true;
        return;
      }
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  EndSignals signals_;
  int descriptor_;
  std::string held_;
  std::size_t begin_ = 0;
  bool is_over_ = false;
};

class LocalSession : public Session {
public:
  enum class Hears : bool { answers, everything };
  LocalSession(std::unique_ptr<EndSignals> signals, Hears hears) : signals_(std::move(signals)), hears_(hears) {}
  ~LocalSession() override {
    queue_.close();
    engine_.reset();
  }

  void start(std::unique_ptr<Engine> engine) {
    engine_ = std::move(engine);
    engine_->start(
        [this](const chat::Told& told) {
          if (!told.request && hears_ == Hears::answers) return;
          for (auto& line : chat::to_json_lines(told.event)) queue_.push(std::move(line));
        },
        [this] { queue_.close(); });
  }

  void submit(const chat::Command& command) override { engine_->submit(command); }

  std::optional<std::string> next_line(Deadline deadline) override {
    if (lines_.empty() && !signals_->has_come()) lines_ = queue_.take(deadline, signals_->descriptor());
    if (lines_.empty()) return std::nullopt;
    auto line = std::move(lines_.front());
    lines_.pop_front();
    return line;
  }

  bool is_over() const override { return queue_.is_closed() || signals_->has_come(); }
  bool is_own() const override { return true; }
  void leave() override {
    queue_.release(); // the I/O thread must not wait for us while we wait for it
    engine_->stop();
  }

private:
  std::unique_ptr<EndSignals> signals_;
  LineQueue queue_;
  std::deque<std::string> lines_;
  Hears hears_;
  std::unique_ptr<Engine> engine_;
};

} // namespace

namespace {

constexpr std::chrono::seconds profile_patience{5}; // another one-shot command may have it open for a moment
constexpr int profile_poll_ms = 20;

std::unique_ptr<RemoteSession> open_running(const Options& options) {
  const int descriptor = connect_to(store::profile_socket_path(options.data_dir, options.profile));
  return descriptor < 0 ? nullptr : std::make_unique<RemoteSession>(descriptor);
}

base::Result<std::unique_ptr<Session>> open_own(const EngineOptions& options, LocalSession::Hears hears) {
  auto signals = std::make_unique<EndSignals>(); // before the engine's thread
  const int descriptor = signals->descriptor();
  const auto deadline = std::chrono::steady_clock::now() + profile_patience;
  for (;;) {
    auto engine = Engine::open(options);
    if (engine) {
      auto session = std::make_unique<LocalSession>(std::move(signals), hears);
      session->start(std::move(*engine));
      return session;
    }
    const bool may_be_brief =
        engine.error().code == base::ErrorCode::in_use && options.listen != EngineOptions::Listen::must;
    if (!may_be_brief || std::chrono::steady_clock::now() >= deadline) return tl::unexpected(engine.error());
    pollfd wait{descriptor, POLLIN, 0};
    if (::poll(&wait, 1, profile_poll_ms) > 0) return tl::unexpected(engine.error());
  }
}

} // namespace

base::Result<std::unique_ptr<Session>> open_session(const Options& options, Purpose purpose) {
  if (auto running = open_running(options)) return running;
  auto identity = default_identity(options);
  if (!identity) return tl::unexpected(identity.error());
  identity->listen = purpose == Purpose::sends ? EngineOptions::Listen::may : EngineOptions::Listen::never;
  identity->mandatory.clear();
  identity->farewells = chat::Farewells::kept_links;
  identity->greets_contacts = false;
  identity->is_controllable = false;
  identity->web_port.reset();
  return open_own(*identity, LocalSession::Hears::answers);
}

bool is_running(const Options& options) { return open_running(options) != nullptr; }

base::Result<std::unique_ptr<Session>> open_listening(const Options& options) {
  if (auto running = open_running(options)) {
    std::cerr << "tincan: profile '" << options.profile << "' runs already: these are its events\n";
    running->watch();
    return running;
  }
  const auto identity = default_identity(options);
  if (!identity) return tl::unexpected(identity.error());
  return open_own(*identity, LocalSession::Hears::everything);
}

} // namespace tincan::app
