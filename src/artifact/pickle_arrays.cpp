// SPDX-License-Identifier: Apache-2.0
// NumPy's arrays, dtypes and scalars in a pickle, and the arrays that joblib puts into the stream.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <utility>

#include "artifact/pickle_opcodes.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::artifact {
namespace {

using Kind = PickleKind;

/// The dtypes of NumPy's state tuples, by their places.
namespace dtype_state {
constexpr std::size_t kByteOrder = 1;
constexpr std::size_t kNames = 3;
constexpr std::size_t kFields = 4;
constexpr std::size_t kItemBytes = 5;
constexpr std::size_t kFewestParts = 7;  // with the version in front, since NumPy 1.0
}  // namespace dtype_state

}  // namespace

// --- dtypes

Result<PickleId> PickleMachine::call_dtype(std::span<const PickleId> args) {
  if (args.empty() || graph_.node(args[0]).kind != Kind::text) {
    return fail("a dtype without its code", "a text such as f8");
  }
  const std::string_view code = graph_.node(args[0]).text();
  std::optional<NumpyType> type = parse_numpy_type(code);
  if (!type) {
    return refuse(text::message("arrays of the type {}", text::quoted(code)),
                  "numbers, booleans, texts, bytes, objects or records of them");
  }
  const PickleId id = graph_.add(make(Kind::dtype));
  graph_.set_type(id, *std::move(type));
  return id;
}

Status PickleMachine::build_dtype(PickleId target, PickleId state) {
  const std::span<const PickleId> parts = graph_.items(state);
  if (graph_.node(state).kind != Kind::tuple || parts.size() < dtype_state::kFewestParts) {
    return fail(text::message("a dtype's state is {} of {}", kind_name(graph_.node(state).kind),
                              parts.size()),
                "a tuple with version, byte order, shape, names, fields, size, alignment");
  }
  NumpyType type = graph_.dtype(target);
  const PickleNode& order = graph_.node(parts[dtype_state::kByteOrder]);
  if (order.kind != Kind::text || order.text().size() != 1) {
    return fail("a dtype without a byte order", "one of < > | =");
  }
  type.is_big_endian = order.text() == ">";
  const PickleNode& size = graph_.node(parts[dtype_state::kItemBytes]);
  if (size.kind != Kind::integer || size.integer() > std::int64_t{1} << 30) {
    return fail("a dtype without a size", "the bytes of an item, or -1");
  }
  const bool has_any_size = type.kind == NumpyKind::text || type.kind == NumpyKind::bytes ||
                            type.kind == NumpyKind::record;
  if (has_any_size && size.integer() >= 0) {
    type.item_bytes = static_cast<std::size_t>(size.integer());
  }
  if (type.kind == NumpyKind::text && type.item_bytes % 4 != 0) {
    return fail(text::message("a text of {} bytes", type.item_bytes), "four for each character");
  }
  const PickleId names = parts[dtype_state::kNames];
  if (names != PickleGraph::kNone) {
    TRIVET_TRY(read_fields(names, parts[dtype_state::kFields], type));
  }
  graph_.set_type(target, std::move(type));
  graph_.mutable_node(target).is_sealed = true;
  return {};
}

Status PickleMachine::read_fields(PickleId names, PickleId fields, NumpyType& type) {
  constexpr std::size_t kMostFields = 64;
  const std::span<const PickleId> wanted = graph_.items(names);
  const std::size_t entries = graph_.items(fields).size() / 2;
  const bool has_fields =
      graph_.node(names).kind == Kind::tuple && graph_.node(fields).kind == Kind::dict;
  // A field with a title is in the dict twice.
  if (!has_fields || type.kind != NumpyKind::record || wanted.size() > kMostFields ||
      entries > 2 * wanted.size()) {
    return fail("the fields of a dtype don't fit together", "names, and a dict with each of them");
  }
  if (!stream_.spend(wanted.size() * entries)) {
    return fail("the same dtype again and again", "a sound pickle");
  }
  type.fields.clear();
  constexpr std::size_t kLongestName = 255;
  for (const PickleId name : wanted) {
    if (graph_.node(name).kind != Kind::text || graph_.node(name).text().size() > kLongestName) {
      return fail("a field without a name", "a text of up to 255 bytes");
    }
    const PickleId place = graph_.find(fields, graph_.node(name).text());
    if (place == kNoPickleId) {
      return fail("no field " + text::quoted(graph_.node(name).text()), "each of the names");
    }
    TRIVET_TRY(add_field(name, place, type));
  }
  return {};
}

