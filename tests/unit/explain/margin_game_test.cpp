// SPDX-License-Identifier: Apache-2.0
// Games over forests and linear maps against all coalitions, each mixture answered by the oracle.
#include "backend/linear/margin_game.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "backend/tree/margin_game.hpp"
#include "catch.hpp"
#include "explain/margin_solver.hpp"
#include "explain/shapley.hpp"
#include "explain/term_table.hpp"
#include "support/oracle.hpp"
#include "support/random_forest.hpp"

namespace trivet::test {
namespace {

using explain::MarginOutput;

/// A forest, a row, a baseline, and which player a feature belongs to.
struct Question {
  std::vector<double> row;
  std::vector<double> baseline;
  std::vector<std::int32_t> player_of_cell;
  std::size_t players = 0;
};

/// The margins of every coalition, by the plan of the forest: `values[s][output]`.
template <class Model>
std::vector<std::vector<double>> all_margins(const Model& model, const Question& question) {
  std::vector<std::vector<double>> values;
  for (std::size_t s = 0; s < (std::size_t{1} << question.players); ++s) {
    std::vector<double> mixture = question.row;
    for (std::size_t c = 0; c < mixture.size(); ++c) {
      const std::int32_t player = question.player_of_cell[c];
      if (player >= 0 && (s >> player & 1) == 0) mixture[c] = question.baseline[c];
    }
    values.push_back(margins_of(model, mixture));
  }
  return values;
}

/// Exact values by definition: of the served numbers at one position.
std::vector<double> by_definition(std::vector<std::vector<double>> values,
                                  const MarginOutput& output, std::size_t position,
                                  std::size_t players) {
  std::vector<double> table;
  for (std::vector<double>& margins : values) {
    explain::serve_margins(output, margins.size(), margins);
    table.push_back(margins[position]);
  }
  const explain::CoalitionWeights weights = explain::coalition_weights(players);
  std::vector<double> out;
  for (std::size_t p = 0; p < players; ++p) {
    out.push_back(explain::shapley_value(table, p, weights));
  }
  return out;
}

struct Solved {
  std::vector<double> values;
  bool is_sampled = false;
};

Solved solve(const spi::MarginGame& game, const Question& question, const MarginOutput& output,
             std::size_t position, std::int32_t paths = 3) {
  Solved solved;
  solved.values.assign(question.players, 0.0);
  const std::vector<std::uint32_t> explained{static_cast<std::uint32_t>(position)};
  std::vector<double> variances(1, 0.0);
  explain::MarginScratch scratch;
  explain::RowTally tally;
  tally.attributions = solved.values;
  tally.variances = variances;
  REQUIRE(explain::solve_margins(
      output, {&game, question.row.data(), explained, question.players, paths}, scratch, tally));
  solved.is_sampled = tally.is_sampled;
  return solved;
}

/// Some features are grouped, some have nobody; groups are at least as large as they must be for
/// `most` players.
Question draw_question(Random& random, const PlannedForest& forest, std::size_t most) {
  Question question;
  const std::size_t features = forest.header.feature_count;
  const std::vector<double> rows = edge_rows(forest, 2, random.below(1u << 30));
  question.row.assign(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(features));
  question.baseline.assign(rows.begin() + static_cast<std::ptrdiff_t>(features), rows.end());
  question.players = std::min<std::size_t>(features, most);
  for (std::size_t c = 0; c < features; ++c) {
    const bool is_free = random.one_in(9);
    question.player_of_cell.push_back(is_free ? -1
                                              : static_cast<std::int32_t>(c % question.players));
  }
  return question;
}

std::unique_ptr<const spi::MarginGame> game_of(const spi::TreeEnsemble& forest,
                                               const Question& question) {
  return tree::make_forest_game(forest, spi::FloatWidth::f64,
                                {question.player_of_cell, question.players, question.baseline});
}

/// 1 plus the largest number that a margin sums up from, so that rounding is judged by it.
double size_of_sums(const PlannedForest& forest, const std::vector<std::vector<double>>& values) {
  double size = 1;
  for (const PlannedTree& tree : forest.trees) {
    double largest = 0;
    for (const PlannedNode& node : tree.nodes) {
      for (const double value : node.values) largest = std::max(largest, std::fabs(value));
    }
    size += largest;
  }
  for (const auto& margins : values) {
    for (const double margin : margins) size = std::max(size, std::fabs(margin));
  }
  return size;
}

bool is_sane(const std::vector<std::vector<double>>& values) {
  return std::all_of(values.begin(), values.end(), [](const std::vector<double>& margins) {
    return std::all_of(margins.begin(), margins.end(),
                       [](double margin) { return std::fabs(margin) < 1e6; });
  });
}

TEST_CASE("forest game: margins have the values of all coalitions", "[explain][tree]") {
  std::size_t judged = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const PlannedForest planned = random_forest(seed);
    const auto forest = build(planned);
    REQUIRE(forest.has_value());
    Random random(seed + 77);
    const Question question = draw_question(random, planned, 7);
    const auto values = all_margins(planned, question);
    const auto game = game_of(*forest, question);
    if (game == nullptr || !is_sane(values)) continue;
    ++judged;
    const bool narrow = forest->sum.accumulator == spi::FloatWidth::f32;
    const double tolerance = size_of_sums(planned, values) * (narrow ? 4e-6 : 1e-12);
    const MarginOutput output{spi::Port::margin, {}, false};
    const std::size_t position = random.below(forest->output_count);
    INFO("seed " << seed << ", margin " << position);
    const auto exact = by_definition(values, output, position, question.players);
    const Solved solved = solve(*game, question, output, position);
    CHECK_FALSE(solved.is_sampled);
    double sum = 0;
    for (std::size_t p = 0; p < question.players; ++p) {
      CHECK(std::fabs(solved.values[p] - exact[p]) <= tolerance);
      sum += solved.values[p];
    }
    CHECK(std::fabs(sum - (values.back()[position] - values.front()[position])) <= tolerance);
  }
  CHECK(judged > 150);
}

TEST_CASE("forest game: behind every link too, by table", "[explain][tree]") {
  const std::vector<spi::Link> links{
      {spi::LinkKind::logistic, 1.7, 1},  {spi::LinkKind::logistic_clamped, 1, 1},
      {spi::LinkKind::exponential, 1, 4}, {spi::LinkKind::softmax, 1, 1},
      {spi::LinkKind::log1p_exp, 1, 1},   {spi::LinkKind::signed_square, 1, 1},
      {spi::LinkKind::step, 1, 1},        {spi::LinkKind::sorted, 1, 1},
      {spi::LinkKind::identity, 1, 3}};
  for (std::uint64_t seed = 0; seed < 180; ++seed) {
    const PlannedForest planned = random_forest(seed, {.trees = 8, .features = 8, .depth = 5});
    const auto forest = build(planned);
    REQUIRE(forest.has_value());
    if (forest->sum.accumulator == spi::FloatWidth::f32) continue;  // links magnify its rounding
    Random random(seed + 78);
    const Question question = draw_question(random, planned, 6);
    const auto values = all_margins(planned, question);
    const auto game = game_of(*forest, question);
    if (game == nullptr || !is_sane(values) || size_of_sums(planned, values) > 60) continue;
    for (const spi::Link& link : links) {
      const MarginOutput output{spi::Port::linked, link, false};
      const std::size_t position = random.below(forest->output_count);
      const auto exact = by_definition(values, output, position, question.players);
      const Solved solved = solve(*game, question, output, position);
      double largest = 1;
      for (const double x : exact) largest = std::max(largest, std::fabs(x));
      INFO("seed " << seed << ", link " << static_cast<int>(link.kind));
      // Margins that should be equal, or 0, may differ by their last bit: a step shows it.
      if (link.kind == spi::LinkKind::step) continue;
      for (std::size_t p = 0; p < question.players; ++p) {
        CHECK(std::fabs(solved.values[p] - exact[p]) <= 1e-9 * largest);
      }
    }
  }
}

TEST_CASE("forest game: row and baseline in each other's place turn every sign",
          "[explain][tree]") {
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    const PlannedForest planned = random_forest(seed, {.trees = 12, .features = 20, .depth = 7});
    const auto forest = build(planned);
    REQUIRE(forest.has_value());
    Random random(seed + 79);
    Question question = draw_question(random, planned, 20);
    // A cell that nobody plays is the row's, so it would change places with the row.
    for (std::size_t c = 0; c < question.row.size(); ++c) {
      if (question.player_of_cell[c] < 0) question.baseline[c] = question.row[c];
    }
    const auto there = game_of(*forest, question);
    if (there == nullptr) continue;
    Question back = question;
    std::swap(back.row, back.baseline);
    const auto game_back = game_of(*forest, back);
    const MarginOutput output{spi::Port::margin, {}, false};
    const Solved forth = solve(*there, question, output, 0);
    const Solved reverse = solve(*game_back, back, output, 0);
    INFO("seed " << seed);
    for (std::size_t p = 0; p < question.players; ++p) {
      if (!std::isfinite(forth.values[p]) || std::fabs(forth.values[p]) > 1e9) continue;
      CHECK(forth.values[p] == Approx(-reverse.values[p]).epsilon(1e-9).margin(1e-9));
    }
  }
}

