// SPDX-License-Identifier: Apache-2.0
// A format of one's own: a few lines of text become a Graph, and every backend and door serves it.
#include <charconv>
#include <cstdio>
#include <memory>
#include <span>
#include <string_view>

#include "trivet/spi/registry.hpp"
#include "trivet/spi/tree_builder.hpp"
#include "trivet/trivet.hpp"

namespace {

using namespace trivet::spi;  // NOLINT: a program's own file
using trivet::Result;

// How many columns; then for each stump its column, its cut, what is below, what is from it on.
constexpr std::string_view kModel = "stumps 2\n0 2.5 -1 1\n1 0.5 0.25 0.75\n";

/// Takes the next number off the text.
template <class T>
Result<T> take(std::string_view& text) {
  T number = 0;
  text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) {
    return trivet::Error(trivet::Errc::invalid_model, "", "not a number", "column cut below above");
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// Reads a forest of trees with one split each.
class StumpFormat final : public Format {
 public:
  std::string_view name() const noexcept override { return "stumps"; }
  Confidence probe(std::string_view head, std::uint64_t) const noexcept override {
    return head.starts_with("stumps ") ? Confidence::certain : Confidence::none;
  }

  Result<Graph> read(const trivet::Artifact& artifact, std::size_t file,
                     const trivet::spi::ReadOptions&) const override {
    auto bytes = artifact.read(file);
    if (!bytes) return bytes.error();
    std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    text.remove_prefix(std::string_view("stumps ").size());
    const auto column_count = take<std::uint32_t>(text);
    if (!column_count) return column_count.error();

    TreeEnsembleBuilder builder(FloatWidth::f64, /*leaf_width=*/1,
                                trivet::spi::TrainingFacts::none);
    while (text.find_first_not_of(" \n") != std::string_view::npos) {
      if (auto added = add_stump(builder, text); !added) return added.error();
    }
    TreeEnsembleBuilder::Header header;  // the builder checks columns and cuts against it
    header.feature_count = *column_count;
    header.input_width = FloatWidth::f64;
    header.sum.accumulator = FloatWidth::f64;
    auto forest = std::move(builder).finish(header);
    if (!forest) return forest.error();

    Graph graph;
    graph.provenance.format = "stumps";
    graph.input.columns.resize(*column_count);
    graph.input.value = graph.add_value("row", trivet::DType::float64, *column_count);
    const ValueId sum = graph.add_value("sum", trivet::DType::float64, 1);
    graph.nodes.push_back({*std::move(forest), {graph.input.value}, {{Port::margin, sum}}});
    graph.outputs.push_back({"score", sum, /*scalar=*/true, {}});
    return graph;
  }

 private:
  static trivet::Status add_stump(TreeEnsembleBuilder& builder, std::string_view& text) {
    const auto column = take<std::uint32_t>(text);
    const auto cut = take<double>(text);
    const auto below = take<double>(text);
    const auto above = take<double>(text);
    if (!column || !above) return column ? above.error() : column.error();
    builder.begin_tree(3);
    auto done = builder.add_split({.feature = *column, .cut = *cut, .left = 1, .right = 2});
    if (done) done = builder.add_leaf(1, std::span(&*below, 1));
    if (done) done = builder.add_leaf(2, std::span(&*above, 1));
    return done ? builder.end_tree() : done;
  }
};

}  // namespace

int main() {
  Registry registry = Registry::builtin();
  if (!registry.add(std::make_shared<StumpFormat>())) return 1;
  const auto file = trivet::Artifact::from_bytes("two.txt", std::as_bytes(std::span(kModel)));
  trivet::LoadOptions options;
  options.registry = &registry;
  auto model = trivet::LocalModel::load(file, options);
  if (!model) return std::puts(model.error().message().c_str()), 1;
  std::printf("%s: %zu trees\n", model->info().format.c_str(), model->info().trees);
  auto reply = model->deploy_to_local_endpoint().predict(R"({"instances": [[2, 0.5], [3, 0]]})");
  std::puts(reply ? reply->c_str() : reply.error().message().c_str());
}
