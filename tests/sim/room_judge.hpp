// Looks on at a world of one room, and complains of whatever breaks the promises of shared/design/protocol.md. It
// knows what every disk holds; what a state should be it works out from the disks, anew. One thread.
#pragma once

#include "room_stage.hpp"

#include "tincan/chat/room_keys.hpp"
#include "tincan/chat/room_names.hpp"
#include "tincan/chat/room_state.hpp"

#include <algorithm>
#include <set>

namespace tincan::sim::test {

class RoomJudge : public RoomStage {
public:
  using RoomStage::RoomStage;

  std::set<std::size_t> vanished; // for good
  std::set<std::size_t> liars;    // nothing is promised to them
  std::map<const Tincan*, chat::MembersListed> listed;

  void told(Tincan& who, const chat::Told& told) override {
    RoomStage::told(who, told);
    if (const auto* added = std::get_if<chat::MessageAdded>(&told.event)) hear_line(who, added->message);
    if (const auto* state = std::get_if<chat::StateChanged>(&told.event)) hear_state(who, state->message);
    if (const auto* list = std::get_if<chat::MembersListed>(&told.event)) listed[&who] = *list;
    if (const auto* notice = std::get_if<chat::Notice>(&told.event); notice && !lies(who))
      complain(who.name() + " is told: " + notice->text);
  }
  void says(Tincan& who, Socket socket, const std::string& bytes, bool is_clear) override {
    if (is_clear) return;
    const auto* far = network().far_host(socket);
    wire::FrameReader reader;
    reader.raise_limit();
    reader.bytes(bytes);
    while (const auto frame = reader.next()) {
      if (!*frame) return complain(who.name() + " writes a broken frame");
      if (const auto* entries = std::get_if<wire::Entries>(&**frame)) note_written(who, *entries);
      const auto* bye = std::get_if<wire::Bye>(&**frame);
      const bool accuses = bye && (bye->code == wire::ByeCode::bad_entry || bye->code == wire::ByeCode::bad_frame);
      if (accuses && !lies(who) && !(far && lies(*far)))
        complain(fmt::format("{} ends a link: {}", who.name(), bye->why.untrusted_bytes()));
    }
  }

  // All is healed, there was time for everything, and everybody was asked who is in the room.
  void judge_end(bool all_lines_count) {
    for (std::size_t who = 0; who < size(); ++who)
      if (const auto turns = (*this)[who].overdue_turns(); turns > sim::most_overdue_turns)
        complain(fmt::format("{} was woken {} times for what was over", (*this)[who].name(), turns));
    std::vector<std::size_t> present;
    for (std::size_t i = 0; i < size(); ++i)
      if (is_judged(i) && record(i) && record(i)->phase == chat::RoomPhase::joined) present.push_back(i);
    if (present.empty()) return;
    const auto one = present.front();
    const auto state = state_of(one);
    for (const auto i : present) {
      judge_state(one, i, state);
      judge_list(i);
      judge_changes(one, i);
      judge_lines(one, i);
    }
    judge_completeness(present, state);
    judge_readable(present);
    if (all_lines_count) judge_said(present);
    for (std::size_t i = 0; i < size(); ++i) judge_joining(i, present);
    for (std::size_t i = 0; i < size(); ++i)
      if (!liars.contains(i)) judge_writer(i, state);
  }

private:
  using Phase = chat::RoomMember::Phase;
  using Placed = std::pair<Disk::LogName, std::uint64_t>;

  bool is_judged(std::size_t who) const { return !vanished.contains(who) && !liars.contains(who); }
  bool lies(const Host& who) {
    return std::any_of(liars.begin(), liars.end(), [&](std::size_t i) { return &(*this)[i] == &who; });
  }
  const chat::RoomRecord* record(std::size_t who) {
    const auto& rooms = (*this)[who].disk().rooms;
    return rooms.empty() ? nullptr : &rooms.begin()->second;
  }
  std::string name(const base::PublicKey& key) {
    for (std::size_t i = 0; i < size(); ++i)
      if ((*this)[i].key() == key) return (*this)[i].name();
    return key.short_text();
  }
  base::Digest lines_of(std::size_t who) { return chat::lines_id((*this)[who].keys(), record(who)->room); }

  // --- while it goes on

