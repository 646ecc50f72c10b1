// SPDX-License-Identifier: Apache-2.0
// The column in which a term counts: by a vocabulary, or by its hash.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "backend/tensor/kernel.hpp"
#include "base/text_index.hpp"

namespace trivet::tensor {

struct TermPlace {
  std::uint32_t place = 0;
  bool is_there = false;
  bool is_negative = false;
};

/// Constants characters (uint8), ends (uint64), places (uint32): the terms one behind the other,
/// and the output's column of each.
class VocabularyPlaces {
 public:
  [[nodiscard]] static Result<VocabularyPlaces> prepare(const KernelSpec& spec);
  [[nodiscard]] TermPlace find(std::string_view term) const noexcept {
    const std::uint32_t number = terms_.find(term);
    if (number == base::TextIndex::kNone) return {};
    return {places_[number], true, false};
  }
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return terms_.memory_bytes(); }

 private:
  VocabularyPlaces(base::TextIndex terms, std::span<const std::uint32_t> places)
      : terms_(std::move(terms)), places_(places) {}

  base::TextIndex terms_;
  std::span<const std::uint32_t> places_;
};

/// The attribute `signed` (0 or 1).
class HashedPlaces {
 public:
  [[nodiscard]] static Result<HashedPlaces> prepare(const KernelSpec& spec);
  [[nodiscard]] TermPlace find(std::string_view term) const noexcept;
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return 0; }

 private:
  HashedPlaces(std::uint32_t width, bool is_signed) : width_(width), is_signed_(is_signed) {}

  std::uint32_t width_;
  bool is_signed_;
};

}  // namespace trivet::tensor
