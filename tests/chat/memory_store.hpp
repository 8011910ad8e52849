// The simulator's store, under the name by which the tests of the heart know it.
#pragma once

#include "tincan/sim/memory_store.hpp"

namespace tincan::chat::test {

using tincan::sim::FixedEntropy;
using tincan::sim::MemoryStore;

} // namespace tincan::chat::test
