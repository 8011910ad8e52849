#include "far_end.hpp"
#include "reactor.hpp"

#include <catch2/catch.hpp>
#include <memory>

using namespace tincan;
using namespace tincan::net;
using namespace tincan::net::test;

namespace {

// A link of ours that dialled a far listener.
struct Dialled {
  explicit Dialled(int receive_buffer = 0)
      : listener(8, receive_buffer),
        link(std::make_shared<Link>(context, witness, base::LinkId{1})) {
    link->dial(listener.endpoint(), std::nullopt, {});
    REQUIRE(until([this] { return listener.accept_into(far); }));
    REQUIRE(until([this] { return witness.has("opened"); }));
  }
  ~Dialled() { link->abort(); }
  template<class Condition> bool until(Condition condition) { return run_until(context, condition); }
  void watch(std::chrono::milliseconds time) { run_for(context, time); }

  asio::io_context context;
  Witness witness;
  FarListener listener;
  FarSocket far;
  std::shared_ptr<Link> link;
};

} // namespace

TEST_CASE("What is sent arrives whole and in order, and is told as taken") {
  Dialled test;
  std::string sent;
  for (int i = 0; i < 100; ++i) {
    const auto part = "<" + std::to_string(i) + pattern(static_cast<std::size_t>(i) * 17) + ">";
    test.link->send(part);
    sent += part;
  }
  CHECK(test.until([&] { return test.far.pulled(sent); }));
  CHECK(test.until([&] { return test.witness.times_taken > 0; }));
}

