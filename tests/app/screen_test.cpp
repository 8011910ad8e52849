#include "tincan/app/screen.hpp"

#include "app_support.hpp"

#include <functional>
#include <map>

using namespace tincan;
using namespace tincan::app;
using namespace tincan::app::test;
using chat::MessageState;

namespace {

struct Stage {
  enum class Changes : bool { none, in_place }; // what the terminal can do
  explicit Stage(std::string team = "Rockets", Changes changes = Changes::none)
      : screen(world(changes), std::move(team)) {}

  Screen::World world(Changes changes) {
    Screen::World world{
        .print = [this](term::Line line) { lines.push_back(shown(line)); },
        .ring = [this] { ++rings; },
        .prompt_changed = [this] { ++prompt_changes; },
        .after = [this](base::Millis, std::function<void()> work) { put_off.push_back(std::move(work)); },
        .now = [] { return noon; },
        .peer_of = [this](base::PeerId peer) -> std::optional<chat::PeerView> {
          if (view && view->peer.id == peer) return view;
          return std::nullopt;
        },
        .handles = &handles};
    if (changes == Changes::none) return world;
    world.print_block = [this](Lines block, term::LineTag tag) {
      for (const auto& line : block) lines.push_back(shown(line));
      on_screen[tag] = shown(block);
    };
    world.replace = [this](term::LineTag tag, Lines block) {
      if (!on_screen.contains(tag)) return false;
      on_screen[tag] = shown(block);
      return true;
    };
    return world;
  }

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
  std::map<term::LineTag, std::vector<std::string>> on_screen;
  std::optional<chat::PeerView> view;
  Handles handles;
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

chat::Message native(chat::Direction direction, std::string text, std::uint64_t id = 1) {
  auto message = message_of(direction, std::move(text), id);
  message.peer = {2};
  message.dialect = wire::Dialect::native;
  message.clear = false;
  return message;
}

chat::StateChanged native_turned(std::uint64_t id, MessageState state, std::string why = {}) {
  auto message = native(chat::Direction::out, "hello", id);
  message.state = state;
  message.why = std::move(why);
  return {message, base::PeerText("Ann"), {}};
}

constexpr auto in_place = Stage::Changes::in_place;

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
  for (const std::uint64_t id : {1U, 2U})
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

TEST_CASE("On a terminal an own message to a tincan is shown at once, and its state changes in place") {
  Stage stage("Rockets", in_place);
  stage.tell(chat::MessageAdded{native(chat::Direction::out, "hello"), base::PeerText("Ann")});
  CHECK(stage.one_line_with("[1] Rockets → Ann (encrypted) queued:    hello"));
  stage.tell(native_turned(1, MessageState::sent));
  CHECK(stage.on_screen[1].at(0).find("sent:      hello") != std::string::npos);
  stage.tell(native_turned(1, MessageState::delivered));
  CHECK(stage.on_screen[1].at(0).find("delivered: hello") != std::string::npos);
  stage.let_patience_end();
  CHECK(stage.take().empty());
}

TEST_CASE("A state that comes without the text of its message does not blank it") {
  Stage stage("Rockets", in_place);
  stage.tell(chat::MessageAdded{native(chat::Direction::out, "hello"), {}});
  auto changed = native_turned(1, MessageState::delivered);
  changed.message.text = changed.message.team = {};
  changed.message.time = {};
  changed.message.direction = {};
  stage.tell(changed);
  CHECK(stage.on_screen[1].at(0).ends_with("delivered: hello"));
  Stage plain;
  plain.tell(chat::MessageAdded{native(chat::Direction::out, "hello"), {}});
  plain.tell(changed);
  CHECK(plain.one_line_with(":00 [1] Rockets → Ann (encrypted) delivered: hello"));
}

TEST_CASE("What has left the screen is not told again, but a failure is") {
  Stage stage("Rockets", in_place);
  stage.tell(chat::MessageAdded{native(chat::Direction::out, "hello"), base::PeerText("Ann")});
  stage.take();
  stage.on_screen.clear();
  stage.tell(native_turned(1, MessageState::sent));
  stage.tell(native_turned(1, MessageState::delivered));
  CHECK(stage.take().empty());
  stage.tell(native_turned(1, MessageState::failed, "the key has changed"));
  CHECK(stage.one_line_with("[1] to Ann: failed: the key has changed"));
  stage.tell(native_turned(1, MessageState::failed, "the key has changed"));
  CHECK(stage.take().empty());
  stage.tell(native_turned(1, MessageState::cancelled));
  CHECK(stage.one_line_with("[1] to Ann: cancelled"));
}

TEST_CASE("Line by line, what is delivered soon is one line, and what takes long is two") {
  Stage stage;
  stage.tell(chat::MessageAdded{native(chat::Direction::out, "hello"), base::PeerText("Ann")});
  stage.tell(native_turned(1, MessageState::sent));
  CHECK(stage.take().empty());
  stage.tell(native_turned(1, MessageState::delivered));
  CHECK(stage.one_line_with("delivered: hello"));
  stage.let_patience_end();
  CHECK(stage.take().empty());

  stage.tell(chat::MessageAdded{native(chat::Direction::out, "again", 2), base::PeerText("Ann")});
  stage.let_patience_end();
  CHECK(stage.one_line_with("[2] Rockets → Ann (encrypted) queued:    again"));
  stage.tell(native_turned(2, MessageState::sent));
  CHECK(stage.take().empty());
  stage.tell(native_turned(2, MessageState::delivered));
  CHECK(stage.one_line_with("[2] to Ann: delivered"));
  stage.tell(chat::MessageAdded{native(chat::Direction::out, "hello", 3), base::PeerText("Ann")});
  stage.tell(native_turned(3, MessageState::sent));
  stage.let_patience_end();
  CHECK(stage.one_line_with("sent:      hello"));
}

TEST_CASE("What waited since an earlier run and is delivered now is counted on one line") {
  Stage stage("Rockets", in_place);
  stage.view = peer_view(2, "Ann", "10.0.0.7:4100");
  for (std::uint64_t id = 100; id < 1100; ++id) {
    stage.tell(native_turned(id, MessageState::sent));
    stage.tell(native_turned(id, MessageState::delivered));
  }
  CHECK(stage.take().empty());
  stage.let_patience_end();
  CHECK(stage.one_line_with("Ann has 1000 earlier messages of yours now"));
  stage.tell(native_turned(1100, MessageState::delivered));
  stage.let_patience_end();
  CHECK(stage.one_line_with("Ann has 1 earlier message of yours now"));
}

TEST_CASE("A tincan is named as the user calls it, and one that looks like another is marked on every line") {
  Stage stage;
  stage.view = peer_view(2, "Ann", "10.0.0.7:4100");
  stage.view->peer.petname = "Annie";
  stage.tell(chat::MessageAdded{native(chat::Direction::in, "hi"), base::PeerText("Ann")});
  CHECK(stage.one_line_with("[1] Annie (encrypted): hi"));
  stage.view->peer.petname = {};
  stage.view->look_alike = {7};
  stage.view->peer.key = base::PublicKey::from(std::string(32, '\x01'));
  stage.tell(chat::MessageAdded{native(chat::Direction::in, "hi", 2), base::PeerText("Ann")});
  CHECK(stage.one_line_with("[2] Ann ≈7 (yryonyeb) (encrypted): hi"));
  auto classic = message_of(chat::Direction::in, "hi", 3);
  classic.peer = {2};
  stage.tell(chat::MessageAdded{classic, base::PeerText("Ann")});
  CHECK(stage.one_line_with("Ann ≈7 (yryonyeb) 10.0.0.7:4100 (clear): hi"));
}

TEST_CASE("A reply quotes what it answers as far as that was shown") {
  Stage stage;
  stage.tell(chat::MessageAdded{native(chat::Direction::in, "lunch?", 41), base::PeerText("Ann")});
  stage.take();
  auto reply = native(chat::Direction::in, "at noon", 42);
  reply.about = {41};
  stage.tell(chat::MessageAdded{reply, base::PeerText("Ann")});
  auto lines = stage.take();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].ends_with("┌ Ann: lunch?"));
  reply.about = {7};
  reply.id = {43};
  stage.tell(chat::MessageAdded{reply, base::PeerText("Ann")});
  lines = stage.take();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].find("#7") != std::string::npos);
}

