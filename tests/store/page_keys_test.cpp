#include "store_fixture.hpp"
#include "tincan/store/page_keys.hpp"
#include "tincan/store/private_files.hpp"

#include <sys/stat.h>

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

constexpr base::WallTime noon{1'780'000'000'000};
constexpr std::string_view said = "what both sides said";

PageKeys opened(const TempFolder& folder, base::WallTime now = noon) {
  auto keys = PageKeys::open(folder.path(), "http://127.0.0.1:7780", now);
  REQUIRE(keys);
  return std::move(*keys);
}

base::Secret key_of(const std::string& link) {
  return *base::Secret::from(*base::parse_hex(std::string_view(link).substr(link.find('#') + 1)));
}

std::optional<PageKeys::Admission> come_by_link(PageKeys& keys, base::WallTime now = noon) {
  return keys.admit("", said, PageKeys::proof(key_of(keys.link()), said), now);
}

bool comes_back(PageKeys& keys, const PageKeys::Session& session, base::WallTime now = noon) {
  return keys.admit(session.id, said, PageKeys::proof(session.key, said), now).has_value();
}

} // namespace

TEST_CASE("a proof is HMAC-SHA256") {
  // Python: hmac.new(bytes(range(32)), b"what do ya want for nothing?", "sha256").hexdigest()
  base::Secret key;
  for (std::size_t i = 0; i < base::Secret::size; ++i) key.bytes.at(i) = static_cast<std::uint8_t>(i);
  CHECK(base::hex(PageKeys::proof(key, "what do ya want for nothing?").view()) ==
        "099805f4ac310786968565c098db515cc50862b420ae31e20238312344bed36a");
}

TEST_CASE("a link opens one page, and then there is another link") {
  const TempFolder folder;
  auto keys = opened(folder);
  const auto first = keys.link();
  CHECK(first.starts_with("http://127.0.0.1:7780/#"));
  const auto admission = come_by_link(keys);
  REQUIRE(admission);
  REQUIRE(admission->session);
  CHECK(admission->key == key_of(first));
  CHECK(keys.link() != first);
  CHECK_FALSE(keys.admit("", said, PageKeys::proof(key_of(first), said), noon));
  CHECK(come_by_link(keys));
}

TEST_CASE("nobody comes in without a proof over what was said this time") {
  const TempFolder folder;
  auto keys = opened(folder);
  const auto link = keys.link();
  CHECK_FALSE(keys.admit("", said, {}, noon));
  CHECK_FALSE(keys.admit("", "something else", PageKeys::proof(key_of(link), said), noon));
  CHECK_FALSE(keys.admit("0123", said, PageKeys::proof(key_of(link), said), noon));
  CHECK(keys.link() == link); // a wrong try uses nothing up
}

TEST_CASE("a session outlives a restart, until it was not used for a month") {
  const TempFolder folder;
  PageKeys::Session session;
  {
    auto keys = opened(folder);
    session = *come_by_link(keys)->session;
    CHECK(comes_back(keys, session));
  }
  const base::WallTime later{noon.ms + page_session_life.count() - 1};
  {
    auto keys = opened(folder, later);
    CHECK(comes_back(keys, session, later));
  }
  const base::WallTime much_later{later.ms + page_session_life.count() + 1};
  auto keys = opened(folder, much_later);
  CHECK_FALSE(comes_back(keys, session, much_later));
}

TEST_CASE("of too many sessions the one that was used longest ago ends") {
  const TempFolder folder;
  auto keys = opened(folder);
  std::vector<PageKeys::Session> sessions;
  for (std::size_t i = 0; i <= max_page_sessions; ++i)
    sessions.push_back(*come_by_link(keys, {noon.ms + static_cast<std::int64_t>(i)})->session);
  CHECK_FALSE(comes_back(keys, sessions.front()));
  CHECK(comes_back(keys, sessions.at(1)));
  CHECK(comes_back(keys, sessions.back()));
}

TEST_CASE("links and sessions are for their owner alone, and a browser is led to the link by a file") {
  const TempFolder folder;
  auto keys = opened(folder);
  REQUIRE(come_by_link(keys));
  for (const auto* name : {"web-link", "web-link.html", "web-sessions"}) CHECK(mode_of(folder / name) == 0600);
  CHECK(read_private_file(PageKeys::link_path(folder.path()), 1000)->value() == keys.link() + "\n");
  CHECK(read_private_file(PageKeys::opener_path(folder.path()), 1000)->value().find(keys.link()) != std::string::npos);
  PageKeys::remove_link(folder.path());
  CHECK_FALSE(std::filesystem::exists(folder / "web-link"));
  CHECK_FALSE(std::filesystem::exists(folder / "web-link.html"));
}

TEST_CASE("a file of sessions that is damaged costs only what cannot be read, and one for others is refused") {
  const TempFolder folder;
  PageKeys::Session session;
  {
    auto keys = opened(folder);
    session = *come_by_link(keys)->session;
  }
  const auto file = folder / "web-sessions";
  const auto sound = *read_private_file(file, 10'000);
  REQUIRE(write_private_file(file, "\n\xff\xff nonsense\n12 34 x\n" + *sound + "0123"));
  auto keys = opened(folder);
  CHECK(comes_back(keys, session));
  REQUIRE(::chmod(file.c_str(), 0644) == 0);
  CHECK(PageKeys::open(folder.path(), "http://127.0.0.1:7780", noon).error().code == base::ErrorCode::storage);
}
