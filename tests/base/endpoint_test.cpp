#include "tincan/base/endpoint.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <unordered_set>

using namespace tincan::base;

TEST_CASE("Every form of an address is read, and printed in its canonical form") {
  const auto [typed, canonical] = GENERATE(table<std::string, std::string>({
      {"10.0.0.7", "10.0.0.7"},
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"::1", "::1"},
      {"[::1]", "::1"},
      {"::", "::"},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"fe80::7", "fe80::7"},
      {"::ffff:10.0.0.7", "10.0.0.7"},
      {"[::ffff:0a00:0007]", "10.0.0.7"},
      {"64:ff9b::10.0.0.7", "64:ff9b::a00:7"},
  }));
  const auto address = Address::parse(typed);
  REQUIRE(address);
  CHECK(address->text() == canonical);
  CHECK(Address::parse(address->text()) == address);
}

TEST_CASE("What is no address is refused") {
  const auto typed =
      GENERATE(as<std::string>{}, "", " ", "10.0.0", "10.0.0.7.8", "10.0.0.256", "010.0.0.7", "0x7f.0.0.1", " 10.0.0.7",
               "10.0.0.7 ", "10.0.0.7\n", "fe80::1%eth0", "[fe80::1%1]", "[10.0.0.7]", "[::1", "::1]", "[]", "[", "]",
               ":", ":::", "1::2::3", "12345::", "localhost", "::ffff:10.0.0.999", "1:2:3:4:5:6:7:8:9", "١٠.٠.٠.٧");
  CHECK_FALSE(Address::parse(typed));
}

TEST_CASE("An address with a NUL or of absurd length is refused") {
  CHECK_FALSE(Address::parse(std::string("10.0.0.7\0", 9)));
  CHECK_FALSE(Address::parse(std::string("::1\0.2", 6)));
  CHECK_FALSE(Address::parse(std::string(1'000'000, ':')));
  CHECK_FALSE(Address::parse(std::string(1'000'000, '1')));
}

TEST_CASE("An IPv4-mapped address is the IPv4 address itself") {
  const auto mapped = Address::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 7});
  CHECK(mapped.is_v4());
  CHECK(mapped == Address::v4({10, 0, 0, 7}));
  CHECK_FALSE(Address::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 7}).is_v4());
}

TEST_CASE("Every address survives printing and reading") {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::array<std::uint8_t, 16> bytes{};
    for (auto& byte : bytes) byte = random() % 3 == 0 ? static_cast<std::uint8_t>(random()) : 0;
    const auto six = Address::v6(bytes);
    const auto four = Address::v4({bytes[0], bytes[5], bytes[10], bytes[15]});
    CHECK(Address::parse(six.text()) == six);
    CHECK(Address::parse(four.text()) == four);
    const Endpoint endpoint{six, static_cast<std::uint16_t>(random() % 65535 + 1)};
    CHECK(Endpoint::parse(endpoint.text()) == endpoint);
  }
}

TEST_CASE("Kinds of addresses are told apart") {
  const auto kind = [](const char* text) {
    const auto address = Address::parse(text).value();
    return std::string(address.is_loopback() ? "l" : "") + (address.is_unspecified() ? "u" : "") +
           (address.is_multicast() ? "m" : "") + (address.is_link_local() ? "k" : "");
  };
  CHECK(kind("127.0.0.1") == "l");
  CHECK(kind("127.0.1.1") == "l");
  CHECK(kind("::1") == "l");
  CHECK(kind("0.0.0.0") == "u");
  CHECK(kind("::") == "u");
  CHECK(kind("224.0.0.1") == "m");
  CHECK(kind("239.255.255.255") == "m");
  CHECK(kind("255.255.255.255") == "m");
  CHECK(kind("ff02::1") == "m");
  CHECK(kind("169.254.1.1") == "k");
  CHECK(kind("fe80::1") == "k");
  CHECK(kind("febf::1") == "k");
  CHECK(kind("fec0::1").empty());
  CHECK(kind("126.0.0.1").empty());
  CHECK(kind("10.0.0.7").empty());
  CHECK(kind("2::1").empty());
}

TEST_CASE("An endpoint needs an address and a port") {
  CHECK(Endpoint::parse("10.0.0.7:4100").value().text() == "10.0.0.7:4100");
  CHECK(Endpoint::parse("[::1]:1").value().text() == "[::1]:1");
  CHECK(Endpoint::parse("[::ffff:10.0.0.7]:65535").value().text() == "10.0.0.7:65535");
  for (const auto* bad : {"",
                          "10.0.0.7",
                          "10.0.0.7:",
                          "10.0.0.7:0",
                          "10.0.0.7:65536",
                          "10.0.0.7:+1",
                          "10.0.0.7:-1",
                          "10.0.0.7: 1",
                          "10.0.0.7:1 ",
                          "::1",
                          "::1:4100",
                          "[::1]",
                          "[::1]:",
                          "[::1] :1",
                          "[::1]x:1",
                          ":4100",
                          "[:4100",
                          "]:4100",
                          "localhost:4100",
                          "10.0.0.7:0x10",
                          "10.0.0.7:4100:1",
                          "[::1]:1:2"})
    CHECK_FALSE(Endpoint::parse(bad));
}

