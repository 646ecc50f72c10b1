// SPDX-License-Identifier: Apache-2.0
// The smallest embedder: answers a request file with a model. Compiled in every way in which the
// library is consumed, also without exceptions and run-time type information.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#ifdef TRIVET_DROP_IN
#  include "trivet.hpp"
#else
#  include "trivet/trivet.hpp"
#endif

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: program MODEL REQUEST\n");
    return 2;
  }
  const auto model = trivet::LocalModel::load(argv[1]);
  if (!model) {
    std::fprintf(stderr, "%s\n", model.error().message().c_str());
    return 3;
  }
  std::ifstream file(argv[2], std::ios::binary);
  const std::string request{std::istreambuf_iterator<char>(file), {}};
  const auto reply = model->deploy_to_local_endpoint().predict(request);
  if (!reply) {
    std::fprintf(stderr, "%s\n", reply.error().message().c_str());
    return 1;
  }
  std::printf("%s\n", reply->c_str());
  return 0;
}
