// SPDX-License-Identifier: Apache-2.0
// Reads the pieces of UBJSON, typed lists in bulk.
#include "format/xgboost/ubjson_reader.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>

#include "base/document_cursor.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::xgboost {
namespace {

Error ubjson_error(std::string found, std::string expected) {
  return {Errc::invalid_model, "", std::move(found), std::move(expected)};
}

/// A number from its bytes, the highest first, in a form that compilers make one instruction of.
template <class T>
T load_ubjson_big(const std::byte* at) noexcept {
  using Bits = std::conditional_t<
      sizeof(T) == 8, std::uint64_t,
      std::conditional_t<sizeof(T) == 4, std::uint32_t,
                         std::conditional_t<sizeof(T) == 2, std::uint16_t, std::uint8_t>>>;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bits = bits << 8 | std::to_integer<std::uint64_t>(at[i]);
  return std::bit_cast<T>(static_cast<Bits>(bits));
}

template <class Out, class In>
constexpr bool fits_ubjson_list([[maybe_unused]] In value) noexcept {
  if constexpr (std::is_floating_point_v<Out>) return true;
  else return std::in_range<Out>(value);
}

}  // namespace

std::string ubjson_marker_name(char type) {
  return text::message("the marker {}", text::quoted(std::string_view(&type, 1)));
}

Error UbjsonReader::truncated(std::string_view expected) const {
  return ubjson_error(text::message("{} bytes left at byte {}", remaining(), position()),
                      std::string(expected));
}

bool UbjsonReader::next_is(char c) noexcept {
  return remaining() > 0 && bytes_[position()] == static_cast<std::byte>(c) && reader_.skip(1);
}

void UbjsonReader::skip_no_ops() noexcept {
  while (next_is('N')) {
  }
}

Status UbjsonReader::type(char& out) {
  skip_no_ops();
  std::uint8_t byte = 0;
  if (!reader_.little(byte)) return truncated("another value");
  out = static_cast<char>(byte);
  return {};
}

Status UbjsonReader::length(std::uint64_t& out) {
  char marker = 0;
  TRIVET_TRY(type(marker));
  std::int64_t value = 0;
  if (Status status = integer(marker, value); !status || marker == 'C') {
    return ubjson_error(text::message("{} at byte {}", ubjson_marker_name(marker), position() - 1),
                        "a length: one of the markers i, U, I, l, L and its number");
  }
  if (value < 0) return ubjson_error(text::message("the length {}", value), "a length from 0 on");
  out = static_cast<std::uint64_t>(value);
  return {};
}

Status UbjsonReader::text(std::string_view& out) {
  std::uint64_t size = 0;
  TRIVET_TRY(length(size));
  if (size > remaining() || !reader_.take_text(static_cast<std::size_t>(size), out)) {
    return truncated(text::message("a text of {} bytes", size));
  }
  return {};
}

Status UbjsonReader::open(UbjsonContainer& out) {
  if (next_is('$')) {
    TRIVET_TRY(type(out.item_type));
    if (!next_is('#')) return ubjson_error("a type of items without a count", "`#` and a count");
    out.counted = true;
  } else {
    out.counted = next_is('#');
  }
  if (!out.counted) return {};
  TRIVET_TRY(length(out.count));
  const int bytes = out.item_type == 0 ? 1 : ubjson_scalar_bytes(out.item_type);
  if (bytes == 0) return ubjson_error("a list of items that take no bytes", "a list of numbers");
  const auto least = static_cast<std::uint64_t>(bytes < 0 ? 1 : bytes);
  if (out.count > remaining() / least) {
    return truncated(text::message("{} items of {} bytes or more", out.count, least));
  }
  return {};
}

Result<bool> UbjsonReader::more(const UbjsonContainer& box, std::uint64_t index, char closing) {
  if (box.counted) return index < box.count;
  skip_no_ops();
  if (remaining() == 0) return truncated(text::message("another item or {}", closing));
  return !next_is(closing);
}

template <class T, class Out>
Status UbjsonReader::take(Out& out) {
  T value{};
  if (!reader_.big(value)) return truncated("a number");
  out = static_cast<Out>(value);
  return {};
}

Status UbjsonReader::integer(char type, std::int64_t& out) {
  switch (type) {
    case 'i':
    case 'C': return take<std::int8_t>(out);
    case 'U': return take<std::uint8_t>(out);
    case 'I': return take<std::int16_t>(out);
    case 'l': return take<std::int32_t>(out);
    case 'L': return take<std::int64_t>(out);
    default: return ubjson_error(ubjson_marker_name(type), "a whole number");
  }
}

Status UbjsonReader::number(char type, double& out) {
  if (type == 'd') return take<float>(out);
  if (type == 'D') return take<double>(out);
  if (ubjson_scalar_bytes(type) <= 0) return ubjson_error(ubjson_marker_name(type), "a number");
  std::int64_t whole = 0;
  TRIVET_TRY(integer(type, whole));
  out = static_cast<double>(whole);
  return {};
}