/// `place` is a tuple of the field's dtype and offset, and perhaps a title.
Status PickleMachine::add_field(PickleId name, PickleId place, NumpyType& type) {
  const std::span<const PickleId> parts = graph_.items(place);
  const bool is_place = graph_.node(place).kind == Kind::tuple && parts.size() >= 2 &&
                        graph_.node(parts[0]).kind == Kind::dtype &&
                        graph_.node(parts[1]).kind == Kind::integer;
  if (!is_place) return fail("a field without a type and an offset", "both");
  NumpyField field;
  field.name = graph_.node(name).text();
  field.type = &graph_.dtype(parts[0]);
  const std::int64_t offset = graph_.node(parts[1]).integer();
  field.offset = static_cast<std::size_t>(offset);
  const bool is_inside = offset >= 0 && field.type->item_bytes <= type.item_bytes &&
                         field.offset <= type.item_bytes - field.type->item_bytes;
  if (!is_inside || field.type->kind == NumpyKind::object) {
    return fail(text::message("the field {}, at byte {} of {}, with {}", text::quoted(field.name),
                              offset, type.item_bytes, field.type->name()),
                "plain data inside of its record");
  }
  type.fields.push_back(field);
  return {};
}

// --- arrays

Status PickleMachine::read_shape(PickleId from, std::vector<std::int64_t>& shape) {
  const PickleNode& node = graph_.node(from);
  if (node.kind == Kind::integer) {
    shape = {node.integer()};
    return {};
  }
  const std::span<const PickleId> extents = graph_.items(from);
  if ((node.kind != Kind::tuple && node.kind != Kind::list) ||
      extents.size() > NumpyArray::kMostDimensions) {
    return fail(text::message("a shape that is {}", kind_name(node.kind)),
                "a tuple of at most 32 extents");
  }
  for (const PickleId extent : extents) {
    if (graph_.node(extent).kind != Kind::integer) return fail("an extent that is none", "an int");
    shape.push_back(graph_.node(extent).integer());
  }
  return {};
}

/// `_reconstruct(class, (0,), b"b")`: an empty array, which a state makes what it is.
Result<PickleId> PickleMachine::call_array(std::span<const PickleId> args) {
  const bool is_class = !args.empty() && graph_.node(args[0]).kind == Kind::name;
  if (!is_class) return fail("an array without its class", "numpy.ndarray");
  const PickleName& callee = *graph_.node(args[0]).name();
  if (callee.role != PickleRole::array_class && callee.role != PickleRole::unknown) {
    return refuse(text::message("an array of the class {}.{}", callee.module, callee.name),
                  "numpy.ndarray");
  }
  NumpyLayout layout;
  layout.shape = {0};
  const NumpyType* const type = graph_.add_type({NumpyKind::integer, false, 1, {}});
  const PickleId id = graph_.add(make(Kind::array));
  graph_.set_array(id, make_numpy_array(*type, layout), {});
  return id;
}

/// `(version, shape, dtype, is column-major, data)`, once without the version.
Status PickleMachine::build_array(PickleId target, PickleId state) {
  constexpr std::size_t kParts = 4;
  std::span<const PickleId> parts = graph_.items(state);
  if (parts.size() == kParts + 1) parts = parts.subspan(1);
  const bool is_state = graph_.node(state).kind == Kind::tuple && parts.size() == kParts &&
                        graph_.node(parts[1]).kind == Kind::dtype;
  if (!is_state) {
    return fail(text::message("an array's state is {} of {}", kind_name(graph_.node(state).kind),
                              parts.size()),
                "a tuple of version, shape, dtype, order and data");
  }
  NumpyLayout layout;
  TRIVET_TRY(read_shape(parts[0], layout.shape));
  const PickleNode& order = graph_.node(parts[2]);
  layout.is_column_major =
      parts[2] == PickleGraph::kTrue || (order.kind == Kind::integer && order.integer() == 1);
  graph_.mutable_node(target).is_sealed = true;
  return fill_array(target, graph_.dtype(parts[1]), layout, parts[3]);
}

