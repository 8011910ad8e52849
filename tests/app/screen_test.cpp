#include "tincan/app/screen.hpp"

#include "app_support.hpp"

#include <functional>

using namespace tincan;
using namespace tincan::app;
using namespace tincan::app::test;
using chat::MessageState;

namespace {

struct Stage {
  explicit Stage(std::string team = "Rockets")
      : screen({.print = [this](term::Line line) { lines.push_back(shown(line)); },
                .ring = [this] { ++rings; },
                .prompt_changed = [this] { ++prompt_changes; },
                .after = [this](base::Millis, std::function<void()> work) { put_off.push_back(std::move(work)); },
                .now = [] { return noon; }},
               std::move(team)) {}

  void tell(chat::Event event) { screen.tell({{}, std::move(event)}); }
  void let_patience_end() {
    for (const auto& work : std::exchange(put_off, {})) work();
  }
  std::vector<std::string> take() { return std::exchange(lines, {}); }
  bool one_line_with(std::string_view part) {
    const auto given = take();
    return given.size() == 1 && given.front().find(part) != std::string::npos;
  }

  std::vector<std::string> lines;
  std::vector<std::function<void()>> put_off;
  int rings = 0;
  int prompt_changes = 0;
  Screen screen;
};

chat::Message message_of(chat::Direction direction, std::string text, std::uint64_t id = 1) {
  chat::Message message;
  message.id = {id};
  message.endpoint = base::Endpoint::parse("10.0.0.7:4100").value();
  message.direction = direction;
  message.state = direction == chat::Direction::in ? MessageState::received : MessageState::queued;
  message.team = base::PeerText(direction == chat::Direction::in ? "Ann" : "Rockets");
  message.text = base::PeerText(std::move(text));
  message.time = noon;
  return message;
}

chat::StateChanged turned(std::uint64_t id, MessageState state, std::string why = {}) {
  auto message = message_of(chat::Direction::out, "hello", id);
  message.state = state;
  message.why = std::move(why);
  return {message, base::PeerText("Ann"), {}};
}

} // namespace

TEST_CASE("An own message is shown once, with its state, when that comes soon") {
  Stage stage;
  stage.tell(chat::MessageAdded{message_of(chat::Direction::out, "hello"), base::PeerText("Ann")});
  CHECK(stage.take().empty());
  stage.tell(turned(1, MessageState::sent));
  CHECK(stage.one_line_with("(clear, sent): hello"));
  stage.let_patience_end();
  CHECK(stage.take().empty());
}

TEST_CASE("An own message is shown as queued when its state takes long, and the state follows on a short line") {
  Stage stage;
  stage.tell(chat::MessageAdded{message_of(chat::Direction::out, "hello"), base::PeerText("Ann")});
  stage.let_patience_end();
  CHECK(stage.one_line_with("(clear, queued #1): hello"));
  stage.tell(turned(1, MessageState::sent));
  CHECK(stage.one_line_with("#1 to Ann: sent"));
  stage.let_patience_end();
  CHECK(stage.take().empty());
}

TEST_CASE("A try that fails again for the same reason is no news; another reason and success are") {
  Stage stage;
  stage.tell(chat::MessageAdded{message_of(chat::Direction::out, "hello"), base::PeerText("Ann")});
  stage.tell(turned(1, MessageState::failed, "connection refused"));
  CHECK(stage.one_line_with("failed: connection refused #1): hello"));
  for (int i = 0; i < 5; ++i) stage.tell(turned(1, MessageState::failed, "connection refused"));
  CHECK(stage.take().empty());
  stage.tell(turned(1, MessageState::failed, "no answer"));
  CHECK(stage.one_line_with("#1 to Ann: failed: no answer"));
  stage.tell(turned(1, MessageState::sent));
  CHECK(stage.one_line_with("#1 to Ann: sent"));
  stage.tell(turned(1, MessageState::failed, "no answer"));
  CHECK(stage.one_line_with("failed: no answer"));
}

TEST_CASE("Two own messages at once keep their own states") {
  Stage stage;
  for (const std::uint64_t id : {1, 2})
    stage.tell(chat::MessageAdded{message_of(chat::Direction::out, "hello", id), {}});
  stage.tell(turned(2, MessageState::acknowledged));
  CHECK(stage.one_line_with("acknowledged"));
  stage.let_patience_end();
  CHECK(stage.one_line_with("queued #1"));
}

