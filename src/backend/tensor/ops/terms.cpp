// SPDX-License-Identifier: Apache-2.0
// Operators from texts to sparse rows of float64.
//
//   count_terms  how often each term of a vocabulary is in a text. Constants characters (uint8),
//                ends (uint64), places (uint32): the terms one behind the other, and the output's
//                column of each. The rules of terms, which text/terms.hpp describes, are
//                attributes: unit (words, characters or characters_in_words), lowers (0 or 1),
//                accents (kept, stripped, stripped_if_any or ascii_only), least, most, pattern,
//                stop_words
//   hash_terms   every term counts in the column that its MurmurHash3 gives, the attribute `signed`
//                (0 or 1) says whether −1 for a negative hash. The same rules
//
// A missing text has no terms.
#include "text/terms.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "backend/tensor/term_places.hpp"
#include "base/align.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

// --- counting

/// Adds ones at places of a row. Of few columns, each has a counter; of many, the places are listed
/// and sorted. Never more room than either takes.
class TermCounter {
 public:
  [[nodiscard]] static std::size_t scratch_bytes(std::size_t width, std::size_t most) noexcept {
    return base::aligned(std::min(width, most) * sizeof(std::uint32_t));
  }
  /// `scratch` has scratch_bytes().
  TermCounter(std::size_t width, std::size_t most, std::byte* scratch) noexcept
      : width_(width),
        has_counters_(width <= most),
        cells_(reinterpret_cast<std::uint32_t*>(scratch)) {
    if (has_counters_) std::fill_n(cells_, width_, 0u);
  }

  /// Requires a place below 2³¹.
  void add(std::uint32_t place, bool is_negative) noexcept {
    if (!has_counters_) {
      cells_[count_++] = place << 1 | (is_negative ? 1u : 0u);
      return;
    }
    // The lowest bit says that there was one: ones of both signs may cancel.
    cells_[place] = (cells_[place] + (is_negative ? 0u - 2u : 2u)) | 1u;
  }
  void write(SparseRow& row) noexcept {
    row.count = 0;
    if (has_counters_) {
      for (std::size_t i = 0; i < width_; ++i) {
        if (cells_[i] == 0) continue;
        const std::int32_t doubled = static_cast<std::int32_t>(cells_[i] & ~1u);
        row.push_back(static_cast<std::uint32_t>(i), doubled / 2);
      }
      return;
    }
    std::sort(cells_, cells_ + count_);
    for (std::size_t i = 0; i < count_;) {
      const std::uint32_t place = cells_[i] >> 1;
      double sum = 0;
      for (; i < count_ && cells_[i] >> 1 == place; ++i) sum += (cells_[i] & 1u) != 0 ? -1 : 1;
      row.push_back(place, sum);
    }
  }

 private:
  std::size_t width_;
  bool has_counters_;
  std::uint32_t* cells_;
  std::size_t count_ = 0;
};

template <class Places>
class TermsKernel final : public Kernel {
 public:
  TermsKernel(text::TermReader reader, Places places, std::size_t width)
      : reader_(std::move(reader)), places_(std::move(places)), width_(width) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* rows = static_cast<SparseRow*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      const auto& text = static_cast<const std::string_view*>(in.data)[r * in.stride];
      const std::size_t own = base::aligned(reader_.scratch_bytes(text.size()));
      TermCounter counter(width_, most_terms(text.size()), request.scratch.data() + own);
      reader_.for_each(text, request.scratch, [&](std::string_view term) {
        const TermPlace at = places_.find(term);
        if (at.is_there) counter.add(at.place, at.is_negative);
      });
      counter.write(rows[r]);
    }
  }
  std::size_t text_scratch_bytes(std::size_t longest) const noexcept override {
    return base::aligned(reader_.scratch_bytes(longest)) +
           TermCounter::scratch_bytes(width_, most_terms(longest));
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + reader_.memory_bytes() + places_.memory_bytes();
  }

 private:
  [[nodiscard]] std::size_t most_terms(std::size_t size) const noexcept {
    return reader_.terms_per_byte() * (size + 1);
  }

  text::TermReader reader_;
  Places places_;
  std::size_t width_;
};

// --- preparing

