// SPDX-License-Identifier: Apache-2.0
// What every format does about columns of one name.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace trivet::base {

/// Takes all names away when two items have the same one, as a name would be either of them then,
/// and adds a warning. Items without a name are nobody's twins. O(n log n).
template <class Item>
void drop_repeated_names(std::vector<Item>& items, std::vector<std::string>& warnings) {
  std::set<std::string_view> seen;
  const bool all_differ = std::all_of(items.begin(), items.end(), [&](const Item& item) {
    return item.name.empty() || seen.insert(item.name).second;
  });
  if (all_differ) return;
  warnings.emplace_back("two features have the same name: the names are not used");
  for (Item& item : items) item.name.clear();
}

}  // namespace trivet::base
