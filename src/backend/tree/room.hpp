// SPDX-License-Identifier: Apache-2.0
// Memory for what grows tree by tree.
#pragma once

#include <algorithm>
#include <cstddef>

namespace trivet::tree {

/// What a vector keeps.
template <class Vector>
[[nodiscard]] std::size_t held_bytes(const Vector& values) noexcept {
  return values.capacity() * sizeof(typename Vector::value_type);
}

/// Room for the next tree: when there is little left, for all trees, should they be as large as
/// those that are done; but no more than several times what is there, as the first may be by far
/// the largest. Doubling would write twice as much memory, which costs more than compiling.
template <class Vector>
void make_room(Vector& values, std::size_t trees_done, std::size_t trees) {
  constexpr std::size_t kMostGrowth = 8;
  if (trees_done == 0) return;
  const std::size_t usual = values.size() / trees_done + 1;
  if (values.capacity() - values.size() >= 2 * usual) return;
  const std::size_t rest = std::min(usual * (trees - trees_done), kMostGrowth * values.size());
  const std::size_t wanted = values.size() + rest + rest / 16;
  values.reserve(std::max(wanted, values.capacity() + values.capacity() / 4));
}

/// Gives back what a guess was too large by, if that is much.
template <class Vector>
void drop_room(Vector& values) {
  if (values.capacity() - values.size() > values.size() / 8) values.shrink_to_fit();
}

}  // namespace trivet::tree
