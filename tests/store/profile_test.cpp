#include "store_fixture.hpp"
#include "tincan/store/profile.hpp"

#include <csignal>
#include <map>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

// A process that holds a profile until it is killed.
class HoldingProcess {
public:
  explicit HoldingProcess(const fs::path& data_dir) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    pid_ = ::fork();
    if (pid_ == 0) hold(data_dir, ready[1]);
    char answer = '?';
    REQUIRE(::read(ready[0], &answer, 1) == 1);
    ::close(ready[0]);
    ::close(ready[1]);
    REQUIRE(answer == 'y');
  }
  ~HoldingProcess() { kill_it(); }
  HoldingProcess(const HoldingProcess&) = delete;
  HoldingProcess& operator=(const HoldingProcess&) = delete;
  pid_t pid() const { return pid_; }
  void kill_it() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

private:
  [[noreturn]] static void hold(const fs::path& data_dir, int ready) {
    const auto profile = Profile::open(data_dir, "default");
    if (::write(ready, profile ? "y" : "n", 1) == 1) ::pause();
    ::_exit(0);
  }
  pid_t pid_ = 0;
};

class Umask {
public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

private:
  mode_t before_;
};

} // namespace

TEST_CASE("a profile is a folder with a lock, a socket and a database in it", "[store][profile]") {
  const TempFolder data;
  const auto profile = Profile::open(data / "a" / "b", "work");
  REQUIRE(profile);
  CHECK(profile->name() == "work");
  CHECK(profile->path() == data / "a" / "b" / "work");
  CHECK(profile->socket_path() == profile->path() / "control.sock");
  CHECK(profile->database_path() == profile->path() / "tincan.db");
  CHECK(profile_socket_path(data / "a" / "b", "work") == profile->socket_path());
}

TEST_CASE("folders and files are private whatever the umask", "[store][profile]") {
  for (const mode_t mask : {mode_t{0}, mode_t{077}, mode_t{0777}}) {
    const TempFolder data;
    const Umask umask(mask);
    const auto profile = Profile::open(data / "made", "default");
    REQUIRE(profile);
    auto store = open_store(profile->database_path());
    store->append(incoming(1, "secret"));
    must_commit(*store);
    CHECK(mode_of(data / "made") == 0700);
    CHECK(mode_of(profile->path()) == 0700);
    CHECK(mode_of(profile->path() / "lock") == 0600);
    for (const auto* name : {"tincan.db", "tincan.db-wal", "tincan.db-shm"})
      CHECK(mode_of(profile->path() / name) == 0600);
  }
}

TEST_CASE("wider permissions of our own are tightened", "[store][profile]") {
  const TempFolder data;
  fs::create_directory(data / "default");
  for (const auto* name : {"lock", "tincan.db"}) write_bytes(data / "default" / name, "");
  for (const auto& path : {data / "default", data / "default" / "lock", data / "default" / "tincan.db"})
    fs::permissions(path, fs::perms{0777});
  const auto profile = Profile::open(data.path(), "default");
  REQUIRE(profile);
  open_store(profile->database_path());
  CHECK(mode_of(profile->path()) == 0700);
  CHECK(mode_of(profile->path() / "lock") == 0600);
  CHECK(mode_of(profile->database_path()) == 0600);
}

TEST_CASE("the folder of another user is refused", "[store][profile]") {
  if (::geteuid() != 0) return; // only root can give a folder away
  const TempFolder data;
  fs::create_directory(data / "default");
  REQUIRE(::chown((data / "default").c_str(), 1234, 1234) == 0);
  const auto profile = Profile::open(data.path(), "default");
  REQUIRE_FALSE(profile);
  CHECK(profile.error().code == base::ErrorCode::storage);
  CHECK_THAT(profile.error().text, Catch::Contains("belongs to another user (user id 1234)"));
}

