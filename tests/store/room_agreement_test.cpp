// Whatever happens in a room, in whatever order: both stores tell the same.
#include "room_fixture.hpp"

#include <algorithm>
#include <random>

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

using wire::EntryKind;

constexpr int members = 4;

class Story {
public:
  explicit Story(unsigned seed) : random_(seed) {
    write(40);
    for (std::size_t i = 0; i < 60; ++i) std::swap(all_[below(all_.size())], all_[below(all_.size())]);
    std::uint64_t id = 0;
    for (auto& logged : all_) logged.message.id = {++id};
  }

  void tell() {
    for (const auto& logged : all_) {
      for (auto* store : {&disk_, &memory_}) store->append(talk_, logged);
      if (below(6) == 0) change_spans();
      if (below(6) == 0) reveal_one();
      if (below(4) == 0) rest();
    }
    commit();
    compare();
    for (int i = 0; i < 12; ++i) {
      below(2) == 0 ? change_spans() : reveal_one();
      if (below(3) == 0) rest();
    }
    commit();
    compare();
    disk_.open();
    compare();
    CHECK(disk_.skipped() == 0);
  }

private:
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  int any_member() { return static_cast<int>(below(members)); }
  wire::EntryRef any_target() { return all_[below(all_.size())].ref(); }
  std::string any_word() { return fmt::format("w{} needle{}", below(1000), below(3)); }

  void write(std::size_t count) {
    all_.push_back(talk_.line(0, "needle0"));
    while (all_.size() < count) all_.push_back(any_entry());
  }

  Logged any_entry() {
    constexpr std::array kinds{EntryKind::text,     EntryKind::text,     EntryKind::edit,           EntryKind::edit,
                               EntryKind::deletion, EntryKind::reaction, static_cast<EntryKind>(99)};
    const auto kind = kinds.at(below(kinds.size()));
    const auto member = any_member();
    if (kind == EntryKind::text && below(4) == 0) return talk_.guest(member, "guest", any_word());
    const auto text = kind == EntryKind::deletion || below(9) == 0 ? std::string{} : any_word();
    const bool has_target = kind != EntryKind::text || below(3) == 0;
    const auto target = has_target ? std::optional{any_target()} : std::nullopt;
    if (kind == EntryKind::deletion || below(2) == 0) return talk_.made(member, kind, text, target);
    return talk_.sealed(member, kind, text, below(2) == 0, target);
  }

  void change_spans() {
    std::vector<chat::LineSpan> spans;
    for (auto n = below(3); n > 0; --n) {
      const auto first = 1 + below(12);
      spans.push_back({first, below(2) == 0 ? ~std::uint64_t{0} : first + below(6)});
    }
    const auto author = talk_.key(any_member());
    for (auto* store : {&disk_, &memory_}) (**store).put_spans(talk_.conversation(), author, spans);
  }

  void reveal_one() {
    const auto author = talk_.key(any_member());
    const auto seq = 1 + below(15);
    const base::PeerText text{any_word()};
    for (auto* store : {&disk_, &memory_}) (**store).reveal(talk_.conversation(), author, seq, text);
  }

  void commit() {
    disk_.commit();
    memory_.commit();
  }

  void rest() {
    commit();
    if (below(2) == 0) disk_.index(1 + below(20));
    if (below(4) == 0) disk_.open();
  }

  template<class Ask> void both(Ask ask) { CHECK(ask(*disk_) == ask(*memory_)); }

  void compare() {
    for (const std::string words : {"", "needle1", "ee"})
      for (const bool in_room : {false, true})
        for (const std::size_t limit : {3U, 1000U}) compare_pages(words, in_room, limit);
    for (const auto& logged : all_) compare_one(logged);
    both([&](auto& store) { return *store.last_own_line(talk_.room()); });
    for (const std::size_t count : {2U, 1000U}) {
      both([&](auto& store) { return named(*store.newest_lines(talk_.conversation(), count)); });
      both([&](auto& store) { return named(*store.unreadable_lines(talk_.conversation(), count)); });
    }
  }

  void compare_pages(const std::string& words, bool in_room, std::size_t limit) {
    auto query = of_room(room_number, words, limit);
    INFO(words << " " << in_room << " " << limit);
    if (!in_room) query.room.reset();
    both([&](auto& store) { return lines_of(store, query); });
    query.before = base::EntryId{1 + below(all_.size())};
    both([&](auto& store) { return lines_of(store, query); });
    query.before.reset();
    query.after = base::EntryId{1 + below(all_.size())};
    both([&](auto& store) { return lines_of(store, query); });
  }

  void compare_one(const Logged& logged) {
    INFO(logged.id());
    both([&](auto& store) {
      const auto message = store.find_message(logged.message.id);
      return message ? std::optional{*message} : std::nullopt;
    });
    both([&](auto& store) { return *store.read_log(talk_.conversation(), logged.author, logged.entry.seq, 99, 1); });
    both([&](auto& store) { return *store.place_of(logged.message.id); });
    both([&](auto& store) {
      const auto at = **store.find_logged(talk_.conversation(), logged.author, logged.entry.seq);
      return std::tuple{at.message, at.hash, at.order_us, at.kind, at.direction, at.is_deleted};
    });
    both([&](auto& store) {
      std::vector<std::string> texts;
      const auto forms = *store.forms_of(logged.message.id);
      for (const auto& form : forms) texts.push_back(form.text.untrusted_bytes());
      return texts;
    });
  }

  static std::vector<std::pair<base::PublicKey, std::uint64_t>> named(const std::vector<chat::PlacedLine>& lines) {
    std::vector<std::pair<base::PublicKey, std::uint64_t>> result;
    for (const auto& line : lines) result.emplace_back(line.author, line.seq);
    return result;
  }

  std::mt19937 random_;
  RoomTalk talk_;
  std::vector<Logged> all_;
  AnyStore disk_{false}, memory_{true};
};

} // namespace

TEST_CASE("the store on the disk and the one in memory tell the same of a room", "[store][room]") {
  for (unsigned seed = 1; seed <= 25; ++seed) {
    INFO("seed " << seed);
    Story(seed).tell();
  }
}
