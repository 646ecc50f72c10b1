// SPDX-License-Identifier: Apache-2.0
// A Status that nobody looks at is refused (with the warning made an error).
// refused: nodiscard|unused-result
#include "trivet/local_endpoint.hpp"

void use(trivet::LocalEndpoint& endpoint) {
#ifdef TRIVET_MISUSE
  endpoint.undeploy_model("1");
#else
  if (!endpoint.undeploy_model("1")) return;
#endif
}
