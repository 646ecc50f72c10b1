// SPDX-License-Identifier: Apache-2.0
// Names in buckets as files below the root.
#pragma once

#include <string>
#include <string_view>

#include "service/failure.hpp"

namespace trivet::service {

/// The path of `gs://bucket/name`, ROOT/gs/bucket/name; there need not be such a file. Failures:
/// invalid_argument for what is no such name, failed_precondition for one that leads out of the
/// root by links.
[[nodiscard]] Outcome<std::string> resolve_storage_name(std::string_view root,
                                                        std::string_view name);
/// Whether a file or folder is there, and nothing in it is a link that leads out of the root.
/// Failures: failed_precondition, in terms of `name`. O(files below).
[[nodiscard]] Outcome<Done> check_stored_files(std::string_view root, std::string_view path,
                                               std::string_view name);

}  // namespace trivet::service
