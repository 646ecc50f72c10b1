// SPDX-License-Identifier: Apache-2.0
// What a pickle says, as inert values: a graph in an arena.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "artifact/numpy_array.hpp"
#include "artifact/pickle_names.hpp"

namespace trivet::artifact {

/// A value's number in its graph. Two references to one Python object have the same.
using PickleId = std::uint32_t;
inline constexpr PickleId kNoPickleId = std::numeric_limits<PickleId>::max();

enum class PickleKind : std::uint8_t {
  none,
  boolean,
  integer,      ///< of 64 bits
  big_integer,  ///< a longer one, unread: its bytes or digits
  number,       ///< a float
  text,
  bytes,
  list,
  tuple,
  set,
  dict,
  name,    ///< a global: a class or a function
  object,  ///< what a call or a class would have made: see PickleObject
  array,   ///< NumPy's, see NumpyArray
  dtype,   ///< NumPy's, see NumpyType
};

/// As a message says it: "a list".
[[nodiscard]] std::string_view kind_name(PickleKind kind) noexcept;

/// Items of a container, in the graph's pool. What a slice holds never changes.
struct PickleSlice {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// One value. Asked for what it is not, it gives a zero, never another value's bits.
struct PickleNode {
  PickleKind kind = PickleKind::none;
  /// A scalar of NumPy: the bytes of its type; 0 for Python's own.
  std::uint8_t numpy_bytes = 0;
  bool is_python2_text = false;  ///< a Python 2 str, which may be text or bytes
  /// Its state has come, or it shares its items: nothing may be added.
  bool is_sealed = false;
  std::uint32_t capacity = 0;  ///< of `items`, in the pool
  std::uint64_t offset = 0;    ///< of the opcode that made it, in the stream
  std::variant<std::int64_t, bool, double, std::string_view, PickleSlice, const PickleName*,
               std::uint32_t>
      value;

  [[nodiscard]] std::int64_t integer() const noexcept { return as<std::int64_t>(); }
  [[nodiscard]] bool flag() const noexcept { return as<bool>(); }
  [[nodiscard]] double number() const noexcept { return as<double>(); }
  /// Of a text, of bytes, of a big_integer.
  [[nodiscard]] std::string_view text() const noexcept { return as<std::string_view>(); }
  /// Of a list, tuple or set; of a dict keys and values in turn.
  [[nodiscard]] PickleSlice items() const noexcept { return as<PickleSlice>(); }
  [[nodiscard]] const PickleName* name() const noexcept { return as<const PickleName*>(); }
  /// Of an object, array or dtype: in the list of those.
  [[nodiscard]] std::uint32_t index() const noexcept { return as<std::uint32_t>(); }

 private:
  template <class T>
  [[nodiscard]] T as() const noexcept {
    const T* const held = std::get_if<T>(&value);
    return held != nullptr ? *held : T{};
  }
};

/// `callee(*args, **keywords)` or an instance of the class `callee`, with what was put into it
/// afterwards. kNoPickleId where there is nothing.
struct PickleObject {
  const PickleName* callee = nullptr;
  PickleId args = kNoPickleId;
  PickleId keywords = kNoPickleId;
  PickleId state = kNoPickleId;
  PickleId items = kNoPickleId;    ///< a list, for subclasses of list and set
  PickleId entries = kNoPickleId;  ///< a dict, for subclasses of dict
};

/// The arena. Texts and bytes are views into the stream or into the arena. Nothing in it recurses,
/// also not its destruction.
class PickleGraph {
 public:
  PickleGraph();

  // --- reading

  [[nodiscard]] const PickleNode& node(PickleId id) const noexcept { return nodes_[id]; }
  [[nodiscard]] std::size_t node_count() const noexcept { return nodes_.size(); }
  /// The items of a list, tuple or set, keys and values of a dict in turn, the objects in an array.
  [[nodiscard]] std::span<const PickleId> items(PickleId id) const noexcept;
  [[nodiscard]] const PickleObject& object(PickleId id) const noexcept {
    return objects_[nodes_[id].index()];
  }
  [[nodiscard]] const NumpyArray& array(PickleId id) const noexcept {
    return arrays_[nodes_[id].index()].array;
  }
  [[nodiscard]] const NumpyType& dtype(PickleId id) const noexcept {
    return types_[nodes_[id].index()];
  }

  /// All values that a value refers to: items, or the parts of an object that there are.
  [[nodiscard]] std::size_t child_count(PickleId id) const noexcept;
  [[nodiscard]] PickleId child(PickleId id, std::size_t which) const noexcept;
  /// A dict's value for a text; the last one if there are several, as in Python.
  [[nodiscard]] PickleId find(PickleId dict, std::string_view key) const noexcept;

  // --- building

  [[nodiscard]] PickleNode& mutable_node(PickleId id) noexcept { return nodes_[id]; }
  [[nodiscard]] PickleObject& mutable_object(PickleId id) noexcept {
    return objects_[nodes_[id].index()];
  }
  static constexpr PickleId kNone = 0;
  static constexpr PickleId kFalse = 1;
  static constexpr PickleId kTrue = 2;
  PickleId add(PickleNode node);
  PickleId add_object(PickleObject object, std::uint64_t offset);
  /// A container of the items.
  PickleId add_items(PickleKind kind, std::span<const PickleId> items, std::uint64_t offset);
  /// Amortized O(items). They must not be a view of the pool.
  void append(PickleId id, std::span<const PickleId> items);
  const NumpyType* add_type(NumpyType type);
  const PickleName* add_unknown(std::string_view module, std::string_view name);
  /// Makes a value an array or a dtype. Arrays that exist keep the type that they have.
  void set_array(PickleId id, NumpyArray array, PickleSlice objects);
  void set_type(PickleId id, NumpyType type);
  /// Keeps a text that isn't in the stream.
  std::string_view keep(std::string text);
  /// Bytes of the nodes and items.
  [[nodiscard]] std::size_t memory() const noexcept {
    return nodes_.size() * sizeof(PickleNode) + pool_.size() * sizeof(PickleId);
  }

 private:
  struct StoredArray {
    NumpyArray array;
    PickleSlice objects;
  };

  std::vector<PickleNode> nodes_;
  std::vector<PickleId> pool_;
  std::vector<PickleObject> objects_;
  // These are pointed at, so they stay where they are.
  std::deque<StoredArray> arrays_;
  std::deque<NumpyType> types_;
  std::deque<PickleName> unknown_names_;
  std::deque<std::string> texts_;
};

}  // namespace trivet::artifact
