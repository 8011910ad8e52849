#include "tincan/chat/turn.hpp"

namespace tincan::chat {

void Turn::act(Effect effect) { effects_.push(std::move(effect)); }

} // namespace tincan::chat
