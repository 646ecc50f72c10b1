// SPDX-License-Identifier: Apache-2.0
// Uncompressed `.npz` files: NumPy's zip archives of `.npy` files.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "trivet/result.hpp"

namespace trivet::artifact {

/// One array of an `.npz`: its name without `.npy`, and the bytes of the `.npy` file that it is.
struct NpzMember {
  std::string_view name;
  std::span<const std::byte> file;
};

/// True when the bytes begin as a zip archive does, and every `.npz` is one.
[[nodiscard]] bool is_npz(std::span<const std::byte> bytes) noexcept;

/// Lists the arrays of an `.npz` in the order of its directory; other members are left out.
/// O(members); checksums are not compared. Errors: invalid_argument, also for compressed and
/// encrypted members and for archives of 4 GB and more.
[[nodiscard]] Result<std::vector<NpzMember>> read_npz(std::span<const std::byte> bytes);

}  // namespace trivet::artifact
