// SPDX-License-Identifier: Apache-2.0
// A JSON value that also knows bytes: what parameters, instances and predictions are made of.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "trivet/export.hpp"
#include "trivet/result.hpp"

namespace trivet::inline v0 {

struct Member;

/// One JSON value: null, boolean, integer, number, text, bytes, list or object. Bytes are what the
/// contract writes as `{"b64": "…"}`. Integers and numbers are kept apart so that `5` and `5.0`
/// come back as they were sent; as_number() takes both. Objects keep the order of their members.
/// An ordinary value type: concurrent reading is safe, concurrent writing is not.
class TRIVET_EXPORT Value {
 public:
  using List = std::vector<Value>;
  using Object = std::vector<Member>;
  struct Bytes {
    std::string data;
    friend bool operator==(const Bytes&, const Bytes&) = default;
  };

  Value() noexcept;  ///< null
  template <std::same_as<bool> Boolean>
  Value(Boolean value) noexcept;  ///< only bool itself: pointers and numbers are no booleans
  /// Any integer type whose every value int64 holds.
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool> && (std::signed_integral<Integer> || sizeof(Integer) < 8))
      Value(Integer value)
  noexcept;
  Value(double value) noexcept;
  Value(const char* text);
  Value(std::string_view text);
  Value(std::string text) noexcept;
  Value(Bytes bytes) noexcept;
  Value(List list) noexcept;
  Value(Object object) noexcept;

  /// The value of a JSON text; bytes stay `{"b64": …}` objects here. O(text). The error's place is
  /// a byte offset; nesting is limited to 64.
  [[nodiscard]] static Result<Value> parse(std::string_view json);
  /// Compact JSON, numbers in the shortest form that reads back, bytes as `{"b64": …}`, NaN and
  /// infinities as the strings `"NaN"`, `"Infinity"`, `"-Infinity"`.
  [[nodiscard]] std::string to_json() const;

  [[nodiscard]] bool is_null() const noexcept { return data_.index() == 0; }
  /// Null when the value is of another kind.
  [[nodiscard]] const bool* as_boolean() const noexcept { return std::get_if<bool>(&data_); }
  [[nodiscard]] const std::int64_t* as_integer() const noexcept {
    return std::get_if<std::int64_t>(&data_);
  }
  [[nodiscard]] const std::string* as_text() const noexcept {
    return std::get_if<std::string>(&data_);
  }
  [[nodiscard]] const Bytes* as_bytes() const noexcept { return std::get_if<Bytes>(&data_); }
  [[nodiscard]] const List* as_list() const noexcept { return std::get_if<List>(&data_); }
  [[nodiscard]] List* as_list() noexcept { return std::get_if<List>(&data_); }
  [[nodiscard]] const Object* as_object() const noexcept { return std::get_if<Object>(&data_); }
  [[nodiscard]] Object* as_object() noexcept { return std::get_if<Object>(&data_); }

  /// True for integers and numbers.
  [[nodiscard]] bool is_number() const noexcept;
  /// The number, integers widened; 0 when the value is of another kind.
  [[nodiscard]] double as_number() const noexcept;
  /// The member of that name, null when this is no object or has none. O(members).
  [[nodiscard]] const Value* find(std::string_view name) const noexcept;
  /// `"null"`, `"boolean"`, `"number"`, `"text"`, `"bytes"`, `"list"` or `"object"`, for messages.
  [[nodiscard]] std::string_view kind_name() const noexcept;

  /// Equal kinds and contents; `1` and `1.0` differ, members must come in the same order.
  friend TRIVET_EXPORT bool operator==(const Value& a, const Value& b) noexcept;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Bytes, List, Object> data_;
};

/// One member of an object.
struct Member {
  std::string name;
  Value value;
  friend bool operator==(const Member&, const Member&) = default;
};

// Out of the class, because an object's members hold a whole Value.
inline Value::Value() noexcept = default;
template <std::same_as<bool> Boolean>
inline Value::Value(Boolean value) noexcept : data_(value) {}
template <std::integral Integer>
requires(!std::same_as<Integer, bool> &&
         (std::signed_integral<Integer> ||
          sizeof(Integer) < 8)) inline Value::Value(Integer value) noexcept
    : data_(static_cast<std::int64_t>(value)) {}
inline Value::Value(double value) noexcept : data_(value) {}
inline Value::Value(const char* text) : data_(std::string(text)) {}
inline Value::Value(std::string_view text) : data_(std::string(text)) {}
inline Value::Value(std::string text) noexcept : data_(std::move(text)) {}
inline Value::Value(Bytes bytes) noexcept : data_(std::move(bytes)) {}
inline Value::Value(List list) noexcept : data_(std::move(list)) {}
inline Value::Value(Object object) noexcept : data_(std::move(object)) {}

}  // namespace trivet::inline v0
