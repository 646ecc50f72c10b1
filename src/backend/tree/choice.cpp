// SPDX-License-Identifier: Apache-2.0
// Which engine for how many rows: what can run the forest is compiled, tried for a moment on rows
// made from the forest's own cuts, and the slower ones are let go.
//
// No single strategy wins on all forests and machines (nvForest's optimize(), Tahoe, arXiv
// 2305.08579). All engines give the same bits, so a choice that clocks made costs nobody's answer.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <limits>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "backend/tree/engine.hpp"
#include "backend/tree/ranks.hpp"
#include "base/aligned_buffer.hpp"

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::TreeEnsemble;

constexpr double kTrialNanoseconds = 4e6;  // what is not known by then is assumed
constexpr double kLongNanoseconds = 1e5;   // calls that aren't disturbed by the clock's steps
constexpr std::size_t kFewRows = 16;       // calls of one row each
constexpr std::size_t kSomeRows = 64;      // one call: what a small batch costs a row
constexpr std::size_t kManyRows = 512;     // one call: what batch engines are made for
constexpr std::size_t kMostCells = std::size_t{1} << 18;  // of rows and of sums, in a trial

/// Rows that take the forest's walks all over the place: cells at and beside its own cuts.
class TrialRows {
 public:
  /// kSomeRows different ones again and again. Fewer than kManyRows where rows are wide, none where
  /// they are very wide.
  explicit TrialRows(const TreeEnsemble& forest) : columns_(forest.feature_count) {
    const std::size_t width = std::max<std::size_t>({columns_, forest.output_count, 1});
    count_ = std::min(kMostCells / width, kManyRows);
    if (count_ < kSomeRows || forest.split_count() == 0) count_ = 0;
    cells_.assign(count_ * columns_, 0);
    std::minstd_rand random(1);
    for (std::size_t r = 0; r < std::min(count_, kSomeRows); ++r) fill(forest, r, random);
    for (std::size_t cell = kSomeRows * columns_; cell < cells_.size(); ++cell) {
      cells_[cell] = cells_[cell - kSomeRows * columns_];
    }
  }

  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] Rows rows(std::size_t first, std::size_t count) const noexcept {
    return {cells_.data() + first * columns_, FloatWidth::f32, count, columns_};
  }

 private:
  /// Each split that is drawn sets its feature; a cell in sixteen is missing.
  void fill(const TreeEnsemble& forest, std::size_t r, std::minstd_rand& random) {
    float* row = cells_.data() + r * columns_;
    const std::size_t draws = std::min<std::size_t>(2 * columns_, forest.split_count());
    for (std::size_t i = 0; i < draws; ++i) {
      const std::size_t split = random() % forest.split_count();
      float& cell = row[forest.feature[split]];
      const std::size_t kind = random() % 16;
      if (kind == 0) cell = std::numeric_limits<float>::quiet_NaN();
      else if (forest.flags[split].categorical()) cell = draw_code(forest, split, random);
      else cell = beside(static_cast<float>(forest.cut[split]), kind % 2 == 0);
    }
  }
  [[nodiscard]] static float beside(float cut, bool below) {
    return below ? std::nextafter(cut, -std::numeric_limits<float>::infinity()) : cut;
  }
  /// One of the codes that the split's set may have, or the first that it can't.
  [[nodiscard]] static float draw_code(const TreeEnsemble& forest, std::size_t split,
                                       std::minstd_rand& random) {
    const auto set = static_cast<std::size_t>(forest.cut[split]);
    const std::vector<std::uint32_t>& offset = forest.categories.offset;
    return static_cast<float>(random() % (32 * (offset[set + 1] - offset[set]) + 1));
  }

  std::size_t columns_;
  std::size_t count_;
  std::vector<float> cells_;
};

/// Time that this thread has had, where the system tells: others' work doesn't count.
double thread_nanoseconds() noexcept {
#if defined(CLOCK_THREAD_CPUTIME_ID)
  timespec own;
  if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &own) == 0) {
    return static_cast<double>(own.tv_sec) * 1e9 + static_cast<double>(own.tv_nsec);
  }
#endif
  const std::chrono::duration<double, std::nano> now =
      std::chrono::steady_clock::now().time_since_epoch();
  return now.count();
}

/// Times engines on the same rows until its budget is spent. Compiling engines costs it nothing.
class Trial {
 public:
  explicit Trial(const TreeEnsemble& forest)
      : rows_(forest), sums_(rows_.count() * forest.output_count) {}

  /// Nanoseconds of a call of up to so many rows, the least of a few; nothing when the clock is too
  /// coarse, or when `guess`, what it may take, is beyond the budget.
  [[nodiscard]] std::optional<double> time_call(const Engine& engine, std::size_t row_count,
                                                double guess) {
    const std::size_t calls = row_count == 1 ? kFewRows : 1;
    const std::size_t rows = std::min(row_count, rows_.count());
    if (rows == 0 || kTrialNanoseconds - spent_ < guess) return std::nullopt;
    const std::span<std::byte> scratch = scratch_.reserve(engine.scratch_bytes(rows));
    double least = std::numeric_limits<double>::infinity();
    for (int round = 0; round < 3; ++round) {
      const double next = least * static_cast<double>(calls);
      if (round != 0 && kTrialNanoseconds - spent_ < next) break;
      if (round == 2 && next > kLongNanoseconds) break;
      const double begin = thread_nanoseconds();
      for (std::size_t i = 0; i < calls; ++i) {
        engine.add_up(rows_.rows(i, rows), sums_.data(), scratch);
      }
      const double time = thread_nanoseconds() - begin;
      spent_ += time;
      least = std::min(least, time / static_cast<double>(calls));
    }
    return least > 0 && std::isfinite(least) ? std::optional(least) : std::nullopt;
  }

