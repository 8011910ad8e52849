#include "script.hpp"

#include "said.hpp"
#include "tincan/base/unicode.hpp"

#include <catch2/catch.hpp>
#include <charconv>
#include <fmt/format.h>
#include <sstream>

namespace tincan::chat::test {

namespace {

constexpr int max_turns_at_once = 1000; // a deadline that does not move on is a busy loop

std::pair<std::string_view, std::string_view> first_word(std::string_view line) {
  const auto at = std::min(line.find(' '), line.size());
  return {line.substr(0, at), line.substr(std::min(at + 1, line.size()))};
}

std::uint64_t number_of(std::string_view name) { // L12, Q3
  std::uint64_t value = 0;
  std::from_chars(name.data() + 1, name.data() + name.size(), value);
  return value;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  for (const auto word : base::split(text, ' '))
    if (!word.empty()) result.emplace_back(word);
  return result;
}

struct Step {
  std::string input;
  bool more = false; // the turn goes on with the next step
};

std::vector<std::string> lines_of(std::string_view script) {
  std::vector<std::string> result;
  for (const auto line : base::split(script, '\n')) {
    const auto text = line.substr(std::min(line.find_first_not_of(' '), line.size()));
    if (!text.empty()) result.emplace_back(text);
  }
  return result;
}

std::vector<Step> steps_of(std::string_view script) {
  std::vector<Step> steps;
  for (const auto& line : lines_of(script)) {
    if (line[0] != '>' && line[0] != '&') continue;
    if (line[0] == '&') steps.back().more = true;
    steps.push_back({line.substr(2), false});
  }
  return steps;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  return text;
}

void append(std::vector<std::string>& to, std::vector<std::string> lines) {
  to.insert(to.end(), lines.begin(), lines.end());
}

std::vector<std::string> outputs_only(const std::vector<std::string>& transcript) {
  std::vector<std::string> result;
  for (const auto& line : transcript)
    if (line[0] == '<' || line[0] == '!') result.push_back(line);
  return result;
}

// Effects come before events in a turn, whatever turns there are.
std::pair<std::vector<std::string>, std::vector<std::string>> by_kind(const std::vector<std::string>& lines) {
  std::pair<std::vector<std::string>, std::vector<std::string>> result;
  for (const auto& line : lines) (line[0] == '<' ? result.first : result.second).push_back(line);
  return result;
}

std::vector<std::string> transcript_of(const std::vector<Step>& steps, const Settings& settings) {
  Stage stage(settings);
  std::vector<std::string> transcript;
  bool goes_on = false;
  for (const auto& step : steps) {
    transcript.push_back((goes_on ? "& " : "> ") + step.input);
    stage.input(step.input, step.more);
    append(transcript, stage.take_lines());
    goes_on = step.more;
  }
  return transcript;
}

void play_until(Stage& stage, const std::vector<Step>& steps, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) stage.input(steps[i].input, steps[i].more && i + 1 < count);
}

void check_peace(Stage& stage) {
  stage.heal(std::chrono::minutes(30));
  for (const auto& [id, message] : stage.store.disk().messages) {
    INFO("message " << id.value << ", " << name(message.state) << ": " << message.text.untrusted_bytes());
    CHECK_FALSE(is_undelivered(message.state));
  }
  stage.cut_all();
  stage.wait(std::chrono::seconds(2));
  CHECK_FALSE(stage.node().next_deadline());
}

enum class Accident { cut, restart };

bool has_quit(const std::vector<Step>& steps, std::size_t count) {
  return std::any_of(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(count),
                     [](const Step& step) { return step.input == "quit"; });
}

void replay(const std::vector<Step>& steps, const Settings& settings, Accident accident) {
  for (std::size_t count = 0; count <= steps.size(); ++count) {
    INFO((accident == Accident::cut ? "cut" : "restarted")
         << " after step " << count << ": " << (count ? steps[count - 1].input : ""));
    Stage stage(settings);
    play_until(stage, steps, count);
    if (accident == Accident::cut)
      stage.cut_all();
    else
      stage.restart();
    if (has_quit(steps, count)) {
      stage.wait(farewell_patience);
      CHECK((stage.node().is_finished() || accident == Accident::restart));
      stage.restart();
    }
    check_peace(stage);
  }
}

void replay_with_full_disk(const std::vector<Step>& steps, const Settings& settings,
                           const std::vector<std::string>& expected) {
  for (std::size_t at = 0; at < steps.size(); ++at) {
    INFO("disk full at step " << at + 1 << ": " << steps[at].input);
    Stage stage(settings);
    std::vector<std::string> transcript;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      stage.is_full_once = i == at;
      stage.input(steps[i].input, steps[i].more);
      append(transcript, stage.take_lines());
    }
    CHECK(by_kind(transcript) == by_kind(expected));
  }
}

} // namespace

