// SPDX-License-Identifier: Apache-2.0
// Names of what a file says by number.
#include "format/catboost/model.hpp"

#include <algorithm>
#include <array>

namespace trivet::catboost {
namespace {

// In the order of CtrType.
constexpr std::array<std::string_view, 6> kCtrTypeNames{
    "Borders", "Buckets",    "BinarizedTargetMeanValue", "FloatTargetMeanValue",
    "Counter", "FeatureFreq"};

}  // namespace

std::string_view encoding_name(Encoding encoding) noexcept {
  return encoding == Encoding::cbm ? "catboost-cbm" : "catboost-json";
}

std::optional<std::string_view> ctr_type_name(std::int64_t type) noexcept {
  if (type < 0 || type >= static_cast<std::int64_t>(kCtrTypeNames.size())) return std::nullopt;
  return kCtrTypeNames[static_cast<std::size_t>(type)];
}

std::optional<CtrType> find_ctr_type(std::string_view name) noexcept {
  const auto at = std::find(kCtrTypeNames.begin(), kCtrTypeNames.end(), name);
  if (at == kCtrTypeNames.end()) return std::nullopt;
  return static_cast<CtrType>(at - kCtrTypeNames.begin());
}

bool is_mean(CtrType type) noexcept {
  return type == CtrType::binarized_target_mean_value || type == CtrType::float_target_mean_value;
}

}  // namespace trivet::catboost
