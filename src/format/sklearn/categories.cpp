// SPDX-License-Identifier: Apache-2.0
// The categories that an encoder was fitted with, as numbers that cells can be compared with.
#include "format/sklearn/categories.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

using artifact::NumpyKind;
using artifact::PickleKind;

bool is_missing(const PickleView& view) {
  return view.is_none() || (view.kind() == PickleKind::number && std::isnan(view.node().number()));
}

bool holds_texts(const PickleView& view) {
  const artifact::NumpyArray* const array = view.array();
  if (array != nullptr && array->type->kind == NumpyKind::text) return true;
  for (std::size_t i = 0; i < view.size(); ++i) {
    if (view.item(i).kind() == PickleKind::text) return true;
  }
  return false;
}

/// Texts, among which None or NaN may stand.
Result<std::vector<std::string>> read_texts(const PickleView& view) {
  const artifact::NumpyArray* const array = view.array();
  if (array != nullptr && array->type->kind == NumpyKind::text) return view.texts();
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < view.size(); ++i) {
    if (is_missing(view.item(i))) continue;
    const Result<std::string_view> text = view.item(i).text();
    if (!text) return text.error();
    texts.emplace_back(*text);
  }
  return texts;
}

/// Booleans are the numbers 0 and 1, as JSON's are.
Result<std::vector<double>> read_numbers(const PickleView& view) {
  const artifact::NumpyArray* const array = view.array();
  if (array != nullptr && array->type->kind != NumpyKind::object) return view.doubles();
  std::vector<double> numbers;
  for (std::size_t i = 0; i < view.size(); ++i) {
    const PickleView item = view.item(i);
    if (is_missing(item)) {
      numbers.push_back(std::numeric_limits<double>::quiet_NaN());
    } else if (item.kind() == PickleKind::boolean) {
      numbers.push_back(item.node().flag() ? 1 : 0);
    } else {
      const Result<double> number = item.number();
      if (!number) return number.error();
      numbers.push_back(*number);
    }
  }
  return numbers;
}

Result<std::vector<double>> read_text_keys(const PickleView& view, const Element& element,
                                           UnknownText unknown, Sketch& sketch) {
  const Result<std::vector<std::string>> texts = read_texts(view);
  if (!texts) return texts.error();
  Result<std::vector<double>> codes = sketch.take_texts(element, *texts, unknown, view);
  if (!codes) return codes.error();
  std::vector<double> keys;
  std::size_t next = 0;
  const std::size_t count = std::max(view.size(), texts->size());
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_gap = view.size() > 0 && is_missing(view.item(i));
    keys.push_back(is_gap ? std::numeric_limits<double>::quiet_NaN() : (*codes)[next++]);
  }
  return keys;
}

}  // namespace

Result<Categories> read_categories(const PickleView& view, const Element& element,
                                   UnknownText unknown, Sketch& sketch) {
  Result<std::vector<double>> keys{std::vector<double>()};
  if (holds_texts(view)) {
    keys = read_text_keys(view, element, unknown, sketch);
  } else {
    TRIVET_TRY(sketch.take_number(element, view));
    keys = read_numbers(view);
  }
  if (!keys) return keys.error();
  Categories out{std::move(*keys), false};
  for (const double key : out.keys) out.has_missing = out.has_missing || std::isnan(key);
  if (unknown == UnknownText::refused && !out.has_missing) sketch.forbid_missing(element);
  if (unknown == UnknownText::refused && !holds_texts(view)) {
    TRIVET_TRY(sketch.allow_numbers(element, out.keys, view));
  }
  return out;
}

Result<Grouping> read_grouping(const PickleView& estimator, std::size_t feature,
                               std::size_t categories) {
  Grouping out{std::vector<std::size_t>(categories), categories, std::nullopt};
  std::iota(out.group.begin(), out.group.end(), std::size_t{0});
  const auto mappings = estimator.find("_default_to_infrequent_mappings");
  if (!mappings || feature >= mappings->size() || mappings->item(feature).is_none()) return out;
  const PickleView view = mappings->item(feature);
  const Result<std::vector<std::int64_t>> groups = view.integers();
  if (!groups) return groups.error();
  if (groups->size() != categories || categories == 0) {
    return view.fail(view.description(), text::message("{} numbers", categories));
  }
  for (std::size_t i = 0; i < categories; ++i) {
    const std::int64_t group = (*groups)[i];
    if (group < 0 || group >= static_cast<std::int64_t>(categories)) {
      return view.fail(text::message("the group {}", group), "below the number of categories");
    }
    out.group[i] = static_cast<std::size_t>(group);
  }
  out.infrequent = *std::max_element(out.group.begin(), out.group.end());
  out.count = *out.infrequent + 1;
  return out;
}

}  // namespace trivet::sklearn