TEST_CASE("forest game: a row explained against itself has exactly nothing", "[explain][tree]") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const PlannedForest planned = random_forest(seed);
    const auto forest = build(planned);
    REQUIRE(forest.has_value());
    Random random(seed + 80);
    Question question = draw_question(random, planned, 12);
    question.baseline = question.row;
    const auto game = game_of(*forest, question);
    if (game == nullptr) continue;
    const MarginOutput output{spi::Port::linked, {spi::LinkKind::softmax, 1, 1}, false};
    for (const double x : solve(*game, question, output, 0).values) CHECK(x == 0.0);
  }
}

/// A chain: one split on each of `depth` features, right to a leaf of 1 at its end.
spi::TreeEnsemble chain(std::uint32_t depth) {
  spi::TreeEnsembleBuilder builder(spi::FloatWidth::f64, 1, spi::TrainingFacts::none);
  builder.begin_tree(2 * depth + 1);
  const double zero = 0;
  const double one = 1;
  for (std::uint32_t i = 0; i < depth; ++i) {
    REQUIRE(
        builder
            .add_split(
                {.node = 2 * i, .feature = i, .cut = 0.5, .left = 2 * i + 1, .right = 2 * i + 2})
            .has_value());
    REQUIRE(builder.add_leaf(2 * i + 1, {&zero, 1}).has_value());
  }
  REQUIRE(builder.add_leaf(2 * depth, {&one, 1}).has_value());
  REQUIRE(builder.end_tree().has_value());
  spi::TreeEnsembleBuilder::Header header;
  header.feature_count = depth;
  header.input_width = spi::FloatWidth::f64;
  header.sum.accumulator = spi::FloatWidth::f64;
  auto forest = std::move(builder).finish(std::move(header));
  REQUIRE(forest.has_value());
  return std::move(*forest);
}