  void hear_line(Tincan& who, const chat::Message& message) {
    if (!message.room) return;
    if (!told_in_life_.insert({&who, who.life(), message.id.value}).second)
      complain(fmt::format("{} is told twice of “{}”", who.name(), message.text.untrusted_bytes()));
    if (!who.disk().messages.contains(message.id))
      complain(fmt::format("{} is told of “{}”, which is not on its disk", who.name(), message.text.untrusted_bytes()));
    if (message.direction == chat::Direction::out) said_.insert({&who, message.id});
  }
  void note_written(const Tincan& who, const wire::Entries& entries) {
    if (entries.author != who.key() || !record(index_of(who))) return;
    if (entries.conversation != lines_of(index_of(who))) return;
    for (const auto& entry : entries.entries) written_.insert({&who, entry.seq});
  }
  void hear_state(Tincan& who, const chat::Message& message) {
    const auto place = who.disk().places.find(message.id);
    if (!message.room || place == who.disk().places.end()) return;
    const auto* logged = who.disk().logged(message.id);
    std::uint32_t holders = 0;
    for (std::size_t i = 0; i < size(); ++i) {
      const auto* there = (*this)[i].disk().logged(place->second.log, place->second.seq);
      holders += &(*this)[i] != &who && there && there->entry.hash == logged->entry.hash ? 1 : 0;
    }
    if (message.tally.have > holders)
      complain(fmt::format("{} is told that {} have a line that {} have", who.name(), message.tally.have, holders));
    if (message.state == chat::MessageState::sent || message.state == chat::MessageState::delivered)
      judge_sent(who, message);
  }
  // Sent is what was written to a link, at the least.
  void judge_sent(Tincan& who, const chat::Message& message) {
    const auto& place = who.disk().places.at(message.id);
    if (!written_.contains({&who, place.seq}))
      complain(fmt::format("{} is told that its line {} is {}, and it never left", who.name(), place.seq,
                           chat::name(message.state)));
  }

  // --- at the end

  static void learn(chat::RoomState& state, const base::PublicKey& author, const wire::LogEntry& entry) {
    const auto& body = entry.body.untrusted_bytes();
    if (auto change = wire::decode_room_change(body))
      state.add({{author, entry.seq, entry.hash}, entry.order_us, std::move(*change)}, body);
  }
  chat::RoomState state_of(std::size_t who) {
    chat::RoomState state((*this)[who].keys(), record(who)->room, record(who)->creator);
    for (const auto& [log, entries] : (*this)[who].disk().entries)
      if (log.first == record(who)->room)
        for (const auto& [seq, logged] : entries) learn(state, log.second, logged.entry);
    return state;
  }

  void judge_state(std::size_t one, std::size_t other, const chat::RoomState& state) {
    const auto here = state_of(other);
    if (!here.is_present((*this)[other].key())) complain((*this)[other].name() + " believes to be in, and is not");
    if (here.topic() != state.topic()) complain("the topic differs");
    if (here.members() == state.members()) return;
    auto what = fmt::format("{} and {} disagree about who is in:", (*this)[one].name(), (*this)[other].name());
    for (const auto& [key, member] : state.members())
      if (const auto* there = here.member(key); !there || *there != member)
        what += fmt::format(" {} ({} {} and {} {})", name(key), static_cast<int>(member.phase), wire_name(member.role),
                            there ? static_cast<int>(there->phase) : -1, there ? wire_name(there->role) : "");
    complain(what);
  }
  static std::string_view wire_name(wire::Role role) { return chat::name(role); }

  void judge_changes(std::size_t one, std::size_t other) {
    const auto room = record(one)->room;
    for (std::size_t author = 0; author < size(); ++author) {
      const Disk::LogName log{room, (*this)[author].key()};
      if (!vanished.contains(author) && seqs((*this)[one].disk(), log) != seqs((*this)[other].disk(), log))
        complain(fmt::format("{} and {} have not the same changes of {}", (*this)[one].name(), (*this)[other].name(),
                             (*this)[author].name()));
    }
  }

  // What the program says is what follows from its disk.
  void judge_list(std::size_t who) {
    const auto state = state_of(who);
    const auto found = listed.find(&(*this)[who]);
    if (found == listed.end()) return complain((*this)[who].name() + " does not say who is in");
    for (const auto& member : found->second.members) {
      const auto* known = state.member(member.key);
      const bool is_same = known &&
                           (known->phase == Phase::present) == (member.phase == chat::MemberView::Phase::present) &&
                           known->role == member.role && known->is_muted == member.is_muted;
      if (!is_same) complain((*this)[who].name() + " tells another state of " + name(member.key) + " than it has");
    }
  }

