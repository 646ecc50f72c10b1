// SPDX-License-Identifier: Apache-2.0
// Writes the learner around the trees or weights.
#include "format/xgboost/write.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/try.hpp"
#include "format/xgboost/write_categories.hpp"
#include "format/xgboost/write_document.hpp"
#include "format/xgboost/write_objective.hpp"
#include "format/xgboost/write_trees.hpp"
#include "text/message.hpp"

namespace trivet::xgboost {
namespace {

Error cannot_say(std::string where, std::string found, std::string expected) {
  return {Errc::unsupported_model, std::move(where), std::move(found), std::move(expected)};
}

/// XGBoost's arithmetic, which no field of its files can change.
Status check_forest_rules(const spi::TreeEnsemble& forest) {
  constexpr std::string_view kTest =
      "the test of XGBoost, x < cut with both in float32: rows at a cut, or within float32's "
      "rounding of it, would go the other way";
  if (forest.test != spi::Test::less) {
    return cannot_say("trees", "tests x <= cut", std::string(kTest));
  }
  if (forest.input_width != spi::FloatWidth::f32 || forest.cut.width != spi::FloatWidth::f32) {
    return cannot_say("trees", "tests in float64", std::string(kTest));
  }
  const spi::Sum& sum = forest.sum;
  if (forest.leaf.width != spi::FloatWidth::f32 || sum.accumulator != spi::FloatWidth::f32) {
    return cannot_say("trees", "leaves or sums in float64",
                      "float32, in which XGBoost adds: other last digits");
  }
  if (!forest.linear.empty()) {
    return cannot_say("leaves", "linear functions of the row", "numbers, which is all XGBoost has");
  }
  const auto other_missing = [](spi::NodeFlags flags) {
    return flags.missing() != spi::Missing::nan;
  };
  if (std::any_of(forest.flags.begin(), forest.flags.end(), other_missing)) {
    return cannot_say("trees", "tests for which NaN counts as 0, or 0 as missing",
                      "NaN as the missing value, as in XGBoost");
  }
  const bool other_side = forest.categories.members_go_left || forest.categories.truncates_to_zero;
  if (forest.has_categories() && other_side) {
    return cannot_say("trees", "category sets whose members go left", "members that go right");
  }
  const bool has_end = std::any_of(sum.end.begin(), sum.end.end(), [](double x) { return x != 0; });
  if (sum.scale != 1 || sum.divisor != 1 || has_end) {
    return cannot_say("trees", "a sum that is scaled, divided or shifted at its end",
                      "the plain sum of XGBoost");
  }
  return {};
}

bool is_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c != 0 && static_cast<unsigned char>(c) < 0x80; });
}

class ModelWriter {
 public:
  ModelWriter(const spi::Graph& graph, Encoding encoding)
      : graph_(graph),
        forest_(std::get_if<spi::TreeEnsemble>(&graph.nodes[0].body)),
        linear_(std::get_if<spi::Linear>(&graph.nodes[0].body)),
        out_(encoding == Encoding::ubjson, expected_bytes(forest_)) {}

  Result<std::string> run();

 private:
  static std::size_t expected_bytes(const spi::TreeEnsemble* forest);
  [[nodiscard]] WantedMeaning wanted() const;
  [[nodiscard]] std::size_t outputs() const {
    return forest_ != nullptr ? forest_->output_count : linear_->output_count;
  }
  [[nodiscard]] bool has_categories(std::size_t feature) const {
    return !graph_.input.columns[feature].categories.empty();
  }
  void learner();
  void learner_parameters();
  void feature_names();
  void feature_types();
  void booster();
  void forest();
  void dart();
  void forest_model();
  void rounds();
  void linear();

  const spi::Graph& graph_;
  const spi::TreeEnsemble* forest_;
  const spi::Linear* linear_;
  WrittenMeaning meaning_;
  DocumentWriter out_;
};

/// Per node at most 12 numbers of 4 bytes and some text around them in JSON.
std::size_t ModelWriter::expected_bytes(const spi::TreeEnsemble* forest) {
  constexpr std::size_t kNodeBytes = 64;
  constexpr std::size_t kTreeBytes = 600;
  if (forest == nullptr) return kTreeBytes;
  return forest->node_count() * (kNodeBytes + 4 * forest->leaf_width) +
         (forest->tree_count() + 2) * kTreeBytes;
}

