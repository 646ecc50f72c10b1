// SPDX-License-Identifier: Apache-2.0
// What a well-behaved client sees.
#include <string>
#include <vector>

#include "catch.hpp"
#include "unit/http/served.hpp"

using namespace served;

TEST_CASE("http server: a body comes back, on one connection again and again", "[http][threads]") {
  Running running;
  Client client(running.port);
  for (int i = 0; i < 50; ++i) {
    const std::string body = "{\"n\":" + std::to_string(i) + "}";
    client.send(request("POST", "/echo", body, "Content-Type: application/json\r\n"));
    const std::string answer = client.read_answer();
    REQUIRE(status_of(answer) == 200);
    CHECK(body_of(answer) == body);
    CHECK(answer.find("Server-Timing: decode;dur=") != std::string::npos);
    CHECK(answer.find("Date: ") != std::string::npos);
  }
}

TEST_CASE("http server: pipelined requests are answered in order", "[http]") {
  Running running;
  Client client(running.port);
  std::string all;
  constexpr int kCount = 500;
  for (int i = 0; i < kCount; ++i) all += request("POST", "/echo", std::to_string(i));
  client.send(all);
  for (int i = 0; i < kCount; ++i) {
    INFO(i);
    REQUIRE(body_of(client.read_answer()) == std::to_string(i));
  }
}

TEST_CASE("http server: a request may come byte by byte", "[http]") {
  Running running;
  Client client(running.port);
  for (const char c : request("POST", "/echo", "{}")) client.send(std::string_view(&c, 1));
  CHECK(body_of(client.read_answer()) == "{}");
}

TEST_CASE("http server: chunks, and what is behind them, are undone", "[http]") {
  Running running;
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  CHECK(body_of(running.ask(head + "3\r\nabc\r\n2;x=\"y\"\r\nde\r\n0\r\n\r\n")) == "abcde");
  CHECK(body_of(running.ask(head + "1\r\na\r\n0\r\nContent-Type: text/html\r\n\r\n")) == "a");
}

TEST_CASE("http server: versions, methods and targets", "[http]") {
  Running running;
  Client old(running.port);
  old.send("POST /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}");
  const std::string closed = old.read_all();
  CHECK(status_of(closed) == 200);
  CHECK(body_of(closed) == "{}");
  CHECK(closed.find("Connection: close") != std::string::npos);
  CHECK(old.has_ended());

  Client kept(running.port);
  for (int i = 0; i < 2; ++i) {
    kept.send("POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}");
    CHECK(kept.read_answer().find("Connection: keep-alive") != std::string::npos);
  }

  Client head(running.port);
  head.send(request("HEAD", "/large?1000") + request("GET", "/large?3"));
  const std::string both = (head.shut_sending(), head.read_all());
  CHECK(both.find("Content-Length: 1000\r\n") != std::string::npos);
  CHECK(both.ends_with("yyy"));

  const std::string options = running.ask(request("OPTIONS", "/echo"));
  CHECK(status_of(options) == 204);
  CHECK(options.find("Allow: ") != std::string::npos);
  CHECK(options.find("Access-Control") == std::string::npos);
  CHECK(status_of(running.ask("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")) == 204);

  CHECK(body_of(running.ask(request("POST", "//echo", "{}"))) == "{}");
  CHECK(body_of(running.ask("POST http://localhost/echo HTTP/1.1\r\nHost: localhost\r\n"
                            "Content-Length: 2\r\n\r\n{}")) == "{}");
}

TEST_CASE("http server: Expect is answered before the body", "[http]") {
  Running running;
  Client client(running.port);
  client.send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: "
      "100-continue\r\n\r\n");
  CHECK(client.read_answer() == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("{}");
  CHECK(body_of(client.read_answer()) == "{}");
}

TEST_CASE("http server: large bodies both ways", "[http]") {
  Running running;
  std::string body(3 << 20, 'z');
  CHECK(body_of(running.ask(request("POST", "/echo", body))) == body);
}

TEST_CASE("http server: errors of a handler say nothing of the inside", "[http]") {
  Running running;
  const std::string thrown = running.ask(request("POST", "/throw", "{}"));
  CHECK(status_of(thrown) == 500);
  CHECK(body_of(thrown) ==
        R"({"error":{"code":500,"message":"a defect of this server","status":"INTERNAL"}})");

  const std::string split = running.ask(request("POST", "/headers", "{}"));
  CHECK(split.find("X-Split: a  X-Evil: 1\r\n") != std::string::npos);
  CHECK(split.find("Content-Length: 0\r\n") != std::string::npos);
  CHECK(split.find("1000000") == std::string::npos);
  CHECK(split.find("Bad Name") == std::string::npos);
}

TEST_CASE("http server: refusals in words of the service and of a container", "[http]") {
  Running running;
  const std::string fields = "Content-Type: text/plain\r\n";
  CHECK(body_of(running.ask(request("POST", "/predict", "x", fields))) ==
        R"({"error":"the body's Content-Type is not application/json"})");
  CHECK(
      body_of(running.ask(request("POST", "/echo", "x", fields))) ==
      R"({"error":{"code":415,"message":"the body's Content-Type is not application/json","status":"INVALID_ARGUMENT"}})");
}

TEST_CASE("http server: a Unix socket, for any Host", "[http]") {
  auto options = Running::quick();
  options.unix_socket = "trivet_http_test.socket";
  Running running(options);
  Client client(options.unix_socket);
  client.send("POST /echo HTTP/1.1\r\nHost: anything.example\r\nContent-Length: 2\r\n\r\n{}");
  CHECK(body_of(client.read_answer()) == "{}");
}

TEST_CASE("http server: what others can reach needs a token", "[http]") {
  TestHandler handler;
  trivet::http::ServerOptions options = Running::quick();
  options.host = "0.0.0.0";
  CHECK(!trivet::http::Server(handler, options).start());
  options.host = "example.com";
  options.token = "t";
  CHECK(!trivet::http::Server(handler, options).start());
  options.host = "0.0.0.0";
  Running running(options);
  CHECK(status_of(running.ask(request("GET", "/health"))) == 401);
  CHECK(status_of(running.ask(request("GET", "/health", "", "Authorization: Bearer u\r\n"))) ==
        401);
  CHECK(status_of(running.ask(request("GET", "/health", "", "Authorization: Bearer t\r\n"))) ==
        200);
}

TEST_CASE("http server: metrics and the access log", "[http]") {
  auto options = Running::quick();
  std::string lines;
  options.access_log = [&](std::string_view text) { lines += text; };
  {
    Running running(options);
    CHECK(status_of(running.ask(request("POST", "/echo?key=secret", "{}"))) == 200);
    CHECK(status_of(running.ask(request("POST", "/throw", "{}"))) == 500);
    const std::string text = running.metrics();
    CHECK(text.find("trivet_requests_total{route=\"test\",code=\"200\"} 1\n") != std::string::npos);
    CHECK(text.find("trivet_errors_total{kind=\"server\"} 1\n") != std::string::npos);
    CHECK(text.find("trivet_request_seconds_count 2\n") != std::string::npos);
    CHECK(text.find("trivet_request_bytes_total 4\n") != std::string::npos);
  }
  CHECK(lines.find(R"("method":"POST","path":"/echo","status":200,"route":"test","bytesIn":2)") !=
        std::string::npos);
  CHECK(lines.find("secret") == std::string::npos);
}
