// SPDX-License-Identifier: Apache-2.0
// For programs that prefer exceptions: turns a Result into its value or a throw. Opt-in.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "trivet/error.hpp"
#include "trivet/result.hpp"

namespace trivet::inline v0 {

/// An Error as an exception; what() is its message().
class Exception : public std::exception {
 public:
  explicit Exception(Error error) : error_(std::move(error)), text_(error_.message()) {}
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
  [[nodiscard]] const Error& error() const noexcept { return error_; }

 private:
  Error error_;
  std::string text_;
};

/// The value of a Result; throws Exception when there is none.
///
///   auto model = trivet::or_throw(trivet::LocalModel::load("model_dir"));
template <class T>
T or_throw(Result<T> result) {
  if (!result) throw Exception(std::move(result).error());
  return std::move(result).value();
}
inline void or_throw(Status status) {
  if (!status) throw Exception(std::move(status).error());
}

}  // namespace trivet::inline v0
