#include "tincan/chat/turn.hpp"

namespace tincan::chat {

void Turn::act(Effect effect) { effects_.push(std::move(effect)); }

void Turn::act_now(Effect effect) { early_effects_.push(std::move(effect)); }

} // namespace tincan::chat