  static std::string shown(const chat::Message& message) {
    auto text = message.author.short_text() + ": " + message.text.untrusted_bytes();
    if (message.is_deleted) text += " (deleted)";
    if (!message.is_readable) text += " (unreadable)";
    std::set<std::string> reactions;
    for (const auto& reaction : message.reactions)
      reactions.insert(reaction.author.short_text() + reaction.text.untrusted_bytes());
    for (const auto& reaction : reactions) text += " +" + reaction;
    return text;
  }
  bool has_lost_body(std::size_t who, const chat::Message& message) {
    const auto* logged = (*this)[who].disk().logged(message.id);
    return logged && !logged->entry.has_body;
  }
  void judge_lines(std::size_t one, std::size_t other) {
    const auto ours = messages(one), theirs = messages(other);
    std::set<std::string> texts;
    for (std::size_t i = 0; i < std::max(ours.size(), theirs.size()); ++i) {
      const auto here = i < ours.size() ? shown(ours[i]) : "nothing";
      const auto there = i < theirs.size() ? shown(theirs[i]) : "nothing";
      // A deletion that turned out not to count has destroyed the text where it came before that.
      const bool was_destroyed = i < ours.size() && i < theirs.size() && ours[i].author == theirs[i].author &&
                                 (has_lost_body(one, ours[i]) || has_lost_body(other, theirs[i]));
      if (here != there && !was_destroyed)
        return complain(fmt::format("line {} at {} is “{}”, at {} “{}”", i, (*this)[one].name(), here.substr(0, 60),
                                    (*this)[other].name(), there.substr(0, 60)));
    }
    for (const auto& message : theirs)
      if (!message.is_deleted && message.is_readable && !texts.insert(message.text.untrusted_bytes()).second)
        complain(fmt::format("{} has “{}” twice", (*this)[other].name(), message.text.untrusted_bytes()));
  }

  // What counts and is at a member, or at its author who is still there, is at every member.
  void judge_completeness(const std::vector<std::size_t>& present, const chat::RoomState& state) {
    const auto lines = lines_of(present.front());
    for (std::size_t author = 0; author < size(); ++author) {
      const auto* member = state.member((*this)[author].key());
      if (!member) continue;
      const Disk::LogName log{lines, member->key};
      std::set<std::uint64_t> somewhere;
      for (std::size_t i = 0; i < size(); ++i) {
        const bool may_tell = std::find(present.begin(), present.end(), i) != present.end() || i == author;
        if (may_tell && is_judged(i))
          for (const auto seq : seqs((*this)[i].disk(), log))
            if (chat::is_within(member->lines, seq)) somewhere.insert(seq);
      }
      for (const auto i : present) {
        const auto here = seqs((*this)[i].disk(), log);
        for (const auto seq : somewhere)
          if (!here.contains(seq)) {
            complain(fmt::format("{} lacks line {} of {}", (*this)[i].name(), seq, (*this)[author].name()));
            break;
          }
      }
    }
  }
  static std::set<std::uint64_t> seqs(const Disk& disk, const Disk::LogName& log) {
    std::set<std::uint64_t> result;
    if (const auto found = disk.entries.find(log); found != disk.entries.end())
      for (const auto& entry : found->second) result.insert(entry.first);
    return result;
  }

  void judge_readable(const std::vector<std::size_t>& present) {
    std::set<std::string> readable;
    for (const auto i : present)
      for (const auto& [log, entries] : (*this)[i].disk().entries)
        for (const auto& [seq, logged] : entries)
          if ((*this)[i].disk().messages.at(logged.message).is_readable && log.first == lines_of(i))
            readable.insert(log.second.text() + std::to_string(seq));
    for (const auto i : present)
      for (const auto& [log, entries] : (*this)[i].disk().entries)
        for (const auto& [seq, logged] : entries) {
          const bool is_lost = !(*this)[i].disk().messages.at(logged.message).is_readable && logged.entry.has_body &&
                               readable.contains(log.second.text() + std::to_string(seq));
          if (is_lost)
            return complain(
                fmt::format("{} cannot read line {} of {}, and others can", (*this)[i].name(), seq, name(log.second)));
        }
  }

