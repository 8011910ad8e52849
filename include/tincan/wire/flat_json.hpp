// The little JSON (RFC 8259) that the A8 dialect needs: one object whose values are not nested.
// Pure; any thread. Bounded by the text it is given; nesting only up to max_json_depth, by a counter, never recursive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tincan::wire {

inline constexpr std::size_t max_json_depth = 16; // A8 needs 1; real programs may add a nested object

struct JsonField {
  enum class Kind : std::uint8_t { string, number, boolean, null, nested };
  std::string key;
  Kind kind = Kind::null;
  std::string value; // a string's characters without escapes; number and boolean as written; else empty
};

// Gives the fields of one object in order. Lone surrogates become U+FFFD; bytes that are not UTF-8 pass unchanged.
class FlatJson {
public:
  explicit FlatJson(std::string_view text) : rest_(text) {}
  // The next field; nothing at the end of the object and after a mistake.
  std::optional<JsonField> next();
  // True once the closing brace was read with nothing but white space after it.
  bool is_whole() const { return state_ == State::whole; }

private:
  enum class State : std::uint8_t { start, first, more, whole, bad };

  std::optional<JsonField> fail();
  bool open();
  bool close();
  bool take(char expected);
  void skip_space();
  bool read_value(JsonField& field);
  bool read_string(std::string& out);
  bool read_escape(std::string& out);
  bool read_code_unit(std::uint32_t& unit);
  bool read_scalar(JsonField& field);
  bool skip_nested();
  bool skip_string();

  std::string_view rest_;
  State state_ = State::start;
};

// Finds the end of an object in bytes that come bit by bit. Only counts brackets; what stands inside is FlatJson's to
// judge.
class JsonObjectEnd {
public:
  // Looks at text[from..]; the offset just after the closing brace once it has come.
  std::optional<std::size_t> find(std::string_view text, std::size_t from);

private:
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool after_backslash_ = false;
};

// `text` in quotes, with what JSON wants escaped. Valid UTF-8 in gives valid JSON out.
void append_json_string(std::string& out, std::string_view text);

} // namespace tincan::wire
