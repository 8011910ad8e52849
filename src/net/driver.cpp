#include "tincan/net/driver.hpp"

#include "tincan/net/errors.hpp"
#include "tincan/net/link_table.hpp"
#include "tincan/net/listener.hpp"

#include <algorithm>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <cassert>
#include <sys/resource.h>

namespace tincan::net {

namespace {

using tcp = asio::ip::tcp;

// As many links as descriptors allow; the soft limit is raised to the hard one for that.
std::size_t possible_links() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 512;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto descriptors = static_cast<std::size_t>(limit.rlim_cur);
  return descriptors > 2 * spare_descriptors ? std::min(max_accepted_links, descriptors - spare_descriptors) : 64;
}

} // namespace

base::Now now() {
  using namespace std::chrono;
  return {time_point_cast<milliseconds>(steady_clock::now()),
          {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()}};
}

class Driver::Machine : public LinkOwner {
public:
  Machine(asio::io_context& context, chat::Store& store, chat::Entropy& entropy, Sink sink, const Security& security)
      : context_(context),
        store_(store),
        entropy_(entropy),
        keys_(security.keys),
        sink_(std::move(sink)),
        links_(possible_links()),
        listener_(context,
                  [this](tcp::socket socket, const base::Endpoint& remote) { accepted(std::move(socket), remote); }),
        resolver_(context),
        timer_(context),
        idle_timer_(context) {
    if (keys_) tls_.emplace(security.seed);
  }

  Listener& listener() { return listener_; }
  bool has_started() const { return node_.has_value(); }

  void start(chat::Settings settings, chat::Snapshot snapshot) {
    node_.emplace(std::move(settings), store_, entropy_, keys_);
    node_->load(std::move(snapshot), node_time());
    listener_.resume();
    want_turn();
  }

  void take_command(const chat::Request& request) {
    if (is_stalled_ && std::holds_alternative<chat::Quit>(request.command)) return finish();
    if (is_stalled_) {
      sink_.tell({request.id, chat::Failed{{base::ErrorCode::no_space, "not done: " + stall_reason_}}});
      return;
    }
    node_->command(request, node_time());
    want_turn();
  }

  // LinkOwner
  void opened(Link& link) override {
    input([&](auto time) { node_->link_opened(link.id(), time); });
  }
  void dial_failed(Link& link, const base::Error& error) override {
    const auto id = link.id();
    links_.remove(id);
    input([&](auto time) { node_->dial_failed(id, error, time); });
  }
  void secured(Link& link, const base::PublicKey& peer, const base::Digest& exporter) override {
    links_.heard(link);
    input([&](auto time) { node_->link_secured(link.id(), peer, exporter, time); });
  }
  void refused(Link& link, const base::Error& error) override {
    const auto id = link.id();
    links_.remove(id);
    input([&](auto time) { node_->link_refused(id, error, time); });
  }
  void received(Link& link, std::string_view bytes) override {
    links_.heard(link);
    input([&](auto time) { node_->bytes_received(link.id(), bytes, time); });
  }
  void finished(Link& link) override {
    input([&](auto time) { node_->peer_finished(link.id(), time); });
  }
  void broken(Link& link, const base::Error& error) override {
    const auto id = link.id();
    links_.remove(id);
    input([&](auto time) { node_->link_closed(id, error, time); });
  }
  void taken(Link& link) override {
    input([&](auto time) { node_->bytes_taken(link.id(), time); });
  }
  bool may_read() const override { return !is_stalled_; }

private:
  template<class Input> void input(Input give) {
    give(node_time());
    want_turn();
  }

  void accepted(tcp::socket socket, const base::Endpoint& remote) {
    if (const auto surplus = links_.surplus_for(remote.address)) {
      links_.remove(surplus->id());
      surplus->abort();
      node_->link_closed(surplus->id(), {base::ErrorCode::limit, "too many connections"}, node_time());
    }
    const auto link = std::make_shared<Link>(context_, *this, node_->new_link());
    link->set_remote(remote);
    links_.add(link);
    node_->link_accepted(link->id(), remote, node_time());
    link->adopt(std::move(socket));
    want_turn();
  }

  // The node's clock stands still while the disk is full: what it waits for has not been written, or cannot be heard.
  base::Now node_time() const {
    auto time = now();
    time.tick = (is_stalled_ ? stalled_since_ : time.tick) - stalled_for_;
    return time;
  }

  // A turn comes after everything that is ready now has been taken: under load one commit serves many inputs.
  void want_turn() {
    if (std::exchange(is_turn_wanted_, true)) return;
    asio::post(context_, [this] { turn(); });
  }

  void turn() {
    is_turn_wanted_ = false;
    const auto time = node_time();
    node_->time_passed(time);
    gather(node_->finish_turn(time));
    act_early();
    if (!commit()) return;
    node_->committed();
    if (!changes_.changed.empty() || !changes_.forgotten.empty()) sink_.peers_changed(std::exchange(changes_, {}));
    act();
    while (const auto told = node_->next_event()) sink_.tell(*told);
    if (node_->is_finished()) return finish();
    arm();
    arm_idle();
  }

  // What one turn sends on a link inside TLS leaves together.
  void act() {
    while (const auto effect = node_->next_effect()) std::visit([this](const auto& e) { carry_out(e); }, *effect);
    for (const auto& link : std::exchange(sending_, {})) link->flush();
  }

