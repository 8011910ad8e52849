#include "tincan/app/qr.hpp"

#include "tincan/base/unicode.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using namespace tincan::app;

namespace {

const std::string address = "ybndrfg8ejkmcpqxot1uwisza345h769ybndrfg8ejkmcpqxot1u@192.168.100.200:65535";

using Modules = std::vector<std::string>; // 'x' dark, '.' light

Modules modules_of_ascii(const std::vector<std::string>& lines) {
  Modules rows;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t i = 0; i < line.size(); i += 2) row += line[i] == '#' ? 'x' : '.';
    rows.push_back(row);
  }
  return rows;
}

// Of half blocks; `inked` is what a drawn half means.
Modules modules_of_blocks(const std::vector<std::string>& lines, char inked, char blank) {
  Modules rows;
  for (std::string_view line : lines) {
    if (line.starts_with("\x1b")) {
      line.remove_prefix(line.find('m') + 1);
      line = line.substr(0, line.find("\x1b"));
    }
    std::string upper;
    std::string lower;
    for (std::size_t at = 0; at < line.size(); at = base::next_grapheme(line, at)) {
      const auto cell = line.substr(at, base::next_grapheme(line, at) - at);
      upper += cell == "█" || cell == "▀" ? inked : blank;
      lower += cell == "█" || cell == "▄" ? inked : blank;
    }
    rows.push_back(upper);
    rows.push_back(lower);
  }
  return rows;
}

} // namespace

TEST_CASE("A ticket's code is drawn in capitals, so that it fits into 80 columns") {
  const std::string ticket = "tincan:" + std::string(431, 'y'); // of one member with four addresses
  const auto width = [](const std::vector<std::string>& lines) { return base::display_width(lines.front()); };
  CHECK(width(qr_lines(ticket, QrForm::blocks).value()) > 80);
  const auto lines = ticket_qr_lines(ticket, QrForm::blocks, 80);
  CHECK(lines.size() > 30);
  CHECK(width(lines) <= 80);
  const auto narrow = ticket_qr_lines(ticket, QrForm::blocks, 60);
  REQUIRE(narrow.size() == 1);
  CHECK(narrow.front().find("this terminal 60") != std::string::npos);
}

TEST_CASE("A code has three finders, and four light modules all around") {
  const auto rows = modules_of_ascii(qr_lines(address, QrForm::ascii).value());
  const auto size = rows.size();
  for (const auto& row : rows) REQUIRE(row.size() == size);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t edge = 0; edge < qr_quiet_modules; ++edge) {
      CHECK(rows[edge][i] == '.');
      CHECK(rows[i][edge] == '.');
      CHECK(rows[size - 1 - edge][i] == '.');
      CHECK(rows[i][size - 1 - edge] == '.');
    }
  const auto has_finder = [&](std::size_t row, std::size_t column) {
    const Modules finder{"xxxxxxx", "x.....x", "x.xxx.x", "x.xxx.x", "x.xxx.x", "x.....x", "xxxxxxx"};
    for (std::size_t i = 0; i < finder.size(); ++i)
      if (rows[row + i].substr(column, finder.size()) != finder[i]) return false;
    return true;
  };
  CHECK(has_finder(qr_quiet_modules, qr_quiet_modules));
  CHECK(has_finder(qr_quiet_modules, size - qr_quiet_modules - 7));
  CHECK(has_finder(size - qr_quiet_modules - 7, qr_quiet_modules));
  CHECK_FALSE(has_finder(size - qr_quiet_modules - 7, size - qr_quiet_modules - 7));
}

TEST_CASE("All three forms are the same code, and it fits a terminal of 80 columns and 24 rows") {
  auto rows = modules_of_ascii(qr_lines(address, QrForm::ascii).value());
  const auto coloured = qr_lines(address, QrForm::coloured).value();
  const auto blocks = qr_lines(address, QrForm::blocks).value();
  auto from_colours = modules_of_blocks(coloured, 'x', '.');
  auto from_blocks = modules_of_blocks(blocks, '.', 'x');
  from_colours.resize(rows.size()); // half a row stands beyond the end
  from_blocks.resize(rows.size());
  CHECK(from_colours == rows);
  CHECK(from_blocks == rows);
  CHECK(blocks.size() <= 24);
  for (const auto& line : blocks) CHECK(base::display_width(line) <= 80);
  for (const auto& line : coloured) {
    CHECK(line.starts_with("\x1b[38;5;16;48;5;231m"));
    CHECK(line.ends_with("\x1b[0m"));
  }
}

TEST_CASE("Another text is another code, and one that no code can hold is an error") {
  CHECK(qr_lines("a", QrForm::ascii).value() != qr_lines("b", QrForm::ascii).value());
  const auto none = qr_lines(std::string(10'000, 'x'), QrForm::ascii);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == base::ErrorCode::limit);
}