 private:
  TrialRows rows_;
  std::vector<double> sums_;
  base::AlignedBuffer scratch_;
  double spent_ = 0;
};

/// Two engines: one for few rows and for what is left over, one for `least_` rows and more.
class ChosenEngine final : public Engine {
 public:
  ChosenEngine(std::unique_ptr<Engine> few, std::unique_ptr<Engine> many, std::size_t least,
               std::size_t output_bytes)
      : few_(std::move(few)), many_(std::move(many)), least_(least), output_bytes_(output_bytes) {
    name_ = std::string(few_->name()) + '/' + std::string(many_->name());
  }

  std::string_view name() const noexcept override { return name_; }
  std::size_t memory_bytes() const noexcept override {
    return few_->memory_bytes() + many_->memory_bytes();
  }
  std::size_t scratch_bytes(std::size_t row_count) const noexcept override {
    const std::size_t whole = rows_for_many(row_count);
    const std::size_t many = whole == 0 ? 0 : many_->scratch_bytes(whole);
    return std::max(few_->scratch_bytes(std::min(row_count, least_)), many);
  }

  void add_up(const Rows& rows, void* sums, std::span<std::byte> scratch) const noexcept override {
    const std::size_t whole = rows_for_many(rows.count);
    if (whole != 0) many_->add_up(rows.from(0, whole), sums, scratch);
    if (whole == rows.count) return;
    auto* rest = static_cast<std::byte*>(sums) + whole * output_bytes_;
    few_->add_up(rows.from(whole, rows.count - whole), rest, scratch);
  }

 private:
  /// How many of the rows, the first ones, go to the engine for many.
  [[nodiscard]] std::size_t rows_for_many(std::size_t row_count) const noexcept {
    const std::size_t rest = row_count % kManyRows;
    return rest >= least_ ? row_count : row_count - rest;
  }

  std::unique_ptr<Engine> few_;
  std::unique_ptr<Engine> many_;
  std::size_t least_;         // at most kManyRows
  std::size_t output_bytes_;  // of one row's sums
  std::string name_;
};

/// True where walks over ranks have beaten walks over plain cuts by far. These have the least to do
/// before they start, so they may win where there is little to walk, or where a row has many tests
/// settled of which its walks ask few.
bool are_ranks_clearly_faster(const EngineSource& source) {
  constexpr std::size_t kLittle = 1000;   // splits
  constexpr std::size_t kManyTests = 64;  // a tree
  const TreeEnsemble& forest = source.forest();
  return forest.split_count() > kLittle &&
         source.ranks()->ranks.tests.size() <= kManyTests * forest.tree_count();
}

/// The first of the row engines that takes the forest: tiles have beaten plain walks over ranks on
/// every forest that both could run.
std::unique_ptr<Engine> choose_row_engine(const EngineSource& source, Trial& trial) {
  std::unique_ptr<Engine> ranked = make_tiled_engine(source);
  if (ranked == nullptr) ranked = make_ranked_engine(source);
  if (ranked != nullptr && are_ranks_clearly_faster(source)) return ranked;
  std::unique_ptr<Engine> plain = make_interleaved_engine(source);
  if (plain == nullptr) plain = make_reference_engine(source);
  if (ranked == nullptr) return plain;
  const auto plain_time = trial.time_call(*plain, 1, 0);
  const auto ranked_time = trial.time_call(*ranked, 1, 0);
  const bool is_plain_faster = plain_time && ranked_time && *plain_time < *ranked_time;
  return is_plain_faster ? std::move(plain) : std::move(ranked);
}

/// From how many rows on the engine for many is taken; 0 when it is of no use. A block costs the
/// same, however few rows are in it. No trial may overturn the bounds: clocks of busy machines lie.
std::size_t least_for_many(const Engine& few, const Engine& many, double row_guess, Trial& trial) {
  constexpr std::size_t kAssumed = 128;
  constexpr std::size_t kLeast = 24;
  constexpr double kHopeless = 1.5;  // times slower than row by row, with all rows of a block
  const auto some = trial.time_call(few, kSomeRows, row_guess * kSomeRows);
  const auto block = trial.time_call(many, kManyRows, row_guess * kSomeRows);
  if (!some || !block) return kAssumed;
  const double even = std::ceil(*block * static_cast<double>(kSomeRows) / *some);
  if (even > kHopeless * static_cast<double>(kManyRows)) return 0;
  return std::clamp(static_cast<std::size_t>(even), kLeast, kManyRows);
}

}  // namespace

std::unique_ptr<Engine> make_chosen_engine(const TreeEnsemble& forest, Executor* executor) {
  constexpr double kWorthWaking = 15'000;  // nanoseconds a row: some times what a wake-up costs
  const EngineSource source(forest);
  Trial trial(forest);
  std::unique_ptr<Engine> few = choose_row_engine(source, trial);
  std::unique_ptr<Engine> many = make_sliced_engine(source);
  if (many == nullptr) many = make_strides_engine(source);
  const double row_time = trial.time_call(*few, 1, 0).value_or(kWorthWaking);
  const bool has_company = executor != nullptr && executor->width() > 1;
  if (has_company && row_time >= kWorthWaking) few->share_rows(executor);
  if (many == nullptr) return few;
  const std::size_t least = least_for_many(*few, *many, row_time, trial);
  if (least == 0) return few;
  const std::size_t sum_bytes =
      forest.sum.accumulator == FloatWidth::f32 ? sizeof(float) : sizeof(double);
  return std::make_unique<ChosenEngine>(std::move(few), std::move(many), least,
                                        forest.output_count * sum_bytes);
}

}  // namespace trivet::tree
