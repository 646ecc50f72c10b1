// SPDX-License-Identifier: Apache-2.0
// Typed reading of a pickle's values.
#include "artifact/pickle_view.hpp"

#include <type_traits>
#include <utility>

#include "artifact/pickle_machine.hpp"
#include "base/try.hpp"
#include "base/utf8.hpp"
#include "text/message.hpp"

namespace trivet::artifact {

using Kind = PickleKind;

// --- steps

PickleView PickleView::child(std::size_t index) const noexcept {
  return {pickle_, pickle_->graph.child(id_, index), id_, index};
}

/// A part of this object.
std::optional<PickleView> PickleView::part(PickleId id) const noexcept {
  if (id == kNoPickleId) return std::nullopt;
  std::size_t step = 0;
  while (pickle_->graph.child(id_, step) != id) ++step;
  return child(step);
}

std::optional<PickleView> PickleView::find_in(PickleId dict, std::string_view name) const {
  if (dict == kNoPickleId || pickle_->graph.node(dict).kind != Kind::dict) return std::nullopt;
  const std::span<const PickleId> entries = pickle_->graph.items(dict);
  for (std::size_t i = entries.size(); i >= 2; i -= 2) {
    const PickleNode& key = pickle_->graph.node(entries[i - 2]);
    if (key.kind == Kind::text && key.text() == name) {
      return PickleView(pickle_, entries[i - 1], dict, i - 1);
    }
  }
  return std::nullopt;
}

std::size_t PickleView::size() const noexcept {
  const std::size_t count = pickle_->graph.items(id_).size();
  return kind() == Kind::dict ? count / 2 : count;
}

const PickleName* PickleView::name() const noexcept {
  if (kind() == Kind::name) return node().name();
  return kind() == Kind::object ? pickle_->graph.object(id_).callee : nullptr;
}

std::optional<PickleView> PickleView::find(std::string_view name) const noexcept {
  if (kind() == Kind::dict) return find_in(id_, name);
  if (kind() != Kind::object) return std::nullopt;
  const PickleObject& object = pickle_->graph.object(id_);
  if (auto found = find_in(object.state, name)) return found;
  // A class with __slots__ has a pair: its dict or None, and a dict of its slots.
  if (object.state != kNoPickleId && pickle_->graph.node(object.state).kind == Kind::tuple) {
    for (const PickleId one : pickle_->graph.items(object.state)) {
      if (auto found = find_in(one, name)) return found;
    }
  }
  return find_in(object.entries, name);
}

Result<PickleView> PickleView::attribute(std::string_view name) const {
  if (const auto found = find(name)) return *found;
  return fail(text::message("{} without {}", description(), text::quoted(name)),
              "an attribute of that name");
}

std::optional<PickleView> PickleView::argument(std::size_t index) const noexcept {
  if (kind() != Kind::object) return std::nullopt;
  const std::optional<PickleView> args = part(pickle_->graph.object(id_).args);
  if (!args || index >= args->size()) return std::nullopt;
  return args->item(index);
}

std::optional<PickleView> PickleView::state() const noexcept {
  if (kind() != Kind::object) return std::nullopt;
  return part(pickle_->graph.object(id_).state);
}

std::optional<PickleView> PickleView::items() const noexcept {
  if (kind() != Kind::object) return std::nullopt;
  return part(pickle_->graph.object(id_).items);
}

std::optional<PickleView> PickleView::entries() const noexcept {
  if (kind() != Kind::object) return std::nullopt;
  return part(pickle_->graph.object(id_).entries);
}

const NumpyArray* PickleView::array() const noexcept {
  return kind() == Kind::array ? &pickle_->graph.array(id_) : nullptr;
}

// --- scalars

Result<bool> PickleView::flag() const {
  if (kind() == Kind::boolean) return node().flag();
  if (kind() == Kind::integer && (node().integer() == 0 || node().integer() == 1)) {
    return node().integer() == 1;
  }
  return wrong_kind("a bool");
}

Result<std::int64_t> PickleView::integer() const {
  if (kind() != Kind::integer) return wrong_kind("an int");
  return node().integer();
}

Result<double> PickleView::number() const {
  if (kind() == Kind::integer) return static_cast<double>(node().integer());
  if (kind() != Kind::number) return wrong_kind("a number");
  return node().number();
}

Result<std::string_view> PickleView::text() const {
  if (kind() != Kind::text) return wrong_kind("a text");
  const std::size_t bad = base::find_invalid_utf8(node().text());
  if (bad < node().text().size()) {
    return fail(text::message("a text that isn't UTF-8 from its byte {} on", bad), "UTF-8");
  }
  return node().text();
}

Result<std::span<const std::byte>> PickleView::bytes() const {
  std::span<const std::byte> out;
  if (!as_bytes(node(), out)) return wrong_kind("bytes");
  return out;
}

// --- cells

Status PickleView::append_scalar(std::vector<double>& out) const {
  const Result<double> value = number();
  TRIVET_TRY(value);
  out.push_back(*value);
  return {};
}

Status PickleView::append_scalar(std::vector<float>& out) const {
  // A float64 would be rounded, and which float it then is depends on who does that.
  constexpr std::size_t kFloatBytes = sizeof(float);
  const bool is_float = node().numpy_bytes != 0 && node().numpy_bytes <= kFloatBytes;
  if (kind() != Kind::number || !is_float) return wrong_kind("a float32");
  out.push_back(static_cast<float>(node().number()));
  return {};
}

Status PickleView::append_scalar(std::vector<std::int64_t>& out) const {
  const Result<std::int64_t> value = integer();
  TRIVET_TRY(value);
  out.push_back(*value);
  return {};
}

Status PickleView::append_scalar(std::vector<std::uint8_t>& out) const {
  const Result<bool> value = flag();
  TRIVET_TRY(value);
  out.push_back(*value ? 1 : 0);
  return {};
}

Status PickleView::append_scalar(std::vector<std::string>& out) const {
  const Result<std::string_view> value = text();
  TRIVET_TRY(value);
  out.emplace_back(*value);
  return {};
}

template <class T>
Result<std::vector<T>> PickleView::cells(std::string_view expected) const {
  std::vector<T> out;
  const NumpyArray* const numbers = array();
  if (numbers != nullptr && numbers->type->kind != NumpyKind::object) {
    if (!numbers->cells().append_to(out)) return wrong_kind(expected);
    return out;
  }
  const bool is_sequence =
      numbers != nullptr || kind() == Kind::list || kind() == Kind::tuple || kind() == Kind::set;
  if (!is_sequence) {
    TRIVET_TRY(append_scalar(out));
    return out;
  }
  out.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) TRIVET_TRY(item(i).append_scalar(out));
  return out;
}

