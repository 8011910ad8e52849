#include "tincan/chat/room_names.hpp"

#include <string>

namespace tincan::chat {

namespace {

using namespace std::string_view_literals;

base::Digest named(const Keys& keys, std::string_view domain, std::string_view first, std::string_view second = {}) {
  std::string bytes;
  bytes.reserve(domain.size() + first.size() + second.size());
  bytes.append(domain).append(first).append(second);
  return keys.digest(bytes);
}

} // namespace

base::Digest room_id(const Keys& keys, const base::PublicKey& creator, std::string_view genesis) {
  return named(keys, "tincan/1 room\0"sv, creator.view(), genesis);
}

base::Digest lines_id(const Keys& keys, const base::Digest& room) {
  return named(keys, "tincan/1 lines\0"sv, room.view());
}

base::Digest room_token(const Keys& keys, const base::Digest& exporter, const base::Digest& room) {
  return named(keys, "tincan/1 token\0"sv, exporter.view(), room.view());
}

base::Digest epoch_id(const Keys& keys, const base::Secret& key) {
  return named(keys, "tincan/1 epoch\0"sv, key.view());
}

} // namespace tincan::chat
