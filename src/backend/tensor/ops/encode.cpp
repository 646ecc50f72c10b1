// SPDX-License-Identifier: Apache-2.0
// Operators that look cells up among a column's keys, in float64.
//
// Column c has `counts[c]` (int32) keys (float64, distinct, NaN may be one); the keys of all
// columns stand one behind the other, and so do the values.
//
//   one_hot          int32 values: the output's column that gets a 1, −1 for none; `unknown[c]` for
//                    a cell that is no key. All others get 0
//   map_values       float64 values: what becomes of a cell; `unknown[c]` of one that is no key
//   keep_categories  constants columns (uint32), known (uint8, 256 a column): a cell of these
//                    becomes the low 8 bits of its whole part where that is known, else NaN, as
//                    negative ones do; other columns stay
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "backend/tensor/row_map.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

/// The keys of all columns, sorted within each.
class KeyIndex {
 public:
  static constexpr std::size_t kUnknown = std::numeric_limits<std::size_t>::max();

  KeyIndex(std::span<const double> keys, std::span<const std::int32_t> counts) {
    std::size_t first = 0;
    for (const std::int32_t count : counts) {
      Column column{entries_.size(), 0, kUnknown};
      for (std::size_t i = first; i < first + static_cast<std::size_t>(count); ++i) {
        if (std::isnan(keys[i])) column.nan = i;
        else entries_.push_back({keys[i], i});
      }
      column.end = entries_.size();
      const auto begin = entries_.begin() + static_cast<std::ptrdiff_t>(column.begin);
      std::stable_sort(begin, entries_.end(),
                       [](const Entry& a, const Entry& b) { return a.key < b.key; });
      columns_.push_back(column);
      first += static_cast<std::size_t>(count);
    }
  }

  [[nodiscard]] std::size_t width() const noexcept { return columns_.size(); }
  /// The place of a cell among all keys. O(log keys).
  [[nodiscard]] std::size_t find(std::size_t column, double cell) const noexcept {
    const Column& own = columns_[column];
    if (std::isnan(cell)) return own.nan;
    const Entry* const end = entries_.data() + own.end;
    const Entry* const at =
        std::lower_bound(entries_.data() + own.begin, end, cell,
                         [](const Entry& entry, double wanted) { return entry.key < wanted; });
    return at != end && at->key == cell ? at->place : kUnknown;
  }
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return columns_.capacity() * sizeof(Column) + entries_.capacity() * sizeof(Entry);
  }

 private:
  struct Column {
    std::size_t begin;
    std::size_t end;
    std::size_t nan;
  };
  struct Entry {
    double key;
    std::size_t place;
  };
  std::vector<Column> columns_;
  std::vector<Entry> entries_;
};

class OneHotKernel final : public Kernel {
 public:
  OneHotKernel(KeyIndex index, std::span<const std::int32_t> places,
               std::span<const std::int32_t> unknown, std::size_t width)
      : index_(std::move(index)), places_(places), unknown_(unknown), width_(width) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    std::fill(out, out + request.row_count * width_, 0.0);
    for (std::size_t r = 0; r < request.row_count; ++r, out += width_) {
      const double* row = static_cast<const double*>(in.data) + r * in.stride;
      for (std::size_t c = 0; c < index_.width(); ++c) {
        const std::size_t key = index_.find(c, row[c]);
        const std::int32_t place = key == KeyIndex::kUnknown ? unknown_[c] : places_[key];
        if (place >= 0) out[place] = 1;
      }
    }
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + index_.memory_bytes();
  }

 private:
  KeyIndex index_;
  std::span<const std::int32_t> places_;
  std::span<const std::int32_t> unknown_;
  std::size_t width_;
};

class MapValuesKernel final : public Kernel {
 public:
  MapValuesKernel(KeyIndex index, std::span<const double> values, std::span<const double> unknown)
      : index_(std::move(index)), values_(values), unknown_(unknown) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      const double* row = static_cast<const double*>(in.data) + r * in.stride;
      for (std::size_t c = 0; c < index_.width(); ++c) {
        const std::size_t key = index_.find(c, row[c]);
        *out++ = key == KeyIndex::kUnknown ? unknown_[c] : values_[key];
      }
    }
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + index_.memory_bytes();
  }

 private:
  KeyIndex index_;
  std::span<const double> values_;
  std::span<const double> unknown_;
};

/// What both have: keys by column, a value for each, one for others.
template <class T>
struct KeyTableView {
  std::span<const double> keys;
  std::span<const std::int32_t> counts;
  std::span<const T> values;
  std::span<const T> unknown;
};

