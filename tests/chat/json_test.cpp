#include "tincan/chat/json.hpp"

#include "tincan/base/unicode.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using namespace tincan::chat;

namespace {

// 2026-11-20T12:00:00.123Z
constexpr base::WallTime noon{1'795'176'000'123};

Message example() {
  Message message;
  message.id = {12};
  message.endpoint = *base::Endpoint::parse("127.0.0.1:7001");
  message.team = base::PeerText("Hashpa");
  message.text = base::PeerText("hi");
  message.time = noon;
  return message;
}

PeerView example_peer() {
  PeerView view;
  view.peer.id = {3};
  view.peer.endpoint = *base::Endpoint::parse("[::1]:7001");
  view.peer.team = base::PeerText("Hashpa");
  return view;
}

std::string line(const Event& event) {
  const auto lines = to_json_lines(event);
  REQUIRE(lines.size() == 1);
  return lines[0];
}

std::string why_not(std::string_view json) {
  const auto command = command_from_json(json);
  return command ? "" : std::string(base::name(command.error().code)) + ": " + command.error().text;
}

} // namespace

TEST_CASE("a message is spelled as the README says", "[chat][json]") {
  CHECK(
      line(MessageAdded{example(), {}}) ==
      R"({"event":"message","direction":"in","peer":"127.0.0.1:7001","team":"Hashpa","text":"hi","dialect":"A1","clear":true,"encrypted":false,"time":"2026-11-20T12:00:00.123Z","id":12,"state":"received"})");
  auto unusual = example();
  unusual.direction = Direction::out;
  unusual.kind = MessageKind::mandatory;
  unusual.state = MessageState::failed;
  unusual.why = "connection refused";
  unusual.was_cut = true;
  unusual.dialect = wire::Dialect::a3_team;
  unusual.text = base::PeerText("a\xff");
  CHECK(
      line(MessageAdded{unusual, {}}) ==
      R"({"event":"message","direction":"out","peer":"127.0.0.1:7001","team":"Hashpa","text":"a�","dialect":"A3-team","clear":true,"encrypted":false,"time":"2026-11-20T12:00:00.123Z","id":12,"state":"failed","why":"connection refused","cut":true,"mandatory":true,"bytes":"Yf8="})");
}

TEST_CASE("a state is spelled with the next try where there is one", "[chat][json]") {
  auto message = example();
  message.state = MessageState::sent;
  CHECK(line(StateChanged{message, {}, std::nullopt}) ==
        R"({"event":"state","id":12,"peer":"127.0.0.1:7001","state":"sent","dialect":"A1","why":""})");
  message.state = MessageState::failed;
  message.why = "refused";
  CHECK(
      line(StateChanged{message, {}, noon}) ==
      R"({"event":"state","id":12,"peer":"127.0.0.1:7001","state":"failed","dialect":"A1","why":"refused","next_try":"2026-11-20T12:00:00.123Z"})");
}

TEST_CASE("a peer is spelled with all that is known of it", "[chat][json]") {
  auto view = example_peer();
  CHECK(
      line(PeersListed{{view}}) ==
      R"({"event":"peer","number":3,"peer":"[::1]:7001","team":"Hashpa","dialect":"A1","dialect_fixed":false,"presence":"unheard","blocked":false,"unread":0,"queued":0,"speaks":"unknown","encrypted":false})");
  view.peer.last_heard = view.next_try = noon;
  view.peer.host_name = "ada.example";
  view.peer.claimed_address = base::Address::parse("10.0.0.9");
  view.trouble = "refused";
  view.presence = Presence::unreachable;
  view.blocked = view.peer.dialect_fixed = true;
  view.queued = 2;
  view.peer.unread = 1;
  CHECK(
      line(PeerChanged{PeerChanged::What::unreachable, view}) ==
      R"({"event":"peer","number":3,"peer":"[::1]:7001","team":"Hashpa","dialect":"A1","dialect_fixed":true,"presence":"unreachable","blocked":true,"unread":1,"queued":2,"last_heard":"2026-11-20T12:00:00.123Z","next_try":"2026-11-20T12:00:00.123Z","why":"refused","host":"ada.example","claims":"10.0.0.9","speaks":"unknown","encrypted":false,"change":"unreachable"})");
}

