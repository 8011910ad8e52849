#include "tincan/web/login.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using namespace tincan::web;

namespace {

const std::string ones(64, '1');
const std::string twos(64, '2');

std::string login(const std::string& session, const std::string& nonce, const std::string& proof) {
  return R"({"command":"login","session":")" + session + R"(","nonce":")" + nonce + R"(","proof":")" + proof + "\"}";
}

} // namespace

TEST_CASE("a page's proof is read as it is written") {
  const auto by_link = login_from_json(login("", ones, twos));
  REQUIRE(by_link);
  CHECK(by_link->session.empty());
  CHECK(base::hex(by_link->nonce.view()) == ones);
  CHECK(base::hex(by_link->proof.view()) == twos);
  CHECK(login_from_json(login("abc", ones, twos))->session == "abc");
}

TEST_CASE("anything else than a whole login is none") {
  for (const auto& message :
       {std::string{}, std::string("{}"), std::string("[]"), std::string("login"), login("", ones, ""),
        login("", ones.substr(2), twos), login("", ones + "11", twos), login("", std::string(64, 'g'), twos),
        std::string(R"({"command":"login"})"), std::string(R"({"command":"send","peer":"1","text":"x"})"),
        R"({"command":"login","session":7,"nonce":")" + ones + R"(","proof":")" + twos + "\"}"})
    CHECK_FALSE(login_from_json(message));
}

TEST_CASE("what we say at a login is JSON that the page knows") {
  const auto nonce = *base::Digest::from(*base::parse_hex(ones));
  const auto key = *base::Secret::from(*base::parse_hex(twos));
  CHECK(challenge_json(nonce) == R"({"event":"challenge","nonce":")" + ones + "\"}");
  CHECK(welcome_json({nonce, std::nullopt}) == R"({"event":"welcome","proof":")" + ones + "\"}");
  CHECK(welcome_json({nonce, Welcome::Session{"abc", key}}) ==
        R"({"event":"welcome","proof":")" + ones + R"(","session":"abc","key":")" + twos + "\"}");
  CHECK(refused_json("no \"such\" link") == R"({"event":"refused","why":"no \"such\" link"})");
}
