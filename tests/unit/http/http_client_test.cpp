// SPDX-License-Identifier: Apache-2.0
// The client against a server of ours on a free port.
#include "http/http_client.hpp"

#include "catch.hpp"
#include "served.hpp"

namespace trivet::http {
namespace {

const std::atomic<bool> kGoesOn{false};

service::HttpPost post_to(std::uint16_t port, std::string target, std::string body = "{}") {
  service::HttpPost post;
  post.host = "127.0.0.1";
  post.port = port;
  post.target = std::move(target);
  post.body = std::move(body);
  return post;
}

std::string read_rest(service::HttpAnswer& answer) {
  std::string body;
  std::string piece;
  for (;;) {
    const auto more = answer.read(piece, kGoesOn);
    if (!more) return body + "|" + more.failure().message;
    if (!*more) return body;
    body += piece;
  }
}

TEST_CASE("http client: posts, and reads answers of known and unknown length", "[http]") {
  served::TestHandler handler;
  ServerOptions options;
  options.host = "127.0.0.1";
  options.port = 0;
  Server server(handler, options);
  const auto address = server.start();
  REQUIRE(address);
  const auto client = make_http_client();

  auto echoed = client->post(post_to(address->port, "/echo", R"({"a":"ü"})"), kGoesOn);
  REQUIRE(echoed);
  CHECK((*echoed)->status() == 200);
  CHECK(read_rest(**echoed) == R"({"a":"ü"})");
  auto large = client->post(post_to(address->port, "/large?300000"), kGoesOn);
  REQUIRE(large);
  CHECK(read_rest(**large).size() == 300'000);
  auto stream = client->post(post_to(address->port, "/stream?3"), kGoesOn);
  REQUIRE(stream);
  CHECK_FALSE(read_rest(**stream).empty());
}

TEST_CASE("http client: nobody there, nobody answering, nobody waiting", "[http]") {
  const auto client = make_http_client();
  std::uint16_t free_port = 0;
  {
    served::TestHandler handler;
    ServerOptions options;
    options.host = "127.0.0.1";
    options.port = 0;
    Server server(handler, options);
    const auto address = server.start();
    REQUIRE(address);
    free_port = address->port;

    auto slow = post_to(free_port, "/sleep?3000");
    slow.idle_time = std::chrono::milliseconds(50);
    const auto late = client->post(slow, kGoesOn);
    REQUIRE_FALSE(late);
    CHECK(late.failure().code == service::Code::deadline_exceeded);

    const std::atomic<bool> gone{true};
    const auto cancelled = client->post(post_to(free_port, "/sleep?3000"), gone);
    REQUIRE_FALSE(cancelled);
    CHECK(cancelled.failure().code == service::Code::cancelled);
  }
  const auto refused = client->post(post_to(free_port, "/echo"), kGoesOn);
  REQUIRE_FALSE(refused);
  CHECK(refused.failure().code == service::Code::unavailable);
}

}  // namespace
}  // namespace trivet::http
