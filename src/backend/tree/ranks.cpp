// SPDX-License-Identifier: Apache-2.0
// Distinct cuts and sets, columns, tests: from the IR to ranks.
#include "backend/tree/ranks.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <utility>

#include "backend/tree/engine.hpp"
#include "backend/tree/equal_values.hpp"
#include "backend/tree/split_groups.hpp"

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::TreeEnsemble;

constexpr std::uint32_t kNoColumn = 0xffffffffu;
constexpr std::uint32_t kMostCodes = 65'534;
constexpr std::size_t kMostParts = 4;       // of a feature, each with ranks of its own
constexpr std::size_t kSearchPadding = 16;  // floats, a vector's
constexpr std::uint64_t kMostMembers = std::uint64_t{4} << 20;  // bytes

/// What splits of one feature ask: a cut, or a category set.
struct AskedTest {
  double cut = 0;         // or the number of the first of equal sets
  bool to_left = false;   // some split sends missing values left
  bool to_right = false;  // some split sends them right
  std::uint32_t left_test = 0;
  std::uint32_t right_test = 0;
};

/// Compiles one feature after the other, so that what it needs stays in the caches.
class RankCompiler {
 public:
  RankCompiler(const TreeEnsemble& forest, Ranks& out, RankedSplits& splits)
      : forest_(forest), out_(out), splits_(splits) {}

  [[nodiscard]] bool compile() {
    find_equal_sets();
    SplitGroups groups(forest_);
    splits_.test.resize(forest_.split_count());
    SplitGroups::Group group = groups.next();
    for (; !group.splits.empty() && !group.categorical; group = groups.next()) {
      if (!add_number_feature(group) || shares_too_little(group)) return false;
    }
    out_.number_columns = out_.column_count;
    out_.search_trees.resize(out_.search_trees.size() + kSearchPadding);
    for (; !group.splits.empty(); group = groups.next()) {
      if (!add_category_feature(group)) return false;
    }
    for (RankedFeature& feature : out_.features) {
      if (feature.left_column == kNoColumn) feature.left_column = out_.column_count;
      if (feature.right_column == kNoColumn) feature.right_column = out_.column_count;
    }
    return true;
  }

 private:
  [[nodiscard]] std::span<const std::uint32_t> words_of(std::size_t set) const noexcept {
    const spi::CategorySets& sets = forest_.categories;
    std::span<const std::uint32_t> words(sets.words.data() + sets.offset[set],
                                         sets.offset[set + 1] - sets.offset[set]);
    while (!words.empty() && words.back() == 0) words = words.first(words.size() - 1);
    return words;
  }

  /// Files have a set a split, many of them equal.
  void find_equal_sets() {
    const std::size_t sets = forest_.categories.offset.size() - 1;
    EqualSets equal(sets);
    first_equal_.resize(sets);
    for (std::uint32_t set = 0; set < sets; ++set) {
      first_equal_[set] = equal.first_equal(set, words_of(set));
    }
  }

  /// Where nothing is missing, the direction of missing values makes no difference.
  [[nodiscard]] bool goes_to_left_column(std::size_t split) const noexcept {
    const spi::NodeFlags flags = forest_.flags[split];
    return flags.missing_left() || flags.missing() == spi::Missing::none;
  }

  /// What the group asks, each test once, ascending. False when that is more than ranks can count.
  [[nodiscard]] bool gather_tests(const SplitGroups::Group& group) {
    numbers_.clear();
    asked_.clear();
    for (const std::uint32_t split : group.splits) {
      double cut = forest_.cut[split];
      if (group.categorical) cut = first_equal_[static_cast<std::size_t>(cut)];
      const std::uint32_t number = numbers_.number_of(cut);
      if (number == asked_.size()) asked_.push_back({.cut = numbers_.cuts()[number]});
      if (out_.tests.size() + asked_.size() > kMostTests) return false;
      (goes_to_left_column(split) ? asked_[number].to_left : asked_[number].to_right) = true;
      splits_.test[split] = number;
    }
    order_.resize(asked_.size());
    for (std::uint32_t number = 0; number < order_.size(); ++number) {
      order_[number] = {asked_[number].cut, number};
    }
    std::sort(order_.begin(), order_.end());
    sorted_.resize(asked_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) sorted_[i] = asked_[order_[i].second];
    return true;
  }

  /// Gives the group's splits the numbers of their tests, once these have them. False when nodes
  /// can't say such numbers.
  [[nodiscard]] bool number_tests(const SplitGroups::Group& group) {
    if (out_.tests.size() > kMostTests) return false;
    for (std::size_t i = 0; i < order_.size(); ++i) asked_[order_[i].second] = sorted_[i];
    for (const std::uint32_t split : group.splits) {
      const AskedTest& asked = asked_[splits_.test[split]];
      splits_.test[split] = goes_to_left_column(split) ? asked.left_test : asked.right_test;
    }
    return true;
  }

