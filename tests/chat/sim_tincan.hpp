// One tincan in the simulated network: a node, its store, and a driver that takes turns as net/ does, and that can be
// killed between any two steps of a turn. What it does is judged as it happens.
#pragma once

#include "memory_store.hpp"
#include "sim_net.hpp"
#include "tincan/chat/node.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tincan::chat::sim {

// What went wrong in a world, with the time.
class Judge {
public:
  explicit Judge(const Agenda& agenda) : agenda_(agenda) {}
  void complain(const std::string& what);
  const std::vector<std::string>& complaints() const { return complaints_; }

private:
  const Agenda& agenda_;
  std::vector<std::string> complaints_;
};

enum class CrashPoint { now, before_commit, before_effects, between_effects, before_events };

class Tincan : public Host {
public:
  Tincan(base::Endpoint listens, Agenda& agenda, Network& network, Dice& dice, Judge& judge);

  void command(Command command);
  void name(const base::Endpoint& target) { named_.insert(target); } // the user spoke of it
  void crash(CrashPoint point, Millis away);
  void fill_disk(Millis time);
  void quit_and_restart(Millis away);

  // An answer that comes later than our patience counts for the next line: A3 has no numbers.
  bool acks_are_prompt = true;
  const Node& node() const { return *node_; }
  const test::MemoryStore& store() const { return store_; }
  // All marks that it has on disk from others, the oldest first, by the message that holds them.
  std::vector<Mark> marks_on_disk() const;
  bool has_on_disk(Mark mark);
  const std::set<Mark>& lost_in_crashes() const { return lost_; }

  void accepted(Socket socket, const base::Endpoint& remote) override;
  void opened(Socket socket) override;
  void dial_failed(Socket socket, const base::Error& error) override;
  void received(Socket socket, const std::string& bytes) override;
  void finished(Socket socket) override;
  void broken(Socket socket) override;
  void taken(Socket socket) override;

private:
  class AnyEntropy : public Entropy {
  public:
    explicit AnyEntropy(Dice& dice) : dice_(dice) {}
    std::uint64_t next() override { return dice_.bits(); }

  private:
    Dice& dice_;
  };

  base::Now now() const;
  void start();
  void die(Millis away);
  bool dies_at(CrashPoint point);
  void want_turn();
  void turn();
  bool commit();
  void arm();
  void carry_out(const Effect& effect);
  void dial(const DialLink& effect);
  void deliver(const Told& told);
  void check(const Message& message);
  void note_lost();
  base::LinkId link_of(Socket socket) const;
  std::optional<Socket> socket_of(base::LinkId link) const;
  void forget(Socket socket);

  Agenda& agenda_;
  Network& network_;
  Dice& dice_;
  Judge& judge_;
  AnyEntropy entropy_;
  test::MemoryStore store_;
  std::unique_ptr<Node> node_;
  std::map<base::LinkId, Socket> sockets_;
  std::map<Socket, base::LinkId> links_;
  std::set<base::Endpoint> named_;
  std::set<base::Address> callers_;                                     // who has connected to us
  std::map<std::pair<base::Endpoint, std::int64_t>, int> failed_dials_; // by minute
  std::set<Mark> on_disk_, lost_;
  base::EntryId last_seen_{};
  std::uint64_t life_ = 0; // callbacks of an earlier process are ignored
  std::uint64_t timer_ = 0;
  bool is_turn_wanted_ = false;
  std::optional<CrashPoint> dies_at_;
  Millis stays_away_{};
};

} // namespace tincan::chat::sim
