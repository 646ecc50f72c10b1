// SPDX-License-Identifier: Apache-2.0
// Transformers that put numbers into bins: KBinsDiscretizer, Binarizer.
#include <limits>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/sketch.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// The edges between bins of all features one behind the other, and how many each has.
struct BinEdges {
  std::vector<double> edges;
  std::vector<std::int32_t> counts;
};

Result<BinEdges> read_bin_edges(const PickleView& lists) {
  constexpr std::size_t kMostBins = 1u << 20;
  BinEdges out;
  for (std::size_t f = 0; f < lists.size(); ++f) {
    const PickleView list = lists.item(f);
    const Result<std::vector<double>> edges = list.doubles();
    if (!edges) return edges.error();
    if (edges->size() < 2 || out.edges.size() + edges->size() > kMostBins) {
      return list.fail(text::message("{} edges", edges->size()),
                       text::message("at least 2, and at most {} of all features", kMostBins));
    }
    // The first and the last one are the ends, beyond which there are no bins.
    out.edges.insert(out.edges.end(), edges->begin() + 1, edges->end() - 1);
    out.counts.push_back(static_cast<std::int32_t>(edges->size() - 2));
  }
  return out;
}

/// Equal columns of numbers are stored as one array of two dimensions, if they are as long.
Result<BinEdges> read_bins(const PickleView& view) {
  const artifact::NumpyArray* const array = view.array();
  if (array == nullptr || array->type->kind == artifact::NumpyKind::object) {
    return read_bin_edges(view);
  }
  const Result<Table> table = read_table(view);
  if (!table) return table.error();
  if (array->shape.size() != 2 || table->columns < 2) {
    return view.fail(view.description(), "at least 2 edges for each feature");
  }
  BinEdges out;
  for (std::size_t f = 0; f < table->rows; ++f) {
    const double* const row = table->cells.data() + f * table->columns;
    out.edges.insert(out.edges.end(), row + 1, row + table->columns - 1);
    out.counts.push_back(static_cast<std::int32_t>(table->columns - 2));
  }
  return out;
}

/// A column of zeros and a one for each bin.
Matrix add_one_hot(const BinEdges& bins, const Matrix& rows, Sketch& sketch) {
  std::vector<double> keys;
  std::vector<std::int32_t> key_counts;
  std::vector<std::int32_t> places;
  std::vector<Element> elements;
  for (std::size_t f = 0; f < bins.counts.size(); ++f) {
    const std::int32_t bin_count = bins.counts[f] + 1;
    key_counts.push_back(bin_count);
    for (std::int32_t bin = 0; bin < bin_count; ++bin) {
      keys.push_back(bin);
      places.push_back(static_cast<std::int32_t>(elements.size()));
      elements.push_back({.column = rows.elements[f].column, .may_be_missing = false});
    }
  }
  spi::Operator op{"one_hot", {}, {}};
  op.constants.push_back(make_constant("keys", std::move(keys)));
  op.constants.push_back(make_constant("counts", std::move(key_counts)));
  op.constants.push_back(make_constant("values", std::move(places)));
  op.constants.push_back(
      make_constant("unknown", std::vector<std::int32_t>(bins.counts.size(), -1)));
  return sketch.add_mapping(std::move(op), rows, std::move(elements));
}

Matrix add_bin_index(const PickleView& estimator, const BinEdges& bins, const Matrix& rows,
                     Sketch& sketch) {
  // Before 1.1, what is close to an edge counted as above it.
  constexpr Version kFirstExact = 101;
  const bool is_exact = version_of(estimator) >= kFirstExact;
  spi::Operator op{"bin_index", {}, {}};
  op.attributes.emplace_back("absolute", is_exact ? 0.0 : 1e-8);
  op.attributes.emplace_back("relative", is_exact ? 0.0 : 1e-5);
  op.constants.push_back(make_constant("edges", bins.edges));
  op.constants.push_back(make_constant("counts", bins.counts));
  std::vector<Element> elements = rows.elements;
  for (std::size_t f = 0; f < elements.size(); ++f) {
    elements[f] = {.column = elements[f].column,
                   .may_be_missing = false,
                   .is_code_below = static_cast<std::size_t>(bins.counts[f]) + 1};
  }
  return sketch.add_mapping(std::move(op), rows, std::move(elements));
}

Result<Answers> bind_bins(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> view = estimator.attribute("bin_edges_");
  if (!view) return view.error();
  const Result<BinEdges> bins = read_bins(*view);
  if (!bins) return bins.error();
  TRIVET_TRY(sketch.take_numbers(rows, bins->counts.size(), TakesMissing::no, *view));
  Matrix out = add_bin_index(estimator, *bins, rows, sketch);
  if (has_text(estimator, "encode", "ordinal")) {
    return Answers{.methods = {}, .transform = std::move(out)};
  }
  const bool is_one_hot =
      has_text(estimator, "encode", "onehot") || has_text(estimator, "encode", "onehot-dense");
  if (!is_one_hot) {
    return estimator.refuse("another `encode`", "'onehot', 'onehot-dense' or 'ordinal'");
  }
  return Answers{.methods = {}, .transform = add_one_hot(*bins, out, sketch)};
}

// --- binarizer

Result<Answers> bind_binarizer(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> view = estimator.attribute("threshold");
  if (!view) return view.error();
  const Result<double> threshold = view->number();
  if (!threshold) return threshold.error();
  TRIVET_TRY(sketch.take_all_numbers(rows, TakesMissing::no, estimator));
  spi::Operator op{"greater", {}, {}};
  op.attributes.emplace_back("threshold", *threshold);
  return Answers{.methods = {}, .transform = sketch.add_columnwise(std::move(op), rows)};
}

constexpr EstimatorRow kDiscretizers[] = {
    {"sklearn.preprocessing._discretization", "KBinsDiscretizer", bind_bins},
    {"sklearn.preprocessing._data", "Binarizer", bind_binarizer},
    {"sklearn.preprocessing.data", "Binarizer", bind_binarizer},
};

}  // namespace

std::span<const EstimatorRow> discretizers() noexcept { return kDiscretizers; }

}  // namespace trivet::sklearn
