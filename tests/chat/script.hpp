// Plays a script to one node: each line with ">" is an input and a turn of its own, the lines below it are what must
// come of it. A script is the transcript itself, so that one reads what happens. Then the script is played again, with
// all links cut after every step, with a restart after every step, and with the disk full at every step.
//
// > accept L1 10.0.0.7:50000 · open L1 · refuse L1 · bytes L1 TEXT · end L1 · cut L1 · taken L1 · wait MS
// > resolved Q1 10.0.0.9 · unresolved Q1 · send PEER TEXT · connect [PEER …] · peers · history [PEER] · block X ·
// unblock X · blocked · dialect PEER NAME · cancel X · retry [PEER] · focus [PEER] · mandatory · quit ·
// join-plain HOST · leave HOST
// "&" instead of ">": the same turn goes on.
#pragma once

#include "memory_store.hpp"
#include "tincan/chat/node.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::chat::test {

Settings script_settings(); // 10.0.0.1:7000, team "Us", nobody mandatory
base::Now script_start();

// One node with its store and its clock.
class Stage {
public:
  explicit Stage(Settings settings = script_settings());

  // Carries out one input line (without its mark) and, unless `more` follows in the same turn, ends the turn.
  void input(std::string_view line, bool more = false);
  std::vector<std::string> take_lines() { return std::exchange(lines_, {}); }

  MemoryStore store;
  bool is_full_once = false; // the next commit fails, and the one after it does not

  Node& node() { return *node_; }
  base::Now now() const { return now_; }
  const std::set<base::LinkId>& open_links() const { return open_; }
  void cut_all();
  void restart(); // the process is killed and started again
  // A world in which every dial succeeds, everything is taken and answered, until nothing is left to do.
  void heal(base::Millis time);
  void wait(base::Millis time);

private:
  void start();
  void give(std::string_view word, std::string_view rest);
  void give_link_input(std::string_view word, std::string_view rest);
  std::optional<Command> command(std::string_view word, std::string_view rest) const;
  void end_turn();
  void turn();
  void carry_out(const Effect& effect);
  void deliver(const Told& told);
  void check_shown(const Message& message);
  void play_along();

  Settings settings_;
  FixedEntropy entropy_;
  std::unique_ptr<Node> node_;
  base::Now now_;
  std::vector<std::string> lines_;
  std::set<base::LinkId> dialled_, open_, wrote_, finished_;
  std::uint64_t last_request_ = 0;
};

// Plays it as it stands and compares; then replays it with every accident.
void play(std::string_view script, Settings settings = script_settings());

} // namespace tincan::chat::test
