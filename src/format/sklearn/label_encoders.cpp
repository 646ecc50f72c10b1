// SPDX-License-Identifier: Apache-2.0
// LabelEncoder and LabelBinarizer, which people save beside their models: a label in, numbers out.
#include <cstdint>
#include <numeric>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/categories.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/products.hpp"
#include "format/sklearn/sketch.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

Result<Categories> read_label_keys(const PickleView& estimator, UnknownText unknown, Matrix& rows,
                                   Sketch& sketch) {
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  TRIVET_TRY(sketch.expect_width(rows, 1, *classes));
  Result<Categories> keys = read_categories(*classes, rows.elements.front(), unknown, sketch);
  if (keys && keys->keys.empty()) return classes->fail("no classes", "at least one");
  return keys;
}

/// The place of a label among the classes; another label is refused.
Result<Answers> bind_label_encoder(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Categories> keys = read_label_keys(estimator, UnknownText::refused, rows, sketch);
  if (!keys) return keys.error();
  const std::size_t count = keys->keys.size();
  std::vector<double> places(count);
  std::iota(places.begin(), places.end(), 0.0);
  spi::Operator op{"map_values", {}, {}};
  op.constants.push_back(make_constant("keys", keys->keys));
  op.constants.push_back(
      make_constant("counts", std::vector<std::int32_t>{static_cast<std::int32_t>(count)}));
  op.constants.push_back(make_constant("values", std::move(places)));
  op.constants.push_back(make_constant("unknown", std::vector<double>{0}));
  const Matrix out = sketch.add_columnwise(std::move(op), rows);
  Answers answers;
  answers.methods.push_back({.method = "transform",
                             .value = out.value,
                             .is_scalar = true,
                             .labels = count_labels(count)});
  return answers;
}

/// A column for each class, one alone for two; all low for a label of none.
Result<Answers> bind_label_binarizer(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Categories> keys = read_label_keys(estimator, UnknownText::kept, rows, sketch);
  if (!keys) return keys.error();
  const Result<double> low = number_or(estimator, "neg_label", 0);
  if (!low) return low.error();
  const Result<double> high = number_or(estimator, "pos_label", 1);
  if (!high) return high.error();
  const std::size_t count = keys->keys.size();
  const std::size_t width = count == 2 ? 1 : count;
  std::vector<std::int32_t> places;
  for (std::size_t i = 0; i < count; ++i) {
    // Of two classes the column is the second one's; one class alone is never high.
    places.push_back(count <= 2 ? static_cast<std::int32_t>(i) - 1 : static_cast<std::int32_t>(i));
  }
  spi::Operator op{"one_hot", {}, {}};
  op.constants.push_back(make_constant("keys", keys->keys));
  op.constants.push_back(
      make_constant("counts", std::vector<std::int32_t>{static_cast<std::int32_t>(count)}));
  op.constants.push_back(make_constant("values", std::move(places)));
  op.constants.push_back(make_constant("unknown", std::vector<std::int32_t>{-1}));
  const Element element{.column = rows.elements.front().column, .may_be_missing = false};
  Matrix out = sketch.add_mapping(std::move(op), rows, std::vector<Element>(width, element));
  if (*low != 0 || *high != 1) {
    out = add_affine(std::vector<double>(width, *high - *low), std::vector<double>(width, *low),
                     out, sketch);
  }
  return Answers{.methods = {}, .transform = std::move(out)};
}

constexpr EstimatorRow kLabelEncoders[] = {
    {"sklearn.preprocessing._label", "LabelEncoder", bind_label_encoder},
    {"sklearn.preprocessing.label", "LabelEncoder", bind_label_encoder},
    {"sklearn.preprocessing._label", "LabelBinarizer", bind_label_binarizer},
    {"sklearn.preprocessing.label", "LabelBinarizer", bind_label_binarizer},
};

}  // namespace

std::span<const EstimatorRow> label_encoders() noexcept { return kLabelEncoders; }

}  // namespace trivet::sklearn
