// SPDX-License-Identifier: Apache-2.0
// Seeded forests of any size as XGBoost would have saved them, and rows for them.
#include "support/models.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string_view>
#include <type_traits>
#include <utility>

namespace trivet::bench {
namespace {

constexpr std::int32_t kNoParent = 2147483647;  // what XGBoost writes for the root

/// Random numbers that are the same with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  [[nodiscard]] std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(engine_() % bound);
  }
  [[nodiscard]] double uniform() { return (static_cast<double>(engine_() >> 11) + 0.5) * 0x1p-53; }
  /// Box and Muller's transform.
  [[nodiscard]] double normal() {
    constexpr double kTwoPi = 6.283185307179586;
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(kTwoPi * uniform());
  }

 private:
  std::mt19937_64 engine_;
};

std::int32_t add_leaf(Tree& tree, std::int32_t parent, Random& random) {
  tree.left.push_back(-1);
  tree.right.push_back(-1);
  tree.parent.push_back(parent);
  tree.feature.push_back(0);
  tree.condition.push_back(static_cast<float>(0.1 * random.normal()));
  tree.default_left.push_back(0);
  return static_cast<std::int32_t>(tree.node_count() - 1);
}

/// Normal numbers; in bins, the nearest of a grid, most of which lies within four deviations.
float draw_cut(std::uint32_t bins, Random& random) {
  const double cut = random.normal();
  if (bins == 0) return static_cast<float>(cut);
  const double width = 8.0 / bins;
  return static_cast<float>(std::round(cut / width) * width);
}

void split(Tree& tree, std::size_t node, const ForestShape& shape, Random& random) {
  const auto number = static_cast<std::int32_t>(node);
  const std::int32_t left = add_leaf(tree, number, random);
  const std::int32_t right = add_leaf(tree, number, random);
  tree.left[node] = left;
  tree.right[node] = right;
  tree.feature[node] = static_cast<std::int32_t>(random.below(shape.features));
  tree.condition[node] = draw_cut(shape.bins, random);
  tree.default_left[node] = static_cast<std::uint8_t>(random.below(2));
}

Tree make_tree(const ForestShape& shape, Random& random) {
  Tree tree;
  (void)add_leaf(tree, kNoParent, random);
  if (shape.leaves == 0) {
    const std::size_t splits = (std::size_t{1} << shape.depth) - 1;
    for (std::size_t node = 0; node < splits; ++node) split(tree, node, shape, random);
    return tree;
  }
  std::vector<std::size_t> open{0};  // leaves that may still be split
  for (std::uint32_t leaves = 1; leaves < shape.leaves; ++leaves) {
    const std::size_t chosen = random.below(static_cast<std::uint32_t>(open.size()));
    const std::size_t node = open[chosen];
    split(tree, node, shape, random);
    open[chosen] = tree.node_count() - 2;
    open.push_back(tree.node_count() - 1);
  }
  return tree;
}

/// Numbers of the usual length where prediction reads none: gains, weights of training rows.
std::vector<float> statistics(const Tree& tree, float scale) {
  std::vector<float> numbers;
  numbers.reserve(tree.node_count());
  for (const float condition : tree.condition) numbers.push_back(scale * std::fabs(condition));
  return numbers;
}
constexpr float kGainScale = 37.7F;
constexpr float kWeightScale = 913.3F;

// --- JSON

template <class T>
void append_chars(T value, std::string& out) {
  char buffer[32];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

/// XGBoost prints 4.6051998 as 4.6051998E0.
void append_float(float value, std::string& out) {
  char buffer[32];
  const char* const end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = text.find('e');
  out.append(text.substr(0, e)).append("E");
  int exponent = 0;
  const std::size_t sign = text[e + 1] == '+' ? 1 : 0;
  std::from_chars(text.data() + e + 1 + sign, end, exponent);
  append_chars(exponent, out);
}

template <class T, class Append>
void append_list(std::string_view key, const std::vector<T>& items, Append&& append,
                 std::string& out) {
  out.append("\"").append(key).append("\":[");
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    append(items[i], out);
  }
  out += "],";
}

