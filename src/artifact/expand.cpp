// SPDX-License-Identifier: Apache-2.0
// Decompression within limits.
#include "artifact/expand.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "artifact/expander.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::artifact {
namespace {

struct CompressionRow {
  Compression compression;
  std::string_view name;
  std::string_view magic;
};
constexpr CompressionRow kCompressions[] = {
    {Compression::gzip, "gzip", "\x1f\x8b"},
    {Compression::bzip2, "bzip2", "BZh"},
    {Compression::xz, "xz", std::string_view("\xfd\x37zXZ\0", 6)},
    {Compression::lzma, "lzma", std::string_view("\x5d\0\0", 3)},
    {Compression::lz4, "lz4", "\x04\x22\x4d\x18"},
    {Compression::joblib_zlib, "zlib", "ZF0x"},
};

/// Two bytes whose method is deflate and whose check is right (RFC 1950).
bool is_zlib_head(std::string_view head) noexcept {
  if (head.size() < 2 || head[0] != '\x78') return false;
  const auto second = static_cast<unsigned char>(head[1]);
  return (0x78 * 256 + second) % 31 == 0 && (second & 0x20) == 0;
}

/// joblib's old header: `ZF`, the size in hexadecimal digits padded to 19, and from Python 2 a
/// blank more.
std::size_t joblib_header_bytes(std::span<const std::byte> file) noexcept {
  constexpr std::size_t kHeader = 2 + 19;
  const bool has_blank = file.size() > kHeader && file[kHeader] == std::byte{' '};
  return std::min(file.size(), kHeader + (has_blank ? 1 : 0));
}

std::size_t limit_for(std::size_t file_bytes, const ExpandLimits& limits) noexcept {
  const std::size_t most_file = std::numeric_limits<std::size_t>::max() / limits.most_per_byte;
  const std::size_t by_ratio = std::min(file_bytes, most_file) * limits.most_per_byte;
  return std::min(limits.most, std::max(limits.always, by_ratio));
}

}  // namespace

Compression compression_of(std::span<const std::byte> head) noexcept {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  for (const CompressionRow& row : kCompressions) {
    if (text.starts_with(row.magic)) return row.compression;
  }
  return is_zlib_head(text) ? Compression::zlib : Compression::none;
}

std::string_view compression_name(Compression compression) noexcept {
  for (const CompressionRow& row : kCompressions) {
    if (row.compression == compression) return row.name;
  }
  return compression == Compression::zlib ? "zlib" : "none";
}

Result<std::vector<std::byte>> expand(std::span<const std::byte> file, Compression compression,
                                      const ExpandLimits& limits) {
  std::span<const std::byte> in = file;
  if (compression == Compression::joblib_zlib) in = in.subspan(joblib_header_bytes(file));
  const auto fail = [&](std::string found, std::string expected) {
    return Error(
        Errc::invalid_model,
        text::message("{} data, byte {}", compression_name(compression), file.size() - in.size()),
        std::move(found), std::move(expected));
  };
  const std::unique_ptr<Expander> expander = make_expander(compression);
  if (expander == nullptr) return Error(Errc::out_of_memory, "", "no memory to decompress it", "");

  const std::size_t limit = limit_for(file.size(), limits);
  constexpr std::size_t kMostAtFirst = std::size_t{64} << 20;
  std::vector<std::byte> content(std::min({limit, 4 * file.size() + 4096, kMostAtFirst}));
  std::size_t size = 0;
  while (true) {
    if (size == content.size()) {
      if (size == limit) {
        return fail(text::message("more than {} bytes come out of {}", limit, file.size()),
                    "a file that is compressed as models are");
      }
      content.resize(std::min(limit, 2 * size));
    }
    std::span<std::byte> out = std::span(content).subspan(size);
    const std::size_t in_before = in.size();
    const Expander::Step step = expander->step(in, out);
    const bool has_moved = in.size() != in_before || content.size() - out.size() != size;
    size = content.size() - out.size();
    if (step == Expander::Step::damaged) return fail("damaged data", "a sound file");
    if (step == Expander::Step::too_much_memory) {
      return fail("a header that asks for more memory than any model needs", "96 MiB at most");
    }
    if (step == Expander::Step::end && in.empty()) break;
    if (!has_moved) return fail("the file ends", "a complete file");
  }
  content.resize(size);
  return content;
}

}  // namespace trivet::artifact
