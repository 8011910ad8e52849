#include "store_fixture.hpp"
#include "tincan/store/search.hpp"

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

using Ids = std::vector<std::uint64_t>;

const std::vector<std::string> texts{
    "The quick brown fox",                                                                 // 1
    "quick: 100% \"quoted\" a_b*c",                                                        // 2
    "\xE4\xBB\x8A\xE5\xA4\xA9\xE5\xA4\xA9\xE6\xB0\x94\xE5\xBE\x88\xE5\xA5\xBD",            // 3 今天天气很好
    "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xA7\xE8\xA9\xB1\xE3\x81\x99",            // 4 日本語で話す
    "\xE0\xB8\xAA\xE0\xB8\xA7\xE0\xB8\xB1\xE0\xB8\xAA\xE0\xB8\x94\xE0\xB8\xB5",            // 5 สวัสดี
    "party \xF0\x9F\x8E\x89\xF0\x9F\x8E\x89 \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80", // 6 🎉🎉 👩‍🚀
    "\xC3\x9C"
    "BER STRASSE Caf\xC3\xA9", // 7 ÜBER STRASSE Café
    "Stra\xC3\x9F"
    "e",                                    // 8 Straße
    std::string("before\0after nul", 16),   // 9
    "broken \xff\xfe bytes here",           // 10
    "NEAR(quick fox) OR AND NOT body:fox",  // 11
    "\xEF\xBC\xA1\xEF\xBC\xA2\xEF\xBC\xA3", // 12 ＡＢＣ (full width)
};

std::unique_ptr<SqliteStore> store_of_texts(const TempFolder& folder) {
  auto store = open_store(folder / "tincan.db");
  std::uint64_t id = 0;
  for (const auto& text : texts) store->append(incoming(++id, text));
  must_commit(*store);
  return store;
}

} // namespace

TEST_CASE("a search finds all messages that hold all its words", "[store][search]") {
  const TempFolder folder;
  const auto store = store_of_texts(folder);
  CHECK(found_ids(*store, "quick") == Ids{1, 2, 11});
  CHECK(found_ids(*store, "QUICK fox") == Ids{1, 11});
  CHECK(found_ids(*store, "fox brown \t quick") == Ids{1});
  CHECK(found_ids(*store, "rown") == Ids{1}); // within words too
  CHECK(found_ids(*store, "quick absent").empty());
  CHECK(found_ids(*store, "red").empty()); // the team is not searched
  CHECK(found_ids(*store, "  \t ").size() == texts.size());
}

TEST_CASE("words of one or two characters are found, also beside longer ones", "[store][search]") {
  const TempFolder folder;
  const auto store = store_of_texts(folder);
  CHECK(found_ids(*store, "x") == Ids{1, 11});
  CHECK(found_ids(*store, "ox") == Ids{1, 11});
  CHECK(found_ids(*store, "quick Th") == Ids{1});
  CHECK(found_ids(*store, "%") == Ids{2});
  CHECK(found_ids(*store, "_") == Ids{2});
  CHECK(found_ids(*store, "\"") == Ids{2});
  CHECK(found_ids(*store, "*") == Ids{2});
}

TEST_CASE("Chinese, Japanese, Thai and emoji are found", "[store][search]") {
  const TempFolder folder;
  const auto store = store_of_texts(folder);
  CHECK(found_ids(*store, "\xE5\xA4\xA9") == Ids{3});                                     // 天
  CHECK(found_ids(*store, "\xE5\xA4\xA9\xE6\xB0\x94") == Ids{3});                         // 天气
  CHECK(found_ids(*store, "\xE4\xBB\x8A\xE5\xA4\xA9\xE5\xA4\xA9\xE6\xB0\x94") == Ids{3}); // 今天天气
  CHECK(found_ids(*store, "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E") == Ids{4});             // 日本語
  CHECK(found_ids(*store, "\xE6\x97\xA5\xE3\x80\x80\xE8\xA9\xB1") == Ids{4});         // 日　話 (ideographic space)
  CHECK(found_ids(*store, "\xE0\xB8\xAA\xE0\xB8\x94\xE0\xB8\xB5") == Ids{5});         // สดี
  CHECK(found_ids(*store, "\xF0\x9F\x8E\x89") == Ids{6});                             // 🎉
  CHECK(found_ids(*store, "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80") == Ids{6}); // 👩‍🚀
}

TEST_CASE("the case of letters does not matter in any script", "[store][search]") {
  const TempFolder folder;
  const auto store = store_of_texts(folder);
  CHECK(found_ids(*store, "\xC3\xBC"
                          "ber") == Ids{7});          // über
  CHECK(found_ids(*store, "\xC3\x9C") == Ids{7});     // Ü
  CHECK(found_ids(*store, "CAF\xC3\x89") == Ids{7});  // CAFÉ
  CHECK(found_ids(*store, "cafe\xCC\x81") == Ids{7}); // é as two code points
  CHECK(found_ids(*store, "stra\xC3\x9F"
                          "e") == Ids{7, 8}); // straße, as STRASSE
  CHECK(found_ids(*store, "abc") == Ids{12});
}