void append_json_tree(const Tree& tree, std::size_t id, std::uint32_t features, std::string& out) {
  const auto integer = [](auto value, std::string& to) { append_chars(int{value}, to); };
  out += '{';
  append_list("base_weights", tree.condition, append_float, out);
  out += R"("categories":[],"categories_nodes":[],"categories_segments":[],)"
         R"("categories_sizes":[],)";
  append_list("default_left", tree.default_left, integer, out);
  out += "\"id\":";
  append_chars(id, out);
  out += ',';
  append_list("left_children", tree.left, integer, out);
  append_list("loss_changes", statistics(tree, kGainScale), append_float, out);
  append_list("parents", tree.parent, integer, out);
  append_list("right_children", tree.right, integer, out);
  append_list("split_conditions", tree.condition, append_float, out);
  append_list("split_indices", tree.feature, integer, out);
  append_list("split_type", std::vector<std::uint8_t>(tree.node_count(), 0), integer, out);
  append_list("sum_hessian", statistics(tree, kWeightScale), append_float, out);
  out += R"("tree_param":{"num_deleted":"0","num_feature":")" + std::to_string(features) +
         R"(","num_nodes":")" + std::to_string(tree.node_count()) + R"(","size_leaf_vector":"1"}})";
}

// --- UBJSON, draft 12 as XGBoost writes it: keys and texts with 64-bit lengths, big end first

template <class T>
void append_big(T value, std::string& out) {
  using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t,
                                  std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint8_t>>;
  const auto bits = std::bit_cast<Bits>(value);
  for (std::size_t i = sizeof(T); i-- > 0;) out += static_cast<char>(bits >> (8 * i) & 0xFF);
}

void append_key(std::string_view key, std::string& out) {
  out += 'L';
  append_big(static_cast<std::int64_t>(key.size()), out);
  out += key;
}

void append_text(std::string_view key, std::string_view text, std::string& out) {
  append_key(key, out);
  out += 'S';
  append_key(text, out);
}

template <class T>
void append_typed(std::string_view key, char type, const std::vector<T>& items, std::string& out) {
  append_key(key, out);
  out.append("[$").append(1, type).append("#L");
  append_big(static_cast<std::int64_t>(items.size()), out);
  for (const T item : items) append_big(item, out);
}

/// A list whose items carry their type; XGBoost reads `version` and `tree_info` in no other form.
void append_untyped(std::string_view key, const std::vector<std::int8_t>& items, std::string& out) {
  append_key(key, out);
  out += "[#L";
  append_big(static_cast<std::int64_t>(items.size()), out);
  for (const std::int8_t item : items) {
    out += 'i';
    append_big(item, out);
  }
}

void append_object(std::string_view key, std::string& out) {
  append_key(key, out);
  out += '{';
}

void append_ubjson_tree(const Tree& tree, std::size_t id, std::uint32_t features,
                        std::string& out) {
  const std::vector<std::int32_t> none;
  out += '{';
  append_typed("base_weights", 'd', tree.condition, out);
  append_typed("categories", 'l', none, out);
  append_typed("categories_nodes", 'l', none, out);
  append_typed("categories_segments", 'L', std::vector<std::int64_t>(), out);
  append_typed("categories_sizes", 'L', std::vector<std::int64_t>(), out);
  append_typed("default_left", 'U', tree.default_left, out);
  append_key("id", out);
  out += 'l';
  append_big(static_cast<std::int32_t>(id), out);
  append_typed("left_children", 'l', tree.left, out);
  append_typed("loss_changes", 'd', statistics(tree, kGainScale), out);
  append_typed("parents", 'l', tree.parent, out);
  append_typed("right_children", 'l', tree.right, out);
  append_typed("split_conditions", 'd', tree.condition, out);
  append_typed("split_indices", 'l', tree.feature, out);
  append_typed("split_type", 'U', std::vector<std::uint8_t>(tree.node_count(), 0), out);
  append_typed("sum_hessian", 'd', statistics(tree, kWeightScale), out);
  append_object("tree_param", out);
  append_text("num_deleted", "0", out);
  append_text("num_feature", std::to_string(features), out);
  append_text("num_nodes", std::to_string(tree.node_count()), out);
  append_text("size_leaf_vector", "1", out);
  out += "}}";
}

void append_ubjson_rest(const Forest& forest, std::string& out) {
  append_untyped("tree_info", std::vector<std::int8_t>(forest.trees.size(), 0), out);
  out += '}';
  append_text("name", "gbtree", out);
  out += '}';
  append_object("learner_model_param", out);
  append_text("base_score", "[5E-1]", out);
  append_text("boost_from_average", "1", out);
  append_text("num_class", "0", out);
  append_text("num_feature", std::to_string(forest.features), out);
  append_text("num_target", "1", out);
  out += '}';
  append_object("objective", out);
  append_text("name", "binary:logistic", out);
  append_object("reg_loss_param", out);
  append_text("scale_pos_weight", "1", out);
  out += "}}}";
  append_untyped("version", {3, 2, 0}, out);
  out += '}';
}

