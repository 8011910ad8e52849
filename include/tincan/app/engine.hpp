// One running peer: profile, identity, store, network and I/O thread, in the order in which they depend on each other.
// Owned by main. submit() and peers() may be called from any thread; events come on the I/O thread.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/chat/commands.hpp"
#include "tincan/chat/events.hpp"
#include "tincan/chat/node.hpp"
#include "tincan/chat/peer_table.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tincan::app {

struct EngineOptions {
  std::filesystem::path data_dir;
  std::string profile;
  std::string team;
  base::Address announced;
  std::uint16_t port = 0; // 0: any free one
  enum class Listen : std::uint8_t { must, may, never };
  Listen listen = Listen::must; // may: go on without when the port is taken; never: nor dial, only look at the store
  bool is_controllable = true;  // opens the control socket
  std::optional<std::uint16_t> web_port{}; // serves the page there, 0: on any free port; none: no page
  bool may_use_other_web_port = false;     // any free one when that one is taken
  std::vector<std::string> mandatory;
  std::string mandatory_text;
  chat::Farewells farewells = chat::Farewells::everyone;
  bool speaks_classic = true;  // false: clear text is refused, both ways
  bool tells_read = false;     // peers learn what was read
  bool greets_contacts = true; // tincans that we know are dialled at start
  bool hosting = false;        // as in chat::Settings, …
  std::string hosted_room{};   // … as well
};

class Engine {
public:
  using Listener = std::function<void(const chat::Told&)>;

  // Opens everything, and starts nothing. Errors: in_use (port or profile), storage (database or key), bad_argument.
  static base::Result<std::unique_ptr<Engine>> open(EngineOptions options);
  ~Engine(); // stops without farewells when it still runs

  // Starts the I/O thread. `listener` hears every event, `finished` that the engine came to rest after Quit.
  void start(Listener listener, std::function<void()> finished);
  base::RequestId submit(chat::Command command);
  // Carries out `work` on the I/O thread after `wait`, unless the engine has stopped.
  void after(base::Millis wait, std::function<void()> work);
  // Says farewell, drains for at most half a second, closes, and joins the I/O thread.
  void stop();

  const chat::PeerTable& peers() const { return peers_; }
  const std::vector<base::Endpoint>& endpoints() const { return endpoints_; } // to share, the announced one first
  const EngineOptions& options() const { return options_; }
  std::filesystem::path folder() const; // of the profile

private:
  class Machine;
  explicit Engine(EngineOptions options);
  base::Result<void> prepare();
  base::Result<void> open_page();
  chat::Settings settings() const;

  EngineOptions options_;
  chat::PeerTable peers_;
  std::vector<base::Endpoint> endpoints_;
  std::unique_ptr<Machine> machine_;
};

} // namespace tincan::app