TEST_CASE("An edit, a deletion and a reaction change the line in place, and are told") {
  using What = chat::MessageChanged::What;
  Stage stage("Rockets", in_place);
  auto message = native(chat::Direction::in, "a line that is long enough");
  stage.tell(chat::MessageAdded{message, base::PeerText("Ann")});
  stage.take();
  message.text = base::PeerText("short");
  message.is_edited = true;
  stage.tell(chat::MessageChanged{What::edited, false, message, base::PeerText("Ann")});
  CHECK(stage.one_line_with("[1] Ann edited it"));
  CHECK(stage.on_screen[1].at(0).find("(edited): short ") != std::string::npos);
  message.text = base::PeerText("and now it is far longer than it was before");
  stage.tell(chat::MessageChanged{What::edited, false, message, base::PeerText("Ann")});
  CHECK(stage.one_line_with("[1] Ann edited it: and now it is far longer"));
  message.reactions = {{true, base::PeerText("+1")}};
  stage.tell(chat::MessageChanged{What::reacted, true, message, base::PeerText("Ann")});
  CHECK(stage.one_line_with("[1] you +1"));
  message.text = {};
  message.reactions.clear();
  message.is_deleted = true;
  stage.tell(chat::MessageChanged{What::deleted, false, message, base::PeerText("Ann")});
  CHECK(stage.one_line_with("[1] Ann deleted it"));
  CHECK(stage.on_screen[1].at(0).find("(deleted)") != std::string::npos);
  CHECK(stage.on_screen[1].at(0).find("longer") == std::string::npos);
}

