// SPDX-License-Identifier: Apache-2.0
// The way back through a transformer.
#include "format/sklearn/inverses.hpp"

#include <utility>

#include "base/try.hpp"
#include "format/sklearn/distributions.hpp"
#include "format/sklearn/functions.hpp"
#include "format/sklearn/products.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

using Invert = Result<Matrix> (*)(const PickleView& transformer, const Matrix& rows,
                                  Sketch& sketch);

/// A number for each feature; `otherwise` where the scaler does without.
Result<std::vector<double>> read_scale(const PickleView& scaler, std::string_view name,
                                       bool is_used, const Matrix& rows, double otherwise) {
  const auto numbers = scaler.find(name);
  if (!is_used || !numbers || numbers->is_none()) {
    return std::vector<double>(rows.width(), otherwise);
  }
  return read_vector(*numbers, rows.width());
}

/// x · factor + addend.
Result<Matrix> undo_scale(Result<std::vector<double>> factor, Result<std::vector<double>> addend,
                          const Matrix& rows, Sketch& sketch) {
  if (!factor) return factor.error();
  if (!addend) return addend.error();
  return add_affine(std::move(*factor), std::move(*addend), rows, sketch);
}

Result<Matrix> invert_standard(const PickleView& scaler, const Matrix& rows, Sketch& sketch) {
  return undo_scale(read_scale(scaler, "scale_", flag_or(scaler, "with_std", true), rows, 1),
                    read_scale(scaler, "mean_", flag_or(scaler, "with_mean", true), rows, 0), rows,
                    sketch);
}

Result<Matrix> invert_robust(const PickleView& scaler, const Matrix& rows, Sketch& sketch) {
  return undo_scale(read_scale(scaler, "scale_", flag_or(scaler, "with_scaling", true), rows, 1),
                    read_scale(scaler, "center_", flag_or(scaler, "with_centering", true), rows, 0),
                    rows, sketch);
}

Result<Matrix> invert_max_abs(const PickleView& scaler, const Matrix& rows, Sketch& sketch) {
  return undo_scale(read_scale(scaler, "scale_", true, rows, 1), std::vector<double>(rows.width()),
                    rows, sketch);
}

Result<Matrix> invert_min_max(const PickleView& scaler, const Matrix& rows, Sketch& sketch) {
  Result<std::vector<double>> shift = read_scale(scaler, "min_", true, rows, 0);
  if (!shift) return shift.error();
  Result<std::vector<double>> divisor = read_scale(scaler, "scale_", true, rows, 1);
  if (!divisor) return divisor.error();
  return add_scale(std::move(*shift), std::move(*divisor), rows, sketch);
}

Result<Matrix> invert_power(const PickleView& transformer, const Matrix& rows, Sketch& sketch) {
  Matrix raised = rows;
  if (flag_or(transformer, "standardize", true)) {
    const Result<PickleView> scaler = transformer.attribute("_scaler");
    if (!scaler) return scaler.error();
    Result<Matrix> unscaled = invert_standard(*scaler, rows, sketch);
    if (!unscaled) return unscaled;
    raised = std::move(*unscaled);
  }
  return add_power(transformer, Direction::inverse, raised, sketch);
}

Result<Matrix> invert_quantiles(const PickleView& transformer, const Matrix& rows, Sketch& sketch) {
  return add_quantiles(transformer, Direction::inverse, rows, sketch);
}

Result<Matrix> invert_function(const PickleView& transformer, const Matrix& rows, Sketch& sketch) {
  const auto function = transformer.find("inverse_func");
  if (!function || function->is_none()) return rows;
  TRIVET_TRY(refuse_arguments(transformer, "inv_kw_args"));
  const Result<std::string_view> op = read_function(*function);
  if (!op) return op.error();
  return sketch.add_columnwise({std::string(*op), {}, {}}, rows);
}

struct InverseRow {
  std::string_view name;
  Invert invert;
};

constexpr InverseRow kInverses[] = {
    {"FunctionTransformer", invert_function},  {"MaxAbsScaler", invert_max_abs},
    {"MinMaxScaler", invert_min_max},          {"PowerTransformer", invert_power},
    {"QuantileTransformer", invert_quantiles}, {"RobustScaler", invert_robust},
    {"StandardScaler", invert_standard},
};

Result<Matrix> invert_one(const PickleView& transformer, const Matrix& rows, Sketch& sketch) {
  const artifact::PickleName* const name = transformer.name();
  for (const InverseRow& row : kInverses) {
    const bool is_it = name != nullptr && transformer.kind() == artifact::PickleKind::object &&
                       row.name == name->name;
    if (is_it) return row.invert(transformer, rows, sketch);
  }
  return transformer.refuse(transformer.description(),
                            "a scaler, a function and its inverse, PowerTransformer, "
                            "QuantileTransformer, or a pipeline of them");
}

}  // namespace

Result<Matrix> add_inverse(const PickleView& transformer, const Matrix& rows, Sketch& sketch) {
  const artifact::PickleName* const name = transformer.name();
  if (name == nullptr || name->name != "Pipeline") return invert_one(transformer, rows, sketch);
  const Result<PickleView> steps = transformer.attribute("steps");
  if (!steps) return steps.error();
  Matrix out = rows;
  for (std::size_t i = steps->size(); i-- > 0;) {
    const PickleView pair = steps->item(i);
    if (pair.size() < 2) return pair.fail(pair.description(), "a name and an estimator");
    const PickleView step = pair.item(1);
    TRIVET_TRY(sketch.check_size(step));
    const Result<std::string_view> word = step.text();
    if (step.is_none() || (word && *word == "passthrough")) continue;
    Result<Matrix> undone = invert_one(step, out, sketch);
    if (!undone) return undone;
    out = std::move(*undone);
  }
  return out;
}

}  // namespace trivet::sklearn
