// SPDX-License-Identifier: Apache-2.0
// The arena of a pickle's values.
#include "artifact/pickle_graph.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace trivet::artifact {
namespace {

/// The parts of an object in the order of its children.
std::array<PickleId, 5> parts_of(const PickleObject& object) noexcept {
  return {object.args, object.keywords, object.state, object.items, object.entries};
}

}  // namespace

std::string_view kind_name(PickleKind kind) noexcept {
  switch (kind) {
    case PickleKind::none: return "None";
    case PickleKind::boolean: return "a bool";
    case PickleKind::integer: return "an int";
    case PickleKind::big_integer: return "an int of more than 64 bits";
    case PickleKind::number: return "a float";
    case PickleKind::text: return "a text";
    case PickleKind::bytes: return "bytes";
    case PickleKind::list: return "a list";
    case PickleKind::tuple: return "a tuple";
    case PickleKind::set: return "a set";
    case PickleKind::dict: return "a dict";
    case PickleKind::name: return "a class or function";
    case PickleKind::object: return "an object";
    case PickleKind::array: return "an array";
    case PickleKind::dtype: return "a dtype";
  }
  return "a value";
}

PickleGraph::PickleGraph() {
  add({});
  for (const bool flag : {false, true}) {
    PickleNode node;
    node.kind = PickleKind::boolean;
    node.value = flag;
    add(node);
  }
}

std::span<const PickleId> PickleGraph::items(PickleId id) const noexcept {
  const PickleNode& node = nodes_[id];
  PickleSlice slice;
  switch (node.kind) {
    case PickleKind::list:
    case PickleKind::tuple:
    case PickleKind::set:
    case PickleKind::dict: slice = node.items(); break;
    case PickleKind::array: slice = arrays_[node.index()].objects; break;
    default: break;
  }
  return std::span(pool_).subspan(slice.first, slice.count);
}

std::size_t PickleGraph::child_count(PickleId id) const noexcept {
  if (nodes_[id].kind != PickleKind::object) return items(id).size();
  const auto parts = parts_of(object(id));
  return parts.size() -
         static_cast<std::size_t>(std::count(parts.begin(), parts.end(), kNoPickleId));
}

PickleId PickleGraph::child(PickleId id, std::size_t which) const noexcept {
  if (nodes_[id].kind != PickleKind::object) return items(id)[which];
  for (const PickleId part : parts_of(object(id))) {
    if (part != kNoPickleId && which-- == 0) return part;
  }
  return kNoPickleId;
}

PickleId PickleGraph::find(PickleId dict, std::string_view key) const noexcept {
  const std::span<const PickleId> entries = items(dict);
  for (std::size_t i = entries.size(); i >= 2; i -= 2) {
    const PickleNode& one = nodes_[entries[i - 2]];
    if (one.kind == PickleKind::text && one.text() == key) return entries[i - 1];
  }
  return kNoPickleId;
}

PickleId PickleGraph::add(PickleNode node) {
  nodes_.push_back(node);
  return static_cast<PickleId>(nodes_.size() - 1);
}

PickleId PickleGraph::add_object(PickleObject object, std::uint64_t offset) {
  PickleNode node;
  node.kind = PickleKind::object;
  node.offset = offset;
  node.value = static_cast<std::uint32_t>(objects_.size());
  objects_.push_back(object);
  return add(node);
}

PickleId PickleGraph::add_items(PickleKind kind, std::span<const PickleId> items,
                                std::uint64_t offset) {
  PickleNode node;
  node.kind = kind;
  node.offset = offset;
  node.value = PickleSlice();
  const PickleId id = add(node);
  append(id, items);
  return id;
}

void PickleGraph::append(PickleId id, std::span<const PickleId> items) {
  PickleNode& node = nodes_[id];
  PickleSlice slice = node.items();
  const std::size_t needed = slice.count + items.size();
  const bool is_last = slice.first + node.capacity == pool_.size();
  if (needed > node.capacity && is_last) {
    pool_.resize(slice.first + needed);
    node.capacity = static_cast<std::uint32_t>(needed);
  } else if (needed > node.capacity) {
    // What is left behind stays as it was, for slices that still mean it.
    const std::size_t first = pool_.size();
    const std::size_t capacity = slice.count == 0 ? needed : 2 * needed;
    pool_.resize(first + capacity);
    std::copy_n(pool_.begin() + slice.first, slice.count,
                pool_.begin() + static_cast<std::ptrdiff_t>(first));
    slice.first = static_cast<std::uint32_t>(first);
    node.capacity = static_cast<std::uint32_t>(capacity);
  }
  std::copy(items.begin(), items.end(), pool_.begin() + slice.first + slice.count);
  slice.count = static_cast<std::uint32_t>(needed);
  node.value = slice;
}

const NumpyType* PickleGraph::add_type(NumpyType type) {
  return &types_.emplace_back(std::move(type));
}

const PickleName* PickleGraph::add_unknown(std::string_view module, std::string_view name) {
  return &unknown_names_.emplace_back(PickleName{module, name, PickleRole::unknown});
}

void PickleGraph::set_array(PickleId id, NumpyArray array, PickleSlice objects) {
  nodes_[id].kind = PickleKind::array;
  nodes_[id].value = static_cast<std::uint32_t>(arrays_.size());
  arrays_.push_back({std::move(array), objects});
}

void PickleGraph::set_type(PickleId id, NumpyType type) {
  nodes_[id].kind = PickleKind::dtype;
  nodes_[id].value = static_cast<std::uint32_t>(types_.size());
  types_.push_back(std::move(type));
}

std::string_view PickleGraph::keep(std::string text) {
  return texts_.emplace_back(std::move(text));
}

}  // namespace trivet::artifact