template <class In, class Out>
Status UbjsonReader::bulk(std::uint64_t count, std::vector<Out>& out) {
  std::span<const std::byte> raw;
  const auto size = static_cast<std::size_t>(count);  // open() compared it with the bytes
  if (!reader_.take(size * sizeof(In), raw)) return truncated("a list");
  const std::size_t first = out.size();
  out.resize(first + size);
  Out* const items = out.data() + first;
  bool all_fit = true;
  for (std::size_t i = 0; i < size; ++i) {
    const In value = load_ubjson_big<In>(raw.data() + i * sizeof(In));
    all_fit &= fits_ubjson_list<Out>(value);
    items[i] = static_cast<Out>(value);
  }
  if (all_fit) return {};
  return ubjson_error("a number beyond its range",
                      text::message("numbers of {} bits", 8 * sizeof(Out)));
}

template <class Out>
Status UbjsonReader::typed_list(const UbjsonContainer& box, std::vector<Out>& out) {
  if constexpr (std::is_floating_point_v<Out>) {
    if (box.item_type == 'd') return bulk<float>(box.count, out);
    if (box.item_type == 'D') return bulk<double>(box.count, out);
  }
  switch (box.item_type) {
    case 'i': return bulk<std::int8_t>(box.count, out);
    case 'U': return bulk<std::uint8_t>(box.count, out);
    case 'I': return bulk<std::int16_t>(box.count, out);
    case 'l': return bulk<std::int32_t>(box.count, out);
    case 'L': return bulk<std::int64_t>(box.count, out);
    default: break;
  }
  return ubjson_error(
      text::message("a list of items with {}", ubjson_marker_name(box.item_type)),
      std::is_floating_point_v<Out> ? "a list of numbers" : "a list of whole numbers");
}

/// An item that says its own type.
template <class Out>
Status UbjsonReader::item(std::vector<Out>& out) {
  char marker = 0;
  TRIVET_TRY(type(marker));
  if constexpr (std::is_floating_point_v<Out>) {
    double value = 0;
    TRIVET_TRY(number(marker, value));
    out.push_back(static_cast<Out>(value));
  } else {
    std::int64_t value = marker == 'T' ? 1 : 0;
    const bool boolean = sizeof(Out) == 1 && (marker == 'T' || marker == 'F');
    if (!boolean) TRIVET_TRY(integer(marker, value));
    if (!std::in_range<Out>(value)) {
      return ubjson_error(text::message("the number {}", value),
                          text::message("numbers of {} bits", 8 * sizeof(Out)));
    }
    out.push_back(static_cast<Out>(value));
  }
  return {};
}

template <class Out>
Status UbjsonReader::list(std::vector<Out>& out) {
  UbjsonContainer box;
  TRIVET_TRY(open(box));
  if (box.item_type != 0) return typed_list(box, out);
  for (std::uint64_t i = 0;; ++i) {
    const Result<bool> another = more(box, i, ']');
    if (!another) return another.error();
    if (!*another) return {};
    TRIVET_TRY(item(out));
  }
}

template Status UbjsonReader::list(std::vector<float>& out);
template Status UbjsonReader::list(std::vector<std::uint8_t>& out);
template Status UbjsonReader::list(std::vector<std::int32_t>& out);
template Status UbjsonReader::list(std::vector<std::int64_t>& out);

Status UbjsonReader::skip(char type, std::size_t depth) {
  if (type == '{' || type == '[') return skip_container(type, depth);
  if (type == 'S') {
    std::string_view ignored;
    return text(ignored);
  }
  const int bytes = ubjson_scalar_bytes(type);
  if (bytes < 0) {
    return ubjson_error(text::message("{} at byte {}", ubjson_marker_name(type), position() - 1),
                        "a UBJSON value");
  }
  if (!reader_.skip(static_cast<std::size_t>(bytes))) return truncated("a number");
  return {};
}

Status UbjsonReader::skip_container(char type, std::size_t depth) {
  constexpr std::size_t kMaxDepth = base::DocumentCursor::kMaxDepth;
  if (depth == kMaxDepth) {
    return ubjson_error("deeper nesting", text::message("at most {} levels", kMaxDepth));
  }
  const bool is_object = type == '{';
  UbjsonContainer box;
  TRIVET_TRY(open(box));
  const int bytes = box.item_type == 0 ? -1 : ubjson_scalar_bytes(box.item_type);
  if (!is_object && bytes > 0) {
    const bool skipped =
        reader_.skip(static_cast<std::size_t>(box.count) * static_cast<std::size_t>(bytes));
    return skipped ? Status{} : truncated("a list");
  }
  for (std::uint64_t i = 0;; ++i) {
    const Result<bool> another = more(box, i, is_object ? '}' : ']');
    if (!another) return another.error();
    if (!*another) return {};
    std::string_view key;
    if (is_object) TRIVET_TRY(text(key));
    char item_type = box.item_type;
    if (item_type == 0) TRIVET_TRY(this->type(item_type));
    TRIVET_TRY(skip(item_type, depth + 1));
  }
}

}  // namespace trivet::xgboost
