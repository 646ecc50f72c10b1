// SPDX-License-Identifier: Apache-2.0
// Compares splits with the conditions that they name.
#include "format/catboost/split_claims.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "format/catboost/features_document.hpp"
#include "text/message.hpp"

namespace trivet::catboost {
namespace {

// In the order of SplitClaim::Kind, behind the first.
constexpr std::array<std::string_view, 3> kSplitTypeNames{"FloatFeature", "OneHotFeature",
                                                          "OnlineCtr"};

Status read_claimed_index(base::DocumentCursor& cursor, std::optional<std::int32_t>& out) {
  const Result<std::int32_t> number = read_int32(cursor);
  if (!number) return number.error();
  out = *number;
  return {};
}

/// The conditions as splits would spell them, in the order of their numbers.
std::vector<SplitClaim> list_conditions(const Model& model) {
  std::vector<SplitClaim> list;
  for (const FloatFeature& feature : model.floats) {
    for (const float border : feature.borders) {
      list.push_back({SplitClaim::Kind::numeric, feature.index, border, {}});
    }
  }
  for (const OneHotFeature& feature : model.one_hots) {
    for (const std::int32_t code : feature.codes) {
      list.push_back({SplitClaim::Kind::one_hot, feature.index, {}, code});
    }
  }
  for (const CtrFeature& feature : model.ctrs) {
    for (const float border : feature.borders)
      list.push_back({SplitClaim::Kind::table, {}, border, {}});
  }
  return list;
}

template <class T>
bool agrees(const std::optional<T>& claimed, const std::optional<T>& there) noexcept {
  return !claimed || claimed == there;
}

bool fits(const SplitClaim& claim, const SplitClaim& condition) noexcept {
  const bool same_kind = claim.kind == SplitClaim::Kind::none || claim.kind == condition.kind;
  return same_kind && agrees(claim.feature, condition.feature) &&
         agrees(claim.border, condition.border) && agrees(claim.code, condition.code);
}

std::string spelled_split(const SplitClaim& split) {
  std::string out = "a split";
  if (split.kind != SplitClaim::Kind::none) {
    out += text::message(" of type {}",
                         kSplitTypeNames[static_cast<std::size_t>(split.kind) - std::size_t{1}]);
  }
  if (split.feature) out += text::message(", feature {}", *split.feature);
  if (split.border) out += text::message(", border {}", *split.border);
  if (split.code) out += text::message(", value {}", *split.code);
  return out;
}

}  // namespace

Status read_split_claim(base::DocumentCursor& cursor, std::string_view key, SplitClaim& claim) {
  if (key == "float_feature_index" || key == "cat_feature_index") {
    return read_claimed_index(cursor, claim.feature);
  }
  if (key == "value") return read_claimed_index(cursor, claim.code);
  if (key == "border") {
    const Result<float> border = cursor.narrow_number();
    if (!border) return border.error();
    claim.border = *border;
    return {};
  }
  if (key != "split_type") return {};
  const Result<std::string_view> name = cursor.text();
  if (!name) return name.error();
  for (std::size_t i = 0; i < kSplitTypeNames.size(); ++i) {
    if (*name != kSplitTypeNames[i]) continue;
    claim.kind = static_cast<SplitClaim::Kind>(i + 1);
    return {};
  }
  return cursor.fail(text::quoted(*name), "FloatFeature, OneHotFeature or OnlineCtr");
}

Status check_split_claims(const Model& model) {
  const std::vector<SplitClaim> conditions = list_conditions(model);
  std::size_t at = 0;
  for (std::size_t t = 0; t < model.tree_sizes.size(); ++t) {
    const std::size_t end = at + static_cast<std::size_t>(model.tree_sizes[t]);
    for (; at < end && at < model.split_claims.size(); ++at) {
      const auto number = static_cast<std::size_t>(model.tree_splits[at]);
      if (number >= conditions.size() || fits(model.split_claims[at], conditions[number])) continue;
      return broken_model(text::message("tree {}", t), spelled_split(model.split_claims[at]),
                          text::message("condition {}, as its split_index says: {}", number,
                                        spelled_split(conditions[number])));
    }
  }
  return {};
}

}  // namespace trivet::catboost
