// SPDX-License-Identifier: Apache-2.0
// Numbers for equal things, by hash tables that no file can be written to collide in.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace trivet::tree {

inline constexpr std::uint32_t kNoNumber = 0xffffffffu;

/// Numbers distinct numbers from 0 on, in the order of their coming: the cuts of one feature, then
/// those of the next one.
///
/// Hashing is multiply-shift (Dietzfelbinger et al., 1997), whose multiplier depends on where this
/// object's table stands.
class CutNumbers {
 public:
  CutNumbers();

  /// O(distinct cuts so far).
  void clear();
  /// Zeros of both signs are one cut. O(1) on average.
  [[nodiscard]] std::uint32_t number_of(double cut) {
    cut += 0.0;
    std::size_t at = place_of(cut);
    while (places_[at] != kNoNumber) {
      if (cuts_[places_[at]] == cut) return places_[at];
      at = (at + 1) & (places_.size() - 1);
    }
    put(at, static_cast<std::uint32_t>(cuts_.size()));
    cuts_.push_back(cut);
    if (cuts_.size() * kRoom > places_.size()) grow();
    return static_cast<std::uint32_t>(cuts_.size() - 1);
  }
  /// By number.
  [[nodiscard]] std::span<const double> cuts() const noexcept { return cuts_; }

 private:
  static constexpr std::size_t kLeastPlaces = 1024;
  static constexpr std::size_t kRoom = 4;  // places a cut: most are found at the first look

  [[nodiscard]] std::size_t place_of(double cut) const noexcept {
    return static_cast<std::size_t>((std::bit_cast<std::uint64_t>(cut) * multiplier_) >> shift_);
  }
  void put(std::size_t at, std::uint32_t number) {
    places_[at] = number;
    taken_.push_back(static_cast<std::uint32_t>(at));
  }
  void resize(std::size_t places);
  void grow();

  std::vector<double> cuts_;
  std::vector<std::uint32_t> places_;  // a power of two of them
  std::vector<std::uint32_t> taken_;   // those that aren't free
  std::uint64_t multiplier_;           // odd
  int shift_ = 0;
};

/// Finds spans of words that are equal, each added once. O(words) on average.
class EqualSets {
 public:
  explicit EqualSets(std::size_t set_count);
  /// The number given to the first set with these words, which may be this one. The words must
  /// stay where they are.
  [[nodiscard]] std::uint32_t first_equal(std::uint32_t number,
                                          std::span<const std::uint32_t> words);

 private:
  std::vector<std::uint32_t> places_;                  // half of them at least are free
  std::vector<std::span<const std::uint32_t>> words_;  // by place
  std::uint64_t seed_;
};

}  // namespace trivet::tree
