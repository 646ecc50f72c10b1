// SPDX-License-Identifier: Apache-2.0
// Names of resources: projects/P/locations/L/models/M@V and the like.
#pragma once

#include <string>
#include <string_view>

namespace trivet::service {

/// Where a resource lives. Projects and locations are not kept apart: answers repeat those of
/// their request. `location` is empty on the legacy face.
struct Parent {
  std::string project;
  std::string location;
  /// `projects/P/locations/L` or `projects/P`.
  [[nodiscard]] std::string name() const;
};

/// The last part of a name, `models/M@2` → id `M`, version `2` (a number or an alias, may be
/// empty). Bodies' references are read by it.
struct VersionedId {
  std::string id;
  std::string version;
};
[[nodiscard]] VersionedId split_version(std::string_view last_part);
/// What stands behind the last slash.
[[nodiscard]] std::string_view last_part(std::string_view name) noexcept;

}  // namespace trivet::service
