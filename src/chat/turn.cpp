#include "tincan/chat/turn.hpp"

namespace tincan::chat {

void Turn::act(Effect effect) { effects_.push_back(std::move(effect)); }

} // namespace tincan::chat
