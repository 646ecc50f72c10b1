// SPDX-License-Identifier: Apache-2.0
// FlatBuffers bytes out of a description, so that tests can write any table, right or wrong.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trivet::test {

/// A table to be: fields by slot. Children stand behind their parents, as references need it.
class FlatNode {
 public:
  template <class T>
  FlatNode& scalar(std::size_t slot, T value) {
    Field& field = fields_[slot];
    field.inline_bytes.assign(reinterpret_cast<const char*>(&value), sizeof(value));
    return *this;
  }
  FlatNode& table(std::size_t slot, FlatNode child) {
    fields_[slot].kind = Kind::table;
    fields_[slot].children.push_back(std::move(child));
    return *this;
  }
  FlatNode& tables(std::size_t slot, std::vector<FlatNode> children) {
    fields_[slot].kind = Kind::tables;
    fields_[slot].children = std::move(children);
    return *this;
  }
  /// A vector of `count` elements in those bytes.
  FlatNode& vector(std::size_t slot, std::string bytes, std::size_t count) {
    fields_[slot].kind = Kind::vector;
    fields_[slot].payload = std::move(bytes);
    fields_[slot].count = static_cast<std::uint32_t>(count);
    return *this;
  }
  template <class T>
  FlatNode& numbers(std::size_t slot, const std::vector<T>& values) {
    return vector(
        slot, std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)),
        values.size());
  }
  FlatNode& text(std::size_t slot, std::string_view value) {
    return vector(slot, std::string(value), value.size());
  }
  FlatNode& texts(std::size_t slot, std::vector<std::string> values) {
    fields_[slot].kind = Kind::texts;
    for (const std::string& value : values) {
      fields_[slot].children.emplace_back().text(0, value);
    }
    return *this;
  }

  /// The whole buffer, with this table as its root.
  [[nodiscard]] std::string bytes() const {
    std::string out(4, '\0');
    put(out, 0, static_cast<std::uint32_t>(append(out)));
    return out;
  }

 private:
  enum class Kind : std::uint8_t { scalar, table, tables, vector, texts };
  struct Field {
    Kind kind = Kind::scalar;
    std::string inline_bytes;
    std::string payload;
    std::uint32_t count = 0;
    std::vector<FlatNode> children;
  };

  template <class T>
  static void put(std::string& out, std::size_t at, T value) {
    std::memcpy(out.data() + at, &value, sizeof(value));
  }
  static void append_vector(std::string& out, const Field& field) {
    const std::size_t at = out.size();
    out.append(sizeof(field.count), '\0');
    put(out, at, field.count);
    out += field.payload;
    out += '\0';  // behind texts
  }

  /// Appends the vtable, the table, then what it refers to; returns the table's place.
  std::size_t append(std::string& out) const {
    const std::size_t slots = fields_.empty() ? 0 : fields_.rbegin()->first + 1;
    const std::size_t vtable = out.size();
    out.append(4 + 2 * slots, '\0');
    const std::size_t table = out.size();
    out.append(4, '\0');
    put(out, vtable, static_cast<std::uint16_t>(4 + 2 * slots));
    put(out, table, static_cast<std::int32_t>(table - vtable));
    std::map<std::size_t, std::size_t> place_of;
    for (const auto& [slot, field] : fields_) {
      put(out, vtable + 4 + 2 * slot, static_cast<std::uint16_t>(out.size() - table));
      place_of[slot] = out.size();
      if (field.kind == Kind::scalar) out += field.inline_bytes;
      else out.append(4, '\0');
    }
    put(out, vtable + 2, static_cast<std::uint16_t>(out.size() - table));
    for (const auto& [slot, field] : fields_) append_target(out, field, place_of[slot]);
    return table;
  }

  static void append_target(std::string& out, const Field& field, std::size_t reference) {
    if (field.kind == Kind::scalar) return;
    if (field.kind == Kind::table) {
      const std::size_t at = field.children.front().append(out);
      put(out, reference, static_cast<std::uint32_t>(at - reference));
      return;
    }
    put(out, reference, static_cast<std::uint32_t>(out.size() - reference));
    if (field.kind == Kind::vector) return append_vector(out, field);
    const std::size_t first = out.size() + 4;
    Field references;
    references.count = static_cast<std::uint32_t>(field.children.size());
    references.payload.assign(4 * field.children.size(), '\0');
    append_vector(out, references);
    for (std::size_t i = 0; i < field.children.size(); ++i) {
      const std::size_t from = first + 4 * i;
      std::size_t at = out.size();
      if (field.kind == Kind::texts) append_vector(out, field.children[i].fields_.at(0));
      else at = field.children[i].append(out);
      put(out, from, static_cast<std::uint32_t>(at - from));
    }
  }

  std::map<std::size_t, Field> fields_;
};

}  // namespace trivet::test