Status PickleMachine::fill_array(PickleId target, const NumpyType& type, const NumpyLayout& layout,
                                 PickleId data) {
  const std::optional<std::size_t> count = count_numpy_cells(layout.shape);
  if (!count) return fail("an array whose shape no array has", "extents that fit into the file");
  const auto misfit = [&](std::size_t found, std::string_view what) {
    return fail(
        text::message("an array of {} cells of {} has {} {}", *count, type.name(), found, what),
        "as many as the shape asks for");
  };
  if (type.kind == NumpyKind::object) {
    const PickleNode& list = graph_.node(data);
    if (list.kind != Kind::list) return fail("an array of objects without a list", "a list");
    if (list.items().count != *count) return misfit(list.items().count, "objects");
    // The list is row-major whatever the flag says, which is about memory.
    NumpyLayout row_major;
    row_major.shape = layout.shape;
    graph_.set_array(target, make_numpy_array(type, row_major), list.items());
    return {};
  }
  std::span<const std::byte> bytes;
  if (!as_bytes(graph_.node(data), bytes)) return fail("an array without its bytes", "bytes");
  const bool fits = type.item_bytes == 0 ? *count == 0
                                         : bytes.size() / type.item_bytes == *count &&
                                               bytes.size() % type.item_bytes == 0;
  if (!fits) return misfit(bytes.size(), "bytes");
  NumpyArray array = make_numpy_array(type, layout);
  array.data = bytes;
  graph_.set_array(target, std::move(array), {});
  return {};
}

/// `_frombuffer(bytes, dtype, shape, order[, axes])`: arrays in protocol 5.
Result<PickleId> PickleMachine::call_from_buffer(std::span<const PickleId> args) {
  const bool is_call = args.size() >= 4 && args.size() <= 5 &&
                       graph_.node(args[1]).kind == Kind::dtype &&
                       graph_.node(args[3]).kind == Kind::text;
  if (!is_call) return fail("an array without its parts", "bytes, dtype, shape and order");
  NumpyLayout layout;
  TRIVET_TRY(read_shape(args[2], layout.shape));
  const std::string_view order = graph_.node(args[3]).text();
  layout.is_column_major = order == "F";
  if (order == "K" && args.size() == 5 && args[4] != PickleGraph::kNone) {
    std::vector<std::int64_t> axes;
    TRIVET_TRY(read_shape(args[4], axes));
    layout.axes.assign(axes.begin(), axes.end());
    std::vector<std::int64_t> sorted = axes;
    std::sort(sorted.begin(), sorted.end());
    bool is_order = axes.size() == layout.shape.size();
    for (std::size_t d = 0; d < sorted.size(); ++d) {
      is_order = is_order && std::cmp_equal(sorted[d], d);
    }
    if (!is_order) return fail("an order of axes that is none", "each axis once");
  }
  const PickleId id = graph_.add(make(Kind::array));
  TRIVET_TRY(fill_array(id, graph_.dtype(args[1]), layout, args[0]));
  graph_.mutable_node(id).is_sealed = true;
  return id;
}

// --- scalars

Result<PickleId> PickleMachine::call_scalar(std::span<const PickleId> args) {
  if (args.size() != 2 || graph_.node(args[0]).kind != Kind::dtype) {
    return fail("a scalar without its parts", "a dtype and bytes");
  }
  const NumpyType& type = graph_.dtype(args[0]);
  if (type.kind == NumpyKind::object) return args[1];
  std::span<const std::byte> data;
  if (!as_bytes(graph_.node(args[1]), data) || data.size() != type.item_bytes) {
    return fail(text::message("a scalar of {} made of {}", type.name(),
                              kind_name(graph_.node(args[1]).kind)),
                text::message("{} bytes", type.item_bytes));
  }
  return scalar_value(type, data);
}