  void act_early() {
    while (const auto effect = node_->next_early_effect()) std::visit([this](const auto& e) { carry_out(e); }, *effect);
    for (const auto& link : std::exchange(sending_, {})) link->flush();
  }

  void gather(chat::PeerBook::Changes changes) {
    std::move(changes.changed.begin(), changes.changed.end(), std::back_inserter(changes_.changed));
    std::move(changes.forgotten.begin(), changes.forgotten.end(), std::back_inserter(changes_.forgotten));
  }

  // While the disk refuses, nothing that happened is told or acknowledged, and nothing more is read.
  bool commit() {
    const auto result = store_.has_uncommitted() ? store_.commit() : base::Result<void>{};
    if (result) {
      if (is_stalled_) go_on_after_stall();
      return true;
    }
    if (!std::exchange(is_stalled_, true)) {
      stall_reason_ = result.error().text;
      stalled_since_ = now().tick;
      listener_.pause();
      sink_.tell({{}, chat::StorageChanged{false, result.error().text}});
    }
    if (node_->is_finished()) {
      finish();
      return false;
    }
    timer_.expires_after(commit_retry);
    timer_.async_wait([this](const std::error_code& error) {
      if (!error) want_turn();
    });
    return false;
  }

  void go_on_after_stall() {
    is_stalled_ = false;
    stalled_for_ += now().tick - stalled_since_;
    sink_.tell({{}, chat::StorageChanged{true, {}}});
    listener_.resume();
    for (const auto& link : links_.all()) link->resume_reading();
  }

  void arm() {
    const auto next = node_->next_deadline();
    if (!next) {
      timer_.cancel();
      return;
    }
    const auto when = *next == base::Tick::min() ? now().tick : *next + stalled_for_;
    timer_.expires_at(std::max(std::chrono::steady_clock::time_point(when), std::chrono::steady_clock::now()));
    timer_.async_wait([this](const std::error_code& error) {
      if (!error) want_turn();
    });
  }

  void arm_idle() {
    idle_timer_.expires_after(idle_pause);
    idle_timer_.async_wait([this](const std::error_code& error) {
      if (!error && sink_.idle()) arm_idle();
    });
  }

  // Effects
  void carry_out(const chat::DialLink& effect) {
    const auto link = std::make_shared<Link>(context_, *this, effect.link);
    links_.add(link);
    link->dial(effect.to, effect.source_port, listener_.acceptors());
  }
  void carry_out(const chat::SendBytes& effect) {
    const auto link = links_.find(effect.link);
    if (!link) return;
    link->send(effect.bytes);
    if (sending_.empty() || sending_.back() != link) sending_.push_back(link);
  }
  void carry_out(const chat::FinishSending& effect) {
    if (const auto link = links_.find(effect.link)) link->finish_sending();
  }
  void carry_out(const chat::CloseLink& effect) {
    const auto link = links_.find(effect.link);
    if (!link) return;
    links_.remove(effect.link);
    link->close();
  }
  void carry_out(const chat::SecureLink& effect) {
    assert(tls_);
    if (const auto link = links_.find(effect.link)) link->secure(*tls_, effect.role, effect.early);
  }
  void carry_out(const chat::ResolveName& effect) {
    resolver_.async_resolve(
        effect.host, "",
        [this, query = effect.query](const std::error_code& error, const tcp::resolver::results_type& results) {
          resolved(query, error, results);
        });
  }

  void resolved(base::RequestId query, const std::error_code& error, const tcp::resolver::results_type& results) {
    if (error) return input([&](auto time) { node_->name_failed(query, to_error(error), time); });
    std::vector<base::Address> addresses;
    for (const auto& result : results) addresses.push_back(from_asio(result.endpoint()).address);
    input([&](auto time) { node_->name_resolved(query, addresses, time); });
  }

  void finish() {
    listener_.close();
    for (const auto& link : links_.all()) {
      links_.remove(link->id());
      link->close();
    }
    timer_.cancel();
    idle_timer_.cancel();
    resolver_.cancel();
    sink_.finished();
  }

  asio::io_context& context_;
  chat::Store& store_;
  chat::Entropy& entropy_;
  chat::Keys* keys_;
  Sink sink_;
  std::optional<TlsContext> tls_; // outlives the links
  std::optional<chat::Node> node_;
  LinkTable links_;
  Listener listener_;
  tcp::resolver resolver_;
  asio::steady_timer timer_, idle_timer_;
  std::vector<std::shared_ptr<Link>> sending_; // in this turn
  chat::PeerBook::Changes changes_;
  bool is_turn_wanted_ = false;
  bool is_stalled_ = false;
  std::string stall_reason_;
  base::Tick stalled_since_{};
  base::Millis stalled_for_{0};
};

Driver::Driver(Loop& loop, chat::Store& store, chat::Entropy& entropy, Sink sink, const Security& security)
    : loop_(loop),
      machine_(std::make_shared<Machine>(loop.context(), store, entropy, std::move(sink), security)) {}

Driver::~Driver() = default;

base::Result<std::uint16_t> Driver::listen(std::uint16_t port) {
  machine_->listener().pause();
  return machine_->listener().open(port);
}

void Driver::start(chat::Settings settings, chat::Snapshot snapshot) {
  machine_->start(std::move(settings), std::move(snapshot));
}

void Driver::submit(chat::Request request) {
  loop_.post([machine = machine_, request = std::move(request)] { machine->take_command(request); });
}

} // namespace tincan::net