template <class T>
using NamedValues = std::span<const std::pair<std::string_view, T>>;

/// Which of some values a text attribute names.
template <class T>
Result<T> named_value(const KernelSpec& spec, std::string_view name, NamedValues<T> values) {
  const auto word = Attributes(spec).text(name);
  if (!word) return word.error();
  for (const auto& [known, value] : values) {
    if (*word == known) return value;
  }
  return spec.fail(text::message("the {} {}", name, text::quoted(*word)), "one that is known");
}

/// A whole number that fits 32 bits.
Result<std::uint32_t> small_count(const KernelSpec& spec, std::string_view name) {
  const auto number = Attributes(spec).number(name);
  if (!number) return number.error();
  if (*number >= 0 && *number < 4294967296.0) return static_cast<std::uint32_t>(*number);
  return spec.fail(text::message("{} {}", name, *number), "a whole number");
}

Result<text::TermReader> prepare_reader(const KernelSpec& spec) {
  using text::TermUnit;
  constexpr std::pair<std::string_view, TermUnit> kUnits[] = {
      {"words", TermUnit::words},
      {"characters", TermUnit::characters},
      {"characters_in_words", TermUnit::characters_in_words}};
  constexpr std::pair<std::string_view, base::Accents> kAccents[] = {
      {"kept", base::Accents::kept},
      {"stripped", base::Accents::stripped},
      {"stripped_if_any", base::Accents::stripped_if_any},
      {"ascii_only", base::Accents::ascii_only}};
  const Attributes attributes(spec);
  const auto unit = named_value<TermUnit>(spec, "unit", kUnits);
  TRIVET_TRY(unit);
  const auto accents = named_value<base::Accents>(spec, "accents", kAccents);
  TRIVET_TRY(accents);
  const auto lowers = attributes.number("lowers");
  TRIVET_TRY(lowers);
  const auto least = small_count(spec, "least");
  TRIVET_TRY(least);
  const auto most = small_count(spec, "most");
  TRIVET_TRY(most);
  const auto pattern = attributes.text("pattern");
  TRIVET_TRY(pattern);
  std::vector<std::string_view> stop_words;
  TRIVET_TRY(attributes.texts("stop_words", stop_words));
  Result<text::TermReader> reader =
      text::TermReader::make({.unit = *unit,
                              .folding = {*lowers != 0, *accents},
                              .least = *least,
                              .most = *most,
                              .pattern = std::string(*pattern),
                              .stop_words = {stop_words.begin(), stop_words.end()}});
  if (!reader) return reader.error().within("operator " + spec.op.name);
  return reader;
}

/// One text in, a sparse row out that has room for all its terms.
Status check_terms(const KernelSpec& spec, const text::TermReader& reader) {
  const bool fits = spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
                    spec.inputs[0].dtype == DType::text && spec.inputs[0].width == 1 &&
                    spec.outputs[0].dtype == DType::float64 &&
                    spec.outputs[0].sparse_factor >= reader.terms_per_byte() &&
                    spec.outputs[0].width > 0 && spec.outputs[0].width < (1u << 31);
  if (fits) return {};
  return spec.fail(
      text::message("{} inputs, {} outputs", spec.inputs.size(), spec.outputs.size()),
      text::message("one text, and a sparse row of factor {} or more", reader.terms_per_byte()));
}

template <class Places>
Result<std::unique_ptr<const Kernel>> prepare_terms(const KernelSpec& spec) {
  Result<text::TermReader> reader = prepare_reader(spec);
  if (!reader) return reader.error();
  TRIVET_TRY(check_terms(spec, *reader));
  Result<Places> places = Places::prepare(spec);
  if (!places) return places.error();
  return std::unique_ptr<const Kernel>(std::make_unique<TermsKernel<Places>>(
      std::move(*reader), std::move(*places), spec.outputs[0].width));
}

constexpr OpRow kTermOps[] = {
    {"count_terms", prepare_terms<VocabularyPlaces>, true},
    {"hash_terms", prepare_terms<HashedPlaces>, true},
};

}  // namespace

std::span<const OpRow> term_ops() noexcept { return kTermOps; }

}  // namespace trivet::tensor
