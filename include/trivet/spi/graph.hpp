// SPDX-License-Identifier: Apache-2.0
// The Graph: what every format fills and every backend reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "trivet/export.hpp"
#include "trivet/result.hpp"
#include "trivet/signature.hpp"
#include "trivet/spi/linear.hpp"
#include "trivet/spi/tree_ensemble.hpp"
#include "trivet/tensor.hpp"
#include "trivet/value.hpp"

namespace trivet::inline v0::spi {

using ValueId = std::uint32_t;  ///< position in Graph::values
using NodeId = std::uint32_t;   ///< position in Graph::nodes

/// An element that is made of several columns. Lists are in ascending order and not empty.
struct ElementColumns {
  std::uint32_t element = 0;
  std::vector<std::uint32_t> columns;
  std::vector<std::uint32_t> credited;  ///< those of them that its framework says it is made of
};

/// What flows between nodes: `N` rows of `width` elements, row-major. Elements of text and bytes
/// are std::string_view, with null data where the text is missing; only operators read them.
struct GraphValue {
  std::string name;
  DType dtype = DType::float32;
  std::uint32_t width = 1;
  /// Which column each element is made of; kNoColumn for one that is always missing,
  /// kSeveralColumns for those of `combinations`. Empty where that isn't known, and for the graph's
  /// input.
  std::vector<std::uint32_t> columns = {};
  std::vector<ElementColumns> combinations = {};  ///< by element, in ascending order
  /// Not 0: float64 of which a row has few that are not 0, at most so many for each byte of the
  /// longest text and one more. Operators alone make and read them, within one region.
  std::uint32_t sparse_factor = 0;

  [[nodiscard]] bool is_sparse() const noexcept { return sparse_factor != 0; }
};
/// Bytes of one element of a value.
[[nodiscard]] inline std::size_t element_bytes(DType dtype) noexcept {
  const std::size_t size = size_of(dtype);
  return size == 0 ? sizeof(std::string_view) : size;
}
inline constexpr std::uint32_t kNoColumn = static_cast<std::uint32_t>(-1);
inline constexpr std::uint32_t kSeveralColumns = static_cast<std::uint32_t>(-2);

/// What one of a node's outputs holds. A TreeEnsemble or Linear node may offer each kind once.
enum class Port : std::uint8_t {
  margin,       ///< the sum, before the link; output_count wide
  linked,       ///< after the link; output_count wide
  class_index,  ///< the first greatest margin, as a number in the margin's width; 1 wide
  leaf_index,   ///< the leaf of every tree, int32; tree_count wide
  result,       ///< an operator's output, in the operator's own order
};

struct NodeOutput {
  Port port = Port::margin;
  ValueId value = 0;
};

/// Numbers that belong to an operator: its tables and weights, in the machine's byte order.
/// `data` lives as long as `owner`, which may be a mapped file; copies share it.
struct Constant {
  std::string name;
  DType dtype = DType::float32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> data;
  std::shared_ptr<const void> owner;
};

/// One that owns its numbers, as one list of the element type that T is.
template <class T>
[[nodiscard]] Constant make_constant(std::string name, std::vector<T> numbers) {
  auto owner = std::make_shared<const std::vector<T>>(std::move(numbers));
  const std::span<const std::byte> bytes = std::as_bytes(std::span(*owner));
  return {.name = std::move(name),
          .dtype = dtype_of<T>(),
          .shape = {static_cast<std::int64_t>(owner->size())},
          .data = bytes,
          .owner = std::move(owner)};
}

/// Anything that is neither forest nor linear map, under one name and one meaning for all
/// frameworks (`spec`: the operator table of the tensor backend).
struct Operator {
  std::string name;
  std::vector<std::pair<std::string, Value>> attributes;
  std::vector<Constant> constants = {};
};

struct Node {
  std::variant<TreeEnsemble, Linear, Operator> body;
  std::vector<ValueId> inputs;
  std::vector<NodeOutput> outputs;
};

/// A text or bytes column of the input as a value of its own, of that type and width 1.
struct TextInput {
  std::uint32_t column = 0;
  ValueId value = 0;
};

/// A row of columns that the caller gives. Its value is float32 or float64 and as wide as the
/// columns have cells.
struct GraphInput {
  ValueId value = 0;
  std::vector<Column> columns;
  /// Columns of text or bytes have a cell too, which holds nothing.
  std::vector<TextInput> texts = {};
  bool accepts_lists = true;  ///< an instance may be a list, a value for each column
  /// In number columns stands for a missing value, as NaN does; from the sidecar.
  std::optional<double> missing = {};
};

/// A named answer: a value, the shape of one row of it, its class labels. With `labels`, its
/// numbers are positions in that list.
struct GraphOutput {
  std::string name;
  ValueId value = 0;
  bool scalar = false;  ///< width 1 is a bare number, not a list of one
  std::vector<std::string> classes = {};
  std::vector<Value> labels = {};
  std::optional<ClassObject> object = {};  ///< see Output::object
};

/// Where a graph came from, for `inspect`.
struct Provenance {
  std::string format;
  std::string framework;
  std::string version;
  std::string objective;
  std::vector<std::string> notes = {};
  std::vector<std::string> warnings = {};
  std::vector<std::string> structure = {};  ///< its parts, drawn: a line each
};

/// Nodes in topological order: a node's inputs are graph inputs or outputs of earlier nodes.
/// The first output is the default answer; `parameters` say how a request asks for another.
struct Graph {
  GraphInput input;
  std::vector<GraphValue> values;
  std::vector<Node> nodes;
  std::vector<GraphOutput> outputs;
  std::vector<ParameterRule> parameters;
  Provenance provenance;

  /// Appends a value; returns its id.
  ValueId add_value(std::string name, DType dtype, std::uint32_t width) {
    values.push_back({std::move(name), dtype, width});
    return static_cast<ValueId>(values.size() - 1);
  }
};

/// Proves what backends rely on: ids in range, topological order, one producer a value, widths and
/// element types that fit the nodes, names that are unique. Forests were proved when they were
/// built. O(graph without the forests' nodes). Errors: invalid_model.
[[nodiscard]] TRIVET_EXPORT Status validate(const Graph& graph);

}  // namespace trivet::inline v0::spi
