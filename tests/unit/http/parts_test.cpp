// SPDX-License-Identifier: Apache-2.0
// The parts of the server that need no socket.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "http/access_log.hpp"
#include "http/access_rules.hpp"
#include "http/answer_head.hpp"
#include "http/compute_pool.hpp"
#include "http/cost_table.hpp"
#include "http/inflate.hpp"
#include "http/metrics.hpp"
#include "http/request_reader.hpp"
#include "unit/http/served.hpp"

using namespace trivet::http;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

/// The frame of RFC 1952 around a deflate stream.
std::string gzip_frame(std::string_view deflated, std::string_view text) {
  std::uint32_t crc = 0xffffffffu;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1u)));
  }
  std::string out("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  out += deflated;
  for (const std::uint32_t word : {~crc, static_cast<std::uint32_t>(text.size())})
    for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(word >> shift & 0xff);
  return out;
}

/// One stored block (RFC 1951, 3.2.4).
std::string gzip(std::string_view text) {
  std::string block(1, '\x01');
  const auto size = static_cast<std::uint16_t>(text.size());
  for (const auto word : {size, static_cast<std::uint16_t>(~size)})
    for (int shift = 0; shift < 16; shift += 8) block += static_cast<char>(word >> shift & 0xff);
  return gzip_frame(block + std::string(text), text);
}

/// 1 + 258 × `runs` zero bytes in 13 bits a run: one block of fixed codes (3.2.6) with a literal and
/// then copies of the longest kind from one byte back.
std::string gzip_bomb(std::size_t runs) {
  std::string block;
  std::size_t used = 0;
  const auto put = [&](std::string_view bits) {
    for (const char bit : bits) {
      if (used % 8 == 0) block += '\0';
      if (bit == '1') block.back() = static_cast<char>(block.back() | 1 << used % 8);
      ++used;
    }
  };
  put("110");       // the last block, fixed codes
  put("00110000");  // the byte 0
  for (std::size_t i = 0; i < runs; ++i)
    put("11000101"
        "00000");  // 258 bytes, 1 back
  put("0000000");
  return gzip_frame(block, std::string(1 + 258 * runs, '\0'));
}

}  // namespace

TEST_CASE("http inflate: whole streams within their bounds", "[http]") {
  std::string out;
  const std::string text = "{\"instances\": [[1, 2, 3]]}";
  CHECK(!inflate_body(gzip(text), {}, out));
  CHECK(out == text);
  CHECK(!inflate_body(gzip(""), {}, out));
  CHECK(out.empty());

  const std::string packed = gzip(text);
  CHECK(inflate_body(packed.substr(0, packed.size() - 1), {}, out).status == 400);
  CHECK(inflate_body(packed + "x", {}, out).status == 400);
  CHECK(inflate_body("", {}, out).status == 400);
  CHECK(inflate_body(text, {}, out).status == 400);
  CHECK(out.empty());

  const std::string bomb = gzip_bomb(32768);
  CHECK(bomb.size() < 54'000);
  CHECK(inflate_body(bomb, {}, out).status == 413);
  CHECK(inflate_body(bomb, {.bytes = 1 << 20, .ratio = 1000}, out).status == 413);
  CHECK(out.empty());
  CHECK(!inflate_body(bomb, {.ratio = 1000}, out));
  CHECK(out == std::string(1 + 258 * 32768, '\0'));
}

TEST_CASE("http server: compressed bodies where they are allowed", "[http]") {
  auto options = served::Running::quick();
  options.allow_gzip = true;
  served::Running running(options);
  const std::string fields = "Content-Encoding: gzip\r\n";
  const std::string answer =
      running.ask(served::request("POST", "/echo", gzip("{\"a\":1}"), fields));
  CHECK(served::body_of(answer) == "{\"a\":1}");
  CHECK(served::status_of(running.ask(served::request("POST", "/echo", "{}", fields))) == 400);
  const std::string bomb = gzip_bomb(100'000);
  CHECK(served::status_of(running.ask(served::request("POST", "/echo", bomb, fields))) == 413);
}

TEST_CASE("http access: secrets, hosts, loopback", "[http]") {
  CHECK(is_same_secret("abc", "abc"));
  CHECK_FALSE(is_same_secret("abd", "abc"));
  CHECK_FALSE(is_same_secret("ab", "abc"));
  CHECK_FALSE(is_same_secret("abcd", "abc"));
  CHECK_FALSE(is_same_secret("", "abc"));

  CHECK(host_without_port("localhost") == "localhost");
  CHECK(host_without_port("localhost:80") == "localhost");
  CHECK(host_without_port("[::1]:80") == "[::1]");
  CHECK(host_without_port("[::1]") == "[::1]");

  for (const char* host : {"localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"})
    CHECK(is_loopback(host));
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "127.evil.example", "128.0.0.1", ""})
    CHECK_FALSE(is_loopback(host));
}

