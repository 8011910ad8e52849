// How the messages of tincans look.
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

struct InUtc {
  InUtc() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};

chat::Message message_of(chat::Direction direction, std::string text) {
  chat::Message message;
  message.id = {12};
  message.peer = {2};
  message.endpoint = base::Endpoint::parse("10.0.0.7:4100").value();
  message.direction = direction;
  message.dialect = wire::Dialect::native;
  message.clear = false;
  message.team = base::PeerText(direction == chat::Direction::in ? "Ann" : "Us");
  message.text = base::PeerText(std::move(text));
  message.time = noon;
  return message;
}
chat::Message heard(std::string text) { return message_of(chat::Direction::in, std::move(text)); }
chat::Message said(MessageState state) {
  auto message = message_of(chat::Direction::out, "hello");
  message.state = state;
  return message;
}

Setting usual() {
  Setting setting;
  setting.peer_name = base::SafeText::own("Ann");
  setting.handle = "[3]";
  return setting;
}

std::vector<std::string> lines_of(const chat::Message& message, const Setting& setting = usual()) {
  return shown(message_lines(message, setting, noon));
}

} // namespace

TEST_CASE_METHOD(InUtc, "A tincan's message shows its number, its name and that it is encrypted") {
  CHECK(lines_of(heard("hi")) == std::vector<std::string>{"12:00 [3] Ann (encrypted): hi"});
  CHECK(lines_of(heard("one\ntwo")) == std::vector<std::string>{"12:00 [3] Ann (encrypted): one", "      │ two"});
  auto nameless = usual();
  nameless.peer_name = {};
  CHECK(lines_of(heard("hi"), nameless).at(0) == "12:00 [3] 10.0.0.7:4100 (encrypted): hi");
}

TEST_CASE_METHOD(InUtc, "An own message is as wide in every state, so that it can change in place") {
  CHECK(lines_of(said(MessageState::queued)).at(0) == "12:00 [3] Us → Ann (encrypted) queued:    hello");
  CHECK(lines_of(said(MessageState::sent)).at(0) == "12:00 [3] Us → Ann (encrypted) sent:      hello");
  CHECK(lines_of(said(MessageState::delivered)).at(0) == "12:00 [3] Us → Ann (encrypted) delivered: hello");
  const auto width = widths_of(message_lines(said(MessageState::queued), usual(), noon));
  for (const auto state : {MessageState::sent, MessageState::delivered, MessageState::read, MessageState::cancelled})
    CHECK(widths_of(message_lines(said(state), usual(), noon)) == width);
  auto failed = said(MessageState::failed);
  failed.why = "the key has changed";
  CHECK(lines_of(failed).at(0) == "12:00 [3] Us → Ann (encrypted) failed: the key has changed: hello");
  CHECK(has_style(message_lines(said(MessageState::delivered), usual(), noon).at(0), Style::good, "delivered"));
  CHECK(has_style(message_lines(said(MessageState::sent), usual(), noon).at(0), Style::dim, "sent"));
}

TEST_CASE_METHOD(InUtc, "What is special about a message stands in its head") {
  auto message = heard("hi");
  message.is_edited = true;
  CHECK(lines_of(message).at(0) == "12:00 [3] Ann (encrypted) (edited): hi");
  message.is_late = message.has_doubtful_time = true;
  message.order_us = (noon.ms - 3'600'000) * 1000;
  CHECK(lines_of(message).at(0) == "12:00 [3] Ann (encrypted) (edited) (earlier: 11:00) (clock?): hi");
  message = heard("");
  message.is_deleted = true;
  CHECK(lines_of(message) == std::vector<std::string>{"12:00 [3] Ann (encrypted): (deleted)"});
  message = heard("");
  message.was_cut = true;
  CHECK(lines_of(message) ==
        std::vector<std::string>{"12:00 [3] Ann (encrypted): (its text was deleted, or is longer than 64 KiB)"});
  message = heard("not to be shown");
  message.kind = chat::MessageKind::unknown;
  CHECK(lines_of(message) == std::vector<std::string>{"12:00 [3] Ann (encrypted): (from a newer version)"});
  message.order_us = INT64_MIN;
  message.is_late = true;
  CHECK(lines_of(message).at(0).find("(earlier: bad time)") != std::string::npos);
}

TEST_CASE_METHOD(InUtc, "A reply stands under a short form of what it answers, and reactions below the message") {
  auto setting = usual();
  setting.quote = Quote{base::SafeText::own("Us"), excerpt(said(MessageState::read))};
  auto message = heard("yes");
  message.reactions = {{true, base::PeerText("👍")}, {false, base::PeerText("haha")}};
  CHECK(lines_of(message, setting) ==
        std::vector<std::string>{"      ┌ Us: hello", "12:00 [3] Ann (encrypted): yes", "      │ 👍 you, haha Ann"});
  CHECK(excerpt(heard("one\ntwo")).str() == "one ⏎ two");
  CHECK(base::display_width(excerpt(heard(std::string(5000, 'x'))).str()) <= 50);
  CHECK(base::display_width(excerpt(heard("中文" + std::string(5000, 'x'))).str()) <= 50);
  CHECK(excerpt(heard("")).str().empty());
}

