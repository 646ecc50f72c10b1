// SPDX-License-Identifier: Apache-2.0
// Model texts written by hand, with answers worked out by hand.
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "unit/format/lightgbm_files.hpp"

namespace trivet::test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string stump(std::string_view from = "", std::string_view to = "") {
  return with_sizes(changed(kLightStump, from, to));
}

/// Every line break as Windows has it; the sizes stay those of the file with LF.
std::string with_returns(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(c == '\n' ? "\r\n" : std::string(1, c));
  return out;
}

TEST_CASE("lightgbm text: a stump answers its leaves", "[format][lightgbm]") {
  const std::string model = stump();
  CHECK(answer_of(model, {9, 0.25}) == -2);
  CHECK(answer_of(model, {9, 0.5}) == -2);  // <=
  CHECK(answer_of(model, {9, std::nextafter(0.5, 1)}) == 4);
  CHECK(answer_of(model, {9, kNaN}) == -2);
  CHECK(answer_of(model, {9, -kInfinity}) == -2);
  CHECK(answer_of(model, {9, kInfinity}) == 4);
  const auto graph = read_lightgbm(model);
  REQUIRE(graph);
  CHECK(graph->provenance.format == "lightgbm-text");
  CHECK(graph->provenance.framework == "lightgbm");
  CHECK(graph->provenance.version == "v4");
  CHECK(graph->provenance.objective == "regression");
  CHECK(graph->provenance.warnings.empty());
  CHECK(graph->input.columns.at(1).name == "b");
  CHECK(light_forest(*graph).leaf_cover == std::vector<float>{5, 3});
  CHECK(light_forest(*graph).split_cover == std::vector<float>{8});
  CHECK(light_forest(*graph).split_gain.empty());
}

TEST_CASE("lightgbm text: gains are kept when asked for", "[format][lightgbm]") {
  const auto graph = read_lightgbm(stump(), true);
  REQUIRE(graph);
  CHECK(light_forest(*graph).split_gain == std::vector<float>{7});
}

TEST_CASE("lightgbm text: line breaks of Windows and a byte order mark are read",
          "[format][lightgbm]") {
  const std::string mark = "\xef\xbb\xbf";
  for (const std::string& model :
       {with_returns(stump()), mark + stump(), mark + with_returns(stump())}) {
    CHECK(probe_lightgbm(model) == spi::Confidence::certain);
    CHECK(answer_of(model, {0, 0.5}) == -2);
  }
}

/// What a row of `b` alone answers, for each decision type. The default side is what bit 1 says;
/// the missing type is in bits 2 and 3.
struct MissingRow {
  std::string_view decision;
  double cut;
  double b;
  double answer;
};

TEST_CASE("lightgbm text: missing types None, Zero and NaN", "[format][lightgbm]") {
  const double band = static_cast<double>(1e-35F);
  const std::vector<MissingRow> rows{
      {"0", 0.5, kNaN, -2},  // None: NaN is 0, and 0 <= 0.5
      {"2", 0.5, kNaN, -2},   {"0", -0.5, kNaN, 4},
      {"2", -0.5, kNaN, 4},                       // the default side says nothing
      {"8", 0.5, kNaN, 4},                        // NaN, to the right
      {"10", -0.5, kNaN, -2}, {"8", 0.5, 0, -2},  // zero is compared
      {"4", 0.5, 0, 4},                           // Zero, to the right: zero and NaN follow it
      {"4", 0.5, kNaN, 4},    {"4", 0.5, 1e-36, 4},
      {"4", 0.5, -band, 4},   {"4", 0.5, std::nextafter(band, 1), -2},
      {"6", -0.5, 0, -2},  // Zero, to the left
      {"6", -0.5, kNaN, -2},
  };
  for (const MissingRow& row : rows) {
    INFO("decision_type " << row.decision << ", cut " << row.cut << ", b " << row.b);
    std::string model =
        changed(kLightStump, "decision_type=10", "decision_type=" + std::string(row.decision));
    model = changed(model, "threshold=0.5", "threshold=" + std::to_string(row.cut));
    CHECK(answer_of(with_sizes(model), {0, row.b}) == row.answer);
  }
}

