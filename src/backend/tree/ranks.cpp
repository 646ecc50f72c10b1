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

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::TreeEnsemble;

constexpr std::uint32_t kNoEntry = 0xffffffffu;
constexpr std::uint32_t kMostCuts = 65'534;
constexpr std::size_t kMostParts = 4;       // of a feature, each with ranks of its own
constexpr std::size_t kSearchPadding = 16;  // floats, a vector's
constexpr std::uint64_t kMostMembers = std::uint64_t{4} << 20;  // bytes

/// What one or more splits ask: a cut of a feature, or a category set.
struct AskedTest {
  std::uint32_t feature = 0;
  bool categorical = false;
  bool to_left = false;   // some split sends missing values left
  bool to_right = false;  // some split sends them right
  double cut = 0;         // or the number of the first of equal sets
  std::uint32_t first_split = 0;
  std::uint32_t left_test = 0;
  std::uint32_t right_test = 0;

  [[nodiscard]] bool operator<(const AskedTest& other) const noexcept {
    if (feature != other.feature) return feature < other.feature;
    return cut < other.cut;
  }
};

/// Numbers of equal things, by open addressing: half of the places at least are free. Where things
/// stand depends on where this table does, which no file can know, so that none can be written to
/// collide.
class PlacesByHash {
 public:
  explicit PlacesByHash(std::size_t most)
      : places_(std::bit_ceil(2 * most + 2), kNoEntry), mask_(places_.size() - 1) {}

  /// The number of the thing with this hash for which `equal(number)` holds, or a free place, which
  /// holds kNoEntry and is the caller's to fill.
  template <class Equal>
  [[nodiscard]] std::uint32_t& find(std::uint64_t hash, Equal&& equal) {
    std::size_t at = static_cast<std::size_t>(mixed(hash ^ seed_)) & mask_;
    while (places_[at] != kNoEntry && !equal(places_[at])) at = (at + 1) & mask_;
    return places_[at];
  }

 private:
  /// MurmurHash3's finaliser: each bit of the input reaches each bit of the output.
  [[nodiscard]] static std::uint64_t mixed(std::uint64_t bits) noexcept {
    bits = (bits ^ bits >> 33) * 0xff51afd7ed558ccdu;
    bits = (bits ^ bits >> 33) * 0xc4ceb9fe1a85ec53u;
    return bits ^ bits >> 33;
  }

  std::vector<std::uint32_t> places_;
  std::size_t mask_;
  std::uint64_t seed_ = reinterpret_cast<std::uintptr_t>(places_.data());
};

class RankCompiler {
 public:
  RankCompiler(const TreeEnsemble& forest, Ranks& out, RankedSplits& splits)
      : forest_(forest), out_(out), splits_(splits) {}

  [[nodiscard]] bool compile() {
    find_equal_sets();
    gather_tests();
    sort_tests();
    const bool fit = add_number_columns() && add_category_columns();
    if (!fit || out_.tests.size() > kMostTests) return false;
    for (std::size_t s = 0; s < splits_.test.size(); ++s) {
      const AskedTest& asked = asked_[place_[splits_.test[s]]];
      splits_.test[s] = goes_to_left_column(s) ? asked.left_test : asked.right_test;
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
    PlacesByHash places(sets);
    first_equal_.resize(sets);
    for (std::uint32_t set = 0; set < sets; ++set) {
      const auto words = words_of(set);
      std::uint64_t hash = words.size();
      for (const std::uint32_t word : words)
        hash = std::rotl(hash, 23) * 0xff51afd7ed558ccdu ^ word;
      std::uint32_t& place = places.find(
          hash, [&](std::uint32_t other) { return std::ranges::equal(words_of(other), words); });
      if (place == kNoEntry) place = set;
      first_equal_[set] = place;
    }
  }

  /// Where nothing is missing, the direction of missing values makes no difference.
  [[nodiscard]] bool goes_to_left_column(std::size_t split) const noexcept {
    const spi::NodeFlags flags = forest_.flags[split];
    return flags.missing_left() || flags.missing() == spi::Missing::none;
  }

  void gather_tests() {
    const std::size_t split_count = forest_.split_count();
    splits_.test.resize(split_count);
    PlacesByHash places(split_count);
    for (std::size_t s = 0; s < split_count; ++s) {
      AskedTest test;
      test.feature = forest_.feature[s];
      test.first_split = static_cast<std::uint32_t>(s);
      test.categorical = forest_.flags[s].categorical();
      test.cut = forest_.cut[s] + 0.0;  // zeros of both signs are one cut
      if (test.categorical) test.cut = first_equal_[static_cast<std::size_t>(test.cut)];
      const std::uint64_t hash =
          std::bit_cast<std::uint64_t>(test.cut) ^ std::rotr(std::uint64_t{test.feature} + 1, 9);
      std::uint32_t& place = places.find(hash, [&](std::uint32_t i) {
        const AskedTest& other = asked_[i];
        return other.cut == test.cut && other.feature == test.feature &&
               other.categorical == test.categorical;
      });
      if (place == kNoEntry) {
        place = static_cast<std::uint32_t>(asked_.size());
        asked_.push_back(test);
      }
      (goes_to_left_column(s) ? asked_[place].to_left : asked_[place].to_right) = true;
      splits_.test[s] = place;
    }
  }

  /// Numeric tests first, each feature's together and ascending.
  void sort_tests() {
    std::vector<std::uint32_t> order(asked_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      if (asked_[a].categorical != asked_[b].categorical) return asked_[b].categorical;
      return asked_[a] < asked_[b];
    });
    std::vector<AskedTest> sorted(order.size());
    place_.resize(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      sorted[i] = asked_[order[i]];
      place_[order[i]] = i;
    }
    asked_ = std::move(sorted);
  }

