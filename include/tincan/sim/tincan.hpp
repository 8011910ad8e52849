// One tincan of a simulated world: a node, its store, its links, and a driver that takes turns exactly as net's does,
// and that can be killed between any two steps of a turn. Owned by the world; one thread. What it does is told to a
// witness as it happens; it judges nothing itself.
#pragma once

#include "tincan/chat/node.hpp"
#include "tincan/sim/memory_store.hpp"
#include "tincan/sim/network.hpp"
#include "tincan/sim/toy_tls.hpp"

#include <fmt/format.h>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace tincan::sim {

inline constexpr std::uint64_t most_overdue_turns = 1'000; // of a whole story: more are a program that does not rest

class Tincan;

// Whoever looks on. Nothing may be asked of a tincan from here that changes it.
class Witness {
public:
  virtual ~Witness() = default;
  virtual void told(Tincan& who, const chat::Told& told) = 0;                                 // its user was told
  virtual void says(Tincan& who, Socket socket, const std::string& bytes, bool is_clear) = 0; // before it leaves
  virtual void dials(Tincan& who, const base::Endpoint& to) = 0;
  virtual void complain(const std::string& what) = 0;
  virtual void note(const Tincan& who, const std::string& what) = 0; // for the log of one world; only when is_noting
  bool is_noting = false;
};

enum class CrashPoint { now, before_commit, before_effects, between_effects, before_events };

class Tincan : public Host {
public:
  struct Character {
    std::string name;
    std::unique_ptr<chat::Keys> keys; // none: it speaks plain text only
    bool tells_read = false;
    bool speaks_classic = true;
  };
  struct Stage {
    Agenda& agenda;
    Network& network;
    Dice& dice;
    Witness& witness;
  };
  Tincan(base::Endpoint listens, Character character, Stage stage);

  void command(chat::Command command);
  void start(); // nothing when it runs
  void crash(CrashPoint point, Millis away);
  void quit(Millis away);
  void fill_disk(Millis time);
  void heal(); // its disk has room, its packets pass, and it runs
  void set_clock(Millis ahead) { clock_ahead_ = ahead; }
  void restore(Disk backup);                                                              // only while it does not run
  void take_keys(std::unique_ptr<chat::Keys> keys) { character_.keys = std::move(keys); } // likewise
  // What its program would write into TLS passes through here, in whole frames: for members that cheat.
  using Tamper = std::function<std::string(Socket socket, const std::string& frames)>;
  void take_tamper(Tamper tamper) { tamper_ = std::move(tamper); }

  bool is_running() const { return node_ != nullptr; }
  bool is_plain() const { return !character_.keys; }
  // How often it wanted to be woken at a time that had passed: without end it would keep a processor busy.
  std::uint64_t overdue_turns() const { return overdue_turns_; }
  bool tells_read() const { return character_.tells_read; }
  const std::string& name() const { return character_.name; }
  const base::PublicKey& key() const { return character_.keys->own(); } // not of one that speaks plain text only
  const chat::Keys& keys() const { return *character_.keys; }
  const chat::Node& node() const { return *node_; } // only while it runs
  MemoryStore& store() { return store_; }
  const Disk& disk() const { return store_.disk(); }
  std::uint64_t life() const { return life_; } // grows with every start and every end
  unsigned crashes() const { return crashes_; }

  void accepted(Socket socket, const base::Endpoint& remote) override;
  void opened(Socket socket) override;
  void dial_failed(Socket socket, const base::Error& error) override;
  void received(Socket socket, const std::string& bytes) override;
  void finished(Socket socket) override;
  void broken(Socket socket) override;
  void taken(Socket socket) override;

private:
  class AnyEntropy : public chat::Entropy {
  public:
    explicit AnyEntropy(Dice& dice) : dice_(dice) {}
    std::uint64_t next() override { return dice_.bits(); }

  private:
    Dice& dice_;
  };
  struct Link {
    base::LinkId id{};
    std::unique_ptr<ToyTls> tls{};
  };

  base::Now now() const;
  template<class... Values> void note(fmt::format_string<Values...> what, Values&&... values) const {
    if (witness_.is_noting) witness_.note(*this, fmt::format(what, std::forward<Values>(values)...));
  }
  chat::Settings settings() const;
  void end_life();
  void die(Millis away);
  void leave();
  bool dies_at(CrashPoint point);

  void want_turn();
  void turn();
  bool commit();
  void stall();
  void go_on_after_stall();
  bool act();
  void arm();

  void carry_out(const chat::Effect& effect);
  void dial(const chat::DialLink& effect);
  void send(const chat::SendBytes& effect);
  void secure(const chat::SecureLink& effect);
  void finish_sending(base::LinkId link);
  void close(base::LinkId link);
  void flush(Socket socket);
  void feed(Socket socket, std::string_view bytes);
  void give_up(Socket socket, const base::Error& error);

  Link* link_at(Socket socket);
  std::optional<Socket> socket_of(base::LinkId link) const;
  void add(Socket socket, base::LinkId link);
  Link forget(Socket socket);

  Character character_;
  Tamper tamper_;
  Agenda& agenda_;
  Network& network_;
  Dice& dice_;
  Witness& witness_;
  AnyEntropy entropy_;
  MemoryStore store_;
  std::unique_ptr<chat::Node> node_;
  std::map<base::LinkId, Socket> sockets_;
  std::map<Socket, Link> links_;
  Millis clock_ahead_{};
  std::uint64_t life_ = 0; // callbacks of an earlier process are ignored
  std::uint64_t timer_ = 0;
  std::uint64_t overdue_turns_ = 0;
  unsigned crashes_ = 0;
  bool is_turn_wanted_ = false;
  bool is_stalled_ = false;
  Tick stalled_since_{};
  Millis stalled_for_{};
  std::optional<CrashPoint> dies_at_;
  Millis stays_away_{};
};

} // namespace tincan::sim
