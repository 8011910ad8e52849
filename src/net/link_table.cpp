#include "tincan/net/link_table.hpp"

#include <algorithm>

namespace tincan::net {

void LinkTable::add(const std::shared_ptr<Link>& link) {
  auto& entry = entries_[link->id()];
  entry.link = link;
  if (!link->is_accepted()) return;
  ++accepted_;
  const auto& address = link->remote().address;
  auto& host = hosts_[address];
  recount(address, host.count(), host.count() + 1);
  entry.place = host.wordless.insert(host.wordless.end(), link->id());
}

void LinkTable::remove(base::LinkId id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  const auto entry = std::move(found->second);
  entries_.erase(found);
  if (!entry.link->is_accepted()) return;
  --accepted_;
  const auto address = entry.link->remote().address;
  auto& host = hosts_.at(address);
  recount(address, host.count(), host.count() - 1);
  (entry.is_wordless ? host.wordless : host.spoken).erase(entry.place);
  if (host.count() == 0) hosts_.erase(address);
}

std::shared_ptr<Link> LinkTable::find(base::LinkId id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : found->second.link;
}

void LinkTable::heard(const Link& link) {
  const auto found = entries_.find(link.id());
  if (found == entries_.end() || !link.is_accepted()) return;
  auto& entry = found->second;
  auto& host = hosts_.at(link.remote().address);
  host.spoken.splice(host.spoken.end(), entry.is_wordless ? host.wordless : host.spoken, entry.place);
  entry.is_wordless = false;
}

std::shared_ptr<Link> LinkTable::surplus_for(const base::Address& address) const {
  const auto own = hosts_.find(address);
  if (own != hosts_.end() && own->second.count() >= max_accepted_per_address) return longest_silent(own->second);
  if (accepted_ < max_accepted_) return nullptr;
  return longest_silent(hosts_.at(by_count_.rbegin()->second));
}

std::shared_ptr<Link> LinkTable::longest_silent(const Host& host) const {
  return find(host.wordless.empty() ? host.spoken.front() : host.wordless.front());
}

std::vector<std::shared_ptr<Link>> LinkTable::all() const {
  std::vector<std::shared_ptr<Link>> result;
  for (const auto& [id, entry] : entries_) result.push_back(entry.link);
  std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a->id() < b->id(); });
  return result;
}

void LinkTable::recount(const base::Address& address, std::size_t before, std::size_t after) {
  by_count_.erase({before, address});
  if (after > 0) by_count_.insert({after, address});
}

} // namespace tincan::net