/// A row that goes to the end of a chain, a baseline that leaves it at once; each cell plays alone.
Question chain_question(std::uint32_t depth) {
  Question question{std::vector<double>(depth, 1.0), std::vector<double>(depth, 0.0), {}, depth};
  for (std::uint32_t c = 0; c < depth; ++c) {
    question.player_of_cell.push_back(static_cast<std::int32_t>(c));
  }
  return question;
}

TEST_CASE("forest game: a chain of a thousand features shares its one leaf evenly",
          "[explain][tree]") {
  constexpr std::uint32_t kDepth = 1000;
  const spi::TreeEnsemble forest = chain(kDepth);
  const Question question = chain_question(kDepth);
  const auto game = game_of(forest, question);
  REQUIRE(game != nullptr);
  // "All of them" is worth 1: 1/n each. Its leaf at depth 1000 is reached whole.
  const Solved solved = solve(*game, question, {spi::Port::margin, {}, false}, 0);
  for (const double x : solved.values) CHECK(x == Approx(1.0 / kDepth).epsilon(1e-9));
}

TEST_CASE("forest game: a chain has no more terms than there is room for", "[explain][tree]") {
  constexpr std::uint32_t kDepth = 7000;  // 7000²/2 players in its terms
  const spi::TreeEnsemble forest = chain(kDepth);
  Question question = chain_question(kDepth);
  const auto game = game_of(forest, question);
  REQUIRE(game != nullptr);
  std::vector<double> values(kDepth, 0.0);
  const std::vector<std::uint32_t> explained{0};
  explain::MarginScratch scratch;
  explain::RowTally tally;
  tally.attributions = values;
  const MarginOutput output{spi::Port::linked, {spi::LinkKind::logistic, 1, 1}, false};
  const explain::MarginRow row{game.get(), question.row.data(), explained, kDepth, 1};
  CHECK_FALSE(explain::solve_margins(output, row, scratch, tally));
  CHECK(scratch.terms.players.size() <= scratch.terms.most_numbers);
  for (const double x : values) CHECK(x == 0);
  // The same scratch is as good as new.
  question.row.assign(kDepth, 0.0);
  question.row[0] = 1;
  CHECK(explain::solve_margins(output, row, scratch, tally));
  CHECK(scratch.terms.are_all);
}

