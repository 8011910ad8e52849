// Reading and writing the fields of JSON objects: of commands, which our own user may have mistyped, and of events,
// which one of our own programs wrote. Used by chat/json_*.cpp only; values, any thread.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/ids.hpp"
#include "tincan/base/keys.hpp"
#include "tincan/base/text.hpp"
#include "tincan/base/time.hpp"
#include "tincan/chat/events.hpp"

#include <fmt/format.h>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tincan::chat {

// Fields of a command, with the first thing that is wrong with them.
class CommandFields {
public:
  explicit CommandFields(nlohmann::json object) : object_(std::move(object)) {}

  std::string text(const char* key, bool needed = true) {
    const auto found = object_.find(key);
    if (found == object_.end()) {
      if (needed) complain(key, "is missing");
      return {};
    }
    if (found->is_string()) return found->get<std::string>();
    complain(key, "is not a string");
    return {};
  }

  std::uint64_t number(const char* key, std::uint64_t otherwise) {
    const auto found = object_.find(key);
    if (found == object_.end()) return otherwise;
    if (found->is_number_unsigned()) return found->get<std::uint64_t>();
    complain(key, "is not a number");
    return otherwise;
  }

  base::EntryId entry(const char* key, bool needed = true) {
    if (needed && !object_.contains(key)) complain(key, "is missing");
    return base::EntryId{number(key, 0)};
  }

  std::optional<bool> flag(const char* key, bool needed = true) {
    const auto found = object_.find(key);
    if (found == object_.end()) {
      if (needed) complain(key, "is missing");
      return std::nullopt;
    }
    if (found->is_boolean()) return found->get<bool>();
    complain(key, "is neither true nor false");
    return std::nullopt;
  }

  std::vector<std::string> texts(const char* key) {
    std::vector<std::string> result;
    const auto found = object_.find(key);
    if (found == object_.end()) return result;
    if (!found->is_array())
      complain(key, "is not a list");
    else
      for (const auto& element : *found) {
        if (element.is_string())
          result.push_back(element.get<std::string>());
        else
          complain(key, "holds something else than strings");
      }
    return result;
  }

  const std::string& complaint() const { return complaint_; }
  void complain(const char* key, const char* what) {
    if (complaint_.empty()) complaint_ = fmt::format("“{}” {}", key, what);
  }

private:
  nlohmann::json object_;
  std::string complaint_;
};

// Fields of an event that one of our own programs wrote.
class EventFields {
public:
  explicit EventFields(nlohmann::json object) : object_(std::move(object)) {}
  std::string text(const char* key) const {
    return object_.value(key, nlohmann::json()).is_string() ? object_[key].get<std::string>() : "";
  }
  std::uint64_t number(const char* key) const {
    return object_.value(key, nlohmann::json()).is_number_unsigned() ? object_[key].get<std::uint64_t>() : 0;
  }
  std::int64_t signed_number(const char* key) const {
    return object_.value(key, nlohmann::json()).is_number_integer() ? object_[key].get<std::int64_t>() : 0;
  }
  std::vector<EventFields> objects(const char* key) const {
    std::vector<EventFields> result;
    if (const auto list = object_.value(key, nlohmann::json()); list.is_array())
      for (const auto& element : list)
        if (element.is_object()) result.emplace_back(element);
    return result;
  }
  // Empty when there is none.
  EventFields object(const char* key) const {
    auto found = object_.value(key, nlohmann::json());
    return EventFields(found.is_object() ? std::move(found) : nlohmann::json::object());
  }
  bool has(const char* key) const { return object_.contains(key); }
  bool flag(const char* key) const {
    return object_.value(key, nlohmann::json()).is_boolean() && object_[key].get<bool>();
  }
  std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> result;
    if (const auto list = object_.value(key, nlohmann::json()); list.is_array())
      for (const auto& element : list)
        if (element.is_string()) result.push_back(element.get<std::string>());
    return result;
  }
  std::vector<std::uint64_t> numbers(const char* key) const {
    std::vector<std::uint64_t> result;
    if (const auto list = object_.value(key, nlohmann::json()); list.is_array())
      for (const auto& element : list)
        if (element.is_number_unsigned()) result.push_back(element.get<std::uint64_t>());
    return result;
  }
  base::PeerText peer_text(const char* key) const { return base::PeerText(text(key)); }
  std::uint32_t count(const char* key) const { return static_cast<std::uint32_t>(number(key)); }
  std::optional<base::PublicKey> key(const char* name) const { return base::PublicKey::parse(text(name)); }
  base::Endpoint endpoint() const { return endpoint("peer"); }
  base::Endpoint endpoint(const char* key) const {
    const auto peer = text(key);
    if (const auto endpoint = base::Endpoint::parse(peer)) return *endpoint;
    // Where the port is not known it is 0, which Endpoint::parse does not take.
    const auto address = base::Address::parse(std::string_view(peer).substr(0, peer.rfind(':')));
    return {address.value_or(base::Address{}), 0};
  }
  std::optional<base::WallTime> time(const char* key) const { return base::parse_iso_time(text(key)); }

private:
  nlohmann::json object_;
};

// The first of them when none has that name.
template<class Enum> Enum value_named(std::string_view wanted, std::initializer_list<Enum> values) {
  for (const auto value : values)
    if (name(value) == wanted) return value;
  return *values.begin();
}

// A field that the object does not have yet, as its last: object[key] would look for it among all others first.
template<class Value> void append(nlohmann::ordered_json& object, const char* key, Value&& value) {
  object.get_ref<nlohmann::ordered_json::object_t&>().emplace_back(key, std::forward<Value>(value));
}

// As JSON must have it: valid UTF-8.
std::string readable(const base::PeerText& text);

} // namespace tincan::chat
