// SPDX-License-Identifier: Apache-2.0
// One tree's multiplexers while they are written: values first, planes for them later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "backend/tree/sliced_forest.hpp"

namespace trivet::tree {

/// Multiplexers over values, each of which is computed once: test planes and constants, by their
/// number, then the results in the order of writing.
class SlicedProgram {
 public:
  using Value = std::uint32_t;

  /// Values below `first_slot` are the planes that are there for all trees.
  explicit SlicedProgram(std::size_t first_slot);

  void clear() noexcept {
    steps_.clear();
    slots_.resize(first_slot_);
  }
  /// `test ? yes : no`, at no cost when both are the same.
  [[nodiscard]] Value mux(Value test, Value yes, Value no);

  /// Appends the multiplexers to `out` and replaces `outputs` by the planes that hold them then.
  /// Steps that don't depend on each other come first after one another: a processor that has
  /// just stored a plane takes long to load it again. False when planes run out. O(steps).
  [[nodiscard]] bool emit(std::span<Value> outputs, std::vector<Mux>& out);
  /// One more than the greatest plane of all that was emitted.
  [[nodiscard]] std::size_t plane_end() const noexcept { return plane_end_; }

 private:
  struct Step {
    Value test, yes, no;
  };
  /// What is known of a value. Planes that are there for all trees have uses without end, so that
  /// nothing below asks which kind a value is: such a branch could not be guessed.
  struct Slot {
    std::uint32_t uses = 0;
    std::uint32_t level = 0;  ///< of a step: one more than that of its deepest argument
    Plane plane = 0;
  };

  /// The value's plane, which is free again after its last use.
  [[nodiscard]] Plane use(Value value) noexcept {
    Slot& slot = slots_[value];
    free_[free_count_] = slot.plane;
    free_count_ += --slot.uses == 0 ? 1 : 0;
    return slot.plane;
  }
  void order_by_level();

  Value first_slot_;
  std::size_t plane_end_ = 0;
  std::vector<Step> steps_;
  std::vector<Slot> slots_;  // by value
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> level_begin_;
  std::vector<Plane> free_;  // the first `free_count_`
  std::size_t free_count_ = 0;
};

}  // namespace trivet::tree