// LightGBM hands rows to its trees without the values that count as zero, so a cut at the edge of
// that band never sees them: -1e-35f <= -1e-35f is asked as 0 <= -1e-35f.
TEST_CASE("lightgbm text: tiny values are zero before they are compared", "[format][lightgbm]") {
  const double band = static_cast<double>(1e-35F);
  const std::string below = stump("threshold=0.5", "threshold=-1.0000000180025095e-35");
  CHECK(answer_of(below, {0, -band}) == 4);
  CHECK(answer_of(below, {0, std::nextafter(-band, -1)}) == -2);
  CHECK(answer_of(below, {0, 0}) == 4);
  const std::string inside = stump("threshold=0.5", "threshold=1e-40");
  CHECK(answer_of(inside, {0, band}) == -2);
  CHECK(answer_of(inside, {0, std::nextafter(band, 1)}) == 4);
  const std::string negative = stump("threshold=0.5", "threshold=-1e-40");
  CHECK(answer_of(negative, {0, -band}) == 4);
  CHECK(answer_of(negative, {0, -1e-30}) == -2);
}

TEST_CASE("lightgbm text: numbers are rounded correctly", "[format][lightgbm]") {
  // Half a unit in the last place above 1, and a little more: only the latter rounds up.
  CHECK(answer_of(stump("leaf_value=-2", "leaf_value=1.00000000000000011102230246251565404"),
                  {0, 0}) == 1);
  CHECK(answer_of(stump("leaf_value=-2", "leaf_value=1.00000000000000011102230246251565405"),
                  {0, 0}) == 1 + 0x1p-52);
  CHECK(answer_of(stump("leaf_value=-2", "leaf_value=4.9406564584124654e-324"), {0, 0}) ==
        std::numeric_limits<double>::denorm_min());
  CHECK(answer_of(stump("threshold=0.5", "threshold=inf"), {0, 1e308}) == -2);
}

/// A categorical stump: codes 1, 3 and 33 go left.
std::string categorical() {
  std::string model = changed(kLightStump, "num_cat=0", "num_cat=1");
  model = changed(model, "threshold=0.5\ndecision_type=10", "threshold=0\ndecision_type=9");
  model = changed(model, "is_linear=0", "cat_boundaries=0 2\ncat_threshold=10 2\nis_linear=0");
  return with_sizes(changed(model, "[-3:3]", "1:3:33"));
}

TEST_CASE("lightgbm text: codes in the set go left, all else goes right", "[format][lightgbm]") {
  const std::string model = categorical();
  for (const double left : {1.0, 3.0, 33.0, 1.5, 3.999}) CHECK(answer_of(model, {0, left}) == -2);
  for (const double right : {0.0, 2.0, 32.0, 34.0, 64.0, 1e9, 3e9, -1.0, -2.0, kNaN, kInfinity}) {
    INFO(right);
    CHECK(answer_of(model, {0, right}) == 4);
  }
}

TEST_CASE("lightgbm text: a fraction below zero is code 0", "[format][lightgbm]") {
  const std::string model = changed(categorical(), "cat_threshold=10", "cat_threshold=11");
  CHECK(answer_of(model, {0, 0}) == -2);
  CHECK(answer_of(model, {0, -0.5}) == -2);
  CHECK(answer_of(model, {0, -1}) == 4);
}

