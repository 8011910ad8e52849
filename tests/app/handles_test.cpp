#include "tincan/app/handles.hpp"

#include <catch2/catch.hpp>
#include <thread>

using namespace tincan;
using namespace tincan::app;

TEST_CASE("Lines are numbered from 1, and keep their number") {
  Handles handles;
  CHECK_FALSE(handles.find(1));
  CHECK(handles.give({{12}, {3}}) == 1);
  CHECK(handles.give({{13}, {3}}) == 2);
  CHECK(handles.give({{12}, {3}}) == 1);
  CHECK(handles.find(1)->entry == base::EntryId{12});
  CHECK(handles.find(1)->peer == base::PeerId{3});
  CHECK(handles.find(2)->entry == base::EntryId{13});
  for (const unsigned unknown : {0U, 3U, 999U, 1000U, 4'000'000'000U}) CHECK_FALSE(handles.find(unknown));
}

TEST_CASE("After 999 the numbers begin again, and the newest line wins") {
  Handles handles;
  for (std::uint64_t entry = 1; entry <= max_handle; ++entry) CHECK(handles.give({{entry}, {1}}) == entry);
  CHECK(handles.give({{5000}, {1}}) == 1);
  CHECK(handles.find(1)->entry == base::EntryId{5000});
  CHECK(handles.find(2)->entry == base::EntryId{2});
  CHECK(handles.give({{1}, {1}}) == 2); // it has lost its number, and takes the next
  CHECK(handles.find(2)->entry == base::EntryId{1});
  CHECK(handles.give({{2}, {1}}) == 3);
}

TEST_CASE("A line is typed as its number, with or without brackets, or as its id") {
  CHECK(parse_typed_line("3")->handle == 3);
  CHECK(parse_typed_line("[3]")->handle == 3);
  CHECK(parse_typed_line("999")->handle == 999);
  CHECK(parse_typed_line("#12")->entry == base::EntryId{12});
  CHECK(parse_typed_line("#12")->handle == 0);
  CHECK(parse_typed_line("#18446744073709551615")->entry.value == UINT64_MAX);
  for (const auto* bad : {"",
                          "0",
                          "1000",
                          "-1",
                          "+1",
                          "x",
                          "3x",
                          "[",
                          "]",
                          "[]",
                          "[3",
                          "3]",
                          "#",
                          "#0",
                          "#x",
                          "#-1",
                          "# 1",
                          " 3",
                          "#18446744073709551616",
                          "99999999999999999999",
                          "[#3]",
                          "٣"})
    CHECK_FALSE(parse_typed_line(bad));
}

TEST_CASE("Numbers are given on one thread and looked up on another") {
  Handles handles;
  std::thread giving([&] {
    for (std::uint64_t entry = 1; entry <= 5000; ++entry) handles.give({{entry}, {entry}});
  });
  for (unsigned i = 0; i < 5000; ++i)
    if (const auto line = handles.find(i % max_handle + 1)) CHECK(line->entry.value == line->peer.value);
  giving.join();
}
