// SPDX-License-Identifier: Apache-2.0
// Files that are written whole or not at all.
#pragma once

#include <string>
#include <string_view>

#include "trivet/result.hpp"

namespace trivet::cli {

/// Whether a file may be written at `path`: nothing is there, or, with `replace`, a file or a link
/// to one. Errors: io_failed.
[[nodiscard]] Status check_output(const std::string& path, bool replace);

/// Writes `bytes` under another name in the target's folder, which becomes `path` when all of it is
/// on the disk. Whoever opens `path` finds the old file or the new one, and a file that appears in
/// the meantime stays unless `replace` is set. A link is followed: the file that it leads to is
/// replaced. That file's permissions are kept, its owner where the system allows it. Errors:
/// io_failed; nothing is left behind then.
[[nodiscard]] Status write_output(const std::string& path, bool replace, std::string_view bytes);

}  // namespace trivet::cli
