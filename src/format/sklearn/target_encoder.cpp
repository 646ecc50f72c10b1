// SPDX-License-Identifier: Apache-2.0
// TargetEncoder: the mean of the target for each category.
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/categories.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/sketch.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// For each class of the target a column; one column for two classes or a number.
struct TargetMeans {
  std::vector<double> keys;
  std::vector<std::int32_t> counts;
  std::vector<double> values;
  std::vector<double> unknown;
  std::vector<std::uint32_t> features;  ///< of each column
};

/// The mean of the target by itself, for categories that are not known.
Result<std::vector<double>> read_target_means(const PickleView& estimator) {
  const Result<PickleView> view = estimator.attribute("target_mean_");
  if (!view) return view.error();
  Result<std::vector<double>> means = view->doubles();
  if (means && means->empty()) return view->fail(view->description(), "at least one number");
  return means;
}

Result<TargetMeans> read_encodings(const PickleView& estimator, const PickleView& lists,
                                   const Matrix& rows, Sketch& sketch) {
  const Result<std::vector<double>> means = read_target_means(estimator);
  if (!means) return means.error();
  const Result<PickleView> encodings = estimator.attribute("encodings_");
  if (!encodings) return encodings.error();
  const std::size_t columns = lists.size() * means->size();
  if (encodings->size() != columns) {
    return encodings->fail(encodings->description(), text::message("{} lists", columns));
  }
  constexpr std::size_t kMostKeys = 1u << 22;
  TargetMeans out;
  for (std::uint32_t f = 0; f < lists.size(); ++f) {
    const Result<Categories> categories =
        read_categories(lists.item(f), rows.elements[f], UnknownText::kept, sketch);
    if (!categories) return categories.error();
    const std::vector<double>& keys = categories->keys;
    if (out.keys.size() + keys.size() * means->size() > kMostKeys) {
      return lists.refuse("categories of classes without end", text::message("{}", kMostKeys));
    }
    for (std::size_t k = 0; k < means->size(); ++k) {
      const Result<std::vector<double>> own =
          read_vector(encodings->item(f * means->size() + k), keys.size());
      if (!own) return own.error();
      out.keys.insert(out.keys.end(), keys.begin(), keys.end());
      out.values.insert(out.values.end(), own->begin(), own->end());
      out.counts.push_back(static_cast<std::int32_t>(keys.size()));
      out.unknown.push_back((*means)[k]);
      out.features.push_back(f);
    }
  }
  return out;
}

Result<Answers> bind_target_encoder(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> lists = estimator.attribute("categories_");
  if (!lists) return lists.error();
  TRIVET_TRY(sketch.expect_width(rows, lists->size(), *lists));
  Result<TargetMeans> means = read_encodings(estimator, *lists, rows, sketch);
  if (!means) return means.error();
  const Matrix repeated = sketch.add_selection(rows, means->features);
  std::vector<Element> elements = repeated.elements;
  for (Element& element : elements) {
    element.is_cell = element.is_filled_cell = false;
    element.may_be_missing = false;
  }
  spi::Operator op{"map_values", {}, {}};
  op.constants.push_back(make_constant("keys", std::move(means->keys)));
  op.constants.push_back(make_constant("counts", std::move(means->counts)));
  op.constants.push_back(make_constant("values", std::move(means->values)));
  op.constants.push_back(make_constant("unknown", std::move(means->unknown)));
  return Answers{.methods = {},
                 .transform = sketch.add_mapping(std::move(op), repeated, std::move(elements))};
}

constexpr EstimatorRow kTargetEncoders[] = {
    {"sklearn.preprocessing._target_encoder", "TargetEncoder", bind_target_encoder},
};

}  // namespace

std::span<const EstimatorRow> target_encoders() noexcept { return kTargetEncoders; }

}  // namespace trivet::sklearn