TEST_CASE("A message from elsewhere is shown at once, changes the prompt, and rings only when it names us") {
  Stage stage;
  stage.tell(chat::MessageAdded{message_of(chat::Direction::in, "hello you"), base::PeerText("Ann")});
  CHECK(stage.one_line_with("Ann 10.0.0.7:4100 (clear): hello you"));
  CHECK(stage.rings == 0);
  CHECK(stage.prompt_changes == 1);
  stage.tell(chat::MessageAdded{message_of(chat::Direction::in, "hello ROCKETS!"), {}});
  CHECK(stage.rings == 1);
  stage.tell(chat::MessageAdded{message_of(chat::Direction::out, "we are Rockets"), {}});
  CHECK(stage.rings == 1);
}

TEST_CASE("Without a team nothing rings, and broken bytes do not either") {
  Stage stage("");
  stage.tell(chat::MessageAdded{message_of(chat::Direction::in, "anything"), {}});
  stage.tell(chat::MessageAdded{message_of(chat::Direction::in, "\xff\xfe\x80"), {}});
  CHECK(stage.rings == 0);
  CHECK(stage.take().size() == 2);
}

TEST_CASE("A mandatory message is told by its status, not as a message") {
  Stage stage;
  auto message = message_of(chat::Direction::out, "Hello, mandatory peer!");
  message.kind = chat::MessageKind::mandatory;
  stage.tell(chat::MessageAdded{message, {}});
  auto changed = turned(1, MessageState::sent);
  changed.message.kind = chat::MessageKind::mandatory;
  stage.tell(changed);
  stage.let_patience_end();
  CHECK(stage.take().empty());
  chat::MandatoryStatus status{"10.0.0.9:1255", {}, MessageState::queued, {}, noon, {}};
  stage.tell(status);
  CHECK(stage.take().empty());
  status.state = MessageState::failed;
  status.why = "connection refused";
  stage.tell(status);
  CHECK(stage.one_line_with("connection refused"));
  stage.tell(status);
  CHECK(stage.take().empty());
  status.state = MessageState::sent;
  stage.tell(status);
  CHECK(stage.one_line_with("sent"));
}

TEST_CASE("What a blocked peer does is not shown") {
  Stage stage;
  auto view = peer_view(1, "Ann", "10.0.0.7:4100");
  view.blocked = true;
  for (const auto what :
       {chat::PeerChanged::What::announced, chat::PeerChanged::What::left, chat::PeerChanged::What::reachable})
    stage.tell(chat::PeerChanged{what, view});
  CHECK(stage.take().empty());
  view.blocked = false;
  stage.tell(chat::PeerChanged{chat::PeerChanged::What::left, view});
  CHECK(stage.one_line_with("left"));
}

TEST_CASE("A page of history is shown oldest first, and remembered for the one before it") {
  Stage stage;
  CHECK(stage.screen.oldest_shown() == 0);
  chat::HistoryPage page;
  page.messages = {message_of(chat::Direction::in, "older", 41), message_of(chat::Direction::out, "newer", 42)};
  page.has_more = true;
  stage.tell(chat::HistoryRead{page});
  const auto lines = stage.take();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].find("/more") != std::string::npos);
  CHECK(lines[1].ends_with("older"));
  CHECK(lines[2].ends_with("newer"));
  CHECK(stage.screen.oldest_shown() == 41);
  CHECK(stage.screen.has_older());
  stage.tell(chat::HistoryRead{});
  CHECK(stage.one_line_with("Nothing found."));
  CHECK(stage.screen.oldest_shown() == 0);
  CHECK_FALSE(stage.screen.has_older());
  CHECK(stage.rings == 0);
}

TEST_CASE("Errors, blocks, the disk and the end are told in words") {
  Stage stage;
  stage.tell(chat::Failed{{base::ErrorCode::unknown_peer, "no peer is called “x”"}});
  CHECK(stage.one_line_with("✗ no peer is called “x”"));
  stage.tell(chat::BlockChanged{{base::Address::v4({10, 0, 0, 7}), std::nullopt}, true});
  CHECK(stage.one_line_with("[BLOCKED] 10.0.0.7 (the whole host)"));
  stage.tell(chat::BlockChanged{{base::Address::v4({10, 0, 0, 7}), std::uint16_t{4100}}, false});
  CHECK(stage.one_line_with("No longer blocked: 10.0.0.7:4100"));
  stage.tell(chat::BlocksListed{});
  CHECK(stage.one_line_with("Nobody is blocked."));
  stage.tell(chat::MandatoryListed{});
  CHECK(stage.one_line_with("No mandatory peers"));
  stage.tell(chat::StorageChanged{false, "the disk is full"});
  const auto lines = stage.take();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].find("the disk is full") != std::string::npos);
  stage.tell(chat::StorageChanged{true, {}});
  CHECK(stage.one_line_with("nothing was lost"));
  stage.tell(chat::Stopping{});
  CHECK(stage.one_line_with("Saying goodbye"));
  stage.tell(chat::Done{});
  stage.tell(chat::Listening{});
  CHECK(stage.take().empty());
}
