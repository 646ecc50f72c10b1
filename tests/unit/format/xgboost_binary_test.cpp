// SPDX-License-Identifier: Apache-2.0
// The legacy binary, made byte by byte.
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "unit/format/xgboost_files.hpp"

namespace trivet::test {
namespace {

struct Learner {
  float base_score = 0.25F;
  std::uint32_t features = 2;
  std::int32_t classes = 0;
  std::int32_t has_attributes = 0;
  std::int32_t has_metrics = 0;
  std::int32_t major = 1;
  std::int32_t minor = 7;
};

std::string learner_block(const Learner& learner) {
  return Bytes()
      .little(learner.base_score)
      .little(learner.features)
      .little(learner.classes)
      .little(learner.has_attributes)
      .little(learner.has_metrics)
      .little(learner.major)
      .little(learner.minor)
      .zeros(108)
      .data();
}

std::string forest_block(std::int32_t trees) { return Bytes().little(trees).zeros(156).data(); }

/// parent, left, right, feature with the default in its top bit, condition or leaf value
std::string node(std::int32_t left, std::int32_t right, std::uint32_t feature, float value) {
  return Bytes()
      .little(std::int32_t{-1})
      .little(left)
      .little(right)
      .little(feature)
      .little(value)
      .data();
}

/// gain, hessian, weight, leaf count
std::string statistics(float hessian) {
  return Bytes().little(1.0F).little(hessian).little(0.0F).little(std::int32_t{0}).data();
}

std::string tree_block(std::int32_t nodes, std::int32_t leaf_vector = 0) {
  return Bytes()
      .little(std::int32_t{1})
      .little(nodes)
      .zeros(12)
      .little(leaf_vector)
      .zeros(124)
      .data();
}

/// Feature 1 < 0.5, missing to the left, leaves -2 and 4.
std::string stump(std::int32_t leaf_vector = 0) {
  return tree_block(3, leaf_vector) + node(1, 2, 0x80000001U, 0.5F) + node(-1, -1, 0, -2) +
         node(-1, -1, 0, 4) + statistics(8) + statistics(5) + statistics(3);
}

std::string names(std::string_view objective, std::string_view booster) {
  return Bytes().text(objective).text(booster).data();
}

std::string group(std::int32_t number) { return Bytes().little(number).data(); }

std::string stump_model(const Learner& learner = {},
                        std::string_view objective = "reg:squarederror") {
  return "binf" + learner_block(learner) + names(objective, "gbtree") + forest_block(1) + stump() +
         group(0);
}

TEST_CASE("xgboost binary: a stump with and without its magic", "[format][xgboost]") {
  for (const std::string& bytes : {stump_model(), stump_model().substr(4)}) {
    INFO(bytes.size());
    CHECK(probe_xgboost(bytes) == spi::Confidence::certain);
    const auto graph = read_xgboost(bytes);
    REQUIRE(graph);
    CHECK(graph->provenance.format == "xgboost-binary");
    CHECK(graph->provenance.version == "1.7");
    CHECK(graph->provenance.warnings.empty());
    const spi::TreeEnsemble& forest = forest_of(*graph);
    CHECK(forest.feature == std::vector<std::uint32_t>{1});
    CHECK(forest.cut.f32 == std::vector<float>{0.5F});
    CHECK(forest.leaf.f32 == std::vector<float>{-2, 4});
    CHECK(forest.flags[0].missing_left());
    CHECK(forest.split_cover == std::vector<float>{8});
    CHECK(forest.leaf_cover == std::vector<float>{5, 3});
    CHECK(forest.sum.start == std::vector<double>{0.25});
    CHECK(forest.test == spi::Test::less);
    CHECK(graph->input.columns.size() == 2);
  }
}

TEST_CASE("xgboost binary: before 1.0 the base score is a margin", "[format][xgboost]") {
  const Learner old{.base_score = 0, .major = 0, .minor = 0};
  const auto graph = read_xgboost(stump_model(old, "binary:logistic"));
  REQUIRE(graph);
  CHECK(forest_of(*graph).sum.start == std::vector<double>{0});
  CHECK(graph->provenance.version == "before 1.0");
  const Learner later{.base_score = 0.75F};
  const auto probability = read_xgboost(stump_model(later, "binary:logistic"));
  REQUIRE(probability);
  CHECK(forest_of(*probability).sum.start.at(0) == Approx(std::log(3.0)).epsilon(1e-6));
}

TEST_CASE("xgboost binary: four bytes too many before the objective's name", "[format][xgboost]") {
  // What those builds wrote: the block, four bytes of padding, the length, the name.
  const Learner old{.base_score = 0, .major = 0, .minor = 0};
  for (const std::uint32_t padding : {0U, 7U}) {
    const std::string bytes = learner_block(old) + Bytes().little(padding).data() +
                              names("reg:linear", "gbtree") + forest_block(1) + stump() + group(0);
    INFO(padding);
    CHECK(probe_xgboost(bytes) == spi::Confidence::certain);
    const auto graph = read_xgboost(bytes);
    REQUIRE(graph);
    CHECK(graph->provenance.objective == "reg:linear");
    CHECK(forest_of(*graph).leaf.f32 == std::vector<float>{-2, 4});
  }
}

TEST_CASE("xgboost binary: attributes, the text of count:poisson and metrics",
          "[format][xgboost]") {
  const Learner old{.base_score = 0, .has_attributes = 1, .has_metrics = 1, .major = 0, .minor = 0};
  const std::string attributes =
      Bytes().little(std::uint64_t{1}).text("best_iteration").text("0").data();
  const std::string metrics = Bytes().little(std::uint64_t{1}).text("rmse").data();
  const std::string bytes =
      stump_model(old, "count:poisson") + attributes + Bytes().text("0.7").data() + metrics;
  const auto graph = read_xgboost(bytes);
  REQUIRE(graph);
  CHECK(graph->provenance.warnings.empty());
  bool noted = false;
  for (const std::string& note : graph->provenance.notes) {
    noted |= note ==
             "best_iteration 0 is stored; predictions use all 1 rounds, as Booster.predict "
             "does";
  }
  CHECK(noted);
  const auto longer = read_xgboost(bytes + "more");
  REQUIRE(longer);
  CHECK(longer->provenance.warnings.size() == 1);
  CHECK_FALSE(read_xgboost(bytes.substr(0, bytes.size() - 1)));
}

TEST_CASE("xgboost binary: DART weights multiply the trees", "[format][xgboost]") {
  const std::string head = "binf" + learner_block({}) + names("reg:squarederror", "dart") +
                           forest_block(2) + stump() + stump() + group(0) + group(0);
  const auto graph =
      read_xgboost(head + Bytes().little(std::uint64_t{2}).little(0.5F).little(1.0F).data());
  REQUIRE(graph);
  CHECK(forest_of(*graph).tree_weight == std::vector<double>{0.5, 1});
  const auto ones =
      read_xgboost(head + Bytes().little(std::uint64_t{2}).little(1.0F).little(1.0F).data());
  REQUIRE(ones);
  CHECK(forest_of(*ones).tree_weight.empty());
}

TEST_CASE("xgboost binary: gblinear adds bias and base first, then features in order",
          "[format][xgboost]") {
  Bytes weights;
  weights.little(std::uint64_t{6});
  for (const float w : {1.0F, 2.0F, 3.0F, 4.0F, 0.5F, -0.5F}) weights.little(w);
  const std::string bytes = "binf" + learner_block({.classes = 2}) +
                            names("multi:softprob", "gblinear") + std::string(136, '\0') +
                            weights.data();
  const auto graph = read_xgboost(bytes);
  REQUIRE(graph);
  const spi::Linear& linear = linear_of(*graph);
  CHECK(linear.feature_count == 2);
  CHECK(linear.output_count == 2);
  CHECK(linear.weights.f32 == std::vector<float>{1, 2, 3, 4});
  CHECK(linear.start == std::vector<double>{0.75, -0.25});
  CHECK(linear.order == spi::LinearOrder::by_feature);
  CHECK(linear.missing == spi::LinearMissing::absent_term);
  CHECK(linear.link.kind == spi::LinkKind::softmax);
  CHECK_FALSE(read_xgboost(bytes.substr(0, bytes.size() - 4)));
}

TEST_CASE("xgboost binary: deleted nodes are passed over", "[format][xgboost]") {
  const std::string tree = tree_block(4) + node(1, 3, 0, 0.5F) + node(-1, -1, 0, -2) +
                           node(0, 0, 0xffffffffU, std::nanf("")) + node(-1, -1, 0, 4) +
                           statistics(8) + statistics(5) + statistics(0) + statistics(3);
  const auto graph = read_xgboost("binf" + learner_block({}) + names("reg:squarederror", "gbtree") +
                                  forest_block(1) + tree + group(0));
  REQUIRE(graph);
  CHECK(forest_of(*graph).leaf.f32 == std::vector<float>{-2, 4});
  CHECK_FALSE(forest_of(*graph).flags[0].missing_left());
}

TEST_CASE("xgboost binary: leaf vectors of very old files are passed over", "[format][xgboost]") {
  const Learner old{.major = 0, .minor = 0};
  const std::string vectors = Bytes().little(std::uint64_t{1}).little(1.0F).data();
  const auto graph =
      read_xgboost(learner_block(old) + names("reg:linear", "gbtree") + forest_block(2) + stump(2) +
                   vectors + stump(2) + vectors + group(0) + group(0));
  REQUIRE(graph);
  CHECK(forest_of(*graph).tree_count() == 2);
  // 2.0 writes a size of 1 there and no vectors
  const auto later =
      read_xgboost(learner_block({.major = 2, .minor = 0}) + names("reg:squarederror", "gbtree") +
                   forest_block(2) + stump(1) + stump(1) + group(0) + group(0));
  REQUIRE(later);
  CHECK(forest_of(*later).tree_count() == 2);
}

TEST_CASE("xgboost binary: the number of features follows from the trees when it is 0",
          "[format][xgboost]") {
  const auto graph = read_xgboost(stump_model({.features = 0}));
  REQUIRE(graph);
  CHECK(graph->input.columns.size() == 2);
}

TEST_CASE("xgboost binary: a memory snapshot holds the model before its configuration",
          "[format][xgboost]") {
  const std::string model = stump_model();
  const std::string bytes =
      "CONFIG-offset:" + Bytes().little(static_cast<std::int64_t>(model.size())).data() + model +
      R"({"learner":{}})";
  CHECK(probe_xgboost(bytes) == spi::Confidence::certain);
  const auto graph = read_xgboost(bytes);
  REQUIRE(graph);
  CHECK(graph->provenance.warnings.empty());
  CHECK(forest_of(*graph).tree_count() == 1);
  CHECK_FALSE(read_xgboost(bytes.substr(0, 40)));
}

TEST_CASE("xgboost binary: hostile files are refused at their place", "[format][xgboost]") {
  const std::string head = "binf" + learner_block({}) + names("reg:squarederror", "gbtree");
  const std::string three = statistics(8) + statistics(5) + statistics(3);
  const std::string leaves = node(-1, -1, 0, -2) + node(-1, -1, 0, 4);
  struct Row {
    std::string name;
    std::string bytes;
    std::string where;
  };
  const std::vector<Row> rows{
      {"two thousand million trees", head + forest_block(2000000000) + stump(), "byte 338"},
      {"a negative count of trees", head + forest_block(-1), "byte 338"},
      {"two thousand million nodes", head + forest_block(1) + tree_block(2000000000) + stump(),
       "byte 486"},
      {"a tree of no nodes", head + forest_block(1) + tree_block(0) + stump(), "byte 486"},
      {"a cycle",
       head + forest_block(1) + tree_block(3) + node(0, 2, 0, 1) + leaves + three + group(0),
       "tree 0, node 0"},
      {"a child beyond the tree",
       head + forest_block(1) + tree_block(3) + node(1, 9, 0, 1) + leaves + three + group(0),
       "tree 0, node 0"},
      {"a negative child",
       head + forest_block(1) + tree_block(3) + node(-7, 2, 0, 1) + leaves + three + group(0),
       "tree 0, node 0"},
      {"a cut that is NaN",
       head + forest_block(1) + tree_block(3) + node(1, 2, 0, std::nanf("")) + leaves + three +
           group(0),
       "tree 0, node 0"},
      {"a group that isn't there", stump_model().substr(0, stump_model().size() - 4) + group(1),
       "tree groups/0"},
      {"a negative group", stump_model().substr(0, stump_model().size() - 4) + group(-1),
       "tree groups/0"},
      {"negative classes", stump_model({.classes = -1}), "byte 140"},
      {"two thousand million classes", stump_model({.classes = 2000000000}),
       "learner block, num_class"},
      {"two thousand million features", stump_model({.features = 2000000000}),
       "learner block, num_feature"},
      {"a version of the future", stump_model({.major = 17}), "byte 140"},
      {"a base score that is NaN", stump_model({.base_score = std::nanf("")}),
       "learner block, base_score"},
      {"an objective's name beyond the file",
       "binf" + learner_block({}) + Bytes().little(std::uint64_t{1} << 30).raw("reg").data(),
       "byte 148"},
      {"an unknown booster", "binf" + learner_block({}) + names("reg:linear", "gbforest"),
       "booster name"},
      {"attributes without an end",
       stump_model({.has_attributes = 1}) + Bytes().little(~std::uint64_t{0}).data(), "byte 606"},
      {"weights without an end",
       "binf" + learner_block({}) + names("reg:linear", "gblinear") + std::string(136, '\0') +
           Bytes().little(~std::uint64_t{0}).data(),
       "byte 318"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto graph = read_xgboost(row.bytes);
    REQUIRE_FALSE(graph);
    INFO(graph.error().message());
    CHECK(graph.error().where() == row.where);
    CHECK_FALSE(graph.error().found().empty());
    CHECK_FALSE(graph.error().expected().empty());
  }
}

TEST_CASE("xgboost binary: no prefix of a file is a model", "[format][xgboost]") {
  const std::string bytes = stump_model();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    INFO(size);
    CHECK_FALSE(read_xgboost(std::string_view(bytes).substr(0, size)));
  }
}

}  // namespace
}  // namespace trivet::test
