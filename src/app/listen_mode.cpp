#include "tincan/app/lines.hpp"
#include "tincan/app/modes.hpp"
#include "tincan/app/output.hpp"
#include "tincan/app/session.hpp"

namespace tincan::app {

int run_listen(const Options& options, const RunListen& mode) {
  auto session = open_listening(options);
  if (!session) return complain(session.error());
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