// Bits of LightGBM 4.7.0's Booster.predict for a matrix. Values as small as a split's zero are
// products like all others; only those within that zero reach no tree as themselves.
TEST_CASE("lightgbm text: linear leaves add up in LightGBM's order", "[format][lightgbm]") {
  const std::string model =
      stump("is_linear=0",
            "is_linear=1\nleaf_const=0 0.1\nnum_features=1 2\nleaf_features=0  0 1 \n"
            "leaf_coeff=1e30  0.1 -0.3 ");
  const double behind_zero = std::nextafter(static_cast<double>(1e-35F), 1);
  struct Row {
    double a;
    double b;
    double answer;
  };
  for (const Row& row : {
           Row{1e-34, 0, 0x1.a36e2eb1c432cp-14},
           Row{behind_zero, 0, 0x1.4f8b58f38ee8dp-17},
           Row{-3e-35, 0.5, -0x1.f75104d551d69p-16},
           Row{0, 0, 0},
           Row{0.7, 0.9, -0x1.999999999999cp-4},
           Row{1e-9, 1.7, -0x1.a3d70a3bb8d5ep-2},
           Row{kNaN, 0.9, 4},
       }) {
    INFO("a " << row.a << ", b " << row.b);
    CHECK(answer_of(model, {row.a, row.b}) == row.answer);
  }
}

TEST_CASE("lightgbm text: linear leaves, and their plain value for missing rows",
          "[format][lightgbm]") {
  const std::string model =
      stump("is_linear=0",
            "is_linear=1\nleaf_const=0.5 7\nnum_features=2 0\nleaf_features=0 1   \n"
            "leaf_coeff=2 -3   ");
  CHECK(answer_of(model, {10, 0.25}) == 0.5 + 2 * 10 - 3 * 0.25);
  CHECK(answer_of(model, {kNaN, 0.25}) == -2);
  CHECK(answer_of(model, {10, 1}) == 7);    // no terms: the constant
  CHECK(answer_of(model, {kNaN, 1}) == 7);  // nor anything that could be missing
}

TEST_CASE("lightgbm text: what LightGBM takes for zero is zero for linear leaves too",
          "[format][lightgbm]") {
  const std::string model =
      stump("is_linear=0",
            "is_linear=1\nleaf_const=0 7\nnum_features=2 0\nleaf_features=0 1   \n"
            "leaf_coeff=1e30 1   ");
  CHECK(answer_of(model, {1e-36, 0.25}) == 0.25);
  CHECK(answer_of(model, {1e-34, 0.25}) == 1e30 * 1e-34 + 0.25);
}

TEST_CASE("lightgbm text: a tree of one leaf is a constant", "[format][lightgbm]") {
  const std::string model = with_sizes(
      "tree\nversion=v3\nnum_class=1\nlabel_index=0\nmax_feature_idx=0\nobjective=poisson\n"
      "feature_names=x\nfeature_infos=none\ntree_sizes=$\n\nTree=0\nnum_leaves=1\nnum_cat=0\n"
      "split_feature=\nthreshold=\ndecision_type=\nleft_child=\nright_child=\nleaf_value=0.5\n"
      "shrinkage=1\n\n\nend of trees\n\nfeature importances:\n\nparameters:\nend of parameters\n");
  CHECK(answer_of(model, {3}, "raw_score") == 0.5);
  CHECK(answer_of(model, {3}) == std::exp(0.5));
}

struct LinkRow {
  std::string_view objective;
  double left;   // of -2
  double right;  // of 4
};

