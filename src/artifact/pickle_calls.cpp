// SPDX-License-Identifier: Apache-2.0
// What becomes of names, calls and states in a pickle: Python's own data is made, everything else
// is recorded.
#include <array>
#include <utility>

#include "artifact/pickle_opcodes.hpp"
#include "artifact/pickle_text.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::artifact {

using Kind = PickleKind;
using Role = PickleRole;

bool as_bytes(const PickleNode& node, std::span<const std::byte>& out) noexcept {
  const bool is_python2 = node.kind == Kind::text && node.is_python2_text;
  if (node.kind != Kind::bytes && !is_python2) return false;
  out = std::as_bytes(std::span(node.text().data(), node.text().size()));
  return true;
}

Status PickleMachine::push_name(std::string_view module, std::string_view name) {
  const PickleName* known = stream_.names().find(module, name);
  if (known != nullptr && known->role == Role::array_in_file) {
    return refuse("an array in a file of its own beside this one, as joblib before 0.10 wrote them",
                  "one file: load it with the joblib that it needs and save it with a newer one");
  }
  PickleNode node = make(Kind::name);
  node.value = known != nullptr ? known : graph_.add_unknown(module, name);
  return push_node(node);
}

Result<PickleId> PickleMachine::call(const PickleName& callee, PickleId args) {
  const std::span<const PickleId> values = graph_.items(args);
  switch (callee.role) {
    case Role::list: return call_container(Kind::list, values);
    case Role::tuple: return call_container(Kind::tuple, values);
    case Role::set: return call_container(Kind::set, values);
    case Role::dict: return call_container(Kind::dict, values);
    case Role::bytes: return call_bytes(values);
    case Role::encode: return call_encode(values);
    case Role::reconstructor: return call_reconstructor(values);
    case Role::array_dtype: return call_dtype(values);
    case Role::array_reconstruct: return call_array(values);
    case Role::array_from_buffer: return call_from_buffer(values);
    case Role::array_scalar: return call_scalar(values);
    case Role::record:
    case Role::unknown:
    case Role::array_class:
    case Role::array_in_stream:
    case Role::array_in_file: break;
  }
  PickleObject object;
  object.callee = &callee;
  object.args = args;
  return graph_.add_object(object, opcode_at_);
}

/// `list()`, `set([…])`, `OrderedDict([(key, value), …])`. Items are shared, not copied.
Result<PickleId> PickleMachine::call_container(Kind kind, std::span<const PickleId> args) {
  if (args.empty()) return graph_.add_items(kind, {}, opcode_at_);
  const Kind from = graph_.node(args[0]).kind;
  if (args.size() > 1 || (from != Kind::list && from != Kind::tuple)) {
    return fail(text::message("{} made of {} arguments, the first {}", kind_name(kind), args.size(),
                              kind_name(from)),
                "nothing, or a list or tuple");
  }
  if (kind == Kind::dict) return dict_of_pairs(args[0]);
  PickleNode node = make(kind);
  node.value = graph_.node(args[0]).items();
  node.is_sealed = true;
  return graph_.add(node);
}

Result<PickleId> PickleMachine::dict_of_pairs(PickleId pairs) {
  const std::size_t count = graph_.items(pairs).size();
  if (!stream_.spend(count)) return fail("the same pairs again and again", "a sound pickle");
  std::vector<PickleId> entries;
  entries.reserve(2 * count);
  for (const PickleId pair : graph_.items(pairs)) {
    const std::span<const PickleId> both = graph_.items(pair);
    const Kind kind = graph_.node(pair).kind;
    if ((kind != Kind::list && kind != Kind::tuple) || both.size() != 2) {
      return fail("a dict made of something else than pairs", "keys and values");
    }
    entries.insert(entries.end(), both.begin(), both.end());
  }
  return graph_.add_items(Kind::dict, entries, opcode_at_);
}

/// `bytes()`, `bytearray(b"…")`, `bytearray("…", "latin-1")`.
Result<PickleId> PickleMachine::call_bytes(std::span<const PickleId> args) {
  PickleNode node = make(Kind::bytes);
  node.value = std::string_view();
  if (args.empty()) return graph_.add(node);
  const PickleNode& from = graph_.node(args[0]);
  if (from.kind == Kind::text && args.size() == 2) return call_encode(args);
  if (from.kind != Kind::bytes || args.size() != 1) {
    return fail(text::message("bytes made of {}", kind_name(from.kind)), "bytes");
  }
  node.value = from.text();
  return graph_.add(node);
}

/// Bytes before protocol 3: the text whose characters have their values.
Result<PickleId> PickleMachine::call_encode(std::span<const PickleId> args) {
  const auto text_of = [&](std::size_t i) -> std::string_view {
    if (i >= args.size() || graph_.node(args[i]).kind != Kind::text) return {};
    return graph_.node(args[i]).text();
  };
  const std::string_view encoding = text_of(1);
  const bool is_latin1 = encoding == "latin1" || encoding == "latin-1";
  if (args.size() != 2 || graph_.node(args[0]).kind != Kind::text || !is_latin1) {
    return fail("a text encoded as " + text::quoted(encoding), "latin1, which pickles use");
  }
  return bytes_of_text(text_of(0));
}

Result<PickleId> PickleMachine::bytes_of_text(std::string_view text) {
  if (!stream_.spend(text.size())) return fail("the same text again and again", "a sound pickle");
  PickleNode node = make(Kind::bytes);
  node.value = text;
  if (!is_plain_ascii(text)) {
    std::string encoded;
    if (!encode_latin1(text, encoded)) {
      return fail("a text with characters that are no bytes", "characters up to U+00FF");
    }
    node.value = graph_.keep(std::move(encoded));
  }
  return graph_.add(node);
}

/// `(class, base, value)`: the instances of protocols 0 and 1. The value is what the base holds.
Result<PickleId> PickleMachine::call_reconstructor(std::span<const PickleId> args) {
  if (args.size() != 3 || graph_.node(args[0]).kind != Kind::name) {
    return fail("an instance without its class", "a class, its base and a value");
  }
  PickleObject object;
  object.callee = graph_.node(args[0]).name();
  const PickleId value = args[2];
  if (value == PickleGraph::kNone) return graph_.add_object(object, opcode_at_);
  object.args = graph_.add_items(Kind::tuple, std::span(&value, 1), opcode_at_);
  return graph_.add_object(object, opcode_at_);
}

Status PickleMachine::build(PickleId target, PickleId state) {
  const PickleNode& node = graph_.node(target);
  if (node.is_sealed) return fail("a value whose state has come before", "one state for each");
  switch (node.kind) {
    case Kind::object: return build_object(target, state);
    case Kind::array: return build_array(target, state);
    case Kind::dtype: return build_dtype(target, state);
    default: return fail(text::message("a state for {}", kind_name(node.kind)), "an object");
  }
}

Status PickleMachine::build_object(PickleId target, PickleId state) {
  graph_.mutable_node(target).is_sealed = true;
  if (graph_.object(target).callee->role == Role::array_in_stream) {
    return read_array_in_stream(target, state);
  }
  graph_.mutable_object(target).state = state;
  return {};
}

}  // namespace trivet::artifact
