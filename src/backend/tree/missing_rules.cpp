// SPDX-License-Identifier: Apache-2.0
// Which features of a forest have a rule of their own for missing values.
#include "backend/tree/missing_rules.hpp"

namespace trivet::tree {

bool MissingRules::gather(const spi::TreeEnsemble& forest) {
  using spi::Missing;
  constexpr std::uint8_t kUnknown = 0xff;
  std::vector<std::uint8_t> kinds(forest.feature_count, kUnknown);
  for (std::size_t split = 0; split < forest.split_count(); ++split) {
    std::uint8_t& kind = kinds[forest.feature[split]];
    const auto own = static_cast<std::uint8_t>(forest.flags[split].missing());
    if (kind == kUnknown) kind = own;
    else if (kind != own) return false;
  }
  for (std::uint32_t f = 0; f < forest.feature_count; ++f) {
    if (kinds[f] == static_cast<std::uint8_t>(Missing::none)) nan_to_zero_.push_back(f);
    if (kinds[f] == static_cast<std::uint8_t>(Missing::nan_and_zero)) zero_to_nan_.push_back(f);
  }
  return true;
}

}  // namespace trivet::tree
