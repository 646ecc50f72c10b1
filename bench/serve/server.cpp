// SPDX-License-Identifier: Apache-2.0
// The server with one model behind it and nothing else of the service. usage: server MODEL
// `server --make MODEL REQUEST` writes the forest and the request of the figures instead.
// Prints its port; ends on SIGTERM.
#include "http/server.hpp"

#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

#include "service/call.hpp"
#include "support/models.hpp"
#include "trivet/local_endpoint.hpp"
#include "trivet/local_model.hpp"

namespace {

class OneModel final : public trivet::service::Handler {
 public:
  explicit OneModel(trivet::LocalModel model) {
    if (!endpoint_.deploy_model("1", std::move(model))) std::abort();
  }
  void handle(const trivet::service::Call& call, trivet::service::Reply& reply) override {
    reply.route = "predict";
    if (call.method == "GET") return;
    if (const auto answered = endpoint_.predict(call.body, reply.body); !answered) {
      reply.status = 400;
      reply.body = answered.error().message();
    }
    reply.instance_count = 1;
  }
  bool answers_at_once(std::string_view method, std::string_view path) const noexcept override {
    return method == "GET" && path == "/health";
  }
  bool is_container_path(std::string_view /*path*/) const noexcept override { return true; }

 private:
  trivet::LocalEndpoint endpoint_;
};

int make(const char* model, const char* request) {
  using namespace trivet::bench;
  const Forest forest = make_forest({.trees = 100, .features = 30, .depth = 6, .bins = 255});
  std::ofstream(model, std::ios::binary) << to_xgboost_ubjson(forest);
  std::ofstream out(request, std::ios::binary);
  out << R"({"instances": [[)";
  for (int i = 0; i < 30; ++i) out << (i == 0 ? "" : ", ") << (i * 37 % 100) / 100.0 - 0.4;
  out << "]]}";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4) return make(argv[2], argv[3]);
  if (argc != 2) return 2;
  auto model = trivet::LocalModel::load(argv[1]);
  if (!model) {
    std::fprintf(stderr, "%s\n", model.error().message().c_str());
    return 3;
  }
  OneModel handler(std::move(*model));
  trivet::http::ServerOptions options;
  options.port = 0;
  trivet::http::Server server(handler, options);
  const auto bound = server.start();
  if (!bound || !server.stop_on_signals()) return 4;
  std::printf("%u\n", static_cast<unsigned>(bound->port));
  std::fflush(stdout);
  return server.wait() ? 0 : 5;
}