TEST_CASE("symbolic links in place of the folder, the lock or the database are refused", "[store][profile]") {
  const TempFolder data;
  fs::create_directory(data / "elsewhere");
  write_bytes(data / "victim", "");
  fs::create_directory_symlink(data / "elsewhere", data / "linked");
  CHECK_FALSE(Profile::open(data.path(), "linked"));
  fs::create_directory(data / "other");
  fs::create_symlink(data / "victim", data / "other" / "lock");
  CHECK_FALSE(Profile::open(data.path(), "other"));
  fs::create_symlink(data / "victim", data / "link.db");
  CHECK_FALSE(SqliteStore::open(data / "link.db"));
  CHECK(fs::file_size(data / "victim") == 0);
}

TEST_CASE("names of profiles cannot lead out of the data folder", "[store][profile]") {
  const TempFolder data;
  for (const std::string name : {"", ".", "..", ".hidden", "a/b", "/etc", "a b", "\xC3\xA9", "a\n"}) {
    CHECK_FALSE(is_profile_name(name));
    const auto profile = Profile::open(data.path(), name);
    REQUIRE_FALSE(profile);
    CHECK(profile.error().code == base::ErrorCode::bad_argument);
    CHECK_FALSE(profile_holder(data.path(), name));
  }
  CHECK(is_profile_name(std::string(64, 'x')));
  CHECK_FALSE(is_profile_name(std::string(65, 'x')));
  CHECK(is_profile_name("Work_2.old-1"));
}

TEST_CASE("a second process is told who has the profile", "[store][profile]") {
  const TempFolder data;
  CHECK_FALSE(profile_holder(data.path(), "default"));
  CHECK_FALSE(fs::exists(data / "default"));
  HoldingProcess holder(data.path());
  const auto profile = Profile::open(data.path(), "default");
  REQUIRE_FALSE(profile);
  CHECK(profile.error().code == base::ErrorCode::in_use);
  CHECK(profile.error().text == fmt::format("profile 'default' is already open in process {} ({}); use --profile NAME "
                                            "for a second one",
                                            holder.pid(), program_invocation_short_name));
  CHECK(profile_holder(data.path(), "default") == LockHolder{holder.pid(), program_invocation_short_name});
  CHECK(Profile::open(data.path(), "second"));
}

TEST_CASE("the lock is free again after kill -9 and after destruction", "[store][profile]") {
  const TempFolder data;
  {
    HoldingProcess holder(data.path());
    holder.kill_it();
    CHECK_FALSE(profile_holder(data.path(), "default"));
    const auto profile = Profile::open(data.path(), "default");
    REQUIRE(profile);
    CHECK(profile_holder(data.path(), "default")->pid == ::getpid());
    CHECK_FALSE(Profile::open(data.path(), "default")); // twice in one process neither
  }
  CHECK_FALSE(profile_holder(data.path(), "default"));
  CHECK(Profile::open(data.path(), "default"));
}

TEST_CASE("a lock file with nonsense in it names nobody", "[store][profile]") {
  const TempFolder data;
  for (const std::string text : {"", "-5 x", "many", "99999999999999999999 x", "\x1b[31m"}) {
    const auto profile = Profile::open(data.path(), "default");
    REQUIRE(profile);
    write_bytes(data / "default" / "lock", text);
    CHECK(profile_holder(data.path(), "default") == LockHolder{});
    CHECK_THAT(Profile::open(data.path(), "default").error().text, Catch::Contains("already open in another process;"));
  }
  const auto profile = Profile::open(data.path(), "default");
  write_bytes(data / "default" / "lock", "77 a\x1b[31mb");
  CHECK(profile_holder(data.path(), "default") == LockHolder{77, "a"});
}

TEST_CASE("the data folder follows the XDG specification", "[store][profile]") {
  std::map<std::string, const char*> values;
  const Environment environment = [&](const char* name) { return values.contains(name) ? values[name] : nullptr; };
  CHECK(default_data_dir(environment).error().code == base::ErrorCode::bad_argument);
  values["HOME"] = "/home/ada";
  CHECK(default_data_dir(environment) == fs::path{"/home/ada/.local/share/tincan"});
  values["XDG_DATA_HOME"] = "relative";
  CHECK(default_data_dir(environment) == fs::path{"/home/ada/.local/share/tincan"});
  values["XDG_DATA_HOME"] = "/data";
  CHECK(default_data_dir(environment) == fs::path{"/data/tincan"});
}