WantedMeaning ModelWriter::wanted() const {
  WantedMeaning wanted{graph_.provenance.objective, graph_.provenance.version, {}, {}, false};
  for (const Column& column : graph_.input.columns) {
    for (const std::string& text : column.categories) {
      wanted.has_texts_beyond_ascii |= !is_ascii(text);
    }
  }
  if (forest_ == nullptr) {
    wanted.link = linear_->link;
    wanted.margins.assign(1, 0);  // the biases hold the whole start
    return wanted;
  }
  wanted.link = forest_->link;
  for (const double start : forest_->sum.start) {
    wanted.margins.push_back(static_cast<float>(start));
  }
  wanted.margins.resize(forest_->output_count);
  return wanted;
}

Result<std::string> ModelWriter::run() {
  if (forest_ != nullptr) TRIVET_TRY(check_forest_rules(*forest_));
  WantedMeaning want = wanted();
  if (want.objective.empty()) {
    return cannot_say("objective", "none", "a model with an objective of XGBoost");
  }
  if (want.link.slope != 1 || want.link.divisor != 1) {
    return cannot_say("objective", "an output transform with a slope or a divisor",
                      "one of XGBoost's transforms");
  }
  Result<WrittenMeaning> meaning = find_meaning(want);
  if (!meaning && forest_ == nullptr) {
    want.margins[0] = -0.0f;  // a probability of one half
    meaning = find_meaning(want);
  }
  if (!meaning) return meaning.error();
  meaning_ = std::move(*meaning);
  out_.begin_object();
  out_.key("learner");
  learner();
  out_.key("version");
  out_.begin_list(3);
  out_.integer(meaning_.version.major);
  out_.integer(meaning_.version.minor);
  out_.integer(std::max<std::int64_t>(meaning_.version.patch, 0));
  out_.end_list();
  out_.end_object();
  return std::move(out_).take();
}

void ModelWriter::learner() {
  out_.begin_object();
  out_.key("attributes");
  out_.begin_object();
  out_.end_object();
  feature_names();
  feature_types();
  out_.key("gradient_booster");
  booster();
  out_.key("learner_model_param");
  learner_parameters();
  out_.key("objective");
  write_objective(meaning_.objective, outputs(), out_);
  out_.end_object();
}

/// XGBoost keeps the numbers here as texts.
void ModelWriter::learner_parameters() {
  const bool is_multi_class = meaning_.objective.starts_with("multi:");
  std::string score;
  for (const float value : meaning_.base_score) {
    score += score.empty() ? '[' : ',';
    append_shortest(score, value);
  }
  // XGBoost up to 3.0 knows no list.
  const bool is_one = meaning_.base_score.size() == 1;
  out_.begin_object();
  out_.member("base_score", is_one ? score.substr(1) : score + "]");
  out_.member("boost_from_average", "0");
  out_.member("num_class", is_multi_class ? std::to_string(outputs()) : "0");
  out_.member("num_feature", std::to_string(graph_.input.columns.size()));
  out_.member("num_target", is_multi_class ? "1" : std::to_string(outputs()));
  out_.end_object();
}

void ModelWriter::feature_names() {
  const std::vector<Column>& columns = graph_.input.columns;
  const bool has_names = std::any_of(columns.begin(), columns.end(),
                                     [](const Column& column) { return !column.name.empty(); });
  out_.key("feature_names");
  out_.begin_list(has_names ? columns.size() : 0);
  for (std::size_t i = 0; has_names && i < columns.size(); ++i) out_.text(columns[i].name);
  out_.end_list();
}

/// `c` and `float`, when there is a categorical feature; the graph doesn't know more.
void ModelWriter::feature_types() {
  const std::size_t count = graph_.input.columns.size();
  std::vector<bool> is_category(count);
  bool any = false;
  for (std::size_t i = 0; i < count; ++i) is_category[i] = has_categories(i);
  for (std::size_t s = 0; forest_ != nullptr && s < forest_->split_count(); ++s) {
    if (forest_->flags[s].categorical()) is_category[forest_->feature[s]] = true;
  }
  any = std::find(is_category.begin(), is_category.end(), true) != is_category.end();
  out_.key("feature_types");
  out_.begin_list(any ? count : 0);
  for (std::size_t i = 0; any && i < count; ++i) out_.text(is_category[i] ? "c" : "float");
  out_.end_list();
}

void ModelWriter::booster() {
  if (linear_ != nullptr) return linear();
  if (!forest_->tree_weight.empty()) return dart();
  forest();
}

