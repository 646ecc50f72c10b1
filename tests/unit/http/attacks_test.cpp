// SPDX-License-Identifier: Apache-2.0
// Clients that take their time, go away, or are too many.
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "unit/http/served.hpp"

using namespace served;

namespace {

/// Milliseconds that a good request takes.
double time_of_health(const Running& running) {
  const auto begin = Clock::now();
  CHECK(status_of(running.ask(request("GET", "/health"))) == 200);
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// Sends pieces with pauses until the server has had enough; what it said.
std::string drip(Client& client, std::string_view begin, std::string_view piece,
                 milliseconds pause) {
  client.send(begin);
  const auto end = Clock::now() + milliseconds(3000);
  while (Clock::now() < end && client.send(piece)) std::this_thread::sleep_for(pause);
  return client.read_all();
}

}  // namespace

TEST_CASE("http attacks: a head that comes drop by drop is cut off by one deadline", "[http]") {
  Running running;
  Client client(running.port);
  const auto begin = Clock::now();
  const std::string answer =
      drip(client, "GET / HTTP/1.1\r\nHost: localhost\r\n", "X: a\r\n", milliseconds(40));
  // The bytes that came after the answer may have made the system take it back.
  CHECK((status_of(answer) == 408 || answer.empty()));
  CHECK(Clock::now() - begin < milliseconds(3000));
}

TEST_CASE("http attacks: half a head is answered by 408 in time", "[http]") {
  Running running;
  Client client(running.port);
  client.send("GET / HTTP/1.1\r\nHost: loc");
  CHECK(status_of(client.read_all()) == 408);
  CHECK(client.has_ended());
}

TEST_CASE("http attacks: a body that stops is cut off", "[http]") {
  Running running;
  Client client(running.port);
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
  CHECK(status_of(client.read_all()) == 408);
}

TEST_CASE("http attacks: a body slower than the rate is cut off", "[http]") {
  auto options = Running::quick();
  options.body_time = milliseconds(60000);
  options.body_rate = 1 << 20;
  Running running(options);
  Client client(running.port);
  const auto begin = Clock::now();
  const std::string answer =
      drip(client, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n",
           "0123456789", milliseconds(50));
  CHECK((status_of(answer) == 408 || answer.empty()));
  CHECK(Clock::now() - begin < milliseconds(4000));
}

TEST_CASE("http attacks: a silent connection is closed without a word", "[http]") {
  auto options = Running::quick();
  options.idle_time = milliseconds(100);
  Running running(options);
  Client client(running.port);
  CHECK(client.read_all().empty());
  CHECK(client.has_ended());
}

TEST_CASE("http attacks: 200 half-open connections keep nobody waiting", "[http][threads]") {
  Running running;
  std::vector<std::unique_ptr<Client>> half_open;
  for (int i = 0; i < 200; ++i) {
    half_open.push_back(std::make_unique<Client>(running.port));
    half_open.back()->send("POST /echo HTTP/1.1\r\nHost: ");
  }
  for (int i = 0; i < 5; ++i) CHECK(time_of_health(running) < 200);
}

TEST_CASE("http attacks: a full house closes who is idle, and turns away who comes", "[http]") {
  auto options = Running::quick();
  options.connections = 3;
  Running running(options);
  Client first(running.port);
  Client second(running.port);
  Client third(running.port);
  second.send("GET /");
  third.send("GET /");
  CHECK(comes_true([&] { return status_of(running.ask(request("GET", "/health"))) == 200; }));
  CHECK(first.read_all().empty());
  CHECK(first.has_ended());

  Client fourth(running.port);
  fourth.send("GET /");
  Client fifth(running.port, milliseconds(1000));
  const std::string answer = fifth.read_all();
  CHECK((status_of(answer) == 503 || answer.empty()));
  CHECK(fifth.has_ended());
}

TEST_CASE("http attacks: clients that reset in the middle leave nothing behind", "[http]") {
  Running running;
  for (int i = 0; i < 50; ++i) {
    Client client(running.port);
    const std::string whole = request("POST", "/large?2000000", "0123456789");
    client.send(std::string_view(whole).substr(0, whole.size() - static_cast<std::size_t>(i % 11)));
    client.abort();
  }
  CHECK(time_of_health(running) < 200);
  CHECK(comes_true(
      [&] { return running.metrics().find("trivet_connections 1\n") != std::string::npos; }));
  CHECK(running.metrics().find("trivet_in_flight 0\n") != std::string::npos);
}

TEST_CASE("http attacks: bodies together are bounded, too", "[http]") {
  auto options = Running::quick();
  options.body_memory = 1 << 20;
  options.body_time = milliseconds(20000);  // nobody's body runs late, however slow the machine
  Running running(options);
  const std::string half =
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n";
  Client first(running.port);
  first.send(half + std::string(700000, 'x'));
  CHECK(comes_true([&] {
    Client second(running.port, milliseconds(300));
    second.send(half + std::string(700000, 'x'));
    return status_of(second.read_answer()) == 503;  // no answer: the first one's bytes came later
  }));
  first.close();
  CHECK(comes_true([&] {
    return status_of(running.ask(request("POST", "/echo", std::string(900000, 'x')))) == 200;
  }));
}

TEST_CASE("http attacks: who doesn't read an answer is cut off", "[http]") {
  auto options = Running::quick();
  options.write_time = milliseconds(200);
  Running running(options);
  Client client(running.port);
  client.send(request("GET", "/large?50000000"));
  CHECK(comes_true(
      [&] { return running.metrics().find("trivet_connections 1\n") != std::string::npos; }));
}

TEST_CASE("http overload: what the queue can't hold is told to come back", "[http][threads]") {
  auto options = Running::quick();
  options.threads = 1;
  options.queue_length = 2;
  Running running(options);
  std::vector<std::unique_ptr<Client>> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.push_back(std::make_unique<Client>(running.port));
    waiting.back()->send(request("POST", "/wait", "{}"));
    if (i == 0) REQUIRE(comes_true([&] { return running.handler.waiting == 1; }));
  }
  CHECK(comes_true(
      [&] { return running.metrics().find("trivet_queue_depth 2\n") != std::string::npos; }));
  const std::string refused = running.ask(request("POST", "/wait", "{}"));
  CHECK(status_of(refused) == 503);
  CHECK(refused.find("Retry-After: 1\r\n") != std::string::npos);
  CHECK(time_of_health(running) < 200);
  running.handler.release();
  for (const auto& client : waiting) CHECK(body_of(client->read_answer()) == "waited");
}

