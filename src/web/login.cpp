#include "tincan/web/login.hpp"

#include <nlohmann/json.hpp>

namespace tincan::web {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string text_in(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

} // namespace

std::optional<Login> login_from_json(std::string_view message) {
  const auto object = json::parse(message, nullptr, false);
  if (object.is_discarded() || !object.is_object() || text_in(object, "command") != "login") return std::nullopt;
  const auto nonce = base::parse_hex(text_in(object, "nonce"));
  const auto proof = base::parse_hex(text_in(object, "proof"));
  const auto session = object.find("session");
  if (!nonce || !proof || session == object.end() || !session->is_string()) return std::nullopt;
  const auto nonce_bytes = base::Digest::from(*nonce);
  const auto proof_bytes = base::Digest::from(*proof);
  if (!nonce_bytes || !proof_bytes) return std::nullopt;
  return Login{session->get<std::string>(), *nonce_bytes, *proof_bytes};
}

std::string challenge_json(const base::Digest& nonce) {
  return ordered_json{{"event", "challenge"}, {"nonce", base::hex(nonce.view())}}.dump();
}

std::string welcome_json(const Welcome& welcome) {
  ordered_json object{{"event", "welcome"}, {"proof", base::hex(welcome.proof.view())}};
  if (welcome.session) {
    object["session"] = welcome.session->id;
    object["key"] = base::hex(welcome.session->key.view());
  }
  return object.dump();
}

std::string refused_json(std::string_view why) { return ordered_json{{"event", "refused"}, {"why", why}}.dump(); }

} // namespace tincan::web
