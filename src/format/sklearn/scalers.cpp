// SPDX-License-Identifier: Apache-2.0
// Transformers that treat each number alike: scalers, FunctionTransformer, Normalizer.
//
// Scalers divide where scikit-learn divides: multiplying by a reciprocal would send rows down other
// branches of a tree behind them. Missing values stay missing.
#include <limits>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/functions.hpp"
#include "format/sklearn/products.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// How many features there are, by the first of these attributes that holds a number for each.
Result<std::size_t> vector_size(const PickleView& estimator,
                                std::initializer_list<std::string_view> names) {
  if (const auto count = estimator.find("n_features_in_")) return read_count(*count);
  for (const std::string_view name : names) {
    const auto numbers = estimator.find(name);
    if (!numbers || numbers->is_none()) continue;
    const Result<std::vector<double>> cells = numbers->doubles();
    if (!cells) return cells.error();
    return cells->size();
  }
  return estimator.fail("no numbers that say how many features there are", "a fitted scaler");
}

/// An attribute with a number for each feature, or the same number for all.
Result<std::vector<double>> vector_or(const PickleView& estimator, std::string_view name,
                                      bool is_used, double otherwise, std::size_t size) {
  const auto numbers = estimator.find(name);
  if (!is_used || !numbers || numbers->is_none()) return std::vector<double>(size, otherwise);
  return read_vector(*numbers, size);
}

Answers transformed(Matrix rows) { return {.methods = {}, .transform = std::move(rows)}; }

/// Where the two numbers of a scaler are found, and whether each is used.
struct ScaleSpec {
  std::string_view shift;
  std::string_view divisor;
  bool shifts = true;
  bool divides = true;
};

/// (x − shift) / divisor.
Result<Answers> bind_scale(const PickleView& estimator, const ScaleSpec& spec, Matrix& rows,
                           Sketch& sketch) {
  const Result<std::size_t> size = vector_size(estimator, {spec.shift, spec.divisor});
  if (!size) return size.error();
  TRIVET_TRY(sketch.take_numbers(rows, *size, TakesMissing::yes, estimator));
  Result<std::vector<double>> shift = vector_or(estimator, spec.shift, spec.shifts, 0, *size);
  if (!shift) return shift.error();
  Result<std::vector<double>> divisor = vector_or(estimator, spec.divisor, spec.divides, 1, *size);
  if (!divisor) return divisor.error();
  return transformed(add_scale(std::move(*shift), std::move(*divisor), rows, sketch));
}

Result<Answers> bind_standard(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  return bind_scale(estimator,
                    {"mean_", "scale_", flag_or(estimator, "with_mean", true),
                     flag_or(estimator, "with_std", true)},
                    rows, sketch);
}

Result<Answers> bind_robust(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  return bind_scale(estimator,
                    {"center_", "scale_", flag_or(estimator, "with_centering", true),
                     flag_or(estimator, "with_scaling", true)},
                    rows, sketch);
}

Result<Answers> bind_max_abs(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  return bind_scale(estimator, {"", "scale_", false, true}, rows, sketch);
}

/// The ends of `feature_range`, between which a clipping scaler stays.
Result<Matrix> clip(const PickleView& estimator, const Matrix& rows, Sketch& sketch) {
  const Result<std::vector<double>> ends = read_vector(estimator, "feature_range", 2);
  if (!ends) return ends.error();
  spi::Operator op{"clip", {}, {}};
  op.attributes.emplace_back("least", ends->front());
  op.attributes.emplace_back("greatest", ends->back());
  return sketch.add_columnwise(std::move(op), rows);
}

Result<Answers> bind_min_max(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<std::size_t> size = vector_size(estimator, {"scale_"});
  if (!size) return size.error();
  TRIVET_TRY(sketch.take_numbers(rows, *size, TakesMissing::yes, estimator));
  Result<std::vector<double>> factor = read_vector(estimator, "scale_", *size);
  if (!factor) return factor.error();
  Result<std::vector<double>> addend = read_vector(estimator, "min_", *size);
  if (!addend) return addend.error();
  Matrix out = add_affine(std::move(*factor), std::move(*addend), rows, sketch);
  if (!flag_or(estimator, "clip", false)) return transformed(std::move(out));
  Result<Matrix> clipped = clip(estimator, out, sketch);
  if (!clipped) return clipped.error();
  return transformed(std::move(*clipped));
}