TEST_CASE("http overload: a call that was guessed to be short holds up nobody", "[http][threads]") {
  Running running;
  // Fast calls teach that the path is fast; then it isn't.
  Client client(running.port);
  for (int i = 0; i < 30; ++i) {
    client.send(request("POST", "/sleep?0", "{}"));
    REQUIRE(status_of(client.read_answer()) == 200);
  }
  client.send(request("POST", "/sleep?600", "{}"));
  std::this_thread::sleep_for(milliseconds(5));
  const auto begin = Clock::now();
  for (int i = 0; i < 10; ++i) CHECK(time_of_health(running) < 100);
  CHECK(Clock::now() - begin < milliseconds(500));
  CHECK(body_of(client.read_answer()) == "slept");
  CHECK(time_of_health(running) < 100);
}

TEST_CASE("http cancellation: a client that goes is noticed while its answer is computed",
          "[http][threads]") {
  Running running;
  Client client(running.port);
  client.send(request("POST", "/wait", "{}"));
  REQUIRE(comes_true([&] { return running.handler.waiting == 1; }));
  client.close();
  CHECK(comes_true([&] { return running.handler.cancellations == 1; }));
  CHECK(time_of_health(running) < 200);
}

TEST_CASE("http deadline: what waited too long is not computed", "[http]") {
  auto options = Running::quick();
  options.threads = 1;
  options.request_time = milliseconds(50);
  Running running(options);
  Client first(running.port);
  first.send(request("POST", "/wait", "{}"));
  REQUIRE(comes_true([&] { return running.handler.waiting == 1; }));
  Client second(running.port);
  second.send(request("POST", "/wait", "{}"));
  std::this_thread::sleep_for(milliseconds(100));
  running.handler.release();
  CHECK(status_of(second.read_answer()) == 504);
}
