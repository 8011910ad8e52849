// All links by number, and who has to go when there are too many: of the address with the most accepted links the one
// that has been silent longest, those that never said a word before others. Owned by the driver; I/O thread.
#pragma once

#include "tincan/net/link.hpp"

#include <list>
#include <map>
#include <set>
#include <unordered_map>

namespace tincan::net {

// Each costs us about 1.5 kB in clear and 22 kB inside TLS, and the kernel more: 10,000 tincans, within 280 MB.
inline constexpr std::size_t max_accepted_links = 12'288;
inline constexpr std::size_t max_accepted_per_address = 1024; // a hall behind one address translator
inline constexpr std::size_t spare_descriptors = 192;         // for dials (128), the database, the terminal, libraries

class LinkTable {
public:
  explicit LinkTable(std::size_t max_accepted = max_accepted_links) : max_accepted_(max_accepted) {}

  void add(const std::shared_ptr<Link>& link);
  void remove(base::LinkId link);
  std::shared_ptr<Link> find(base::LinkId link) const;
  void heard(const Link& link); // it counts as lately used

  // The link that must go before one more from `address` is accepted; null when there is room.
  std::shared_ptr<Link> surplus_for(const base::Address& address) const;
  std::vector<std::shared_ptr<Link>> all() const; // the oldest first
  std::size_t size() const { return entries_.size(); }

private:
  using Order = std::list<base::LinkId>; // longest silent first
  struct Host {
    Order wordless, spoken;
    std::size_t count() const { return wordless.size() + spoken.size(); }
  };
  struct Entry {
    std::shared_ptr<Link> link;
    Order::iterator place;
    bool is_wordless = true;
  };
  void recount(const base::Address& address, std::size_t before, std::size_t after);
  std::shared_ptr<Link> longest_silent(const Host& host) const;

  std::size_t max_accepted_;
  std::size_t accepted_ = 0;
  std::unordered_map<base::LinkId, Entry> entries_;
  std::unordered_map<base::Address, Host> hosts_;
  std::set<std::pair<std::size_t, base::Address>> by_count_;
};

} // namespace tincan::net
