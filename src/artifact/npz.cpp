// SPDX-License-Identifier: Apache-2.0
// Uncompressed `.npz` files: NumPy's zip archives of `.npy` files.
#include "artifact/npz.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/byte_reader.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::artifact {
namespace {

// The few fields of a zip directory that stored members need (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16).
constexpr std::string_view kNpzMagic = "PK\x03\x04";
constexpr std::uint32_t kNpzDirectoryEnd = 0x06054b50;
constexpr std::uint32_t kNpzDirectoryEntry = 0x02014b50;
constexpr std::uint32_t kNpzLocalEntry = 0x04034b50;
constexpr std::size_t kNpzEndBytes = 22;
constexpr std::uint32_t kNpzElsewhere32 = 0xFFFFFFFF;  // the number stands in the zip64 field
constexpr std::uint16_t kNpzElsewhere16 = 0xFFFF;
constexpr std::uint16_t kNpzZip64Field = 1;

struct NpzEntry {
  std::string_view name;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint64_t stored_bytes = 0;
  std::uint64_t offset = 0;
};

Error npz_error(std::string found) {
  return Error(Errc::invalid_argument, "npz directory", std::move(found),
               "an archive as numpy.savez writes it, below 4 GB");
}

/// Where the end record begins: the last place that looks like one.
std::optional<std::size_t> find_npz_end(std::span<const std::byte> bytes) {
  constexpr std::size_t kLongestComment = 0xFFFF;
  if (bytes.size() < kNpzEndBytes) return std::nullopt;
  const std::size_t last = bytes.size() - kNpzEndBytes;
  const std::size_t first = last - std::min(last, kLongestComment);
  for (std::size_t at = last + 1; at-- > first;) {
    std::uint32_t signature = 0;
    base::ByteReader reader(bytes.subspan(at));
    if (reader.little(signature) && signature == kNpzDirectoryEnd) return at;
  }
  return std::nullopt;
}

/// Replaces the numbers that stand in the zip64 field.
bool apply_npz_zip64(std::span<const std::byte> extra, std::uint64_t& full_bytes, NpzEntry& entry) {
  base::ByteReader reader(extra);
  std::uint16_t id = 0;
  std::uint16_t size = 0;
  std::span<const std::byte> field;
  while (reader.little(id) && reader.little(size) && reader.take(size, field)) {
    if (id != kNpzZip64Field) continue;
    base::ByteReader numbers(field);
    for (std::uint64_t* number : {&full_bytes, &entry.stored_bytes, &entry.offset}) {
      if (*number == kNpzElsewhere32 && !numbers.little(*number)) return false;
    }
  }
  return true;
}

bool read_npz_entry(base::ByteReader& reader, NpzEntry& entry) {
  std::uint32_t signature = 0;
  std::uint32_t stored = 0;
  std::uint32_t full = 0;
  std::uint32_t offset = 0;
  std::uint16_t name_size = 0;
  std::uint16_t extra_size = 0;
  std::uint16_t comment_size = 0;
  std::span<const std::byte> extra;
  const bool is_there =
      reader.little(signature) && signature == kNpzDirectoryEntry && reader.skip(4) &&
      reader.little(entry.flags) && reader.little(entry.method) && reader.skip(8) &&
      reader.little(stored) && reader.little(full) && reader.little(name_size) &&
      reader.little(extra_size) && reader.little(comment_size) && reader.skip(8) &&
      reader.little(offset) && reader.take_text(name_size, entry.name) &&
      reader.take(extra_size, extra) && reader.skip(comment_size);
  if (!is_there) return false;
  entry.stored_bytes = stored;
  entry.offset = offset;
  std::uint64_t full_bytes = full;
  return apply_npz_zip64(extra, full_bytes, entry);
}

/// The bytes of a stored member, found through its local header.
std::optional<std::span<const std::byte>> npz_member_bytes(std::span<const std::byte> archive,
                                                           const NpzEntry& entry) {
  if (entry.offset > archive.size()) return std::nullopt;
  base::ByteReader reader(archive.subspan(static_cast<std::size_t>(entry.offset)));
  std::uint32_t signature = 0;
  std::uint16_t name_size = 0;
  std::uint16_t extra_size = 0;
  const bool is_there = reader.little(signature) && signature == kNpzLocalEntry &&
                        reader.skip(22) && reader.little(name_size) && reader.little(extra_size) &&
                        reader.skip(std::size_t{name_size} + extra_size);
  if (!is_there || entry.stored_bytes > reader.remaining()) return std::nullopt;
  std::span<const std::byte> bytes;
  (void)reader.take(static_cast<std::size_t>(entry.stored_bytes), bytes);
  return bytes;
}

Status add_npz_member(std::span<const std::byte> archive, const NpzEntry& entry,
                      std::vector<NpzMember>& members) {
  constexpr std::string_view kExtension = ".npy";
  constexpr std::uint16_t kEncrypted = 1;
  if (!entry.name.ends_with(kExtension)) return {};
  if (entry.method != 0 || (entry.flags & kEncrypted) != 0) {
    return Error(Errc::invalid_argument, text::quoted(entry.name),
                 entry.method != 0 ? "is compressed" : "is encrypted",
                 "an uncompressed archive: numpy.savez, not savez_compressed");
  }
  const auto bytes = npz_member_bytes(archive, entry);
  if (!bytes) return npz_error(text::quoted(entry.name) + " is not where the directory says");
  members.push_back({entry.name.substr(0, entry.name.size() - kExtension.size()), *bytes});
  return {};
}

}  // namespace

bool is_npz(std::span<const std::byte> bytes) noexcept {
  return bytes.size() >= kNpzMagic.size() &&
         std::memcmp(bytes.data(), kNpzMagic.data(), kNpzMagic.size()) == 0;
}

Result<std::vector<NpzMember>> read_npz(std::span<const std::byte> bytes) {
  const std::optional<std::size_t> end = find_npz_end(bytes);
  if (!end) return npz_error("there is none; the file may be cut short");
  base::ByteReader reader(bytes.subspan(*end));
  std::uint16_t count = 0;
  std::uint32_t size = 0;
  std::uint32_t offset = 0;
  (void)(reader.skip(10) && reader.little(count) && reader.little(size) && reader.little(offset));
  if (count == kNpzElsewhere16 || offset == kNpzElsewhere32) return npz_error("is in zip64 form");
  if (offset > bytes.size() || size > bytes.size() - offset) {
    return npz_error("lies outside the file");
  }
  base::ByteReader directory(bytes.subspan(offset, size));
  std::vector<NpzMember> members;
  for (std::size_t i = 0; i < count; ++i) {
    NpzEntry entry;
    if (!read_npz_entry(directory, entry)) {
      return npz_error(text::message("entry {} is damaged", i));
    }
    TRIVET_TRY(add_npz_member(bytes, entry, members));
  }
  return members;
}

}  // namespace trivet::artifact