  [[nodiscard]] bool add_number_feature(const SplitGroups::Group& group) {
    if (!gather_tests(group)) return false;
    const std::size_t parts = parts_of(sorted_.size());
    for (std::size_t part = 0, first = 0; part < parts; ++part) {
      const std::size_t end = sorted_.size() * (part + 1) / parts;
      add_cuts(group, std::span(sorted_).subspan(first, end - first));
      first = end;
    }
    return number_tests(group);
  }

  /// True when the features so far have so many cuts that the others will surely bring too many:
  /// the sooner such a forest is given up, the less of loading is lost.
  [[nodiscard]] bool shares_too_little(const SplitGroups::Group& last) {
    constexpr std::size_t kLeastShare = 16;  // of the splits, which tells enough
    constexpr std::size_t kSurely = 2;
    done_ += last.splits.size();
    const std::size_t all = splits_.test.size();
    return done_ * kLeastShare >= all && out_.tests.size() * (all / done_) > kSurely * kMostTests;
  }

  /// A few times as many cuts as a byte can count are ranked in parts, each on its own.
  [[nodiscard]] static std::size_t parts_of(std::size_t cuts) noexcept {
    const std::size_t parts = (cuts + kMostByteCuts - 1) / kMostByteCuts;
    return parts <= kMostParts ? parts : 1;
  }

  void add_cuts(const SplitGroups::Group& group, std::span<AskedTest> run) {
    RankedFeature feature;
    feature.feature = group.feature;
    feature.cut_count = static_cast<std::uint32_t>(run.size());
    if (feature.cut_count > kMostByteCuts) out_.bytes = false;
    feature.left_column = add_column(run, &AskedTest::to_left, &AskedTest::left_test);
    feature.right_column = add_column(run, &AskedTest::to_right, &AskedTest::right_test);
    feature.first_cut = static_cast<std::uint32_t>(out_.narrow.cuts.size());
    feature.first_coarse = static_cast<std::uint32_t>(out_.narrow.coarse.size());
    const bool keep_wide = !out_.rounds_to_float;
    for (const AskedTest& test : run) {
      out_.narrow.cuts.push_back(safely_narrow(test.cut));
      if (keep_wide) out_.wide.cuts.push_back(test.cut);
    }
    close_groups(feature, out_.narrow);
    if (keep_wide) close_groups(feature, out_.wide);
    feature.missing = missing_of(group);
    if (feature.cut_count <= kMostByteCuts) add_search_tree(feature, run);
    out_.features.push_back(feature);
  }

  void add_search_tree(RankedFeature& feature, std::span<const AskedTest> run) {
    feature.levels = static_cast<std::uint8_t>(std::bit_width(run.size()));
    feature.first_node = static_cast<std::uint32_t>(out_.search_trees.size());
    for (unsigned level = 0; level < feature.levels; ++level) {
      for (unsigned path = 0; path < 1u << level; ++path) {
        unsigned at = 0;  // the path with its first decision highest
        for (unsigned bit = 0; bit < level; ++bit) at |= (path >> bit & 1u) << (level - 1 - bit);
        const std::size_t cut = ((2 * at + 1) << (feature.levels - 1u - level)) - 1;
        out_.search_trees.push_back(cut < run.size() ? search_cut(run[cut].cut)
                                                     : std::numeric_limits<float>::quiet_NaN());
      }
    }
  }

  [[nodiscard]] float search_cut(double cut) const noexcept {
    return out_.rounds_to_float ? safely_narrow(cut) : static_cast<float>(cut);
  }

  /// What is missing, which is the same for all splits of a feature.
  [[nodiscard]] spi::Missing missing_of(const SplitGroups::Group& group) const noexcept {
    return forest_.flags[group.splits.front()].missing();
  }

  /// The column of one direction and its tests, or none.
  std::uint32_t add_column(std::span<AskedTest> run, bool AskedTest::*asked,
                           std::uint32_t AskedTest::*number) {
    if (std::none_of(run.begin(), run.end(), std::mem_fn(asked))) return kNoColumn;
    for (std::uint32_t rank = 0; rank < run.size(); ++rank) {
      if (!(run[rank].*asked)) continue;
      run[rank].*number = static_cast<std::uint32_t>(out_.tests.size());
      out_.tests.push_back({out_.column_count, rank});
    }
    return out_.column_count++;
  }

  /// The float that divides floats as the cut divides them.
  [[nodiscard]] float safely_narrow(double cut) const noexcept {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const auto near = static_cast<float>(cut);
    if (out_.strict) {
      return static_cast<double>(near) < cut ? std::nextafter(near, kInfinity) : near;
    }
    return static_cast<double>(near) > cut ? std::nextafter(near, -kInfinity) : near;
  }

