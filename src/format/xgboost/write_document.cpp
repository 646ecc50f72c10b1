// SPDX-License-Identifier: Apache-2.0
// Spells JSON and UBJSON.
#include "format/xgboost/write_document.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace trivet::xgboost {

void append_shortest(std::string& out, float value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
    return;
  }
  std::array<char, 32> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  const std::string_view digits(text.data(), static_cast<std::size_t>(end - text.data()));
  out += digits;
  if (digits.find_first_of(".e") == std::string_view::npos) out += ".0";
}

template <class T>
void DocumentWriter::big_endian(T value) {
  auto raw = std::bit_cast<std::array<char, sizeof(T)>>(value);
  if constexpr (std::endian::native == std::endian::little) std::reverse(raw.begin(), raw.end());
  out_.append(raw.data(), raw.size());
}

template <class T>
void DocumentWriter::append_digits(T value) {
  std::array<char, 24> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  out_.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

/// The comma of JSON, between the values of a container.
void DocumentWriter::separate() {
  if (binary_ || out_.empty()) return;
  const char last = out_.back();
  if (last != '{' && last != '[' && last != ':') out_ += ',';
}

void DocumentWriter::begin_object() {
  separate();
  out_ += '{';
}

void DocumentWriter::begin_list(std::size_t size) {
  separate();
  out_ += '[';
  if (!binary_) return;
  out_ += "#L";
  big_endian(static_cast<std::int64_t>(size));
}

/// Lists of a known length have no end in UBJSON.
void DocumentWriter::end_list() {
  if (!binary_) out_ += ']';
}

void DocumentWriter::key(std::string_view name) {
  separate();
  append_text(name);
  if (!binary_) out_ += ':';
}

void DocumentWriter::text(std::string_view value) {
  separate();
  if (binary_) out_ += 'S';
  append_text(value);
}

void DocumentWriter::append_text(std::string_view value) {
  if (!binary_) return append_escaped(value);
  out_ += 'L';
  big_endian(static_cast<std::int64_t>(value.size()));
  out_ += value;
}

void DocumentWriter::append_escaped(std::string_view value) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out_ += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out_ += '\\';
      out_ += c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
    } else if (static_cast<unsigned char>(c) < 0x20) {
      const auto code = static_cast<unsigned char>(c);
      out_ += "\\u00";
      out_ += kHex[code >> 4];
      out_ += kHex[code & 15];
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

void DocumentWriter::integer(std::int64_t value) {
  separate();
  if (!binary_) return append_digits(value);
  if (value >= std::numeric_limits<std::int32_t>::min() &&
      value <= std::numeric_limits<std::int32_t>::max()) {
    out_ += 'l';
    return big_endian(static_cast<std::int32_t>(value));
  }
  out_ += 'L';
  big_endian(value);
}

void DocumentWriter::number(float value) {
  separate();
  if (!binary_) return append_shortest(out_, value);
  out_ += 'd';
  big_endian(value);
}

template <class T, class Append>
void DocumentWriter::list(char type, std::span<const T> values, Append append) {
  separate();
  out_ += '[';
  if (binary_) {
    out_ += '$';
    out_ += type;
    out_ += "#L";
    big_endian(static_cast<std::int64_t>(values.size()));
    for (const T value : values) big_endian(value);
    return;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out_ += ',';
    append(values[i]);
  }
  out_ += ']';
}

void DocumentWriter::floats(std::span<const float> values) {
  list('d', values, [this](float value) { append_shortest(out_, value); });
}

void DocumentWriter::integers(std::span<const std::int32_t> values) {
  list('l', values, [this](std::int32_t value) { append_digits(value); });
}

void DocumentWriter::wide_integers(std::span<const std::int64_t> values) {
  list('L', values, [this](std::int64_t value) { append_digits(value); });
}

void DocumentWriter::flags(std::span<const std::uint8_t> values) {
  list('U', values, [this](std::uint8_t value) { append_digits(value); });
}

void DocumentWriter::text_bytes(std::string_view values) {
  list('i', std::span(values.data(), values.size()),
       [this](char value) { append_digits(static_cast<int>(static_cast<signed char>(value))); });
}

}  // namespace trivet::xgboost
