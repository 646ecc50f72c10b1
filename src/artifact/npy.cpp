// SPDX-License-Identifier: Apache-2.0
// `.npy` files: NumPy's arrays, format versions 1 to 3.
#include "artifact/npy.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/byte_reader.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::artifact {
namespace {

constexpr std::string_view kNpyMagic = "\x93NUMPY";
constexpr std::size_t kMostNpyDimensions = 32;

Error npy_error(std::string where, std::string found, std::string expected) {
  return Error(Errc::invalid_argument, std::move(where), std::move(found), std::move(expected));
}

// --- the header: a Python literal such as {'descr': '<f4', 'fortran_order': False, 'shape': (3,)}

struct NpyTypeName {
  std::string_view name;  // without the byte order
  DType dtype;
};
constexpr NpyTypeName kNpyTypes[] = {
    {"f4", DType::float32}, {"f8", DType::float64}, {"i1", DType::int8},    {"i2", DType::int16},
    {"i4", DType::int32},   {"i8", DType::int64},   {"u1", DType::uint8},   {"u2", DType::uint16},
    {"u4", DType::uint32},  {"u8", DType::uint64},  {"b1", DType::boolean},
};

/// Reads the one form of Python literal that NumPy writes.
class NpyHeaderParser {
 public:
  explicit NpyHeaderParser(std::string_view text) noexcept : text_(text) {}

  Status parse(NpyArray& array) {
    TRIVET_TRY(expect('{'));
    bool has_type = false;
    bool has_order = false;
    bool has_shape = false;
    while (!take('}')) {
      std::string_view key;
      TRIVET_TRY(parse_text(key));
      TRIVET_TRY(expect(':'));
      if (key == "descr") {
        TRIVET_TRY(parse_type(array));
        has_type = true;
      } else if (key == "fortran_order") {
        TRIVET_TRY(parse_boolean(array.is_column_major));
        has_order = true;
      } else if (key == "shape") {
        TRIVET_TRY(parse_shape(array.shape));
        has_shape = true;
      } else {
        return fail(text::quoted(key) + " is no key of an array header");
      }
      if (!take(',') && !next_is('}')) return fail("no comma after a member");
    }
    skip_blanks();
    if (at_ != text_.size()) return fail("text after the closing brace");
    if (!has_type || !has_order || !has_shape) return fail("a key is missing");
    return {};
  }

