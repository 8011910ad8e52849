#include "tincan/app/contact_lines.hpp"
#include "tincan/app/modes.hpp"
#include "tincan/app/output.hpp"
#include "tincan/app/qr.hpp"
#include "tincan/app/session.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/chat/json.hpp"
#include "tincan/store/identity.hpp"
#include "tincan/store/profile.hpp"

#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

namespace tincan::app {

namespace {

QrForm qr_form(const Options& options) { return fitting_qr_form(::isatty(STDOUT_FILENO) == 1 && options.colour); }

// True when nobody is there to ask.
bool is_agreed() {
  if (::isatty(STDIN_FILENO) != 1) return true;
  std::cerr << "With a new key everybody who knows you must decide again whether it is you, and what waits for you\n"
               "under the old key does not arrive. The old key is kept aside. Make a new key? (y/N) ";
  std::string answer;
  std::getline(std::cin, answer);
  answer = base::fold_case(base::trim(answer));
  return answer == "y" || answer == "yes";
}

// The profile must be nobody else's meanwhile.
int renew(const Options& options) {
  const auto profile = store::Profile::open(options.data_dir, options.profile);
  if (!profile) return complain(profile.error());
  if (!is_agreed()) {
    std::cerr << "tincan: the key was not changed\n";
    return exit_no_start;
  }
  const auto renewed = store::Identity::renew(profile->identity_path());
  return renewed ? exit_done : complain(renewed.error());
}

int print_qr(const Options& options, const chat::Identity& identity) {
  if (identity.endpoints.empty()) return exit_done;
  const auto lines = qr_lines(address_to_share(identity.key, identity.endpoints.front()), qr_form(options));
  if (!lines) return complain(lines.error());
  for (const auto& line : *lines) std::cout << line << '\n';
  return exit_done;
}

} // namespace

int run_id(const Options& options, const RunId& mode) {
  if (mode.renew)
    if (const int code = renew(options); code != exit_done) return code;
  auto session = open_session(options, Purpose::looks);
  if (!session) return complain(session.error());
  Output output(mode.json ? Output::Form::json : Output::Form::text);
  int code = exit_undelivered;
  (*session)->submit(chat::Identify{});
  while (const auto line = (*session)->next_line(std::nullopt)) {
    const auto event = chat::event_from_json(*line);
    if (event && (std::holds_alternative<chat::Done>(*event) || std::holds_alternative<chat::Failed>(*event))) break;
    output.write(*line);
    output.flush();
    const auto* identity = event ? std::get_if<chat::Identity>(&*event) : nullptr;
    if (identity) code = mode.qr && !mode.json ? print_qr(options, *identity) : exit_done;
  }
  (*session)->leave();
  return code;
}

} // namespace tincan::app
