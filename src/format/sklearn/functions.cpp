// SPDX-License-Identifier: Apache-2.0
// NumPy's functions of one number, as models hold them.
#include "format/sklearn/functions.hpp"

namespace trivet::sklearn {
namespace {

constexpr std::string_view kFunctions[] = {"log1p", "expm1",  "log",  "log2",  "log10", "sqrt",
                                           "cbrt",  "exp",    "exp2", "sin",   "cos",   "tanh",
                                           "abs",   "square", "sign", "floor", "ceil"};

/// Up to NumPy 1.20 it is a call with the names of the module and of the function.
Result<std::string_view> spelled_name(const PickleView& function) {
  const artifact::PickleName* const name = function.name();
  if (name == nullptr) return std::string_view();
  if (name->name != "_ufunc_reconstruct") return name->name;
  const auto called = function.argument(1);
  return called ? called->text() : std::string_view();
}

}  // namespace

Result<std::string_view> read_function(const PickleView& function) {
  Result<std::string_view> name = spelled_name(function);
  if (!name) return name;
  if (*name == "absolute" || *name == "fabs") return std::string_view("abs");
  for (const std::string_view known : kFunctions) {
    if (known == *name) return known;
  }
  return function.refuse(function.description(), "no function, or one of NumPy's of one number");
}

}  // namespace trivet::sklearn
