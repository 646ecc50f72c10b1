// SPDX-License-Identifier: Apache-2.0
// Little-endian or big-endian fields out of untrusted bytes.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace trivet::base {

/// The number whose bytes stand there, in the other byte order when `swap`.
template <class T>
[[nodiscard]] T read_number(const std::byte* from, bool swap) noexcept {
  static_assert(std::is_trivially_copyable_v<T>);
  std::byte raw[sizeof(T)];
  std::memcpy(raw, from, sizeof(T));
  if (swap) std::reverse(raw, raw + sizeof(T));
  T value;
  std::memcpy(&value, raw, sizeof(T));
  return value;
}

/// Walks over bytes and never past them: a read that doesn't fit leaves the reader where it was
/// and returns false. Views that it gives out point into the bytes.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) noexcept : bytes_(bytes) {}

  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return bytes_.size() - position_; }

  /// The next `count` bytes.
  [[nodiscard]] bool take(std::size_t count, std::span<const std::byte>& out) noexcept {
    if (count > remaining()) return false;
    out = bytes_.subspan(position_, count);
    position_ += count;
    return true;
  }
  [[nodiscard]] bool skip(std::size_t count) noexcept {
    if (count > remaining()) return false;
    position_ += count;
    return true;
  }
  [[nodiscard]] bool take_text(std::size_t count, std::string_view& out) noexcept {
    std::span<const std::byte> bytes;
    if (!take(count, bytes)) return false;
    out = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    return true;
  }
  /// A number in the given byte order.
  template <class T>
  [[nodiscard]] bool little(T& out) noexcept {
    return read(out, std::endian::native == std::endian::big);
  }
  template <class T>
  [[nodiscard]] bool big(T& out) noexcept {
    return read(out, std::endian::native == std::endian::little);
  }

 private:
  template <class T>
  bool read(T& out, bool swap) noexcept {
    static_assert(std::is_arithmetic_v<T>);
    if (sizeof(T) > remaining()) return false;
    out = read_number<T>(bytes_.data() + position_, swap);
    position_ += sizeof(T);
    return true;
  }

  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
};

}  // namespace trivet::base