/// Without a function it passes everything on. So does scikit-learn's check of arrays, which hist
/// boosting keeps for its numeric columns.
Result<Answers> bind_function(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const auto function = estimator.find("func");
  if (!function || function->is_none()) return transformed(rows);
  const artifact::PickleName* const name = function->name();
  if (name != nullptr && name->module == "functools") {
    const auto target = function->argument(0);
    const artifact::PickleName* const inner = target ? target->name() : nullptr;
    if (inner != nullptr && inner->name == "check_array") return transformed(rows);
  }
  TRIVET_TRY(refuse_arguments(estimator, "kw_args"));
  const Result<std::string_view> known = read_function(*function);
  if (!known) return known.error();
  TRIVET_TRY(sketch.take_all_numbers(rows, TakesMissing::yes, estimator));
  return transformed(sketch.add_columnwise({std::string(*known), {}, {}}, rows));
}

// --- rows of one size

Result<std::string> read_norm(const PickleView& estimator) {
  const Result<PickleView> view = estimator.attribute("norm");
  if (!view) return view.error();
  const Result<std::string_view> norm = view->text();
  if (!norm) return norm.error();
  if (*norm != "l1" && *norm != "l2" && *norm != "max") {
    return view->refuse(text::quoted(*norm), "'l1', 'l2' or 'max'");
  }
  // Up to 0.22 it was the greatest number, with its sign.
  constexpr Version kFirstOfSizes = 23;
  const bool is_signed = *norm == "max" && version_of(estimator) < kFirstOfSizes;
  return std::string(is_signed ? "greatest" : *norm);
}

Result<Answers> bind_normalizer(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<std::string> norm = read_norm(estimator);
  if (!norm) return norm.error();
  TRIVET_TRY(sketch.take_all_numbers(rows, TakesMissing::no, estimator));
  // Since 1.0 rows of almost nothing stay as they are.
  constexpr Version kFirstWithLeast = 100;
  const double least = version_of(estimator) >= kFirstWithLeast
                           ? 10 * std::numeric_limits<double>::epsilon()
                           : std::numeric_limits<double>::lowest();
  spi::Operator op{"normalize", {}, {}};
  op.attributes.emplace_back("norm", std::move(*norm));
  op.attributes.emplace_back("least", least);
  std::vector<Element> elements(rows.width(), Element{.may_be_missing = false});
  if (elements.size() == 1) elements.front().column = rows.elements.front().column;
  return transformed(sketch.add_mapping(std::move(op), rows, std::move(elements)));
}

constexpr EstimatorRow kScalerEstimators[] = {
    {"sklearn.preprocessing._data", "StandardScaler", bind_standard},
    {"sklearn.preprocessing.data", "StandardScaler", bind_standard},
    {"sklearn.preprocessing._data", "MinMaxScaler", bind_min_max},
    {"sklearn.preprocessing.data", "MinMaxScaler", bind_min_max},
    {"sklearn.preprocessing._data", "MaxAbsScaler", bind_max_abs},
    {"sklearn.preprocessing.data", "MaxAbsScaler", bind_max_abs},
    {"sklearn.preprocessing._data", "RobustScaler", bind_robust},
    {"sklearn.preprocessing.data", "RobustScaler", bind_robust},
    {"sklearn.preprocessing._data", "Normalizer", bind_normalizer},
    {"sklearn.preprocessing.data", "Normalizer", bind_normalizer},
    {"sklearn.preprocessing._function_transformer", "FunctionTransformer", bind_function},
};

}  // namespace

std::span<const EstimatorRow> scaler_estimators() noexcept { return kScalerEstimators; }

}  // namespace trivet::sklearn
