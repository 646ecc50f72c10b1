// SPDX-License-Identifier: Apache-2.0
// JSON or UBJSON, value by value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace trivet::xgboost {

/// Appends a document in either encoding, as XGBoost spells it: UBJSON of draft 12 with typed
/// lists, JSON with the shortest numbers that read back as the same float. The caller keeps the
/// order: in an object each value behind its key, in a list as many values as it announced.
class DocumentWriter {
 public:
  DocumentWriter(bool binary, std::size_t expected_bytes) : binary_(binary) {
    out_.reserve(expected_bytes);
  }

  void begin_object();
  void end_object() { out_ += '}'; }
  void begin_list(std::size_t size);
  void end_list();
  void key(std::string_view name);

  void text(std::string_view value);
  void integer(std::int64_t value);
  void number(float value);
  void floats(std::span<const float> values);
  void integers(std::span<const std::int32_t> values);
  void wide_integers(std::span<const std::int64_t> values);
  /// 0 and 1.
  void flags(std::span<const std::uint8_t> values);
  /// Bytes of texts, as the signed numbers that XGBoost makes of them.
  void text_bytes(std::string_view values);

  /// A member of an object.
  void member(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  void separate();
  template <class T>
  void big_endian(T value);
  template <class T, class Append>
  void list(char type, std::span<const T> values, Append append);
  template <class T>
  void append_digits(T value);
  void append_text(std::string_view value);  // without what says that it is one
  void append_escaped(std::string_view value);

  bool binary_;
  std::string out_;
};

/// The shortest text that reads back as the same float, with a point or an exponent; `NaN`,
/// `Infinity`, `-Infinity`.
void append_shortest(std::string& out, float value);

}  // namespace trivet::xgboost