TEST_CASE("what only tincans know of a message is spelled where it applies", "[chat][json]") {
  auto message = example();
  message.peer = {3};
  message.dialect = wire::Dialect::native;
  message.clear = false;
  message.about = {7};
  message.order_us = 1'795'176'000'123'000;
  message.is_edited = message.is_late = message.has_doubtful_time = true;
  message.reactions = {{true, base::PeerText("+1")}, {false, base::PeerText("\xff")}};
  const auto spelled = line(MessageAdded{message, {}});
  CHECK(
      spelled ==
      R"({"event":"message","direction":"in","peer":"127.0.0.1:7001","team":"Hashpa","text":"hi","dialect":"tincan","clear":false,"encrypted":true,"time":"2026-11-20T12:00:00.123Z","id":12,"state":"received","number":3,"reply_to":7,"edited":true,"late":true,"doubtful_time":true,"order_us":1795176000123000,"reactions":[{"own":true,"text":"+1"},{"own":false,"text":"�","bytes":"/w=="}]})");
  message.reactions.pop_back(); // the broken bytes are not read back
  CHECK(std::get<MessageAdded>(*event_from_json(line(MessageAdded{message, {}}))).message == message);
  message.text = {};
  message.is_deleted = true;
  message.kind = MessageKind::unknown;
  message.direction = Direction::out;
  for (const auto state : {MessageState::delivered, MessageState::read}) {
    message.state = state;
    CHECK(std::get<MessageAdded>(*event_from_json(line(MessageAdded{message, {}}))).message == message);
  }
}

TEST_CASE("a contact is spelled with its key, its names and its ways", "[chat][json]") {
  auto view = example_peer();
  view.peer.speaks = Speaks::native;
  view.peer.dialect = wire::Dialect::native;
  view.peer.petname = "Ada";
  view.peer.key = base::PublicKey::from(std::string(32, '\x01'));
  view.peer.changed_key = base::PublicKey::from(std::string(32, '\x02'));
  view.peer.is_verified = view.is_encrypted = true;
  view.peer.endpoints = {{view.peer.endpoint, KnownEndpoint::Source::announced, noon},
                         {*base::Endpoint::parse("10.0.0.7:4100"), KnownEndpoint::Source::hinted, {}}};
  view.round_trip = base::Millis{12};
  view.path = view.peer.endpoint;
  view.look_alike = {2};
  const PeerChanged event{PeerChanged::What::key_changed, view};
  const auto spelled = line(event);
  INFO(spelled);
  for (
      const auto* part :
      {R"("speaks":"tincan","encrypted":true,"petname":"Ada","key":"yryonyebyryonyebyryonyebyryonyebyryonyebyryonyebyryo")",
       R"("verified":true,"changed_key":")", R"("rtt_ms":12,"path":"[::1]:7001","look_alike":2)",
       R"("endpoints":[{"endpoint":"[::1]:7001","source":"announced","last_worked":"2026-11-20T12:00:00.123Z"},{"endpoint":"10.0.0.7:4100","source":"hinted"}])",
       R"("change":"key_changed")"})
    CHECK(spelled.find(part) != std::string::npos);
  const auto back = std::get<PeerChanged>(*event_from_json(spelled));
  CHECK(back.what == event.what);
  CHECK(back.view == view);
}

