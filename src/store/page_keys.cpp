#include "tincan/store/page_keys.hpp"

#include "tincan/store/private_files.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <sodium.h>
#include <sstream>

namespace tincan::store {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_sessions_file_bytes = 16 * 1024;

// Without the system's generator nothing can go on.
void wake_sodium() {
  if (sodium_init() < 0) std::abort();
}

template<class Bytes> Bytes random() {
  Bytes result;
  wake_sodium();
  randombytes_buf(result.bytes.data(), Bytes::size);
  return result;
}

bool is_same(const base::Digest& one, const base::Digest& other) {
  return sodium_memcmp(one.bytes.data(), other.bytes.data(), base::Digest::size) == 0;
}

std::string new_session_id() { return base::hex(random<base::Salt>().view()); }

// "id key milliseconds" in each line; what is not so is left out.
std::optional<PageKeys::Session> session_from(const std::string& line) {
  std::istringstream words(line);
  std::string id, key;
  std::int64_t used = 0;
  if (!(words >> id >> key >> used)) return std::nullopt;
  const auto bytes = base::parse_hex(key);
  const auto secret = bytes ? base::Secret::from(*bytes) : std::nullopt;
  if (!secret || id.size() != 2 * base::Salt::size) return std::nullopt;
  return PageKeys::Session{id, *secret, {used}};
}

// A browser gets the link this way, and not among its arguments, which everybody can see.
std::string opener_for(const std::string& link) {
  return fmt::format("<!doctype html>\n<meta charset=\"utf-8\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
                     "<title>tincan</title>\n<meta http-equiv=\"refresh\" content=\"0;url={0}\">\n"
                     "<a href=\"{0}\">Open tincan</a>\n",
                     link);
}

} // namespace

base::Result<PageKeys> PageKeys::open(const fs::path& folder, std::string origin, base::WallTime now) {
  PageKeys keys(folder, std::move(origin));
  if (auto loaded = keys.load(now); !loaded) return tl::unexpected(loaded.error());
  if (auto made = keys.renew_link(); !made) return tl::unexpected(made.error());
  return keys;
}

base::Result<void> PageKeys::load(base::WallTime now) {
  const auto text = read_private_file(folder_ / "web-sessions", max_sessions_file_bytes);
  if (!text) return tl::unexpected(text.error());
  std::istringstream lines(text->value_or(""));
  for (std::string line; std::getline(lines, line) && sessions_.size() < max_page_sessions;)
    if (auto session = session_from(line); session && now.ms - session->used.ms < page_session_life.count())
      sessions_.push_back(std::move(*session));
  return {};
}

base::Result<void> PageKeys::renew_link() {
  const auto token = random<base::Secret>();
  const auto link = fmt::format("{}/#{}", origin_, base::hex(token.view()));
  if (auto kept = write_private_file(link_path(folder_), link + "\n"); !kept) return kept;
  if (auto kept = write_private_file(opener_path(folder_), opener_for(link)); !kept) return kept;
  token_ = token;
  link_ = link;
  return {};
}

void PageKeys::remove_link(const fs::path& folder) {
  std::error_code ignored;
  fs::remove(link_path(folder), ignored);
  fs::remove(opener_path(folder), ignored);
}

base::Result<void> PageKeys::save() const {
  std::string text;
  for (const auto& session : sessions_)
    text += fmt::format("{} {} {}\n", session.id, base::hex(session.key.view()), session.used.ms);
  return write_private_file(folder_ / "web-sessions", text);
}

base::Digest PageKeys::proof(const base::Secret& key, std::string_view text) {
  static_assert(base::Secret::size == crypto_auth_hmacsha256_KEYBYTES &&
                base::Digest::size == crypto_auth_hmacsha256_BYTES);
  base::Digest result;
  crypto_auth_hmacsha256(result.bytes.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                         key.bytes.data());
  return result;
}

base::Digest PageKeys::new_nonce() { return random<base::Digest>(); }

std::optional<PageKeys::Admission> PageKeys::admit(std::string_view session, std::string_view proven,
                                                   const base::Digest& given, base::WallTime now) {
  if (session.empty()) {
    const auto key = token_;
    if (!is_same(proof(key, proven), given)) return std::nullopt;
    if (!renew_link()) return std::nullopt; // it would open twice
    if (sessions_.size() >= max_page_sessions)
      sessions_.erase(std::ranges::min_element(sessions_, {}, [](const auto& one) { return one.used; }));
    sessions_.push_back({new_session_id(), random<base::Secret>(), now});
    static_cast<void>(save()); // without a disk it lasts as long as we run
    return Admission{key, sessions_.back()};
  }
  const auto known = std::ranges::find(sessions_, session, &Session::id);
  if (known == sessions_.end() || !is_same(proof(known->key, proven), given)) return std::nullopt;
  known->used = now;
  static_cast<void>(save());
  return Admission{known->key, std::nullopt};
}

} // namespace tincan::store