TEST_CASE("Megabytes pass both ways at the same time") {
  Dialled test;
  const auto part = pattern(100'000);
  constexpr int rounds = 40;
  int sent = 1;
  test.witness.on_taken = [&](Link& link) {
    if (sent < rounds && ++sent) link.send(part);
  };
  test.link->send(part);
  const auto theirs = pattern(3'000'000);
  std::size_t pushed = 0;
  CHECK(test.until([&] {
    pushed += test.far.push(std::string_view(theirs).substr(pushed));
    test.far.pull();
    return test.far.got.size() == rounds * part.size() && test.witness.bytes.size() == theirs.size();
  }));
  CHECK(test.witness.bytes == theirs);
  for (int i = 0; i < rounds; ++i)
    CHECK(test.far.got.compare(static_cast<std::size_t>(i) * part.size(), part.size(), part) == 0);
}

TEST_CASE("A half-closed link has said all it had to say, and still listens") {
  Dialled test;
  const auto text = pattern(200'000);
  test.link->send(text);
  test.link->finish_sending();
  CHECK(test.until([&] { return test.far.is_gone() && test.witness.times_taken > 0; }));
  CHECK(test.far.got == text);
  CHECK_FALSE(test.far.was_reset);
  test.far.push("answer");
  CHECK(test.until([&] { return test.witness.bytes == "answer"; }));
  CHECK_FALSE(test.witness.has("finished"));
  test.link->send("too late");
  test.far.close();
  CHECK(test.until([&] { return test.witness.has("finished"); }));
  CHECK_FALSE(test.witness.has("broken"));
}

TEST_CASE("The end of the peer's direction is told once, after its bytes, and we can still answer") {
  Dialled test;
  test.far.push("question");
  test.far.finish();
  CHECK(test.until([&] { return test.witness.has("finished"); }));
  CHECK(test.witness.bytes == "question");
  test.link->send("answer");
  CHECK(test.until([&] { return test.far.pulled("answer"); }));
  test.watch(std::chrono::milliseconds(30));
  CHECK(test.witness.events == std::vector<std::string>{"opened", "finished"});
}

TEST_CASE("Bytes that the peer's full receive buffer refuses are not taken until it reads") {
  Dialled test(4096);
  const auto text = pattern(250'000);
  test.link->send(text);
  test.watch(std::chrono::milliseconds(250));
  CHECK(test.witness.times_taken == 0);
  CHECK(test.until([&] { return test.far.pulled(text); }));
  CHECK(test.until([&] { return test.witness.times_taken == 1; }));
}

TEST_CASE("Bytes for a program that has not accepted yet are taken by its TCP stack") {
  asio::io_context context;
  Witness witness;
  FarListener listener;
  const auto link = std::make_shared<Link>(context, witness, base::LinkId{1});
  link->dial(listener.endpoint(), std::nullopt, {});
  REQUIRE(run_until(context, [&] { return witness.has("opened"); }));
  link->send("hello");
  CHECK(run_until(context, [&] { return witness.times_taken == 1; }));
  FarSocket far;
  REQUIRE(listener.accept_into(far));
  CHECK(far.pulled("hello"));
  link->abort();
}

TEST_CASE("A dial to a program whose queue of connections is full is open only when it accepts") {
  asio::io_context context;
  Witness witness;
  FarListener listener(0);
  const auto first = FarSocket::dial(listener.port());
  const auto second = FarSocket::dial(listener.port());
  const auto link = std::make_shared<Link>(context, witness, base::LinkId{1});
  link->dial(listener.endpoint(), std::nullopt, {});
  run_for(context, std::chrono::milliseconds(200));
  CHECK(witness.events.empty());
  std::vector<FarSocket> accepted;
  CHECK(run_until(context, [&] {
    FarSocket far;
    if (listener.accept_into(far)) accepted.push_back(std::move(far));
    return witness.has("opened");
  }));
  link->abort();
}

TEST_CASE("Nobody at the port is told as refused") {
  asio::io_context context;
  Witness witness;
  FarListener listener;
  const auto endpoint = listener.endpoint();
  listener.close();
  const auto link = std::make_shared<Link>(context, witness, base::LinkId{1});
  link->dial(endpoint, std::nullopt, {});
  CHECK(run_until(context, [&] { return witness.has("dial_failed"); }));
  CHECK(witness.last_error.code == base::ErrorCode::refused);
  link->send("nothing");
  link->close();
  run_for(context, std::chrono::milliseconds(20));
  CHECK(witness.events.size() == 1);
}

TEST_CASE("A closed link still delivers what was sent, and tells nothing any more") {
  Dialled test(4096);
  const auto text = pattern(250'000);
  test.link->send(text);
  test.link->close();
  test.link->send("after the end");
  CHECK(test.until([&] { return test.far.is_gone(); }));
  CHECK(test.far.got == text);
  CHECK(test.witness.times_taken == 0);
  CHECK(test.witness.events == std::vector<std::string>{"opened"});
}

TEST_CASE("A closed link without words ends at once") {
  Dialled test;
  test.link->close();
  CHECK(test.until([&] { return test.far.is_gone(); }));
  CHECK(test.far.has_ended);
}

TEST_CASE("An aborted link is gone at once, also when much waited to be sent, and tells nothing") {
  Dialled test(4096);
  test.link->send(pattern(250'000));
  test.link->abort();
  CHECK(test.until([&] { return test.far.is_gone(); }));
  CHECK(test.witness.events == std::vector<std::string>{"opened"});
}

TEST_CASE("A reset is told as broken, once") {
  Dialled test;
  test.far.push("last words");
  CHECK(test.until([&] { return test.witness.bytes == "last words"; }));
  test.far.reset();
  CHECK(test.until([&] { return test.witness.has("broken"); }));
  CHECK(test.witness.last_error.code == base::ErrorCode::reset);
  test.link->send("into the void");
  test.watch(std::chrono::milliseconds(20));
  CHECK(test.witness.events == std::vector<std::string>{"opened", "broken"});
}

TEST_CASE("A reset while our bytes wait for the peer breaks the link, and they are not taken") {
  Dialled test(4096);
  test.link->send(pattern(250'000));
  test.far.reset();
  CHECK(test.until([&] { return test.witness.has("broken"); }));
  CHECK(test.witness.times_taken == 0);
}

TEST_CASE("A link that may not read leaves the bytes to the kernel, and goes on where it stopped") {
  Dialled test;
  test.witness.reads = false;
  test.far.push("first"); // the wait that was under way may end, but nothing may be read
  const auto text = pattern(20'000'000);
  std::size_t pushed = 0;
  int refusals = 0; // of the kernel, in a row
  REQUIRE(test.until([&] {
    const auto more = test.far.push(std::string_view(text).substr(pushed));
    pushed += more;
    refusals = more == 0 ? refusals + 1 : 0;
    return refusals == 20;
  }));
  CHECK(test.witness.bytes.empty());
  CHECK(pushed < text.size());
  test.witness.reads = true;
  test.link->resume_reading();
  CHECK(test.until([&] {
    pushed += test.far.push(std::string_view(text).substr(pushed));
    return test.witness.bytes.size() == 5 + text.size();
  }));
  CHECK(test.witness.bytes == "first" + text);
}

TEST_CASE("Reading stops at the chunk in which it is forbidden, and resuming twice reads nothing twice") {
  Dialled test;
  const auto text = pattern(200'000);
  test.witness.on_received = [&](Link&) { test.witness.reads = false; };
  std::size_t pushed = 0;
  for (int round = 1; round <= 3; ++round) {
    CHECK(test.until([&] {
      pushed += test.far.push(std::string_view(text).substr(pushed));
      return test.witness.parts == round;
    }));
    test.watch(std::chrono::milliseconds(20));
    CHECK(test.witness.parts == round);
    CHECK(test.witness.bytes.size() <= static_cast<std::size_t>(round) * read_chunk_bytes);
    test.witness.reads = true;
    test.link->resume_reading();
    test.link->resume_reading();
  }
  test.witness.on_received = {};
  test.witness.reads = true;
  test.link->resume_reading();
  CHECK(test.until([&] {
    pushed += test.far.push(std::string_view(text).substr(pushed));
    return test.witness.bytes.size() == text.size();
  }));
  CHECK(test.witness.bytes == text);
}

TEST_CASE("A peer that never reads costs a bounded amount of memory, then the link breaks with limit") {
  Dialled test(4096);
  std::size_t sent = 0;
  CHECK(test.until([&] {
    if (!test.witness.has("broken")) test.link->send(pattern(64 * 1024));
    sent += 64 * 1024;
    return test.witness.has("broken");
  }));
  CHECK(test.witness.last_error.code == base::ErrorCode::limit);
  CHECK(sent < 16U << 20U); // the kernel's buffers and max_pending_bytes
  CHECK(test.witness.times_taken == 0);
}

TEST_CASE("More than the bound at once is refused although nothing waits") {
  Dialled test;
  test.link->send(std::string(max_pending_bytes + 1, 'x'));
  CHECK(test.until([&] { return test.witness.has("broken"); }));
  CHECK(test.witness.last_error.code == base::ErrorCode::limit);
}

TEST_CASE("Whoever hears a link may close it in the middle of a call") {
  Dialled test;
  test.witness.on_received = [](Link& link) { link.close(); };
  test.far.push(pattern(100'000));
  test.far.finish();
  CHECK(test.until([&] { return test.far.is_gone(); }));
  test.watch(std::chrono::milliseconds(20));
  CHECK(test.witness.parts == 1);
  CHECK(test.witness.events == std::vector<std::string>{"opened"});
}

TEST_CASE("An adopted link reads at once what is there already") {
  asio::io_context context;
  asio::ip::tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  auto far = FarSocket::dial(acceptor.local_endpoint().port());
  far.push("waiting for you");
  Witness witness;
  const auto link = std::make_shared<Link>(context, witness, base::LinkId{7});
  asio::ip::tcp::endpoint remote;
  auto socket = acceptor.accept(remote);
  link->set_remote(from_asio(remote));
  link->adopt(std::move(socket));
  CHECK(witness.bytes == "waiting for you");
  CHECK(link->has_received());
  CHECK(link->is_accepted());
  CHECK(link->remote().text() == "127.0.0.1:" + std::to_string(far.local_port()));
  link->abort();
}
