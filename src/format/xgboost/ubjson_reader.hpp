// SPDX-License-Identifier: Apache-2.0
// The pieces of UBJSON: markers, lengths, numbers, containers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/byte_reader.hpp"
#include "trivet/result.hpp"

namespace trivet::xgboost {

/// The header of a list or object: type and count of its items, both optional.
struct UbjsonContainer {
  char item_type = 0;  ///< 0: each item says its own
  bool counted = false;
  std::uint64_t count = 0;
};

/// Reads one piece after the other. Errors say what was found, the place is left to the caller,
/// who knows the path. Counts are compared with the bytes that are left before they are used.
class UbjsonReader {
 public:
  explicit UbjsonReader(std::span<const std::byte> bytes) noexcept
      : reader_(bytes), bytes_(bytes) {}

  [[nodiscard]] std::size_t position() const noexcept { return reader_.position(); }
  [[nodiscard]] std::size_t remaining() const noexcept { return reader_.remaining(); }

  /// The marker of the next value.
  [[nodiscard]] Status type(char& out);
  /// A length and as many bytes: a key, or a text behind its marker.
  [[nodiscard]] Status text(std::string_view& out);
  /// The header of a container, behind its marker.
  [[nodiscard]] Status open(UbjsonContainer& out);
  /// True when the container has an item number `index`; otherwise its end has been passed.
  [[nodiscard]] Result<bool> more(const UbjsonContainer& box, std::uint64_t index, char closing);
  [[nodiscard]] Status integer(char type, std::int64_t& out);
  [[nodiscard]] Status number(char type, double& out);
  /// The items of a list of numbers, appended; booleans count as 0 and 1 in lists of bytes. `Out`
  /// is float, uint8, int32 or int64. A typed list is decoded in one go.
  template <class Out>
  [[nodiscard]] Status list(std::vector<Out>& out);
  /// Passes over a value, behind its marker, that is inside of `depth` containers.
  [[nodiscard]] Status skip(char type, std::size_t depth);
  void skip_no_ops() noexcept;

 private:
  [[nodiscard]] Error truncated(std::string_view expected) const;
  [[nodiscard]] bool next_is(char c) noexcept;
  [[nodiscard]] Status length(std::uint64_t& out);
  [[nodiscard]] Status skip_container(char type, std::size_t depth);
  template <class T, class Out>
  [[nodiscard]] Status take(Out& out);
  template <class In, class Out>
  [[nodiscard]] Status bulk(std::uint64_t count, std::vector<Out>& out);
  template <class Out>
  [[nodiscard]] Status typed_list(const UbjsonContainer& box, std::vector<Out>& out);
  template <class Out>
  [[nodiscard]] Status item(std::vector<Out>& out);

  base::ByteReader reader_;
  std::span<const std::byte> bytes_;
};

/// Bytes behind the marker of a scalar; 0 for null and booleans, -1 for anything else.
[[nodiscard]] constexpr int ubjson_scalar_bytes(char type) noexcept {
  switch (type) {
    case 'Z':
    case 'T':
    case 'F': return 0;
    case 'i':
    case 'U':
    case 'C': return 1;
    case 'I': return 2;
    case 'l':
    case 'd': return 4;
    case 'L':
    case 'D': return 8;
    default: return -1;
  }
}

/// `the marker "x"`, for messages.
[[nodiscard]] std::string ubjson_marker_name(char type);

}  // namespace trivet::xgboost