  // Nobody was removed or muted: then whatever was told as said is there.
  void judge_said(const std::vector<std::size_t>& present) {
    for (const auto& [who, id] : said_) {
      const auto index = index_of(*who);
      if (!is_judged(index)) continue;
      const auto* logged = who->disk().logged(id);
      if (!logged) {
        complain(who->name() + " has lost a line that it was told of");
        continue;
      }
      const auto& place = who->disk().places.at(id);
      for (const auto i : present) {
        const auto* there = (*this)[i].disk().logged(place.log, place.seq);
        if (!there || !(*this)[i].disk().counts(there->message))
          complain(fmt::format("{} does not show line {} of {}", (*this)[i].name(), place.seq, who->name()));
      }
    }
  }
  std::size_t index_of(const Tincan& who) {
    for (std::size_t i = 0; i < size(); ++i)
      if (&(*this)[i] == &who) return i;
    return size();
  }

  void judge_joining(std::size_t who, const std::vector<std::size_t>& present) {
    if (!is_judged(who) || !record(who) || record(who)->phase != chat::RoomPhase::joining) return;
    if (state_of(present.front()).may_join((*this)[who].key()))
      complain((*this)[who].name() + " may join, and does not get in");
  }

  // --- what the removed can read

  // Plays the disk of a writer as it grew: whom it knew as removed when it wrote each line.
  void judge_writer(std::size_t who, const chat::RoomState& now) {
    if (!record(who) || !record(who)->is_private) return;
    const auto& disk = (*this)[who].disk();
    const auto own = (*this)[who].key();
    const auto lines = lines_of(who);
    chat::RoomState state((*this)[who].keys(), record(who)->room, record(who)->creator);
    std::set<std::size_t> removed;
    for (const auto& [id, message] : disk.messages) {
      const auto place = disk.places.find(id);
      if (place == disk.places.end()) continue;
      const auto& [log, seq] = place->second;
      const auto& entry = disk.logged(id)->entry;
      if (log.first == record(who)->room) {
        learn(state, log.second, entry);
        removed.clear();
        for (std::size_t i = 0; i < size(); ++i) {
          const auto* member = state.member((*this)[i].key());
          const auto* later = now.member((*this)[i].key());
          const bool is_out = member && member->phase == Phase::removed && later && later->phase == Phase::removed &&
                              later->removals == member->removals;
          if (is_out && !was_readmitted(i, now)) removed.insert(i);
        }
      } else if (log.first == lines && log.second == own) {
        for (const auto i : removed) judge_secret(i, who, seq, entry);
      }
    }
  }
  bool was_readmitted(std::size_t who, const chat::RoomState&) {
    for (std::size_t i = 0; i < size(); ++i)
      for (const auto& [log, entries] : (*this)[i].disk().entries)
        for (const auto& [seq, logged] : entries)
          if (record(i) && log.first == record(i)->room)
            if (const auto change = wire::decode_room_change(logged.entry.body.untrusted_bytes()))
              if (const auto* admit = std::get_if<wire::Admit>(&*change))
                if (admit->member == (*this)[who].key() && !admit->knows.empty()) return true;
    return false;
  }
  void judge_secret(std::size_t reader, std::size_t writer, std::uint64_t seq, const wire::LogEntry& entry) {
    const auto& disk = (*this)[reader].disk();
    const Disk::LogName log{lines_of(writer), (*this)[writer].key()};
    chat::EpochKeys keys((*this)[reader].keys());
    for (const auto& key : disk.room_keys) keys.add(key.key);
    const bool opens = entry.has_body && !entry.body.empty() &&
                       keys.open_body({log.first, log.second, seq, entry.kind}, entry.body.untrusted_bytes());
    const auto* there = disk.logged(log, seq);
    const bool reads = there && there->entry.has_body && !disk.messages.at(there->message).text.empty();
    if (opens || reads)
      complain(fmt::format("{} was removed, and {} line {} of {}, who knew it", (*this)[reader].name(),
                           reads ? "reads" : "can open", seq, (*this)[writer].name()));
  }

  std::set<std::tuple<const Tincan*, std::uint64_t, std::uint64_t>> told_in_life_;
  std::set<std::pair<const Tincan*, base::EntryId>> said_;
  std::set<std::pair<const Tincan*, std::uint64_t>> written_; // lines of its own, to any link
};

} // namespace tincan::sim::test