Result<std::vector<double>> PickleView::doubles() const { return cells<double>("numbers"); }
Result<std::vector<float>> PickleView::floats() const { return cells<float>("float32 numbers"); }
Result<std::vector<std::int64_t>> PickleView::integers() const {
  return cells<std::int64_t>("whole numbers of 64 bits");
}
Result<std::vector<std::uint8_t>> PickleView::flags() const {
  return cells<std::uint8_t>("truth values");
}
Result<std::vector<std::string>> PickleView::texts() const { return cells<std::string>("texts"); }

template <class T>
Status PickleView::read_field(std::string_view name, std::vector<T>& out) const {
  const std::optional<NumpyCells> found = array() != nullptr ? array()->field(name) : std::nullopt;
  if (!found) {
    return fail(text::message("{} without the field {}", description(), text::quoted(name)),
                "an array of records with it");
  }
  out.clear();
  if (found->append_to(out)) return {};
  return fail(
      text::message("the field {} of the type {}", text::quoted(name), found->type().name()),
      std::is_same_v<T, double> ? "numbers" : "whole numbers");
}

template Status PickleView::read_field(std::string_view, std::vector<double>&) const;
template Status PickleView::read_field(std::string_view, std::vector<std::int64_t>&) const;
template Status PickleView::read_field(std::string_view, std::vector<std::int32_t>&) const;

// --- errors

std::string PickleView::path() const {
  if (holder_ == kNoPickleId) return path_in_pickle(*pickle_, id_);
  std::string out = path_in_pickle(*pickle_, holder_);
  // A state is not a step of its own to whoever reads the path.
  constexpr std::string_view kState = ".__dict__";
  if (out.ends_with(kState)) out.resize(out.size() - kState.size());
  return out + step_in_pickle(*pickle_, holder_, step_);
}

std::string PickleView::description() const {
  if (const PickleName* const named = name()) {
    return text::message("{} {}.{}", kind() == Kind::object ? "an object of" : "the name",
                         named->module, named->name);
  }
  if (const NumpyArray* const numbers = array()) {
    std::string shape;
    for (const std::int64_t extent : numbers->shape) {
      shape += text::message("{}{}", shape.empty() ? "" : "×", extent);
    }
    return text::message("an array of {} {}", shape.empty() ? "1" : shape, numbers->type->name());
  }
  if (size() > 0) return text::message("{} of {}", kind_name(kind()), size());
  return std::string(kind_name(kind()));
}

Error PickleView::wrong_kind(std::string_view expected) const {
  return fail(description(), std::string(expected));
}

Error PickleView::fail(std::string found, std::string expected) const {
  return Error(Errc::invalid_model, path(), std::move(found), std::move(expected));
}

Error PickleView::refuse(std::string found, std::string expected) const {
  return Error(Errc::unsupported_model, path(), std::move(found), std::move(expected));
}

}  // namespace trivet::artifact