TEST_CASE("what tincans tell each other and us is spelled and read back", "[chat][json]") {
  auto message = example();
  message.is_edited = true;
  const auto key = *base::PublicKey::from(std::string(32, '\x01'));
  const auto peer = *base::Endpoint::parse("10.0.0.7:1");
  CHECK(
      line(MessageChanged{MessageChanged::What::edited, false, message, {}}) ==
      R"({"event":"changed","direction":"in","peer":"127.0.0.1:7001","team":"Hashpa","text":"hi","dialect":"A1","clear":true,"encrypted":false,"time":"2026-11-20T12:00:00.123Z","id":12,"state":"received","edited":true,"change":"edited","by_us":false})");
  CHECK(
      line(VersionsRead{{12}, {{base::PeerText("hi"), noon}, {base::PeerText("ho"), noon}}}) ==
      R"({"event":"versions","id":12,"forms":[{"time":"2026-11-20T12:00:00.123Z","text":"hi"},{"time":"2026-11-20T12:00:00.123Z","text":"ho"}]})");
  CHECK(
      line(Identity{key, {peer}, "Us"}) ==
      R"({"event":"id","key":"yryonyebyryonyebyryonyebyryonyebyryonyebyryonyebyryo","short":"yryonyeb","team":"Us","addresses":["yryonyebyryonyebyryonyebyryonyebyryonyebyryonyebyryo@10.0.0.7:1"]})");
  const auto verification = line(Verification{example_peer(), "12345 67890"});
  CHECK(verification.starts_with(R"({"event":"verification","number":3,"peer":"[::1]:7001")"));
  CHECK(verification.ends_with(R"("code":"12345 67890"})"));
  const Explained explained{example_peer(), {{"TCP", ExplainedStep::Outcome::bad, "refused"}}};
  CHECK(line(explained).ends_with(R"("steps":[{"what":"TCP","outcome":"bad","text":"refused"}]})"));
  CHECK(line(Notice{Notice::What::log_frozen, {3}, "two"}) ==
        R"({"event":"notice","what":"log_frozen","number":3,"text":"two"})");
  CHECK(
      line(Listening{{}, "Us", "0.1.0", "default", key}) ==
      R"({"event":"listening","endpoints":[],"team":"Us","version":"0.1.0","profile":"default","key":"yryonyebyryonyebyryonyebyryonyebyryonyebyryonyebyryo"})");
  for (const Event& event :
       std::vector<Event>{MessageChanged{MessageChanged::What::deleted, true, message, {}},
                          MessageChanged{MessageChanged::What::reacted, true, message, {}},
                          VersionsRead{{12}, {{{}, noon}}}, Identity{key, {peer}, "Us"},
                          Verification{example_peer(), "1"}, explained, Notice{Notice::What::too_much, {}, "x"},
                          Listening{{peer}, "Us", "0.1.0", "default", key}, BlockChanged{{{}, {}, key}, true}}) {
    const auto back = event_from_json(line(event));
    REQUIRE(back);
    CHECK(back->index() == event.index());
    CHECK(line(*back) == line(event));
  }
}

