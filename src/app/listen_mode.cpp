#include "tincan/app/lines.hpp"
#include "tincan/app/modes.hpp"
#include "tincan/app/output.hpp"
#include "tincan/app/page_link.hpp"
#include "tincan/app/session.hpp"
#include "tincan/store/profile.hpp"

#include <iostream>

namespace tincan::app {

namespace {

std::filesystem::path folder_of(const Options& options) {
  return store::profile_socket_path(options.data_dir, options.profile).parent_path();
}

base::Result<void> tell_page(const Options& options, bool as_json) {
  const auto link = page_link(folder_of(options));
  if (!link) return tl::unexpected(link.error());
  std::cout << (as_json ? json_of(*link) : sentence_of(*link)) << std::endl;
  if (options.opens_browser)
    if (const auto opened = open_browser(folder_of(options)); !opened) complain(opened.error());
  return {};
}

} // namespace

int run_listen(const Options& options, const RunListen& mode) {
  if (mode.is_for_page && is_running(options)) {
    const auto told = tell_page(options, mode.json);
    return told ? exit_done : complain(told.error());
  }
  auto session = open_listening(options);
  if (!session) return complain(session.error());
  if (options.serves_page && (*session)->is_own())
    if (const auto told = tell_page(options, mode.json); !told) return complain(told.error());
  Output output(mode.json ? Output::Form::json : Output::Form::text);
  if (!mode.json) { // lines said in rooms are told with the rooms' names
    output.learn_rooms();
    (*session)->submit(chat::ListRooms{});
  }
  while (!(*session)->is_over() && output.is_open()) {
    for (auto line = (*session)->next_line(std::nullopt); line; line = (*session)->next_line(Session::at_once()))
      output.write(*line);
    output.flush();
  }
  (*session)->leave();
  while (const auto line = (*session)->next_line(Session::at_once())) output.write(*line);
  return exit_done;
}

} // namespace tincan::app