/// The layout up to 3.2, which later ones read as well.
void ModelWriter::dart() {
  out_.begin_object();
  out_.key("gbtree");
  forest();
  out_.member("name", "dart");
  out_.key("weight_drop");  // which XGBoost doesn't take as a typed list
  out_.begin_list(forest_->tree_weight.size());
  for (const double weight : forest_->tree_weight) out_.number(static_cast<float>(weight));
  out_.end_list();
  out_.end_object();
}

void ModelWriter::forest() {
  out_.begin_object();
  out_.key("model");
  forest_model();
  out_.member("name", "gbtree");
  out_.end_object();
}

void ModelWriter::forest_model() {
  const std::size_t trees = forest_->tree_count();
  out_.begin_object();
  write_categories(graph_.input.columns, out_);
  rounds();
  out_.key("tree_info");
  std::vector<std::int32_t> groups(trees);
  for (std::size_t t = 0; t < forest_->tree_output.size(); ++t) {
    groups[t] = static_cast<std::int32_t>(forest_->tree_output[t]);
  }
  out_.begin_list(trees);
  for (const std::int32_t group : groups) out_.integer(group);
  out_.end_list();
  out_.key("trees");
  out_.begin_list(trees);
  TreeWriter writer(*forest_, out_);
  for (std::size_t t = 0; t < trees; ++t) writer.write(t);
  out_.end_list();
  out_.end_object();
}

/// The trees of each round of boosting. The graph has the outputs of the trees alone, from which
/// rounds of several parallel trees show when there are several outputs: 0 0 1 1 2 2 0 0 ….
void ModelWriter::rounds() {
  const std::vector<std::uint32_t>& output = forest_->tree_output;
  const std::size_t trees = forest_->tree_count();
  const std::size_t outputs = output.empty() ? 1 : forest_->output_count;
  std::size_t parallel = 1;
  while (parallel < output.size() && output[parallel] == 0) ++parallel;
  if (output.empty()) parallel = 1;
  bool is_regular = trees % (parallel * outputs) == 0;
  for (std::size_t t = 0; is_regular && t < output.size(); ++t) {
    is_regular = output[t] == t / parallel % outputs;
  }
  if (!is_regular) parallel = 1;
  const std::size_t step = is_regular ? parallel * outputs : std::max<std::size_t>(trees, 1);
  out_.key("gbtree_model_param");
  out_.begin_object();
  out_.member("num_parallel_tree", std::to_string(parallel));
  out_.member("num_trees", std::to_string(trees));
  out_.end_object();
  out_.key("iteration_indptr");
  out_.begin_list(trees / step + 1);
  for (std::size_t t = 0; t <= trees; t += step) out_.integer(static_cast<std::int64_t>(t));
  out_.end_list();
}

/// Weights feature by feature, then the biases, which hold the whole start.
void ModelWriter::linear() {
  std::vector<float> weights = linear_->weights.f32;
  std::vector<double> start = linear_->start;
  start.resize(linear_->output_count);
  for (const double value : start) weights.push_back(static_cast<float>(value));
  out_.begin_object();
  out_.key("model");
  out_.begin_object();
  out_.key("boosted_rounds");
  out_.integer(1);
  out_.key("weights");
  out_.floats(weights);
  out_.end_object();
  out_.member("name", "gblinear");
  out_.end_object();
}

/// What gblinear fixes.
Status check_linear_rules(const spi::Linear& linear) {
  const bool fits = linear.weights.width == spi::FloatWidth::f32 &&
                    linear.order == spi::LinearOrder::by_feature &&
                    linear.missing == spi::LinearMissing::absent_term;
  if (fits) return {};
  return cannot_say("weights", "another arithmetic than gblinear's",
                    "float32 terms, added feature by feature, without those of missing values");
}

}  // namespace

Result<std::string> write_model(const spi::Graph& graph, Encoding encoding) {
  if (graph.nodes.size() != 1) {
    return cannot_say("", text::message("a graph of {} nodes", graph.nodes.size()),
                      "one forest or one linear map, which is all that XGBoost has");
  }
  if (const auto* op = std::get_if<spi::Operator>(&graph.nodes[0].body)) {
    return cannot_say("", text::message("the operator {}", op->name),
                      "one forest or one linear map, which is all that XGBoost has");
  }
  if (const auto* linear = std::get_if<spi::Linear>(&graph.nodes[0].body)) {
    TRIVET_TRY(check_linear_rules(*linear));
  }
  return ModelWriter(graph, encoding).run();
}

}  // namespace trivet::xgboost
