// SPDX-License-Identifier: Apache-2.0
// Estimators that run others: Pipeline, FeatureUnion, searches.
#include <numeric>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/blocks.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/sketch.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// What stands for no transformer in a list of them.
bool is_word(const PickleView& view, std::string_view word) {
  const Result<std::string_view> text = view.text();
  return text && *text == word;
}

bool passes_through(const PickleView& step) {
  return step.is_none() || is_word(step, "passthrough");
}

/// The estimator in a (name, estimator) pair.
Result<PickleView> second_of(const PickleView& pair) {
  if (pair.size() >= 2) return pair.item(1);
  return pair.fail(pair.description(), "a name and an estimator");
}

bool keeps_width(const PickleView& step) {
  const artifact::PickleName* const name = step.name();
  return name != nullptr && (name->name == "FunctionTransformer" || name->name == "Normalizer" ||
                             name->name == "Binarizer");
}

/// Transformers of nothing but a function may not know how wide their rows are; what comes behind
/// them does.
Status open_by_later_steps(const PickleView& steps, Matrix& rows, Sketch& sketch) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Result<PickleView> step = second_of(steps.item(i));
    if (!step) return step.error();
    if (const auto count = find_any(*step, {"n_features_in_", "n_features_"})) {
      return sketch.expect_width(rows, *count);
    }
    // Before 0.24, only what was fitted tells the width.
    const auto fitted = find_any(*step, {"coef_", "mean_", "scale_", "lambdas_", "components_"});
    if (fitted && fitted->array() != nullptr) {
      const Result<Table> table = read_table(*fitted);
      if (!table) return table.error();
      return sketch.expect_width(rows, table->columns, *fitted);
    }
    if (!keeps_width(*step)) return {};
  }
  return {};
}

Result<Answers> bind_pipeline(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> steps = estimator.attribute("steps");
  if (!steps) return steps.error();
  if (rows.is_open) TRIVET_TRY(open_by_later_steps(*steps, rows, sketch));
  Answers last{.methods = {}, .transform = rows};
  for (std::size_t i = 0; i < steps->size(); ++i) {
    const Result<PickleView> step = second_of(steps->item(i));
    if (!step) return step.error();
    if (passes_through(*step)) continue;
    if (!last.transform) return step->fail("a step behind one that transforms nothing", "none");
    Matrix& taken = i == 0 || last.transform->is_open ? rows : *last.transform;
    Result<Answers> answers = sketch.bind(*step, taken);
    if (!answers) return answers.error();
    last = std::move(*answers);
  }
  return last;
}

std::vector<std::uint32_t> all_places(const Matrix& rows) {
  std::vector<std::uint32_t> places(rows.width());
  std::iota(places.begin(), places.end(), 0u);
  return places;
}

Result<Answers> bind_union(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> list = estimator.attribute("transformer_list");
  if (!list) return list.error();
  std::vector<Matrix> blocks;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Result<PickleView> member = second_of(list->item(i));
    if (!member) return member.error();
    TRIVET_TRY(sketch.check_size(*member));
    if (is_word(*member, "drop") || member->is_none()) continue;
    if (rows.is_open) TRIVET_TRY(open_by_later_steps(*list, rows, sketch));
    Matrix block = sketch.add_selection(rows, all_places(rows));
    if (!passes_through(*member)) {
      Result<Answers> answers = sketch.bind(*member, rows);
      if (!answers) return answers.error();
      if (!answers->transform) return member->refuse(member->description(), "a transformer");
      block = std::move(*answers->transform);
    }
    Result<Matrix> weighed = weigh_block(estimator, list->item(i).item(0), block, sketch);
    if (!weighed) return weighed.error();
    blocks.push_back(std::move(*weighed));
  }
  if (blocks.empty()) return list->fail("no transformers", "at least one");
  return Answers{.methods = {}, .transform = sketch.add_concatenation(blocks)};
}

Result<Answers> bind_best(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const auto best = estimator.find("best_estimator_");
  if (!best) {
    return estimator.refuse("a search without its best estimator, as with refit=False",
                            "a search that fitted the best estimator again");
  }
  return sketch.bind(*best, rows);
}

Result<Answers> bind_frozen(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> inner = estimator.attribute("estimator");
  if (!inner) return inner.error();
  return sketch.bind(*inner, rows);
}

constexpr EstimatorRow kPipelineEstimators[] = {
    {"sklearn.pipeline", "Pipeline", bind_pipeline, true},
    {"sklearn.pipeline", "FeatureUnion", bind_union, true},
    {"sklearn.model_selection._search", "GridSearchCV", bind_best, true},
    {"sklearn.model_selection._search", "RandomizedSearchCV", bind_best, true},
    {"sklearn.model_selection._search_successive_halving", "HalvingGridSearchCV", bind_best, true},
    {"sklearn.model_selection._search_successive_halving", "HalvingRandomSearchCV", bind_best,
     true},
    {"sklearn.frozen._frozen", "FrozenEstimator", bind_frozen, true},
};

}  // namespace

std::span<const EstimatorRow> pipeline_estimators() noexcept { return kPipelineEstimators; }

}  // namespace trivet::sklearn
