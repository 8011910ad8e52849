// Who may do what in a room, at one place of a replay. The sentences are for whoever wants to do it.
#include "tincan/chat/room_replay.hpp"

#include <algorithm>

namespace tincan::chat {

namespace {

using Phase = RoomMember::Phase;

bool is_in(const RoomMember* member, Phase phase) { return member != nullptr && member->phase == phase; }
bool is_present(const RoomMember* member) { return is_in(member, Phase::present); }

constexpr std::string_view no_objection{};
constexpr std::string_view outsider = "you are not in this room";
constexpr std::string_view moderators_only = "only the creator and the moderators of this room may do that";
constexpr std::string_view unknown_member = "nobody of that key is in this room";
constexpr std::string_view muted = "you are muted in this room";
constexpr std::string_view not_over_creator = "nobody has power over the creator of a room";

} // namespace

std::string_view RoomReplay::refusal(const base::PublicKey& author, const wire::RoomChange& change) const {
  const base::PublicKey* subject = nullptr;
  if (const auto* admit = std::get_if<wire::Admit>(&change)) subject = &admit->member;
  if (const auto* role = std::get_if<wire::SetRole>(&change)) subject = &role->member;
  if (const auto* removal = std::get_if<wire::Remove>(&change)) subject = &removal->member;
  if (const auto* mute = std::get_if<wire::Mute>(&change)) subject = &mute->member;
  return refusal(Case{author, member(author), subject == nullptr ? nullptr : member(*subject)}, change);
}

std::string_view RoomReplay::refusal(const Case& c, const wire::RoomChange& change) const {
  const auto is_newcomer = std::holds_alternative<wire::Join>(change);
  if (!is_newcomer && !is_present(c.author)) return outsider;
  return std::visit([&](const auto& one) { return refusal_of(c, one); }, change);
}

bool RoomReplay::has_right_to_moderate(const Case& c) const { return c.author->role >= Role::moderator; }

bool RoomReplay::knows_removals(const Case& c, const std::vector<wire::EntryRef>& knows) const {
  if (c.subject == nullptr) return true;
  const auto& removals = c.subject->removals;
  return std::all_of(removals.begin(), removals.end(), [&](const wire::EntryRef& removal) {
    return std::find(knows.begin(), knows.end(), removal) != knows.end();
  });
}

std::string_view RoomReplay::refusal_of(const Case&, const std::monostate&) const {
  return "this program is too old for that";
}
std::string_view RoomReplay::refusal_of(const Case&, const wire::Genesis&) const { return "a room is founded once"; }

std::string_view RoomReplay::refusal_of(const Case& c, const wire::Admit& admit) const {
  const auto is_strict = reading_ == Reading::strict;
  if (is_strict && c.author->is_muted && !has_right_to_moderate(c)) return muted;
  if (is_in(c.subject, Phase::removed) && !has_right_to_moderate(c))
    return "that member was removed: only the creator and the moderators may let it in again";
  if (is_in(c.subject, Phase::removed) && admit.ticket) return "whoever was removed needs an invitation, not a ticket";
  if (!knows_removals(c, admit.knows)) return "that member was removed meanwhile";
  if (is_present(c.subject) || is_in(c.subject, Phase::invited)) return "that one is in this room or invited already";
  if (!admit.ticket) return no_objection;
  const auto ticket = tickets_.find(*admit.ticket);
  if (ticket == tickets_.end()) return "nobody of this room made that ticket";
  return is_strict && ticket->second.used >= ticket->second.ticket.uses ? "that ticket is used up" : no_objection;
}

std::string_view RoomReplay::refusal_of(const Case& c, const wire::Join&) const {
  if (is_present(c.author) || is_in(c.author, Phase::invited))
    return no_objection; // one who is present changes its name
  if (is_in(c.author, Phase::removed))
    return "you were removed from this room: its creator or a moderator may let you in again";
  return is_private_ ? "this room is private: a member must invite you" : no_objection;
}

std::string_view RoomReplay::refusal_of(const Case&, const wire::Leave&) const { return no_objection; }
std::string_view RoomReplay::refusal_of(const Case&, const wire::Epoch&) const { return no_objection; }

std::string_view RoomReplay::refusal_of(const Case& c, const wire::SetRole& change) const {
  if (!has_right_to_moderate(c)) return moderators_only;
  if (!is_present(c.subject) && !is_in(c.subject, Phase::invited)) return unknown_member;
  if (c.subject->key == creator_) return not_over_creator;
  if (change.role != Role::member && change.role != Role::moderator) return "a room has one creator";
  if (!knows_removals(c, change.knows)) return "that member was removed meanwhile";
  if (c.subject->role == change.role && (reading_ == Reading::strict || change.role == Role::member))
    return "that member has that role already";
  if (change.role == Role::member && c.author->role != Role::creator && c.author != c.subject)
    return "only the creator may take the role of another moderator";
  return no_objection;
}

std::string_view RoomReplay::refusal_of(const Case& c, const wire::Remove&) const {
  if (!has_right_to_moderate(c)) return moderators_only;
  if (c.subject == nullptr) return unknown_member;
  if (c.subject->key == creator_) return not_over_creator;
  if (c.subject->phase == Phase::removed && c.subject->changed_by == c.author_key)
    return "you removed that member already";
  if (c.subject == c.author) return "whoever wants to go leaves: nobody removes itself";
  return no_objection;
}

std::string_view RoomReplay::refusal_of(const Case& c, const wire::Mute& mute) const {
  if (!has_right_to_moderate(c)) return moderators_only;
  if (c.subject == nullptr || c.subject->phase == Phase::removed) return unknown_member;
  if (c.subject->key == creator_) return not_over_creator;
  if (c.subject == c.author) return "nobody mutes or unmutes itself";
  if (c.subject->is_muted == mute.is_muted)
    return mute.is_muted ? "that member is muted already" : "that member is not muted";
  if (mute.is_muted && c.subject->role != Role::member && c.author->role != Role::creator)
    return "only the creator may mute a moderator";
  return no_objection;
}

std::string_view RoomReplay::refusal_of(const Case& c, const wire::Topic&) const {
  if (has_right_to_moderate(c)) return no_objection;
  if (has_topic_) return moderators_only;
  return c.author->is_muted ? muted : no_objection;
}

std::string_view RoomReplay::refusal_of(const Case& c, const wire::Ticket& ticket) const {
  if (tickets_.count(ticket.key) != 0) return "there is such a ticket already";
  const auto is_kept_out = reading_ == Reading::strict && c.author->is_muted && !has_right_to_moderate(c);
  return is_kept_out ? muted : no_objection;
}

std::string_view RoomReplay::refusal_of(const Case& c, const wire::RevokeTicket& revoked) const {
  const auto ticket = tickets_.find(revoked.key);
  if (ticket == tickets_.end()) return "there is no such ticket";
  if (ticket->second.is_revoked) return "that ticket is revoked already";
  return has_right_to_moderate(c) || ticket->second.author == c.author_key ? no_objection : moderators_only;
}

} // namespace tincan::chat
