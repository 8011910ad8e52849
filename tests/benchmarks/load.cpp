// The load generator of tests/bench:  load MODE HOST:PORT LABEL COUNT [FIRST_SOURCE [SOURCES]]
#include "sender.hpp"

#include <cstdio>
#include <exception>
#include <map>
#include <stdexcept>
#include <sys/resource.h>
#include <vector>

namespace {

using namespace tincan::bench;

const std::map<std::string, bool (*)(const Order&)> modes{
    {"burst", send_at_once}, {"row", send_in_a_row}, {"pace", send_at_a_pace}, {"idle", hold_idle}};

void allow_many_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Order parse(const std::vector<std::string>& words) {
  if (words.size() < 4 || !modes.contains(words[0]))
    throw std::invalid_argument("MODE HOST:PORT LABEL COUNT [FIRST_SOURCE [SOURCES]]");
  if (words[3] == "0") throw std::invalid_argument("COUNT is 0");
  const auto word = [&](std::size_t at, const char* otherwise) { return at < words.size() ? words[at] : otherwise; };
  return {parse_endpoint(words[1]), words[2], std::stoull(words[3]),
          Sources(word(4, "127.0.0.1"), static_cast<std::uint32_t>(std::stoul(word(5, "1"))))};
}

} // namespace

int main(int count, char** values) {
  try {
    const std::vector<std::string> words(values + 1, values + count);
    const auto order = parse(words);
    allow_many_descriptors();
    return modes.at(words[0])(order) ? 0 : 1;
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "load: %s\n", fault.what());
    return 2;
  }
}
