// SPDX-License-Identifier: Apache-2.0
// Loads the model that one would deploy and answers a request.
#include <cstdio>

#include "trivet/trivet.hpp"

int main() {
  auto model = trivet::LocalModel::load("examples/models/diabetes");
  if (!model) return std::puts(model.error().message().c_str()), 1;
  trivet::LocalEndpoint endpoint = model->deploy_to_local_endpoint();
  auto reply =
      endpoint.predict(R"({"instances": [[59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87]]})");
  std::puts(reply ? reply->c_str() : reply.error().message().c_str());
  return reply ? 0 : 1;
}
