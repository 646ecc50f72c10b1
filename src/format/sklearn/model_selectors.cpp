// SPDX-License-Identifier: Apache-2.0
// Selectors of features by other estimators: SelectFromModel, RFE, SequentialFeatureSelector.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/supports.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

using artifact::PickleKind;

// --- SelectFromModel

bool is_nearly_one(const PickleView& estimator, std::string_view name) {
  const auto found = estimator.find(name);
  if (!found) return false;
  const Result<std::vector<double>> numbers = found->doubles();
  if (!numbers || numbers->empty()) return false;
  return std::all_of(numbers->begin(), numbers->end(), [](double number) {
    constexpr double kTolerance = 1e-8 + 1e-5;  // numpy.isclose
    return std::fabs(number - 1) <= kTolerance;
  });
}

/// Whether small coefficients are as good as none.
bool is_sparse_by_nature(const PickleView& estimator, Version version) {
  const artifact::PickleName* const name = estimator.name();
  if (name == nullptr) return false;
  const auto has = [&](std::string_view part) { return name->name.find(part) != part.npos; };
  if (has_text(estimator, "penalty", "l1") || has("Lasso")) return true;
  constexpr Version kFirstByRatio = 101;
  constexpr Version kFirstOfLogistic = 108;
  if (version < kFirstByRatio) return false;
  if (has("ElasticNet")) {
    return is_nearly_one(estimator, "l1_ratio_") || is_nearly_one(estimator, "l1_ratio");
  }
  if (version < kFirstOfLogistic) return false;
  if (name->name == "LogisticRegression") return is_nearly_one(estimator, "l1_ratio");
  return name->name == "LogisticRegressionCV" && is_nearly_one(estimator, "l1_ratio_");
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// "mean", "median", or one of them times a number.
Result<double> read_named_threshold(const PickleView& view, std::string_view word,
                                    const std::vector<double>& importances) {
  double scale = 1;
  std::string_view reference = word;
  if (const std::size_t star = word.find('*'); star != word.npos) {
    const std::string_view number = trimmed(word.substr(0, star));
    reference = trimmed(word.substr(star + 1));
    const char* const end = number.data() + number.size();
    const auto [after, error] = std::from_chars(number.data(), end, scale);
    if (error != std::errc() || after != end) {
      return view.refuse(text::quoted(word), "a number before the '*'");
    }
  }
  if (reference == "mean") return scale * mean_of(importances);
  if (reference == "median") return scale * median_of(importances);
  return view.refuse(text::quoted(word), "'mean', 'median', or a number times one of them");
}

Result<double> read_threshold(const PickleView& selector, const PickleView& estimator,
                              const std::vector<double>& importances) {
  const Result<PickleView> view = selector.attribute("threshold");
  if (!view) return view.error();
  if (view->is_none()) {
    constexpr double kAsGoodAsNone = 1e-5;
    if (is_sparse_by_nature(estimator, version_of(selector))) return kAsGoodAsNone;
    return mean_of(importances);
  }
  if (view->kind() != PickleKind::text) return view->number();
  const Result<std::string_view> word = view->text();
  if (!word) return word.error();
  return read_named_threshold(*view, *word, importances);
}

/// The greatest ones, if only so many are wanted.
Result<Support> keep_greatest(const PickleView& selector, const std::vector<double>& importances) {
  const auto most = find_any(selector, {"max_features_", "max_features"});
  if (!most || most->is_none()) return Support(importances.size(), true);
  const Result<std::size_t> count = read_count(*most);
  if (!count) return count.error();
  std::vector<std::size_t> order(importances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return importances[a] > importances[b]; });
  Support support(importances.size(), false);
  for (std::size_t i = 0; i < std::min(*count, order.size()); ++i) support[order[i]] = true;
  return support;
}

