// SPDX-License-Identifier: Apache-2.0
// Compressed files, whole, as joblib and other writers make them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "trivet/result.hpp"

namespace trivet::artifact {

enum class Compression : std::uint8_t {
  none,
  zlib,
  gzip,
  bzip2,
  xz,
  lzma,         ///< the older container of xz's method
  lz4,          ///< in frames
  joblib_zlib,  ///< zlib behind joblib's own header, before its version 0.10
};

/// How a file is compressed, by its first bytes; 8 are enough. No pickle begins like that.
[[nodiscard]] Compression compression_of(std::span<const std::byte> head) noexcept;
/// As its own documentation spells it: `gzip`.
[[nodiscard]] std::string_view compression_name(Compression compression) noexcept;

/// What may come out. A few bytes can stand for gigabytes (bzip2 reaches 850 000 : 1), and honest
/// models stay far below: beyond `always`, a file must hold one byte for every `most_per_byte`.
struct ExpandLimits {
  std::size_t always = std::size_t{64} << 20;
  std::size_t most_per_byte = 128;
  std::size_t most = std::size_t{4} << 30;
};

/// The content of a compressed file, of several such streams one after the other too. Memory
/// follows what has come out, never what a header announces. Errors: invalid_model for damage and
/// for what exceeds the limits.
[[nodiscard]] Result<std::vector<std::byte>> expand(std::span<const std::byte> file,
                                                    Compression compression,
                                                    const ExpandLimits& limits = {});

}  // namespace trivet::artifact
