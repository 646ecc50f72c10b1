// SPDX-License-Identifier: Apache-2.0
// Answers that are written as they come into being, and the server's end.
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "unit/http/served.hpp"

using namespace served;

TEST_CASE("http stream: chunks, then the connection goes on", "[http][threads]") {
  Running running;
  Client client(running.port);
  for (int i = 0; i < 3; ++i) {
    client.send(request("POST", "/stream?3", "{}"));
    const std::string answer = client.read_answer();
    CHECK(answer.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
    CHECK(answer.find("Content-Length") == std::string::npos);
    CHECK(answer.find("Content-Type: text/event-stream\r\n") != std::string::npos);
    CHECK(body_of(answer) == "begin;part;part;part;");
  }
  client.send(request("POST", "/stream?1", "{}") + request("POST", "/echo", "{}"));
  CHECK(body_of(client.read_answer()) == "begin;part;");
  CHECK(body_of(client.read_answer()) == "{}");
}

TEST_CASE("http stream: to HTTP/1.0 until the connection closes", "[http]") {
  Running running;
  Client client(running.port);
  client.send("POST /stream?2 HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}");
  const std::string answer = client.read_all();
  CHECK(answer.find("Transfer-Encoding") == std::string::npos);
  CHECK(answer.find("Connection: close") != std::string::npos);
  CHECK(body_of(answer) == "begin;part;part;");
  CHECK(client.has_ended());
}

TEST_CASE("http stream: ends when the client goes, and when it doesn't read", "[http][threads]") {
  auto options = Running::quick();
  options.write_time = milliseconds(200);
  Running running(options);
  Client goes(running.port);
  goes.send(request("POST", "/stream?forever", "{}"));
  REQUIRE(comes_true([&] { return running.handler.parts_made > 0; }));
  goes.close();
  CHECK(comes_true(
      [&] { return running.metrics().find("trivet_in_flight 0\n") != std::string::npos; }));

  Client stays(running.port);
  stays.send(request("POST", "/stream?forever", "{}"));
  CHECK(comes_true(
      [&] { return running.metrics().find("trivet_in_flight 1\n") != std::string::npos; }));
  CHECK(comes_true(
      [&] { return running.metrics().find("trivet_in_flight 0\n") != std::string::npos; }));
}

TEST_CASE("http stream: more than are taken are told to come back", "[http]") {
  auto options = Running::quick();
  options.streams = 1;
  Running running(options);
  Client first(running.port);
  first.send(request("POST", "/stream?forever", "{}"));
  REQUIRE(comes_true([&] { return running.handler.parts_made > 0; }));
  CHECK(status_of(running.ask(request("POST", "/stream?1", "{}"))) == 503);
  CHECK(status_of(running.ask(request("GET", "/health"))) == 200);
}

TEST_CASE("http shutdown: what is under way ends well, health says no, nobody new comes",
          "[http][threads]") {
  auto options = Running::quick();
  options.shutdown_time = milliseconds(5000);
  Running running(options);
  Client idle(running.port);
  idle.send(request("GET", "/health"));
  CHECK(status_of(idle.read_answer()) == 200);
  Client busy(running.port);
  busy.send(request("POST", "/wait", "{}"));
  REQUIRE(comes_true([&] { return running.handler.waiting == 1; }));
  Client half(running.port);
  half.send("GET /health HTTP/1.1\r\n");
  std::this_thread::sleep_for(milliseconds(50));

  running.server->stop();
  CHECK(idle.read_all().empty());
  CHECK(idle.has_ended());
  half.send("Host: localhost\r\n\r\n");
  const std::string health = half.read_all();
  CHECK(status_of(health) == 503);
  CHECK(comes_true([&] { return !Client(running.port).is_connected(); }));

  running.handler.release();
  const std::string answer = busy.read_all();
  CHECK(body_of(answer) == "waited");
  CHECK(busy.has_ended());
  CHECK(running.server->wait());
}

TEST_CASE("http shutdown: what doesn't end is cut off at the deadline", "[http][threads]") {
  auto options = Running::quick();
  options.shutdown_time = milliseconds(100);
  Running running(options);
  Client busy(running.port);
  busy.send(request("POST", "/wait", "{}"));
  Client stream(running.port);
  stream.send(request("POST", "/stream?forever", "{}"));
  REQUIRE(
      comes_true([&] { return running.handler.waiting == 1 && running.handler.parts_made > 0; }));
  const auto begin = Clock::now();
  running.server->stop();
  CHECK_FALSE(running.server->wait());
  CHECK(Clock::now() - begin < milliseconds(2000));
  CHECK(comes_true([&] { return running.handler.waiting == 0; }));
}

TEST_CASE("http shutdown: the first signal asks for it", "[http]") {
  Running running;
  REQUIRE(running.server->stop_on_signals());
  CHECK(status_of(running.ask(request("GET", "/health"))) == 200);
  REQUIRE(::kill(::getpid(), SIGTERM) == 0);
  CHECK(running.server->wait());
  CHECK_FALSE(Client(running.port).is_connected());
}

TEST_CASE("http load: many clients at once, each gets its own answers", "[http][threads]") {
  Running running;
  std::vector<std::thread> clients;
  std::atomic<int> right{0};
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      Client client(running.port);
      for (int i = 0; i < 50; ++i) {
        const std::string body = std::to_string(c * 1000 + i);
        const std::string path = i % 7 == 0 ? "/sleep?1" : "/echo";
        client.send(request("POST", path, body));
        const std::string answer = client.read_answer();
        if (body_of(answer) == (i % 7 == 0 ? "slept" : body)) ++right;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(right == 8 * 50);
}
