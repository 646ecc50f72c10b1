// SPDX-License-Identifier: Apache-2.0
// Which columns a ColumnTransformer means.
#include "format/sklearn/column_places.hpp"

#include <algorithm>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

using artifact::PickleKind;

/// A place among columns, resolved.
class Places {
 public:
  Places(std::size_t width, std::span<const std::string> names) : width_(width), names_(names) {}

  Result<std::uint32_t> find(const PickleView& view) const {
    if (view.kind() == PickleKind::text) return find_name(view);
    const Result<std::int64_t> place = view.integer();
    if (!place) return place.error();
    const auto width = static_cast<std::int64_t>(width_);
    if (*place < -width || *place >= width) {
      return view.fail(text::message("column {}", *place), text::message("one of {}", width));
    }
    return static_cast<std::uint32_t>(*place < 0 ? *place + width : *place);
  }

  /// Ends of slices by position may lie outside, as everywhere in Python; a name as an end is
  /// inside.
  Result<std::uint32_t> find_end(const PickleView& view, std::uint32_t otherwise,
                                 bool is_stop) const {
    if (view.is_none()) return otherwise;
    if (view.kind() == PickleKind::text) {
      const Result<std::uint32_t> named = find_name(view);
      if (!named) return named.error();
      return *named + (is_stop ? 1 : 0);
    }
    const Result<std::int64_t> end = view.integer();
    if (!end) return end.error();
    const auto width = static_cast<std::int64_t>(width_);
    const std::int64_t from_front = *end < 0 ? *end + width : *end;
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(from_front, 0, width));
  }

 private:
  Result<std::uint32_t> find_name(const PickleView& view) const {
    const Result<std::string_view> name = view.text();
    if (!name) return name.error();
    const auto at = std::find(names_.begin(), names_.end(), *name);
    if (at != names_.end()) return static_cast<std::uint32_t>(at - names_.begin());
    return view.fail(text::message("the column {}", text::quoted(*name)),
                     "one of the columns that the estimator was fitted with");
  }

  std::size_t width_;
  std::span<const std::string> names_;
};

Result<std::vector<std::uint32_t>> read_slice(const PickleView& slice, std::size_t width,
                                              const Places& places) {
  const auto first = slice.argument(0);
  const auto last = slice.argument(1);
  const auto step = slice.argument(2);
  if (!first || !last || (step && !step->is_none())) {
    return slice.refuse("a slice with a step", "a slice of neighbouring columns");
  }
  const Result<std::uint32_t> begin = places.find_end(*first, 0, false);
  if (!begin) return begin.error();
  const Result<std::uint32_t> end = places.find_end(*last, static_cast<std::uint32_t>(width), true);
  if (!end) return end.error();
  std::vector<std::uint32_t> out;
  for (std::uint32_t c = *begin; c < *end; ++c) out.push_back(c);
  return out;
}

Result<std::vector<std::uint32_t>> read_mask(const PickleView& view, std::size_t width) {
  const Result<std::vector<std::uint8_t>> mask = view.flags();
  if (!mask) return mask.error();
  if (mask->size() != width) {
    return view.fail(text::message("a mask of {}", mask->size()), text::message("of {}", width));
  }
  std::vector<std::uint32_t> out;
  for (std::uint32_t c = 0; c < width; ++c) {
    if ((*mask)[c] != 0) out.push_back(c);
  }
  return out;
}

bool is_mask(const PickleView& view) {
  const artifact::NumpyArray* const array = view.array();
  if (array != nullptr && array->type->kind == artifact::NumpyKind::boolean) return true;
  return view.size() > 0 && view.item(0).kind() == PickleKind::boolean;
}

/// Of an array of numbers, which has no items.
Result<std::vector<std::uint32_t>> read_numbers(const PickleView& view, std::size_t width) {
  const Result<std::vector<std::int64_t>> cells = view.integers();
  if (!cells) return cells.error();
  std::vector<std::uint32_t> out;
  for (const std::int64_t cell : *cells) {
    if (cell < 0 || cell >= static_cast<std::int64_t>(width)) {
      return view.fail(text::message("column {}", cell), text::message("one of {}", width));
    }
    out.push_back(static_cast<std::uint32_t>(cell));
  }
  return out;
}

}  // namespace

Result<std::vector<std::uint32_t>> read_places(const PickleView& columns, std::size_t width,
                                               std::span<const std::string> names) {
  const Places places(width, names);
  if (columns.kind() == PickleKind::object) {
    if (columns.name()->name == "slice") return read_slice(columns, width, places);
    // _RemainderColsList of 1.5 and 1.6 keeps its list in `data`.
    if (const auto data = columns.find("data")) return read_places(*data, width, names);
  }
  if (is_mask(columns)) return read_mask(columns, width);
  const artifact::NumpyArray* const array = columns.array();
  if (array != nullptr && array->type->kind == artifact::NumpyKind::integer) {
    return read_numbers(columns, width);
  }
  std::vector<std::uint32_t> out;
  const bool is_list =
      columns.kind() == PickleKind::list || columns.kind() == PickleKind::tuple || array != nullptr;
  if (!is_list) {
    const Result<std::uint32_t> place = places.find(columns);
    if (!place) return place.error();
    out.push_back(*place);
    return out;
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Result<std::uint32_t> place = places.find(columns.item(i));
    if (!place) return place.error();
    out.push_back(*place);
  }
  return out;
}

}  // namespace trivet::sklearn
