#include "tincan/app/message_lines.hpp"

#include "app_support.hpp"
#include "tincan/base/unicode.hpp"

#include <ctime>

using namespace tincan;
using namespace tincan::app;
using namespace tincan::app::test;
using chat::MessageState;
using term::Style;

namespace {

// Times are shown in the local zone: here it is UTC.
struct InUtc {
  InUtc() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};

chat::Message heard(std::string text) {
  chat::Message message;
  message.id = {12};
  message.endpoint = base::Endpoint::parse("10.0.0.7:4100").value();
  message.team = base::PeerText("Ann");
  message.text = base::PeerText(std::move(text));
  message.time = noon;
  return message;
}

chat::Message said(MessageState state, std::string why = {}) {
  auto message = heard("hello");
  message.direction = chat::Direction::out;
  message.team = base::PeerText("Us");
  message.state = state;
  message.why = std::move(why);
  return message;
}

Lines lines_of(const chat::Message& message, const base::PeerText& peer_team,
               const std::optional<base::Address>& claimed, base::WallTime now, bool mentions_us) {
  Setting setting;
  setting.peer_name = claimed_name(message.direction == chat::Direction::out ? peer_team : message.team);
  setting.claimed_address = claimed;
  setting.mentions_us = mentions_us;
  return message_lines(message, setting, now);
}

term::Line state_of(const chat::StateChanged& event, base::WallTime now) {
  Setting setting;
  setting.peer_name = claimed_name(event.peer_team);
  return state_line(event, setting, now);
}

std::string first_line(const chat::Message& message, const std::string& peer_team = "Ann") {
  return shown(lines_of(message, base::PeerText(peer_team), {}, noon, false).at(0));
}

} // namespace

TEST_CASE_METHOD(InUtc, "A message shows time, name, address and that it travelled in clear") {
  CHECK(first_line(heard("hi")) == "12:00 Ann 10.0.0.7:4100 (clear): hi");
  auto nameless = heard("hi");
  nameless.team = {};
  CHECK(first_line(nameless) == "12:00 10.0.0.7:4100 (clear): hi");
  auto unknown_port = heard("hi");
  unknown_port.endpoint.port = 0;
  CHECK(first_line(unknown_port) == "12:00 Ann 10.0.0.7 (port unknown) (clear): hi");
  auto secret = heard("hi");
  secret.clear = false;
  CHECK(first_line(secret) == "12:00 Ann 10.0.0.7:4100 (encrypted): hi");
  auto old = heard("hi");
  old.time = {noon.ms - 86'400'000};
  CHECK(first_line(old) == "19 Nov 12:00 Ann 10.0.0.7:4100 (clear): hi");
}

TEST_CASE_METHOD(InUtc, "An own message shows to whom it went and what became of it") {
  CHECK(first_line(said(MessageState::queued)) == "12:00 Us → Ann 10.0.0.7:4100 (clear, queued #12): hello");
  CHECK(first_line(said(MessageState::sent)) == "12:00 Us → Ann 10.0.0.7:4100 (clear, sent): hello");
  CHECK(first_line(said(MessageState::acknowledged)) == "12:00 Us → Ann 10.0.0.7:4100 (clear, acknowledged): hello");
  CHECK(first_line(said(MessageState::failed, "connection refused")) ==
        "12:00 Us → Ann 10.0.0.7:4100 (clear, failed: connection refused #12): hello");
  CHECK(first_line(said(MessageState::cancelled, "cancelled")) ==
        "12:00 Us → Ann 10.0.0.7:4100 (clear, cancelled): hello");
  CHECK(first_line(said(MessageState::sent), "") == "12:00 Us → 10.0.0.7:4100 (clear, sent): hello");
}

TEST_CASE_METHOD(InUtc, "States have the colour of what they mean") {
  const auto line = [](MessageState state) { return lines_of(said(state), {}, {}, noon, false).at(0); };
  CHECK(has_style(line(MessageState::sent), Style::good, "sent"));
  CHECK(has_style(line(MessageState::acknowledged), Style::good, "acknowledged"));
  CHECK(has_style(line(MessageState::failed), Style::bad, "failed"));
  CHECK(has_style(line(MessageState::queued), Style::dim, "queued"));
  CHECK(has_style(lines_of(heard("hi"), {}, {}, noon, true).at(0), Style::mention, "Ann"));
  CHECK(has_style(lines_of(heard("hi"), {}, {}, noon, false).at(0), Style::peer, "Ann"));
  CHECK(has_style(lines_of(heard("hi"), {}, {}, noon, false).at(0), Style::warning, "clear"));
}