TEST_CASE("the smaller events are spelled as the README says", "[chat][json]") {
  const auto peer = base::Endpoint::parse("10.0.0.7:1");
  CHECK(line(PeerAnnounced{"blue", peer, true, false, {}}) ==
        R"({"event":"connect","target":"blue","peer":"10.0.0.7:1","ok":true,"acknowledged":false,"why":""})");
  CHECK(line(PeerAnnounced{"blue", std::nullopt, false, false, "unknown"}) ==
        R"({"event":"connect","target":"blue","peer":"blue","ok":false,"acknowledged":false,"why":"unknown"})");
  MandatoryStatus status{"h:1", std::nullopt, MessageState::queued, {}, noon, std::nullopt};
  CHECK(line(status) == R"({"event":"mandatory","target":"h:1","state":"waiting","why":""})");
  status.state = MessageState::failed;
  status.endpoint = peer;
  status.next_try = noon;
  CHECK(
      line(MandatoryListed{{status}}) ==
      R"({"event":"mandatory","target":"h:1","peer":"10.0.0.7:1","state":"failed","why":"","since":"2026-11-20T12:00:00.123Z","next_try":"2026-11-20T12:00:00.123Z"})");
  const BlockRule rule{peer->address, std::nullopt};
  CHECK(line(BlockChanged{rule, false}) == R"({"event":"block","target":"10.0.0.7","blocked":false})");
  CHECK(line(BlocksListed{{rule}}) == R"({"event":"block","target":"10.0.0.7","blocked":true})");
  CHECK(line(Listening{{*peer}, "Us", "0.1.0", "default"}) ==
        R"({"event":"listening","endpoints":["10.0.0.7:1"],"team":"Us","version":"0.1.0","profile":"default"})");
  CHECK(line(StorageChanged{false, "full"}) == R"({"event":"storage","healthy":false,"why":"full"})");
  CHECK(line(Failed{{base::ErrorCode::unknown_peer, "no"}}) ==
        R"({"event":"failed","code":"unknown_peer","why":"no"})");
  CHECK(line(Done{}) == R"({"event":"done"})");
  CHECK(line(Stopping{}) == R"({"event":"stopping"})");
}

TEST_CASE("a list becomes as many lines as it has elements", "[chat][json]") {
  CHECK(to_json_lines(PeersListed{}).empty());
  HistoryPage page{{example(), example()}, true};
  const auto lines = to_json_lines(HistoryRead{page});
  REQUIRE(lines.size() == 3);
  CHECK(lines[2] == R"({"event":"more"})");
}

TEST_CASE("nothing that could lead a terminal astray stands raw in a line", "[chat][json]") {
  std::string nasty = "\x1b[2J\x07\x9b \u009b\u202e\u2066\u200b\u2028\n\r\t\x7f\"\\";
  nasty += '\0';
  auto message = example();
  message.text = message.team = base::PeerText(nasty);
  message.why = nasty;
  auto view = example_peer();
  view.peer.team = base::PeerText(nasty);
  view.peer.host_name = view.trouble = nasty;
  const std::vector<Event> events{MessageAdded{message, {}}, StateChanged{message, {}, {}}, PeersListed{{view}},
                                  PeerAnnounced{nasty, {}, false, false, nasty},
                                  Failed{{base::ErrorCode::bad_bytes, nasty}}};
  for (const auto& event : events) {
    const auto text = line(event);
    CHECK(base::is_valid_utf8(text));
    for (std::string_view rest = text; !rest.empty();) {
      const auto c = base::decode_code_point(rest);
      CHECK_FALSE(base::is_dangerous(c.value));
      rest.remove_prefix(c.bytes);
    }
  }
}

TEST_CASE("every command comes back as it was written", "[chat][json]") {
  HistoryQuery query;
  query.search = "wörd \"x\"";
  query.limit = 7;
  query.before = base::EntryId{9};
  query.after = base::EntryId{0};
  const std::vector<Command> commands{Send{"bob", "hi\n\x1b\u202e"},
                                      Announce{{"1", "b:2"}},
                                      Announce{},
                                      ListPeers{},
                                      ReadHistory{"bob", query},
                                      ReadHistory{},
                                      Block{"10.0.0.7"},
                                      Unblock{"bob"},
                                      ListBlocked{},
                                      SetDialect{"bob", "A3-team"},
                                      Cancel{"#12"},
                                      Retry{"bob"},
                                      Retry{},
                                      Focus{"bob"},
                                      ListMandatory{},
                                      Send{"bob", "hi", {7}},
                                      Edit{{7}, {}, "ho"},
                                      Edit{{}, "bob", "ho"},
                                      Delete{{7}, {}},
                                      React{{7}, "👍"},
                                      ReadVersions{{7}},
                                      Identify{},
                                      Verify{"bob", {}},
                                      Verify{"bob", false},
                                      Explain{"bob"},
                                      Rename{"bob", "Bobby"},
                                      Trust{"bob", true},
                                      Quit{}};
  for (const auto& command : commands) {
    const auto json = to_json(command);
    INFO(json);
    const auto back = command_from_json(json);
    REQUIRE(back);
    CHECK(back->index() == command.index());
    CHECK(to_json(*back) == json);
  }
  CHECK(to_json(Send{"bob", "hi"}) == R"({"command":"send","peer":"bob","text":"hi"})");
  CHECK(to_json(Announce{{"1"}}) == R"({"command":"connect","peers":["1"]})");
}

