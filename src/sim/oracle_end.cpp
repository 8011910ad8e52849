#include "tincan/sim/oracle.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace tincan::sim {

using chat::Direction;
using chat::Message;

namespace {

constexpr std::size_t every_line = 1'000'000; // more lines than any world has

// A line as both sides must see it.
struct Seen {
  base::Digest hash;
  bool is_ours = false;
  std::string text;
  bool is_edited = false;
  bool is_deleted = false;
  std::optional<base::Digest> about;
  std::vector<std::pair<bool, std::string>> reactions; // ours?
  bool operator==(const Seen&) const = default;
};

Seen seen(const Disk& disk, const Message& message, bool by_the_other) {
  Seen line{.hash = disk.logged(message.id)->entry.hash,
            .is_ours = (message.direction == Direction::out) != by_the_other,
            .text = message.text.untrusted_bytes(),
            .is_edited = message.is_edited,
            .is_deleted = message.is_deleted,
            .about = std::nullopt,
            .reactions = {}};
  if (const auto* about = disk.logged(message.about)) line.about = about->entry.hash;
  for (const auto& reaction : message.reactions)
    line.reactions.emplace_back(reaction.is_own != by_the_other, reaction.text.untrusted_bytes());
  std::sort(line.reactions.begin(), line.reactions.end());
  return line;
}

// The lines of the logs, in their order; plain text among them is each side's own.
std::vector<Seen> lines(Tincan& who, const Tincan& with, bool by_the_other) {
  std::vector<Seen> result;
  for (const auto& [id, peer] : who.disk().peers) {
    if (peer.key != with.key()) continue;
    const auto page = *who.store().history({.peer = id, .search = {}, .before = {}, .after = {}, .limit = every_line});
    for (const auto& message : page.messages)
      if (who.disk().logged(message.id)) result.push_back(seen(who.disk(), message, by_the_other));
  }
  return result;
}

bool is_same(const Disk::Logged& one, const Disk::Logged& other) {
  return one.entry.hash == other.entry.hash && one.entry.kind == other.entry.kind &&
         one.entry.has_body == other.entry.has_body && one.entry.body == other.entry.body;
}

} // namespace

void Oracle::judge_end() {
  for (auto* who : tincans_) {
    judge_told(*who);
    judge_queue(*who);
    judge_peers(*who);
    judge_texts(*who);
    if (const auto turns = who->overdue_turns(); turns > most_overdue_turns)
      complain(fmt::format("{} was woken {} times for what was over", who->name(), turns));
    for (auto* other : tincans_)
      if (who < other && !who->is_plain() && !other->is_plain()) judge_pair(*who, *other);
  }
  for (const auto& [who, notice] : notices_)
    if (notice.what != chat::Notice::What::look_alike)
      complain(fmt::format("{} warns without reason: {}", who->name(), notice.text));
}

// Whatever a user was told of is still there, crashes or not.
void Oracle::judge_told(Tincan& who) {
  for (const auto id : told_out_[&who])
    if (!who.disk().messages.contains(id))
      complain(fmt::format("{} has lost message {}, which it had shown", who.name(), id.value));
}

void Oracle::judge_queue(Tincan& who) {
  for (const auto& [id, message] : who.disk().messages) {
    if (message.direction == Direction::in || message.kind == chat::MessageKind::read_marker) continue;
    const auto shown = *who.disk().shown(id);
    if (chat::is_undelivered(shown.state))
      complain(fmt::format("{} still has {} in its queue: {} {}", who.name(),
                           shown.text.untrusted_bytes().substr(0, 40), chat::name(shown.state), message.why));
  }
}

void Oracle::judge_peers(Tincan& who) {
  std::set<base::PublicKey> keys;
  for (const auto& [id, peer] : who.disk().peers) {
    if (peer.key && !keys.insert(*peer.key).second) complain(who.name() + " knows one peer by two numbers");
    if (peer.changed_key) complain(who.name() + " thinks that a key has changed");
  }
}

// No text of a tincan came twice. (One that fell back to plain text may have said it again, encrypted.)
void Oracle::judge_texts(Tincan& who) {
  std::set<std::pair<base::PeerId, Mark>> marks;
  for (const auto& [id, message] : who.disk().messages) {
    if (message.direction == Direction::out || !who.disk().places.contains(id)) continue;
    if (message.kind != chat::MessageKind::text) continue;
    for (const auto mark : marks_in(message.text.untrusted_bytes()))
      if (!marks.insert({message.peer, mark}).second) complain(fmt::format("{} has t{}; twice", who.name(), mark));
  }
}

void Oracle::judge_pair(Tincan& one, Tincan& other) {
  judge_log(one, other);
  judge_log(other, one);
  judge_sequence(one, other);
  if (network_.open_between(one, other) > 1)
    complain(fmt::format("{} and {} keep two links", one.name(), other.name()));
}

void Oracle::judge_log(const Tincan& author, const Tincan& reader) {
  const Disk::LogName name{conversation_of(author, reader), author.key()};
  const auto written = author.disk().entries.find(name);
  const auto read = reader.disk().entries.find(name);
  const auto count = written == author.disk().entries.end() ? 0 : written->second.size();
  const auto count_read = read == reader.disk().entries.end() ? 0 : read->second.size();
  if (count != count_read)
    complain(fmt::format("{} wrote {} entries to {}, who has {}", author.name(), count, reader.name(), count_read));
  for (std::uint64_t seq = 1; seq <= std::min(count, count_read); ++seq) {
    const auto* original = author.disk().logged(name, seq);
    const auto* copy = reader.disk().logged(name, seq);
    if (!original || !copy) return complain(fmt::format("a log of {} has a gap at {}", author.name(), seq));
    if (!is_same(*original, *copy))
      complain(fmt::format("entry {} of {} is not the same at {}", seq, author.name(), reader.name()));
  }
  for (const auto* disk : {&author.disk(), &reader.disk()}) {
    const auto log = disk->logs.find(name);
    if (log != disk->logs.end() && (log->second.is_frozen || log->second.island || log->second.last != count))
      complain(fmt::format("the state of the log of {} is not what it should be", author.name()));
  }
}

void Oracle::judge_sequence(Tincan& one, Tincan& other) {
  const auto ours = lines(one, other, false);
  const auto theirs = lines(other, one, true);
  if (ours.size() != theirs.size())
    return complain(
        fmt::format("{} shows {} lines, {} shows {}", one.name(), ours.size(), other.name(), theirs.size()));
  const auto [at, there] = std::mismatch(ours.begin(), ours.end(), theirs.begin());
  if (at != ours.end())
    complain(fmt::format("{} and {} see line {} differently: \"{}\", \"{}\"", one.name(), other.name(),
                         at - ours.begin(), at->text.substr(0, 40), there->text.substr(0, 40)));
}

void Oracle::judge_silence() {
  if (network_.open_connections() > 0) complain("a link outlives everybody");
}

} // namespace tincan::sim
