// SPDX-License-Identifier: Apache-2.0
// The stack machine behind read_pickle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/pickle.hpp"
#include "base/byte_reader.hpp"
#include "trivet/result.hpp"

namespace trivet::artifact {

/// A stream and what reading it has cost: shared by a pickle and those nested in it.
class PickleStream {
 public:
  /// Everything must outlive the stream.
  PickleStream(std::span<const std::byte> bytes, const PickleNameTable& names,
               const PickleOptions& options) noexcept
      : bytes_(bytes), reader_(bytes), names_(names), options_(options) {}

  [[nodiscard]] base::ByteReader& reader() noexcept { return reader_; }
  [[nodiscard]] const PickleNameTable& names() const noexcept { return names_; }
  [[nodiscard]] const PickleOptions& options() const noexcept { return options_; }
  [[nodiscard]] std::size_t position() const noexcept { return reader_.position(); }
  [[nodiscard]] std::size_t remaining() const noexcept { return reader_.remaining(); }

  /// The bytes up to the next newline, which is taken as well.
  [[nodiscard]] bool take_line(std::string_view& line) noexcept;
  /// Counts work that opcodes ask for beyond their own bytes; false when it exceeds what the bytes
  /// justify. So copying one long value again and again is noticed.
  [[nodiscard]] bool spend(std::size_t amount) noexcept;
  [[nodiscard]] bool count_value() noexcept { return ++value_count_ <= options_.max_values; }

 private:
  std::span<const std::byte> bytes_;
  base::ByteReader reader_;
  const PickleNameTable& names_;
  const PickleOptions& options_;
  std::size_t value_count_ = 0;
  std::size_t spent_ = 0;
};

/// One run from PROTO to STOP, with a stack and a memo of its own.
class PickleMachine {
 public:
  /// Pickles inside pickles, as joblib writes arrays of objects.
  static constexpr std::size_t kMostNested = 16;

  PickleMachine(PickleStream& stream, PickleGraph& graph, std::size_t nesting) noexcept
      : stream_(stream), graph_(graph), nesting_(nesting), begin_(stream.position()) {}

  [[nodiscard]] Result<PickleId> run();

 private:
  struct Opcode;
  static const Opcode kOpcodes[];
  static const Opcode* find_opcode(std::uint8_t code) noexcept;

  // --- the stack (pickle_machine.cpp)
  [[nodiscard]] Status push(PickleId id);
  [[nodiscard]] Status push_node(PickleNode node);
  [[nodiscard]] Status pop(PickleId& id);
  [[nodiscard]] Status top(PickleId& id);
  /// Takes the values above the last mark, and the mark. The view is valid until the next time.
  [[nodiscard]] Status take_to_mark(std::span<const PickleId>& ids);
  [[nodiscard]] Status remember(std::size_t index, PickleId id);
  [[nodiscard]] Status recall(std::size_t index);
  [[nodiscard]] PickleNode make(PickleKind kind) const noexcept;
  [[nodiscard]] Error fail(std::string found, std::string expected) const;
  [[nodiscard]] Error refuse(std::string found, std::string expected) const;
  [[nodiscard]] Error cut() const;

  // --- opcodes (pickle_opcodes.cpp), one function for each group
  [[nodiscard]] Status op_proto();
  [[nodiscard]] Status op_frame();
  [[nodiscard]] Status op_stop();
  [[nodiscard]] Status op_mark();
  [[nodiscard]] Status op_pop();
  [[nodiscard]] Status op_pop_mark();
  [[nodiscard]] Status op_none() { return push(PickleGraph::kNone); }
  [[nodiscard]] Status op_true() { return push(PickleGraph::kTrue); }
  [[nodiscard]] Status op_false() { return push(PickleGraph::kFalse); }
  [[nodiscard]] Status op_int_line();
  [[nodiscard]] Status op_long_line();
  template <class T>
  [[nodiscard]] Status op_int();
  template <class Length>
  [[nodiscard]] Status op_long();
  [[nodiscard]] Status op_float_line();
  [[nodiscard]] Status op_float();
  template <class Length, PickleKind kind>
  [[nodiscard]] Status op_counted();
  template <class Length>
  [[nodiscard]] Status op_python2_text();
  [[nodiscard]] Status op_text_line();
  [[nodiscard]] Status op_python2_line();
  template <PickleKind kind>
  [[nodiscard]] Status op_empty();
  template <PickleKind kind>
  [[nodiscard]] Status op_from_mark();
  template <std::size_t count>
  [[nodiscard]] Status op_short_tuple();
  [[nodiscard]] Status op_append();
  [[nodiscard]] Status op_appends();
  [[nodiscard]] Status op_add_items();
  [[nodiscard]] Status op_set_item();
  [[nodiscard]] Status op_set_items();
  [[nodiscard]] Status op_put_line();
  [[nodiscard]] Status op_get_line();
  template <class Index>
  [[nodiscard]] Status op_put();
  template <class Index>
  [[nodiscard]] Status op_get();
  [[nodiscard]] Status op_memoize();
  [[nodiscard]] Status op_global();
  [[nodiscard]] Status op_stack_global();
  [[nodiscard]] Status op_reduce();
  [[nodiscard]] Status op_new_object();
  [[nodiscard]] Status op_new_object_with_keywords();
  [[nodiscard]] Status op_build();
  [[nodiscard]] Status op_refused();