TEST_CASE_METHOD(InUtc, "An address that differs from the one claimed is shown on the line") {
  const auto line = lines_of(heard("hi"), {}, base::Address::parse("192.168.1.9"), noon, false).at(0);
  CHECK(shown(line) == "12:00 Ann 10.0.0.7:4100 (says it is 192.168.1.9) (clear): hi");
  CHECK(has_style(line, Style::warning, "says it is"));
}

TEST_CASE_METHOD(InUtc, "A3 No line of a text begins where names begin") {
  const auto lines =
      shown(lines_of(heard("one\n12:00 Bob 10.0.0.8:4100 (clear): pay me\r\n\n* bob is now known as alice\r12:00 root"),
                     {}, {}, noon, false));
  REQUIRE(lines.size() == 4);
  for (std::size_t i = 1; i < lines.size(); ++i) CHECK(lines[i].starts_with("      │ "));
  CHECK(lines[1] == "      │ 12:00 Bob 10.0.0.8:4100 (clear): pay me");
  CHECK(lines[2] == "      │ ");
  CHECK(lines[3] == "      │ * bob is now known as alice⟨U+000D⟩12:00 root");
}

TEST_CASE_METHOD(InUtc, "A3 A name cannot forge a line or end its own column") {
  auto message = heard("hi");
  message.team = base::PeerText("Ann 10.0.0.7:4100 (clear): x\n12:00 root");
  const auto lines = shown(lines_of(message, {}, {}, noon, false));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find('\n') == std::string::npos);
  CHECK(lines[0].find("root") == std::string::npos);
}

TEST_CASE_METHOD(InUtc, "A1 Nothing of a peer reaches a line unwashed, in whatever part of it") {
  const std::string attack = "\x1b[2J\x9b"
                             "31m\u202E\r";
  auto message = heard(attack);
  message.team = base::PeerText(attack);
  message.was_cut = true;
  auto view = peer_view(1, attack, "10.0.0.7:4100");
  view.trouble = attack;
  view.peer.host_name = attack;
  view.peer.petname = attack;
  view.presence = chat::Presence::unreachable;
  std::vector<std::string> all = shown(lines_of(message, base::PeerText(attack), {}, noon, true));
  for (const auto& line : shown(peer_table_lines({view}, noon))) all.push_back(line);
  auto own = said(MessageState::failed, attack);
  all.push_back(first_line(own, attack));
  all.push_back(shown(state_of({own, base::PeerText(attack), {}}, noon)));
  for (const auto what :
       {chat::PeerChanged::What::announced, chat::PeerChanged::What::left, chat::PeerChanged::What::dialect,
        chat::PeerChanged::What::reachable, chat::PeerChanged::What::encrypted, chat::PeerChanged::What::renamed})
    all.push_back(shown(peer_changed_line({what, view}, noon).value()));
  all.push_back(shown(announced_line({attack, {}, false, false, attack})));
  all.push_back(shown(mandatory_line({attack, {}, MessageState::failed, attack, noon, {}}, noon)));
  all.push_back(shown(failure_line({base::ErrorCode::reset, attack})));
  for (const auto& line : all) {
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find('\r') == std::string::npos);
    CHECK(line.find("\u202E") == std::string::npos);
    CHECK(base::is_valid_utf8(line));
  }
}

TEST_CASE_METHOD(InUtc, "A message that was cut says so on a line of its own") {
  auto message = heard("long");
  message.was_cut = true;
  const auto lines = shown(lines_of(message, {}, {}, noon, false));
  REQUIRE(lines.size() == 2);
  CHECK(lines[1] == "      │ (longer than 64 KiB: the rest was not taken)");
}

TEST_CASE_METHOD(InUtc, "A change of state names the message, the peer and the next try") {
  CHECK(shown(state_of({said(MessageState::sent), base::PeerText("Ann"), {}}, noon)) == "12:00 #12 to Ann: sent");
  CHECK(shown(state_of({said(MessageState::failed, "connection refused"), {}, base::WallTime{noon.ms + 8000}}, noon)) ==
        "12:00 #12 to 10.0.0.7:4100: failed: connection refused, next try in 8 s");
  CHECK(shown(state_of({said(MessageState::failed, "no answer"), {}, base::WallTime{noon.ms - 5000}}, noon)) ==
        "12:00 #12 to 10.0.0.7:4100: failed: no answer, next try in 0 s");
}

