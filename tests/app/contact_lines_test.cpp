#include "tincan/app/contact_lines.hpp"

#include "app_support.hpp"
#include "tincan/base/unicode.hpp"

using namespace tincan;
using namespace tincan::app;
using namespace tincan::app::test;
using term::Style;

namespace {

chat::PeerView ann() {
  auto view = peer_view(2, "Ann", "10.0.0.7:4100");
  view.peer.key = base::PublicKey::from(std::string(32, '\x01'));
  return view;
}

const std::string key_text = "yryonyebyryonyebyryonyebyryonyebyryonyebyryonyebyryo";

} // namespace

TEST_CASE("Our identity is shown with addresses that can be typed elsewhere") {
  const chat::Identity identity{
      *ann().peer.key, {*base::Endpoint::parse("10.0.0.7:4100"), *base::Endpoint::parse("[fd00::7]:4100")}, "Rockets"};
  const auto lines = shown(identity_lines(identity));
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].ends_with(key_text));
  CHECK(lines[1].find("yryonyeb") != std::string::npos);
  CHECK(lines[1].ends_with("Rockets"));
  CHECK(lines[2].ends_with(key_text + "@10.0.0.7:4100"));
  CHECK(lines[3].ends_with(key_text + "@[fd00::7]:4100"));
}

TEST_CASE("The number to compare stands in two rows of four groups, with what to do") {
  chat::Verification event{ann(), "11111 22222 33333 44444 55555 66666 77777 88888"};
  auto lines = shown(verification_lines(event));
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].find("with Ann") != std::string::npos);
  CHECK(lines[1] == "    11111  22222  33333  44444");
  CHECK(lines[2] == "    55555  66666  77777  88888");
  CHECK(lines[3].find("/verify 2 yes") != std::string::npos);
  event.view.peer.is_verified = true;
  lines = shown(verification_lines(event));
  CHECK(lines[3].find("compared it before") != std::string::npos);
}

TEST_CASE("Each step of an explanation is one line that says how it went") {
  using Outcome = chat::ExplainedStep::Outcome;
  const auto lines = explained_lines({ann(),
                                      {{"address", Outcome::good, "10.0.0.7:4100, typed by you"},
                                       {"TCP", Outcome::bad, "connection refused"},
                                       {"TLS", Outcome::open, "not come to"}}});
  CHECK(shown(lines) == std::vector<std::string>{"Ann:", "  ✓ address  10.0.0.7:4100, typed by you",
                                                 "  ✗ TCP      connection refused", "  · TLS      not come to"});
  CHECK(has_style(lines[1], Style::good, "✓"));
  CHECK(has_style(lines[2], Style::bad, "✗"));
  CHECK(shown(explained_lines({ann(), {}})).at(1).find("Nothing was tried") != std::string::npos);
}

TEST_CASE("A notice is one plain paragraph") {
  const auto lines = shown(notice_lines({chat::Notice::What::key_changed, {2}, "Somebody else answers."}));
  CHECK(lines == std::vector<std::string>{"! Somebody else answers."});
}

TEST_CASE("A1 Nothing of a contact reaches a line unwashed") {
  const std::string attack = "\x1b[2J\u202E\r\n";
  auto view = ann();
  view.peer.team = base::PeerText(attack);
  view.peer.petname = attack;
  std::vector<std::string> all = shown(verification_lines({view, attack}));
  for (const auto& line : shown(explained_lines({view, {{attack, {}, attack}}}))) all.push_back(line);
  for (const auto& line : shown(notice_lines({{}, {}, attack}))) all.push_back(line);
  for (const auto& line : shown(identity_lines({*view.peer.key, {}, attack}))) all.push_back(line);
  for (const auto& line : all) {
    CHECK(line.find_first_of("\x1b\r\n") == std::string::npos);
    CHECK(line.find("\u202E") == std::string::npos);
  }
}
