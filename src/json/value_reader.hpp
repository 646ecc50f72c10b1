// SPDX-License-Identifier: Apache-2.0
// Any JSON value into a trivet::Value.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "json/indexed_text.hpp"
#include "json/simdjson.hpp"
#include "json/token.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::json {

/// How a value is read. In a request, objects whose only member is `b64` are bytes, and places in
/// errors are JSON pointers; in plain JSON such objects stay what they are, and places are bytes.
enum class ValueDialect : std::uint8_t { plain, request };

/// Reads whole values: integers that fit 64 bits stay integers, other numbers become doubles, the
/// bare words NaN, Infinity and -Infinity too. Members that stand twice are refused, and so is
/// what nests too deep. Pointers in errors start at the value that was asked for.
class ValueReader {
 public:
  ValueReader(IndexedText& text, ValueDialect dialect) noexcept : text_(text), dialect_(dialect) {}

  /// Requires the document's next value, with `depth` containers around it.
  [[nodiscard]] Status read(ondemand::value value, std::size_t depth, Value& out);

 private:
  [[nodiscard]] Status read_any(ondemand::value& value, Value& out);
  [[nodiscard]] Status read_list(ondemand::value& value, Value& out);
  [[nodiscard]] Status read_object(ondemand::value& value, Value& out);
  [[nodiscard]] Status read_number(ondemand::value& value, std::string_view token, Value& out);
  [[nodiscard]] Status read_text(ondemand::value& value, std::string_view token, Value& out);
  [[nodiscard]] Status decode_bytes(Value::Object& members, Value& out);
  [[nodiscard]] Status check_depth();

  IndexedText& text_;
  ValueDialect dialect_;
  std::size_t depth_ = 0;
  Pointer pointer_;
  const char* at_ = nullptr;  // the value or key being read
};

/// Decodes the text of a `b64` member. The error's place is the caller's to add; it never shows
/// the text.
[[nodiscard]] Status decode_b64(const IndexedText& text, std::string_view base64, std::string& out);

}  // namespace trivet::json
