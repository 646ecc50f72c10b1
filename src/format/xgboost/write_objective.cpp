// SPDX-License-Identifier: Apache-2.0
// Undoes what objectives.cpp does, by search, and spells objectives.
#include "format/xgboost/write_objective.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "format/xgboost/objectives.hpp"
#include "text/message.hpp"

namespace trivet::xgboost {
namespace {

/// The object of parameters that LoadConfig of an objective asks for; no XGBoost can load the
/// model without it. Objectives that aren't here have none.
struct ObjectiveParameters {
  std::string_view objective;
  std::string_view object;
  std::string_view name;
  std::string_view value;  ///< XGBoost's default; empty: made from the number of outputs
};

constexpr std::array kObjectiveParameters{
    ObjectiveParameters{"reg:squarederror", "reg_loss_param", "scale_pos_weight", "1"},
    ObjectiveParameters{"reg:linear", "reg_loss_param", "scale_pos_weight", "1"},
    ObjectiveParameters{"reg:squaredlogerror", "reg_loss_param", "scale_pos_weight", "1"},
    ObjectiveParameters{"reg:logistic", "reg_loss_param", "scale_pos_weight", "1"},
    ObjectiveParameters{"reg:gamma", "reg_loss_param", "scale_pos_weight", "1"},
    ObjectiveParameters{"binary:logistic", "reg_loss_param", "scale_pos_weight", "1"},
    ObjectiveParameters{"binary:logitraw", "reg_loss_param", "scale_pos_weight", "1"},
    ObjectiveParameters{"reg:pseudohubererror", "pseudo_huber_param", "huber_slope", "1"},
    ObjectiveParameters{"reg:tweedie", "tweedie_regression_param", "tweedie_variance_power", "1.5"},
    ObjectiveParameters{"count:poisson", "poisson_regression_param", "max_delta_step", "0.7"},
    ObjectiveParameters{"survival:aft", "aft_loss_param", "aft_loss_distribution", "normal"},
    ObjectiveParameters{"rank:pairwise", "lambdarank_param", "lambdarank_pair_method", "topk"},
    ObjectiveParameters{"rank:ndcg", "lambdarank_param", "lambdarank_pair_method", "topk"},
    ObjectiveParameters{"rank:map", "lambdarank_param", "lambdarank_pair_method", "topk"},
    ObjectiveParameters{"reg:quantileerror", "quantile_loss_param", "quantile_alpha", ""},
    ObjectiveParameters{"reg:expectileerror", "expectile_loss_param", "expectile_alpha", ""},
    ObjectiveParameters{"multi:softmax", "softmax_multiclass_param", "num_class", ""},
    ObjectiveParameters{"multi:softprob", "softmax_multiclass_param", "num_class", ""},
};

/// Levels that lie evenly between 0 and 1: the model's own are known to its training alone.
std::string even_levels(std::size_t count) {
  std::string levels = "[";
  for (std::size_t i = 1; i <= count; ++i) {
    if (i > 1) levels += ',';
    append_shortest(levels, static_cast<float>(i) / static_cast<float>(count + 1));
  }
  return levels + "]";
}

bool is_multi_class(std::string_view objective) noexcept { return objective.starts_with("multi:"); }

Version parse_version(std::string_view text) noexcept {
  std::array<std::int64_t, 3> numbers{-1, 0, 0};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::int64_t& number : numbers) {
    const auto [stop, error] = std::from_chars(at, end, number);
    if (error != std::errc()) break;
    at = stop != end && *stop == '.' ? stop + 1 : stop;
  }
  return {numbers[0], numbers[1], numbers[2]};
}

/// Floats as whole numbers of the same order.
std::int32_t to_ordered(float value) noexcept {
  const auto bits = std::bit_cast<std::int32_t>(value);
  return bits >= 0 ? bits : std::numeric_limits<std::int32_t>::min() - bits;
}
float from_ordered(std::int32_t order) noexcept {
  return std::bit_cast<float>(order >= 0 ? order
                                         : std::numeric_limits<std::int32_t>::min() - order);
}

class BaseScoreSearch {
 public:
  BaseScoreSearch(const WantedMeaning& wanted, Version version, Objective objective)
      : wanted_(wanted), objective_(objective) {
    probe_.version = version;
    probe_.objective = wanted.objective;
  }

  /// The base scores; nothing when some margin has none.
  std::optional<std::vector<float>> run() {
    std::vector<float> scores;
    for (const float margin : wanted_.margins) {
      const bool is_gap = objective_.base == BaseScore::expectile && !scores.empty();
      const std::optional<float> score = find(margin, is_gap ? &scores.back() : nullptr);
      if (!score) return std::nullopt;
      scores.push_back(*score);
    }
    const auto differs = [&](float score) { return to_ordered(score) != to_ordered(scores[0]); };
    const bool is_one = objective_.base != BaseScore::expectile &&
                        std::none_of(scores.begin(), scores.end(), differs);
    if (is_one) scores.resize(1);
    return scores;
  }