 private:
  [[nodiscard]] Error fail(std::string found) const {
    return npy_error(text::message("npy header, byte {}", at_), std::move(found),
                     "{'descr': TYPE, 'fortran_order': True or False, 'shape': (ROWS, COLUMNS)}");
  }
  void skip_blanks() noexcept {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  bool next_is(char c) noexcept {
    skip_blanks();
    return at_ < text_.size() && text_[at_] == c;
  }
  bool take(char c) noexcept {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) noexcept {
    skip_blanks();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  Status expect(char c) {
    if (!take(c)) return fail(text::message("no '{}'", c));
    return {};
  }

  Status parse_text(std::string_view& out) {
    const char quote = next_is('"') ? '"' : '\'';
    TRIVET_TRY(expect(quote));
    const std::size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) return fail("a text without its closing quote");
    out = text_.substr(at_, end - at_);
    at_ = end + 1;
    return {};
  }

  Status parse_boolean(bool& out) {
    out = take("True");
    if (!out && !take("False")) return fail("no truth value");
    return {};
  }

  Status parse_type(NpyArray& array) {
    if (next_is('[')) return fail("a structured element type");
    std::string_view type;
    TRIVET_TRY(parse_text(type));
    for (const NpyTypeName& known : kNpyTypes) {
      if (type.empty() || type.substr(1) != known.name) continue;
      if (std::string_view("<>|=").find(type.front()) == std::string_view::npos) break;
      array.dtype = known.dtype;
      array.is_big_endian = type.front() == '>';
      return {};
    }
    return npy_error("npy header", "the element type is " + text::quoted(type),
                     "float32, float64, an integer or a boolean type");
  }

  Status parse_shape(std::vector<std::int64_t>& shape) {
    TRIVET_TRY(expect('('));
    shape.clear();
    while (!take(')')) {
      if (shape.size() == kMostNpyDimensions) return fail("too many dimensions");
      std::int64_t extent = 0;
      TRIVET_TRY(parse_extent(extent));
      shape.push_back(extent);
      if (!take(',') && !next_is(')')) return fail("no comma after an extent");
    }
    return {};
  }

  Status parse_extent(std::int64_t& extent) {
    skip_blanks();
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 10 - 1;
      if (extent > kMost) return fail("an extent that no file can hold");
      extent = extent * 10 + (text_[at_++] - '0');
    }
    if (at_ == begin) return fail("no extent");
    (void)take('L');  // Python 2 wrote 3L
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// The bytes that the shape asks for; nothing when they can't be counted.
std::optional<std::size_t> npy_byte_count(const NpyArray& array) {
  std::size_t count = size_of(array.dtype);
  bool overflows = false;
  for (const std::int64_t extent : array.shape) {
    if (extent == 0) return 0;
    const auto factor = static_cast<std::size_t>(extent);
    overflows = overflows || count > std::numeric_limits<std::size_t>::max() / factor;
    if (!overflows) count *= factor;
  }
  if (overflows) return std::nullopt;
  return count;
}

Status read_npy_header_length(base::ByteReader& reader, std::size_t& length) {
  std::string_view magic;
  if (!reader.take_text(kNpyMagic.size(), magic) || magic != kNpyMagic) {
    return npy_error("byte 0", "these are no bytes of a .npy file", "\\x93NUMPY");
  }
  std::uint8_t major = 0;
  std::uint8_t minor = 0;
  std::uint16_t short_length = 0;
  std::uint32_t long_length = 0;
  bool is_there = reader.little(major) && reader.little(minor);
  if (is_there && (major < 1 || major > 3)) {
    return npy_error("byte 6", text::message("the format version is {}.{}", major, minor),
                     "version 1, 2 or 3");
  }
  if (major == 1) is_there = is_there && reader.little(short_length);
  else is_there = is_there && reader.little(long_length);
  length = major == 1 ? short_length : long_length;
  if (!is_there || length > reader.remaining()) {
    return npy_error("npy header", "the file ends inside it", "a complete file");
  }
  return {};
}

// --- elements

/// Visits the elements in row-major order, whatever order they lie in.
template <class T>
void append_npy_elements(const NpyArray& array, std::vector<double>& out) {
  const std::size_t count = array.element_count();
  const bool swap = array.is_big_endian != (std::endian::native == std::endian::big);
  const std::byte* const data = array.elements.data();
  if (!array.is_column_major) {
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(static_cast<double>(base::read_number<T>(data + i * sizeof(T), swap)));
    }
    return;
  }
  std::vector<std::size_t> index(array.shape.size());
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t at = 0;
    for (std::size_t d = index.size(); d-- > 0;) {
      at = at * static_cast<std::size_t>(array.shape[d]) + index[d];
    }
    out.push_back(static_cast<double>(base::read_number<T>(data + at * sizeof(T), swap)));
    for (std::size_t d = index.size(); d-- > 0;) {
      if (++index[d] < static_cast<std::size_t>(array.shape[d])) break;
      index[d] = 0;
    }
  }
}

}  // namespace

std::size_t NpyArray::element_count() const noexcept { return elements.size() / size_of(dtype); }

Result<NpyArray> read_npy(std::span<const std::byte> bytes) {
  base::ByteReader reader(bytes);
  std::size_t header_length = 0;
  TRIVET_TRY(read_npy_header_length(reader, header_length));
  std::string_view header;
  (void)reader.take_text(header_length, header);
  NpyArray array;
  TRIVET_TRY(NpyHeaderParser(header).parse(array));

  const std::optional<std::size_t> size = npy_byte_count(array);
  if (!size || *size > reader.remaining()) {
    return npy_error("npy data",
                     text::message("the file holds {} bytes after its header, fewer than its "
                                   "shape asks for",
                                   reader.remaining()),
                     "a complete file");
  }
  (void)reader.take(*size, array.elements);
  return array;
}

std::vector<double> to_row_major(const NpyArray& array) {
  std::vector<double> out;
  out.reserve(array.element_count());
  switch (array.dtype) {
    case DType::float32: append_npy_elements<float>(array, out); break;
    case DType::float64: append_npy_elements<double>(array, out); break;
    case DType::int8: append_npy_elements<std::int8_t>(array, out); break;
    case DType::int16: append_npy_elements<std::int16_t>(array, out); break;
    case DType::int32: append_npy_elements<std::int32_t>(array, out); break;
    case DType::int64: append_npy_elements<std::int64_t>(array, out); break;
    case DType::uint16: append_npy_elements<std::uint16_t>(array, out); break;
    case DType::uint32: append_npy_elements<std::uint32_t>(array, out); break;
    case DType::uint64: append_npy_elements<std::uint64_t>(array, out); break;
    case DType::uint8:
    case DType::boolean:
    case DType::text:
    case DType::bytes: append_npy_elements<std::uint8_t>(array, out); break;
  }
  return out;
}

}  // namespace trivet::artifact
