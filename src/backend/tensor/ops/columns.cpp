// SPDX-License-Identifier: Apache-2.0
// Operators that treat each column of a row by itself, in float64.
//
//   select        constant places (uint32): these columns, in this order
//   scale         constants shift, divisor: (x − shift) / divisor
//   multiply_add  constants factor, addend: x · factor + addend, both rounded
//   impute        constants missing, fill: `fill` where x is `missing`, which may be NaN
//   is_missing    constant missing: 1 where x is `missing`, else 0
//   clip          attributes least, greatest: x between them; NaN stays
//   look_up       int32 to int32; constants counts, table (int32): column c gives the entry x of
//                 its table, of `counts[c]` entries; the tables stand one behind the other
#include <algorithm>
#include <cmath>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "backend/tensor/scale_kernels.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

/// One input and one output of float64.
Status check_columns(const KernelSpec& spec, bool has_equal_widths) {
  const bool fits = spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
                    spec.inputs[0].dtype == DType::float64 &&
                    spec.outputs[0].dtype == DType::float64 &&
                    (!has_equal_widths || spec.inputs[0].width == spec.outputs[0].width);
  if (fits) return {};
  return spec.fail(text::message("{} inputs, {} outputs", spec.inputs.size(), spec.outputs.size()),
                   has_equal_widths ? "one of each, float64 of one width" : "one of each, float64");
}

class SelectKernel final : public Kernel {
 public:
  explicit SelectKernel(std::span<const std::uint32_t> places) : places_(places) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      const double* row = static_cast<const double*>(in.data) + r * in.stride;
      for (const std::uint32_t place : places_) *out++ = row[place];
    }
  }

 private:
  std::span<const std::uint32_t> places_;
};

Result<std::unique_ptr<const Kernel>> prepare_select(const KernelSpec& spec) {
  TRIVET_TRY(check_columns(spec, false));
  const auto places = Attributes(spec).constant<std::uint32_t>("places");
  if (!places) return places.error();
  const std::uint32_t width = spec.inputs[0].width;
  const bool fits = places->size() == spec.outputs[0].width &&
                    std::all_of(places->begin(), places->end(),
                                [&](std::uint32_t place) { return place < width; });
  if (!fits) {
    return spec.fail(text::message("{} places", places->size()),
                     text::message("{} places below {}", spec.outputs[0].width, width));
  }
  return std::unique_ptr<const Kernel>(std::make_unique<SelectKernel>(*places));
}

/// The two constants of each column.
struct ColumnPairs {
  std::span<const double> first;
  std::span<const double> second;
};

Result<ColumnPairs> read_pairs(const KernelSpec& spec, std::string_view first_name,
                               std::string_view second_name) {
  TRIVET_TRY(check_columns(spec, true));
  const Attributes attributes(spec);
  const auto first = attributes.constant<double>(first_name);
  if (!first) return first.error();
  const auto second = attributes.constant<double>(second_name);
  if (!second) return second.error();
  const std::uint32_t width = spec.inputs[0].width;
  if (first->size() != width || second->size() != width) {
    return spec.fail(text::message("{} and {} constants", first->size(), second->size()),
                     text::message("{} of each, one a column", width));
  }
  return ColumnPairs{*first, *second};
}

/// `Function` takes a number and the two constants of its column.
template <class Function>
class ColumnKernel final : public Kernel {
 public:
  ColumnKernel(const ColumnPairs& pairs, Function function) : pairs_(pairs), function_(function) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    const std::size_t width = pairs_.first.size();
    for (std::size_t r = 0; r < request.row_count; ++r, out += width) {
      const double* row = static_cast<const double*>(in.data) + r * in.stride;
      for (std::size_t c = 0; c < width; ++c) {
        out[c] = function_(row[c], pairs_.first[c], pairs_.second[c]);
      }
    }
  }

 private:
  ColumnPairs pairs_;
  Function function_;
};

template <class Function>
Result<std::unique_ptr<const Kernel>> prepare_columns(const KernelSpec& spec,
                                                      std::string_view first_name,
                                                      std::string_view second_name,
                                                      Function function) {
  const Result<ColumnPairs> pairs = read_pairs(spec, first_name, second_name);
  if (!pairs) return pairs.error();
  return std::unique_ptr<const Kernel>(std::make_unique<ColumnKernel<Function>>(*pairs, function));
}

bool is_same(double x, double y) noexcept { return x == y || (std::isnan(x) && std::isnan(y)); }

