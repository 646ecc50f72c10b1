// SPDX-License-Identifier: Apache-2.0
// Functions of two rows, and the rows that a model keeps for them.
#include "format/sklearn/pair_steps.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "artifact/sparse_matrix.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// Metrics that are one step. Neighbours need no more than an order, but distances are weights too.
struct MetricRow {
  std::string_view name;
  std::string_view step;
};

constexpr MetricRow kMetrics[] = {
    {"manhattan", "manhattan"}, {"cityblock", "manhattan"},          {"l1", "manhattan"},
    {"chebyshev", "chebyshev"}, {"infinity", "chebyshev"},           {"canberra", "canberra"},
    {"hamming", "hamming"},     {"sqeuclidean", "squared_distance"},
};

PairSteps euclidean() { return PairSteps().add("squared_distance").add("sqrt"); }

PairSteps minkowski(double p) {
  if (p == 1) return PairSteps().add("manhattan");
  if (p == 2) return euclidean();
  if (std::isinf(p)) return PairSteps().add("chebyshev");
  return PairSteps().add("minkowski", {p});
}

Result<Table> spread(const artifact::SparseMatrix& matrix, const PickleView& view, Sketch& sketch) {
  constexpr std::size_t kMost = std::size_t{1} << 32;
  const bool is_empty = matrix.row_count == 0 || matrix.column_count == 0;
  if (is_empty || matrix.column_count > kMost / matrix.row_count) {
    return view.refuse(
        text::message("a sparse matrix of {} × {}", matrix.row_count, matrix.column_count),
        text::message("1 to {} cells", kMost));
  }
  TRIVET_TRY(
      sketch.charge_cells(matrix.row_count * matrix.column_count, matrix.values.size(), view));
  Table table{matrix.row_count, matrix.column_count, {}};
  table.cells.resize(table.rows * table.columns);
  for (std::size_t line = 0; line + 1 < matrix.starts.size(); ++line) {
    const auto end = static_cast<std::size_t>(matrix.starts[line + 1]);
    for (auto i = static_cast<std::size_t>(matrix.starts[line]); i < end; ++i) {
      const auto other = static_cast<std::size_t>(matrix.indices[i]);
      const std::size_t row = matrix.is_by_column ? other : line;
      const std::size_t column = matrix.is_by_column ? line : other;
      table.cells[row * table.columns + column] += matrix.values[i];
    }
  }
  return table;
}

}  // namespace

PairSteps& PairSteps::add(std::string_view name, std::span<const double> numbers) {
  names_.emplace_back(name);
  numbers_.insert(numbers_.end(), numbers.begin(), numbers.end());
  return *this;
}

PairSteps& PairSteps::add(std::string_view name, std::initializer_list<double> numbers) {
  return add(name, std::span<const double>(numbers.begin(), numbers.size()));
}

void PairSteps::append(const PairSteps& other) {
  names_.insert(names_.end(), other.names_.begin(), other.names_.end());
  numbers_.insert(numbers_.end(), other.numbers_.begin(), other.numbers_.end());
}

spi::Operator PairSteps::make_operator(std::string_view name, std::vector<double> rows) const {
  spi::Operator op{std::string(name), {}, {}};
  op.attributes.emplace_back("function", names_);
  op.constants.push_back(make_constant("numbers", numbers_));
  op.constants.push_back(make_constant("rows", std::move(rows)));
  return op;
}

Result<Table> read_kept_rows(const PickleView& view, Sketch& sketch) {
  if (view.kind() == artifact::PickleKind::object) {
    const Result<artifact::SparseMatrix> matrix = artifact::read_sparse_matrix(view);
    if (!matrix) return matrix.error();
    return spread(*matrix, view, sketch);
  }
  Result<Table> table = read_table(view);
  if (!table) return table;
  const artifact::NumpyArray* const array = view.array();
  if (array != nullptr && array->shape.size() == 2 && !table->cells.empty()) {
    TRIVET_TRY(sketch.charge_cells(table->cells.size(), table->cells.size(), view));
    return table;
  }
  return view.fail(view.description(), "rows of numbers");
}

std::optional<PairSteps> find_kernel(std::string_view name, const KernelNumbers& numbers) {
  PairSteps steps;
  if (name == "linear") return steps.add("dot");
  if (name == "cosine") return steps.add("cosine");
  if (name == "poly" || name == "polynomial") {
    steps.add("dot").add("affine", {numbers.gamma, numbers.coef0});
    return steps.add("power", {numbers.degree});
  }
  if (name == "sigmoid") {
    return steps.add("dot").add("affine", {numbers.gamma, numbers.coef0}).add("tanh");
  }
  if (name == "rbf" || name == "laplacian") {
    steps.add(name == "rbf" ? "squared_distance" : "manhattan");
    return steps.add("affine", {-numbers.gamma, 0}).add("exp");
  }
  return std::nullopt;
}

Result<PairSteps> read_metric(const PickleView& metric, const std::optional<PickleView>& p) {
  if (metric.kind() != artifact::PickleKind::text) {
    return metric.refuse(metric.description(), "a metric by its name");
  }
  const Result<std::string_view> name = metric.text();
  if (!name) return name.error();
  if (*name == "euclidean" || *name == "l2") return euclidean();
  if (*name == "cosine") return PairSteps().add("cosine").add("affine", {-1, 1});
  if (*name == "minkowski" || *name == "p") {
    const Result<double> power = p ? p->number() : Result<double>(2.0);
    if (!power) return power.error();
    if (!(*power > 0)) return p->fail(text::message("{}", *power), "a number above 0");
    return minkowski(*power);
  }
  for (const MetricRow& row : kMetrics) {
    if (row.name == *name) return PairSteps().add(row.step);
  }
  return metric.refuse(text::message("the metric {}", text::quoted(*name)),
                       "euclidean, manhattan, chebyshev, minkowski, cosine, canberra or hamming");
}

}  // namespace trivet::sklearn
