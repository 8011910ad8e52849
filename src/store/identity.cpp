#include "tincan/store/identity.hpp"

#include "tincan/store/private_files.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <optional>
#include <string>
#include <utility>

namespace tincan::store {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view title = "tincan identity 1 - the private key of this profile: show it to nobody";
constexpr std::string_view seed_label = "seed ";
constexpr std::string_view sum_label = "sum  ";
constexpr std::size_t sum_bytes = 8; // enough to notice damage; it protects from nobody
constexpr std::size_t max_file_bytes = 1024;

template<auto Free> struct FreeBy {
  template<class T> void operator()(T* pointer) const { Free(pointer); }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX_free>>;
using DigestKind = std::unique_ptr<EVP_MD, FreeBy<EVP_MD_free>>;

// What fails here is memory, or an OpenSSL without SHA-256: nothing can go on.
void must(bool worked) {
  if (!worked) std::abort();
}

base::Seed new_seed() {
  base::Seed seed;
  must(RAND_priv_bytes(seed.bytes.data(), static_cast<int>(seed.bytes.size())) == 1);
  return seed;
}

std::optional<std::uint8_t> digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  return std::nullopt;
}

std::optional<base::Seed> seed_from_hex(std::string_view text) {
  base::Seed seed;
  if (text.size() != seed.bytes.size() * 2) return std::nullopt;
  for (std::size_t i = 0; i < seed.bytes.size(); ++i) {
    const auto high = digit(text[2 * i]);
    const auto low = digit(text[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    seed.bytes.at(i) = static_cast<std::uint8_t>(*high << 4U | *low);
  }
  return seed;
}

// The whole file for a seed: there is one spelling, so that damage anywhere is noticed.
std::string file_text(const base::Seed& seed) {
  auto text = fmt::format("{}\n{}{}\n", title, seed_label, base::hex(seed.view()));
  const auto sum = Hasher().digest(text);
  text += fmt::format("{}{}\n", sum_label, base::hex(sum.view().substr(0, sum_bytes)));
  return text;
}

std::optional<base::Seed> seed_from_file_text(std::string_view text) {
  const auto begin = title.size() + 1 + seed_label.size();
  if (text.size() <= begin) return std::nullopt;
  const auto seed = seed_from_hex(text.substr(begin, base::Seed::size * 2));
  if (!seed) return std::nullopt;
  auto expected = file_text(*seed);
  const bool is_sound = expected == text;
  OPENSSL_cleanse(expected.data(), expected.size());
  return is_sound ? seed : std::nullopt;
}

base::Result<void> write_seed(const base::Seed& seed, const fs::path& file) {
  auto text = file_text(seed);
  auto written = write_private_file(file, text);
  OPENSSL_cleanse(text.data(), text.size());
  return written;
}

base::Result<base::Seed> make_seed(const fs::path& file) {
  const auto seed = new_seed();
  if (auto written = write_seed(seed, file); !written) return tl::unexpected(written.error());
  return seed;
}

base::Result<base::Seed> read_or_make_seed(const fs::path& file) {
  auto text = read_private_file(file, max_file_bytes);
  if (!text) return tl::unexpected(text.error());
  if (!*text) return make_seed(file);
  const auto seed = seed_from_file_text(**text);
  OPENSSL_cleanse((*text)->data(), (*text)->size());
  if (seed) return *seed;
  return base::fail(base::ErrorCode::storage,
                    fmt::format("cannot use the key in {}: the file is damaged (put a copy in its place, or begin as "
                                "somebody new with: tincan id --renew)",
                                shown(file)));
}

fs::path free_name_beside(const fs::path& file) {
  for (unsigned n = 1;; ++n) {
    fs::path name = file.string() + fmt::format(".old-{}", n);
    std::error_code ignored;
    if (!fs::exists(fs::symlink_status(name, ignored))) return name;
  }
}

} // namespace

struct Hasher::Context {
  DigestKind kind{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  DigestContext context{EVP_MD_CTX_new()};
};

Hasher::Hasher() : context_(std::make_unique<Context>()) { must(context_->kind && context_->context); }
Hasher::~Hasher() = default;

base::Digest Hasher::digest(std::string_view bytes) const {
  base::Digest result;
  auto* context = context_->context.get();
  must(EVP_DigestInit_ex2(context, context_->kind.get(), nullptr) == 1 &&
       EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1 &&
       EVP_DigestFinal_ex(context, result.bytes.data(), nullptr) == 1);
  return result;
}

base::Result<std::unique_ptr<Identity>> Identity::open(const fs::path& file) {
  const auto seed = read_or_make_seed(file);
  if (!seed) return tl::unexpected(seed.error());
  return std::make_unique<Identity>(*seed);
}

// The new key is on disk before the old one moves: no moment without either.
base::Result<void> Identity::renew(const fs::path& file) {
  const fs::path made = file.string() + ".next";
  if (auto seed = make_seed(made); !seed) return tl::unexpected(seed.error());
  std::error_code error;
  if (fs::exists(fs::symlink_status(file, error)))
    if (auto moved = rename_durably(file, free_name_beside(file)); !moved) return moved;
  return rename_durably(made, file);
}

} // namespace tincan::store