TEST_CASE("forest game: many players on one way are shared by factorials", "[explain][tree]") {
  constexpr std::uint32_t kDepth = 60;
  const spi::TreeEnsemble forest = chain(kDepth);
  Question question = chain_question(kDepth);
  // The first 30 must be the row's and the others must not: they hold their leaf in turn.
  for (std::uint32_t c = kDepth / 2; c < kDepth; ++c) {
    std::swap(question.row[c], question.baseline[c]);
  }
  const auto game = game_of(forest, question);
  REQUIRE(game != nullptr);
#ifdef __GLIBC__
  signgam = 7;  // one variable of all threads
#endif
  const Solved solved = solve(*game, question, {spi::Port::margin, {}, false}, 0);
#ifdef __GLIBC__
  CHECK(signgam == 7);
#endif
  // 29!·30!/60! = 1 / (30 · C(60, 30)), C(60, 30) = 118264581564861424.
  const double share = 1 / (30 * 118264581564861424.0);
  for (std::uint32_t c = 0; c < kDepth; ++c) {
    CHECK(solved.values[c] == Approx(c < kDepth / 2 ? share : -share).epsilon(1e-14).margin(0));
  }
}

TEST_CASE("forest game: a forest without features has nobody to play", "[explain][tree]") {
  CHECK(game_of(chain(0), {}) == nullptr);
}

TEST_CASE("forest game: many players behind a link are sampled, and the sum stays exact",
          "[explain][tree][paths]") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const PlannedForest planned = random_forest(seed, {.trees = 24, .features = 40, .depth = 6});
    const auto forest = build(planned);
    REQUIRE(forest.has_value());
    if (forest->sum.accumulator == spi::FloatWidth::f32) continue;
    Random random(seed + 81);
    const Question question = draw_question(random, planned, 40);
    const auto game = game_of(*forest, question);
    if (game == nullptr) continue;
    const MarginOutput output{spi::Port::linked, {spi::LinkKind::logistic, 1, 1}, false};
    std::vector<double> mixture = question.row;
    for (std::size_t c = 0; c < mixture.size(); ++c) {
      if (question.player_of_cell[c] >= 0) mixture[c] = question.baseline[c];
    }
    const auto end = linked(output.link, margins_of(planned, question.row), spi::FloatWidth::f64);
    const auto begin = linked(output.link, margins_of(planned, mixture), spi::FloatWidth::f64);
    if (!std::isfinite(end[0]) || !std::isfinite(begin[0])) continue;
    const Solved solved = solve(*game, question, output, 0, 10);
    double sum = 0;
    for (const double x : solved.values) sum += x;
    INFO("seed " << seed);
    CHECK(sum == Approx(end[0] - begin[0]).margin(1e-9));
    CHECK(solve(*game, question, output, 0, 10).values == solved.values);
  }
}

TEST_CASE("linear game: margins and links have the values of all coalitions", "[explain][linear]") {
  Random random(9);
  for (std::uint32_t round = 0; round < 40; ++round) {
    spi::Linear linear;
    linear.feature_count = 8;
    linear.output_count = 1 + random.below(3);
    linear.order = spi::LinearOrder::by_feature;
    linear.weights.width = spi::FloatWidth::f64;
    Question question{{}, {}, {}, 5};
    for (std::uint32_t f = 0; f < linear.feature_count; ++f) {
      for (std::uint32_t k = 0; k < linear.output_count; ++k) {
        linear.weights.push_back(random.between(-2, 2));
      }
      question.row.push_back(random.between(-2, 2));
      question.baseline.push_back(random.one_in(5) ? question.row[f] : random.between(-2, 2));
      question.player_of_cell.push_back(random.one_in(6) ? -1 : static_cast<std::int32_t>(f % 5));
    }
    for (std::uint32_t k = 0; k < linear.output_count; ++k) {
      linear.start.push_back(random.between(-1, 1));
    }
    const auto values = all_margins(linear, question);
    const auto game =
        linear::make_linear_game(linear, spi::FloatWidth::f64,
                                 {question.player_of_cell, question.players, question.baseline});
    for (const spi::LinkKind kind : {spi::LinkKind::identity, spi::LinkKind::logistic,
                                     spi::LinkKind::exponential, spi::LinkKind::softmax}) {
      const MarginOutput output{spi::Port::linked, {kind, 1, 1}, false};
      const std::size_t position = random.below(linear.output_count);
      const auto exact = by_definition(values, output, position, question.players);
      const Solved solved = solve(*game, question, output, position);
      INFO("round " << round << ", link " << static_cast<int>(kind));
      for (std::size_t p = 0; p < question.players; ++p) {
        CHECK(solved.values[p] == Approx(exact[p]).epsilon(1e-10).margin(1e-12));
      }
    }
  }
}