TEST_CASE("A port is 1 to 65535 in digits, and nothing else") {
  CHECK(parse_port("1") == 1);
  CHECK(parse_port("65535") == 65535);
  CHECK(parse_port("04100") == 4100);
  for (const auto* bad : {"", "0", "65536", "99999999999999999999", "-1", "+1", " 1", "1 ", "1e3", "0x1", "١"})
    CHECK_FALSE(parse_port(bad));
}

TEST_CASE("What a person types is an address or a name, with or without a port") {
  struct Form {
    const char *typed, *host;
    int port;
    bool is_address;
  };
  const auto form = GENERATE(values<Form>({{"10.0.0.7", "10.0.0.7", 0, true},
                                           {"10.0.0.7:1", "10.0.0.7", 1, true},
                                           {"::1", "::1", 0, true},
                                           {"[::1]", "::1", 0, true},
                                           {"[::1]:4100", "::1", 4100, true},
                                           {"::ffff:10.0.0.7", "::ffff:10.0.0.7", 0, true},
                                           {"localhost", "localhost", 0, false},
                                           {"my-pc.example:4100", "my-pc.example", 4100, false},
                                           {"my_pc.", "my_pc.", 0, false}}));
  const auto parsed = HostPort::parse(form.typed);
  REQUIRE(parsed);
  CHECK(parsed->host == form.host);
  CHECK(parsed->port.value_or(0) == form.port);
  CHECK(parsed->address.has_value() == form.is_address);
}

TEST_CASE("What cannot be meant is refused with a sentence") {
  for (const auto* bad : {"",
                          ":",
                          ":4100",
                          "h:",
                          "h:0",
                          "h:65536",
                          "h:x",
                          "10.0.0",
                          "10.0.0.256",
                          "1.2.3.4.5",
                          "12345",
                          "fe80::1%eth0",
                          "[fe80::1%eth0]:1",
                          "[host]:1",
                          "[10.0.0.7]:1",
                          "[]:1",
                          "-h",
                          "h-",
                          ".h",
                          "a..b",
                          "h h",
                          "h/1",
                          "hôst",
                          "h:1:2",
                          "h\n",
                          "h\x1b[2J",
                          "$(id):1"}) {
    const auto parsed = HostPort::parse(bad);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == ErrorCode::bad_argument);
    CHECK_FALSE(parsed.error().text.empty());
    CHECK(parsed.error().text.find_first_of("\n\x1b") == std::string::npos);
  }
}

TEST_CASE("A host name has at most 253 bytes of letters, digits, hyphens, underscores and dots") {
  CHECK(is_host_name(std::string(253, 'a')));
  CHECK_FALSE(is_host_name(std::string(254, 'a')));
  CHECK(is_host_name("a"));
  CHECK(is_host_name("_x.Y-1.z"));
  CHECK_FALSE(is_host_name(std::string("a\0b", 3)));
}

TEST_CASE("Hostile bytes never make an endpoint that does not print as itself") {
  std::mt19937 random(11);
  constexpr std::string_view pieces[] = {"10.0.0.7", ":", "[", "]", "::1", "1",    "65535",
                                         "%eth0",    ".", "-", "f", "\0",  "\xff", " "};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto count = random() % 6; count > 0; --count) text += pieces[random() % std::size(pieces)];
    if (const auto endpoint = Endpoint::parse(text)) CHECK(Endpoint::parse(endpoint->text()) == endpoint);
    if (const auto typed = HostPort::parse(text)) CHECK((typed->address || is_host_name(typed->host)));
  }
}

TEST_CASE("Equal endpoints have equal hashes, and neighbours are told apart") {
  std::unordered_set<Endpoint> set;
  for (std::uint8_t last = 0; last < 200; ++last)
    for (std::uint16_t port = 1; port < 20; ++port) set.insert({Address::v4({10, 0, 0, last}), port});
  CHECK(set.size() == 200 * 19);
  CHECK(set.contains(Endpoint::parse("10.0.0.199:19").value()));
  CHECK_FALSE(set.contains(Endpoint::parse("10.0.0.200:19").value()));
  CHECK(Address{} != Address::v6({}));
}
