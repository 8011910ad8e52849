#include "tincan/wire/control_words.hpp"

#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <array>

namespace tincan::wire {

namespace {

struct Entry {
  std::string_view text;
  Word word;
};

constexpr std::array word_entries{
    Entry{"quit", Word::leave},
    Entry{"DISCONNECT", Word::leave},
    Entry{"[PEER_QUIT]", Word::leave},
    Entry{"connect", Word::connect},
    Entry{"CONNECT", Word::connect},
    Entry{"CONNECTING", Word::connect},
    Entry{"Connected", Word::connect},
    Entry{"Connected!", Word::connect},
    Entry{"handshake", Word::connect},
    Entry{"connection message", Word::connect},
    Entry{"manual connection message", Word::connect},
    Entry{"connection_request", Word::connect},
    Entry{"CONNECTION_REQUEST", Word::connect},
    Entry{"Hello, I am connecting!", Word::connect},
    Entry{"Hello, peer!", Word::connect},
    Entry{"Connection established", Word::connect},
    Entry{"connect_ack", Word::connect},
    Entry{"CONNECT_ACCEPTED", Word::connect},
    Entry{"CONNECT_REQUEST", Word::connect_and_accept},
    Entry{"connected", Word::reply},
    Entry{"DISCONNECT_ACK", Word::reply},
    Entry{"PING", Word::ping},
};

// Longest first: "Message received" begins others.
constexpr std::array acks{
    std::string_view("✅ Message received successfully!"),
    std::string_view("✅ Your message was succesfully received!"),
    std::string_view("✅ Message received"),
    std::string_view("Message received"),
};

bool is_farewell_sentence(std::string_view text) {
  return text.starts_with("DISCONNECT: ") && text.ends_with(" has left") && text.find('\n') == std::string_view::npos;
}

std::size_t ack_at_start(std::string_view text) {
  const auto found = std::find_if(acks.begin(), acks.end(), [text](auto ack) { return text.starts_with(ack); });
  return found == acks.end() ? 0 : found->size();
}

} // namespace

bool is_exit(std::string_view text) {
  constexpr std::string_view word = "exit";
  text = base::trim(text);
  return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char typed, char lower) { return typed == lower || typed == lower - 'a' + 'A'; });
}

Word word_of(std::string_view text) {
  text = base::trim(text);
  if (is_exit(text) || is_farewell_sentence(text)) return Word::leave;
  const auto found =
      std::find_if(word_entries.begin(), word_entries.end(), [text](const Entry& e) { return e.text == text; });
  return found == word_entries.end() ? Word::none : found->word;
}

bool is_a3_ack(std::string_view text) {
  text = base::trim(text);
  if (text.empty()) return false;
  while (!text.empty()) {
    const auto length = ack_at_start(text);
    if (length == 0) return false;
    text = base::trim(text.substr(length));
  }
  return true;
}

} // namespace tincan::wire
