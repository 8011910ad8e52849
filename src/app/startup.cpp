#include "tincan/app/startup.hpp"

#include "tincan/app/config_file.hpp"
#include "tincan/app/line_builder.hpp"
#include "tincan/app/local_addresses.hpp"
#include "tincan/base/unicode.hpp"

#include <arpa/inet.h>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tincan::app {

namespace {

using base::ErrorCode;

std::string usual_team() {
  const char* user = std::getenv("USER");
  return user && *user && base::is_valid_utf8(user) ? user : "tincan";
}

// An address, or a name that this machine knows.
base::Result<base::Address> address_from(const std::string& typed) {
  if (const auto address = base::Address::parse(typed)) return *address;
  if (!base::is_host_name(typed))
    return base::fail(ErrorCode::bad_argument, fmt::format("“{}” is neither an address nor a host name", typed));
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* results = nullptr;
  if (getaddrinfo(typed.c_str(), nullptr, &hints, &results) != 0 || !results)
    return base::fail(ErrorCode::bad_argument, fmt::format("the name {} has no address", typed));
  std::optional<base::Address> found;
  for (const auto* result = results; result; result = result->ai_next) {
    char text[INET6_ADDRSTRLEN] = "";
    if (getnameinfo(result->ai_addr, result->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) continue;
    const auto address = base::Address::parse(text);
    if (address && (!found || (address->is_v4() && found->is_v6()))) found = address;
  }
  freeaddrinfo(results);
  if (!found) return base::fail(ErrorCode::bad_argument, fmt::format("the name {} has no address", typed));
  return *found;
}

base::Result<base::Address> checked_address(const std::string& typed) {
  const auto address = address_from(typed);
  if (address && (address->is_unspecified() || address->is_multicast()))
    return base::fail(ErrorCode::bad_argument,
                      fmt::format("{} is no address of a single machine: others could not reach you there", typed));
  return address;
}

// Tried by binding for a moment, so that the answer can be corrected at once.
bool is_free(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return true;
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  const bool is_bound = ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                        ::listen(descriptor, 1) == 0;
  ::close(descriptor);
  return is_bound;
}

EngineOptions common(const Options& options) {
  EngineOptions result;
  result.data_dir = options.data_dir;
  result.profile = options.profile;
  result.mandatory = options.mandatory;
  result.mandatory_text = options.mandatory_text;
  result.speaks_classic = options.speaks_classic;
  result.tells_read = options.tells_read;
  if (options.serves_page) result.web_port = options.web_port.value_or(usual_web_port);
  result.may_use_other_web_port = !options.web_port;
  result.hosting = !options.hosted_room.empty();
  result.hosted_room = options.hosted_room;
  return result;
}

// Asks until `accept` gives no complaint. False: the person left.
class Questions {
public:
  explicit Questions(term::Console& console) : console_(console) {}

  bool ask(std::string_view question, const std::string& usual,
           const std::function<std::string(const std::string&)>& accept) {
    for (;;) {
      console_.set_prompt(LineBuilder().plain(fmt::format("{} [{}]: ", question, usual)).take());
      const auto input = console_.read();
      if (std::holds_alternative<term::Woken>(input) || std::holds_alternative<term::BlockPasted>(input)) continue;
      const auto* entered = std::get_if<term::LineEntered>(&input);
      if (!entered) return false;
      const auto text = base::trim(entered->text);
      const auto complaint = accept(text.empty() ? usual : std::string(text));
      if (complaint.empty()) return true;
      console_.print(LineBuilder().add(term::Style::bad, "✗ " + complaint).take());
    }
  }

private:
  term::Console& console_;
};

std::string complaint_of_team(const std::string& team) {
  if (team.size() > 64 || base::SafeText::own(team).str() != team)
    return "a team name has 1 to 64 bytes and no control characters";
  return {};
}

bool ask_for_address(Questions& questions, term::Console& console, EngineOptions& result) {
  const auto addresses = local_addresses();
  console.print(LineBuilder().plain("Addresses of this machine, one of which others will use to reach you:").take());
  for (std::size_t i = 0; i < addresses.size(); ++i)
    console.print(LineBuilder()
                      .plain(fmt::format("  {}  {}{}", i + 1, addresses[i].text(),
                                         addresses[i].is_loopback() ? "  (this machine only)" : ""))
                      .take());
  return questions.ask("Which one to announce (number or address)", "1", [&](const std::string& text) -> std::string {
    const bool is_number = text.find_first_not_of("0123456789") == std::string::npos;
    if (is_number) {
      const auto number = text.size() < 4 ? std::stoul(text) : 0;
      if (number < 1 || number > addresses.size()) return fmt::format("a number from 1 to {}", addresses.size());
      result.announced = addresses[number - 1];
      return {};
    }
    const auto address = checked_address(text);
    if (!address) return address.error().text;
    result.announced = *address;
    return {};
  });
}

bool ask_for_port(Questions& questions, EngineOptions& result) {
  return questions.ask("Port to listen on", std::to_string(usual_port), [&](const std::string& text) -> std::string {
    const auto port = base::parse_port(text);
    if (!port) return "a port is a number from 1 to 65535";
    if (!is_free(*port)) return fmt::format("port {} is in use on this machine: choose another", *port);
    result.port = *port;
    return {};
  });
}

} // namespace

base::Result<std::optional<EngineOptions>> ask_for_identity(const Options& options, term::Console& console) {
  auto result = common(options);
  std::vector<std::pair<std::string, std::string>> answers;
  Questions questions(console);
  console.set_keep_entered(true);
  if (options.team)
    result.team = *options.team;
  else if (!questions.ask("Your team's name", usual_team(), [&](const std::string& text) {
             result.team = text;
             return complaint_of_team(text);
           }))
    return std::nullopt;
  else
    answers.emplace_back("team", toml_string(result.team));

  if (options.address) {
    const auto address = checked_address(*options.address);
    if (!address) return tl::unexpected(address.error());
    result.announced = *address;
  } else if (!ask_for_address(questions, console, result)) {
    return std::nullopt;
  } else {
    answers.emplace_back("ip", toml_string(result.announced.text()));
  }

  if (options.port)
    result.port = *options.port;
  else if (!ask_for_port(questions, result))
    return std::nullopt;
  else
    answers.emplace_back("port", std::to_string(result.port));

  console.set_keep_entered(false);
  std::erase_if(answers, [](const auto& answer) { return answer.second.empty(); });
  if (!answers.empty())
    if (const auto kept = remember(options.config_file, answers); !kept)
      console.print(LineBuilder().add(term::Style::warning, "Not remembered: " + kept.error().text).take());
  return result;
}

base::Result<EngineOptions> default_identity(const Options& options) {
  auto result = common(options);
  result.team = options.team.value_or(usual_team());
  result.port = options.port.value_or(usual_port);
  result.announced = local_addresses().front();
  if (!options.address) return result;
  const auto address = checked_address(*options.address);
  if (!address) return tl::unexpected(address.error());
  result.announced = *address;
  return result;
}

} // namespace tincan::app
