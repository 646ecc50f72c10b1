// SPDX-License-Identifier: Apache-2.0
// The small pieces that engines are compiled with: numbers for equal things, orders of splits, and
// when a forest is given up.
#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "backend/tree/engine.hpp"
#include "backend/tree/equal_values.hpp"
#include "backend/tree/ranks.hpp"
#include "backend/tree/room.hpp"
#include "backend/tree/split_groups.hpp"
#include "backend/tree/split_order.hpp"
#include "catch.hpp"

namespace trivet::tree {
namespace {

/// Trees of one split each, on as many features and cuts a feature.
spi::TreeEnsemble forest_of_cuts(std::uint32_t features, std::uint32_t cuts) {
  spi::TreeEnsemble forest;
  forest.feature_count = features;
  for (std::uint32_t i = 0; i < features * cuts; ++i) {
    forest.feature.push_back(i % features);
    forest.cut.push_back(static_cast<double>(i / features));
    forest.flags.push_back(spi::NodeFlags::make(true, false, spi::Missing::nan));
    forest.left.push_back(~0);
    forest.right.push_back(~1);
    forest.leaf.push_back(1);
    forest.leaf.push_back(2);
    forest.split_begin.push_back(i + 1);
    forest.leaf_begin.push_back(2 * (i + 1));
  }
  return forest;
}

}  // namespace

TEST_CASE("cut numbers: equal cuts have one number, feature by feature", "[backend][tree]") {
  CutNumbers numbers;
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(numbers.number_of(0.0) == 0);
  CHECK(numbers.number_of(-0.0) == 0);
  CHECK(numbers.number_of(-infinity) == 1);
  CHECK(numbers.number_of(infinity) == 2);
  CHECK(numbers.number_of(5e-324) == 3);
  for (const std::uint32_t count : {1u, 255u, 256u, 257u, 60'000u, 3u}) {
    numbers.clear();
    std::uint32_t wrong = 0;
    for (std::uint32_t again = 0; again < 3; ++again) {
      for (std::uint32_t i = 0; i < count; ++i) {
        wrong += numbers.number_of(0.1 * static_cast<double>(i)) == i ? 0 : 1;
      }
    }
    INFO(count << " cuts");
    CHECK(wrong == 0);
    CHECK(numbers.cuts().size() == count);
    CHECK(numbers.cuts().back() == 0.1 * static_cast<double>(count - 1));
  }
}

TEST_CASE("equal sets: the first with the same words names them all", "[backend][tree]") {
  const std::vector<std::vector<std::uint32_t>> sets = {{1}, {}, {1, 2}, {1}, {2, 1}, {}, {1, 2}};
  EqualSets equal(sets.size());
  std::vector<std::uint32_t> first;
  for (std::uint32_t i = 0; i < sets.size(); ++i) first.push_back(equal.first_equal(i, sets[i]));
  CHECK(first == std::vector<std::uint32_t>{0, 1, 2, 0, 4, 1, 2});
}

TEST_CASE("split groups: numeric splits by feature, then categorical ones", "[backend][tree]") {
  spi::TreeEnsemble forest = forest_of_cuts(3, 2);
  forest.flags[4] = spi::NodeFlags::make(true, true, spi::Missing::nan);
  SplitGroups groups(forest);
  std::vector<std::string> seen;
  for (auto group = groups.next(); !group.splits.empty(); group = groups.next()) {
    std::string text = std::to_string(group.feature) + (group.categorical ? "c" : "n");
    for (const std::uint32_t split : group.splits) text += " " + std::to_string(split);
    seen.push_back(text);
  }
  CHECK(seen == std::vector<std::string>{"0n 0 3", "1n 1", "2n 2 5", "1c 4"});
  spi::TreeEnsemble empty = forest_of_cuts(2, 0);
  CHECK(SplitGroups(empty).next().splits.empty());
}

TEST_CASE("split order: parents before their children, whatever the file's order",
          "[backend][tree]") {
  struct Case {
    const char* name;
    std::vector<std::int32_t> left, right;
  };
  const std::vector<Case> cases = {
      {"a lone leaf", {}, {}},
      {"one split", {~0}, {~1}},
      {"in order", {1, ~0, ~1}, {2, ~2, ~3}},
      {"a chain in order", {1, 2, ~0}, {~1, ~2, ~3}},
      {"a chain against the order", {3, ~0, 1, 2}, {~1, ~2, ~3, ~4}},
      {"children of the last first", {2, ~0, 1}, {~1, ~2, ~3}},
  };
  SplitOrder order;
  for (const Case& c : cases) {
    INFO(c.name);
    spi::TreeEnsemble forest;
    forest.left = c.left;
    forest.right = c.right;
    forest.split_begin.push_back(static_cast<std::uint32_t>(c.left.size()));
    const auto splits = order.of(forest, 0);
    REQUIRE(splits.size() == c.left.size());
    std::vector<bool> seen(splits.size());
    if (!seen.empty()) seen[0] = true;
    for (const std::uint32_t split : splits) {
      CHECK(seen[split]);
      for (const std::int32_t child : {c.left[split], c.right[split]}) {
        if (child >= 0) seen[static_cast<std::size_t>(child)] = true;
      }
    }
    CHECK(std::count(seen.begin(), seen.end(), false) == 0);
  }
}

TEST_CASE("room: for all trees like those that are done, within bounds", "[backend][tree]") {
  std::vector<int> values(1000);
  values.shrink_to_fit();
  make_room(values, 0, 50);
  CHECK(values.capacity() == 1000);
  make_room(values, 10, 50);  // 100 each
  CHECK(values.capacity() >= 5000);
  CHECK(values.capacity() <= 5500);
  const std::size_t before = values.capacity();
  make_room(values, 10, 50);
  CHECK(values.capacity() == before);
  // One large tree says little of a million others.
  std::vector<int> large(100'000);
  make_room(large, 1, 1'000'000);
  CHECK(large.capacity() <= 1'000'000);
  drop_room(large);
  CHECK(large.capacity() == 100'000);
}

TEST_CASE("ranks: forests with more tests than nodes can number are left to the plain engine",
          "[backend][tree]") {
  struct Case {
    std::uint32_t features, cuts;
    bool fits;
  };
  for (const Case& c : {Case{1, 65'534, true}, Case{1, 65'535, false}, Case{2, 32'767, true},
                        Case{2, 32'768, false}, Case{254, 258, true}, Case{255, 257, false},
                        Case{3, 60'000, false}}) {
    INFO(c.features << " features of " << c.cuts << " cuts");
    const spi::TreeEnsemble forest = forest_of_cuts(c.features, c.cuts);
    const EngineSource source(forest);
    CHECK((source.ranks() != nullptr) == c.fits);
    CHECK((make_ranked_engine(source) != nullptr) == c.fits);
    CHECK(make_chosen_engine(forest, nullptr) != nullptr);
  }
}

}  // namespace trivet::tree
