#include "tincan/app/engine.hpp"

#include "tincan/app/control.hpp"
#include "tincan/app/local_addresses.hpp"
#include "tincan/app/pages.hpp"
#include "tincan/net/control_server.hpp"
#include "tincan/net/driver.hpp"
#include "tincan/store/identity.hpp"
#include "tincan/store/page_keys.hpp"
#include "tincan/store/profile.hpp"
#include "tincan/store/sqlite_store.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fmt/format.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace tincan::app {

namespace {

constexpr std::size_t index_batch = 500; // of put-off search indexing: a few milliseconds each

// The kernel's, some at a time: asking the processor for each one takes 30 us on some virtual machines.
class SystemEntropy : public chat::Entropy {
public:
  std::uint64_t next() override {
    if (used_ == values_.size()) refill();
    return std::exchange(values_.at(used_++), 0);
  }

private:
  void refill() {
    if (getentropy(values_.data(), sizeof values_) != 0) throw std::system_error(errno, std::generic_category());
    used_ = 0;
  }

  std::array<std::uint64_t, 32> values_{}; // getentropy(3) gives at most 256 bytes
  std::size_t used_ = values_.size();
};

std::vector<base::Endpoint> endpoints_to_share(const base::Address& announced, std::uint16_t port) {
  std::vector<base::Endpoint> result{{announced, port}};
  for (const auto& address : local_addresses())
    if (address != announced) result.push_back({address, port});
  return result;
}

// A key is never made anew beside messages that were signed with another, unless that was asked for (the old one is
// then kept aside).
base::Result<void> check_for_lost_identity(const store::Profile& profile, const chat::Snapshot& snapshot) {
  const auto file = profile.identity_path();
  std::error_code ignored;
  const auto aside = std::filesystem::path(file.string() + ".old-1");
  if (snapshot.logs.empty() || std::filesystem::exists(std::filesystem::symlink_status(file, ignored)) ||
      std::filesystem::exists(aside, ignored))
    return {};
  return base::fail(
      base::ErrorCode::storage,
      fmt::format("the key of this profile is missing: {} (put it back from a backup; a new key would make "
                  "you somebody else for all your contacts: tincan id --renew)",
                  base::SafeText::own(file.string()).str()));
}

} // namespace

// In the order of dependence: what is below uses what is above.
class Engine::Machine {
public:
  Machine(store::Profile opened, std::unique_ptr<store::Identity> key_pair,
          std::unique_ptr<store::SqliteStore> database, chat::PeerTable& peers)
      : profile(std::move(opened)),
        identity(std::move(key_pair)),
        store(std::move(database)),
        driver(loop, *store, entropy, sink(peers), {identity.get(), identity->seed()}),
        socket(loop, {.line = [this](auto client, auto line) { control.take_line(client, line); },
                      .gone = [this](auto client) { control.gone(client); }}),
        control({.submit = [this](chat::Command command) { return submit(std::move(command)); },
                 .send = [this](auto client, std::string line) { socket.send(client, line); }}),
        pages(loop, profile.path(), [this](chat::Command command) { return submit(std::move(command)); }) {}

  base::RequestId submit(chat::Command command) {
    const base::RequestId id{++last_request};
    driver.submit({id, std::move(command)});
    return id;
  }

  store::Profile profile;
  std::unique_ptr<store::Identity> identity;
  std::unique_ptr<store::SqliteStore> store;
  SystemEntropy entropy;
  net::Loop loop;
  net::Driver driver;
  net::ControlServer socket;
  Control control;
  Pages pages;
  Listener listener;
  std::function<void()> finished;
  chat::Listening listening;
  std::atomic<std::uint64_t> last_request{0};
  std::thread thread;

private:
  net::Sink sink(chat::PeerTable& peers) {
    return {.tell =
                [this](const chat::Told& told) {
                  const bool is_for_another = (control.has_asked(told.request) || pages.has_asked(told.request)) &&
                                              is_only_an_answer(told.event);
                  control.tell(told);
                  pages.tell(told);
                  if (!is_for_another) listener(told);
                },
            .peers_changed =
                [&peers](const chat::PeerBook::Changes& changes) {
                  for (const auto& view : changes.changed) peers.update(view);
                  for (const auto id : changes.forgotten) peers.remove(id);
                },
            .idle =
                [this] {
                  const auto indexed = store->index_some(index_batch);
                  return indexed && *indexed == index_batch;
                },
            .finished =
                [this] {
                  socket.close();
                  pages.close();
                  finished();
                  loop.stop();
                }};
  }
};

