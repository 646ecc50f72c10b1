// SPDX-License-Identifier: Apache-2.0
// The path of a request, taken apart.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace trivet::http {

/// Decoded segments between slashes, and the custom verb behind the last colon. Views into the path
/// that was given, or into its own storage where something was percent-encoded; so it doesn't move.
class Path {
 public:
  static constexpr std::size_t kMaxSegments = 16;

  Path() = default;
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;

  /// Slashes at the start count as one. False for paths that don't start with one, for broken
  /// percent-encoding, and where the text behind it isn't UTF-8 or has control characters. Segments
  /// beyond the sixteenth are dropped: only the routes of models themselves are so long.
  [[nodiscard]] bool parse(std::string_view path);

  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] std::string_view operator[](std::size_t i) const noexcept { return segments_[i]; }
  [[nodiscard]] std::string_view last() const noexcept {
    return count_ == 0 ? std::string_view() : segments_[count_ - 1];
  }
  /// Cuts the last segment at its last colon: what stands behind it, empty without one.
  [[nodiscard]] std::string_view split_verb() noexcept;

 private:
  std::array<std::string_view, kMaxSegments> segments_;
  std::size_t count_ = 0;
  std::string storage_;
};

}  // namespace trivet::http