Settings script_settings() {
  return {.self = {*base::Endpoint::parse("10.0.0.1:7000"), "Us"}, .mandatory = {}, .mandatory_text = "Hello!"};
}

base::Now script_start() { return {base::Tick{std::chrono::hours(1)}, {1'763'640'000'000}}; }

Stage::Stage(Settings settings) : settings_(std::move(settings)), now_(script_start()) { start(); }

void Stage::start() {
  node_ = std::make_unique<Node>(settings_, store, entropy_);
  node_->load(*store.load(), now_);
  dialled_ = open_ = wrote_ = finished_ = {};
}

void Stage::restart() {
  store.crash();
  start();
  turn();
}

void Stage::input(std::string_view line, bool more) {
  const auto [word, rest] = first_word(line);
  if (word == "wait") {
    wait(base::Millis(std::stol(std::string(rest))));
    return;
  }
  give(word, rest);
  if (!more) end_turn();
}

void Stage::give(std::string_view word, std::string_view rest) {
  if (auto wanted = command(word, rest)) return node_->command({{++last_request_}, std::move(*wanted)}, now_);
  const auto [name, arguments] = first_word(rest);
  const base::RequestId query{number_of(name)};
  if (word == "resolved") {
    std::vector<base::Address> addresses;
    for (const auto& address : words(arguments)) addresses.push_back(*base::Address::parse(address));
    return node_->name_resolved(query, addresses, now_);
  }
  if (word == "unresolved") return node_->name_failed(query, {base::ErrorCode::unreachable, "no such host"}, now_);
  give_link_input(word, rest);
}

void Stage::give_link_input(std::string_view word, std::string_view rest) {
  const auto [name, argument] = first_word(rest);
  const base::LinkId link{number_of(name)};
  if (word == "accept") {
    const auto made = node_->new_link();
    if (made != link) FAIL("the script says " << name << ", the node L" << made.value);
    open_.insert(link);
    return node_->link_accepted(link, *base::Endpoint::parse(argument), now_);
  }
  if (word == "open") {
    dialled_.erase(link);
    open_.insert(link);
    return node_->link_opened(link, now_);
  }
  if (word == "refuse") {
    dialled_.erase(link);
    return node_->dial_failed(link, {base::ErrorCode::refused, "connection refused"}, now_);
  }
  if (word == "bytes") return node_->bytes_received(link, unescaped(argument), now_);
  if (word == "end") return node_->peer_finished(link, now_);
  if (word == "taken") {
    wrote_.erase(link);
    return node_->bytes_taken(link, now_);
  }
  if (word != "cut") FAIL("no such input: " << word);
  open_.erase(link);
  node_->link_closed(link, {base::ErrorCode::reset, "connection reset"}, now_);
}

std::optional<Command> Stage::command(std::string_view word, std::string_view rest) const {
  const std::string argument(rest);
  const auto [first, others] = first_word(rest);
  if (word == "send") return Send{std::string(first), unescaped(others)};
  if (word == "connect") return Announce{words(rest)};
  if (word == "peers") return ListPeers{};
  if (word == "history") return ReadHistory{argument, {}};
  if (word == "block") return Block{argument};
  if (word == "unblock") return Unblock{argument};
  if (word == "toggle-block") return ToggleBlock{argument};
  if (word == "blocked") return ListBlocked{};
  if (word == "dialect") return SetDialect{std::string(first), std::string(others)};
  if (word == "cancel") return Cancel{argument};
  if (word == "retry") return Retry{argument};
  if (word == "focus") return Focus{argument};
  if (word == "mandatory") return ListMandatory{};
  if (word == "join-plain") return JoinRoom{argument, true};
  if (word == "leave") return LeaveRoom{argument};
  if (word == "quit") return Quit{};
  return std::nullopt;
}

