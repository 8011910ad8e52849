#include "tincan/store/identity.hpp"

#include "store_fixture.hpp"
#include "tincan/store/profile.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

std::unique_ptr<Identity> open_identity(const fs::path& file) {
  auto identity = Identity::open(file);
  if (!identity) FAIL(identity.error().text);
  return std::move(*identity);
}

std::string refusal(const fs::path& file) {
  const auto identity = Identity::open(file);
  if (identity) FAIL("it was opened");
  CHECK(identity.error().code == base::ErrorCode::storage);
  return identity.error().text;
}

template<class T> T from_hex(std::string_view text) {
  T result;
  for (std::size_t i = 0; i < result.bytes.size(); ++i)
    result.bytes.at(i) = static_cast<std::uint8_t>(std::stoi(std::string{text.substr(2 * i, 2)}, nullptr, 16));
  return result;
}

} // namespace

TEST_CASE("the first start makes a key that every later start finds", "[store][identity]") {
  const TempFolder folder;
  const auto file = folder / "identity";
  const auto first = open_identity(file);
  CHECK_FALSE(first->own().is_zero());
  CHECK(open_identity(file)->own() == first->own());
  CHECK(open_identity(file)->seed() == first->seed());
  CHECK(open_identity(folder / "other")->own() != first->own());
  CHECK(mode_of(file) == 0600);
  CHECK_FALSE(fs::exists(folder / "identity.new"));
}

TEST_CASE("the key file is private whatever the umask", "[store][identity]") {
  const TempFolder folder;
  for (const mode_t mask : {mode_t{0}, mode_t{0777}}) {
    const auto before = ::umask(mask);
    const auto identity = Identity::open(folder / std::to_string(mask));
    ::umask(before);
    REQUIRE(identity);
    CHECK(mode_of(folder / std::to_string(mask)) == 0600);
  }
}

TEST_CASE("a key file that others may read or write is refused", "[store][identity]") {
  const TempFolder folder;
  const auto file = folder / "identity";
  open_identity(file);
  const auto bytes = read_bytes(file);
  for (const mode_t mode : {0644U, 0640U, 0602U, 0610U, 0700U, 04600U}) {
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    CHECK_THAT(refusal(file), Catch::Contains("others may have read it") && Catch::Contains("chmod 600"));
  }
  REQUIRE(::chmod(file.c_str(), 0400) == 0);
  CHECK(Identity::open(file));
  CHECK(read_bytes(file) == bytes);
}

TEST_CASE("a damaged key file is refused, and left as it is", "[store][identity]") {
  const TempFolder folder;
  const auto file = folder / "identity";
  open_identity(file);
  const auto sound = read_bytes(file);
  const auto check_refused = [&](const std::string& bytes) {
    write_bytes(file, bytes);
    CHECK_THAT(refusal(file), Catch::Contains("damaged"));
    CHECK(read_bytes(file) == bytes);
  };
  for (std::size_t length = 0; length < sound.size(); ++length) check_refused(sound.substr(0, length));
  for (std::size_t at = 0; at < sound.size(); ++at) {
    auto bytes = sound;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    check_refused(bytes);
  }
  check_refused(sound + "\n");
  check_refused(std::string(1 << 20, 'x'));
  write_bytes(file, sound);
  CHECK(Identity::open(file));
}

TEST_CASE("a key file that is no plain file is refused", "[store][identity]") {
  const TempFolder folder;
  fs::create_directory(folder / "folder");
  CHECK_THAT(refusal(folder / "folder"), Catch::Contains("not a plain file"));
  open_identity(folder / "real");
  fs::create_symlink(folder / "real", folder / "link");
  CHECK_THAT(refusal(folder / "link"), Catch::Contains("cannot read"));
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THAT(refusal(folder / "pipe"), Catch::Contains("not a plain file"));
  CHECK_THAT(refusal(folder / "missing" / "identity"), Catch::Contains("No such file or directory"));
}

TEST_CASE("what a killed run left beside the key file does not matter", "[store][identity]") {
  const TempFolder folder;
  write_bytes(folder / "identity.new", "half a");
  const auto identity = open_identity(folder / "identity");
  CHECK(open_identity(folder / "identity")->own() == identity->own());
}

TEST_CASE("no key is made on a full disk", "[store][identity]") {
  const TempFolder folder;
  const auto pid = ::fork();
  if (pid == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit none{10, 10};
    if (::setrlimit(RLIMIT_FSIZE, &none) != 0) ::_exit(1);
    ::_exit(Identity::open(folder / "identity") ? 2 : 0);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  CHECK(status == 0);
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a renewed key is another one, and the old file is kept aside", "[store][identity]") {
  const TempFolder folder;
  const auto file = folder / "identity";
  const auto first = open_identity(file);
  const auto bytes = read_bytes(file);
  REQUIRE(Identity::renew(file));
  const auto second = open_identity(file);
  CHECK(second->own() != first->own());
  CHECK(read_bytes(folder / "identity.old-1") == bytes);
  CHECK(mode_of(folder / "identity.old-1") == 0600);
  write_bytes(file, "damaged");
  REQUIRE(Identity::renew(file));
  CHECK(open_identity(file)->own() != second->own());
  CHECK(read_bytes(folder / "identity.old-2") == "damaged");
  REQUIRE(Identity::renew(folder / "fresh"));
  CHECK(Identity::open(folder / "fresh"));
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 4);
}

TEST_CASE("the profile says where its key is", "[store][identity]") {
  const TempFolder folder;
  const auto profile = Profile::open(folder.path(), "default");
  REQUIRE(profile);
  CHECK(profile->identity_path() == profile->path() / "identity");
}

TEST_CASE("keys and digests are those of the standards", "[store][identity]") {
  // RFC 8032, 7.1, test 1; FIPS 180-4, "abc"
  const Identity identity(from_hex<base::Seed>("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
  CHECK(base::hex(identity.own().view()) == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  CHECK(base::hex(identity.digest("abc").view()) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(base::hex(identity.digest("").view()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a signature holds for its key and its digest alone", "[store][identity]") {
  const TempFolder folder;
  const auto ours = open_identity(folder / "ours");
  const auto theirs = open_identity(folder / "theirs");
  const auto digest = ours->digest("text");
  const auto signature = ours->sign(digest);
  CHECK(theirs->verify(ours->own(), digest, signature));
  CHECK(ours->verify(ours->own(), digest, signature));
  CHECK_FALSE(theirs->verify(theirs->own(), digest, signature));
  CHECK_FALSE(theirs->verify(ours->own(), ours->digest("other"), signature));
  CHECK_FALSE(theirs->verify(ours->own(), digest, {}));
  CHECK_FALSE(theirs->verify({}, digest, signature));
  auto changed = signature;
  changed.bytes[40] ^= 1;
  CHECK_FALSE(theirs->verify(ours->own(), digest, changed));
}

TEST_CASE("signatures of many peers in turn are verified", "[store][identity]") {
  std::vector<std::unique_ptr<Identity>> peers;
  for (std::uint8_t n = 1; n <= 40; ++n) {
    base::Seed seed;
    seed.bytes.fill(n);
    peers.push_back(std::make_unique<Identity>(seed));
  }
  const auto& judge = *peers.front();
  for (int round = 0; round < 3; ++round)
    for (std::size_t i = 0; i < peers.size(); ++i) {
      const auto digest = judge.digest(std::to_string(i));
      CHECK(judge.verify(peers[i]->own(), digest, peers[i]->sign(digest)));
      CHECK_FALSE(judge.verify(peers[(i + 1) % peers.size()]->own(), digest, peers[i]->sign(digest)));
    }
}
