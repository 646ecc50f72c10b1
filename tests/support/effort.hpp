// SPDX-License-Identifier: Apache-2.0
// How much random testing a build can afford.
#pragma once

namespace trivet::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#  else
inline constexpr bool kSanitized = false;
#  endif
#else
inline constexpr bool kSanitized = false;
#endif

/// The full count in ordinary builds, a seeded sample under sanitizers, which are many times
/// slower.
template <class Count>
[[nodiscard]] constexpr Count effort(Count full, Count sampled) noexcept {
  return kSanitized ? sampled : full;
}

}  // namespace trivet::test
