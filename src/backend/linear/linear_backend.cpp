// SPDX-License-Identifier: Apache-2.0
// Linear nodes on Eigen: a plain product, or terms added in the framework's own order.
#include "backend/linear/linear_backend.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <span>
#include <type_traits>
#include <utility>

#include "backend/linear/margin_game.hpp"
#include "base/align.hpp"
#include "text/message.hpp"

namespace trivet::linear {
namespace {

using spi::FloatWidth;
using spi::LinearMissing;
using spi::LinearOrder;

constexpr std::string_view kEngineName = "linear-dense";
constexpr Eigen::Index kBlockRows = 64;  // rows whose transposed cells stay in the first cache

/// One weights' width W; rows come in either width and are narrowed as they are loaded.
template <class W>
class LinearPredictor final : public spi::Predictor {
 public:
  LinearPredictor(const spi::Linear& linear, FloatWidth row_width, spi::PortPlaces ports)
      : linear_(linear), row_width_(row_width), ports_(ports) {
    const auto features = static_cast<Eigen::Index>(linear.feature_count);
    const auto outputs = static_cast<Eigen::Index>(linear.output_count);
    weights_.resize(outputs, features);
    for (Eigen::Index f = 0; f < features; ++f) {
      for (Eigen::Index k = 0; k < outputs; ++k) {
        weights_(k, f) = static_cast<W>(linear.weights[static_cast<std::size_t>(f * outputs + k)]);
      }
    }
    start_ = Eigen::Matrix<W, Eigen::Dynamic, 1>::Zero(outputs);
    for (std::size_t k = 0; k < linear.start.size(); ++k) {
      start_(static_cast<Eigen::Index>(k)) = static_cast<W>(linear.start[k]);
    }
  }

  std::string_view engine() const noexcept override { return kEngineName; }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + static_cast<std::size_t>(weights_.size() + start_.size()) * sizeof(W);
  }
  std::size_t scratch_bytes(std::size_t row_count) const noexcept override {
    return base::aligned(row_count * linear_.output_count * sizeof(W)) +
           cells_bytes(std::min(row_count, std::size_t{kBlockRows}));
  }

  std::unique_ptr<const spi::MarginGame> make_margin_game(
      const spi::GameSetup& setup) const override {
    return make_linear_game(linear_, row_width_, setup);
  }

  void run(const spi::RunRequest& request) const noexcept override {
    auto* sums = static_cast<W*>(ports_.find_sums(request));
    const std::size_t size = request.row_count * linear_.output_count;
    auto* cells = reinterpret_cast<W*>(request.scratch.data() + base::aligned(size * sizeof(W)));
    const auto rows = static_cast<Eigen::Index>(request.row_count);
    for (Eigen::Index first = 0; first < rows; first += kBlockRows) {
      const Eigen::Index count = std::min(kBlockRows, rows - first);
      load_block(request.inputs[0], first, count, cells);
      multiply(cells, count, sums + first * weights_.rows());
    }
    ports_.answer(request, std::span<const W>(sums, size), linear_.output_count, linear_.link);
  }

 private:
  using Matrix = Eigen::Matrix<W, Eigen::Dynamic, Eigen::Dynamic>;
  using RowMajor = Eigen::Matrix<W, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Block = Eigen::Map<Matrix>;

  [[nodiscard]] std::size_t cells_bytes(std::size_t row_count) const noexcept {
    return row_count * linear_.feature_count * sizeof(W);
  }

  /// Rows as columns of `cells` (features × rows), in the width of the weights.
  void load_block(const spi::InputBuffer& input, Eigen::Index first, Eigen::Index count,
                  W* cells) const noexcept {
    if (row_width_ == FloatWidth::f32) copy_rows<float>(input, first, count, cells);
    else copy_rows<double>(input, first, count, cells);
  }