TEST_CASE_METHOD(InUtc, "An edit of what is deleted by now is not told") {
  auto message = heard("");
  message.is_deleted = true;
  CHECK(message_changed_lines({chat::MessageChanged::What::edited, false, message, {}}, usual(), noon, false).empty());
}

TEST_CASE_METHOD(InUtc, "A change is told by who did it; the new text only where it does not stand in its place") {
  using What = chat::MessageChanged::What;
  const auto told = [](What what, bool by_us, const chat::Message& message, bool in_place) {
    return shown(message_changed_lines({what, by_us, message, {}}, usual(), noon, in_place));
  };
  CHECK(told(What::edited, false, heard("new"), false) == std::vector<std::string>{"12:00 [3] Ann edited it: new"});
  CHECK(told(What::edited, false, heard("one\ntwo"), false) ==
        std::vector<std::string>{"12:00 [3] Ann edited it: one", "      │ two"});
  CHECK(told(What::edited, true, heard("new"), true) == std::vector<std::string>{"12:00 [3] you edited it"});
  CHECK(told(What::deleted, false, heard(""), false) == std::vector<std::string>{"12:00 [3] Ann deleted it"});
  auto message = heard("x");
  message.reactions = {{true, base::PeerText("-1")}, {false, base::PeerText("👍")}};
  CHECK(told(What::reacted, false, message, false) == std::vector<std::string>{"12:00 [3] Ann 👍"});
  CHECK(told(What::reacted, true, message, false) == std::vector<std::string>{"12:00 [3] you -1"});
  message.reactions.clear();
  CHECK(told(What::reacted, false, message, false) == std::vector<std::string>{"12:00 [3] Ann took the reaction back"});
}

TEST_CASE_METHOD(InUtc, "Every form of an edited text is shown with its time") {
  const chat::VersionsRead versions{{12}, {{base::PeerText("one"), noon}, {base::PeerText("two\nlines"), noon}}};
  CHECK(shown(version_lines(versions, noon)) == std::vector<std::string>{"12:00 one", "12:00 two", "      │ lines"});
  CHECK(shown(version_lines({{12}, {{base::PeerText("one"), noon}}}, noon)) ==
        std::vector<std::string>{"12:00 one", "It was never edited."});
}

TEST_CASE_METHOD(InUtc, "Lines that become shorter are filled up, so that the old ones are covered") {
  const auto before = message_lines(heard("a long line\nand another"), usual(), noon);
  const auto widths = widths_of(before);
  auto deleted = heard("");
  deleted.is_deleted = true;
  const auto fresh = message_lines(deleted, usual(), noon);
  CHECK(fits(fresh, widths));
  const auto filled = filled_up(fresh, widths);
  CHECK(widths_of(filled) == widths);
  CHECK(shown(filled).at(0).starts_with("12:00 [3] Ann (encrypted): (deleted)"));
  CHECK(shown(filled).at(1).find("another") == std::string::npos);
  const auto longer = message_lines(heard("a much longer line than before\nx"), usual(), noon);
  CHECK_FALSE(fits(longer, widths));
  CHECK_FALSE(fits(message_lines(heard("1\n2\n3"), usual(), noon), widths));
  CHECK(filled_up(message_lines(heard("1\n2\n3"), usual(), noon), widths).size() == 3);
}

TEST_CASE_METHOD(InUtc, "A1 Nothing that a tincan sends reaches a line unwashed") {
  const std::string attack = "\x1b[2J\x9b"
                             "31m\u202E\r";
  auto message = heard(attack);
  message.team = base::PeerText(attack);
  message.reactions = {{false, base::PeerText(attack)}, {true, base::PeerText(std::string(70'000, 'x'))}};
  auto setting = usual();
  setting.peer_name = claimed_name(base::PeerText(attack));
  setting.quote = Quote{setting.peer_name, excerpt(message)};
  std::vector<std::string> all = lines_of(message, setting);
  message.direction = chat::Direction::out;
  for (const auto& line : lines_of(message, setting)) all.push_back(line);
  for (const auto what : {chat::MessageChanged::What::edited, chat::MessageChanged::What::reacted})
    for (const auto& line : shown(message_changed_lines({what, false, message, {}}, setting, noon, false)))
      all.push_back(line);
  for (const auto& line : shown(version_lines({{1}, {{message.text, noon}, {message.text, noon}}}, noon)))
    all.push_back(line);
  for (const auto& line : all) {
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find('\r') == std::string::npos);
    CHECK(line.find("\u202E") == std::string::npos);
    CHECK(base::is_valid_utf8(line));
    CHECK(line.size() < 1000);
  }
}