/// Numbers and texts as Python's own, with the size of their type; others as arrays of one cell.
Result<PickleId> PickleMachine::scalar_value(const NumpyType& type,
                                             std::span<const std::byte> data) {
  const NumpyCells cell(type, {}, {}, data.data());
  PickleNode node = make(Kind::integer);
  node.numpy_bytes = static_cast<std::uint8_t>(std::min<std::size_t>(type.item_bytes, 255));
  if (type.kind == NumpyKind::boolean) {
    return data[0] != std::byte{0} ? PickleGraph::kTrue : PickleGraph::kFalse;
  }
  std::vector<std::int64_t> integer;
  if (cell.append_to(integer)) {
    node.value = integer.front();
    return graph_.add(node);
  }
  std::vector<double> number;
  if (type.kind == NumpyKind::real && cell.append_to(number)) {
    node.kind = Kind::number;
    node.value = number.front();
    return graph_.add(node);
  }
  std::vector<std::string> texts;
  if (type.kind == NumpyKind::text) {
    if (!stream_.spend(data.size())) return fail("the same text again and again", "a sound pickle");
    if (!cell.append_to(texts)) return fail("a text with numbers that are no characters", "UCS-4");
    node.kind = Kind::text;
    node.value = graph_.keep(std::move(texts.front()));
    return graph_.add(node);
  }
  if (type.kind == NumpyKind::bytes) {
    node.kind = Kind::bytes;
    node.value = std::string_view(reinterpret_cast<const char*>(data.data()), data.size());
    return graph_.add(node);
  }
  NumpyArray array = make_numpy_array(type, {});
  array.data = data;
  const PickleId id = graph_.add(make(Kind::array));
  graph_.set_array(id, std::move(array), {});
  graph_.mutable_node(id).is_sealed = true;
  return id;
}

// --- joblib

/// The wrapper's state says what array follows; the wrapper becomes that array.
Status PickleMachine::read_array_in_stream(PickleId target, PickleId state) {
  const auto part = [&](std::string_view name) {
    return graph_.node(state).kind == Kind::dict ? graph_.find(state, name) : kNoPickleId;
  };
  const PickleId dtype = part("dtype");
  const PickleId shape = part("shape");
  const PickleId order = part("order");
  const bool is_state = dtype != kNoPickleId && shape != kNoPickleId && order != kNoPickleId &&
                        graph_.node(dtype).kind == Kind::dtype &&
                        graph_.node(order).kind == Kind::text;
  if (!is_state) return fail("an array of joblib without its parts", "dtype, shape and order");
  const NumpyType& type = graph_.dtype(dtype);
  if (type.kind == NumpyKind::object) return read_nested(target);
  TRIVET_TRY(skip_padding(state));
  NumpyLayout layout;
  TRIVET_TRY(read_shape(shape, layout.shape));
  layout.is_column_major = graph_.node(order).text() == "F";
  const std::optional<std::size_t> count = count_numpy_cells(layout.shape);
  const std::size_t left = stream_.remaining();
  if (!count || (type.item_bytes != 0 && *count > left / type.item_bytes)) {
    return fail(
        text::message("an array of joblib with more cells than the {} bytes that are left", left),
        "a complete file");
  }
  std::string_view bytes;
  (void)stream_.reader().take_text(*count * type.item_bytes, bytes);
  PickleNode data = make(Kind::bytes);
  data.value = bytes;
  return fill_array(target, type, layout, graph_.add(data));
}

/// An array of objects is a pickle of its own, with its own stack and memo.
Status PickleMachine::read_nested(PickleId target) {
  if (nesting_ == kMostNested) return fail("pickles deep inside each other", "at most 16");
  const Result<PickleId> nested = PickleMachine(stream_, graph_, nesting_ + 1).run();
  TRIVET_TRY(nested);
  if (graph_.node(*nested).kind != Kind::array) {
    return fail(text::message("{} where joblib has an array", kind_name(graph_.node(*nested).kind)),
                "an array of objects");
  }
  graph_.mutable_node(target) = graph_.node(*nested);
  return {};
}

/// joblib since 1.2 puts 1 … 16 bytes before the data, the first of them their number, so that the
/// data starts at a multiple of 16. Files that could not seek say None.
Status PickleMachine::skip_padding(PickleId state) {
  const PickleId alignment = graph_.find(state, "numpy_array_alignment_bytes");
  if (alignment == kNoPickleId || alignment == PickleGraph::kNone) return {};
  std::uint8_t count = 0;
  if (!stream_.reader().little(count) || !stream_.reader().skip(count)) return cut();
  return {};
}

}  // namespace trivet::artifact
