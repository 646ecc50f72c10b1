// SPDX-License-Identifier: Apache-2.0
// A warm prediction over HTTP allocates nothing, from the socket to the model and back.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "http/server.hpp"
#include "rules/allocation_count.hpp"
#include "service/call.hpp"
#include "trivet/local_endpoint.hpp"
#include "trivet/local_model.hpp"

namespace {

constexpr int kWarmUpCalls = 200;
constexpr int kCalls = 2000;

class OneModel final : public trivet::service::Handler {
 public:
  explicit OneModel(trivet::LocalModel model) : endpoint_(model.deploy_to_local_endpoint()) {}
  void handle(const trivet::service::Call& call, trivet::service::Reply& reply) override {
    if (!endpoint_.predict(call.body, reply.body)) reply.status = 400;
  }
  bool answers_at_once(std::string_view /*method*/,
                       std::string_view /*path*/) const noexcept override {
    return false;
  }
  bool is_container_path(std::string_view /*path*/) const noexcept override { return true; }

 private:
  trivet::LocalEndpoint endpoint_;
};

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected =
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  return connected ? socket : -1;
}

/// One request and its answer, which comes in one piece, into a buffer on the stack.
bool ask(int socket, std::string_view request) {
  char answer[4096];
  if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) < 0) return false;
  const ssize_t count = ::recv(socket, answer, sizeof answer, 0);
  return count > 12 && std::string_view(answer, 12) == "HTTP/1.1 200";
}

}  // namespace

int main() {
  auto model = trivet::LocalModel::load(std::string(TRIVET_TEST_DATA) +
                                        "golden/xgboost/json_10_logistic_base/model");
  if (!model) {
    std::printf("%s\n", model.error().message().c_str());
    return 1;
  }
  OneModel handler(std::move(*model));
  trivet::http::ServerOptions options;
  options.port = 0;
  trivet::http::Server server(handler, options);
  const auto bound = server.start();
  const int socket = bound ? connect_to(bound->port) : -1;
  const std::string body =
      R"({"instances":[[0.4682,0.0,-1.6979,0.6384,3.7806,5.0723,0.6415,1.5]]})";
  const std::string request = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body;
  bool succeeded = socket >= 0;
  for (int i = 0; i < kWarmUpCalls; ++i) succeeded = succeeded && ask(socket, request);
  const std::size_t before = allocation_count;
  for (int i = 0; i < kCalls; ++i) succeeded = succeeded && ask(socket, request);
  const std::size_t count = allocation_count - before;
  std::printf("%zu allocations in %d requests%s\n", count, kCalls, succeeded ? "" : ", one FAILED");
  ::close(socket);
  // The sweep over deadlines allocates now and then, and knows nothing of requests.
  return succeeded && count < kCalls / 20 ? 0 : 1;
}