class ScaleKernel final : public Kernel {
 public:
  explicit ScaleKernel(const ColumnPairs& pairs) : pairs_(pairs) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    scale_rows({static_cast<const double*>(in.data), in.stride, request.row_count,
                static_cast<double*>(request.outputs[0].data)},
               pairs_.first, pairs_.second);
  }

 private:
  ColumnPairs pairs_;
};

Result<std::unique_ptr<const Kernel>> prepare_scale(const KernelSpec& spec) {
  const Result<ColumnPairs> pairs = read_pairs(spec, "shift", "divisor");
  if (!pairs) return pairs.error();
  return std::unique_ptr<const Kernel>(std::make_unique<ScaleKernel>(*pairs));
}

Result<std::unique_ptr<const Kernel>> prepare_multiply_add(const KernelSpec& spec) {
  return prepare_columns(spec, "factor", "addend", [](double x, double factor, double addend) {
    return x * factor + addend;
  });
}

Result<std::unique_ptr<const Kernel>> prepare_impute(const KernelSpec& spec) {
  return prepare_columns(spec, "missing", "fill", [](double x, double missing, double fill) {
    return is_same(x, missing) ? fill : x;
  });
}

Result<std::unique_ptr<const Kernel>> prepare_is_missing(const KernelSpec& spec) {
  return prepare_columns(spec, "missing", "missing", [](double x, double missing, double) {
    return is_same(x, missing) ? 1.0 : 0.0;
  });
}

class ClipKernel final : public Kernel {
 public:
  ClipKernel(std::size_t width, double least, double greatest)
      : width_(width), least_(least), greatest_(greatest) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r, out += width_) {
      const double* row = static_cast<const double*>(in.data) + r * in.stride;
      for (std::size_t c = 0; c < width_; ++c) {
        const double x = row[c] < least_ ? least_ : row[c];
        out[c] = x > greatest_ ? greatest_ : x;
      }
    }
  }

 private:
  std::size_t width_;
  double least_;
  double greatest_;
};

Result<std::unique_ptr<const Kernel>> prepare_clip(const KernelSpec& spec) {
  TRIVET_TRY(check_columns(spec, true));
  const Attributes attributes(spec);
  const Result<double> least = attributes.number("least");
  if (!least) return least.error();
  const Result<double> greatest = attributes.number("greatest");
  if (!greatest) return greatest.error();
  return std::unique_ptr<const Kernel>(
      std::make_unique<ClipKernel>(spec.inputs[0].width, *least, *greatest));
}

class LookUpKernel final : public Kernel {
 public:
  LookUpKernel(std::span<const std::int32_t> counts, std::span<const std::int32_t> table)
      : counts_(counts), table_(table) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<std::int32_t*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      const auto* row = static_cast<const std::int32_t*>(in.data) + r * in.stride;
      const std::int32_t* own = table_.data();
      for (std::size_t c = 0; c < counts_.size(); ++c) {
        const bool is_entry = row[c] >= 0 && row[c] < counts_[c];
        *out++ = is_entry ? own[row[c]] : -1;
        own += counts_[c];
      }
    }
  }

 private:
  std::span<const std::int32_t> counts_;
  std::span<const std::int32_t> table_;
};

Result<std::unique_ptr<const Kernel>> prepare_look_up(const KernelSpec& spec) {
  const Attributes attributes(spec);
  const auto counts = attributes.constant<std::int32_t>("counts");
  if (!counts) return counts.error();
  const auto table = attributes.constant<std::int32_t>("table");
  if (!table) return table.error();
  std::size_t sum = 0;
  bool fits = spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
              spec.inputs[0].dtype == DType::int32 && spec.outputs[0].dtype == DType::int32 &&
              spec.inputs[0].width == counts->size() && spec.outputs[0].width == counts->size();
  for (const std::int32_t count : *counts) {
    fits = fits && count >= 0;
    sum += static_cast<std::size_t>(std::max(count, 0));
  }
  if (!fits || sum != table->size()) {
    return spec.fail(text::message("{} tables of {} entries", counts->size(), table->size()),
                     "a table for each column of int32, in and out");
  }
  return std::unique_ptr<const Kernel>(std::make_unique<LookUpKernel>(*counts, *table));
}

constexpr OpRow kColumnOps[] = {
    {"select", prepare_select},
    {"scale", prepare_scale},
    {"multiply_add", prepare_multiply_add},
    {"impute", prepare_impute},
    {"is_missing", prepare_is_missing},
    {"clip", prepare_clip},
    {"look_up", prepare_look_up},
};

}  // namespace

std::span<const OpRow> column_ops() noexcept { return kColumnOps; }

}  // namespace trivet::tensor
