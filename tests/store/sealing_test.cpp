// What rooms ask of an identity: tickets, sealed boxes and encryption, with libsodium and OpenSSL side by side.
#include "tincan/store/identity.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace tincan;
using namespace tincan::store;

namespace {

template<class Value> Value filled(std::uint8_t byte) {
  Value value;
  value.bytes.fill(byte);
  return value;
}

template<class Value> Value from_hex(std::string_view text) {
  Value result;
  for (std::size_t i = 0; i < result.bytes.size(); ++i)
    result.bytes.at(i) = static_cast<std::uint8_t>(std::stoi(std::string{text.substr(2 * i, 2)}, nullptr, 16));
  return result;
}

std::string bytes_of_hex(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); i += 2)
    result += static_cast<char>(std::stoi(std::string{text.substr(i, 2)}, nullptr, 16));
  return result;
}

// Each byte of it changed alone.
template<class Each> void for_each_change(const std::string& bytes, Each each) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto changed = bytes;
    changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ (1U << (i % 8)));
    each(changed);
  }
}

const Identity alice(filled<base::Seed>(1));
const Identity bob(filled<base::Seed>(2));
const auto secret = filled<base::Secret>(3);
const auto nonce = filled<base::Nonce>(4);

} // namespace

TEST_CASE("the public half of a ticket is that of the pair which its secret makes", "[store][sealing]") {
  // RFC 8032, section 7.1, test 1
  const auto seed = from_hex<base::Seed>("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  CHECK(base::hex(alice.public_of(seed).view()) == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  for (std::uint8_t byte = 0; byte < 20; ++byte)
    CHECK(alice.public_of(filled<base::Seed>(byte)) == Identity(filled<base::Seed>(byte)).own());
}

TEST_CASE("what a ticket signs is verified like any signature", "[store][sealing]") {
  const auto seed = filled<base::Seed>(9);
  const auto key = alice.public_of(seed);
  const auto digest = alice.digest("let me in");
  const auto signature = alice.sign_as(seed, digest);
  CHECK(bob.verify(key, digest, signature));
  CHECK(signature == Identity(seed).sign(digest));
  CHECK_FALSE(bob.verify(key, bob.digest("let me out"), signature));
  CHECK_FALSE(bob.verify(alice.own(), digest, signature));
}

TEST_CASE("what is sealed is opened by the owner of the key alone", "[store][sealing]") {
  for (const std::string& text : {std::string(), std::string("x"), std::string(32 * 1024, 'k')}) {
    const auto sealed = alice.seal(bob.own(), text);
    CHECK(sealed.size() == text.size() + 48);
    CHECK(bob.unseal(sealed) == text);
    CHECK_FALSE(alice.unseal(sealed));
  }
  CHECK(alice.unseal(alice.seal(alice.own(), "to myself")) == "to myself");
}

TEST_CASE("two boxes of one text are not alike", "[store][sealing]") {
  CHECK(alice.seal(bob.own(), "again") != alice.seal(bob.own(), "again"));
}

TEST_CASE("a sealed box that was changed anywhere, cut or lengthened, stays closed", "[store][sealing]") {
  const auto sealed = alice.seal(bob.own(), "the key");
  // The top bit of an X25519 key does not count (RFC 7748, section 5), but the nonce is made of all of it.
  for_each_change(sealed, [](const std::string& changed) { CHECK_FALSE(bob.unseal(changed)); });
  for (std::size_t cut = 0; cut < sealed.size(); ++cut)
    CHECK_FALSE(bob.unseal(std::string_view(sealed).substr(0, cut)));
  CHECK_FALSE(bob.unseal(sealed + '\0'));
}

TEST_CASE("nothing is sealed to what is no key", "[store][sealing]") {
  auto off_curve = filled<base::PublicKey>(0);
  off_curve.bytes[0] = 2; // no point has this y
  auto identity = filled<base::PublicKey>(0);
  identity.bytes[0] = 1; // the neutral point: everybody knows its secret
  const auto sign_only = filled<base::PublicKey>(0xff);
  for (const auto& key : {base::PublicKey{}, off_curve, identity, sign_only}) CHECK(alice.seal(key, "x").empty());
}

TEST_CASE("what is encrypted is decrypted with the same key, nonce and place", "[store][sealing]") {
  for (const std::string& text : {std::string(), std::string("x"), std::string(64 * 1024, 't')})
    for (const std::string& place : {std::string(), std::string("a place")}) {
      const auto cipher = alice.encrypt(secret, nonce, place, text);
      CHECK(cipher.size() == text.size() + 16);
      CHECK(bob.decrypt(secret, nonce, place, cipher) == text);
    }
}

TEST_CASE("encryption is XChaCha20-Poly1305 as it was published", "[store][sealing]") {
  // draft-irtf-cfrg-xchacha-03, appendix A.3.1
  const auto key = from_hex<base::Secret>("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const auto once = from_hex<base::Nonce>("404142434445464748494a4b4c4d4e4f5051525354555657");
  const std::string text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.";
  const auto cipher = alice.encrypt(key, once, bytes_of_hex("50515253c0c1c2c3c4c5c6c7"), text);
  CHECK(base::hex(cipher) ==
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39"
        "ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
        "21f9664c97637da9768812f615c68b13b52e"
        "c0875924c1c7987947deafd8780acf49");
}

TEST_CASE("what was encrypted elsewhere, with another key, or was changed, is not decrypted", "[store][sealing]") {
  const auto cipher = alice.encrypt(secret, nonce, "place", "text");
  CHECK_FALSE(bob.decrypt(filled<base::Secret>(5), nonce, "place", cipher));
  CHECK_FALSE(bob.decrypt(secret, filled<base::Nonce>(5), "place", cipher));
  CHECK_FALSE(bob.decrypt(secret, nonce, "another place", cipher));
  CHECK_FALSE(bob.decrypt(secret, nonce, "", cipher));
  for_each_change(cipher,
                  [](const std::string& changed) { CHECK_FALSE(bob.decrypt(secret, nonce, "place", changed)); });
  CHECK_FALSE(bob.decrypt(secret, nonce, "place", cipher + '\0'));
}

TEST_CASE("bytes of any length that nobody encrypted are refused", "[store][sealing]") {
  for (std::size_t size = 0; size <= 64; ++size)
    for (const char byte : {'\0', 'x', '\xff'}) {
      const std::string bytes(size, byte);
      CHECK_FALSE(bob.unseal(bytes));
      CHECK_FALSE(bob.decrypt(secret, nonce, "", bytes));
      CHECK_FALSE(bob.decrypt(secret, nonce, bytes, bytes));
    }
}

TEST_CASE("random bytes are new each time", "[store][sealing]") {
  std::set<std::string> drawn;
  for (int i = 0; i < 1'000; ++i) {
    std::string bytes(16, '\0');
    alice.randomize(bytes);
    CHECK(bytes.size() == 16);
    drawn.insert(bytes);
  }
  CHECK(drawn.size() == 1'000);
  std::string nothing;
  alice.randomize(nothing);
  CHECK(nothing.empty());
}