void Stage::end_turn() {
  if (!std::exchange(is_full_once, false)) return turn();
  store.is_full = true;
  const auto lines = lines_.size();
  turn();
  if (store.has_uncommitted()) CHECK(lines_.size() == lines); // nothing leaves and nothing is shown meanwhile
  store.is_full = false;
  turn();
}

void Stage::turn() {
  node_->time_passed(now_);
  node_->finish_turn(now_);
  if (store.has_uncommitted() && !store.commit()) return;
  node_->committed();
  while (const auto effect = node_->next_effect()) carry_out(*effect);
  while (const auto told = node_->next_event()) deliver(*told);
}

void Stage::carry_out(const Effect& effect) {
  lines_.push_back(said(effect));
  if (const auto* dial = std::get_if<DialLink>(&effect)) dialled_.insert(dial->link);
  if (const auto* send = std::get_if<SendBytes>(&effect)) {
    if (open_.contains(send->link)) CHECK_FALSE(finished_.contains(send->link)); // nothing after the end
    wrote_.insert(send->link);
  }
  if (const auto* finish = std::get_if<FinishSending>(&effect)) finished_.insert(finish->link);
  if (const auto* close = std::get_if<CloseLink>(&effect)) {
    dialled_.erase(close->link);
    open_.erase(close->link);
    wrote_.erase(close->link);
  }
}

void Stage::deliver(const Told& told) {
  for (auto& line : said(told, now_.wall)) lines_.push_back(std::move(line));
  if (const auto* added = std::get_if<MessageAdded>(&told.event)) check_shown(added->message);
  if (const auto* changed = std::get_if<StateChanged>(&told.event)) check_shown(changed->message);
}

void Stage::check_shown(const Message& message) {
  const auto found = store.find_message(message.id);
  REQUIRE(found);
  CHECK(found->text == message.text);
  if (message.state == MessageState::sent || message.state == MessageState::acknowledged)
    CHECK_FALSE(is_undelivered(found->state));
}

void Stage::wait(base::Millis time) {
  const auto end = now_.tick + time;
  int turns = 0;
  while (true) {
    const auto next = node_->next_deadline();
    const auto when = next ? std::clamp(*next, now_.tick, end) : end;
    turns = when == now_.tick ? turns + 1 : 0;
    if (turns > max_turns_at_once) FAIL("a deadline stands still");
    now_.wall.ms += (when - now_.tick).count();
    now_.tick = when;
    end_turn();
    if (node_->is_finished()) return;
    if (when == end && !(node_->next_deadline() && *node_->next_deadline() <= end)) return;
  }
}

void Stage::cut_all() {
  for (const auto link : std::exchange(dialled_, {}))
    node_->dial_failed(link, {base::ErrorCode::unreachable, "network is unreachable"}, now_);
  for (const auto link : std::exchange(open_, {}))
    node_->link_closed(link, {base::ErrorCode::reset, "connection reset"}, now_);
  wrote_.clear();
  turn();
}

void Stage::heal(base::Millis time) {
  const auto end = now_.tick + time;
  while (now_.tick < end) {
    play_along();
    const auto next = node_->next_deadline();
    if (!next) return;
    wait(std::clamp(*next - now_.tick, base::Millis(1), end - now_.tick));
  }
}

void Stage::play_along() {
  for (int round = 0; round < max_turns_at_once && !(dialled_.empty() && wrote_.empty()); ++round) {
    for (const auto link : std::exchange(dialled_, {})) {
      open_.insert(link);
      node_->link_opened(link, now_);
    }
    turn();
    for (const auto link : std::exchange(wrote_, {})) node_->bytes_taken(link, now_);
    turn();
  }
  for (const auto& line : take_lines())
    if (line.starts_with("< resolve Q"))
      node_->name_resolved({number_of(words(line)[2])}, {*base::Address::parse("10.0.0.99")}, now_);
}

void play(std::string_view script, Settings settings) {
  const auto steps = steps_of(script);
  const auto transcript = transcript_of(steps, settings);
  CHECK(joined(transcript) == joined(lines_of(script)));
  replay(steps, settings, Accident::cut);
  replay(steps, settings, Accident::restart);
  replay_with_full_disk(steps, settings, outputs_only(transcript));
}

} // namespace tincan::chat::test
