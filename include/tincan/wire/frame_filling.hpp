// How values become fields of protobuf messages. Used by src/wire/frame*.cpp only; it does not see protobuf itself. Any
// thread.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/wire/log_entry.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tincan::wire {

// Zero stands for what need not be said.
template<class Value> std::string_view said(const Value& value) {
  return value.is_zero() ? std::string_view{} : value.view();
}

inline void assign(std::string* to, std::string_view from) {
  if (!from.empty()) to->assign(from);
}

template<class Repeated> void fill_endpoints(Repeated& to, const std::vector<base::Endpoint>& endpoints) {
  for (const auto& endpoint : endpoints) {
    const auto& bytes = endpoint.address.bytes();
    auto& added = *to.Add();
    added.mutable_address()->assign(bytes.begin(), bytes.begin() + (endpoint.address.is_v4() ? 4 : 16));
    added.set_port(endpoint.port);
  }
}

template<class Message> void fill_ref(Message& to, const EntryRef& ref) {
  to.mutable_author()->assign(ref.author.view());
  to.set_seq(ref.seq);
  to.mutable_hash()->assign(ref.hash.view());
}

} // namespace tincan::wire