  template <class X>
  void copy_rows(const spi::InputBuffer& input, Eigen::Index first, Eigen::Index count,
                 W* cells) const noexcept {
    const std::size_t features = linear_.feature_count;
    for (Eigen::Index r = 0; r < count; ++r) {
      const X* row =
          static_cast<const X*>(input.data) + static_cast<std::size_t>(first + r) * input.stride;
      std::transform(row, row + features, cells + static_cast<std::size_t>(r) * features,
                     [](X x) { return static_cast<W>(x); });
    }
  }

  /// sums (outputs × rows) = start + weights · cells.
  void multiply(W* cells, Eigen::Index count, W* out) const noexcept {
    const Eigen::Index features = weights_.cols();
    Block x(cells, features, count);
    Block sums(out, weights_.rows(), count);
    sums.colwise() = start_;
    if (linear_.order == LinearOrder::free) {
      if (linear_.missing == LinearMissing::absent_term) {
        x = x.array().isNaN().select(W(0), x);
      }
      add_products(x, sums);
      return;
    }
    // Feature by feature: each sum takes its terms in the framework's order.
    for (Eigen::Index f = 0; f < features; ++f) {
      for (Eigen::Index k = 0; k < weights_.rows(); ++k) add_term(x, f, k, sums);
    }
  }

  /// One product a row and output: its order depends on nothing but the number of features, so a
  /// row has the same bits wherever it stands in whatever batch.
  void add_products(const Block& x, Block& sums) const noexcept {
    for (Eigen::Index r = 0; r < x.cols(); ++r) {
      for (Eigen::Index k = 0; k < weights_.rows(); ++k) {
        sums(k, r) += weights_.row(k).transpose().cwiseProduct(x.col(r)).sum();
      }
    }
  }

  void add_term(const Block& x, Eigen::Index f, Eigen::Index k, Block& sums) const noexcept {
    const auto cell = x.row(f).array();
    auto sum = sums.row(k).array();
    const W weight = weights_(k, f);
    if (linear_.missing == LinearMissing::absent_term) {
      sum = cell.isNaN().select(sum, sum + cell * weight);
    } else {
      sum += cell * weight;
    }
  }

  const spi::Linear& linear_;
  FloatWidth row_width_;
  spi::PortPlaces ports_;
  RowMajor weights_;  // outputs × features
  Eigen::Matrix<W, Eigen::Dynamic, 1> start_;
};

class LinearBackend final : public spi::Backend {
 public:
  std::string_view name() const noexcept override { return "linear"; }
  bool accepts(const spi::Node& node) const noexcept override {
    return std::holds_alternative<spi::Linear>(node.body);
  }
  std::vector<std::string_view> engines() const override { return {kEngineName}; }

  Result<std::unique_ptr<const spi::Predictor>> prepare(
      const spi::Graph& graph, const spi::Region& region,
      const spi::PrepareOptions& options) const override {
    if (!options.engine.empty() && options.engine != kEngineName) {
      return Error(Errc::invalid_argument, "engine", text::quoted(options.engine),
                   text::message("\"{}\", the only one of linear models", kEngineName));
    }
    const spi::Node& node = graph.nodes[region.nodes[0]];
    const auto& linear = std::get<spi::Linear>(node.body);
    const bool narrow = graph.values[node.inputs[0]].dtype == DType::float32;
    const FloatWidth row_width = narrow ? FloatWidth::f32 : FloatWidth::f64;
    const spi::PortPlaces ports(node, region);
    std::unique_ptr<const spi::Predictor> predictor;
    if (linear.weights.width == FloatWidth::f32) {
      predictor = std::make_unique<LinearPredictor<float>>(linear, row_width, ports);
    } else {
      predictor = std::make_unique<LinearPredictor<double>>(linear, row_width, ports);
    }
    return predictor;
  }
};

}  // namespace

std::unique_ptr<spi::Backend> make_linear_backend() { return std::make_unique<LinearBackend>(); }

}  // namespace trivet::linear
