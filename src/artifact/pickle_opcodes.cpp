// SPDX-License-Identifier: Apache-2.0
// The opcodes of pickle protocols 0 to 5 (a data table, and what each of them does).
#include "artifact/pickle_opcodes.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <utility>

#include "artifact/pickle_text.hpp"
#include "base/try.hpp"
#include "text/message.hpp"
#include "text/python.hpp"

namespace trivet::artifact {

using Kind = PickleKind;
using Machine = PickleMachine;

constexpr PickleMachine::Opcode PickleMachine::kOpcodes[] = {
    {0x80, "PROTO", &Machine::op_proto},
    {0x95, "FRAME", &Machine::op_frame},
    {'.', "STOP", &Machine::op_stop},
    {'(', "MARK", &Machine::op_mark},
    {'0', "POP", &Machine::op_pop},
    {'1', "POP_MARK", &Machine::op_pop_mark},
    {'2', "DUP", &Machine::op_refused},

    {'N', "NONE", &Machine::op_none},
    {0x88, "NEWTRUE", &Machine::op_true},
    {0x89, "NEWFALSE", &Machine::op_false},
    {'I', "INT", &Machine::op_int_line},
    {'L', "LONG", &Machine::op_long_line},
    {'J', "BININT", &Machine::op_int<std::int32_t>},
    {'K', "BININT1", &Machine::op_int<std::uint8_t>},
    {'M', "BININT2", &Machine::op_int<std::uint16_t>},
    {0x8a, "LONG1", &Machine::op_long<std::uint8_t>},
    {0x8b, "LONG4", &Machine::op_long<std::int32_t>},
    {'F', "FLOAT", &Machine::op_float_line},
    {'G', "BINFLOAT", &Machine::op_float},

    {'C', "SHORT_BINBYTES", &Machine::op_counted<std::uint8_t, Kind::bytes>},
    {'B', "BINBYTES", &Machine::op_counted<std::uint32_t, Kind::bytes>},
    {0x8e, "BINBYTES8", &Machine::op_counted<std::uint64_t, Kind::bytes>},
    {0x96, "BYTEARRAY8", &Machine::op_counted<std::uint64_t, Kind::bytes>},
    {0x97, "NEXT_BUFFER", &Machine::op_refused},
    {0x98, "READONLY_BUFFER", &Machine::op_refused},
    {'V', "UNICODE", &Machine::op_text_line},
    {0x8c, "SHORT_BINUNICODE", &Machine::op_counted<std::uint8_t, Kind::text>},
    {'X', "BINUNICODE", &Machine::op_counted<std::uint32_t, Kind::text>},
    {0x8d, "BINUNICODE8", &Machine::op_counted<std::uint64_t, Kind::text>},
    {'S', "STRING", &Machine::op_python2_line},
    {'T', "BINSTRING", &Machine::op_python2_text<std::int32_t>},
    {'U', "SHORT_BINSTRING", &Machine::op_python2_text<std::uint8_t>},

    {']', "EMPTY_LIST", &Machine::op_empty<Kind::list>},
    {'l', "LIST", &Machine::op_from_mark<Kind::list>},
    {'a', "APPEND", &Machine::op_append},
    {'e', "APPENDS", &Machine::op_appends},
    {')', "EMPTY_TUPLE", &Machine::op_empty<Kind::tuple>},
    {'t', "TUPLE", &Machine::op_from_mark<Kind::tuple>},
    {0x85, "TUPLE1", &Machine::op_short_tuple<1>},
    {0x86, "TUPLE2", &Machine::op_short_tuple<2>},
    {0x87, "TUPLE3", &Machine::op_short_tuple<3>},
    {'}', "EMPTY_DICT", &Machine::op_empty<Kind::dict>},
    {'d', "DICT", &Machine::op_from_mark<Kind::dict>},
    {'s', "SETITEM", &Machine::op_set_item},
    {'u', "SETITEMS", &Machine::op_set_items},
    {0x8f, "EMPTY_SET", &Machine::op_empty<Kind::set>},
    {0x90, "ADDITEMS", &Machine::op_add_items},
    {0x91, "FROZENSET", &Machine::op_from_mark<Kind::set>},

    {'p', "PUT", &Machine::op_put_line},
    {'q', "BINPUT", &Machine::op_put<std::uint8_t>},
    {'r', "LONG_BINPUT", &Machine::op_put<std::uint32_t>},
    {0x94, "MEMOIZE", &Machine::op_memoize},
    {'g', "GET", &Machine::op_get_line},
    {'h', "BINGET", &Machine::op_get<std::uint8_t>},
    {'j', "LONG_BINGET", &Machine::op_get<std::uint32_t>},

    {'c', "GLOBAL", &Machine::op_global},
    {0x93, "STACK_GLOBAL", &Machine::op_stack_global},
    {'R', "REDUCE", &Machine::op_reduce},
    {'b', "BUILD", &Machine::op_build},
    {0x81, "NEWOBJ", &Machine::op_new_object},
    {0x92, "NEWOBJ_EX", &Machine::op_new_object_with_keywords},
    {'i', "INST", &Machine::op_refused},
    {'o', "OBJ", &Machine::op_refused},
    {0x82, "EXT1", &Machine::op_refused},
    {0x83, "EXT2", &Machine::op_refused},
    {0x84, "EXT4", &Machine::op_refused},
    {'P', "PERSID", &Machine::op_refused},
    {'Q', "BINPERSID", &Machine::op_refused},
};

const PickleMachine::Opcode* PickleMachine::find_opcode(std::uint8_t code) noexcept {
  static constexpr auto kRows = [] {
    std::array<const Opcode*, 256> rows{};
    for (const Opcode& opcode : kOpcodes) rows[opcode.code] = &opcode;
    return rows;
  }();
  return kRows[code];
}

// --- control

Status PickleMachine::op_proto() {
  constexpr int kNewest = 5;
  std::uint8_t version = 0;
  if (!stream_.reader().little(version)) return cut();
  if (version > kNewest) {
    return refuse(text::message("the protocol is {}", version), "protocol 0 to 5");
  }
  return {};
}

/// A hint for readers of files. Arrays of joblib stand between frames, so nothing else is checked.
Status PickleMachine::op_frame() {
  std::uint64_t length = 0;
  if (!stream_.reader().little(length)) return cut();
  if (length > stream_.remaining()) {
    return fail(text::message("a frame of {} bytes, and {} are left in the file", length,
                              stream_.remaining()),
                "a complete pickle");
  }
  return {};
}

Status PickleMachine::op_stop() {
  PickleId id = 0;
  TRIVET_TRY(top(id));
  if (stack_.size() != 1 || !marks_.empty()) {
    return fail(text::message("{} values are on the stack", stack_.size()), "one, the result");
  }
  has_stopped_ = true;
  return {};
}

Status PickleMachine::op_mark() {
  marks_.push_back(stack_.size());
  return {};
}

/// Also takes a mark, as Python's machine does.
Status PickleMachine::op_pop() {
  if (!marks_.empty() && marks_.back() == stack_.size()) {
    marks_.pop_back();
    return {};
  }
  PickleId id = 0;
  return pop(id);
}

Status PickleMachine::op_pop_mark() {
  std::span<const PickleId> ids;
  return take_to_mark(ids);
}

Status PickleMachine::op_refused() {
  const auto reason = [&]() -> std::string_view {
    switch (opcode_->code) {
      case 'P':
      case 'Q': return "a persistent id, which stands for something outside of the file";
      case 0x82:
      case 0x83:
      case 0x84: return "an extension code, a number that means a class only where it was written";
      case 0x97:
      case 0x98: return "a buffer that was written beside the pickle";
      case 'i':
      case 'o': return "an instance of one of Python 2's old-style classes";
      default: return "an opcode that no pickler writes";
    }
  };
  return refuse(std::string(reason()),
                "a file as pickle.dump and joblib.dump write it, with everything inside");
}

// --- numbers

Status PickleMachine::push_integer(std::string_view digits) {
  std::string_view rest = digits;
  if (rest.starts_with('+')) rest.remove_prefix(1);
  std::int64_t value = 0;
  const char* const end = rest.data() + rest.size();
  const auto [stop, problem] = std::from_chars(rest.data(), end, value);
  if (stop != end || problem == std::errc::invalid_argument) {
    return fail(text::quoted(digits) + " is no whole number", "decimal digits");
  }
  const bool is_big = problem == std::errc::result_out_of_range;
  PickleNode node = make(is_big ? Kind::big_integer : Kind::integer);
  if (is_big) node.value = digits;
  else node.value = value;
  return push_node(node);
}

Status PickleMachine::op_int_line() {
  std::string_view line;
  if (!stream_.take_line(line)) return cut();
  if (line == "00") return push(PickleGraph::kFalse);
  if (line == "01") return push(PickleGraph::kTrue);
  return push_integer(line);
}

Status PickleMachine::op_long_line() {
  std::string_view line;
  if (!stream_.take_line(line)) return cut();
  if (line.ends_with('L')) line.remove_suffix(1);
  return push_integer(line);
}

template <class T>
Status PickleMachine::op_int() {
  T value = 0;
  if (!stream_.reader().little(value)) return cut();
  PickleNode node = make(Kind::integer);
  node.value = std::int64_t{value};
  return push_node(node);
}

template <class Length>
Status PickleMachine::op_long() {
  Length length = 0;
  std::string_view raw;
  if (!stream_.reader().little(length)) return cut();
  if (std::cmp_less(length, 0)) return fail("a negative length", "a sound pickle");
  if (!stream_.reader().take_text(static_cast<std::size_t>(length), raw)) return cut();
  PickleNode node = make(Kind::integer);
  if (raw.size() > sizeof(std::int64_t)) {
    node.kind = Kind::big_integer;
    node.value = raw;
    return push_node(node);
  }
  const bool is_negative = !raw.empty() && (static_cast<std::uint8_t>(raw.back()) & 0x80) != 0;
  std::uint64_t value = is_negative ? ~std::uint64_t{0} : 0;
  for (std::size_t i = raw.size(); i-- > 0;) {
    value = value << 8 | static_cast<std::uint8_t>(raw[i]);
  }
  node.value = std::bit_cast<std::int64_t>(value);
  return push_node(node);
}

Status PickleMachine::op_float_line() {
  std::string_view line;
  if (!stream_.take_line(line)) return cut();
  double value = 0;
  if (!text::parse_python_float(line, value)) {
    return fail(text::quoted(line) + " is no number", "a decimal number");
  }
  PickleNode node = make(Kind::number);
  node.value = value;
  return push_node(node);
}

Status PickleMachine::op_float() {
  double value = 0;
  if (!stream_.reader().big(value)) return cut();
  PickleNode node = make(Kind::number);
  node.value = value;
  return push_node(node);
}

// --- texts and bytes

template <class Length, PickleKind kind>
Status PickleMachine::op_counted() {
  Length length = 0;
  if (!stream_.reader().little(length)) return cut();
  if (length > stream_.remaining()) {
    return fail(text::message("a length of {} bytes, and {} are left in the file", length,
                              stream_.remaining()),
                "a complete pickle");
  }
  std::string_view content;
  (void)stream_.reader().take_text(static_cast<std::size_t>(length), content);
  PickleNode node = make(kind);
  node.value = content;
  return push_node(node);
}

template <class Length>
Status PickleMachine::op_python2_text() {
  Length length = 0;
  if (!stream_.reader().little(length)) return cut();
  if (std::cmp_less(length, 0)) return fail("a negative length", "a sound pickle");
  std::string_view content;
  if (!stream_.reader().take_text(static_cast<std::size_t>(length), content)) return cut();
  PickleNode node = make(Kind::text);
  node.is_python2_text = true;
  node.value = content;
  return push_node(node);
}

Status PickleMachine::op_text_line() {
  std::string_view line;
  if (!stream_.take_line(line)) return cut();
  PickleNode node = make(Kind::text);
  node.value = line;
  if (!is_plain_ascii(line)) {
    std::string decoded;
    if (!decode_raw_unicode(line, decoded)) {
      return fail(text::quoted(line) + " has an escape that is none", "\\uXXXX or \\UXXXXXXXX");
    }
    node.value = graph_.keep(std::move(decoded));
  }
  return push_node(node);
}

Status PickleMachine::op_python2_line() {
  std::string_view line;
  if (!stream_.take_line(line)) return cut();
  PickleNode node = make(Kind::text);
  node.is_python2_text = true;
  std::string decoded;
  if (!decode_python2_literal(line, decoded)) {
    return fail(text::quoted(line) + " is no text in quotes", "a text of Python 2");
  }
  node.value = graph_.keep(std::move(decoded));
  return push_node(node);
}

// --- containers

template <PickleKind kind>
Status PickleMachine::op_empty() {
  PickleNode node = make(kind);
  node.value = PickleSlice();
  return push_node(node);
}

template <PickleKind kind>
Status PickleMachine::op_from_mark() {
  std::span<const PickleId> ids;
  TRIVET_TRY(take_to_mark(ids));
  if (kind == Kind::dict && ids.size() % 2 != 0) {
    return fail("a key without a value", "keys and values in turn");
  }
  return push(graph_.add_items(kind, ids, opcode_at_));
}

template <std::size_t count>
Status PickleMachine::op_short_tuple() {
  std::array<PickleId, count> ids{};
  for (std::size_t i = count; i-- > 0;) TRIVET_TRY(pop(ids[i]));
  return push(graph_.add_items(Kind::tuple, ids, opcode_at_));
}

/// To a list or set, or to an object of a class that is one.
Status PickleMachine::append_to_top(std::span<const PickleId> ids, PickleKind kind) {
  PickleId target = 0;
  TRIVET_TRY(top(target));
  if (graph_.node(target).kind == Kind::object) {
    if (graph_.object(target).items == kNoPickleId) {
      const PickleId items = graph_.add_items(kind, {}, opcode_at_);
      graph_.mutable_object(target).items = items;
    }
    target = graph_.object(target).items;
  }
  const PickleNode& node = graph_.node(target);
  if (node.kind != kind || node.is_sealed) {
    return fail(text::message("the items are for {}", kind_name(node.kind)),
                std::string(kind_name(kind)));
  }
  graph_.append(target, ids);
  return {};
}

Status PickleMachine::op_append() {
  PickleId id = 0;
  TRIVET_TRY(pop(id));
  return append_to_top(std::span(&id, 1), Kind::list);
}

Status PickleMachine::op_appends() {
  std::span<const PickleId> ids;
  TRIVET_TRY(take_to_mark(ids));
  return append_to_top(ids, Kind::list);
}

Status PickleMachine::op_add_items() {
  std::span<const PickleId> ids;
  TRIVET_TRY(take_to_mark(ids));
  return append_to_top(ids, Kind::set);
}

/// Into a dict, or an object of a class that is one.
Status PickleMachine::set_items(std::span<const PickleId> ids, PickleId target) {
  if (ids.size() % 2 != 0) return fail("a key without a value", "keys and values in turn");
  if (graph_.node(target).kind == Kind::object) {
    if (graph_.object(target).entries == kNoPickleId) {
      const PickleId entries = graph_.add_items(Kind::dict, {}, opcode_at_);
      graph_.mutable_object(target).entries = entries;
    }
    target = graph_.object(target).entries;
  }
  const PickleNode& node = graph_.node(target);
  if (node.kind != Kind::dict || node.is_sealed) {
    return fail(text::message("the entries are for {}", kind_name(node.kind)), "a dict");
  }
  graph_.append(target, ids);
  return {};
}

Status PickleMachine::op_set_item() {
  std::array<PickleId, 2> entry{};
  PickleId target = 0;
  TRIVET_TRY(pop(entry[1]));
  TRIVET_TRY(pop(entry[0]));
  TRIVET_TRY(top(target));
  return set_items(entry, target);
}

Status PickleMachine::op_set_items() {
  std::span<const PickleId> ids;
  PickleId target = 0;
  TRIVET_TRY(take_to_mark(ids));
  TRIVET_TRY(top(target));
  return set_items(ids, target);
}

// --- the memo

Status PickleMachine::read_index_line(std::size_t& index) {
  std::string_view line;
  if (!stream_.take_line(line)) return cut();
  const char* const end = line.data() + line.size();
  const auto [stop, problem] = std::from_chars(line.data(), end, index);
  if (problem != std::errc() || stop != end) {
    return fail(text::quoted(line) + " is no number of a memo's entry", "decimal digits");
  }
  return {};
}

Status PickleMachine::op_put_line() {
  std::size_t index = 0;
  PickleId id = 0;
  TRIVET_TRY(read_index_line(index));
  TRIVET_TRY(top(id));
  return remember(index, id);
}

Status PickleMachine::op_get_line() {
  std::size_t index = 0;
  TRIVET_TRY(read_index_line(index));
  return recall(index);
}

template <class Index>
Status PickleMachine::op_put() {
  Index index = 0;
  PickleId id = 0;
  if (!stream_.reader().little(index)) return cut();
  TRIVET_TRY(top(id));
  return remember(index, id);
}

template <class Index>
Status PickleMachine::op_get() {
  Index index = 0;
  if (!stream_.reader().little(index)) return cut();
  return recall(index);
}

/// Numbers by the entries that there are, so mixing it with PUT means what it means in Python.
Status PickleMachine::op_memoize() {
  PickleId id = 0;
  TRIVET_TRY(top(id));
  return remember(memo_count_, id);
}

// --- names and calls

Status PickleMachine::op_global() {
  std::string_view module;
  std::string_view name;
  if (!stream_.take_line(module) || !stream_.take_line(name)) return cut();
  return push_name(module, name);
}

Status PickleMachine::op_stack_global() {
  PickleId name = 0;
  PickleId module = 0;
  TRIVET_TRY(pop(name));
  TRIVET_TRY(pop(module));
  const PickleNode& module_node = graph_.node(module);
  const PickleNode& name_node = graph_.node(name);
  if (module_node.kind != Kind::text || name_node.kind != Kind::text) {
    return fail(text::message("{} and {} for a module and a name", kind_name(module_node.kind),
                              kind_name(name_node.kind)),
                "two texts");
  }
  return push_name(module_node.text(), name_node.text());
}

Status PickleMachine::op_reduce() {
  PickleId args = 0;
  PickleId callee = 0;
  TRIVET_TRY(pop(args));
  TRIVET_TRY(pop(callee));
  if (graph_.node(callee).kind != Kind::name || graph_.node(args).kind != Kind::tuple) {
    return fail(text::message("a call of {} with {}", kind_name(graph_.node(callee).kind),
                              kind_name(graph_.node(args).kind)),
                "a class or function, and a tuple");
  }
  const Result<PickleId> made = call(*graph_.node(callee).name(), args);
  TRIVET_TRY(made);
  return push(*made);
}

Status PickleMachine::op_new_object() {
  PickleId args = 0;
  PickleId callee = 0;
  TRIVET_TRY(pop(args));
  TRIVET_TRY(pop(callee));
  if (graph_.node(callee).kind != Kind::name || graph_.node(args).kind != Kind::tuple) {
    return fail(text::message("an instance of {} from {}", kind_name(graph_.node(callee).kind),
                              kind_name(graph_.node(args).kind)),
                "a class, and a tuple");
  }
  PickleObject object;
  object.callee = graph_.node(callee).name();
  object.args = args;
  return push(graph_.add_object(object, opcode_at_));
}

Status PickleMachine::op_new_object_with_keywords() {
  PickleId keywords = 0;
  TRIVET_TRY(pop(keywords));
  if (graph_.node(keywords).kind != Kind::dict) {
    return fail("keywords that are no dict", "a dict");
  }
  TRIVET_TRY(op_new_object());
  graph_.mutable_object(stack_.back()).keywords = keywords;
  return {};
}

Status PickleMachine::op_build() {
  PickleId state = 0;
  PickleId target = 0;
  TRIVET_TRY(pop(state));
  TRIVET_TRY(top(target));
  return build(target, state);
}

}  // namespace trivet::artifact
