// SPDX-License-Identifier: Apache-2.0
// NumPy's types and the reading of cells.
#include "artifact/numpy_array.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "base/byte_reader.hpp"

namespace trivet::artifact {
namespace {

struct NumpySizes {
  char kind;
  std::size_t smallest;  // bytes; powers of two up to
  std::size_t largest;
};
// A long double has 12 or 16 bytes; what isn't read may be as NumPy writes it.
constexpr NumpySizes kNumpySizes[] = {
    {'b', 1, 1}, {'i', 1, 8}, {'u', 1, 8}, {'f', 2, 16}, {'c', 8, 32}, {'O', 4, 8},
};
// One record or text may not be longer; its bytes are counted against the file all the same.
constexpr std::size_t kLongestNumpyItem = std::size_t{1} << 30;

bool is_numpy_size(char kind, std::size_t bytes) noexcept {
  for (const NumpySizes& row : kNumpySizes) {
    if (row.kind != kind) continue;
    const bool is_power = std::has_single_bit(bytes) || (bytes % 12 == 0 && bytes <= 24);
    return bytes >= row.smallest && bytes <= row.largest && is_power;
  }
  return kind == 'U' || kind == 'S' || kind == 'V';
}

/// NumPy's one-letter codes without a size.
std::string_view spelled_with_size(std::string_view code) noexcept {
  constexpr std::pair<char, std::string_view> kLetters[] = {
      {'?', "b1"}, {'O', "O8"}, {'U', "U0"}, {'S', "S0"}, {'V', "V0"}, {'e', "f2"},
      {'f', "f4"}, {'d', "f8"}, {'b', "i1"}, {'h', "i2"}, {'i', "i4"}, {'l', "i8"},
      {'q', "i8"}, {'B', "u1"}, {'H', "u2"}, {'I', "u4"}, {'L', "u8"}, {'Q', "u8"},
  };
  if (code.size() != 1) return code;
  for (const auto& [letter, spelled] : kLetters) {
    if (letter == code.front()) return spelled;
  }
  return code;
}

/// Calls `visit` with a zero of the C++ type that holds the cells; false when there is none. Halves
/// come as their bits in a Half.
struct Half {
  std::uint16_t bits;
};
template <class Visit>
bool with_cell_type(const NumpyType& type, Visit&& visit) {
  const auto by_size = [&](auto one, auto two, auto four, auto eight) {
    switch (type.item_bytes) {
      case 1: return visit(one);
      case 2: return visit(two);
      case 4: return visit(four);
      case 8: return visit(eight);
      default: return false;
    }
  };
  switch (type.kind) {
    case NumpyKind::boolean: return visit(std::uint8_t{});
    case NumpyKind::integer:
      return by_size(std::int8_t{}, std::int16_t{}, std::int32_t{}, std::int64_t{});
    case NumpyKind::natural:
      return by_size(std::uint8_t{}, std::uint16_t{}, std::uint32_t{}, std::uint64_t{});
    case NumpyKind::real:
      return type.item_bytes == 1 ? false : by_size(Half{}, Half{}, float{}, double{});
    default: return false;
  }
}

template <class Cell>
bool cell_fits(Cell cell, double& out) noexcept {
  if constexpr (std::is_same_v<Cell, Half>) out = static_cast<double>(half_to_float(cell.bits));
  else out = static_cast<double>(cell);
  return true;
}
template <class Cell>
bool cell_fits(Cell cell, float& out) noexcept {
  if constexpr (std::is_same_v<Cell, Half>) out = half_to_float(cell.bits);
  else if constexpr (std::is_same_v<Cell, float>) out = cell;
  else return false;
  return true;
}
template <class Cell, class Out>
requires std::is_integral_v<Out>
bool cell_fits(Cell cell, Out& out) noexcept {
  if constexpr (std::is_integral_v<Cell>) {
    const bool fits =
        std::is_same_v<Out, std::uint8_t> ? cell == 0 || cell == 1 : std::in_range<Out>(cell);
    if (fits) out = static_cast<Out>(cell);
    return fits;
  } else {
    return false;
  }
}

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
    return put(0x80 | (c & 0x3F));
  }
  if (c < 0x10000) put(0xE0 | c >> 12);
  else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
  }
  put(0x80 | (c >> 6 & 0x3F));
  put(0x80 | (c & 0x3F));
}

/// A text cell as UTF-8; false for numbers that are no characters.
bool read_ucs4(const std::byte* cell, const NumpyType& type, std::string& out) {
  std::size_t length = type.item_bytes / 4;
  const bool swap = type.is_big_endian != (std::endian::native == std::endian::big);
  const auto character = [&](std::size_t i) {
    return base::read_number<std::uint32_t>(cell + 4 * i, swap);
  };
  while (length > 0 && character(length - 1) == 0) --length;
  for (std::size_t i = 0; i < length; ++i) {
    const std::uint32_t c = character(i);
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return false;
    append_utf8(out, c);
  }
  return true;
}

}  // namespace

