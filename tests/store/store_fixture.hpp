// What the tests of store/ share: a folder that vanishes, messages to write, and short ways to say the usual things.
#pragma once

#include "tincan/store/sqlite_store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::store::test {

namespace fs = std::filesystem;
using chat::MessageState;

class TempFolder {
public:
  TempFolder() {
    std::string name = (fs::temp_directory_path() / "tincan-store-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  fs::path operator/(std::string_view name) const { return path_ / name; }
  const fs::path& path() const { return path_; }

private:
  fs::path path_;
};

inline chat::Message incoming(std::uint64_t id, std::string text, std::uint64_t peer = 1) {
  chat::Message message;
  message.id = {id};
  message.peer = {peer};
  message.endpoint = {base::Address::v4({10, 0, 0, static_cast<std::uint8_t>(peer)}), 4100};
  message.team = base::PeerText{"red"};
  message.text = base::PeerText{std::move(text)};
  message.time = {1'700'000'000'000 + static_cast<std::int64_t>(id)};
  return message;
}

inline chat::Message outgoing(std::uint64_t id, std::string text, std::uint64_t peer = 1) {
  auto message = incoming(id, std::move(text), peer);
  message.direction = chat::Direction::out;
  message.state = MessageState::queued;
  message.team = base::PeerText{"blue"};
  return message;
}

inline chat::Peer known_peer(std::uint64_t id) {
  chat::Peer peer;
  peer.id = {id};
  peer.endpoint = {base::Address::v4({10, 1, static_cast<std::uint8_t>(id / 256), static_cast<std::uint8_t>(id % 256)}),
                   4100};
  peer.team = base::PeerText{"team " + std::to_string(id)};
  return peer;
}

inline std::unique_ptr<SqliteStore> open_store(const fs::path& file, std::size_t max_peers = 4096) {
  auto store = SqliteStore::open(file, max_peers);
  if (!store) FAIL(store.error().text);
  return std::move(*store);
}

inline void must_commit(SqliteStore& store) {
  const auto done = store.commit();
  if (!done) FAIL(done.error().text);
}

inline chat::HistoryPage page(SqliteStore& store, const chat::HistoryQuery& query) {
  auto found = store.history(query);
  if (!found) FAIL(found.error().text);
  return std::move(*found);
}

inline std::vector<std::uint64_t> ids(const std::vector<chat::Message>& messages) {
  std::vector<std::uint64_t> result;
  for (const auto& message : messages) result.push_back(message.id.value);
  return result;
}

inline std::vector<std::uint64_t> found_ids(SqliteStore& store, const std::string& words) {
  chat::HistoryQuery query;
  query.search = words;
  query.limit = 1000;
  return ids(page(store, query).messages);
}

// A second connection, as another program would have it.
inline std::string ask_sql(const fs::path& file, const std::string& question) {
  SQLite::Database other(file.string(), SQLite::OPEN_READWRITE);
  return other.execAndGet(question).getString();
}

inline void change_by_sql(const fs::path& file, const std::string& change) {
  SQLite::Database other(file.string(), SQLite::OPEN_READWRITE);
  other.exec(change);
}

inline std::string read_bytes(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const fs::path& file, std::string_view bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline unsigned mode_of(const fs::path& path) { return static_cast<unsigned>(fs::status(path).permissions()); }

} // namespace tincan::store::test