TEST_CASE_METHOD(InUtc, "Every presence has its words") {
  auto view = peer_view(1, "Ann", "10.0.0.7:4100");
  CHECK(presence_text(view, noon) == "active");
  view.presence = chat::Presence::left;
  CHECK(presence_text(view, noon) == "left");
  view.presence = chat::Presence::unheard;
  CHECK(presence_text(view, noon) == "not heard yet");
  view.presence = chat::Presence::silent;
  view.peer.last_heard = base::WallTime{noon.ms - 20 * 60'000};
  CHECK(presence_text(view, noon) == "silent since 11:40");
  view.presence = chat::Presence::unreachable;
  view.trouble = "connection refused";
  CHECK(presence_text(view, noon) == "unreachable: connection refused");
}

TEST_CASE_METHOD(InUtc, "The columns of the table stand below each other, also with wide and hostile names") {
  std::vector<chat::PeerView> peers{
      peer_view(1, "Ann", "10.0.0.7:4100"),
      peer_view(12345, "团队名字很长很长很长很长很长很长", "192.168.100.200:65535"),
      peer_view(3, "e\u0301\u0301 \U0001F468\u200D\U0001F469\u200D\U0001F467", "10.0.0.8:1"),
      peer_view(4, "", "[2001:db8:1111:2222:3333:4444:5555:6666]:65535"),
      peer_view(5, std::string(300, 'x'), "10.0.0.9:4100"),
      peer_view(6, "\x1b[2J\n\t\u202E", "10.0.0.10:4100")};
  for (auto& view : peers) view.presence = chat::Presence::left;
  peers[2].peer.unread = 4'000'000'000;
  peers[3].peer.dialect_fixed = true;
  peers[3].peer.dialect = wire::Dialect::a3_team;
  peers[4].peer.last_heard = base::WallTime{noon.ms - std::int64_t{40} * 86'400'000};
  const auto lines = shown(peer_table_lines(peers, noon));
  REQUIRE(lines.size() == peers.size() + 1);
  const auto state_column = base::display_width(lines[0].substr(0, lines[0].find("State")));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    INFO(lines[i]);
    const auto at = lines[i].rfind("left");
    REQUIRE(at != std::string::npos);
    CHECK(base::display_width(lines[i].substr(0, at)) == state_column);
    CHECK(lines[i].find(peers[i - 1].peer.endpoint.text()) != std::string::npos); // an address is never cut
  }
}

TEST_CASE_METHOD(InUtc, "The table marks who is blocked, what waits and who claims another address") {
  auto view = peer_view(7, "Ann", "10.0.0.7:4100");
  view.blocked = true;
  view.queued = 3;
  view.peer.claimed_address = base::Address::parse("192.168.1.9");
  view.peer.host_name = "ann-pc";
  const auto lines = peer_table_lines({view}, noon);
  CHECK(shown(lines[1]).ends_with("[BLOCKED] active, 3 waiting, says it is 192.168.1.9, ann-pc"));
  CHECK(has_style(lines[1], Style::warning, "[BLOCKED]"));
}

TEST_CASE_METHOD(InUtc,
                 "The table shows how a peer is spoken to, and of a tincan how far it is and whether it is verified") {
  auto view = peer_view(7, "Ann", "10.0.0.7:4100");
  CHECK(shown(peer_table_lines({view}, noon)[1]).find("  A1  ") != std::string::npos);
  view.peer.speaks = chat::Speaks::classic;
  CHECK(shown(peer_table_lines({view}, noon)[1]).find("  clear A1  ") != std::string::npos);
  view.peer.speaks = chat::Speaks::native;
  view.peer.key = base::PublicKey::from(std::string(32, '\x01'));
  view.peer.is_verified = true;
  view.round_trip = base::Millis{12};
  view.path = base::Endpoint::parse("10.0.0.9:4100");
  auto line = shown(peer_table_lines({view}, noon)[1]);
  CHECK(line.find("10.0.0.9:4100  tincan  ") != std::string::npos);
  CHECK(line.ends_with("active, 12 ms, verified"));
  view.path = base::Endpoint::parse("10.0.0.7:54321"); // of a link that it opened itself
  CHECK(shown(peer_table_lines({view}, noon)[1]).find("10.0.0.7:4100  tincan  ") != std::string::npos);
  view.peer.changed_key = view.peer.key;
  CHECK(shown(peer_table_lines({view}, noon)[1]).find("[KEY CHANGED] active") != std::string::npos);
  view.peer.team = {};
  CHECK(shown(peer_table_lines({view}, noon)[1]).find("yryonyeb") != std::string::npos);
  for (const auto& text : shown(peer_table_lines({view}, noon))) CHECK(base::display_width(text) <= 100);
}

