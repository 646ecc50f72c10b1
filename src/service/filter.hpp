// SPDX-License-Identifier: Apache-2.0
// The filter of list methods: `display_name="a*" AND NOT labels.team:x`. (AIP-160)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "service/failure.hpp"
#include "service/json_mapping.hpp"
#include "trivet/value.hpp"

namespace trivet::service {

/// A field that a list method may be asked about: its place in the document and its kind.
struct FieldPath {
  std::vector<std::string> names;
  const Field* field = nullptr;
  bool is_map_key = false;  ///< the last name is a key of the map `field`
};
/// `labels.team`, `createTime`, `id_name` (which stands for `name`). Failures: invalid_argument.
[[nodiscard]] Outcome<FieldPath> find_path(const Message& message, std::string_view id_name,
                                           std::string_view text);
/// Null when the document doesn't have it.
[[nodiscard]] const Value* follow_path(const FieldPath& path, const Value& document) noexcept;

/// `OR` binds closer than `AND`, as the platform's filters do. Comparisons: `=`, `!=`, `<`, `<=`,
/// `>`, `>=`, and `:`, which asks whether a text, a list or a map has something. `*` in a text
/// stands for any letters.
class Filter {
 public:
  /// `id_name` (`endpoint`) asks for the last part of `name`. Failures: invalid_argument for bad
  /// syntax, unknown fields and values of a wrong kind. O(text).
  [[nodiscard]] static Outcome<Filter> parse(std::string_view text, const Message& message,
                                             std::string_view id_name);
  /// True for every document when the text was empty.
  [[nodiscard]] bool matches(const Value& document) const;

 private:
  friend class FilterParser;
  enum class Verb : std::uint8_t {
    all,
    any,
    negate,
    equal,
    unequal,  // only while it is read: then negate, equal
    less,
    less_equal,
    greater,
    greater_equal,
    has
  };
  struct Node {
    Verb verb = Verb::all;
    std::vector<Node> parts;  // of all, any, negate
    FieldPath path;           // of comparisons
    std::string operand;
    bool is_id = false;  // compares the last part of a name
  };
  [[nodiscard]] static bool holds(const Node& node, const Value& document);
  [[nodiscard]] static bool compares(const Node& node, const Value* value);
  Node root_;
};

}  // namespace trivet::service
