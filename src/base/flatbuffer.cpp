// SPDX-License-Identifier: Apache-2.0
// The FlatBuffers layout (google.github.io/flatbuffers, "Internals"): a table begins with the
// signed distance back to its vtable, which holds 16-bit sizes and field offsets; references are
// unsigned 32-bit distances forwards.
#include "base/flatbuffer.hpp"

namespace trivet::base {

bool FlatBuffer::spend_object(std::size_t size) noexcept {
  if (object_budget_ == 0 || size > byte_budget_) return false;
  --object_budget_;
  byte_budget_ -= size;
  return true;
}

bool FlatBuffer::root(FlatTable& out) noexcept {
  std::uint32_t at = 0;
  return read(0, at) && open_table(at, out);
}

bool FlatBuffer::open_table(std::size_t at, FlatTable& out) noexcept {
  constexpr std::size_t kSizes = 2 * sizeof(std::uint16_t);
  std::int32_t distance = 0;
  if (!read(at, distance)) return false;
  const std::int64_t vtable = static_cast<std::int64_t>(at) - distance;
  if (vtable < 0 || vtable > static_cast<std::int64_t>(bytes_.size())) return false;
  const auto fields = static_cast<std::size_t>(vtable);
  std::uint16_t vtable_size = 0;
  std::uint16_t inline_size = 0;
  if (!read(fields, vtable_size) || !read(fields + sizeof(std::uint16_t), inline_size)) {
    return false;
  }
  if (vtable_size < kSizes || vtable_size % 2 != 0 || vtable_size > bytes_.size() - fields ||
      inline_size < sizeof(std::int32_t) || inline_size > bytes_.size() - at) {
    return false;
  }
  out = FlatTable(this, at);
  out.fields_ = fields + kSizes;
  out.slot_count_ = (vtable_size - kSizes) / sizeof(std::uint16_t);
  out.inline_size_ = inline_size;
  return spend_object(inline_size);
}

bool FlatBuffer::open_vector(std::size_t at, std::size_t size,
                             std::span<const std::byte>& out) noexcept {
  std::uint32_t count = 0;
  if (!read(at, count)) return false;
  const std::size_t first = at + sizeof(count);
  if (count > (bytes_.size() - first) / size) return false;
  out = bytes_.subspan(first, count * size);
  return spend_object(out.size());
}

std::span<const std::byte> FlatTable::bytes_from(std::size_t at) const noexcept {
  return buffer_->bytes_.subspan(at);
}

bool FlatTable::find(std::size_t slot, std::size_t size, std::size_t& at) const noexcept {
  at = 0;
  if (slot >= slot_count_) return true;
  std::uint16_t offset = 0;
  if (!buffer_->read(fields_ + slot * sizeof(offset), offset)) return false;
  if (offset == 0) return true;
  if (offset < sizeof(std::int32_t) || offset > inline_size_ || size > inline_size_ - offset) {
    return false;
  }
  at = at_ + offset;
  return true;
}

bool FlatTable::follow(std::size_t slot, std::size_t& at) const noexcept {
  std::uint32_t distance = 0;
  if (!find(slot, sizeof(distance), at)) return false;
  if (at == 0) return true;
  if (!buffer_->read(at, distance) || distance == 0) return false;
  at += distance;
  return at < buffer_->bytes_.size();
}

bool FlatTable::table(std::size_t slot, FlatTable& out) const noexcept {
  std::size_t at = 0;
  return follow(slot, at) && at != 0 && buffer_->open_table(at, out);
}

bool FlatTable::text(std::size_t slot, std::string_view& out) const noexcept {
  std::span<const std::byte> bytes;
  if (!elements(slot, 1, bytes)) return false;
  if (bytes.data() != nullptr) out = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  return true;
}

bool FlatTable::elements(std::size_t slot, std::size_t size,
                         std::span<const std::byte>& out) const noexcept {
  std::size_t at = 0;
  if (!follow(slot, at)) return false;
  return at == 0 || buffer_->open_vector(at, size, out);
}

bool FlatTable::places(std::size_t slot, FunctionRef<bool(std::size_t at)> visit) const {
  std::span<const std::byte> bytes;
  if (!elements(slot, sizeof(std::uint32_t), bytes)) return false;
  if (bytes.empty()) return true;
  auto at = static_cast<std::size_t>(bytes.data() - buffer_->bytes_.data());
  ByteReader reader(bytes);
  for (std::uint32_t distance = 0; reader.little(distance); at += sizeof(distance)) {
    if (!visit(at + distance)) return false;
  }
  return true;
}

bool FlatTable::tables(std::size_t slot, FunctionRef<bool(const FlatTable& table)> visit) const {
  return places(slot, [&](std::size_t at) {
    FlatTable table;
    return buffer_->open_table(at, table) && visit(table);
  });
}

bool FlatTable::texts(std::size_t slot, FunctionRef<bool(std::string_view text)> visit) const {
  return places(slot, [&](std::size_t at) {
    std::span<const std::byte> bytes;
    return buffer_->open_vector(at, 1, bytes) &&
           visit({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  });
}

}  // namespace trivet::base
