// The simulator's network, under the names by which the simulation of plain text knows it.
#pragma once

#include "tincan/sim/network.hpp"

namespace tincan::chat::sim {

using tincan::sim::Agenda;
using tincan::sim::Dice;
using tincan::sim::Host;
using tincan::sim::Mark;
using tincan::sim::marks_in;
using tincan::sim::Millis;
using tincan::sim::Network;
using tincan::sim::Socket;
using tincan::sim::Tick;
using tincan::sim::written;

} // namespace tincan::chat::sim
