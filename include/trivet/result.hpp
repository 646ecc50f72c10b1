// SPDX-License-Identifier: Apache-2.0
// A value or an Error, with the names of std::expected.
#pragma once

#include <cassert>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "trivet/error.hpp"

namespace trivet::inline v0 {

/// Holds a `T` or the Error that prevented it. The names and meanings are those of
/// `std::expected<T, Error>`, with one difference: `value()` on an error is a mistake of the
/// caller and asserts, it does not throw; so the type is the same with and without exceptions.
/// (`trivet/throwing.hpp` has the throwing form.) Not safe for concurrent writing, as any value.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: as expected
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: as unexpected

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// Requires has_value().
  [[nodiscard]] T& value() & noexcept { return *checked(std::get_if<0>(&state_)); }
  [[nodiscard]] const T& value() const& noexcept { return *checked(std::get_if<0>(&state_)); }
  [[nodiscard]] T&& value() && noexcept { return std::move(*checked(std::get_if<0>(&state_))); }
  [[nodiscard]] T& operator*() & noexcept { return value(); }
  [[nodiscard]] const T& operator*() const& noexcept { return value(); }
  [[nodiscard]] T&& operator*() && noexcept { return std::move(*this).value(); }
  [[nodiscard]] T* operator->() noexcept { return &value(); }
  [[nodiscard]] const T* operator->() const noexcept { return &value(); }

  /// Requires !has_value().
  [[nodiscard]] const Error& error() const& noexcept { return *checked(std::get_if<1>(&state_)); }
  [[nodiscard]] Error&& error() && noexcept { return std::move(*checked(std::get_if<1>(&state_))); }

  /// The value, or `fallback` converted to `T`.
  template <class U>
  [[nodiscard]] T value_or(U&& fallback) const& {
    return has_value() ? value() : static_cast<T>(std::forward<U>(fallback));
  }

  /// `next(value)` when there is one, else this error. `next` returns a Result.
  template <class Next>
  [[nodiscard]] auto and_then(Next&& next) && -> std::invoke_result_t<Next, T> {
    if (!has_value()) return std::move(*this).error();
    return std::forward<Next>(next)(std::move(*this).value());
  }

 private:
  template <class P>
  static P* checked(P* pointer) noexcept {
    assert(pointer != nullptr && "the other alternative of this Result holds");
    return pointer;
  }

  std::variant<T, Error> state_;
};

/// Success, or the Error that prevented it.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() noexcept = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: as unexpected

  [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  /// Requires !has_value().
  [[nodiscard]] const Error& error() const& noexcept {
    assert(error_.has_value() && "this Status is a success");
    return *error_;
  }
  [[nodiscard]] Error&& error() && noexcept {
    assert(error_.has_value() && "this Status is a success");
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace trivet::inline v0
