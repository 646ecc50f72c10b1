// SPDX-License-Identifier: Apache-2.0
// combination_statistic: target statistics of category combinations (CatBoost's CTRs).
//
// Some values of a row are folded into a 64-bit hash, h ← M·(h + M·v) from 0, for v in
//   columns       codes of categories, sign-extended
//   cut_columns   1 where float32(x) > cuts[i], else 0; NaN counts as above where nan_is_above[i]
//   code_columns  1 where the code is codes[i], else 0
// The constant `hashes` (uint64) lists the known ones; entry e has the numbers `counts[e·k …]`
// (int32) and, for means, `sums[e]` (float32). By `statistic`:
//   share_above  good = Σ counts above class targets[j],  total = Σ counts
//   share_of     good = counts[targets[j]],               total = Σ counts
//   mean         good = sums[e],                          total = counts[e]
//   frequency    good = counts[e],                        total = denominator
// Output j is ((good + priors[j]) / (total + prior_weights[j]) + shifts[j]) · scales[j], every
// operation in float32. For an unknown combination good is 0, and total 0 or the denominator.
#include "backend/tensor/ops/combination_statistic.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/row_map.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

enum class Statistic : std::uint8_t { share_above, share_of, mean, frequency };

// In the order of Statistic.
constexpr std::array<std::string_view, 4> kStatisticNames{"share_above", "share_of", "mean",
                                                          "frequency"};

struct CutTest {
  std::uint32_t column;
  float cut;
  bool nan_is_above;
};
struct CodeTest {
  std::uint32_t column;
  std::int32_t code;
};
/// How one output is made of a good and a total.
struct Smoothing {
  std::size_t target;
  float prior;
  float prior_weight;
  float shift;
  float scale;

  [[nodiscard]] float apply(float good, float total) const noexcept {
    return ((good + prior) / (total + prior_weight) + shift) * scale;
  }
};

std::uint64_t fold_hash(std::uint64_t hash, std::uint64_t value) noexcept {
  constexpr std::uint64_t kMultiplier = 0x4906ba494954cb65u;
  return kMultiplier * (hash + kMultiplier * value);
}

/// Known hashes to entries: sorted, with a directory by their highest bits. Real hashes leave one
/// or two to a bucket; a file with chosen ones makes a search logarithmic, never longer.
class HashIndex {
 public:
  static constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();

  explicit HashIndex(std::span<const std::uint64_t> hashes)
      : hashes_(hashes),
        shift_(64 - std::max(1, static_cast<int>(std::bit_width(hashes.size())))),
        begin_((std::size_t{1} << (64 - shift_)) + 1, 0),
        entries_(hashes.size()) {
    std::iota(entries_.begin(), entries_.end(), 0u);
    std::sort(entries_.begin(), entries_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return hashes[a] != hashes[b] ? hashes[a] < hashes[b] : a < b;
    });
    for (const std::uint64_t hash : hashes) ++begin_[(hash >> shift_) + 1];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
  }
  /// The entry of the hash, of several the first one.
  [[nodiscard]] std::uint32_t find(std::uint64_t hash) const noexcept {
    const std::uint32_t* first = entries_.data() + begin_[hash >> shift_];
    const std::uint32_t* last = entries_.data() + begin_[(hash >> shift_) + 1];
    const std::uint32_t* at = std::lower_bound(
        first, last, hash,
        [&](std::uint32_t entry, std::uint64_t wanted) { return hashes_[entry] < wanted; });
    return at != last && hashes_[*at] == hash ? *at : kUnknown;
  }
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return (begin_.capacity() + entries_.capacity()) * sizeof(std::uint32_t);
  }

 private:
  std::span<const std::uint64_t> hashes_;
  int shift_;
  std::vector<std::uint32_t> begin_;  // by bucket, and the end
  std::vector<std::uint32_t> entries_;
};

/// What is prepared: the values to fold, the table, the formulas.
struct StatisticPlan {
  std::vector<std::uint32_t> columns;
  std::vector<CutTest> cuts;
  std::vector<CodeTest> codes;
  Statistic statistic = Statistic::share_above;
  float denominator = 0;
  std::vector<Smoothing> outputs;
  std::span<const std::uint64_t> hashes;
  std::span<const std::int32_t> counts;
  std::span<const float> sums;
  std::size_t stride = 1;  ///< counts of an entry
};

