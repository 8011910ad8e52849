#include "tincan/web/http_rules.hpp"
#include "tincan/web/page_files.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

using namespace tincan::web;

TEST_CASE("only our own names with our own port are taken for us") {
  for (const auto* host : {"127.0.0.1:7780", "localhost:7780", "[::1]:7780"}) CHECK(is_own_host(host, 7780));
  for (const auto* host : {"", "127.0.0.1", "127.0.0.1:7781", "evil.example", "evil.example:7780",
                           "127.0.0.1.evil.example:7780", "127.0.0.1:7780.evil", "localhost.:7780", "LOCALHOST:7780 ",
                           "::1:7780", "[::1]", "0.0.0.0:7780", "127.0.0.1:07780", "user@127.0.0.1:7780"})
    CHECK_FALSE(is_own_host(host, 7780));
}

TEST_CASE("only a page that came from us may open a socket") {
  CHECK(is_own_origin("http://127.0.0.1:7780", "127.0.0.1:7780"));
  for (const auto* origin : {"", "null", "http://localhost:7780", "https://127.0.0.1:7780", "http://127.0.0.1:7781",
                             "http://127.0.0.1:7780/", "http://evil.example"})
    CHECK_FALSE(is_own_origin(origin, "127.0.0.1:7780"));
}

TEST_CASE("the page is what lies in its folder, each file with its type") {
  REQUIRE(page_file_for("/"));
  CHECK(page_file_for("/")->bytes == page_file_for("/index.html")->bytes);
  CHECK(page_file_for("/")->bytes.starts_with("<!"));
  CHECK(page_file_for("/")->type == "text/html; charset=utf-8");
  for (const auto& file : page_files()) {
    INFO(std::string(file.target));
    CHECK_FALSE(file.bytes.empty());
    if (file.target.ends_with(".js")) CHECK(file.type == "text/javascript; charset=utf-8");
  }
  for (const auto* target :
       {"", "index.html", "//index.html", "/../index.html", "/%2e%2e/", "/index.html?x", "/INDEX.HTML"})
    CHECK_FALSE(page_file_for(target));
}
