// SPDX-License-Identifier: Apache-2.0
// Seeded forests of any size as XGBoost would have saved them, and rows for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace trivet::bench {

/// What a forest looks like. The same seed gives the same bytes on every machine.
struct ForestShape {
  std::uint32_t trees = 100;
  std::uint32_t features = 30;
  std::uint32_t depth = 6;   ///< of perfect trees
  std::uint32_t leaves = 0;  ///< not 0: trees grown leaf by leaf to so many leaves, any depth
  std::uint32_t bins = 0;    ///< not 0: about so many cuts a feature, as training by histograms has
  std::uint64_t seed = 1;
};

/// One tree in the arrays of XGBoost's own file. A leaf has no children (-1) and its value in
/// `condition`.
struct Tree {
  std::vector<std::int32_t> left;
  std::vector<std::int32_t> right;
  std::vector<std::int32_t> parent;
  std::vector<std::int32_t> feature;
  std::vector<float> condition;
  std::vector<std::uint8_t> default_left;

  [[nodiscard]] std::size_t node_count() const noexcept { return left.size(); }
};

struct Forest {
  std::uint32_t features = 0;
  std::vector<Tree> trees;

  [[nodiscard]] std::size_t node_count() const noexcept;
};

/// Cuts are drawn like the numbers of make_rows, so that rows spread over the leaves.
[[nodiscard]] Forest make_forest(const ForestShape& shape);

/// The text and the bytes that XGBoost 3.2 saves for a binary:logistic booster. It reads them
/// (tests/golden/README.md has the versions); so does LocalModel::load.
[[nodiscard]] std::string to_xgboost_json(const Forest& forest);
[[nodiscard]] std::string to_xgboost_ubjson(const Forest& forest);

/// Standard normal numbers, row-major; `missing_share` of them NaN.
[[nodiscard]] std::vector<float> make_rows(std::size_t rows, std::size_t columns,
                                           double missing_share, std::uint64_t seed);

/// How the numbers of a request are spelled.
struct RequestForm {
  int digits = 4;        ///< after the point; 17: all that a double can have
  bool by_name = false;  ///< objects with `f0`, `f1`, … instead of lists
};
/// The request `{"instances": […]}` for rows, spaced as Python's json.dumps spaces it, NaN as
/// `"NaN"`.
[[nodiscard]] std::string make_request(const float* rows, std::size_t row_count,
                                       std::size_t columns, const RequestForm& form);

/// The margin of one row by the textbook: one node after the other, in the forest as it was read.
/// What a straightforward program would do; the rival of the engines.
[[nodiscard]] float walk(const Forest& forest, const float* row) noexcept;

}  // namespace trivet::bench
