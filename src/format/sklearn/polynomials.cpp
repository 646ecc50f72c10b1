// SPDX-License-Identifier: Apache-2.0
// PolynomialFeatures: products of the features, in scikit-learn's order.
//
// Since 0.22 a product is its first feature times the product of the others; before, the product of
// all but the last one times the last one. The bits differ from the third degree on.
#include <algorithm>
#include <limits>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/sketch.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

constexpr std::size_t kMostProducts = 1u << 18;
constexpr std::int32_t kNone = -1;

struct Degrees {
  std::size_t least = 0;
  std::size_t greatest = 0;
};

Result<Degrees> read_degrees(const PickleView& estimator) {
  const Result<PickleView> degree = estimator.attribute("degree");
  if (!degree) return degree.error();
  Degrees out;
  if (degree->size() == 2) {  // since 1.0
    const Result<std::size_t> least = read_count(degree->item(0));
    if (!least) return least.error();
    out.least = *least;
  }
  const Result<std::size_t> greatest = read_count(degree->size() == 2 ? degree->item(1) : *degree);
  if (!greatest) return greatest.error();
  out.greatest = *greatest;
  if (out.least > out.greatest) {
    return degree->fail(text::message("degrees from {} to {}", out.least, out.greatest),
                        "the lower one first");
  }
  return out;
}

/// Products of all degrees up to the greatest, by degree and then in the order of their features.
/// The features of a product never descend.
class ProductList {
 public:
  ProductList(std::size_t features, bool is_distinct, bool starts_with_first)
      : features_(features), is_distinct_(is_distinct), starts_with_first_(starts_with_first) {}

  void add_one() {
    parts.push_back(kNone);
    factors.push_back(kNone);
    ends_.push_back(0);
  }

  /// The features themselves.
  void add_features() {
    degree_begin_ = parts.size();
    for (std::size_t f = 0; f < features_; ++f) add(kNone, f);
  }

  /// All products of one degree more. False when there are too many. O(their number).
  [[nodiscard]] bool add_degree() {
    const std::size_t begin = degree_begin_;
    const std::size_t end = parts.size();
    degree_begin_ = end;
    return starts_with_first_ ? add_by_first(begin, end) : add_by_last(begin, end);
  }

  std::vector<std::int32_t> parts;
  std::vector<std::int32_t> factors;

 private:
  void add(std::int32_t part, std::size_t factor) {
    parts.push_back(part);
    factors.push_back(static_cast<std::int32_t>(factor));
    ends_.push_back(factor);
  }

  /// ends_ holds the first feature of each product.
  bool add_by_first(std::size_t begin, std::size_t end) {
    std::size_t from = begin;
    for (std::size_t f = 0; f < features_; ++f) {
      const std::size_t least = f + (is_distinct_ ? 1 : 0);
      while (from < end && ends_[from] < least) ++from;
      if (parts.size() + (end - from) > kMostProducts) return false;
      for (std::size_t k = from; k < end; ++k) add(static_cast<std::int32_t>(k), f);
    }
    return true;
  }

  /// ends_ holds the last feature of each product.
  bool add_by_last(std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      for (std::size_t f = ends_[k] + (is_distinct_ ? 1 : 0); f < features_; ++f) {
        if (parts.size() >= kMostProducts) return false;
        add(static_cast<std::int32_t>(k), f);
      }
    }
    return true;
  }

  std::size_t features_;
  bool is_distinct_;
  bool starts_with_first_;
  std::size_t degree_begin_ = 0;
  std::vector<std::size_t> ends_;
};

/// What each product is made of: a column, or several.
std::vector<Element> product_elements(const ProductList& products, const Matrix& rows) {
  std::vector<Element> out;
  for (std::size_t k = 0; k < products.parts.size(); ++k) {
    const std::int32_t part = products.parts[k];
    const std::int32_t factor = products.factors[k];
    Element element{.may_be_missing = false};
    if (factor != kNone) element.column = rows.elements[static_cast<std::size_t>(factor)].column;
    const bool is_mixed =
        part != kNone && out[static_cast<std::size_t>(part)].column != element.column;
    if (is_mixed) element.column = spi::kNoColumn;
    out.push_back(element);
  }
  return out;
}

Result<std::size_t> read_product_width(const PickleView& estimator, const Matrix& rows) {
  if (!rows.is_open) return std::size_t{rows.width()};
  const auto count = find_any(estimator, {"n_features_in_", "n_input_features_"});
  if (!count) return estimator.fail("no number of features", "n_features_in_");
  return read_count(*count);
}

Result<ProductList> list_products(const PickleView& estimator, std::size_t features,
                                  const Degrees& degrees) {
  constexpr Version kFirstByFirst = 22;
  ProductList products(features, flag_or(estimator, "interaction_only", false),
                       version_of(estimator) >= kFirstByFirst);
  if (flag_or(estimator, "include_bias", true)) products.add_one();
  if (degrees.greatest > 0) products.add_features();
  for (std::size_t degree = 2; degree <= degrees.greatest; ++degree) {
    const std::size_t before = products.parts.size();
    if (before > kMostProducts || !products.add_degree()) {
      return estimator.refuse(
          text::message("products of up to {} of {} features", degrees.greatest, features),
          text::message("at most {} products", kMostProducts));
    }
    if (products.parts.size() == before) break;
  }
  return products;
}

/// Which of all products the transformer gives.
std::vector<std::uint32_t> wanted_products(const ProductList& products, std::size_t least) {
  std::vector<std::size_t> degree_of;
  std::vector<std::uint32_t> places;
  for (std::size_t k = 0; k < products.parts.size(); ++k) {
    const std::int32_t part = products.parts[k];
    const std::size_t before = part == kNone ? 0 : degree_of[static_cast<std::size_t>(part)];
    degree_of.push_back(before + (products.factors[k] == kNone ? 0 : 1));
    const bool is_wanted = degree_of[k] == 0 || degree_of[k] >= least;
    if (is_wanted) places.push_back(static_cast<std::uint32_t>(k));
  }
  return places;
}

Result<Answers> bind_polynomial(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Degrees> degrees = read_degrees(estimator);
  if (!degrees) return degrees.error();
  const Result<std::size_t> width = read_product_width(estimator, rows);
  if (!width) return width.error();
  TRIVET_TRY(sketch.take_numbers(rows, *width, TakesMissing::no, estimator));
  Result<ProductList> products = list_products(estimator, *width, *degrees);
  if (!products) return products.error();
  const std::vector<std::uint32_t> places = wanted_products(*products, degrees->least);
  if (places.empty()) return estimator.fail("no products", "a degree of 1 or more, or a bias");
  std::vector<Element> elements = product_elements(*products, rows);
  spi::Operator op{"products", {}, {}};
  op.constants.push_back(make_constant("parts", std::move(products->parts)));
  op.constants.push_back(make_constant("factors", std::move(products->factors)));
  const Matrix all = sketch.add_mapping(std::move(op), rows, std::move(elements));
  return Answers{.methods = {}, .transform = sketch.add_selection(all, places)};
}

constexpr EstimatorRow kPolynomials[] = {
    {"sklearn.preprocessing._polynomial", "PolynomialFeatures", bind_polynomial},
    {"sklearn.preprocessing._data", "PolynomialFeatures", bind_polynomial},
    {"sklearn.preprocessing.data", "PolynomialFeatures", bind_polynomial},
};

}  // namespace

std::span<const EstimatorRow> polynomial_estimators() noexcept { return kPolynomials; }

}  // namespace trivet::sklearn