float half_to_float(std::uint16_t bits) noexcept {
  const int exponent = bits >> 10 & 0x1F;
  const int fraction = bits & 0x3FF;
  float value = 0;
  if (exponent == 0x1F) {
    value = fraction == 0 ? std::numeric_limits<float>::infinity()
                          : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    value = std::ldexp(static_cast<float>(fraction + 0x400), exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

const NumpyField* NumpyType::field(std::string_view name) const noexcept {
  for (const NumpyField& one : fields) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

std::string NumpyType::name() const {
  const bool has_order = (item_bytes > 1 || kind == NumpyKind::text) && kind != NumpyKind::bytes &&
                         kind != NumpyKind::record && kind != NumpyKind::object;
  std::string out(1, !has_order ? '|' : is_big_endian ? '>' : '<');
  out += static_cast<char>(kind);
  if (kind != NumpyKind::object) {
    out += std::to_string(kind == NumpyKind::text ? item_bytes / 4 : item_bytes);
  }
  return out;
}

std::optional<NumpyType> parse_numpy_type(std::string_view code) {
  NumpyType type;
  type.is_big_endian = std::endian::native == std::endian::big;
  if (!code.empty() && std::string_view("<>|=").find(code.front()) != std::string_view::npos) {
    if (code.front() == '<' || code.front() == '>') type.is_big_endian = code.front() == '>';
    code.remove_prefix(1);
  }
  code = spelled_with_size(code);
  if (code.size() < 2) return std::nullopt;
  const char* const end = code.data() + code.size();
  const auto [stop, problem] = std::from_chars(code.data() + 1, end, type.item_bytes);
  const char kind = code.front();
  if (problem != std::errc() || stop != end || type.item_bytes > kLongestNumpyItem / 4 ||
      !is_numpy_size(kind, type.item_bytes)) {
    return std::nullopt;
  }
  type.kind = static_cast<NumpyKind>(kind);
  if (type.kind == NumpyKind::text) type.item_bytes *= 4;
  return type;
}

std::size_t NumpyCells::count() const noexcept {
  std::size_t count = 1;
  for (const std::int64_t extent : shape_) count *= static_cast<std::size_t>(extent);
  return count;
}

template <class Out>
bool NumpyCells::append_cells(std::vector<Out>& out) const {
  const bool swap = type_->is_big_endian != (std::endian::native == std::endian::big);
  const std::size_t size = out.size();
  const bool fits = with_cell_type(*type_, [&]<class Cell>(Cell) {
    out.resize(size + count());
    bool all_fit = true;
    Out* next = out.data() + size;
    for_each([&](const std::byte* at) {
      all_fit &= cell_fits(base::read_number<Cell>(at, swap), *next++);
    });
    return all_fit;
  });
  if (!fits) out.resize(size);
  return fits;
}

bool NumpyCells::append_to(std::vector<double>& out) const { return append_cells(out); }
bool NumpyCells::append_to(std::vector<float>& out) const { return append_cells(out); }
bool NumpyCells::append_to(std::vector<std::int64_t>& out) const { return append_cells(out); }
bool NumpyCells::append_to(std::vector<std::int32_t>& out) const { return append_cells(out); }
bool NumpyCells::append_to(std::vector<std::uint8_t>& out) const { return append_cells(out); }

bool NumpyCells::append_to(std::vector<std::string>& out) const {
  if (type_->kind != NumpyKind::text && type_->kind != NumpyKind::bytes) return false;
  const std::size_t size = out.size();
  bool all_fit = true;
  for_each([&](const std::byte* at) {
    if (!all_fit) return;
    std::string& text = out.emplace_back();
    if (type_->kind == NumpyKind::text) {
      all_fit = read_ucs4(at, *type_, text);
      return;
    }
    text.assign(reinterpret_cast<const char*>(at), type_->item_bytes);
    text.resize(text.find_last_not_of('\0') + 1);
  });
  if (!all_fit) out.resize(size);
  return all_fit;
}

std::size_t NumpyArray::cell_count() const noexcept {
  std::size_t count = 1;
  for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
  return count;
}

std::optional<NumpyCells> NumpyArray::field(std::string_view name) const noexcept {
  const NumpyField* const found = type->field(name);
  if (found == nullptr) return std::nullopt;
  // An empty array has no bytes to point into.
  const std::byte* const first = data.empty() ? data.data() : data.data() + found->offset;
  return NumpyCells(*found->type, shape, strides, first);
}

std::optional<std::size_t> count_numpy_cells(std::span<const std::int64_t> shape) {
  // Readers loop over the other extents of an empty array, so these are limited too.
  constexpr std::size_t kMostBesideZero = std::size_t{1} << 24;
  if (shape.size() > NumpyArray::kMostDimensions) return std::nullopt;
  std::size_t count = 1;
  bool is_empty = false;
  for (const std::int64_t extent : shape) {
    if (extent < 0) return std::nullopt;
    is_empty = is_empty || extent == 0;
    const auto factor = static_cast<std::size_t>(std::max<std::int64_t>(extent, 1));
    if (count > std::numeric_limits<std::size_t>::max() / factor) return std::nullopt;
    count *= factor;
  }
  if (!is_empty) return count;
  if (count > kMostBesideZero) return std::nullopt;
  return 0;
}

NumpyArray make_numpy_array(const NumpyType& type, const NumpyLayout& layout) {
  NumpyArray array;
  array.type = &type;
  array.shape = layout.shape;
  array.strides.resize(layout.shape.size());
  std::size_t stride = type.item_bytes;
  for (std::size_t i = 0; i < array.shape.size(); ++i) {
    const std::size_t d = layout.is_column_major ? i : array.shape.size() - 1 - i;
    array.strides[d] = stride;
    stride *= static_cast<std::size_t>(std::max<std::int64_t>(array.shape[d], 1));
  }
  if (layout.axes.empty()) return array;
  NumpyArray turned = array;
  for (std::size_t d = 0; d < layout.axes.size(); ++d) {
    turned.shape[d] = array.shape[layout.axes[d]];
    turned.strides[d] = array.strides[layout.axes[d]];
  }
  return turned;
}

}  // namespace trivet::artifact
