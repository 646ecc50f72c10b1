// SPDX-License-Identifier: Apache-2.0
// Estimators inside each other, drawn for people.
#include "format/sklearn/diagram.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

constexpr std::size_t kMostLines = 200;
constexpr std::size_t kMostLevels = 12;
constexpr std::size_t kShownColumns = 4;

/// An estimator, or the text that stands in its place, and what its owner calls it.
struct Part {
  std::string label;
  PickleView estimator;
};

/// Attributes with a list of names and estimators, in the order of asking: those that were fitted
/// stand before those that were given.
constexpr std::string_view kLists[] = {"steps", "transformer_list", "transformers_",
                                       "transformers"};
/// Attributes with one estimator. The first of each row that there is counts.
constexpr std::string_view kSingles[][3] = {
    {"best_estimator_", "estimator_", "base_estimator_"},
    {"regressor_", "regressor", ""},
    {"transformer_", "transformer", ""},
    {"final_estimator_", "final_estimator", ""},
    {"classifier", "", ""},
};

std::string text_or(const PickleView& view, std::string_view otherwise) {
  const Result<std::string_view> text = view.text();
  return text::quoted(text ? *text : otherwise, 40);
}

/// The first few of so many columns, by a text for each, and how many more there are.
template <class TextOf>
std::string first_columns(std::size_t count, TextOf text_of) {
  std::string out;
  for (std::size_t i = 0; i < count && i < kShownColumns; ++i) {
    out += (i == 0 ? "" : ", ") + text_of(i);
  }
  if (count > kShownColumns) out += text::message(", … {} more", count - kShownColumns);
  return out;
}

/// `"age", "fare"`, `0, 1`, `a slice`.
std::string columns_text(const PickleView& columns) {
  if (columns.size() != 0) {
    return first_columns(columns.size(), [&](std::size_t i) {
      const PickleView item = columns.item(i);
      const Result<std::int64_t> place = item.integer();
      return place ? text::message("{}", *place) : text_or(item, "?");
    });
  }
  const Result<std::vector<std::int64_t>> places = columns.integers();
  if (!places || places->empty()) {
    return columns.text() ? text_or(columns, "?") : columns.description();
  }
  return first_columns(places->size(),
                       [&](std::size_t i) { return text::message("{}", (*places)[i]); });
}

void add_list(const PickleView& list, std::vector<Part>& parts) {
  constexpr std::size_t kWithColumns = 3;
  if (list.kind() == artifact::PickleKind::dict) return;
  for (std::size_t i = 0; i < list.size() && parts.size() < kMostLines; ++i) {
    const PickleView entry = list.item(i);
    if (entry.kind() == artifact::PickleKind::dict || entry.size() < 2) continue;
    std::string label = text_or(entry.item(0), "?");
    if (entry.size() >= kWithColumns) label += " [" + columns_text(entry.item(2)) + "]";
    parts.push_back({std::move(label), entry.item(1)});
  }
}

/// The members of an ensemble whose members have names, by those names.
void add_members(const PickleView& names, const PickleView& members, std::vector<Part>& parts) {
  for (std::size_t i = 0; i < members.size() && i < names.size() && i < kMostLines; ++i) {
    const PickleView pair = names.item(i);
    const bool has_name = pair.kind() == artifact::PickleKind::tuple && pair.size() == 2;
    parts.push_back({has_name ? text_or(pair.item(0), "?") : "", members.item(i)});
  }
}

/// What the members of a forest are is said by its name.
bool is_worth_drawing(const PickleView& estimator) {
  const artifact::PickleName* const name = estimator.name();
  return estimator.kind() == artifact::PickleKind::object && name != nullptr &&
         !name->name.starts_with("DecisionTree") && !name->name.starts_with("ExtraTree");
}

std::vector<Part> parts_of(const PickleView& estimator) {
  std::vector<Part> parts;
  for (const std::string_view name : kLists) {
    const auto list = estimator.find(name);
    if (!list) continue;
    add_list(*list, parts);
    break;
  }
  const auto names = estimator.find("estimators");
  const auto members = estimator.find("estimators_");
  const bool is_list = members && members->kind() == artifact::PickleKind::list;
  if (names && is_list && names->kind() == artifact::PickleKind::list) {
    add_members(*names, *members, parts);
  }
  for (const auto& row : kSingles) {
    const auto single = find_any(estimator, {row[0], row[1], row[2]});
    if (single && is_worth_drawing(*single)) parts.push_back({"", *single});
  }
  if (const auto frozen = estimator.find("estimator"); parts.empty() && frozen) {
    if (is_worth_drawing(*frozen)) parts.push_back({"", *frozen});
  }
  return parts;
}

/// How many members there are that aren't drawn one by one.
std::string count_text(const PickleView& estimator) {
  const auto members = find_any(estimator, {"estimators_", "calibrated_classifiers_"});
  if (!members || members->kind() == artifact::PickleKind::dict || members->size() == 0) return "";
  const artifact::NumpyArray* const array = members->array();
  const bool is_grid = array != nullptr && !array->shape.empty();
  const auto count = is_grid ? static_cast<std::size_t>(array->shape.front()) : members->size();
  return text::message(" × {}", count);
}

std::string class_text(const PickleView& estimator) {
  const artifact::PickleName* const name = estimator.name();
  if (name == nullptr) {
    const Result<std::string_view> word = estimator.text();
    return word ? text_or(estimator, "?") : estimator.description();
  }
  const bool is_known = find_estimator(name->module, name->name) != nullptr;
  if (is_known) return std::string(name->name);
  return text::message("{} (not known here)",
                       text::quoted(std::string(name->module) + "." + std::string(name->name), 80));
}

class Drawing {
 public:
  void add(const PickleView& estimator, const std::string& label, const std::string& before,
           const std::string& below, std::size_t level) {
    if (lines.size() > kMostLines) return;
    if (lines.size() == kMostLines) {
      lines.push_back("…");
      return;
    }
    const std::vector<Part> parts = parts_of(estimator);
    const bool has_labels = !parts.empty() && !parts.front().label.empty();
    lines.push_back(before + (label.empty() ? "" : label + ": ") + class_text(estimator) +
                    (has_labels ? "" : count_text(estimator)));
    if (level == kMostLevels) return;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const bool is_last = i + 1 == parts.size();
      add(parts[i].estimator, parts[i].label, below + (is_last ? "└─ " : "├─ "),
          below + (is_last ? "   " : "│  "), level + 1);
    }
  }

  std::vector<std::string> lines;
};

}  // namespace

std::vector<std::string> draw_estimators(const PickleView& root) {
  Drawing drawing;
  drawing.add(root, "", "", "", 0);
  return std::move(drawing.lines);
}

}  // namespace trivet::sklearn
