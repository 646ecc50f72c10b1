// SPDX-License-Identifier: Apache-2.0
// The pickle machine's loop, its stack and its memo.
#include "artifact/pickle_machine.hpp"

#include <cstring>
#include <utility>

#include "artifact/pickle_opcodes.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::artifact {

bool PickleStream::take_line(std::string_view& line) noexcept {
  const std::size_t left = remaining();
  if (left == 0) return false;
  const std::byte* const begin = bytes_.data() + position();
  const void* const end = std::memchr(begin, '\n', left);
  if (end == nullptr) return false;
  const auto size = static_cast<std::size_t>(static_cast<const std::byte*>(end) - begin);
  return reader_.take_text(size, line) && reader_.skip(1);
}

bool PickleStream::spend(std::size_t amount) noexcept {
  constexpr std::size_t kPerByte = 8;
  if (amount > bytes_.size()) return false;
  spent_ += amount;
  return spent_ <= kPerByte * bytes_.size();
}

Error PickleMachine::fail(std::string found, std::string expected) const {
  const std::string_view name = opcode_ != nullptr ? opcode_->name : "opcode";
  return Error(Errc::invalid_model, text::message("byte {}, {}", opcode_at_, name),
               std::move(found), std::move(expected));
}

Error PickleMachine::refuse(std::string found, std::string expected) const {
  const std::string_view name = opcode_ != nullptr ? opcode_->name : "opcode";
  return Error(Errc::unsupported_model, text::message("byte {}, {}", opcode_at_, name),
               std::move(found), std::move(expected));
}

Error PickleMachine::cut() const {
  return fail(text::message("the file ends inside its argument, {} bytes later",
                            stream_.position() - opcode_at_ + stream_.remaining()),
              "a complete pickle");
}

Result<PickleId> PickleMachine::run() {
  while (!has_stopped_) {
    opcode_at_ = stream_.position();
    opcode_ = nullptr;
    std::uint8_t code = 0;
    if (!stream_.reader().little(code)) {
      return fail("the file ends without STOP", "a complete pickle");
    }
    opcode_ = find_opcode(code);
    if (opcode_ == nullptr) {
      return fail(text::message("the byte 0x{:02x} is no pickle opcode", code),
                  "a pickle of protocol 0 to 5");
    }
    TRIVET_TRY((this->*opcode_->run)());
  }
  return stack_.back();
}

PickleNode PickleMachine::make(PickleKind kind) const noexcept {
  PickleNode node;
  node.kind = kind;
  node.offset = opcode_at_;
  return node;
}

Status PickleMachine::push(PickleId id) {
  if (!stream_.count_value()) {
    return fail(text::message("there are more than {} values", stream_.options().max_values),
                "a pickle within the limit");
  }
  stack_.push_back(id);
  return {};
}

Status PickleMachine::push_node(PickleNode node) { return push(graph_.add(node)); }

Status PickleMachine::top(PickleId& id) {
  if (stack_.size() == (marks_.empty() ? 0 : marks_.back())) {
    return fail("there is no value for it on the stack", "a sound pickle");
  }
  id = stack_.back();
  return {};
}

Status PickleMachine::pop(PickleId& id) {
  TRIVET_TRY(top(id));
  stack_.pop_back();
  return {};
}

Status PickleMachine::take_to_mark(std::span<const PickleId>& ids) {
  if (marks_.empty()) return fail("there is no mark on the stack", "a sound pickle");
  const std::size_t height = marks_.back();
  marks_.pop_back();
  taken_.assign(stack_.begin() + static_cast<std::ptrdiff_t>(height), stack_.end());
  stack_.resize(height);
  ids = taken_;
  return {};
}

Status PickleMachine::remember(std::size_t index, PickleId id) {
  // Writers number one after the other, and each entry has cost them bytes.
  if (index > stream_.position() - begin_) {
    return fail(text::message("the memo's entry {} comes after {} others", index, memo_count_),
                "entries numbered one after the other");
  }
  if (index >= memo_.size()) memo_.resize(index + 1, kNoPickleId);
  if (memo_[index] == kNoPickleId) ++memo_count_;
  memo_[index] = id;
  return {};
}

Status PickleMachine::recall(std::size_t index) {
  if (index >= memo_.size() || memo_[index] == kNoPickleId) {
    return fail(text::message("the memo has no entry {}", index), "a sound pickle");
  }
  return push(memo_[index]);
}

Result<Pickle> read_pickle(std::span<const std::byte> bytes, const PickleNameTable& names,
                           const PickleOptions& options) {
  Pickle pickle;
  PickleStream stream(bytes, names, options);
  const Result<PickleId> root = PickleMachine(stream, pickle.graph, 0).run();
  if (root) pickle.root = *root;
  pickle.byte_count = stream.position();
  // A name that isn't understood says more than the damage behind it.
  if (!options.keep_unknown_names) TRIVET_TRY(check_names(pickle));
  TRIVET_TRY(root);
  TRIVET_TRY(check_pickle(pickle, options));
  return pickle;
}

}  // namespace trivet::artifact
