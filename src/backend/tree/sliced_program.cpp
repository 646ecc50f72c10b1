// SPDX-License-Identifier: Apache-2.0
// Order and planes of one tree's multiplexers.
#include "backend/tree/sliced_program.hpp"

#include <algorithm>
#include <limits>

namespace trivet::tree {

SlicedProgram::SlicedProgram(std::size_t first_slot)
    : first_slot_(static_cast<Value>(first_slot)), slots_(first_slot) {
  constexpr std::uint32_t kEndless = 1u << 31;  // memory ends before this is used up
  for (Value value = 0; value < first_slot_; ++value) {
    slots_[value] = {kEndless, 0, static_cast<Plane>(value)};
  }
}

SlicedProgram::Value SlicedProgram::mux(Value test, Value yes, Value no) {
  if (yes == no) return yes;
  std::uint32_t level = 0;
  for (const Value value : {test, yes, no}) {
    Slot& slot = slots_[value];
    ++slot.uses;
    level = std::max(level, slot.level);
  }
  steps_.push_back({test, yes, no});
  slots_.push_back({.level = level + 1});
  return static_cast<Value>(slots_.size() - 1);
}

/// A counting sort.
void SlicedProgram::order_by_level() {
  const std::span<const Slot> slots = std::span(slots_).subspan(first_slot_);
  std::uint32_t deepest = 0;
  for (const Slot& slot : slots) deepest = std::max(deepest, slot.level);
  level_begin_.assign(deepest + 2, 0);
  for (const Slot& slot : slots) ++level_begin_[slot.level + 1];
  for (std::uint32_t level = 1; level < level_begin_.size(); ++level) {
    level_begin_[level] += level_begin_[level - 1];
  }
  order_.resize(slots.size());
  for (std::uint32_t i = 0; i < slots.size(); ++i) order_[level_begin_[slots[i].level]++] = i;
}

bool SlicedProgram::emit(std::span<Value> outputs, std::vector<Mux>& out) {
  for (const Value output : outputs) ++slots_[output].uses;
  order_by_level();
  free_count_ = 0;
  free_.resize(steps_.size() + 3);  // three arguments may be written behind all results
  std::size_t next = first_slot_;
  for (const std::uint32_t i : order_) {
    Slot& slot = slots_[first_slot_ + i];
    if (slot.uses == 0) continue;
    const Step& step = steps_[i];
    Mux mux{0, use(step.test), use(step.yes), use(step.no)};
    if (free_count_ == 0) {
      if (next > std::numeric_limits<Plane>::max()) return false;
      free_[free_count_++] = static_cast<Plane>(next++);
    }
    slot.plane = mux.to = free_[--free_count_];
    out.push_back(mux);
  }
  plane_end_ = std::max(plane_end_, next);
  for (Value& output : outputs) output = slots_[output].plane;
  return true;
}

}  // namespace trivet::tree