Result<std::vector<double>> read_model_importances(const PickleView& selector,
                                                   const PickleView& estimator) {
  const auto getter = selector.find("importance_getter");
  const Result<std::string_view> name =
      getter ? getter->text() : Result<std::string_view>(std::string_view("auto"));
  const bool is_known =
      name && (*name == "auto" || *name == "coef_" || *name == "feature_importances_");
  if (!is_known) {
    return getter->refuse(getter->description(), "'auto', 'coef_' or 'feature_importances_'");
  }
  const auto order = selector.find("norm_order");
  const Result<double> number = order ? order->number() : Result<double>(1.0);
  if (!number) return number.error();
  return read_importances(estimator, *number);
}

Result<Answers> bind_from_model(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const auto fitted = find_any(estimator, {"estimator_", "estimator"});
  if (!fitted) return estimator.fail("no estimator", "estimator_");
  const Result<std::vector<double>> importances = read_model_importances(estimator, *fitted);
  if (!importances) return importances.error();
  if (importances->empty()) return fitted->fail("no features", "at least one");
  const Result<double> threshold = read_threshold(estimator, *fitted, *importances);
  if (!threshold) return threshold.error();
  Result<Support> support = keep_greatest(estimator, *importances);
  if (!support) return support.error();
  for (std::size_t f = 0; f < importances->size(); ++f) {
    if ((*importances)[f] < *threshold) (*support)[f] = false;
  }
  Result<Matrix> kept = add_support(*support, missing_rule_of(*fitted), rows, sketch, estimator);
  if (!kept) return kept.error();
  return Answers{.methods = {}, .transform = std::move(*kept)};
}

// --- selectors that keep what they decided

Result<Support> read_support(const PickleView& estimator) {
  const Result<PickleView> view = estimator.attribute("support_");
  if (!view) return view.error();
  const Result<std::vector<std::uint8_t>> flags = view->flags();
  if (!flags) return flags.error();
  return Support(flags->begin(), flags->end());
}

/// It also answers what the estimator answers that was fitted with what is kept.
Result<Answers> bind_elimination(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Support> support = read_support(estimator);
  if (!support) return support.error();
  const Result<PickleView> inner = estimator.attribute("estimator_");
  if (!inner) return inner.error();
  Result<Matrix> kept = add_support(*support, missing_rule_of(*inner), rows, sketch, estimator);
  if (!kept) return kept.error();
  const Result<Answers> answers = sketch.bind(*inner, *kept);
  if (!answers) return answers.error();
  Answers out{.methods = {}, .transform = *kept};
  for (const std::string_view method :
       {"predict", "predict_proba", "predict_log_proba", "decision_function"}) {
    if (const Answer* const found = answers->find(method)) out.methods.push_back(*found);
  }
  return out;
}

Result<Answers> bind_sequential(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Support> support = read_support(estimator);
  if (!support) return support.error();
  const auto inner = estimator.find("estimator");
  const TakesMissing missing = inner ? missing_rule_of(*inner) : TakesMissing::no;
  Result<Matrix> kept = add_support(*support, missing, rows, sketch, estimator);
  if (!kept) return kept.error();
  return Answers{.methods = {}, .transform = std::move(*kept)};
}

constexpr EstimatorRow kModelSelectors[] = {
    {"sklearn.feature_selection._from_model", "SelectFromModel", bind_from_model},
    {"sklearn.feature_selection.from_model", "SelectFromModel", bind_from_model},
    {"sklearn.feature_selection._rfe", "RFE", bind_elimination},
    {"sklearn.feature_selection._rfe", "RFECV", bind_elimination},
    {"sklearn.feature_selection.rfe", "RFE", bind_elimination},
    {"sklearn.feature_selection.rfe", "RFECV", bind_elimination},
    {"sklearn.feature_selection._sequential", "SequentialFeatureSelector", bind_sequential},
};

}  // namespace

std::span<const EstimatorRow> model_selectors() noexcept { return kModelSelectors; }

}  // namespace trivet::sklearn
