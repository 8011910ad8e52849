// The options as text, before they are checked: where they come from does not matter then. Values; made in main by
// options.cpp.
#pragma once

#include "tincan/app/options.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tincan::app {

struct RawOptions {
  std::string team, ip, port, mandatory_text, profile, config, data_dir, classic, tell_read, bell, web, web_port;
  std::vector<std::string> mandatory;
  bool plain = false, no_classic = false, tells_read = false, no_bell = false, wants_web = false, opens_browser = false;
};

// Those that may also stand in the environment and in the config file.
const std::vector<std::pair<const char*, std::string RawOptions::*>>& shared_options();

std::string from_environment(const char* name);  // empty when it is not set
void fill_from_environment(RawOptions& options); // what was not given yet
// Errors: bad_argument with what is wrong. Mode and config_file are not touched.
base::Result<Options> checked(const RawOptions& options);

} // namespace tincan::app
