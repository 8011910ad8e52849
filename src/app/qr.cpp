#include "tincan/app/qr.hpp"

#include "tincan/base/unicode.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <memory>
#include <qrencode.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace tincan::app {

namespace {

// By number, so that no theme changes them.
constexpr const char* black_on_white = "\x1b[38;5;16;48;5;231m";
constexpr const char* usual_colours = "\x1b[0m";

class Symbol {
public:
  explicit Symbol(const std::string& text)
      : code_(QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_L, QR_MODE_8, 1), QRcode_free) {}
  bool exists() const { return code_ != nullptr; }
  std::size_t size() const { return static_cast<std::size_t>(code_->width) + 2 * qr_quiet_modules; }
  bool is_dark(std::size_t row, std::size_t column) const {
    const auto width = static_cast<std::size_t>(code_->width);
    row -= qr_quiet_modules; // what lies before becomes huge
    column -= qr_quiet_modules;
    return row < width && column < width && (code_->data[row * width + column] & 1U) != 0;
  }

private:
  std::unique_ptr<QRcode, decltype(&QRcode_free)> code_;
};

const char* half_block(bool upper, bool lower) {
  if (upper) return lower ? "█" : "▀";
  return lower ? "▄" : " ";
}

std::string block_row(const Symbol& symbol, std::size_t row, bool draws_dark) {
  std::string line;
  for (std::size_t column = 0; column < symbol.size(); ++column)
    line += half_block(symbol.is_dark(row, column) == draws_dark, symbol.is_dark(row + 1, column) == draws_dark);
  return line;
}

std::string ascii_row(const Symbol& symbol, std::size_t row) {
  std::string line;
  for (std::size_t column = 0; column < symbol.size(); ++column) line += symbol.is_dark(row, column) ? "##" : "  ";
  return line;
}

bool speaks_utf8() {
  for (const auto* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (!value || !*value) continue;
    const auto locale = base::fold_case(value);
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return false;
}

} // namespace

QrForm fitting_qr_form(bool may_colour) {
  if (!speaks_utf8()) return QrForm::ascii;
  return may_colour ? QrForm::coloured : QrForm::blocks;
}

base::Result<std::vector<std::string>> qr_lines(const std::string& text, QrForm form) {
  const Symbol symbol(text);
  if (!symbol.exists()) return base::fail(base::ErrorCode::limit, "that text is too long for a QR code");
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < symbol.size(); row += form == QrForm::ascii ? 1 : 2) {
    if (form == QrForm::ascii)
      lines.push_back(ascii_row(symbol, row));
    else if (form == QrForm::blocks)
      lines.push_back(block_row(symbol, row, false));
    else
      lines.push_back(black_on_white + block_row(symbol, row, true) + usual_colours);
  }
  return lines;
}

std::vector<std::string> ticket_qr_lines(const std::string& ticket, QrForm form, int columns) {
  std::string capitals = ticket;
  for (auto& c : capitals)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  const Symbol symbol(capitals);
  if (!symbol.exists()) return {"This ticket is too long for a QR code."};
  const auto width = symbol.size() * (form == QrForm::ascii ? 2 : 1);
  if (columns > 0 && width > static_cast<std::size_t>(columns))
    return {
        fmt::format("Its QR code is {} columns wide, and this terminal {}: ask again in a wider one.", width, columns)};
  return qr_lines(capitals, form).value();
}

int terminal_columns() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

} // namespace tincan::app
