// SPDX-License-Identifier: Apache-2.0
// SplineTransformer.
#include <cmath>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/sketch.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

constexpr std::size_t kMostSplineOutputs = 1u << 20;

/// The operator's word for an `extrapolation`.
Result<std::string_view> read_extrapolation(const PickleView& estimator) {
  struct Word {
    std::string_view theirs;
    std::string_view ours;
  };
  // With "error" scikit-learn refuses the row; here its numbers are NaN.
  constexpr Word kWords[] = {{"constant", "hold"},
                             {"linear", "line"},
                             {"continue", "extend"},
                             {"periodic", "wrap"},
                             {"error", "none"}};
  for (const Word& word : kWords) {
    if (has_text(estimator, "extrapolation", word.theirs)) return word.ours;
  }
  return estimator.refuse("another `extrapolation`",
                          "'constant', 'linear', 'continue', 'periodic' or 'error'");
}

/// SciPy 1.18 keeps the spline of an older kind in a pair with an array that is empty.
PickleView plain_spline(const PickleView& spline) {
  const auto state = spline.state();
  return state && state->size() == 2 && state->kind() == artifact::PickleKind::tuple
             ? state->item(0)
             : spline;
}

Result<PickleView> spline_part(const PickleView& spline, std::string_view name,
                               std::string_view newer_name) {
  if (const auto found = find_any(spline, {name, newer_name})) return *found;
  return spline.fail(text::message("a spline without {}", name), "an object of BSpline");
}

/// Each output is one basis function, or with wrapping two: nothing else is known to be fitted.
Status check_coefficients(const PickleView& spline, std::size_t functions, std::size_t outputs) {
  const Result<PickleView> view = spline_part(spline, "c", "_c");
  if (!view) return view.error();
  const Result<Table> table = read_table(*view);
  if (!table) return table.error();
  bool fits = table->rows == functions && table->columns == outputs;
  for (std::size_t i = 0; fits && i < table->cells.size(); ++i) {
    const double expected = (i / outputs) % outputs == i % outputs ? 1 : 0;
    fits = table->cells[i] == expected;
  }
  if (fits) return {};
  return view->fail(view->description(),
                    text::message("{} functions as {} outputs", functions, outputs));
}

struct SplineList {
  std::vector<double> knots;  ///< of all features
  std::size_t degree = 0;
  std::size_t outputs = 0;  ///< of each feature
};

Status append_knots(const PickleView& spline, bool is_periodic, SplineList& list) {
  const Result<PickleView> view = spline_part(spline, "t", "_t");
  if (!view) return view.error();
  const Result<std::vector<double>> knots = view->doubles();
  if (!knots) return knots.error();
  const Result<PickleView> order = spline.attribute("k");
  if (!order) return order.error();
  const Result<std::size_t> degree = read_count(*order);
  if (!degree) return degree.error();
  const bool is_first = list.knots.empty();
  if (*degree > knots->size() || knots->size() < 2 * (*degree + 1)) {
    return view->fail(text::message("{} knots for the degree {}", knots->size(), *degree),
                      "two more than twice the degree, or more");
  }
  const std::size_t functions = knots->size() - *degree - 1;
  const std::size_t outputs = functions - (is_periodic ? *degree : 0);
  if (!is_first && (*degree != list.degree || outputs != list.outputs)) {
    return spline.fail(text::message("{} functions of degree {}", functions, *degree),
                       "as many as for the first feature");
  }
  TRIVET_TRY(check_coefficients(spline, functions, outputs));
  list.degree = *degree;
  list.outputs = outputs;
  list.knots.insert(list.knots.end(), knots->begin(), knots->end());
  return {};
}

Result<SplineList> read_splines(const PickleView& view, bool is_periodic) {
  SplineList list;
  for (std::size_t f = 0; f < view.size(); ++f) {
    TRIVET_TRY(append_knots(plain_spline(view.item(f)), is_periodic, list));
    if (list.outputs * view.size() <= kMostSplineOutputs) continue;
    return view.refuse(
        text::message("{} splines for each of {} features", list.outputs, view.size()),
        text::message("at most {} in all", kMostSplineOutputs));
  }
  return list;
}

/// Without a bias the last function of each feature is left out.
std::vector<std::uint32_t> spline_places(const PickleView& estimator, std::size_t features,
                                         std::size_t outputs) {
  const bool keeps_last = flag_or(estimator, "include_bias", true);
  std::vector<std::uint32_t> places;
  for (std::size_t i = 0; i < features * outputs; ++i) {
    const bool is_last = i % outputs == outputs - 1;
    if (keeps_last || !is_last) places.push_back(static_cast<std::uint32_t>(i));
  }
  return places;
}

/// Which knots scikit-learn takes for the ends of a feature's base interval, and how many functions
/// it continues beyond them. Up to 1.9 its count of degrees below 2 rises from feature to feature
/// when they are continued as lines.
void add_ends_and_edges(std::string_view beyond, std::size_t features, std::size_t degree,
                        spi::Operator& op) {
  std::vector<std::int32_t> ends;
  std::vector<std::int32_t> edges;
  auto counted = static_cast<std::int32_t>(degree);
  for (std::size_t f = 0; f < features; ++f) {
    ends.push_back(counted);
    if (beyond == "line" && counted <= 1) ++counted;
    edges.push_back(counted);
  }
  op.constants.push_back(make_constant("ends", std::move(ends)));
  op.constants.push_back(make_constant("edges", std::move(edges)));
}

Result<Answers> bind_splines(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<std::string_view> beyond = read_extrapolation(estimator);
  if (!beyond) return beyond.error();
  const Result<PickleView> view = estimator.attribute("bsplines_");
  if (!view) return view.error();
  Result<SplineList> list = read_splines(*view, *beyond == "wrap");
  if (!list) return list.error();
  const bool takes_missing = has_text(estimator, "handle_missing", "zeros");  // since 1.8
  TRIVET_TRY(sketch.take_numbers(rows, view->size(),
                                 takes_missing ? TakesMissing::yes : TakesMissing::no, *view));
  std::vector<Element> elements;
  for (const Element& element : rows.elements) {
    elements.resize(elements.size() + list->outputs,
                    {.column = element.column, .may_be_missing = false});
  }
  spi::Operator op{"b_spline_basis", {}, {}};
  op.attributes.emplace_back("degree", static_cast<double>(list->degree));
  op.attributes.emplace_back("beyond", std::string(*beyond));
  op.attributes.emplace_back("missing", std::string(takes_missing ? "zero" : "nan"));
  op.constants.push_back(make_constant("knots", std::move(list->knots)));
  add_ends_and_edges(*beyond, view->size(), list->degree, op);
  const Matrix all = sketch.add_mapping(std::move(op), rows, std::move(elements));
  const std::vector<std::uint32_t> places = spline_places(estimator, view->size(), list->outputs);
  return Answers{.methods = {}, .transform = sketch.add_selection(all, places)};
}

constexpr EstimatorRow kSplines[] = {
    {"sklearn.preprocessing._polynomial", "SplineTransformer", bind_splines},
};

}  // namespace

std::span<const EstimatorRow> spline_estimators() noexcept { return kSplines; }

}  // namespace trivet::sklearn
