// SPDX-License-Identifier: Apache-2.0
// How the service says no: a canonical code, a text, details.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "trivet/error.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::service {

/// The canonical codes, with their numbers (google/rpc/code.proto).
enum class Code : std::uint8_t {
  ok = 0,
  cancelled = 1,
  unknown = 2,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  aborted = 10,
  out_of_range = 11,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  data_loss = 15,
  unauthenticated = 16,
};

/// `INVALID_ARGUMENT` and the like. Constants.
[[nodiscard]] std::string_view code_name(Code code) noexcept;
/// 400 … 504 (contract, section 3.1). Constant.
[[nodiscard]] int http_status(Code code) noexcept;

/// One refusal. `details` is null or a list of `{"@type": …}` objects.
struct Failure {
  Code code = Code::unknown;
  std::string message;
  Value details;

  Failure(Code c, std::string text, Value more = {})
      : code(c), message(std::move(text)), details(std::move(more)) {}
  /// What the library said, its text unchanged, under the canonical status of its kind.
  explicit Failure(const Error& error);

  /// `{"error":{"code","message","status","details"?}}`: the service's form.
  [[nodiscard]] std::string to_status_json() const;
  /// `{"error":"…"}`: a container's form.
  [[nodiscard]] std::string to_text_json() const;
};

/// A `T`, or the Failure that prevented it. The names of Result.
template <class T>
class [[nodiscard]] Outcome {
 public:
  using value_type = T;
  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: as Result
  Outcome(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}  // NOLINT
  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] T& operator*() & noexcept { return *std::get_if<0>(&state_); }
  [[nodiscard]] const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
  [[nodiscard]] T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
  [[nodiscard]] T* operator->() noexcept { return std::get_if<0>(&state_); }
  [[nodiscard]] const T* operator->() const noexcept { return std::get_if<0>(&state_); }
  [[nodiscard]] const Failure& failure() const& noexcept { return *std::get_if<1>(&state_); }
  [[nodiscard]] Failure&& failure() && noexcept { return std::move(*std::get_if<1>(&state_)); }
  // TRIVET_TRY asks for these names.
  [[nodiscard]] Failure&& error() && noexcept { return std::move(*this).failure(); }

 private:
  std::variant<T, Failure> state_;
};

/// Success without a value.
struct Done {};

}  // namespace trivet::service
