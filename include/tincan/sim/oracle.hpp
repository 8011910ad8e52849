// Knows what every disk of a simulated world holds, and complains of everything that is shown, said or left over
// against the promises of shared/design/protocol.md. Owned by the world; one thread.
#pragma once

#include "tincan/sim/tincan.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tincan::sim {

class Oracle : public Witness {
public:
  Oracle(const Agenda& agenda, const Network& network) : agenda_(agenda), network_(network) {}

  void watch(Tincan& tincan) { tincans_.push_back(&tincan); }
  // The user of `who` has looked at the conversation with `whom`.
  void looked(const Tincan& who, const Tincan& whom) { looks_.insert({&who, &whom}); }

  void told(Tincan& who, const chat::Told& told) override;
  void says(Tincan& who, Socket socket, const std::string& bytes, bool is_clear) override;
  void dials(Tincan& who, const base::Endpoint& to) override;
  void complain(const std::string& what) override;
  void note(const Tincan& who, const std::string& what) override; // printed

  // All is healed, and there was time for everything.
  void judge_end();
  // And all have gone.
  void judge_silence();

  const std::vector<std::string>& complaints() const { return complaints_; }
  const std::vector<std::pair<const Tincan*, chat::Notice>>& notices() const { return notices_; }
  const std::set<Mark>& said_in_clear() const { return said_in_clear_; } // by tincans to tincans
  std::size_t entries() const;                                           // in all logs, each counted at its author
  static base::Digest conversation_of(const Tincan& one, const Tincan& other);

private:
  std::int64_t time_ms() const;
  void check_shown(Tincan& who, const chat::Message& message);
  void check_received(Tincan& who, const chat::Message& message);
  void check_state(Tincan& who, const chat::Message& message, const chat::Message& stored);
  const Tincan* holder(const Tincan& who, base::EntryId message) const;
  static bool knows_as_native(const Tincan& who, const Tincan& other, const base::Endpoint* at);
  bool any_stack_took(const Tincan& who, Mark mark) const;

  void judge_told(Tincan& who);
  void judge_queue(Tincan& who);
  void judge_peers(Tincan& who);
  void judge_texts(Tincan& who);
  void judge_pair(Tincan& one, Tincan& other);
  void judge_log(const Tincan& author, const Tincan& reader);
  void judge_sequence(Tincan& one, Tincan& other);

  const Agenda& agenda_;
  const Network& network_;
  std::vector<Tincan*> tincans_;
  std::vector<std::string> complaints_;
  std::vector<std::pair<const Tincan*, chat::Notice>> notices_;
  std::set<std::pair<const Tincan*, const Tincan*>> looks_;
  std::set<Mark> said_in_clear_;
  std::set<std::pair<const Tincan*, base::PublicKey>> told_keys_; // whose key its user was told of: before this turn
  std::map<const Tincan*, std::set<base::EntryId>> told_out_;     // in all lives
  std::map<std::pair<const Tincan*, std::uint64_t>, std::set<base::EntryId>> told_in_;          // by life
  std::map<std::pair<const Tincan*, std::pair<base::Endpoint, std::int64_t>>, unsigned> dials_; // by minute
};

} // namespace tincan::sim
