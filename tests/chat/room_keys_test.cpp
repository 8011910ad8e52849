#include "room_stage.hpp"
#include "tincan/chat/room_keys.hpp"

using namespace tincan;
using namespace tincan::chat;
using namespace tincan::chat::test;

namespace {

base::Secret secret(const std::string& name) { return *base::Secret::from(sim::ToyKeys::mixed(name).view()); }

// A private room with a member, and what both need to write.
struct Vault : RoomStage {
  Vault() : RoomStage(true), epoch_keys(keys()) {
    admit(creator, ann);
    join(ann);
  }
  base::Digest announce(const Key& by, const base::Secret& key) {
    const auto id = epoch_id(keys(), key);
    say(by, wire::Epoch{id, state().to_cover()});
    return id;
  }
  EpochKeys::Place place(std::uint64_t at) const { return {lines_id(keys(), room()), ann, at, wire::EntryKind::text}; }

  const Key ann = key(1);
  EpochKeys epoch_keys;
};

} // namespace

TEST_CASE("a room, its lines, its token and its epochs are called differently", "[chat]") {
  const sim::ToyKeys keys(1);
  const auto creator = RoomStage::key(0);
  const auto room = room_id(keys, creator, "genesis");
  CHECK(room == keys.digest(std::string("tincan/1 room\0", 14) + std::string(creator.view()) + "genesis"));
  CHECK(lines_id(keys, room) == keys.digest(std::string("tincan/1 lines\0", 15) + std::string(room.view())));
  CHECK(room_token(keys, room, room) ==
        keys.digest(std::string("tincan/1 token\0", 15) + std::string(room.view()) + std::string(room.view())));
  const auto key = secret("k");
  CHECK(epoch_id(keys, key) == keys.digest(std::string("tincan/1 epoch\0", 15) + std::string(key.view())));
}

TEST_CASE("a sealed body opens in its place and nowhere else", "[chat]") {
  Vault vault;
  const auto id = vault.epoch_keys.add(secret("one"));
  const auto sealed = vault.epoch_keys.seal_body(id, vault.place(3), "hello");
  CHECK(sealed.size() == 5 + EpochKeys::seal_bytes);
  CHECK(sealed.find("hello") == std::string::npos);
  CHECK(vault.epoch_keys.open_body(vault.place(3), sealed).value() == "hello");
  CHECK_FALSE(vault.epoch_keys.open_body(vault.place(4), sealed));
  auto of_another = vault.place(3);
  of_another.author = vault.creator;
  CHECK_FALSE(vault.epoch_keys.open_body(of_another, sealed));
}

TEST_CASE("a body is refused with the same words whatever is wrong with it", "[chat]") {
  Vault vault;
  const auto id = vault.epoch_keys.add(secret("one"));
  const auto sealed = vault.epoch_keys.seal_body(id, vault.place(3), "hello");
  auto broken = sealed;
  broken.back() = static_cast<char>(broken.back() ^ 1);
  const EpochKeys none(vault.keys());
  const auto error = none.open_body(vault.place(3), sealed).error();
  CHECK(vault.epoch_keys.open_body(vault.place(3), broken).error() == error);
  for (std::size_t size = 0; size < sealed.size(); ++size)
    CHECK(vault.epoch_keys.open_body(vault.place(3), sealed.substr(0, size)).error() == error);
}

TEST_CASE("one writes in the newest safe epoch whose key is here", "[chat]") {
  Vault vault;
  CHECK_FALSE(vault.epoch_keys.choose(vault.state()));
  const auto first = vault.announce(vault.creator, secret("one"));
  CHECK_FALSE(vault.epoch_keys.choose(vault.state()));
  vault.epoch_keys.add(secret("one"));
  CHECK(vault.epoch_keys.choose(vault.state()) == first);
  const auto second = vault.announce(vault.ann, secret("two"));
  CHECK(vault.epoch_keys.choose(vault.state()) == first);
  CHECK(vault.epoch_keys.missing(vault.state()) == std::vector{second});
  vault.epoch_keys.add(secret("two"));
  CHECK(vault.epoch_keys.choose(vault.state()) == second);
  CHECK(vault.epoch_keys.missing(vault.state()).empty());
}

TEST_CASE("after a departure a new key is needed", "[chat]") {
  Vault vault;
  vault.announce(vault.creator, secret("one"));
  vault.epoch_keys.add(secret("one"));
  vault.remove(vault.creator, vault.ann);
  CHECK_FALSE(vault.epoch_keys.choose(vault.state()));
  const auto next = vault.announce(vault.creator, secret("two"));
  vault.epoch_keys.add(secret("two"));
  CHECK(vault.epoch_keys.choose(vault.state()) == next);
}

TEST_CASE("a key is handed on when everything that its epoch covers is here", "[chat]") {
  Vault vault;
  const auto first = vault.announce(vault.creator, secret("one"));
  vault.remove(vault.creator, vault.ann);
  const auto second = vault.announce(vault.creator, secret("two"));
  for (const auto* key : {"two", "one"}) vault.epoch_keys.add(secret(key));
  auto known = vault.changes();
  known.erase(known.end() - 2, known.end() - 1);
  const auto behind = vault.state_of({known.begin(), known.end() - 2});
  CHECK(vault.epoch_keys.may_hand(vault.state(), first));
  CHECK(vault.epoch_keys.may_hand(vault.state(), second));
  CHECK_FALSE(vault.epoch_keys.may_hand(behind, second));
  CHECK_FALSE(vault.epoch_keys.may_hand(vault.state(), sim::ToyKeys::mixed("never announced")));
  CHECK(vault.epoch_keys.for_newcomer(vault.state()) == std::vector{secret("one"), secret("two")});
}
