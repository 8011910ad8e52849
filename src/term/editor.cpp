#include "tincan/term/editor.hpp"

#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <utility>

namespace tincan::term {

namespace {

// The longest beginning that all have in common, of whole clusters.
std::string_view common_beginning(const std::vector<std::string>& candidates) {
  std::string_view common = candidates.front();
  for (std::string_view other : candidates) {
    const auto limit = std::min(common.size(), other.size());
    std::size_t same = 0;
    for (auto end = base::next_grapheme(common, 0); same < limit; end = base::next_grapheme(common, same)) {
      if (base::next_grapheme(other, same) != end || common.substr(same, end - same) != other.substr(same, end - same))
        break;
      same = end;
    }
    common = common.substr(0, same);
  }
  return common;
}

std::string without_final_line_ends(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

bool is_control(const Key& key, char letter) { return key.code == KeyCode::control && key.text[0] == letter; }

} // namespace

void Editor::set_line(std::string_view text) {
  line_.set(text);
  history_.leave();
  search_.reset();
  before_ = Before::other;
}

std::optional<std::string> Editor::search_label() const {
  if (!search_) return std::nullopt;
  return (search_->failed ? "(nothing with '" : "(search '") + search_->query + "') ";
}

Happened Editor::handle(const Key& key) {
  if (search_) {
    if (auto happened = handle_search(key)) return *happened;
    leave_search(true);
  }
  now_ = Before::other;
  auto happened = key.alt ? handle_alt(key) : handle_other(key);
  before_ = now_;
  return happened;
}

// Nullopt when the key ends the search and then does its own work.
std::optional<Happened> Editor::handle_search(const Key& key) {
  if (key.code == KeyCode::text && !key.alt) {
    search_->query += key.text;
    find(search_->at == history_.size() ? search_->at : search_->at + 1);
  } else if (key.code == KeyCode::backspace && !key.alt) {
    const std::string_view query = search_->query;
    search_->query.resize(base::previous_grapheme(query, query.size()));
    find(history_.size());
  } else if (is_control(key, 'r')) {
    if (!search_->query.empty()) find(search_->at);
  } else if (is_control(key, 'g') || is_control(key, 'c') || key.code == KeyCode::escape) {
    leave_search(false);
  } else if (key.code == KeyCode::other || key.code == KeyCode::cursor_report) {
    return Happened{};
  } else {
    return std::nullopt;
  }
  return Happened{search_ && search_->failed ? What::refused : What::changed};
}

void Editor::find(std::size_t before) {
  if (search_->query.empty()) {
    search_->at = history_.size();
    search_->failed = false;
    line_.set(search_->line);
    return line_.move_to(search_->cursor);
  }
  const auto found = history_.find(search_->query, before);
  search_->failed = !found;
  if (!found) return;
  search_->at = found->index;
  line_.set(history_.at(found->index));
  line_.move_to(found->offset);
}

void Editor::leave_search(bool keep_found) {
  const auto search = std::exchange(search_, std::nullopt);
  if (keep_found) return;
  line_.set(search->line);
  line_.move_to(search->cursor);
}

Happened Editor::handle_other(const Key& key) {
  switch (key.code) {
  case KeyCode::text: return type(key);
  case KeyCode::control: return handle_control(key.text[0]);
  case KeyCode::enter: return enter();
  case KeyCode::tab: return complete(before_ == Before::tab);
  case KeyCode::backspace: return erase(line_.left(), line_.cursor());
  case KeyCode::remove: return erase(line_.cursor(), key.ctrl ? line_.word_right() : line_.right());
  case KeyCode::left: return move(key.ctrl ? line_.word_left() : line_.left());
  case KeyCode::right: return move(key.ctrl ? line_.word_right() : line_.right());
  case KeyCode::up: return show(history_.older(line_.text()));
  case KeyCode::down: return show(history_.newer());
  case KeyCode::home: return move(0);
  case KeyCode::end: return move(line_.text().size());
  case KeyCode::paste: return paste(key);
  case KeyCode::escape:
  case KeyCode::cursor_report:
  case KeyCode::other: break;
  }
  now_ = before_;
  return {};
}

Happened Editor::handle_control(char letter) {
  const auto size = line_.text().size();
  switch (letter) {
  case 'a': return move(0);
  case 'b': return move(line_.left());
  case 'c': take_line(); return {What::cancelled};
  case 'd': return line_.text().empty() ? Happened{What::ended} : erase(line_.cursor(), line_.right());
  case 'e': return move(size);
  case 'f': return move(line_.right());
  case 'k': return kill(line_.cursor(), size);
  case 'l': return {What::clear_screen};
  case 'n': return show(history_.newer());
  case 'p': return show(history_.older(line_.text()));
  case 'r': search_ = Search{{}, history_.size(), false, line_.text(), line_.cursor()}; return {};
  case 't': return transpose();
  case 'u': return kill(0, line_.cursor());
  case 'w': return kill(line_.blank_left(), line_.cursor());
  case 'y': return yank(false);
  case 'z': return {What::suspend};
  case '_': return {line_.undo() ? What::changed : What::refused};
  default: return {};
  }
}

Happened Editor::handle_alt(const Key& key) {
  if (key.code == KeyCode::backspace) return kill(line_.word_left(), line_.cursor());
  if (key.code == KeyCode::left) return move(line_.word_left());
  if (key.code == KeyCode::right) return move(line_.word_right());
  if (key.code != KeyCode::text) return handle_other(key);
  if (key.text == "b") return move(line_.word_left());
  if (key.text == "f") return move(line_.word_right());
  if (key.text == "d") return kill(line_.cursor(), line_.word_right());
  if (key.text == "y") return yank(true);
  return {};
}

Happened Editor::type(const Key& key) {
  return {line_.insert(key.text, LineBuffer::Change::typing) ? What::changed : What::refused};
}

Happened Editor::paste(const Key& key) {
  const auto text = without_final_line_ends(key.text);
  if (text.find('\n') != std::string::npos) {
    Happened happened{What::pasted, std::string(line_.before()) + text + std::string(line_.after())};
    take_line();
    return happened;
  }
  const bool whole = line_.insert(text, LineBuffer::Change::other) && !key.cut;
  return {whole ? What::changed : What::cut};
}

Happened Editor::enter() {
  Happened happened{What::entered, take_line()};
  history_.add(happened.text);
  return happened;
}

std::string Editor::take_line() {
  auto text = line_.text();
  set_line({});
  return text;
}

Happened Editor::complete(bool again) {
  if (!completer_) return {What::refused};
  auto [begin, candidates] = completer_(line_.text(), line_.cursor());
  if (candidates.empty() || begin > line_.cursor()) return {What::refused};
  const auto common = common_beginning(candidates);
  if (candidates.size() == 1) return insert_candidate(begin, candidates.front());
  now_ = Before::tab;
  if (again) return {What::listed, {}, std::move(candidates)};
  if (common.size() > line_.cursor() - begin) return insert_candidate(begin, common);
  return {What::refused};
}

Happened Editor::insert_candidate(std::size_t begin, std::string_view candidate) {
  const auto present = line_.before().substr(begin);
  if (present == candidate) return {};
  return {line_.replace(begin, line_.cursor(), candidate) ? What::changed : What::refused};
}

Happened Editor::move(std::size_t to) {
  line_.move_to(to);
  return {};
}

Happened Editor::erase(std::size_t begin, std::size_t end) {
  return {line_.erase(begin, end).empty() ? What::refused : What::changed};
}

Happened Editor::kill(std::size_t begin, std::size_t end) {
  const bool backward = end == line_.cursor() && begin != end;
  auto gone = line_.erase(begin, end);
  if (gone.empty()) return {What::refused};
  now_ = Before::kill;
  if (before_ == Before::kill && !kills_.empty()) {
    kills_.front() = backward ? gone + kills_.front() : kills_.front() + gone;
    return {};
  }
  kills_.push_front(std::move(gone));
  if (kills_.size() > max_kills) kills_.pop_back();
  return {};
}

Happened Editor::yank(bool again) {
  if (kills_.empty() || (again && before_ != Before::yank)) return {What::refused};
  yanked_ = again ? (yanked_ + 1) % kills_.size() : 0;
  if (!again) yank_begin_ = line_.cursor();
  now_ = Before::yank;
  return {line_.replace(yank_begin_, line_.cursor(), kills_[yanked_]) ? What::changed : What::refused};
}

Happened Editor::transpose() {
  if (line_.cursor() == line_.text().size()) line_.move_to(line_.left());
  const auto middle = line_.cursor();
  const auto begin = line_.left();
  const auto end = line_.right();
  if (begin == middle || middle == end) return {What::refused};
  const auto text = std::string_view(line_.text());
  const auto swapped = std::string(text.substr(middle, end - middle)) + std::string(text.substr(begin, middle - begin));
  line_.replace(begin, end, swapped);
  return {};
}

Happened Editor::show(std::optional<std::string> line) {
  if (!line) return {What::refused};
  line_.set(*line);
  return {};
}

} // namespace tincan::term
