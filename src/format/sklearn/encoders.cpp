// SPDX-License-Identifier: Apache-2.0
// OneHotEncoder and OrdinalEncoder.
#include <limits>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/categories.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/sketch.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// Keys of all features one behind the other, what each becomes, what others become.
template <class T>
struct KeyTable {
  std::vector<double> keys;
  std::vector<std::int32_t> counts;
  std::vector<T> values;
  std::vector<T> unknown;

  [[nodiscard]] spi::Operator to_operator(std::string name) && {
    spi::Operator op{std::move(name), {}, {}};
    op.constants.push_back(make_constant("keys", std::move(keys)));
    op.constants.push_back(make_constant("counts", std::move(counts)));
    op.constants.push_back(make_constant("values", std::move(values)));
    op.constants.push_back(make_constant("unknown", std::move(unknown)));
    return op;
  }
};

UnknownText unknown_rule(const PickleView& estimator) {
  const bool refuses = has_text(estimator, "handle_unknown", "error");
  return refuses ? UnknownText::refused : UnknownText::kept;
}

/// Columns that get a 1.
class OneHotPlaces {
 public:
  explicit OneHotPlaces(const PickleView& estimator) : estimator_(estimator) {}

  Status add_feature(std::size_t feature, const Categories& categories, const Element& element) {
    const Result<Grouping> grouping = read_grouping(estimator_, feature, categories.keys.size());
    if (!grouping) return grouping.error();
    const Result<std::optional<std::size_t>> dropped = read_drop(feature, grouping->count);
    if (!dropped) return dropped.error();
    const std::size_t first = elements.size();
    const auto place_of = [&](std::size_t group) {
      if (*dropped && group == **dropped) return std::int32_t{-1};
      const std::size_t shift = *dropped && group > **dropped ? 1 : 0;
      return static_cast<std::int32_t>(first + group - shift);
    };
    for (std::size_t i = 0; i < categories.keys.size(); ++i) {
      table.keys.push_back(categories.keys[i]);
      table.values.push_back(place_of(grouping->group[i]));
    }
    table.counts.push_back(static_cast<std::int32_t>(categories.keys.size()));
    const bool groups_unknown =
        grouping->infrequent && (has_text(estimator_, "handle_unknown", "infrequent_if_exist") ||
                                 has_text(estimator_, "handle_unknown", "warn"));
    table.unknown.push_back(groups_unknown ? place_of(*grouping->infrequent) : -1);
    elements.resize(first + grouping->count - (*dropped ? 1 : 0),
                    {.column = element.column, .may_be_missing = false});
    return {};
  }

  KeyTable<std::int32_t> table;
  std::vector<Element> elements;

 private:
  /// Which group has no column.
  Result<std::optional<std::size_t>> read_drop(std::size_t feature, std::size_t groups) const {
    const auto list = find_any(estimator_, {"_drop_idx_after_grouping", "drop_idx_"});
    if (!list || list->is_none()) return std::optional<std::size_t>();
    std::int64_t dropped = 0;
    if (list->size() > 0) {
      if (feature >= list->size()) return list->fail(list->description(), "one a feature");
      if (list->item(feature).is_none()) return std::optional<std::size_t>();
      const Result<std::int64_t> number = list->item(feature).integer();
      if (!number) return number.error();
      dropped = *number;
    } else {
      const Result<std::vector<std::int64_t>> numbers = list->integers();
      if (!numbers) return numbers.error();
      if (feature >= numbers->size()) return list->fail(list->description(), "one a feature");
      dropped = (*numbers)[feature];
    }
    if (dropped < 0 || dropped >= static_cast<std::int64_t>(groups)) {
      return list->fail(text::message("the category {}", dropped),
                        text::message("one of {}", groups));
    }
    return std::optional(static_cast<std::size_t>(dropped));
  }

  const PickleView& estimator_;
};

Result<PickleView> read_category_lists(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> lists = estimator.attribute("categories_");
  if (!lists) return lists.error();
  TRIVET_TRY(sketch.expect_width(rows, lists->size(), *lists));
  return *lists;
}

Result<Answers> bind_one_hot(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> lists = read_category_lists(estimator, rows, sketch);
  if (!lists) return lists.error();
  OneHotPlaces places(estimator);
  for (std::size_t f = 0; f < lists->size(); ++f) {
    const Element& element = rows.elements[f];
    const Result<Categories> categories =
        read_categories(lists->item(f), element, unknown_rule(estimator), sketch);
    if (!categories) return categories.error();
    TRIVET_TRY(places.add_feature(f, *categories, element));
  }
  return Answers{.methods = {},
                 .transform = sketch.add_mapping(std::move(places.table).to_operator("one_hot"),
                                                 rows, std::move(places.elements))};
}

// --- ordinal

Status add_ordinals(const PickleView& estimator, std::size_t feature, const Categories& categories,
                    KeyTable<double>& table) {
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  const Result<Grouping> grouping = read_grouping(estimator, feature, categories.keys.size());
  if (!grouping) return grouping.error();
  const Result<double> missing = number_or(estimator, "encoded_missing_value", kMissing);
  if (!missing) return missing.error();
  const Result<double> unknown = number_or(estimator, "unknown_value", kMissing);
  if (!unknown) return unknown.error();
  for (std::size_t i = 0; i < categories.keys.size(); ++i) {
    const double key = categories.keys[i];
    table.keys.push_back(key);
    table.values.push_back(key != key ? *missing : static_cast<double>(grouping->group[i]));
  }
  table.counts.push_back(static_cast<std::int32_t>(categories.keys.size()));
  table.unknown.push_back(*unknown);
  return {};
}

Result<Answers> bind_ordinal(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> lists = read_category_lists(estimator, rows, sketch);
  if (!lists) return lists.error();
  // Before 0.24 there was no choice.
  const bool refuses =
      !estimator.find("handle_unknown") || unknown_rule(estimator) == UnknownText::refused;
  KeyTable<double> table;
  for (std::size_t f = 0; f < lists->size(); ++f) {
    const Result<Categories> categories =
        read_categories(lists->item(f), rows.elements[f],
                        refuses ? UnknownText::refused : UnknownText::kept, sketch);
    if (!categories) return categories.error();
    TRIVET_TRY(add_ordinals(estimator, f, *categories, table));
  }
  std::vector<Element> elements = rows.elements;
  for (Element& element : elements) element.is_cell = element.is_filled_cell = false;
  return Answers{.methods = {},
                 .transform = sketch.add_mapping(std::move(table).to_operator("map_values"), rows,
                                                 std::move(elements))};
}

constexpr EstimatorRow kEncoders[] = {
    {"sklearn.preprocessing._encoders", "OneHotEncoder", bind_one_hot},
    {"sklearn.preprocessing._encoders", "OrdinalEncoder", bind_ordinal},
};

}  // namespace

std::span<const EstimatorRow> encoder_estimators() noexcept { return kEncoders; }

}  // namespace trivet::sklearn