  [[nodiscard]] Status append_to_top(std::span<const PickleId> ids, PickleKind kind);
  [[nodiscard]] Status set_items(std::span<const PickleId> ids, PickleId target);
  [[nodiscard]] Status push_integer(std::string_view digits);
  [[nodiscard]] Status read_index_line(std::size_t& index);

  // --- names, calls, states (pickle_calls.cpp)
  [[nodiscard]] Status push_name(std::string_view module, std::string_view name);
  [[nodiscard]] Result<PickleId> call(const PickleName& callee, PickleId args);
  [[nodiscard]] Result<PickleId> call_container(PickleKind kind, std::span<const PickleId> args);
  [[nodiscard]] Result<PickleId> dict_of_pairs(PickleId pairs);
  [[nodiscard]] Result<PickleId> call_bytes(std::span<const PickleId> args);
  [[nodiscard]] Result<PickleId> call_encode(std::span<const PickleId> args);
  [[nodiscard]] Result<PickleId> call_reconstructor(std::span<const PickleId> args);
  [[nodiscard]] Result<PickleId> bytes_of_text(std::string_view text);
  [[nodiscard]] Status build(PickleId target, PickleId state);
  [[nodiscard]] Status build_object(PickleId target, PickleId state);

  // --- NumPy and joblib (pickle_arrays.cpp)
  [[nodiscard]] Result<PickleId> call_dtype(std::span<const PickleId> args);
  [[nodiscard]] Status build_dtype(PickleId target, PickleId state);
  [[nodiscard]] Status read_fields(PickleId names, PickleId fields, NumpyType& type);
  [[nodiscard]] Status add_field(PickleId name, PickleId place, NumpyType& type);
  [[nodiscard]] Result<PickleId> call_array(std::span<const PickleId> args);
  [[nodiscard]] Status build_array(PickleId target, PickleId state);
  [[nodiscard]] Result<PickleId> call_from_buffer(std::span<const PickleId> args);
  [[nodiscard]] Result<PickleId> call_scalar(std::span<const PickleId> args);
  [[nodiscard]] Result<PickleId> scalar_value(const NumpyType& type,
                                              std::span<const std::byte> data);
  [[nodiscard]] Status read_shape(PickleId from, std::vector<std::int64_t>& shape);
  /// Makes `target` the array, when its cells are as many as the data has.
  [[nodiscard]] Status fill_array(PickleId target, const NumpyType& type, const NumpyLayout& layout,
                                  PickleId data);
  [[nodiscard]] Status read_array_in_stream(PickleId target, PickleId state);
  [[nodiscard]] Status read_nested(PickleId target);
  [[nodiscard]] Status skip_padding(PickleId state);

  PickleStream& stream_;
  PickleGraph& graph_;
  std::size_t nesting_;
  std::size_t begin_;  // in the stream
  std::size_t opcode_at_ = 0;
  const Opcode* opcode_ = nullptr;
  bool has_stopped_ = false;
  std::vector<PickleId> stack_;
  std::vector<PickleId> taken_;     // by take_to_mark
  std::vector<std::size_t> marks_;  // heights of the stack
  std::vector<PickleId> memo_;
  std::size_t memo_count_ = 0;
};

/// The bytes of a node of kind bytes, or of a Python 2 text.
[[nodiscard]] bool as_bytes(const PickleNode& node, std::span<const std::byte>& out) noexcept;

/// The error for the first name that is in no table.
[[nodiscard]] Status check_names(const Pickle& pickle);
/// Proves what a pickle's reader may rely on: see Pickle. O(values), without recursion.
[[nodiscard]] Status check_pickle(const Pickle& pickle, const PickleOptions& options);

}  // namespace trivet::artifact
