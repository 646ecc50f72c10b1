// SPDX-License-Identifier: Apache-2.0
// updateMask and readMask: which fields of a message are meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "service/failure.hpp"
#include "service/json_mapping.hpp"
#include "trivet/value.hpp"

namespace trivet::service {

/// Paths of camelCase names; the last name of a path into a map is a key. Empty: everything.
struct FieldMask {
  std::vector<std::vector<std::string>> paths;

  /// Of `displayName,labels.team`, either spelling; `*` and nothing are everything. `what` is the
  /// parameter's name, for errors. Failures: invalid_argument for names that the message lacks.
  [[nodiscard]] static Outcome<FieldMask> parse(std::string_view text, const Message& message,
                                                std::string_view what);
  /// The first names of the paths.
  [[nodiscard]] bool touches(std::string_view field) const noexcept;
};

/// What the mask keeps of a document.
[[nodiscard]] Value select_fields(const FieldMask& mask, const Value& document);
/// Replaces the mask's fields of `document` by those of `update`; one that `update` lacks goes.
/// With an empty mask the members of `update` replace those of the same name.
void replace_fields(const FieldMask& mask, const Value& update, Value& document);

/// Sets a member of an object, or adds it at the end.
void set_member(Value& object, std::string_view name, Value value);
/// Removes a member if it is there.
void erase_member(Value& object, std::string_view name);
/// The member's text, empty when there is none.
[[nodiscard]] std::string_view text_of(const Value& object, std::string_view name) noexcept;

}  // namespace trivet::service
