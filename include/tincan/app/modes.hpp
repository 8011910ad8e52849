// The ways in which the program runs: with a menu, headless, or for a single command. Each runs on main's thread and
// gives the exit code.
#pragma once

#include "tincan/app/options.hpp"

namespace tincan::app {

int run_console(const Options& options);
int run_listen(const Options& options, const RunListen& mode);
int run_id(const Options& options, const RunId& mode);
int run_selftest(const Options& options, const RunSelftest& mode);
int run_one_shot(const Options& options); // every other command

} // namespace tincan::app