TEST_CASE("http access: on all addresses, any that is written as digits is ours", "[http]") {
  AccessRules rules;
  rules.hosts = {"localhost", "models.example"};
  rules.any_address = true;
  Request request;
  request.method = "GET";
  for (const char* host : {"10.1.2.3:80", "[fe80::1]:80", "models.example", "Models.Example:1"}) {
    request.host = host;
    CHECK_FALSE(check_access(request, rules, false));
  }
  for (const char* host : {"evil.example", "10.1.2.3.evil.example", "models.example.evil"}) {
    request.host = host;
    CHECK(check_access(request, rules, false).status == 403);
  }
}

TEST_CASE("http reader: its memory after a large request is given back", "[http]") {
  const RequestBounds bounds;
  RequestReader reader(bounds);
  const std::string large = served::request("POST", "/a?b=c&d", std::string(1 << 20, 'x'));
  const std::string small = served::request("POST", "//x/y", "{}");
  std::string input = large + small;
  std::size_t taken = 0;
  REQUIRE(reader.read(input, taken) == RequestReader::Step::head);
  CHECK(reader.request().content_length == 1 << 20);
  CHECK(reader.request().body.empty());
  input.erase(0, taken);
  REQUIRE(reader.read(input, taken) == RequestReader::Step::done);
  CHECK(reader.request().path == "/a");
  CHECK(reader.request().query == "b=c&d");
  CHECK(reader.request().body.size() == 1 << 20);
  input.erase(0, taken);
  reader.next();
  CHECK(reader.request().body.capacity() < 1 << 20);
  REQUIRE(reader.read(input, taken) == RequestReader::Step::head);
  CHECK(reader.request().path == "/x/y");
}

TEST_CASE("http answers: dates and reasons", "[http]") {
  // RFC 9110's own example, 5.6.7
  const std::chrono::system_clock::time_point time{std::chrono::seconds(784111777)};
  CHECK(http_date(time) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(reason_phrase(404) == "Not Found");
  CHECK(reason_phrase(299) == "Status");
}

TEST_CASE("http metrics: buckets are cumulative, and a bound belongs to its bucket", "[http]") {
  Histogram histogram;
  histogram.add(microseconds(10));
  histogram.add(microseconds(11));
  histogram.add(std::chrono::seconds(11));
  std::string text;
  histogram.append(text, "x", "a=\"b\"");
  CHECK(text.find("x_bucket{a=\"b\",le=\"0.00001\"} 1\n") != std::string::npos);
  CHECK(text.find("x_bucket{a=\"b\",le=\"0.000025\"} 2\n") != std::string::npos);
  CHECK(text.find("x_bucket{a=\"b\",le=\"10\"} 2\n") != std::string::npos);
  CHECK(text.find("x_bucket{a=\"b\",le=\"+Inf\"} 3\n") != std::string::npos);
  CHECK(text.find("x_sum{a=\"b\"} 11.000021000\n") != std::string::npos);
  CHECK(text.find("x_count{a=\"b\"} 3\n") != std::string::npos);
}

TEST_CASE("http costs: a slow call is believed at once, fast ones bit by bit", "[http]") {
  CostTable costs;
  CHECK(costs.guess("/a") == CostTable::kUnknown);
  costs.learn("/a", microseconds(10));
  CHECK(costs.guess("/a") == microseconds(10));
  costs.learn("/a", milliseconds(10));
  CHECK(costs.guess("/a") == milliseconds(10));
  costs.learn("/a", microseconds(10));
  CHECK(costs.guess("/a") > milliseconds(7));
  for (int i = 0; i < 60; ++i) costs.learn("/a", microseconds(10));
  CHECK(costs.guess("/a") < microseconds(11));
}

TEST_CASE("http log: a line is one JSON object whatever the path", "[http]") {
  std::string lines;
  AccessLog log([&](std::string_view text) { lines += text; });
  Answered answered;
  answered.route = "x";
  answered.status = 404;
  answered.total = microseconds(1500);
  log.add(std::chrono::system_clock::time_point(milliseconds(1)), "GET", "/a\"b\\c", answered);
  CHECK(lines.empty());
  log.flush();
  CHECK(lines ==
        R"({"time":"1970-01-01T00:00:00.001Z","method":"GET","path":"/a\"b\\c","status":404,)"
        R"("route":"x","bytesIn":0,"bytesOut":0,"instances":0,"ms":1.500,"queueMs":0.000})"
        "\n");
}

TEST_CASE("http pool: what is queued is run before it stops", "[http][threads]") {
  struct Count final : ComputeTask {
    void run() noexcept override { ++runs; }
    std::atomic<int> runs{0};
  };
  const auto task = std::make_shared<Count>();
  ComputePool pool;
  REQUIRE(pool.start(2, 1000));
  int taken = 0;
  for (int i = 0; i < 500; ++i) taken += pool.submit(task) ? 1 : 0;
  CHECK(taken == 500);
  pool.stop();
  CHECK(task->runs == 500);
  CHECK_FALSE(pool.submit(task));
}