class StatisticKernel final : public Kernel {
 public:
  explicit StatisticKernel(StatisticPlan plan) : plan_(std::move(plan)), index_(plan_.hashes) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r, out += plan_.outputs.size()) {
      write_row(find_entry(static_cast<const double*>(in.data) + r * in.stride), out);
    }
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + index_.memory_bytes() + plan_.outputs.capacity() * sizeof(Smoothing);
  }

 private:
  [[nodiscard]] std::uint32_t find_entry(const double* row) const noexcept {
    std::uint64_t hash = 0;
    for (const std::uint32_t column : plan_.columns) {
      const std::optional<std::int32_t> code = as_category_code(row[column]);
      if (!code) return HashIndex::kUnknown;
      hash = fold_hash(hash, static_cast<std::uint64_t>(static_cast<std::int64_t>(*code)));
    }
    for (const CutTest& test : plan_.cuts) {
      const float x = static_cast<float>(row[test.column]);
      const bool above = std::isnan(x) ? test.nan_is_above : x > test.cut;
      hash = fold_hash(hash, above ? 1 : 0);
    }
    for (const CodeTest& test : plan_.codes) {
      hash = fold_hash(hash, row[test.column] == static_cast<double>(test.code) ? 1 : 0);
    }
    return index_.find(hash);
  }

  void write_row(std::uint32_t entry, double* out) const noexcept {
    const bool known = entry != HashIndex::kUnknown;
    const std::span<const std::int32_t> counts =
        known ? plan_.counts.subspan(entry * plan_.stride, plan_.stride)
              : std::span<const std::int32_t>();
    std::int64_t total = 0;
    for (const std::int32_t count : counts) total += count;
    for (const Smoothing& output : plan_.outputs) {
      float good = 0;
      if (known) good = good_of(entry, counts, output.target);
      const bool is_frequency = plan_.statistic == Statistic::frequency;
      *out++ = static_cast<double>(
          output.apply(good, is_frequency ? plan_.denominator : static_cast<float>(total)));
    }
  }

  [[nodiscard]] float good_of(std::uint32_t entry, std::span<const std::int32_t> counts,
                              std::size_t target) const noexcept {
    std::int64_t good = 0;
    switch (plan_.statistic) {
      case Statistic::mean: return plan_.sums[entry];
      case Statistic::frequency: return static_cast<float>(counts[0]);
      case Statistic::share_of: return static_cast<float>(counts[target]);
      case Statistic::share_above: break;
    }
    for (const std::int32_t count : counts.subspan(target + 1)) good += count;
    return static_cast<float>(good);
  }

  StatisticPlan plan_;
  HashIndex index_;
};

Status read_folded(const KernelSpec& spec, const Attributes& attributes, StatisticPlan& plan) {
  const std::size_t width = spec.inputs[0].width;
  TRIVET_TRY(attributes.positions("columns", width, plan.columns));
  std::vector<std::uint32_t> cut_columns;
  std::vector<double> cuts;
  std::vector<bool> nan_is_above;
  TRIVET_TRY(attributes.positions("cut_columns", width, cut_columns));
  TRIVET_TRY(attributes.numbers("cuts", cuts));
  TRIVET_TRY(attributes.flags("nan_is_above", nan_is_above));
  std::vector<std::uint32_t> code_columns;
  std::vector<double> codes;
  TRIVET_TRY(attributes.positions("code_columns", width, code_columns));
  TRIVET_TRY(attributes.numbers("codes", codes));
  if (cut_columns.size() != cuts.size() || cuts.size() != nan_is_above.size() ||
      code_columns.size() != codes.size()) {
    return spec.fail("lists of unequal length", "a column, a cut and a flag for each test");
  }
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    plan.cuts.push_back({cut_columns[i], static_cast<float>(cuts[i]), nan_is_above[i]});
  }
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const std::optional<std::int32_t> code = as_category_code(codes[i]);
    if (!code)
      return spec.fail(text::message("the code {}", codes[i]), "a whole number of 32 bits");
    plan.codes.push_back({code_columns[i], *code});
  }
  return {};
}