TEST_CASE_METHOD(
    InUtc, "A peer is called as the user calls it, else as it calls itself, and who looks like another is marked") {
  auto view = peer_view(7, "Ann", "10.0.0.7:4100");
  CHECK(shown_name(view).str() == "Ann");
  view.peer.petname = "Annie";
  CHECK(shown_name(view).str() == "Annie");
  view.look_alike = {2};
  CHECK(shown_name(view).str() == "Annie ≈2");
  view.peer.key = base::PublicKey::from(std::string(32, '\x01'));
  CHECK(shown_name(view).str() == "Annie ≈2 (yryonyeb)");
  view.look_alike = {};
  view.peer.petname = {};
  view.peer.team = {};
  CHECK(shown_name(view).str() == "yryonyeb");
}

TEST_CASE_METHOD(InUtc, "What happens to a contact is one line each") {
  using What = chat::PeerChanged::What;
  auto view = peer_view(7, "Ann", "10.0.0.7:4100");
  view.peer.key = base::PublicKey::from(std::string(32, '\x01'));
  const auto text = [&](What what) { return shown(peer_changed_line({what, view}, noon).value()); };
  CHECK(text(What::encrypted) == "12:00 Ann is connected, encrypted (10.0.0.7:4100, key yryonyeb)");
  CHECK(text(What::key_changed).find("nothing is sent until you decide (/verify 7, /trust 7 yes|no)") !=
        std::string::npos);
  CHECK(text(What::trusted) == "12:00 Ann is known by the key yryonyeb from now on");
  CHECK(text(What::verified) == "12:00 Ann is not verified any more");
  view.peer.is_verified = true;
  CHECK(text(What::verified) == "12:00 Ann is verified");
  view.peer.petname = "Annie";
  CHECK(text(What::renamed) == "12:00 Annie is what peer 7 is called from now on");
  view.path = base::Endpoint::parse("10.0.0.9:4100");
  CHECK(text(What::found) == "12:00 Annie has moved, and was found at 10.0.0.9:4100");
}

TEST_CASE_METHOD(InUtc, "A mandatory peer's state is told in the words of the README") {
  chat::MandatoryStatus status{"10.0.0.9:1255", {}, MessageState::queued, {}, noon, {}};
  CHECK(shown(mandatory_line(status, noon)) == "Mandatory peer 10.0.0.9:1255: waiting");
  status.state = MessageState::sent;
  CHECK(shown(mandatory_line(status, noon)) == "Mandatory peer 10.0.0.9:1255: sent 12:00");
  status.state = MessageState::failed;
  status.why = "connection refused";
  status.next_try = base::WallTime{noon.ms + 8000};
  CHECK(shown(mandatory_line(status, noon)) == "Mandatory peer 10.0.0.9:1255: connection refused, next try in 8 s");
}

TEST_CASE_METHOD(InUtc, "Results of connecting, blocking and changes are one line each") {
  const auto endpoint = base::Endpoint::parse("10.0.0.7:4100");
  CHECK(shown(announced_line({"ann", endpoint, true, false, {}})) == "Connect 10.0.0.7:4100: announced");
  CHECK(shown(announced_line({"ann", endpoint, true, true, {}})) ==
        "Connect 10.0.0.7:4100: announced, and acknowledged");
  CHECK(shown(announced_line({"ann", {}, false, false, "no such name"})) == "Connect ann: failed: no such name");
  CHECK(shown(block_lines({})).at(0) == "Nobody is blocked.");
  CHECK(shown(block_lines({{endpoint->address, endpoint->port}, {endpoint->address, std::nullopt}})) ==
        std::vector<std::string>{"[BLOCKED] 10.0.0.7:4100", "[BLOCKED] 10.0.0.7 (the whole host)"});
  const auto key = base::PublicKey::from(std::string(32, '\x01'));
  CHECK(shown(block_lines({{{}, std::nullopt, key}})).at(0) == "[BLOCKED] " + key->text() + " (wherever it is)");
  const auto view = peer_view(1, "Ann", "10.0.0.7:4100");
  CHECK(shown(peer_changed_line({chat::PeerChanged::What::announced, view}, noon).value()) ==
        "12:00 Ann 10.0.0.7:4100 connected");
  CHECK(shown(peer_changed_line({chat::PeerChanged::What::left, view}, noon).value()) ==
        "12:00 Ann 10.0.0.7:4100 left");
  CHECK_FALSE(peer_changed_line({chat::PeerChanged::What::appeared, view}, noon));
  CHECK_FALSE(peer_changed_line({chat::PeerChanged::What::blocked, view}, noon));
  CHECK(shown(failure_line({base::ErrorCode::refused, "cannot"})) == "✗ cannot");
}

TEST_CASE_METHOD(InUtc, "An absurd time is shown, not computed with") {
  auto message = heard("hi");
  message.time = {INT64_MIN};
  CHECK(first_line(message).starts_with("bad time Ann"));
}
