// SPDX-License-Identifier: Apache-2.0
// ColumnTransformer: blocks of columns, each through its own transformer, side by side.
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/blocks.hpp"
#include "format/sklearn/column_places.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/sketch.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// One (name, transformer, columns) of `transformers_`; nothing for columns that are dropped.
Result<std::optional<Matrix>> bind_block(const PickleView& entry, const Matrix& rows,
                                         std::span<const std::string> names, Sketch& sketch) {
  constexpr std::size_t kParts = 3;
  if (entry.size() != kParts) {
    return entry.fail(entry.description(), "a name, a transformer and columns");
  }
  TRIVET_TRY(sketch.check_size(entry));
  const PickleView transformer = entry.item(1);
  const Result<std::string_view> word = transformer.text();
  if (word && *word == "drop") return std::optional<Matrix>();
  const Result<std::vector<std::uint32_t>> places = read_places(entry.item(2), rows.width(), names);
  if (!places) return places.error();
  if (places->empty()) return std::optional<Matrix>();
  Matrix block = sketch.add_selection(rows, *places);
  if (word && *word == "passthrough") return std::optional(std::move(block));
  Result<Answers> answers = sketch.bind(transformer, block);
  if (!answers) return answers.error();
  if (!answers->transform) return transformer.refuse(transformer.description(), "a transformer");
  return std::move(answers->transform);
}

Result<Answers> bind_columns(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<std::vector<std::string>> names = read_column_names(estimator);
  if (!names) return names.error();
  if (rows.is_open) {
    TRIVET_TRY(sketch.expect_width(rows, estimator, {"n_features_in_", "_n_features"}));
  }
  const Result<PickleView> list = estimator.attribute("transformers_");
  if (!list) return list.error();
  std::vector<Matrix> blocks;
  for (std::size_t i = 0; i < list->size(); ++i) {
    Result<std::optional<Matrix>> block = bind_block(list->item(i), rows, *names, sketch);
    if (!block) return block.error();
    if (!*block) continue;
    Result<Matrix> weighed = weigh_block(estimator, list->item(i).item(0), **block, sketch);
    if (!weighed) return weighed.error();
    blocks.push_back(std::move(*weighed));
  }
  if (blocks.empty()) return list->refuse("no columns that are kept", "at least one");
  return Answers{.methods = {}, .transform = sketch.add_concatenation(blocks)};
}

constexpr EstimatorRow kColumnEstimators[] = {
    {"sklearn.compose._column_transformer", "ColumnTransformer", bind_columns},
};

}  // namespace

std::span<const EstimatorRow> column_estimators() noexcept { return kColumnEstimators; }

}  // namespace trivet::sklearn
