#include "tincan/app/modes.hpp"

#include "tincan/base/text.hpp"

#include <csignal>
#include <exception>
#include <iostream>

namespace {

int run(const tincan::app::Options& options) {
  if (std::holds_alternative<tincan::app::RunConsole>(options.mode)) return run_console(options);
  if (const auto* listen = std::get_if<tincan::app::RunListen>(&options.mode)) return run_listen(options, *listen);
  if (const auto* id = std::get_if<tincan::app::RunId>(&options.mode)) return run_id(options, *id);
  if (const auto* selftest = std::get_if<tincan::app::RunSelftest>(&options.mode))
    return run_selftest(options, *selftest);
  return run_one_shot(options);
}

} // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is a full disk, not an end
  try {
    const auto options = tincan::app::read_options(argc, argv);
    if (const auto* exit_code = std::get_if<tincan::app::ExitCode>(&options)) return *exit_code;
    return run(std::get<tincan::app::Options>(options));
  } catch (const std::exception& failure) {
    std::cerr << "tincan: " << tincan::base::SafeText::own(failure.what()).str() << '\n';
    return tincan::app::exit_no_start;
  }
}