  /// The tests from `first` on that ask the same feature in the same way.
  [[nodiscard]] std::span<AskedTest> run_from(std::size_t first) noexcept {
    std::size_t end = first;
    while (end < asked_.size() && asked_[end].feature == asked_[first].feature &&
           asked_[end].categorical == asked_[first].categorical) {
      ++end;
    }
    return std::span(asked_).subspan(first, end - first);
  }

  [[nodiscard]] bool add_number_columns() {
    while (done_ < asked_.size() && !asked_[done_].categorical) {
      const std::span<AskedTest> run = run_from(done_);
      done_ += run.size();
      if (run.size() > kMostCuts) return false;
      const std::size_t parts = parts_of(run.size());
      for (std::size_t part = 0, first = 0; part < parts; ++part) {
        const std::size_t end = run.size() * (part + 1) / parts;
        add_number_feature(run.subspan(first, end - first));
        first = end;
      }
    }
    for (RankedFeature& feature : out_.features) {
      if (feature.left_column == kNoEntry) spare_left_.push_back(&feature);
      if (feature.right_column == kNoEntry) spare_right_.push_back(&feature);
    }
    out_.number_columns = out_.column_count;
    return true;
  }

  /// A few times as many cuts as a byte can count are ranked in parts, each on its own.
  [[nodiscard]] static std::size_t parts_of(std::size_t cuts) noexcept {
    const std::size_t parts = (cuts + kMostByteCuts - 1) / kMostByteCuts;
    return parts <= kMostParts ? parts : 1;
  }

  void add_number_feature(std::span<AskedTest> run) {
    RankedFeature feature;
    feature.feature = run.front().feature;
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
    feature.missing = missing_of(run.front());
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
  [[nodiscard]] spi::Missing missing_of(const AskedTest& test) const noexcept {
    return forest_.flags[test.first_split].missing();
  }

  /// The column of one direction and its tests, or none.
  std::uint32_t add_column(std::span<AskedTest> run, bool AskedTest::*asked,
                           std::uint32_t AskedTest::*number) {
    if (std::none_of(run.begin(), run.end(), std::mem_fn(asked))) return kNoEntry;
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

  [[nodiscard]] bool add_category_columns() {
    while (done_ < asked_.size()) {
      const std::span<AskedTest> run = run_from(done_);
      done_ += run.size();
      if (!add_category_feature(run)) return false;
    }
    out_.search_trees.resize(out_.search_trees.size() + kSearchPadding);
    for (RankedFeature* feature : spare_left_) feature->left_column = out_.column_count;
    for (RankedFeature* feature : spare_right_) feature->right_column = out_.column_count;
    return true;
  }

  [[nodiscard]] bool add_category_feature(std::span<AskedTest> run) {
    RankedCategories categories;
    categories.feature = run.front().feature;
    categories.missing = missing_of(run.front());
    categories.first_column = out_.column_count;
    categories.first_member = out_.members.size();
    std::uint64_t code_count = 0;
    for (AskedTest& test : run) {
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
    if (code_count > kMostCuts || out_.members.size() + size > kMostMembers) return false;
    categories.code_count = static_cast<std::uint32_t>(code_count);
    out_.members.resize(out_.members.size() + size);
    for (const AskedTest& test : run) fill_members(categories, test);
    out_.categories.push_back(categories);
    return true;
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
  std::vector<AskedTest> asked_;
  std::vector<std::uint32_t> place_;  // by number in the order of asking: where it was sorted to
  std::size_t done_ = 0;
  std::vector<RankedFeature*> spare_left_;
  std::vector<RankedFeature*> spare_right_;
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