  template <class Cut>
  static void close_groups(const RankedFeature& feature, CutTable<Cut>& table) {
    constexpr Cut kNaN = std::numeric_limits<Cut>::quiet_NaN();
    const std::size_t full = feature.cut_count / kCutGroup;
    for (std::size_t i = 0; i < full; ++i) {
      table.coarse.push_back(table.cuts[feature.first_cut + i * kCutGroup + kCutGroup - 1]);
    }
    table.coarse.resize(feature.first_coarse + (full / kCutGroup + 1) * kCutGroup, kNaN);
    table.cuts.resize(feature.first_cut + (full + 1) * kCutGroup, kNaN);
  }

  [[nodiscard]] bool add_category_feature(const SplitGroups::Group& group) {
    if (!gather_tests(group)) return false;
    RankedCategories categories;
    categories.feature = group.feature;
    categories.missing = missing_of(group);
    categories.first_column = out_.column_count;
    categories.first_member = out_.members.size();
    std::uint64_t code_count = 0;
    for (AskedTest& test : sorted_) {
      const auto words = words_of(static_cast<std::size_t>(test.cut));
      if (!words.empty()) {
        const auto used = static_cast<std::uint64_t>(std::bit_width(words.back()));
        code_count = std::max(code_count, 32 * (words.size() - 1) + used);
      }
      if (test.to_left) test.left_test = add_category_test();
      if (test.to_right) test.right_test = add_category_test();
    }
    categories.column_count = out_.column_count - categories.first_column;
    const std::uint64_t size = (code_count + 2) * categories.column_count;
    if (code_count > kMostCodes || out_.members.size() + size > kMostMembers) return false;
    categories.code_count = static_cast<std::uint32_t>(code_count);
    out_.members.resize(out_.members.size() + size);
    for (const AskedTest& test : sorted_) fill_members(categories, test);
    out_.categories.push_back(categories);
    return number_tests(group);
  }

  std::uint32_t add_category_test() {
    out_.tests.push_back({out_.column_count++, 0});
    return static_cast<std::uint32_t>(out_.tests.size() - 1);
  }

  void fill_members(const RankedCategories& categories, const AskedTest& test) {
    const spi::CategorySets& sets = forest_.categories;
    const auto set = static_cast<std::size_t>(test.cut);
    for (const bool missing_left : {false, true}) {
      if (!(missing_left ? test.to_left : test.to_right)) continue;
      const RankTest& own = out_.tests[missing_left ? test.left_test : test.right_test];
      std::uint8_t* at =
          out_.members.data() + categories.first_member + own.column - categories.first_column;
      for (std::uint32_t code = 0; code <= categories.unknown_code(); ++code) {
        const bool member =
            code < categories.code_count && sets.contains(set, static_cast<double>(code));
        *at = member == sets.members_go_left ? 0 : 1;
        at += categories.column_count;
      }
      *at = missing_left ? 0 : 1;
    }
  }

  const TreeEnsemble& forest_;
  Ranks& out_;
  RankedSplits& splits_;
  std::vector<std::uint32_t> first_equal_;  // by set
  std::size_t done_ = 0;                    // splits
  CutNumbers numbers_;
  std::vector<AskedTest> asked_;                         // of a group, by number
  std::vector<std::pair<double, std::uint32_t>> order_;  // cuts ascending, and their numbers
  std::vector<AskedTest> sorted_;                        // in this order
};

}  // namespace

bool Ranks::compile(const TreeEnsemble& forest, RankedSplits& splits) {
  if (!rules.gather(forest)) return false;
  feature_count = forest.feature_count;
  strict = forest.test == spi::Test::less;
  rounds_to_float = forest.input_width == FloatWidth::f32;
  truncates_to_zero = forest.categories.truncates_to_zero;
  return RankCompiler(forest, *this, splits).compile();
}

std::size_t Ranks::memory_bytes() const noexcept {
  return held_bytes(features) + held_bytes(categories) + held_bytes(narrow.cuts) +
         held_bytes(narrow.coarse) + held_bytes(wide.cuts) + held_bytes(wide.coarse) +
         held_bytes(search_trees) + held_bytes(members) + held_bytes(tests) + rules.memory_bytes();
}

EngineSource::EngineSource(const TreeEnsemble& forest) : forest_(forest) {}
EngineSource::~EngineSource() = default;

const ForestRanks* EngineSource::ranks() const {
  if (has_asked_) return ranks_.get();
  has_asked_ = true;
  auto compiled = std::make_unique<ForestRanks>();
  // The values of linear leaves are no constants, which engines over ranks add up.
  const bool fits = forest_.linear.empty() && compiled->ranks.compile(forest_, compiled->splits);
  if (fits) ranks_ = std::move(compiled);
  return ranks_.get();
}

}  // namespace trivet::tree
