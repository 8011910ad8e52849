#include "tincan/sim/toy_keys.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace tincan;
using sim::ToyKeys;

namespace {

template<class Value> Value filled(std::uint8_t byte) {
  Value value;
  value.bytes.fill(byte);
  return value;
}

// Each byte of it changed alone.
template<class Each> void for_each_change(const std::string& bytes, Each each) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto changed = bytes;
    changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ (1U << (i % 8)));
    each(changed);
  }
}

const ToyKeys alice(1);
const ToyKeys bob(2);
const auto secret = filled<base::Secret>(3);
const auto nonce = filled<base::Nonce>(4);

} // namespace

TEST_CASE("a toy ticket signs for its own key alone", "[sim][keys]") {
  const auto seed = filled<base::Seed>(9);
  const auto digest = ToyKeys::mixed("let me in");
  const auto signature = alice.sign_as(seed, digest);
  CHECK(bob.public_of(seed) == alice.public_of(seed));
  CHECK(bob.public_of(filled<base::Seed>(8)) != bob.public_of(seed));
  CHECK(bob.verify(bob.public_of(seed), digest, signature));
  CHECK_FALSE(bob.verify(bob.public_of(seed), ToyKeys::mixed("let me out"), signature));
  CHECK_FALSE(bob.verify(alice.own(), digest, signature));
}

TEST_CASE("what toys seal is opened by the owner of the key alone", "[sim][keys]") {
  for (const std::string& text : {std::string(), std::string("the key of a room"), std::string(10'000, 'k')}) {
    const auto sealed = alice.seal(bob.own(), text);
    CHECK(sealed.size() == text.size() + 48);
    CHECK((text.empty() || sealed.find(text) == std::string::npos));
    CHECK(bob.unseal(sealed) == text);
    CHECK_FALSE(alice.unseal(sealed));
  }
  CHECK(alice.seal(bob.own(), "again") != alice.seal(bob.own(), "again"));
  CHECK(alice.seal({}, "to nobody").empty());
}

TEST_CASE("a toy box that was changed anywhere, or cut, stays closed", "[sim][keys]") {
  const auto sealed = alice.seal(bob.own(), "the key");
  for_each_change(sealed, [](const std::string& changed) { CHECK_FALSE(bob.unseal(changed)); });
  for (std::size_t cut = 0; cut < sealed.size(); ++cut)
    CHECK_FALSE(bob.unseal(std::string_view(sealed).substr(0, cut)));
  CHECK_FALSE(bob.unseal(sealed + '\0'));
}

TEST_CASE("what toys encrypt hides the text and comes back with the same key, nonce and place", "[sim][keys]") {
  for (const std::string& text : {std::string(), std::string("hello, members"), std::string(10'000, '\0')}) {
    const auto cipher = alice.encrypt(secret, nonce, "place", text);
    CHECK(cipher.size() == text.size() + 16);
    CHECK((text.empty() || cipher.find(text) == std::string::npos));
    CHECK(bob.decrypt(secret, nonce, "place", cipher) == text);
  }
}

TEST_CASE("what toys encrypted elsewhere, with another key, or what was changed, is not decrypted", "[sim][keys]") {
  const auto cipher = alice.encrypt(secret, nonce, "place", "text");
  CHECK_FALSE(bob.decrypt(filled<base::Secret>(5), nonce, "place", cipher));
  CHECK_FALSE(bob.decrypt(secret, filled<base::Nonce>(5), "place", cipher));
  CHECK_FALSE(bob.decrypt(secret, nonce, "another place", cipher));
  CHECK_FALSE(bob.decrypt(secret, nonce, "placet", alice.encrypt(secret, nonce, "place", "t")));
  for_each_change(cipher,
                  [](const std::string& changed) { CHECK_FALSE(bob.decrypt(secret, nonce, "place", changed)); });
  for (std::size_t size = 0; size <= 64; ++size) CHECK_FALSE(bob.decrypt(secret, nonce, "", std::string(size, 'x')));
}

TEST_CASE("toys draw something new each time, and the same in every run", "[sim][keys]") {
  const auto draw = [](const ToyKeys& keys, std::size_t size) {
    std::string bytes(size, 'x');
    keys.randomize(bytes);
    return bytes;
  };
  const ToyKeys one(7), same(7), other(8);
  std::set<std::string> drawn;
  for (int i = 0; i < 1'000; ++i) {
    const auto bytes = draw(one, 32);
    CHECK(bytes == draw(same, 32));
    drawn.insert(bytes);
    drawn.insert(draw(other, 32));
  }
  CHECK(drawn.size() == 2'000);
  CHECK(draw(one, 0).empty());
  CHECK(draw(one, 5).size() == 5);
}
