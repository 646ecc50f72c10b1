// SPDX-License-Identifier: Apache-2.0
// Tables out of untrusted FlatBuffers bytes, without a schema compiler.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/byte_reader.hpp"
#include "base/function_ref.hpp"

namespace trivet::base {

class FlatBuffer;

/// One table: its fields by slot, which is a field's position in the schema. An absent field leaves
/// `out` alone, so set the schema's default before. Every function returns false when what the
/// bytes say leads out of the buffer, or the buffer's budget is spent; no byte is believed before
/// that was checked. A plain value; the FlatBuffer must outlive it.
class FlatTable {
 public:
  FlatTable() = default;

  template <class T>
  [[nodiscard]] bool scalar(std::size_t slot, T& out) const noexcept {
    static_assert(std::is_arithmetic_v<T>);
    std::size_t at = 0;
    if (!find(slot, sizeof(T), at)) return false;
    if (at == 0) return true;
    ByteReader reader(bytes_from(at));
    return reader.little(out);
  }
  /// False is also what an absent table gives; ask has() first where it may be absent.
  [[nodiscard]] bool table(std::size_t slot, FlatTable& out) const noexcept;
  [[nodiscard]] bool text(std::size_t slot, std::string_view& out) const noexcept;
  /// The elements of a vector of numbers or structs of `size` bytes each.
  [[nodiscard]] bool elements(std::size_t slot, std::size_t size,
                              std::span<const std::byte>& out) const noexcept;
  /// Visits the tables of a vector in order, until one visit returns false; then so does this.
  [[nodiscard]] bool tables(std::size_t slot,
                            FunctionRef<bool(const FlatTable& table)> visit) const;
  [[nodiscard]] bool texts(std::size_t slot, FunctionRef<bool(std::string_view text)> visit) const;
  /// A vector of numbers, in the machine's byte order.
  template <class T>
  [[nodiscard]] bool numbers(std::size_t slot, std::vector<T>& out) const {
    static_assert(std::is_arithmetic_v<T>);
    std::span<const std::byte> bytes;
    if (!elements(slot, sizeof(T), bytes)) return false;
    out.resize(bytes.size() / sizeof(T));
    if constexpr (std::endian::native == std::endian::little) {
      if (!bytes.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
    } else {
      ByteReader reader(bytes);
      for (T& number : out) static_cast<void>(reader.little(number));
    }
    return true;
  }
  /// True when the field is there.
  [[nodiscard]] bool has(std::size_t slot) const noexcept {
    std::size_t at = 0;
    return find(slot, 1, at) && at != 0;
  }

 private:
  friend class FlatBuffer;
  FlatTable(FlatBuffer* buffer, std::size_t at) noexcept : buffer_(buffer), at_(at) {}

  [[nodiscard]] std::span<const std::byte> bytes_from(std::size_t at) const noexcept;
  /// Where the field of `size` bytes stands; 0 when it is absent, which no field's place is.
  [[nodiscard]] bool find(std::size_t slot, std::size_t size, std::size_t& at) const noexcept;
  /// Where the vector, text or table that the field refers to stands; 0 when absent.
  [[nodiscard]] bool follow(std::size_t slot, std::size_t& at) const noexcept;
  /// Visits the places that a vector of references leads to.
  [[nodiscard]] bool places(std::size_t slot, FunctionRef<bool(std::size_t at)> visit) const;

  FlatBuffer* buffer_ = nullptr;
  std::size_t at_ = 0;
  std::size_t fields_ = 0;       // where the vtable's field offsets begin
  std::size_t slot_count_ = 0;   // that many of them
  std::size_t inline_size_ = 0;  // bytes of the table itself
};

/// The bytes that tables are read from. Offsets only point forwards, so nothing can refer to
/// itself; but many fields may refer to the same bytes. All that is handed out is therefore
/// counted: objects by their number, and their bytes, each with a budget in proportion to the
/// buffer's size.
class FlatBuffer {
 public:
  explicit FlatBuffer(std::span<const std::byte> bytes) noexcept
      : bytes_(bytes),
        object_budget_(bytes.size() / kLeastObjectBytes),
        byte_budget_(kByteFactor * bytes.size()) {}

  /// The table that the buffer begins with.
  [[nodiscard]] bool root(FlatTable& out) noexcept;

 private:
  friend class FlatTable;
  /// A table or vector takes 8 bytes or more with the reference to it, and its length or
  /// distance.
  static constexpr std::size_t kLeastObjectBytes = 8;
  /// A sound buffer that shares nothing hands each byte out once.
  static constexpr std::size_t kByteFactor = 2;

  [[nodiscard]] bool open_table(std::size_t at, FlatTable& out) noexcept;
  /// A vector at `at`: the span of its elements.
  [[nodiscard]] bool open_vector(std::size_t at, std::size_t size,
                                 std::span<const std::byte>& out) noexcept;
  [[nodiscard]] bool spend_object(std::size_t size) noexcept;
  template <class T>
  [[nodiscard]] bool read(std::size_t at, T& out) const noexcept {
    if (at > bytes_.size()) return false;
    ByteReader reader(bytes_.subspan(at));
    return reader.little(out);
  }

  std::span<const std::byte> bytes_;
  std::size_t object_budget_;
  std::size_t byte_budget_;
};

}  // namespace trivet::base
