// A whole peer over made-up sockets: links open, speak, end and break in any order, commands come, time passes, the
// disk is full for a while. Nothing may crash, leave before its commit, or stay when all is over.
#include "../chat/memory_store.hpp"
#include "fuzz_check.hpp"
#include "tincan/chat/json.hpp"
#include "tincan/chat/node.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tincan;

class Input {
public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}
  bool is_over() const { return rest_.empty(); }
  unsigned number() {
    if (rest_.empty()) return 0;
    const auto first = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }
  std::string_view text() {
    const auto part = rest_.substr(0, number());
    rest_.remove_prefix(part.size());
    return part;
  }

private:
  std::string_view rest_;
};

class Numbers : public chat::Entropy {
public:
  std::uint64_t next() override { return last_ = last_ * 6364136223846793005U + 1442695040888963407U; }

private:
  std::uint64_t last_ = 1;
};

chat::Settings settings() {
  chat::Settings settings;
  settings.self = {*base::Endpoint::parse("127.0.0.1:4100"), "Fuzz"};
  settings.mandatory = {"127.0.0.1:1255"};
  settings.mandatory_text = "hello";
  return settings;
}

class Peer {
public:
  Peer() : node_(settings(), store_, numbers_) {
    now_.wall.ms = 1'795'176'000'000;
    node_.load(*store_.load(), now_);
  }

  void step(Input& input) {
    switch (input.number() % 10) {
    case 0: {
      const auto link = node_.new_link();
      links_.push_back(link);
      const base::Endpoint source{base::Address::v4({127, 0, 0, static_cast<std::uint8_t>(input.number())}), 50000};
      node_.link_accepted(link, source, now_);
      break;
    }
    case 1:
    case 2: node_.bytes_received(link(input), input.text(), now_); break;
    case 3: node_.peer_finished(link(input), now_); break;
    case 4: node_.link_closed(link(input), {base::ErrorCode::reset, "the connection broke"}, now_); break;
    case 5: pass(base::Millis(input.number() * 50)); break;
    case 6:
      node_.command({base::RequestId{1}, chat::Send{std::string(input.text()), std::string(input.text())}}, now_);
      break;
    case 7: node_.bytes_taken(link(input), now_); break;
    case 8:
      if (auto command = chat::command_from_json(input.text())) node_.command({base::RequestId{2}, *command}, now_);
      break;
    case 9: store_.is_full = input.number() % 2 == 1; break;
    }
    turn(input);
  }

  // Everybody goes, and time passes until nothing is due: then no session is left.
  void end() {
    Input nothing(nullptr, 0);
    store_.is_full = false;
    turn(nothing);
    for (const auto link : links_) node_.link_closed(link, {base::ErrorCode::reset, "the connection broke"}, now_);
    node_.command({base::RequestId{3}, chat::Quit{}}, now_);
    for (int i = 0; i < 20 && !node_.is_finished(); ++i) {
      pass(base::Millis(100));
      turn(nothing);
    }
    TINCAN_MUST(node_.is_finished());
  }

private:
  base::LinkId link(Input& input) {
    const auto number = input.number();
    return links_.empty() ? base::LinkId{number} : links_[number % links_.size()];
  }

  void pass(base::Millis wait) {
    now_.tick += wait;
    now_.wall.ms += wait.count();
    node_.time_passed(now_);
  }

  void turn(Input& input) {
    node_.time_passed(now_);
    node_.finish_turn(now_);
    if (!store_.commit()) return;
    node_.committed();
    std::vector<chat::DialLink> dials;
    while (const auto effect = node_.next_effect()) {
      TINCAN_MUST(!store_.has_uncommitted());
      if (const auto* dial = std::get_if<chat::DialLink>(&*effect)) dials.push_back(*dial);
    }
    while (const auto told = node_.next_event())
      for (const auto& line : chat::to_json_lines(told->event)) TINCAN_MUST(!line.empty());
    for (const auto& dial : dials) answer(dial, input);
  }

  void answer(const chat::DialLink& dial, Input& input) {
    TINCAN_MUST(dial.to.port != 0);
    if (input.number() % 2 == 0) return node_.dial_failed(dial.link, {base::ErrorCode::refused, "refused"}, now_);
    links_.push_back(dial.link);
    node_.link_opened(dial.link, now_);
  }

  chat::test::MemoryStore store_;
  Numbers numbers_;
  base::Now now_{};
  chat::Node node_;
  std::vector<base::LinkId> links_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  Peer peer;
  while (!input.is_over()) peer.step(input);
  peer.end();
  return 0;
}
