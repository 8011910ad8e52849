#include "hearing.hpp"

#include <fmt/format.h>

namespace tincan::wire {

namespace {

std::string_view word(Heard::Kind kind) {
  switch (kind) {
  case Heard::Kind::text: return "text";
  case Heard::Kind::connect: return "connect";
  case Heard::Kind::leave: return "leave";
  case Heard::Kind::query: return "query";
  case Heard::Kind::ping: return "ping";
  case Heard::Kind::reply: return "reply";
  case Heard::Kind::unreadable: return "unreadable";
  }
  return "?";
}

void feed(ClassicReader& reader, std::string_view part) {
  for (;;) {
    const auto mark = part.find('~');
    reader.bytes(part.substr(0, mark));
    if (mark == std::string_view::npos) return;
    reader.silence();
    part.remove_prefix(mark + 1);
  }
}

} // namespace

Self test_self() { return {*base::Endpoint::parse("10.0.0.1:7777"), "Us"}; }

std::string said(const Heard& heard) {
  const auto& team = heard.team.untrusted_bytes();
  auto line =
      fmt::format("{} {} {}@{}:{} |{}|", word(heard.kind), name(heard.dialect), team.empty() ? "-" : team,
                  heard.announced_ip ? heard.announced_ip->text() : "-",
                  heard.announced_port ? std::to_string(*heard.announced_port) : "-", heard.text.untrusted_bytes());
  if (heard.port_is_source) line += " source";
  if (heard.wants_accept) line += " accept";
  if (heard.was_cut) line += " cut";
  if (!heard.reply.empty()) line += " reply=" + heard.reply;
  return line;
}

std::vector<std::string> drain(ClassicReader& reader) {
  std::vector<std::string> lines;
  while (const auto heard = reader.next()) lines.push_back(said(*heard));
  return lines;
}

std::vector<std::string> heard_in(std::string_view dialogue) { return heard_in_two_chunks(dialogue, dialogue.size()); }

std::vector<std::string> heard_in_two_chunks(std::string_view dialogue, std::size_t split) {
  ClassicReader reader(test_self());
  feed(reader, dialogue.substr(0, split));
  feed(reader, dialogue.substr(split));
  reader.end();
  return drain(reader);
}

std::vector<std::string> heard_byte_by_byte(std::string_view dialogue) {
  ClassicReader reader(test_self());
  for (std::size_t at = 0; at < dialogue.size(); ++at) feed(reader, dialogue.substr(at, 1));
  reader.end();
  return drain(reader);
}

} // namespace tincan::wire