template <class T>
Result<KeyTableView<T>> read_keys(const KernelSpec& spec) {
  TRIVET_TRY(check_row_map(spec));
  const Attributes attributes(spec);
  const auto keys = attributes.constant<double>("keys");
  if (!keys) return keys.error();
  const auto counts = attributes.constant<std::int32_t>("counts");
  if (!counts) return counts.error();
  const auto values = attributes.constant<T>("values");
  if (!values) return values.error();
  const auto unknown = attributes.constant<T>("unknown");
  if (!unknown) return unknown.error();
  std::size_t sum = 0;
  bool fits = counts->size() == spec.inputs[0].width && unknown->size() == counts->size();
  for (const std::int32_t count : *counts) {
    fits = fits && count >= 0;
    sum += static_cast<std::size_t>(std::max(count, 0));
  }
  if (!fits || sum != keys->size() || values->size() != keys->size()) {
    return spec.fail(text::message("{} keys for {} columns", keys->size(), counts->size()),
                     text::message("keys and values for {} columns", spec.inputs[0].width));
  }
  return KeyTableView<T>{*keys, *counts, *values, *unknown};
}

Result<std::unique_ptr<const Kernel>> prepare_one_hot(const KernelSpec& spec) {
  const Result<KeyTableView<std::int32_t>> table = read_keys<std::int32_t>(spec);
  if (!table) return table.error();
  const auto width = static_cast<std::int64_t>(spec.outputs[0].width);
  for (const std::span<const std::int32_t> places : {table->values, table->unknown}) {
    for (const std::int32_t place : places) {
      if (place < width) continue;
      return spec.fail(text::message("the place {}", place), text::message("below {}", width));
    }
  }
  return std::unique_ptr<const Kernel>(std::make_unique<OneHotKernel>(
      KeyIndex(table->keys, table->counts), table->values, table->unknown, spec.outputs[0].width));
}

Result<std::unique_ptr<const Kernel>> prepare_map_values(const KernelSpec& spec) {
  const Result<KeyTableView<double>> table = read_keys<double>(spec);
  if (!table) return table.error();
  if (spec.outputs[0].width != spec.inputs[0].width) {
    return spec.fail(text::message("an output of {}", spec.outputs[0].width),
                     text::message("of {}, as the input", spec.inputs[0].width));
  }
  return std::unique_ptr<const Kernel>(std::make_unique<MapValuesKernel>(
      KeyIndex(table->keys, table->counts), table->values, table->unknown));
}

class KeepCategoriesKernel final : public Kernel {
 public:
  static constexpr std::size_t kCodes = 256;

  KeepCategoriesKernel(std::size_t width, std::span<const std::uint32_t> columns,
                       std::span<const std::uint8_t> known)
      : width_(width), columns_(columns), known_(known) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r, out += width_) {
      const double* row = static_cast<const double*>(in.data) + r * in.stride;
      std::copy(row, row + width_, out);
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        out[columns_[i]] = keep(row[columns_[i]], known_.data() + i * kCodes);
      }
    }
  }

 private:
  [[nodiscard]] static double keep(double cell, const std::uint8_t* known) noexcept {
    constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
    // Beyond 2⁵³ the low bits of a whole number are zeros; so are those of what is no number.
    constexpr double kWholeLimit = 9007199254740992.0;
    if (!(cell >= 0)) return kMissing;
    const std::size_t code =
        cell < kWholeLimit ? static_cast<std::size_t>(cell) % kCodes : std::size_t{0};
    return known[code] != 0 ? static_cast<double>(code) : kMissing;
  }

  std::size_t width_;
  std::span<const std::uint32_t> columns_;
  std::span<const std::uint8_t> known_;
};

Result<std::unique_ptr<const Kernel>> prepare_keep_categories(const KernelSpec& spec) {
  const Attributes attributes(spec);
  const auto columns = attributes.constant<std::uint32_t>("columns");
  if (!columns) return columns.error();
  const auto known = attributes.constant<std::uint8_t>("known");
  if (!known) return known.error();
  const bool fits =
      spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
      spec.inputs[0].dtype == DType::float64 && spec.outputs[0].dtype == DType::float64 &&
      spec.inputs[0].width == spec.outputs[0].width &&
      known->size() == columns->size() * KeepCategoriesKernel::kCodes &&
      std::all_of(columns->begin(), columns->end(),
                  [&](std::uint32_t column) { return column < spec.inputs[0].width; });
  if (!fits) {
    return spec.fail(text::message("{} columns with {} flags", columns->size(), known->size()),
                     "columns of the input, 256 flags each, and an output as wide");
  }
  return std::unique_ptr<const Kernel>(
      std::make_unique<KeepCategoriesKernel>(spec.inputs[0].width, *columns, *known));
}

constexpr OpRow kEncodeOps[] = {
    {"one_hot", prepare_one_hot},
    {"map_values", prepare_map_values},
    {"keep_categories", prepare_keep_categories},
};

}  // namespace

std::span<const OpRow> encode_ops() noexcept { return kEncodeOps; }

}  // namespace trivet::tensor
