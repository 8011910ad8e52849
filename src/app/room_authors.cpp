#include "tincan/app/room_authors.hpp"

#include "tincan/base/look_alike.hpp"

#include <fmt/format.h>

namespace tincan::app {

RoomAuthors::RoomAuthors(std::string_view own_name) : own_shape_(base::skeleton(own_name)) {}

void RoomAuthors::heard(base::RoomId room, const base::PublicKey& author, const base::PeerText& name,
                        bool is_look_alike) {
  if (author.is_zero()) return;
  const auto known = known_.find({room, author});
  if (known != known_.end() && known->second.name == name && known->second.is_look_alike >= is_look_alike) return;
  if (known_.size() >= max_authors_remembered) {
    known_.clear();
    shapes_.clear();
  }
  const auto shape = base::skeleton(name.untrusted_bytes());
  const auto first = shapes_.try_emplace({room, shape}, author).first->second;
  known_[{room, author}] = {name, is_look_alike || first != author || shape == own_shape_};
}

void RoomAuthors::heard(base::RoomId room, const chat::MemberView& member) {
  if (!member.is_self) heard(room, member.key, member.name, member.is_look_alike);
}

base::SafeText RoomAuthors::name_of(base::RoomId room, const base::PublicKey& author) const {
  const auto known = known_.find({room, author});
  if (known == known_.end() || known->second.name.empty()) return base::SafeText::own(author.short_text());
  auto name = base::safe_name(known->second.name);
  if (!known->second.is_look_alike) return name;
  return base::SafeText::own(fmt::format("{} ≈ ({})", name.str(), author.short_text()));
}

} // namespace tincan::app
