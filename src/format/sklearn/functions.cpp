// SPDX-License-Identifier: Apache-2.0
// NumPy's functions of one number, as models hold them.
#include "format/sklearn/functions.hpp"

#include <vector>

#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

struct FunctionRow {
  std::string_view name;  ///< NumPy's
  std::string_view op;
};

constexpr FunctionRow kFunctions[] = {
    {"abs", "abs"},
    {"absolute", "abs"},
    {"arccos", "acos"},
    {"arccosh", "acosh"},
    {"arcsin", "asin"},
    {"arcsinh", "asinh"},
    {"arctan", "atan"},
    {"arctanh", "atanh"},
    {"around", "rint"},
    {"cbrt", "cbrt"},
    {"ceil", "ceil"},
    {"cos", "cos"},
    {"cosh", "cosh"},
    {"deg2rad", "to_radians"},
    {"degrees", "to_degrees"},
    {"exp", "exp"},
    {"exp2", "exp2"},
    {"expit", "sigmoid"},
    {"expm1", "expm1"},
    {"fabs", "abs"},
    {"floor", "floor"},
    {"log", "log"},
    {"log10", "log10"},
    {"log1p", "log1p"},
    {"log2", "log2"},
    {"logit", "logit"},
    {"negative", "negate"},
    {"positive", "same"},
    {"rad2deg", "to_degrees"},
    {"radians", "to_radians"},
    {"rint", "rint"},
    {"reciprocal", "reciprocal"},
    {"round", "rint"},
    {"sign", "sign"},
    {"sin", "sin"},
    {"sinh", "sinh"},
    {"sqrt", "sqrt"},
    {"square", "square"},
    {"tan", "tan"},
    {"tanh", "tanh"},
    {"trunc", "trunc"},
};

constexpr std::string_view kFunctionModules[] = {
    "numpy", "numpy.core._multiarray_umath", "numpy._core._multiarray_umath",
    "scipy.special._ufuncs", "scipy.special._special_ufuncs"};

/// Up to NumPy 1.20 it is a call with the names of the module and of the function.
Result<std::string_view> spelled_name(const PickleView& function) {
  const artifact::PickleName* const name = function.name();
  if (name == nullptr) return std::string_view();
  if (name->name != "_ufunc_reconstruct") return name->name;
  const auto called = function.argument(1);
  return called ? called->text() : std::string_view();
}

std::vector<artifact::PickleName> make_function_names() {
  std::vector<artifact::PickleName> names{{"numpy.core", "_ufunc_reconstruct"}};
  for (const std::string_view module : kFunctionModules) {
    for (const FunctionRow& row : kFunctions) names.push_back({module, row.name});
  }
  return names;
}

}  // namespace

Result<std::string_view> read_function(const PickleView& function) {
  const Result<std::string_view> name = spelled_name(function);
  if (!name) return name;
  for (const FunctionRow& row : kFunctions) {
    if (row.name == *name) return row.op;
  }
  return function.refuse(function.description(), "no function, or one of NumPy's of one number");
}

Status refuse_arguments(const PickleView& transformer, std::string_view name) {
  const auto arguments = transformer.find(name);
  if (!arguments || arguments->is_none() || arguments->size() == 0) return {};
  return arguments->refuse(arguments->description(), "a function of nothing but the number");
}

std::span<const artifact::PickleName> function_names() {
  static const std::vector<artifact::PickleName> names = make_function_names();
  return names;
}

}  // namespace trivet::sklearn
