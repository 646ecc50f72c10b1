// SPDX-License-Identifier: Apache-2.0
// Writes what stands before and behind the trees.
#include "format/lightgbm/write_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/try.hpp"
#include "format/lightgbm/write_columns.hpp"
#include "format/lightgbm/write_trees.hpp"
#include "text/message.hpp"

namespace trivet::lightgbm {
namespace {

Error not_in_text(std::string where, std::string found, std::string expected) {
  return {Errc::unsupported_model, std::move(where), std::move(found), std::move(expected)};
}

/// LightGBM's arithmetic, which no field of a text can change.
Status check_tests(const spi::TreeEnsemble& forest) {
  constexpr std::string_view kTest =
      "the test of LightGBM, x <= cut with both in float64: rows at a cut, or within float32's "
      "rounding of it, would go the other way";
  if (forest.test != spi::Test::less_equal) {
    return not_in_text("trees", "tests x < cut", std::string(kTest));
  }
  if (forest.input_width != spi::FloatWidth::f64 || forest.cut.width != spi::FloatWidth::f64) {
    return not_in_text("trees", "tests in float32", std::string(kTest));
  }
  if (!forest.has_categories()) return {};
  if (!forest.categories.members_go_left || !forest.categories.truncates_to_zero) {
    return not_in_text("trees", "category sets whose members go right", "members that go left");
  }
  for (const spi::NodeFlags flags : forest.flags) {
    const bool is_other =
        flags.categorical() && (flags.missing_left() || flags.missing() != spi::Missing::nan);
    if (!is_other) continue;
    return not_in_text("trees", "category sets with a side of their own for missing values",
                       "missing values that go right, as all that are in no set do");
  }
  return {};
}

Status check_sums(const spi::TreeEnsemble& forest) {
  const spi::Sum& sum = forest.sum;
  if (forest.leaf.width != spi::FloatWidth::f64 || sum.accumulator != spi::FloatWidth::f64) {
    return not_in_text("trees", "leaves or sums in float32",
                       "float64, in which LightGBM adds: other last digits");
  }
  if (forest.leaf_width != 1) {
    return not_in_text("leaves", text::message("{} values in a leaf", forest.leaf_width),
                       "one value in a leaf");
  }
  const auto is_set = [](double x) { return x != 0; };
  const bool is_plain = sum.scale == 1 && sum.divisor == 1 && forest.tree_weight.empty() &&
                        std::none_of(sum.start.begin(), sum.start.end(), is_set) &&
                        std::none_of(sum.end.begin(), sum.end.end(), is_set);
  if (!is_plain) {
    return not_in_text("trees", "a sum with a start, an end, a factor or weights of trees",
                       "the plain sum of LightGBM, from 0");
  }
  const std::size_t outputs = forest.output_count;
  for (std::size_t t = 0; t < forest.tree_count(); ++t) {
    const std::size_t output = forest.tree_output.empty() ? 0 : forest.tree_output[t];
    if (output == t % outputs && forest.tree_count() % outputs == 0) continue;
    return not_in_text(text::message("tree {}", t), text::message("it adds to output {}", output),
                       text::message("output {}: rounds of one tree for each of {} outputs",
                                     t % outputs, outputs));
  }
  return {};
}

/// LightGBM divides by the number of rounds or not at all.
Status check_divisor(const spi::TreeEnsemble& forest) {
  const auto rounds =
      static_cast<double>(forest.tree_count()) / static_cast<double>(forest.output_count);
  const double divisor = forest.link.divisor;
  if (divisor == 1 || divisor == rounds) return {};
  return not_in_text("objective", text::message("answers that are divided by {}", divisor),
                     text::message("1, or {}, the number of rounds", rounds));
}

void append_list(std::string& out, std::string_view name, const std::vector<std::string>& words) {
  out.append(name).append("=");
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += ' ';
    out += words[i];
  }
  out += '\n';
}

std::string make_header(const spi::Graph& graph, const spi::TreeEnsemble& forest,
                        const std::vector<std::string>& names,
                        const std::vector<std::size_t>& tree_sizes) {
  std::string header = "tree\nversion=v4\n";
  const auto number = [&](std::string_view name, std::size_t value) {
    header.append(name).append("=");
    append_whole(header, value);
    header += '\n';
  };
  number("num_class", forest.output_count);
  number("num_tree_per_iteration", forest.output_count);
  number("label_index", 0);
  number("max_feature_idx", names.size() - 1);
  if (!graph.provenance.objective.empty()) {
    header.append("objective=").append(graph.provenance.objective).append("\n");
  }
  if (forest.link.divisor != 1) header += "average_output\n";
  append_list(header, "feature_names", names);
  append_list(header, "feature_infos", describe_features(graph.input.columns, forest));
  header += "tree_sizes=";
  for (std::size_t t = 0; t < tree_sizes.size(); ++t) {
    if (t > 0) header += ' ';
    append_whole(header, tree_sizes[t]);
  }
  return header + "\n\n";
}

/// How many splits test each feature, the most first.
void append_importances(std::string& out, const spi::TreeEnsemble& forest,
                        const std::vector<std::string>& names) {
  std::vector<std::size_t> count(names.size());
  for (const std::uint32_t feature : forest.feature) ++count[feature];
  std::vector<std::size_t> order(names.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return count[a] > count[b]; });
  out += "end of trees\n\nfeature_importances:\n";
  for (const std::size_t feature : order) {
    if (count[feature] == 0) break;
    out.append(names[feature]).append("=");
    append_whole(out, count[feature]);
    out += '\n';
  }
}

}  // namespace

Result<std::string> write_text(const spi::Graph& graph) {
  const auto* forest =
      graph.nodes.size() == 1 ? std::get_if<spi::TreeEnsemble>(&graph.nodes[0].body) : nullptr;
  if (forest == nullptr) {
    const bool is_linear =
        graph.nodes.size() == 1 && std::holds_alternative<spi::Linear>(graph.nodes[0].body);
    return not_in_text("",
                       is_linear ? std::string("a linear model")
                                 : text::message("a graph of {} nodes", graph.nodes.size()),
                       "one forest, which is all that LightGBM has");
  }
  TRIVET_TRY(check_tests(*forest));
  TRIVET_TRY(check_sums(*forest));
  TRIVET_TRY(check_divisor(*forest));
  if (graph.provenance.objective.find_first_of("\r\n") != std::string::npos) {
    return not_in_text("objective", text::quoted(graph.provenance.objective), "one line");
  }
  const Result<std::vector<std::string>> names = feature_words(graph.input.columns);
  if (!names) return names.error();
  std::string trees;
  constexpr std::size_t kNodeBytes = 60;  // in the texts of real models, or a little less
  trees.reserve(forest->node_count() * kNodeBytes + forest->tree_count() * 300);
  std::vector<std::size_t> sizes;
  for (std::size_t t = 0; t < forest->tree_count(); ++t) {
    const std::size_t begin = trees.size();
    append_tree(trees, *forest, t);
    sizes.push_back(trees.size() - begin);
  }
  append_importances(trees, *forest, *names);
  trees += "\nparameters:\n";
  if (forest->link.divisor != 1) trees += "[boosting: rf]\n";
  trees += "\nend of parameters\n\npandas_categorical:";
  trees.append(describe_categories(graph.input.columns)).append("\n");
  trees.insert(0, make_header(graph, *forest, *names, sizes));
  return trees;
}

}  // namespace trivet::lightgbm
