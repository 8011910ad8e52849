// What has to be known before a peer can run: taken from the options, asked for where a person is there to answer, and
// remembered. Console thread.
#pragma once

#include "tincan/app/engine.hpp"
#include "tincan/app/options.hpp"
#include "tincan/term/console.hpp"

#include <optional>

namespace tincan::app {

// Asks for team, address and port as far as the options lack them, checks each answer at once, and remembers the
// answers in the config file. None: the person left (Ctrl-C, end of input). Errors: what was given cannot be used.
base::Result<std::optional<EngineOptions>> ask_for_identity(const Options& options, term::Console& console);
// The same without asking: what is missing gets its default. Port: usual_port.
base::Result<EngineOptions> default_identity(const Options& options);

} // namespace tincan::app
