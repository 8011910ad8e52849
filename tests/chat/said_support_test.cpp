#include "said.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace tincan::chat::test {

namespace {

std::string after(const std::optional<base::WallTime>& time, base::WallTime now) {
  return time ? fmt::format(" next in {} ms", time->ms - now.ms) : "";
}

std::string because(const std::string& why) { return why.empty() ? "" : ": " + why; }

std::string header(const Message& m) {
  return fmt::format("{} #{} {} {} {} {}{}{}", name(m.direction), m.id.value, m.endpoint.text(), wire::name(m.dialect),
                     m.team.empty() ? "-" : escaped(m.team.untrusted_bytes()), name(m.state),
                     m.kind == MessageKind::mandatory ? " mandatory" : "", m.was_cut ? " cut" : "");
}

std::string shortened(const std::string& text) {
  return text.size() <= 300 ? text : fmt::format("{}…[{} bytes]", text.substr(0, 40), text.size());
}

std::string peer_line(const PeerView& view) {
  const auto& peer = view.peer;
  std::string line = fmt::format("{} {} {} {}", peer.id.value, peer.endpoint.text(), wire::name(peer.dialect),
                                 peer.team.empty() ? "-" : escaped(peer.team.untrusted_bytes()));
  if (peer.dialect_fixed) line += " fixed";
  if (view.blocked) line += " blocked";
  if (view.links) line += fmt::format(" links {}", view.links);
  if (view.queued) line += fmt::format(" queued {}", view.queued);
  if (peer.unread) line += fmt::format(" unread {}", peer.unread);
  if (peer.claimed_address) line += " claims " + peer.claimed_address->text();
  return line + because(view.trouble);
}

std::string status_line(const MandatoryStatus& status, base::WallTime now) {
  return fmt::format("mandatory {} {} {}{}{}", status.target, status.endpoint ? status.endpoint->text() : "-",
                     name(status.state), after(status.next_try, now), because(status.why));
}

struct Speaker {
  base::WallTime now;
  std::vector<std::string> lines{};

  template<class Other> void operator()(const Other&) {}
  void operator()(const MessageAdded& e) {
    lines.push_back(header(e.message) + ": " + shortened(escaped(e.message.text.untrusted_bytes())));
  }
  void operator()(const StateChanged& e) {
    lines.push_back(fmt::format("state #{} {} {}{}{}", e.message.id.value, wire::name(e.message.dialect),
                                name(e.message.state), after(e.next_try, now), because(e.message.why)));
  }
  void operator()(const PeerChanged& e) {
    lines.push_back(fmt::format("peer {}: {}", name(e.what), peer_line(e.view)));
  }
  void operator()(const PeerAnnounced& e) {
    lines.push_back(fmt::format("announced {} {} {}{}", e.target, e.endpoint ? e.endpoint->text() : "-",
                                e.acknowledged ? "acknowledged"
                                : e.reached    ? "reached"
                                               : "not reached",
                                because(e.why)));
  }
  void operator()(const MandatoryStatus& e) { lines.push_back(status_line(e, now)); }
  void operator()(const MandatoryListed& e) {
    for (const auto& status : e.peers) lines.push_back(status_line(status, now));
  }
  void operator()(const PeersListed& e) {
    for (const auto& view : e.peers) lines.push_back(fmt::format("listed {} {}", name(view.presence), peer_line(view)));
  }
  void operator()(const HistoryRead& e) {
    for (const auto& m : e.page.messages)
      lines.push_back("history " + header(m) + ": " + shortened(escaped(m.text.untrusted_bytes())));
    if (e.page.has_more) lines.push_back("history has more");
  }
  void operator()(const BlocksListed& e) {
    for (const auto& rule : e.rules) lines.push_back("blocked " + rule.text());
  }
  void operator()(const BlockChanged& e) {
    lines.push_back(fmt::format("block {} {}", e.rule.text(), e.blocked ? "on" : "off"));
  }
  void operator()(const Listening&) { lines.push_back("listening"); }
  void operator()(const StorageChanged& e) { lines.push_back(fmt::format("storage {}", e.healthy)); }
  void operator()(const Failed& e) {
    lines.push_back(fmt::format("failed {}: {}", base::name(e.error.code), e.error.text));
  }
  void operator()(const Done&) { lines.push_back("done"); }
  void operator()(const Stopping&) { lines.push_back("stopping"); }
};

struct Doer {
  std::string operator()(const SecureLink& e) const {
    return fmt::format("< secure L{} as {}", e.link.value, e.role == SecureLink::Role::client ? "client" : "server");
  }
  std::string operator()(const DialLink& e) const {
    const auto from = e.source_port ? fmt::format(" from {}", *e.source_port) : "";
    return fmt::format("< dial L{} {}{}", e.link.value, e.to.text(), from);
  }
  std::string operator()(const SendBytes& e) const {
    return fmt::format("< send L{} {}", e.link.value, shortened(escaped(e.bytes)));
  }
  std::string operator()(const FinishSending& e) const { return fmt::format("< finish L{}", e.link.value); }
  std::string operator()(const CloseLink& e) const { return fmt::format("< close L{}", e.link.value); }
  std::string operator()(const ResolveName& e) const { return fmt::format("< resolve Q{} {}", e.query.value, e.host); }
};

} // namespace

std::string escaped(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n')
      out += "\\n";
    else if (c == '\\')
      out += "\\\\";
    else if (byte < 0x20 || byte == 0x7F || byte == 0xFF)
      out += fmt::format("\\x{:02x}", byte);
    else
      out += c;
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      out += text[at];
    } else if (text[++at] == 'n') {
      out += '\n';
    } else if (text[at] == 'x') {
      out += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

std::string said(const Effect& effect) { return std::visit(Doer{}, effect); }

std::vector<std::string> said(const Told& told, base::WallTime now) {
  Speaker speaker{now};
  std::visit(speaker, told.event);
  for (auto& line : speaker.lines) {
    line.insert(0, "! ");
    if (told.request) line += fmt::format(" R{}", told.request.value);
  }
  return std::move(speaker.lines);
}

} // namespace tincan::chat::test

using namespace tincan::chat::test;

TEST_CASE("what is escaped for a script comes back as it was", "[chat][support]") {
  const std::string bytes("a\n\\b\x1b[\0\xff", 8);
  CHECK(escaped(bytes) == "a\\n\\\\b\\x1b[\\x00\\xff");
  CHECK(unescaped(escaped(bytes)) == bytes);
}
