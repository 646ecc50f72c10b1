// SPDX-License-Identifier: Apache-2.0
// The column in which a term counts.
#include "backend/tensor/term_places.hpp"

#include <algorithm>
#include <limits>

#include "backend/tensor/attributes.hpp"
#include "base/murmur_hash.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {

Result<VocabularyPlaces> VocabularyPlaces::prepare(const KernelSpec& spec) {
  const Attributes attributes(spec);
  const auto characters = attributes.constant<std::uint8_t>("characters");
  TRIVET_TRY(characters);
  const auto ends = attributes.constant<std::uint64_t>("ends");
  TRIVET_TRY(ends);
  const auto places = attributes.constant<std::uint32_t>("places");
  TRIVET_TRY(places);
  const std::size_t width = spec.outputs[0].width;
  const bool fits = ends->size() == places->size() && ends->size() < base::TextIndex::kNone &&
                    std::is_sorted(ends->begin(), ends->end()) &&
                    (ends->empty() || ends->back() <= characters->size()) &&
                    std::all_of(places->begin(), places->end(),
                                [&](std::uint32_t place) { return place < width; });
  if (!fits) {
    return spec.fail(text::message("{} ends and {} places", ends->size(), places->size()),
                     "ends that rise within the characters, and a column of the output for each");
  }
  const std::string_view all(reinterpret_cast<const char*>(characters->data()), characters->size());
  return VocabularyPlaces(base::TextIndex(all, *ends), *places);
}

Result<HashedPlaces> HashedPlaces::prepare(const KernelSpec& spec) {
  const auto is_signed = Attributes(spec).number("signed");
  TRIVET_TRY(is_signed);
  return HashedPlaces(spec.outputs[0].width, *is_signed != 0);
}

TermPlace HashedPlaces::find(std::string_view term) const noexcept {
  const auto hash = static_cast<std::int32_t>(base::murmur_hash3(term, 0));
  // The one number whose absolute value is none.
  const bool is_least = hash == std::numeric_limits<std::int32_t>::min();
  const std::uint32_t place = is_least
                                  ? (0x7FFFFFFFu - (width_ - 1)) % width_
                                  : static_cast<std::uint32_t>(hash < 0 ? -hash : hash) % width_;
  return {place, true, is_signed_ && hash < 0};
}

}  // namespace trivet::tensor
