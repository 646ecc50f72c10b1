// SPDX-License-Identifier: Apache-2.0
// TreeEnsemble nodes: picks an engine, and does what all engines share once the trees are summed.
#include "backend/tree/tree_backend.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "backend/tree/cover_game.hpp"
#include "backend/tree/engine.hpp"
#include "backend/tree/margin_game.hpp"
#include "base/align.hpp"
#include "text/message.hpp"

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::Port;
using spi::TreeEnsemble;

struct EngineRow {
  std::string_view name;
  EngineMaker make;
};

// Those that a wish can name.
constexpr std::array<EngineRow, 6> kEngines{{
    {kSlicedName, make_sliced_engine},
    {kStridesName, make_strides_engine},
    {kTiledName, make_tiled_engine},
    {kRankedName, make_ranked_engine},
    {kInterleavedName, make_interleaved_engine},
    {kReferenceName, make_reference_engine},
}};

template <class Sum>
class ForestPredictor final : public spi::Predictor {
 public:
  ForestPredictor(const TreeEnsemble& forest, FloatWidth row_width, spi::PortPlaces ports,
                  std::unique_ptr<Engine> engine)
      : forest_(forest), row_width_(row_width), ports_(ports), engine_(std::move(engine)) {}

  std::string_view engine() const noexcept override { return engine_->name(); }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + engine_->memory_bytes();
  }
  std::size_t scratch_bytes(std::size_t row_count) const noexcept override {
    return base::aligned(sum_count(row_count) * sizeof(Sum)) + engine_->scratch_bytes(row_count);
  }

  std::unique_ptr<const spi::MarginGame> make_margin_game(
      const spi::GameSetup& setup) const override {
    return make_forest_game(forest_, row_width_, setup);
  }
  Result<std::unique_ptr<const spi::CoverGame>> make_cover_game(
      const spi::CoverSetup& setup) const override {
    return make_forest_cover_game(forest_, row_width_, setup);
  }

  void run(const spi::RunRequest& request) const noexcept override {
    const Rows rows{request.inputs[0].data, row_width_, request.row_count, request.inputs[0].stride,
                    request.is_whole_call};
    if (void* leaves = ports_.find(Port::leaf_index, request)) {
      write_leaves(rows, static_cast<std::int32_t*>(leaves));
    }
    if (!ports_.wants_sums(request)) return;
    const std::size_t own = base::aligned(sum_count(rows.count) * sizeof(Sum));
    auto* sums = static_cast<Sum*>(ports_.find_sums(request));
    engine_->add_up(rows, sums, request.scratch.subspan(own));
    const std::span all(sums, sum_count(rows.count));
    finish_sums(all);
    ports_.answer(request, std::span<const Sum>(all), forest_.output_count, forest_.link);
  }

 private:
  [[nodiscard]] std::size_t sum_count(std::size_t row_count) const noexcept {
    return row_count * forest_.output_count;
  }

  /// `sum · scale / divisor + end`, each operation rounded on its own.
  void finish_sums(std::span<Sum> sums) const noexcept {
    const spi::Sum& rule = forest_.sum;
    if (rule.scale != 1) {
      for (Sum& x : sums) x *= static_cast<Sum>(rule.scale);
    }
    if (rule.divisor != 1) {
      for (Sum& x : sums) x /= static_cast<Sum>(rule.divisor);
    }
    if (rule.end.empty()) return;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] += static_cast<Sum>(rule.end[i % forest_.output_count]);
    }
  }

  void write_leaves(const Rows& rows, std::int32_t* leaves) const noexcept {
    for (std::size_t r = 0; r < rows.count; ++r) {
      for (std::size_t t = 0; t < forest_.tree_count(); ++t) {
        *leaves++ = find_leaf(forest_, t, rows, r);
      }
    }
  }

  const TreeEnsemble& forest_;
  FloatWidth row_width_;
  spi::PortPlaces ports_;
  std::unique_ptr<Engine> engine_;
};

Result<std::unique_ptr<Engine>> pick_engine(const TreeEnsemble& forest,
                                            const spi::PrepareOptions& options) {
  const std::string_view wish = options.engine;
  if (wish.empty()) return make_chosen_engine(forest, options.executor);
  for (const EngineRow& row : kEngines) {
    if (row.name != wish) continue;
    if (std::unique_ptr<Engine> engine = row.make(forest)) return engine;
  }
  return Error(Errc::invalid_argument, "engine",
               text::message("{}, which can't run this forest", text::quoted(wish)),
               "another engine, or none to have one chosen");
}

class TreeBackend final : public spi::Backend {
 public:
  std::string_view name() const noexcept override { return "tree"; }

  bool accepts(const spi::Node& node) const noexcept override {
    return std::holds_alternative<TreeEnsemble>(node.body);
  }

  std::vector<std::string_view> engines() const override {
    std::vector<std::string_view> names;
    for (const EngineRow& row : kEngines) names.push_back(row.name);
    return names;
  }

  Result<std::unique_ptr<const spi::Predictor>> prepare(
      const spi::Graph& graph, const spi::Region& region,
      const spi::PrepareOptions& options) const override {
    const spi::Node& node = graph.nodes[region.nodes[0]];
    const auto& forest = std::get<TreeEnsemble>(node.body);
    auto engine = pick_engine(forest, options);
    if (!engine) return std::move(engine).error();
    const bool narrow = graph.values[node.inputs[0]].dtype == DType::float32;
    const FloatWidth row_width = narrow ? FloatWidth::f32 : FloatWidth::f64;
    return predictor(forest, row_width, spi::PortPlaces(node, region), std::move(*engine));
  }

 private:
  static std::unique_ptr<const spi::Predictor> predictor(const TreeEnsemble& forest,
                                                         FloatWidth row_width,
                                                         spi::PortPlaces ports,
                                                         std::unique_ptr<Engine> engine) {
    if (forest.sum.accumulator == FloatWidth::f32) {
      return std::make_unique<ForestPredictor<float>>(forest, row_width, ports, std::move(engine));
    }
    return std::make_unique<ForestPredictor<double>>(forest, row_width, ports, std::move(engine));
  }
};

}  // namespace

std::unique_ptr<spi::Backend> make_tree_backend() { return std::make_unique<TreeBackend>(); }

}  // namespace trivet::tree