TEST_CASE("An edit of a line that is not on the screen any more is told with its text") {
  Stage stage("Rockets", in_place);
  auto message = native(chat::Direction::in, "a line that is long enough");
  stage.tell(chat::MessageAdded{message, base::PeerText("Ann")});
  stage.take();
  stage.on_screen.clear();
  message.text = base::PeerText("short");
  stage.tell(chat::MessageChanged{chat::MessageChanged::What::edited, false, message, base::PeerText("Ann")});
  CHECK(stage.one_line_with("[1] Ann edited it: short"));
  Stage plain;
  plain.tell(chat::MessageChanged{chat::MessageChanged::What::edited, false, message, base::PeerText("Ann")});
  CHECK(plain.one_line_with("[1] Ann edited it: short"));
}

TEST_CASE("Lines of the history carry numbers too, and plain-text lines none") {
  Stage stage;
  chat::HistoryPage page;
  page.messages = {native(chat::Direction::in, "older", 41), message_of(chat::Direction::in, "clear", 42),
                   native(chat::Direction::out, "newer", 43)};
  page.messages[2].state = MessageState::read;
  stage.tell(chat::HistoryRead{page});
  const auto lines = stage.take();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].find("[1] Ann (encrypted): older") != std::string::npos);
  CHECK(lines[1].find('[') == std::string::npos);
  CHECK(lines[2].find("[2] Rockets → 10.0.0.7:4100 (encrypted) read:      newer") != std::string::npos);
  CHECK(stage.handles.find(2)->entry == base::EntryId{43});
}

TEST_CASE("Identity, verification, explanations and notices are told in words") {
  Stage stage;
  const auto view = peer_view(2, "Ann", "10.0.0.7:4100");
  stage.tell(chat::Identity{{}, {}, "Rockets"});
  CHECK(stage.take().size() == 2);
  stage.tell(chat::Verification{view, "1 2 3 4 5 6 7 8"});
  CHECK(stage.take().size() == 4);
  stage.tell(chat::Explained{view, {{"TCP", chat::ExplainedStep::Outcome::bad, "refused"}}});
  CHECK(stage.take().size() == 2);
  stage.tell(chat::Notice{chat::Notice::What::too_much, {2}, "Ann filled what we keep for it."});
  CHECK(stage.one_line_with("Ann filled what we keep"));
  stage.tell(chat::VersionsRead{{1}, {{base::PeerText("one"), noon}, {base::PeerText("two"), noon}}});
  CHECK(stage.take().size() == 2);
}

TEST_CASE("Thousands of messages, long ones too, leave the screen's memory bounded and what is new changeable") {
  Stage stage("Rockets", in_place);
  for (std::uint64_t id = 1; id <= 6000; ++id)
    stage.tell(chat::MessageAdded{native(chat::Direction::in, id % 50 == 0 ? std::string(60'000, 'x') : "hi", id),
                                  base::PeerText("Ann")});
  stage.take();
  auto message = native(chat::Direction::in, "", 5999);
  message.is_deleted = true;
  stage.tell(chat::MessageChanged{chat::MessageChanged::What::deleted, false, message, base::PeerText("Ann")});
  CHECK(stage.on_screen[5999].at(0).find("(deleted)") != std::string::npos);
}