TEST_CASE("nothing that a user types is syntax", "[store][search]") {
  const TempFolder folder;
  const auto store = store_of_texts(folder);
  CHECK(found_ids(*store, "NEAR(quick") == Ids{11});
  CHECK(found_ids(*store, "body:fox") == Ids{11});
  CHECK(found_ids(*store, "quick OR") == Ids{11});
  CHECK(found_ids(*store, "\"quoted\"") == Ids{2});
  CHECK(found_ids(*store, "100%") == Ids{2});
  CHECK(found_ids(*store, "a_b*c") == Ids{2});
  for (const std::string hostile : {"\"\"\"", "\"", "^quick", "-fox +", "{body}:", "foo* AND", "';DROP TABLE entry;--",
                                    "NEAR(", "(((((", "\\", "\xff\xfe\xff", "%%%", "___", "***"})
    CHECK(store->history({{}, hostile, {}, {}, 20}));
  CHECK(found_ids(*store, "quick").size() == 3);
}

TEST_CASE("the index is asked for the longer words, each between quotes", "[store][search]") {
  const auto expression = [](const std::string& query) { return SearchWords::parse(query)->index_expression(); };
  CHECK(expression("Say \"hi\"x ab NOT") == "\"say\" \"\"\"hi\"\"x\" \"not\"");
  CHECK(expression("ab \xE5\xA4\xA9\xE6\xB0\x94 \xF0\x9F\x8E\x89").empty());
}

TEST_CASE("text beyond a NUL and around broken bytes is found", "[store][search]") {
  const TempFolder folder;
  const auto store = store_of_texts(folder);
  CHECK(found_ids(*store, "after nul") == Ids{9});
  CHECK(found_ids(*store, std::string("fore\0aft", 8)) == Ids{9});
  CHECK(found_ids(*store, "bytes here broken") == Ids{10});
}

TEST_CASE("a search has a longest length", "[store][search]") {
  const TempFolder folder;
  const auto store = store_of_texts(folder);
  const auto refused = store->history({{}, std::string(max_search_bytes + 1, 'x'), {}, {}, 20});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == base::ErrorCode::bad_argument);
  std::string many;
  while (many.size() + 4 <= max_search_bytes) many += "fox ";
  CHECK(found_ids(*store, many) == Ids{1, 11});
  CHECK(found_ids(*store, std::string(max_search_bytes, 'x')).empty());
  store->append(incoming(100, std::string(3000, 'x')));
  must_commit(*store);
  CHECK(found_ids(*store, std::string(max_search_bytes, 'x')) == Ids{100});
}

TEST_CASE("the index is filled when idle, and completed before a search answers", "[store][search]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  for (std::uint64_t id = 1; id <= 50; ++id) store->append(incoming(id, fmt::format("needle {}", id)));
  must_commit(*store);
  CHECK(store->index_some(20) == 20u);
  CHECK(store->index_some(20) == 20u);
  CHECK(found_ids(*store, "needle").size() == 50);
  CHECK(store->index_some(20) == 0u);
  store->append(incoming(51, "needle 51"));
  CHECK(store->index_some(20) == 0u); // not committed yet
  must_commit(*store);
  store.reset();
  store = open_store(folder / "tincan.db");
  CHECK(store->index_some(20) == 1u);
  CHECK(found_ids(*store, "needle 51") == Ids{51});
}

TEST_CASE("pages of a search follow each other without gaps", "[store][search]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  for (std::uint64_t id = 1; id <= 90; ++id) store->append(incoming(id, id % 3 == 0 ? "needle" : "hay"));
  must_commit(*store);
  for (const std::string words : {"needle", "ne"}) {
    chat::HistoryQuery query{{}, words, {}, {}, 7};
    Ids seen;
    for (bool has_more = true; has_more;) {
      const auto found = page(*store, query);
      const auto part = ids(found.messages);
      seen.insert(seen.begin(), part.begin(), part.end());
      query.before = found.messages.front().id;
      has_more = found.has_more;
    }
    CHECK(seen.size() == 30);
    CHECK(ids(page(*store, {{}, words, {}, base::EntryId{9}, 2}).messages) == Ids{12, 15});
  }
}

TEST_CASE("an index whose damage is noticed hides nothing", "[store][search]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  { found_ids(*store_of_texts(folder), "quick"); }
  change_by_sql(file, "DELETE FROM entry_text_data WHERE id = 10");
  auto store = open_store(file);
  CHECK(found_ids(*store, "quick") == Ids{1, 2, 11});
  store.reset();
  change_by_sql(file, "UPDATE meta SET value = 9000000000000000000");
  store = open_store(file);
  store->append(incoming(50, "quick again"));
  must_commit(*store);
  CHECK(found_ids(*store, "again") == Ids{50});
}
