// SPDX-License-Identifier: Apache-2.0
// Answers as JSON text, front to back, into one string.
#include "json/response_writer.hpp"

#include <charconv>
#include <cstdint>
#include <type_traits>

#include "base/base64.hpp"
#include "base/utf8.hpp"
#include "text/number.hpp"

namespace trivet::json {
namespace {

/// The two-letter escape of a character; 0 when it has none.
char short_escape(char c) noexcept {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
  }
}

/// Printable ASCII that stands for itself.
bool is_plain(char c) noexcept {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

/// Writes what `rest` begins with when that isn't plain; returns how many bytes it took.
std::size_t append_special(std::string& out, std::string_view rest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const char c = rest.front();
  if (const char escape = short_escape(c)) {
    out += {'\\', escape};
    return 1;
  }
  const auto byte = static_cast<std::uint8_t>(c);
  if (byte < 0x20) {
    out += {'\\', 'u', '0', '0', kDigits[byte >> 4], kDigits[byte & 15]};
    return 1;
  }
  const base::Utf8Step step = base::utf8_step(rest);
  out += step.well_formed ? rest.substr(0, step.size) : std::string_view("\xEF\xBF\xBD");
  return step.size;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(append_special(out, text));
  }
  out += '"';
}

template <class T>
void append_element(std::string& out, T value) {
  if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_floating_point_v<T>) {
    text::append_number(out, value);
  } else {
    char digits[20];  // as many as the largest integers have, sign included
    const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), value);
    out.append(digits, static_cast<std::size_t>(end - digits));
  }
}

/// The elements of a block of that shape, as lists in lists; returns where the next block begins.
template <class T>
const T* append_block(std::string& out, const T* elements, std::span<const std::int64_t> shape) {
  if (shape.empty()) {
    append_element(out, *elements);
    return elements + 1;
  }
  out += '[';
  for (std::int64_t i = 0; i < shape.front(); ++i) {
    if (i != 0) out += ',';
    elements = append_block(out, elements, shape.subspan(1));
  }
  out += ']';
  return elements;
}

template <class T>
void append_row(std::string& out, const OutputView& answers, std::size_t row) {
  const T* first = static_cast<const T*>(answers.data) + row * answers.width();
  append_block(out, first, std::span<const std::int64_t>(answers.output->shape));
}

/// False for elements that have no fixed size.
bool append_row_of(DType dtype, std::string& out, const OutputView& answers, std::size_t row) {
  switch (dtype) {
    case DType::float32: append_row<float>(out, answers, row); return true;
    case DType::float64: append_row<double>(out, answers, row); return true;
    case DType::int8: append_row<std::int8_t>(out, answers, row); return true;
    case DType::int16: append_row<std::int16_t>(out, answers, row); return true;
    case DType::int32: append_row<std::int32_t>(out, answers, row); return true;
    case DType::int64: append_row<std::int64_t>(out, answers, row); return true;
    case DType::uint8: append_row<std::uint8_t>(out, answers, row); return true;
    case DType::uint16: append_row<std::uint16_t>(out, answers, row); return true;
    case DType::uint32: append_row<std::uint32_t>(out, answers, row); return true;
    case DType::uint64: append_row<std::uint64_t>(out, answers, row); return true;
    case DType::boolean: append_row<bool>(out, answers, row); return true;
    case DType::text:
    case DType::bytes: break;
  }
  return false;
}

}  // namespace

void ResponseWriter::comma() {
  if (!first_) out_ += ',';
  first_ = false;
}

void ResponseWriter::begin_list() {
  comma();
  out_ += '[';
  first_ = true;
}

void ResponseWriter::end_list() {
  out_ += ']';
  first_ = false;
}

void ResponseWriter::begin_object() {
  comma();
  out_ += '{';
  first_ = true;
}

void ResponseWriter::end_object() {
  out_ += '}';
  first_ = false;
}

void ResponseWriter::key(std::string_view name) {
  comma();
  append_quoted(out_, name);
  out_ += ':';
  first_ = true;
}

void ResponseWriter::null() {
  comma();
  out_ += "null";
}

void ResponseWriter::boolean(bool value) {
  comma();
  append_element(out_, value);
}

void ResponseWriter::integer(std::int64_t value) {
  comma();
  text::append_integer(out_, value);
}

void ResponseWriter::number(double value) {
  comma();
  text::append_number(out_, value);
}

void ResponseWriter::number(float value) {
  comma();
  text::append_number(out_, value);
}

void ResponseWriter::text(std::string_view value) {
  comma();
  append_quoted(out_, value);
}

void ResponseWriter::bytes(std::string_view value) {
  comma();
  out_ += "{\"b64\":\"";
  base::encode_base64(value, out_);
  out_ += "\"}";
}

void ResponseWriter::value(const Value& value) {
  if (const bool* flag = value.as_boolean()) return boolean(*flag);
  if (const std::int64_t* whole = value.as_integer()) return integer(*whole);
  if (value.is_number()) return number(value.as_number());
  if (const std::string* content = value.as_text()) return text(*content);
  if (const Value::Bytes* content = value.as_bytes()) return bytes(content->data);
  if (const Value::List* list = value.as_list()) {
    begin_list();
    for (const Value& item : *list) this->value(item);
    return end_list();
  }
  if (const Value::Object* members = value.as_object()) {
    begin_object();
    for (const Member& member : *members) {
      key(member.name);
      this->value(member.value);
    }
    return end_object();
  }
  null();
}

void ResponseWriter::row(const OutputView& answers, std::size_t row) {
  if (!answers.output->labels.empty()) return labels(answers, row);
  comma();
  if (!append_row_of(answers.output->dtype, out_, answers, row)) out_ += "null";
}

void ResponseWriter::labels(const OutputView& answers, std::size_t row) {
  const std::vector<Value>& labels = answers.output->labels;
  const bool is_list = !answers.output->shape.empty();
  if (is_list) begin_list();
  for (std::size_t i = 0; i < answers.width(); ++i) {
    const double position = answers.at(row, i);
    const bool known = position >= 0 && position < static_cast<double>(labels.size());
    if (known) value(labels[static_cast<std::size_t>(position)]);
    else null();
  }
  if (is_list) end_list();
}

}  // namespace trivet::json
