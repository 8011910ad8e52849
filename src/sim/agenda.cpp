#include "tincan/sim/agenda.hpp"

namespace tincan::sim {

void Agenda::run_until(Tick end) {
  while (!items_.empty() && items_.begin()->first <= end) {
    const auto next = items_.extract(items_.begin());
    now_ = next.key();
    next.mapped()();
  }
  now_ = end;
}

} // namespace tincan::sim