Engine::Engine(EngineOptions options) : options_(std::move(options)) {}

base::Result<std::unique_ptr<Engine>> Engine::open(EngineOptions options) {
  std::unique_ptr<Engine> engine(new Engine(std::move(options)));
  if (const auto ready = engine->prepare(); !ready) return tl::unexpected(ready.error());
  return engine;
}

base::Result<void> Engine::prepare() {
  auto profile = store::Profile::open(options_.data_dir, options_.profile);
  if (!profile) return tl::unexpected(profile.error());
  auto store = store::SqliteStore::open(profile->database_path(), chat::max_known_peers);
  if (!store) return tl::unexpected(store.error());
  auto snapshot = (*store)->load();
  if (!snapshot) return tl::unexpected(snapshot.error());
  if (const auto lost = check_for_lost_identity(*profile, *snapshot); !lost) return lost;
  auto identity = store::Identity::open(profile->identity_path());
  if (!identity) return tl::unexpected(identity.error());
  machine_ = std::make_unique<Machine>(std::move(*profile), std::move(*identity), std::move(*store), peers_);

  if (options_.listen != EngineOptions::Listen::never) {
    const auto port = machine_->driver.listen(options_.port);
    if (!port && options_.listen == EngineOptions::Listen::must) return tl::unexpected(port.error());
    if (port) options_.port = *port;
  }
  endpoints_ = endpoints_to_share(options_.announced, options_.port);
  machine_->listening = {endpoints_, options_.team, TINCAN_VERSION, options_.profile, machine_->identity->own()};
  machine_->control.introduce(machine_->listening);
  if (options_.is_controllable)
    if (const auto opened = machine_->socket.open(machine_->profile.socket_path()); !opened) return opened;
  store::PageKeys::remove_link(machine_->profile.path()); // of a run that was killed
  if (options_.web_port)
    if (const auto opened = open_page(); !opened) return opened;

  machine_->driver.start(settings(), std::move(*snapshot));
  return {};
}

base::Result<void> Engine::open_page() {
  auto opened = machine_->pages.open(*options_.web_port, machine_->listening);
  if (!opened && opened.error().code == base::ErrorCode::in_use && options_.may_use_other_web_port)
    opened = machine_->pages.open(0, machine_->listening);
  return opened;
}

chat::Settings Engine::settings() const {
  chat::Settings settings;
  settings.self = {{options_.announced, options_.port}, options_.team};
  settings.mandatory = options_.mandatory;
  settings.mandatory_text = options_.mandatory_text;
  settings.farewells = options_.farewells;
  settings.speaks_classic = options_.speaks_classic;
  settings.tells_read = options_.tells_read;
  settings.greets_contacts = options_.greets_contacts;
  settings.hosting = options_.hosting;
  settings.hosted_room = options_.hosted_room;
  settings.own_endpoints = endpoints_;
  settings.software = "tincan " TINCAN_VERSION;
  settings.dials = options_.listen != EngineOptions::Listen::never;
  return settings;
}

Engine::~Engine() {
  if (!machine_ || !machine_->thread.joinable()) return;
  machine_->loop.stop();
  machine_->thread.join();
}

void Engine::start(Listener listener, std::function<void()> finished) {
  machine_->listener = std::move(listener);
  machine_->finished = std::move(finished);
  machine_->thread = std::thread([machine = machine_.get()] {
    machine->listener({{}, machine->listening});
    machine->loop.run();
  });
}

base::RequestId Engine::submit(chat::Command command) { return machine_->submit(std::move(command)); }

std::filesystem::path Engine::folder() const { return machine_->profile.path(); }

void Engine::after(base::Millis wait, std::function<void()> work) {
  machine_->loop.post([machine = machine_.get(), wait, work = std::move(work)] { machine->loop.after(wait, work); });
}

void Engine::stop() {
  if (!machine_->thread.joinable()) return;
  submit(chat::Quit{});
  machine_->thread.join();
}

} // namespace tincan::app
