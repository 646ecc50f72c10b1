// SPDX-License-Identifier: Apache-2.0
// Raw bytes that attackers send: each gets its status or a closed connection within a bound, while
// good requests on another connection go on.
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "unit/http/served.hpp"

using namespace served;

namespace {

struct Probe {
  const char* name;
  std::string bytes;
  std::vector<int> statuses;  ///< any of these
};

const std::string kPost = "POST /echo HTTP/1.1\r\nHost: localhost\r\n";
const std::string kGet = "GET /health HTTP/1.1\r\nHost: localhost\r\n";

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::string chunked(const std::string& body) {
  return kPost + "Transfer-Encoding: chunked\r\n\r\n" + body;
}

std::vector<Probe> framing_probes() {
  return {
      {"two lengths that differ",
       kPost + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}}",
       {400}},
      {"two lengths that agree", kPost + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", {400}},
      {"a list of lengths", kPost + "Content-Length: 2, 2\r\n\r\n{}", {400}},
      {"length, then chunked",
       kPost + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
       {400}},
      {"chunked, then length",
       kPost + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}",
       {400}},
      {"a length with a plus", kPost + "Content-Length: +2\r\n\r\n{}", {400}},
      {"a negative length", kPost + "Content-Length: -2\r\n\r\n{}", {400}},
      {"a length in hex", kPost + "Content-Length: 0x2\r\n\r\n{}", {400}},
      {"a length with a blank inside", kPost + "Content-Length: 2 2\r\n\r\n{}", {400}},
      {"an empty length", kPost + "Content-Length: \r\n\r\n{}", {400}},
      {"a length beyond 64 bits",
       kPost + "Content-Length: 99999999999999999999999\r\n\r\n{}",
       {400, 413}},
      {"a length of 1 GB", kPost + "Content-Length: 1000000000\r\n\r\n{}", {413}},
      {"gzip, chunked", kPost + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", {400, 501}},
      {"chunked, gzip", kPost + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", {400, 501}},
      {"chunked twice in one field",
       kPost + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
       {400, 501}},
      {"chunked in two fields",
       kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       {400}},
      {"an unknown encoding", kPost + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", {400, 501}},
      {"identity", kPost + "Transfer-Encoding: identity\r\n\r\n{}", {400, 501}},
      {"chunked in quotes", kPost + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", {400, 501}},
      {"chunked in HTTP/1.0",
       "POST /echo HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       {400}},
      {"a negative chunk", chunked("-1\r\na\r\n0\r\n\r\n"), {400}},
      {"a chunk beyond 64 bits", chunked("fffffffffffffffff\r\na\r\n0\r\n\r\n"), {400}},
      {"a chunk of 4 GB", chunked("ffffffff\r\na\r\n0\r\n\r\n"), {413}},
      {"a chunk without a size", chunked("\r\na\r\n0\r\n\r\n"), {400}},
      {"a chunk longer than it says", chunked("1\r\nab\r\n0\r\n\r\n"), {400}},
      {"a chunk that ends in a bare LF", chunked("1\na\n0\n\n"), {400}},
      {"a chunk's size with a prefix", chunked("0x1\r\na\r\n0\r\n\r\n"), {400}},
      {"more chunks than are taken", chunked(repeated("1\r\na\r\n", 70000) + "0\r\n\r\n"), {400}},
      {"a chunk's extension of 100 KB",
       chunked("1;" + std::string(100000, 'x') + "\r\na\r\n0\r\n\r\n"),
       {400}},
      {"a line end inside a chunk's extension",
       chunked("1;a=\"\n0\n\n\"\r\nb\r\n0\r\n\r\n"),
       {400}},
      {"a chunk's size of 100 KB", chunked(std::string(100000, '0')), {400}},
      {"a trailer of 100 KB",
       chunked("1\r\na\r\n0\r\nX: " + std::string(100000, 'x') + "\r\n\r\n"),
       {400}},
      {"a trailer with a length", chunked("1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n"), {400}},
  };
}

std::vector<Probe> head_probes() {
  return {
      {"no Host", "GET /health HTTP/1.1\r\n\r\n", {400}},
      {"two Hosts", kGet + "Host: localhost\r\n\r\n", {400}},
      {"a Host with a blank", "GET /health HTTP/1.1\r\nHost: local host\r\n\r\n", {400}},
      {"a Host with a path", "GET /health HTTP/1.1\r\nHost: localhost/x\r\n\r\n", {400}},
      {"a folded field", kGet + "X: a\r\n b\r\n\r\n", {400}},
      {"a folded field with a tab", kGet + "X: a\r\n\tb\r\n\r\n", {400}},
      {"a folded first field", "GET /health HTTP/1.1\r\n Host: localhost\r\n\r\n", {400}},
      {"a blank before the colon", kGet + "X : a\r\n\r\n", {400}},
      {"a field without a colon", kGet + "X\r\n\r\n", {400}},
      {"a field without a name", kGet + ": a\r\n\r\n", {400}},
      {"a name with a bracket", kGet + "X(): a\r\n\r\n", {400}},
      {"bare LF", "GET /health HTTP/1.1\nHost: localhost\n\n", {400}},
      {"bare LF at one line", "GET /health HTTP/1.1\r\nHost: localhost\nX: a\r\n\r\n", {400}},
      {"a CR inside a line", kGet + "X: a\rb\r\n\r\n", {400}},
      {"a NUL in a value", kGet + std::string("X: a\0b\r\n\r\n", 10), {400}},
      {"a NUL in the target",
       std::string("GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n", 37),
       {400}},
      {"a control byte in a value",
       kGet + "X: a\x01"
              "b\r\n\r\n",
       {400}},
      {"a head of 70 KB", kGet + "X: " + std::string(70000, 'x') + "\r\n\r\n", {431}},
      {"a head without an end of 70 KB", kGet + "X: " + std::string(70000, 'x'), {431}},
      {"2000 fields", kGet + repeated("X: a\r\n", 2000) + "\r\n", {431}},
      {"101 fields", kGet + repeated("X: a\r\n", 100) + "\r\n", {431}},
      {"a target of 40 KB",
       "GET /" + std::string(40000, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
       {414}},
      {"a target of 40 KB without an end", "GET /" + std::string(40000, 'x'), {414}},
      {"HTTP/0.9", "GET /health\r\n\r\n", {400, 505}},
      {"HTTP/1.2", "GET /health HTTP/1.2\r\nHost: localhost\r\n\r\n", {400, 505}},
      {"HTTP/2 in words", "GET /health HTTP/2.0\r\nHost: localhost\r\n\r\n", {400, 505}},
      {"HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}},
      {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), {400}},
      {"two blanks in the request line", "GET  /health HTTP/1.1\r\nHost: localhost\r\n\r\n", {400}},
      {"a tab in the request line", "GET\t/health HTTP/1.1\r\nHost: localhost\r\n\r\n", {400}},
      {"a blank before the method", " GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", {400}},
      {"two empty lines first", "\r\n\r\n" + kGet + "\r\n", {400}},
      {"a target that is no path", "GET health HTTP/1.1\r\nHost: localhost\r\n\r\n", {400}},
      {"a target with a fragment", "GET /health#x HTTP/1.1\r\nHost: localhost\r\n\r\n", {400}},
      {"a target with raw UTF-8", "GET /h\xc3\xa4 HTTP/1.1\r\nHost: localhost\r\n\r\n", {400}},
      {"a file's address", "GET file:///etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", {400}},
      {"another host in the target",
       "GET http://other/health HTTP/1.1\r\nHost: localhost\r\n\r\n",
       {400}},
      {"a star for GET", "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n", {400}},
      {"CONNECT", "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", {400, 405}},
      {"TRACE", "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", {405}},
      {"a method of its own", "BREW /echo HTTP/1.1\r\nHost: localhost\r\n\r\n", {501}},
      {"another Expect", kPost + "Content-Length: 2\r\nExpect: cake\r\n\r\n{}", {417}},
  };
}

std::vector<Probe> access_probes() {
  const std::string body = "Content-Length: 2\r\n\r\n{}";
  const auto from = [](const std::string& host) {
    return "GET /health HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  };
  return {
      {"a name that was pointed here", from("evil.example"), {403}},
      {"such a name with our port", from("evil.example:80"), {403}},
      {"a name that begins like ours", from("localhost.evil.example"), {403}},
      {"an address that isn't ours", from("10.0.0.1"), {403}},
      {"a post of another page", kPost + "Origin: https://evil.example\r\n" + body, {403}},
      {"a post of another port's page", kPost + "Origin: http://localhost:81\r\n" + body, {403}},
      {"a post of a page without origin", kPost + "Origin: null\r\n" + body, {403}},
      {"a form", kPost + "Content-Type: application/x-www-form-urlencoded\r\n" + body, {415}},
      {"a plain text", kPost + "Content-Type: text/plain\r\n" + body, {415}},
      {"a type that only begins well", kPost + "Content-Type: application/jsonp\r\n" + body, {415}},
      {"two types",
       kPost + "Content-Type: application/json\r\nContent-Type: text/plain\r\n" + body,
       {415}},
      {"a compressed body", kPost + "Content-Encoding: gzip\r\n" + body, {415}},
      {"another coding", kPost + "Content-Encoding: br\r\n" + body, {415}},
  };
}

void run_probes(const std::vector<Probe>& probes) {
  Running running;
  Client good(running.port);
  for (const Probe& probe : probes) {
    INFO(probe.name);
    const auto begin = Clock::now();
    Client client(running.port, milliseconds(3000));
    client.send(probe.bytes);
    client.shut_sending();
    const std::string answer = client.read_all();
    CHECK(client.has_ended());
    CHECK(Clock::now() - begin < milliseconds(2000));
    bool is_expected = false;
    for (const int status : probe.statuses) is_expected |= status_of(answer) == status;
    CAPTURE(answer.substr(0, 300));
    CHECK(is_expected);
    CHECK(answer.find("HTTP/1.1 200") == std::string::npos);

    good.send(request("POST", "/echo", "{}"));
    CHECK(body_of(good.read_answer()) == "{}");
  }
}

}  // namespace

TEST_CASE("http probes: where a request ends is never a guess", "[http]") {
  run_probes(framing_probes());
}

TEST_CASE("http probes: heads that others might read differently", "[http]") {
  run_probes(head_probes());
}

TEST_CASE("http probes: other hosts, other pages, other types", "[http]") {
  run_probes(access_probes());
}

TEST_CASE("http probes: nothing smuggled behind a refused request is answered", "[http]") {
  Running running;
  Client client(running.port);
  client.send(kPost + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
              request("POST", "/echo", "smuggled"));
  const std::string all = client.read_all();
  CHECK(status_of(all) == 400);
  CHECK(all.find("smuggled") == std::string::npos);
  CHECK(all.find("HTTP/1.1", 1) == std::string::npos);
}

TEST_CASE("http probes: what the rules allow passes", "[http]") {
  Running running;
  const std::string port = std::to_string(running.port);
  for (const std::string host : {"localhost", "LOCALHOST", "127.0.0.1", "[::1]", "localhost.",
                                 "127.0.0.1:9999", "localhost:1"}) {
    INFO(host);
    CHECK(status_of(running.ask("GET /health HTTP/1.1\r\nHost: " + host + "\r\n\r\n")) == 200);
  }
  for (const std::string fields :
       {"Content-Type: application/json\r\n", "Content-Type: Application/JSON ; charset=utf-8\r\n",
        "Content-Type: application/problem+json\r\n", "Content-Encoding: identity\r\n",
        "Origin: http://localhost\r\n", "Connection: keep-alive, x\r\n"}) {
    INFO(fields);
    CHECK(status_of(running.ask(request("POST", "/echo", "{}", fields))) == 200);
  }
  CHECK(status_of(running.ask(
            request("POST", "/a:rawPredict", "x", "Content-Type: image/png\r\n"))) == 200);
  CHECK(status_of(running.ask("\r\n" + request("GET", "/health"))) == 200);
  // A page of anybody may ask for health: it can't read the answer.
  CHECK(status_of(running.ask(request("GET", "/health", "", "Origin: http://a.example\r\n"))) ==
        200);
}

TEST_CASE("http probes: inside a container any Host asks, but no foreign page", "[http]") {
  auto options = Running::quick();
  options.is_container = true;
  options.host = "0.0.0.0";
  Running running(options);
  const std::string head = "POST /echo HTTP/1.1\r\nHost: model.svc:8080\r\nContent-Length: 2\r\n";
  CHECK(status_of(running.ask(head + "\r\n{}")) == 200);
  CHECK(status_of(running.ask(head + "Origin: http://model.svc:8080\r\n\r\n{}")) == 200);
  CHECK(status_of(running.ask(head + "Origin: http://a.example\r\n\r\n{}")) == 403);
}