TEST_CASE("a line may hold a tag, and may be about its own connection", "[chat][json]") {
  const auto watch = command_line_from_json(R"({"command":"watch","tag":"é\u0007"})");
  CHECK(watch.tag == R"("é\u0007")");
  CHECK(std::get<ConnectionCommand>(*watch.wanted) == ConnectionCommand::watch);
  const auto listed = command_line_from_json(R"({"tag":-3,"command":"peers"})");
  CHECK(listed.tag == "-3");
  CHECK(std::holds_alternative<ListPeers>(std::get<Command>(*listed.wanted)));
  CHECK(command_line_from_json(R"({"command":"peers"})").tag.empty());
  CHECK_FALSE(command_line_from_json(R"({"command":"peers","tag":")" + std::string(65, 'x') + "\"}").wanted);
  CHECK(command_line_from_json(R"({"command":"nonsense","tag":4})").tag == "4");
  CHECK(why_not(R"({"command":"watch"})") == "bad_argument: that concerns a connection");
}

TEST_CASE("a bad command is refused with the reason", "[chat][json]") {
  CHECK(why_not("") == "bad_bytes: that line is not a JSON object");
  CHECK(why_not("[1]") == "bad_bytes: that line is not a JSON object");
  CHECK(why_not("{\"command\":\"send\"") == "bad_bytes: that line is not a JSON object");
  CHECK(why_not("{\"command\":\"send\",\"peer\":\"\xff\",\"text\":\"x\"}") ==
        "bad_bytes: that line is not a JSON object");
  CHECK(why_not("{}") == "bad_argument: “command” is missing");
  CHECK(why_not(R"({"command":7})") == "bad_argument: “command” is not a string");
  CHECK(why_not(R"({"command":"send","peer":"bob"})") == "bad_argument: “text” is missing");
  CHECK(why_not(R"({"command":"send","peer":1,"text":"x"})") == "bad_argument: “peer” is not a string");
  CHECK(why_not(R"({"command":"connect","peers":"bob"})") == "bad_argument: “peers” is not a list");
  CHECK(why_not(R"({"command":"connect","peers":[1]})") == "bad_argument: “peers” holds something else than strings");
  CHECK(why_not(R"({"command":"history","limit":-1})") == "bad_argument: “limit” is not a number");
  CHECK(why_not(R"({"command":"react","text":"+1"})") == "bad_argument: “id” is missing");
  CHECK(why_not(R"({"command":"versions","id":-1})") == "bad_argument: “id” is not a number");
  CHECK(why_not(R"({"command":"trust","peer":"bob"})") == "bad_argument: “accept” is missing");
  CHECK(why_not(R"({"command":"verify","peer":"bob","verified":"yes"})") ==
        "bad_argument: “verified” is neither true nor false");
  CHECK(why_not("{\"command\":\"\\u001b[2J\"}").find('\x1b') == std::string::npos);
  CHECK_FALSE(command_from_json(std::string(100'000, '[')));
}

TEST_CASE("a history command keeps its limit within bounds", "[chat][json]") {
  const auto limit = [](std::string_view json) { return std::get<ReadHistory>(*command_from_json(json)).query.limit; };
  CHECK(limit(R"({"command":"history"})") == 20);
  CHECK(limit(R"({"command":"history","limit":0})") == 1);
  CHECK(limit(R"({"command":"history","limit":1000000})") == 1000);
}