 private:
  /// The reader's own way from a score to its margin; NaN for a score that it refuses.
  float margin_of(float score, const float* previous) {
    std::vector<float> scores;
    if (previous != nullptr) scores.push_back(*previous);
    scores.push_back(score);
    probe_.target_count = static_cast<std::int64_t>(scores.size());
    probe_.base_score = std::move(scores);
    const Result<std::vector<float>> margins = base_margins(probe_, objective_);
    return margins ? margins->back() : std::numeric_limits<float>::quiet_NaN();
  }

  bool fits(float score, float margin, const float* previous) {
    return std::bit_cast<std::uint32_t>(margin_of(score, previous)) ==
           std::bit_cast<std::uint32_t>(margin);
  }

  float guess(float margin) const {
    if (objective_.base == BaseScore::log) return std::exp(margin);
    if (objective_.base != BaseScore::logit) return margin;
    spi::apply_link({spi::LinkKind::logistic_clamped}, std::span(&margin, 1), 1);
    return margin;
  }

  /// Margins grow with scores, so the least score with at least this margin is the one.
  std::optional<float> find(float margin, const float* previous) {
    const float near = guess(margin);
    if (fits(near, margin, previous)) return near;
    constexpr float kLeast = std::numeric_limits<float>::denorm_min();
    constexpr float kMost = std::numeric_limits<float>::max();
    std::int32_t low = to_ordered(previous != nullptr ? *previous : kLeast);
    std::int32_t high = to_ordered(objective_.base == BaseScore::logit ? 1.0f : kMost);
    while (low < high) {
      const auto middle = static_cast<std::int32_t>((std::int64_t{low} + high) >> 1);
      if (margin_of(from_ordered(middle), previous) >= margin) high = middle;
      else low = middle + 1;
    }
    if (fits(from_ordered(low), margin, previous)) return from_ordered(low);
    return std::nullopt;
  }

  const WantedMeaning& wanted_;
  Objective objective_;
  Model probe_;
};

/// XGBoost 3.1 to 3.3 wrote texts beyond ASCII in a way that is not to be taken for this file's.
bool mistakes_texts(const Version& version) noexcept {
  return version.at_least(3, 1) && !version.at_least(3, 4);
}

}  // namespace

Result<WrittenMeaning> find_meaning(const WantedMeaning& wanted) {
  std::string_view name = wanted.objective;
  if (name.starts_with("gpu:")) name.remove_prefix(4);  // which no XGBoost since 1.0 knows
  WantedMeaning plain = wanted;
  plain.objective = name;
  const Version own = parse_version(wanted.version);
  bool link_fits = false;
  for (const Version& version :
       {own, Version{1, 6, 0}, Version{3, 2, 0}, Version{3, 4, 0}, Version{3, 5, 0}}) {
    if (!version.known() || !version.at_least(1, 6)) continue;
    if (wanted.has_texts_beyond_ascii && mistakes_texts(version)) continue;
    Model probe;
    probe.version = version;
    probe.objective = name;
    const Result<Objective> objective = find_objective(probe);
    if (!objective) return objective.error();
    if (objective->link != wanted.link.kind) continue;
    link_fits = true;
    auto scores = BaseScoreSearch(plain, version, *objective).run();
    if (scores) return WrittenMeaning{std::string(name), version, std::move(*scores)};
  }
  if (link_fits) {
    return Error(Errc::unsupported_model, "base_score",
                 "a start of the sum that no base_score gives, as the way from one to the other "
                 "rounds to float32",
                 "a model whose start is the margin of a float32 number");
  }
  return Error(Errc::unsupported_model, "objective",
               text::message("{} with another output transform than its own", text::quoted(name)),
               "the transform that XGBoost has for the objective");
}

void write_objective(std::string_view name, std::size_t outputs, DocumentWriter& out) {
  out.begin_object();
  out.member("name", name);
  const auto* at =
      std::find_if(kObjectiveParameters.begin(), kObjectiveParameters.end(),
                   [&](const ObjectiveParameters& row) { return row.objective == name; });
  if (at != kObjectiveParameters.end()) {
    out.key(at->object);
    out.begin_object();
    std::string value(at->value);
    if (value.empty())
      value = is_multi_class(name) ? std::to_string(outputs) : even_levels(outputs);
    out.member(at->name, value);
    out.end_object();
  }
  out.end_object();
}

}  // namespace trivet::xgboost
