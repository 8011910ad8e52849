// Which room Menu takes a name for.
#include "tincan/app/menu.hpp"

#include "tincan/app/slash_rooms.hpp"
#include "tincan/app/typed_names.hpp"
#include "tincan/base/unicode.hpp"

#include <fmt/format.h>

namespace tincan::app {

namespace {

// "#plans" or "#plans~n66n", and nothing that could mean something to a shell.
bool is_plain_alias(std::string_view alias) {
  alias = without_mark(alias);
  const auto mark = alias.rfind('~');
  const bool has_mark = mark != std::string_view::npos;
  return is_plain_word(alias.substr(0, mark)) &&
         (!has_mark || is_plain_word("_" + std::string(alias.substr(mark + 1))));
}

} // namespace

std::vector<chat::RoomView> Menu::rooms() const {
  return world_.rooms ? world_.rooms() : std::vector<chat::RoomView>{};
}

// By its alias or number; or else by its name, when we are in one room of that name.
std::optional<chat::RoomView> Menu::find_room(std::string_view typed) const {
  if (auto found = find_alias(typed)) return found;
  auto named = rooms_named(typed);
  return named.size() == 1 ? std::optional(std::move(named.front())) : std::nullopt;
}

std::vector<chat::RoomView> Menu::rooms_named(std::string_view typed) const {
  const auto wanted = comparable(without_mark(typed));
  std::vector<chat::RoomView> named;
  for (auto& view : rooms()) {
    const auto name = without_mark(view.alias);
    if (chat::is_alive(view.room.phase) && comparable(name.substr(0, name.rfind('~'))) == wanted)
      named.push_back(std::move(view));
  }
  return named;
}

std::optional<chat::RoomView> Menu::find_alias(std::string_view typed) const {
  const bool is_name = typed.starts_with('#');
  const auto wanted = comparable(without_mark(typed));
  std::optional<chat::RoomView> found;
  for (auto& view : rooms()) {
    const bool is_it = comparable(without_mark(view.alias)) == wanted ||
                       (!is_name && is_number(typed) && std::to_string(view.room.id.value) == typed);
    // Of two, one that we left long ago gives way.
    if (is_it && (!found || chat::is_alive(view.room.phase))) found = std::move(view);
  }
  return found;
}

bool Menu::check_room(std::string_view typed) {
  if (find_room(typed)) return true;
  std::string aliases;
  for (const auto& view : rooms_named(typed)) aliases += (aliases.empty() ? "" : ", ") + view.alias;
  if (!aliases.empty()) {
    complain(fmt::format("several rooms are called “{}”: {}", base::as_typed(typed), aliases));
    return false;
  }
  complain(fmt::format("you are in no room called “{}” (see /rooms; /join comes into one)", base::as_typed(typed)));
  return false;
}

void Menu::follow_name_of_room() {
  if (!room_) return;
  for (const auto& view : rooms()) {
    if (view.room.id != room_) continue;
    if (peer_ == talking_to_) peer_ = view.alias;
    talking_to_ = view.alias;
  }
}

void Menu::offer_rooms(term::Completion& completion, std::string_view word) const {
  if (!word.starts_with('#')) return;
  const auto typed = base::fold_case(word);
  for (const auto& view : rooms())
    if ((chat::is_alive(view.room.phase) || view.room.phase == chat::RoomPhase::invited) &&
        is_plain_alias(view.alias) && base::fold_case(view.alias).starts_with(typed))
      completion.candidates.push_back(view.alias);
}

} // namespace tincan::app
