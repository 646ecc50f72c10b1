// SPDX-License-Identifier: Apache-2.0
// The table of objectives, and the way of a base score to margins.
#include "format/xgboost/objectives.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <string>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::xgboost {
namespace {

using spi::LinkKind;

// Every name that an XGBoost from 0.47 to 3.5 registers, without the `gpu:` of 0.81 and 0.82.
constexpr std::array kObjectives{
    Objective{"reg:squarederror", BaseScore::identity, LinkKind::identity, Answer::linked},
    Objective{"reg:linear", BaseScore::identity, LinkKind::identity, Answer::linked},
    Objective{"reg:squaredlogerror", BaseScore::identity, LinkKind::identity, Answer::linked},
    Objective{"reg:logistic", BaseScore::logit, LinkKind::logistic_clamped, Answer::linked},
    Objective{"reg:pseudohubererror", BaseScore::identity, LinkKind::identity, Answer::linked},
    Objective{"reg:absoluteerror", BaseScore::identity, LinkKind::identity, Answer::linked},
    Objective{"reg:quantileerror", BaseScore::identity, LinkKind::sorted, Answer::linked},
    Objective{"reg:expectileerror", BaseScore::expectile, LinkKind::ordered_softplus,
              Answer::linked},
    Objective{"reg:gamma", BaseScore::log, LinkKind::exponential, Answer::linked},
    Objective{"reg:tweedie", BaseScore::log, LinkKind::exponential, Answer::linked},
    Objective{"binary:logistic", BaseScore::logit, LinkKind::logistic_clamped, Answer::linked},
    Objective{"binary:logitraw", BaseScore::identity, LinkKind::identity, Answer::linked},
    Objective{"binary:hinge", BaseScore::identity, LinkKind::step, Answer::linked},
    Objective{"count:poisson", BaseScore::log, LinkKind::exponential, Answer::linked},
    Objective{"survival:cox", BaseScore::log, LinkKind::exponential, Answer::linked},
    Objective{"survival:aft", BaseScore::log, LinkKind::exponential, Answer::linked},
    Objective{"multi:softmax", BaseScore::identity, LinkKind::softmax, Answer::class_index},
    Objective{"multi:softprob", BaseScore::identity, LinkKind::softmax, Answer::probability},
    Objective{"rank:pairwise", BaseScore::identity, LinkKind::identity, Answer::linked},
    Objective{"rank:ndcg", BaseScore::identity, LinkKind::identity, Answer::linked},
    Objective{"rank:map", BaseScore::identity, LinkKind::identity, Answer::linked},
};

constexpr float kTinyProbability = 1e-6f;  // kRtEps of XGBoost

std::string known_objectives() {
  std::string names;
  for (const Objective& objective : kObjectives) {
    names.append(names.empty() ? "" : ", ").append(objective.name);
  }
  return names;
}

std::string_view trim_blanks(std::string_view text) noexcept {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool parse_base_number(std::string_view text, float& out) noexcept {
  text = trim_blanks(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  return error == std::errc() && stop == end;
}

float logit_of(float p) noexcept { return -std::log(1.0f / p - 1.0f); }

/// The inverse of log(1 + exp(x)), bounded as XGBoost bounds it.
float inverse_softplus(float y) noexcept {
  y = std::max(y, kTinyProbability);
  return y + std::log(-std::expm1(-y));
}

/// XGBoost 1.0 to 3.0 pushed the margin in a file of 0.x through the link and back, in float32.
/// Where that doesn't come back (a hinge, a saturated exponent) the stored margin is the truth.
float round_trip(float margin, BaseScore base) noexcept {
  float back = margin;
  if (base == BaseScore::logit) {
    spi::apply_link({LinkKind::logistic_clamped}, std::span(&back, 1), 1);
    back = logit_of(back);
  } else if (base == BaseScore::log) {
    back = std::log(std::exp(margin));
  }
  return std::isfinite(back) ? back : margin;
}

/// Where a base score may lie, for messages; empty when `score` is allowed.
std::string_view domain_broken(float score, BaseScore base, const Version& version) noexcept {
  if (base == BaseScore::log && !(score > 0)) return "a number above 0 for this objective";
  if (base != BaseScore::logit) return {};
  if (version.at_least(3, 2)) {
    return score >= 0 && score <= 1 ? "" : "a probability from 0 to 1 for this objective";
  }
  return score > 0 && score < 1 ? "" : "a probability between 0 and 1 for this objective";
}

float margin_of(float score, BaseScore base, const Version& version) noexcept {
  if (base == BaseScore::log) return std::log(score);
  if (base != BaseScore::logit) return score;
  if (version.at_least(3, 2)) {
    score = std::min(std::max(score, kTinyProbability), 1.0f - kTinyProbability);
  }
  return logit_of(score);
}

/// The first expectile as it is, the others as gaps between neighbours.
void expectile_margins(std::vector<float>& scores) noexcept {
  for (std::size_t i = scores.size(); i-- > 1;) {
    scores[i] = inverse_softplus(scores[i] - scores[i - 1] - kTinyProbability);
  }
}

}  // namespace

Result<Objective> find_objective(const Model& model) {
  std::string_view name = model.objective;
  if (name.starts_with("gpu:")) name.remove_prefix(4);
  const auto* at = std::find_if(kObjectives.begin(), kObjectives.end(),
                                [&](const Objective& row) { return row.name == name; });
  if (at == kObjectives.end()) {
    const std::string_view near =
        text::closest(name, kObjectives, [](const Objective& row) { return row.name; });
    return Error(Errc::unsupported_model, model.place(Part::objective),
                 text::message("the unknown objective {}{}", text::quoted(model.objective),
                               near.empty() ? "" : text::message(" (did you mean {}?)", near)),
                 text::message("one of {}", known_objectives()));
  }
  Objective objective = *at;
  if (name == "binary:logitraw" && !model.version.at_least(1, 3) && !model.base_is_margin) {
    objective.base = BaseScore::logit;
  }
  if (name == "reg:quantileerror" && !model.version.at_least(3, 5)) {
    objective.link = LinkKind::identity;
  }
  return objective;
}

bool parse_base_score(std::string_view text, std::vector<float>& out) {
  text = trim_blanks(text);
  const bool is_list = text.size() >= 2 && (text.front() == '[' || text.front() == '(') &&
                       (text.back() == ']' || text.back() == ')');
  if (is_list) text = text.substr(1, text.size() - 2);
  while (true) {
    const std::size_t comma = is_list ? text.find(',') : std::string_view::npos;
    float number = 0;
    if (!parse_base_number(text.substr(0, comma), number)) return false;
    out.push_back(number);
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

Result<std::vector<float>> base_margins(const Model& model, const Objective& objective) {
  const auto outputs = static_cast<std::size_t>(model.output_count());
  if (!model.base_score) {
    return model.fail(Part::learner_parameters, "no base_score", "the model's base_score");
  }
  std::vector<float> margins = *model.base_score;
  if (margins.size() == 1) margins.resize(outputs, margins.front());
  if (margins.size() != outputs) {
    return model.fail(
        Part::base_score, text::message("{} numbers", margins.size()),
        outputs == 1 ? "one number" : text::message("one number, or {}, one an output", outputs));
  }
  for (float& value : margins) {
    if (!std::isfinite(value)) {
      return model.fail(Part::base_score, text::message("{}", value), "a finite number");
    }
    if (model.base_is_margin) {
      value = round_trip(value, objective.base);
      continue;
    }
    const std::string_view domain = domain_broken(value, objective.base, model.version);
    if (!domain.empty()) {
      return model.fail(Part::base_score, text::message("{}", value), std::string(domain));
    }
    value = margin_of(value, objective.base, model.version);
  }
  if (objective.base == BaseScore::expectile && !model.base_is_margin) expectile_margins(margins);
  return margins;
}

}  // namespace trivet::xgboost
