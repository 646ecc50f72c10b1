// SPDX-License-Identifier: Apache-2.0
// Order and planes of one tree's multiplexers.
#include "backend/tree/sliced_program.hpp"

#include <algorithm>
#include <limits>

namespace trivet::tree {

SlicedProgram::Value SlicedProgram::mux(Value test, Value yes, Value no) {
  if (yes == no) return yes;
  const std::uint32_t level = 1 + std::max({level_of(test), level_of(yes), level_of(no)});
  for (const Value value : {test, yes, no}) count_use(value);
  steps_.push_back({test, yes, no, level});
  return first_slot_ + static_cast<Value>(steps_.size() - 1);
}

/// A counting sort.
void SlicedProgram::order_by_level() {
  std::uint32_t deepest = 0;
  for (const Step& step : steps_) deepest = std::max(deepest, step.level);
  level_begin_.assign(deepest + 2, 0);
  for (const Step& step : steps_) ++level_begin_[step.level + 1];
  for (std::uint32_t level = 1; level < level_begin_.size(); ++level) {
    level_begin_[level] += level_begin_[level - 1];
  }
  order_.resize(steps_.size());
  for (std::uint32_t i = 0; i < steps_.size(); ++i) order_[level_begin_[steps_[i].level]++] = i;
}

/// The value's plane, which is free again after its last use.
Plane SlicedProgram::use(Value value) {
  Step* step = step_of(value);
  if (step == nullptr) return static_cast<Plane>(value);
  if (--step->uses == 0) free_.push_back(step->plane);
  return step->plane;
}

bool SlicedProgram::emit(std::span<Value> outputs, std::vector<Mux>& out) {
  for (const Value output : outputs) count_use(output);
  order_by_level();
  free_.clear();
  std::size_t next = first_slot_;
  for (const std::uint32_t i : order_) {
    Step& step = steps_[i];
    if (step.uses == 0) continue;
    Mux mux{0, use(step.test), use(step.yes), use(step.no)};
    if (free_.empty()) {
      if (next > std::numeric_limits<Plane>::max()) return false;
      free_.push_back(static_cast<Plane>(next++));
    }
    step.plane = mux.to = free_.back();
    free_.pop_back();
    out.push_back(mux);
  }
  plane_end_ = std::max(plane_end_, next);
  for (Value& output : outputs) {
    const Step* step = step_of(output);
    if (step != nullptr) output = step->plane;
  }
  return true;
}

}  // namespace trivet::tree