TEST_CASE("lightgbm text: each objective has its transform", "[format][lightgbm]") {
  const auto sigmoid = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
  const std::vector<LinkRow> rows{
      {"regression", -2, 4},
      {"regression sqrt", -4, 16},
      {"regression_l1 sqrt", -4, 16},
      {"fair sqrt", -4, 16},
      {"quantile sqrt", -4, 16},
      {"mape sqrt", -4, 16},
      {"huber sqrt", -2, 4},  // which LightGBM ignores here
      {"poisson", std::exp(-2.0), std::exp(4.0)},
      {"poisson sqrt", std::exp(-2.0), std::exp(4.0)},
      {"gamma", std::exp(-2.0), std::exp(4.0)},
      {"tweedie", std::exp(-2.0), std::exp(4.0)},
      {"binary sigmoid:1", sigmoid(-2), sigmoid(4)},
      {"binary sigmoid:0.5", sigmoid(-1), sigmoid(2)},
      {"cross_entropy", sigmoid(-2), sigmoid(4)},
      {"xentropy", sigmoid(-2), sigmoid(4)},
      {"cross_entropy_lambda", std::log1p(std::exp(-2.0)), std::log1p(std::exp(4.0))},
      {"multiclassova num_class:1 sigmoid:1", sigmoid(-2), sigmoid(4)},
      {"lambdarank", -2, 4},
      {"rank_xendcg", -2, 4},
      {"custom", -2, 4},
  };
  for (const LinkRow& row : rows) {
    INFO(row.objective);
    const std::string model =
        stump("objective=regression", "objective=" + std::string(row.objective));
    CHECK(answer_of(model, {0, 0}) == row.left);
    CHECK(answer_of(model, {0, 1}) == row.right);
    CHECK(answer_of(model, {0, 0}, "raw_score") == -2);
  }
}

TEST_CASE("lightgbm text: without an objective predictions are raw scores, with a warning",
          "[format][lightgbm]") {
  const std::string model = stump("objective=regression\n", "");
  CHECK(answer_of(model, {0, 0}) == -2);
  const auto graph = read_lightgbm(model);
  REQUIRE(graph);
  CHECK(graph->provenance.warnings.size() == 1);
}

/// The stump and a second tree like it.
std::string two_trees(std::string_view header_from, std::string_view header_to) {
  std::string model = changed(kLightStump, header_from, header_to);
  const std::size_t begin = model.find("Tree=0");
  const std::size_t end = model.find("end of trees");
  std::string second = changed(model.substr(begin, end - begin), "Tree=0", "Tree=1");
  second = changed(second, "leaf_value=-2 4", "leaf_value=1 -1");
  return with_sizes(model.insert(end, second));
}

TEST_CASE("lightgbm text: trees take turns among the classes", "[format][lightgbm]") {
  const std::string model = two_trees(
      "num_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=1\n"
      "objective=regression",
      "num_class=2\nnum_tree_per_iteration=2\nlabel_index=0\nmax_feature_idx=1\n"
      "objective=multiclass num_class:2");
  CHECK(answers_of(model, {0, 0}, "raw_score") == std::vector<double>{-2, 1});
  const double small = std::exp(-3.0);
  CHECK(answers_of(model, {0, 0}) == std::vector<double>{small / (1 + small), 1 / (1 + small)});
}

TEST_CASE("lightgbm text: a random forest's prediction is a mean, its raw score a sum",
          "[format][lightgbm]") {
  const std::string model =
      two_trees("objective=regression\n", "objective=regression\naverage_output\n");
  CHECK(answer_of(model, {0, 1}) == 1.5);
  CHECK(answer_of(model, {0, 1}, "raw_score") == 3);
}

TEST_CASE("lightgbm text: files of 2.1 end without parameters", "[format][lightgbm]") {
  const std::string model = with_sizes(changed(kLightStump, "v4", "v2"));
  const std::string trees = model.substr(0, model.find("end of trees"));
  CHECK(answer_of(trees + "\nfeature importances:\nb=1\n", {0, 0}) == -2);
  CHECK(answer_of(trees + "feature importances:\nb=1\n", {0, 0}) == -2);
  CHECK_FALSE(read_lightgbm(trees));
}

TEST_CASE("lightgbm text: it is told from others by its first lines", "[format][lightgbm]") {
  CHECK(probe_lightgbm(kLightStump) == spi::Confidence::certain);
  CHECK(probe_lightgbm("tree\nand then something") == spi::Confidence::possible);
  CHECK(probe_lightgbm("tree") == spi::Confidence::none);
  CHECK(probe_lightgbm("trees\nversion=v4\n") == spi::Confidence::none);
  CHECK(probe_lightgbm("") == spi::Confidence::none);
}

}  // namespace
}  // namespace trivet::test
