// A world of tincans that plays a plan on a virtual clock, heals, and is judged by the promises of
// shared/design/protocol.md. A failing plan is shrunk to few events. One thread.
#pragma once

#include "tincan/sim/oracle.hpp"
#include "tincan/sim/plan.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tincan::sim {

using KeysFactory = std::function<std::unique_ptr<chat::Keys>(std::uint64_t seed)>;
std::unique_ptr<chat::Keys> make_toy_keys(std::uint64_t seed);

struct Outcome {
  std::vector<std::string> complaints; // none: the promises held
  std::size_t entries = 0;
  unsigned crashes = 0;
  unsigned cuts = 0;
};

class World {
public:
  explicit World(const Plan& plan, const KeysFactory& make_keys = make_toy_keys);

  Outcome play();

  // The same step by step, for a script.
  Tincan& tincan(std::size_t index) { return *tincans_[index]; }
  Oracle& oracle() { return oracle_; }
  Network& network() { return network_; }
  void run(Millis time) { agenda_.run_until(agenda_.now() + time); }
  void say(std::size_t who, std::size_t whom, int messages = 1);
  // How people name the one to the other: by its key, once that is known.
  std::string name_of(std::size_t whom, std::size_t who);
  void heal_all();
  void let_all_go();

private:
  void happen(const Event& event);
  void change(const Event& event);
  void befall(const Event& event);
  void look(const Event& event);
  void part(const Event& event);
  void move(const Event& event);
  bool may_move(const Tincan& who) const;
  void move_now(std::size_t index);
  base::EntryId any_line(const Event& event, bool only_own);
  std::string any_text(std::int64_t amount);

  Plan plan_;
  Dice dice_;
  Agenda agenda_;
  Network network_;
  Oracle oracle_;
  std::vector<std::unique_ptr<Tincan>> tincans_;
  std::vector<std::pair<std::size_t, std::size_t>> marks_; // who said it to whom, by mark
  Tick typed_{};                                           // when somebody was last named by an address
  unsigned moves_ = 0;
  unsigned cuts_ = 0;
};

Outcome play(const Plan& plan, const KeysFactory& make_keys = make_toy_keys);
Plan shrunk(Plan plan, const KeysFactory& make_keys = make_toy_keys); // fewer events, still going wrong

} // namespace tincan::sim