Status read_outputs(const KernelSpec& spec, const Attributes& attributes, StatisticPlan& plan) {
  std::vector<double> targets;
  std::vector<double> priors;
  std::vector<double> weights;
  std::vector<double> shifts;
  std::vector<double> scales;
  TRIVET_TRY(attributes.numbers("targets", targets));
  TRIVET_TRY(attributes.numbers("priors", priors));
  TRIVET_TRY(attributes.numbers("prior_weights", weights));
  TRIVET_TRY(attributes.numbers("shifts", shifts));
  TRIVET_TRY(attributes.numbers("scales", scales));
  for (const std::vector<double>* list : {&targets, &priors, &weights, &shifts, &scales}) {
    if (list->size() == spec.outputs[0].width) continue;
    return spec.fail(text::message("{} parameters", list->size()),
                     text::message("{}, one an output", spec.outputs[0].width));
  }
  const std::size_t classes = plan.stride - (plan.statistic == Statistic::share_above ? 1 : 0);
  const bool has_target =
      plan.statistic == Statistic::share_above || plan.statistic == Statistic::share_of;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const bool fits = targets[i] >= 0 && targets[i] < static_cast<double>(classes);
    if (has_target && !plan.hashes.empty() && !fits) {
      return spec.fail(text::message("the target {}", targets[i]),
                       text::message("one of {}", classes));
    }
    plan.outputs.push_back({has_target && fits ? static_cast<std::size_t>(targets[i]) : 0,
                            static_cast<float>(priors[i]), static_cast<float>(weights[i]),
                            static_cast<float>(shifts[i]), static_cast<float>(scales[i])});
  }
  return {};
}

Status read_table(const KernelSpec& spec, const Attributes& attributes, StatisticPlan& plan) {
  const auto name = attributes.text("statistic");
  if (!name) return name.error();
  const auto at = std::find(kStatisticNames.begin(), kStatisticNames.end(), *name);
  if (at == kStatisticNames.end()) {
    return spec.fail(text::message("the statistic {}", text::quoted(*name)), "a known one");
  }
  plan.statistic = static_cast<Statistic>(at - kStatisticNames.begin());
  const auto denominator = attributes.number("denominator");
  if (!denominator) return denominator.error();
  plan.denominator = static_cast<float>(*denominator);
  const auto hashes = attributes.constant<std::uint64_t>("hashes");
  if (!hashes) return hashes.error();
  const auto counts = attributes.constant<std::int32_t>("counts");
  if (!counts) return counts.error();
  plan.hashes = *hashes;
  plan.counts = *counts;
  if (plan.statistic == Statistic::mean) {
    const auto sums = attributes.constant<float>("sums");
    if (!sums) return sums.error();
    plan.sums = *sums;
  }
  if (!plan.hashes.empty()) plan.stride = plan.counts.size() / plan.hashes.size();
  const bool one_count =
      plan.statistic == Statistic::mean || plan.statistic == Statistic::frequency;
  const bool fits = plan.hashes.size() < HashIndex::kUnknown && plan.stride >= 1 &&
                    plan.hashes.size() * plan.stride == plan.counts.size() &&
                    (!one_count || plan.stride == 1) &&
                    (plan.statistic != Statistic::mean || plan.sums.size() == plan.hashes.size());
  if (fits) return {};
  return spec.fail(text::message("{} hashes, {} counts, {} sums", plan.hashes.size(),
                                 plan.counts.size(), plan.sums.size()),
                   "as many for each entry as the statistic wants");
}

}  // namespace

Result<std::unique_ptr<const Kernel>> prepare_combination_statistic(const KernelSpec& spec) {
  TRIVET_TRY(check_row_map(spec));
  const Attributes attributes(spec);
  StatisticPlan plan;
  TRIVET_TRY(read_folded(spec, attributes, plan));
  TRIVET_TRY(read_table(spec, attributes, plan));
  TRIVET_TRY(read_outputs(spec, attributes, plan));
  return std::unique_ptr<const Kernel>(std::make_unique<StatisticKernel>(std::move(plan)));
}

}  // namespace trivet::tensor
