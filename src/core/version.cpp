// SPDX-License-Identifier: Apache-2.0
// The one place that knows the version; the build passes it in.
#include "trivet/version.hpp"

#if defined(__FAST_MATH__)
#  error "without NaN and rounding in order there are no right answers: compile without -ffast-math"
#endif

namespace trivet::inline v0 {

std::string_view version() noexcept { return TRIVET_VERSION_STRING; }

}  // namespace trivet::inline v0
