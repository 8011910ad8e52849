#include "tincan/app/raw_options.hpp"

#include "tincan/base/endpoint.hpp"
#include "tincan/base/text.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/store/profile.hpp"

#include <cstdlib>
#include <fmt/format.h>

namespace tincan::app {

const std::vector<std::pair<const char*, std::string RawOptions::*>>& shared_options() {
  static const std::vector<std::pair<const char*, std::string RawOptions::*>> options{
      {"team", &RawOptions::team},         {"ip", &RawOptions::ip},
      {"port", &RawOptions::port},         {"mandatory-text", &RawOptions::mandatory_text},
      {"profile", &RawOptions::profile},   {"data-dir", &RawOptions::data_dir},
      {"classic", &RawOptions::classic},   {"tell-read", &RawOptions::tell_read},
      {"bell", &RawOptions::bell},         {"web", &RawOptions::web},
      {"web-port", &RawOptions::web_port},
  };
  return options;
}

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

void fill_from_environment(RawOptions& raw) {
  for (const auto& [name, field] : shared_options()) {
    std::string variable = "TINCAN_";
    for (const char* c = name; *c; ++c) variable += *c == '-' ? '_' : static_cast<char>(std::toupper(*c));
    if ((raw.*field).empty()) raw.*field = from_environment(variable.c_str());
  }
  if (!raw.mandatory.empty()) return;
  const auto mandatory = from_environment("TINCAN_MANDATORY");
  for (const auto part : base::split(mandatory, ','))
    if (!base::is_blank(part)) raw.mandatory.emplace_back(base::trim(part));
}

namespace {

// "on" or "off", in the words that people use for them.
base::Result<bool> switch_from(const std::string& text, const char* name, bool usual) {
  const auto word = base::fold_case(base::trim(text));
  if (word.empty()) return usual;
  if (word == "on" || word == "yes" || word == "true" || word == "1") return true;
  if (word == "off" || word == "no" || word == "false" || word == "0") return false;
  return base::fail(base::ErrorCode::bad_argument, fmt::format("{} is on or off, not “{}”", name, text));
}

base::Result<void> check_switches(const RawOptions& raw, Options& options) {
  const auto classic = switch_from(raw.no_classic ? "off" : raw.classic, "classic", true);
  if (!classic) return tl::unexpected(classic.error());
  const auto tell_read = switch_from(raw.tells_read ? "on" : raw.tell_read, "tell-read", false);
  if (!tell_read) return tl::unexpected(tell_read.error());
  const auto bell = switch_from(raw.no_bell ? "off" : raw.bell, "bell", true);
  if (!bell) return tl::unexpected(bell.error());
  const auto web = switch_from(raw.wants_web || raw.opens_browser ? "on" : raw.web, "web", false);
  if (!web) return tl::unexpected(web.error());
  options.serves_page = *web;
  options.opens_browser = raw.opens_browser;
  options.speaks_classic = *classic;
  options.tells_read = *tell_read;
  options.rings = *bell;
  return {};
}

} // namespace

base::Result<Options> checked(const RawOptions& raw) {
  using base::ErrorCode;
  Options options;
  if (const auto checked = check_switches(raw, options); !checked) return tl::unexpected(checked.error());
  if (!raw.team.empty()) {
    if (base::is_blank(raw.team) || raw.team.size() > 64 || !base::is_valid_utf8(raw.team) ||
        base::SafeText::own(raw.team).str() != raw.team)
      return base::fail(ErrorCode::bad_argument, "a team name has 1 to 64 bytes and no control characters");
    options.team = std::string(base::trim(raw.team));
  }
  if (!raw.ip.empty()) options.address = raw.ip;
  if (raw.port == "0")
    options.port = 0;
  else if (!raw.port.empty()) {
    options.port = base::parse_port(raw.port);
    if (!options.port)
      return base::fail(ErrorCode::bad_argument,
                        fmt::format("“{}” is no port: a number from 1 to 65535, or 0 for any", raw.port));
  }
  for (const auto& peer : raw.mandatory) {
    const auto parsed = base::HostPort::parse(peer);
    if (!parsed || !parsed->port)
      return base::fail(ErrorCode::bad_argument,
                        fmt::format("“{}” is no mandatory peer: write it like 10.0.0.7:4100", peer));
  }
  if (raw.web_port == "0")
    options.web_port = 0;
  else if (!raw.web_port.empty()) {
    options.web_port = base::parse_port(raw.web_port);
    if (!options.web_port)
      return base::fail(
          ErrorCode::bad_argument,
          fmt::format("“{}” is no port for the page: a number from 1 to 65535, or 0 for any", raw.web_port));
  }
  options.mandatory = raw.mandatory;
  options.mandatory_text = raw.mandatory_text.empty() ? usual_mandatory_text : raw.mandatory_text;
  if (!raw.profile.empty()) options.profile = raw.profile;
  if (!store::is_profile_name(options.profile))
    return base::fail(ErrorCode::bad_argument,
                      "a profile name has 1 to 64 letters, digits, '-', '_' or '.', not beginning with a dot");
  options.data_dir = raw.data_dir;
  if (raw.data_dir.empty()) {
    const auto usual = store::default_data_dir();
    if (!usual) return tl::unexpected(usual.error());
    options.data_dir = *usual;
  }
  options.plain = raw.plain;
  options.colour = from_environment("NO_COLOR").empty();
  return options;
}

} // namespace tincan::app