TEST_CASE("linear game: one output too far for the quadrature sends all to the table",
          "[explain][linear]") {
  spi::Linear linear;
  linear.feature_count = 2;
  linear.output_count = 2;
  linear.order = spi::LinearOrder::by_feature;
  linear.weights.width = spi::FloatWidth::f64;
  // The first margin stays near 0, the second reaches 5000.
  for (const double weight : {0.5, 5000.0, -1.0, 1.0}) linear.weights.push_back(weight);
  Question question{{1, 1}, {0, 0}, {0, 1}, 2};
  const auto values = all_margins(linear, question);
  const auto game = linear::make_linear_game(
      linear, spi::FloatWidth::f64, {question.player_of_cell, question.players, question.baseline});
  const MarginOutput output{spi::Port::linked, {spi::LinkKind::logistic, 1, 1}, false};
  const std::vector<std::uint32_t> both{0, 1};
  std::vector<double> out(4, 0.0);
  std::vector<double> variances(2, 0.0);
  explain::MarginScratch scratch;
  explain::RowTally tally;
  tally.attributions = out;
  tally.variances = variances;
  REQUIRE(explain::solve_margins(output, {game.get(), question.row.data(), both, 2, 1}, scratch,
                                 tally));
  for (std::size_t position = 0; position < 2; ++position) {
    const auto exact = by_definition(values, output, position, 2);
    for (std::size_t p = 0; p < 2; ++p) {
      CHECK(out[2 * position + p] == Approx(exact[p]).margin(1e-12));
    }
  }
}

/// Terms as they are given.
class GivenTerms final : public spi::MarginGame {
 public:
  std::size_t output_count() const noexcept override { return outputs; }
  bool is_additive() const noexcept override { return additive; }
  void attribute(const void*, std::size_t, double, std::span<double>,
                 spi::GameScratch&) const override {}
  void collect(const void*, spi::MarginTerms& out, spi::GameScratch&) const override {
    out = terms;
  }
  std::size_t memory_bytes() const noexcept override { return 0; }

  spi::MarginTerms terms;
  std::size_t outputs = 1;
  bool additive = false;
};

TEST_CASE("margin plan: links of single margins need one table, whatever the outputs",
          "[explain]") {
  GivenTerms game;
  game.outputs = 8;
  // One table of 2^20 numbers fits, eight that a softmax mixes don't.
  const auto plan = [&](spi::LinkKind kind) {
    return explain::margin_plan({spi::Port::linked, {kind, 1, 1}, false}, game, 20);
  };
  CHECK(plan(spi::LinkKind::logistic).name == "term-table");
  CHECK(plan(spi::LinkKind::logistic).exact);
  CHECK(plan(spi::LinkKind::softmax).name == "term-paths");
  CHECK_FALSE(plan(spi::LinkKind::softmax).exact);
}

TEST_CASE("margin plan: a row too far for the quadrature says that it was sampled",
          "[explain][paths]") {
  constexpr std::uint32_t kPlayers = 30;
  for (const double step : {1.0, 200.0}) {
    GivenTerms game;
    game.additive = true;
    game.terms.terms.push_back({});
    game.terms.values.push_back(-15 * step);
    for (std::uint32_t p = 0; p < kPlayers; ++p) {
      game.terms.terms.push_back({p, 1, 0, 0});
      game.terms.players.push_back(p);
      game.terms.values.push_back(step + 0.1 * p);
    }
    const MarginOutput output{spi::Port::linked, {spi::LinkKind::logistic, 1, 1}, false};
    CHECK(explain::margin_plan(output, game, kPlayers).name == "additive-quadrature");
    const Question question{{}, {}, {}, kPlayers};
    // Margins up to 6000 are beyond it.
    CHECK(solve(game, question, output, 0).is_sampled == (step == 200));
  }
}

}  // namespace
}  // namespace trivet::test