/// A cell in the spelling of the request.
void append_cell(double value, int digits, std::string& out) {
  if (std::isnan(value)) {
    out += "\"NaN\"";
    return;
  }
  char buffer[64];
  const int length = digits >= 17 ? std::snprintf(buffer, sizeof buffer, "%.17g", value)
                                  : std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
  out.append(buffer, static_cast<std::size_t>(length));
}

}  // namespace

std::size_t Forest::node_count() const noexcept {
  std::size_t count = 0;
  for (const Tree& tree : trees) count += tree.node_count();
  return count;
}

Forest make_forest(const ForestShape& shape) {
  Random random(shape.seed);
  Forest forest{shape.features, {}};
  forest.trees.reserve(shape.trees);
  for (std::uint32_t i = 0; i < shape.trees; ++i) forest.trees.push_back(make_tree(shape, random));
  return forest;
}

std::string to_xgboost_json(const Forest& forest) {
  const std::string tree_count = std::to_string(forest.trees.size());
  std::string out = R"({"learner":{"attributes":{},"feature_names":[],"feature_types":[],)"
                    R"("gradient_booster":{"model":{"gbtree_model_param":{"num_parallel_tree":"1",)"
                    R"("num_trees":")" +
                    tree_count + R"("},"trees":[)";
  for (std::size_t i = 0; i < forest.trees.size(); ++i) {
    if (i > 0) out += ',';
    append_json_tree(forest.trees[i], i, forest.features, out);
  }
  out += R"(],"tree_info":[)";
  for (std::size_t i = 0; i < forest.trees.size(); ++i) out += i == 0 ? "0" : ",0";
  out += R"(]},"name":"gbtree"},"learner_model_param":{"base_score":"[5E-1]",)"
         R"("boost_from_average":"1","num_class":"0","num_feature":")" +
         std::to_string(forest.features) +
         R"(","num_target":"1"},"objective":{"name":"binary:logistic",)"
         R"("reg_loss_param":{"scale_pos_weight":"1"}}},"version":[3,2,0]})";
  return out;
}

std::string to_xgboost_ubjson(const Forest& forest) {
  std::string out = "{";
  append_object("learner", out);
  append_object("attributes", out);
  out += '}';
  for (const char* key : {"feature_names", "feature_types"}) {
    append_key(key, out);
    out += "[#L";
    append_big(std::int64_t{0}, out);
  }
  append_object("gradient_booster", out);
  append_object("model", out);
  append_object("gbtree_model_param", out);
  append_text("num_parallel_tree", "1", out);
  append_text("num_trees", std::to_string(forest.trees.size()), out);
  out += '}';
  append_key("trees", out);
  out += "[#L";
  append_big(static_cast<std::int64_t>(forest.trees.size()), out);
  for (std::size_t i = 0; i < forest.trees.size(); ++i) {
    append_ubjson_tree(forest.trees[i], i, forest.features, out);
  }
  append_ubjson_rest(forest, out);
  return out;
}

std::vector<float> make_rows(std::size_t rows, std::size_t columns, double missing_share,
                             std::uint64_t seed) {
  Random random(seed);
  std::vector<float> cells;
  cells.reserve(rows * columns);
  for (std::size_t i = 0; i < rows * columns; ++i) {
    const bool is_missing = random.uniform() < missing_share;
    const auto number = static_cast<float>(random.normal());
    cells.push_back(is_missing ? std::numeric_limits<float>::quiet_NaN() : number);
  }
  return cells;
}

std::string make_request(const float* rows, std::size_t row_count, std::size_t columns,
                         const RequestForm& form) {
  std::string out = R"({"instances": [)";
  for (std::size_t row = 0; row < row_count; ++row) {
    out += row == 0 ? "" : ", ";
    out += form.by_name ? '{' : '[';
    for (std::size_t column = 0; column < columns; ++column) {
      if (column > 0) out += ", ";
      if (form.by_name) out += "\"f" + std::to_string(column) + "\": ";
      append_cell(static_cast<double>(rows[row * columns + column]), form.digits, out);
    }
    out += form.by_name ? '}' : ']';
  }
  return out + "]}";
}

float walk(const Forest& forest, const float* row) noexcept {
  float sum = 0;  // base_score 0.5 is a margin of 0
  for (const Tree& tree : forest.trees) {
    std::size_t node = 0;
    while (tree.left[node] >= 0) {
      const float value = row[tree.feature[node]];
      const bool left =
          std::isnan(value) ? tree.default_left[node] != 0 : value < tree.condition[node];
      node = static_cast<std::size_t>(left ? tree.left[node] : tree.right[node]);
    }
    sum += tree.condition[node];
  }
  return sum;
}

}  // namespace trivet::bench
