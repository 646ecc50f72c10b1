// SPDX-License-Identifier: Apache-2.0
// Answers as JSON text, front to back, into one string.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "trivet/prediction.hpp"
#include "trivet/value.hpp"

namespace trivet::json {

/// Appends compact JSON to a string of the caller's; commas are put by itself. Numbers as
/// text::append_number prints them. Text must be valid UTF-8; what isn't comes out as U+FFFD.
/// Allocates only when the string must grow.
class ResponseWriter {
 public:
  explicit ResponseWriter(std::string& out) noexcept : out_(out) {}

  void begin_list();
  void end_list();
  void begin_object();
  void end_object();
  void key(std::string_view name);

  void null();
  void boolean(bool value);
  void integer(std::int64_t value);
  void number(double value);
  void number(float value);
  void text(std::string_view value);
  /// As `{"b64": …}`, padded.
  void bytes(std::string_view value);
  void value(const Value& value);

  /// One row of an answer: a bare value when the output's shape is empty, else nested lists; labels
  /// where the output has some.
  void row(const OutputView& answers, std::size_t row);

 private:
  void comma();
  void labels(const OutputView& answers, std::size_t row);

  std::string& out_;
  bool first_ = true;
};

}  // namespace trivet::json
