// SPDX-License-Identifier: Apache-2.0
// The one place that knows the version; the build passes it in.
#include "trivet/version.hpp"

namespace trivet::inline v0 {

std::string_view version() noexcept { return TRIVET_VERSION_STRING; }

}  // namespace trivet::inline v0
