// SPDX-License-Identifier: Apache-2.0
// Reads the tables of counts of a `.cbm`: an open-addressing index from hashes to rows, and the
// rows as one blob.
#include "format/catboost/cbm_tables.hpp"

#include <limits>
#include <vector>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::catboost {
namespace {

constexpr std::size_t kBucketBytes = sizeof(std::uint64_t) + sizeof(std::uint32_t);
constexpr std::uint64_t kEmptyBucket = std::numeric_limits<std::uint64_t>::max();

/// A size as the file spells it.
Status take_size(base::ByteReader& reader, std::uint64_t& out) {
  const std::size_t at = reader.position();
  std::uint32_t narrow = 0;
  bool there = reader.little(narrow);
  out = narrow;
  if (there && narrow == std::numeric_limits<std::uint32_t>::max()) there = reader.little(out);
  if (there) return {};
  return broken_model(text::message("byte {}", at), "the end of the file", "a size");
}

/// Numbers of a row of the blob.
std::size_t row_numbers(CtrType type, std::int32_t class_count) noexcept {
  if (is_mean(type)) return 2;
  if (type == CtrType::counter || type == CtrType::feature_freq) return 1;
  return class_count > 0 ? static_cast<std::size_t>(class_count) : 0;
}

/// The numbers of one row of the blob, all of them 4 bytes long; a mean begins with a float.
void append_row(std::span<const std::byte> blob, std::uint32_t row, CtrTable& table) {
  const std::size_t row_bytes = table.stride * sizeof(std::int32_t);
  base::ByteReader reader(blob.subspan(row * row_bytes, row_bytes));
  std::size_t left = table.stride;
  if (is_mean(table.key.type)) {
    float sum = 0;
    static_cast<void>(reader.little(sum));
    table.values.push_back(static_cast<double>(sum));
    --left;
  }
  std::int32_t count = 0;
  for (; left != 0 && reader.little(count); --left) table.values.push_back(count);
}

Status append_entries(std::span<const std::byte> buckets, std::span<const std::byte> blob,
                      const std::string& where, CtrTable& table) {
  base::ByteReader reader(buckets);
  std::uint64_t hash = 0;
  std::uint32_t row = 0;
  // A row belongs to one hash. So a table is no larger than its blob.
  std::vector<bool> is_taken(blob.size() / (table.stride * sizeof(std::int32_t)));
  while (reader.little(hash) && reader.little(row)) {
    if (hash == kEmptyBucket) continue;
    if (row >= is_taken.size() || is_taken[row]) {
      return broken_model(
          where,
          text::message("{} entry for row {}", row < is_taken.size() ? "a second" : "an", row),
          text::message("one entry for each of {} rows", is_taken.size()));
    }
    is_taken[row] = true;
    append_row(blob, row, table);
    table.hashes.push_back(hash);
  }
  return {};
}

Status read_cbm_table(std::span<const std::byte> bytes, const std::string& where, CtrTable& table) {
  base::FlatBuffer buffer(bytes);
  base::FlatTable root;
  base::FlatTable key;
  std::span<const std::byte> buckets;
  std::span<const std::byte> blob;
  std::int32_t class_count = 0;
  if (!buffer.root(root) || !root.table(0, key) || !read_ctr_key(key, table.key) ||
      !root.elements(1, 1, buckets) || !root.elements(2, 1, blob) ||
      !root.scalar(3, table.denominator) || !root.scalar(4, class_count)) {
    return torn_table(where);
  }
  table.stride = row_numbers(table.key.type, class_count);
  // A table that counted nothing has no rows at all.
  const bool rows_fit = blob.empty() || table.stride <= blob.size() / sizeof(std::int32_t);
  if (table.stride == 0 || !rows_fit || blob.size() % (table.stride * sizeof(std::int32_t)) != 0) {
    return broken_model(
        where,
        text::message("{} bytes of rows, {} classes of the target", blob.size(), class_count),
        text::message("rows of whole entries of type {}",
                      *ctr_type_name(static_cast<std::int64_t>(table.key.type))));
  }
  if (buckets.size() % kBucketBytes != 0) {
    return broken_model(where, text::message("an index of {} bytes", buckets.size()),
                        text::message("a multiple of {}", kBucketBytes));
  }
  return append_entries(buckets, blob, where, table);
}

}  // namespace

Error torn_table(std::string_view where) {
  return broken_model(std::string(where), "bytes that refer to others outside of them",
                      "the file as CatBoost wrote it");
}

Status take_sized(base::ByteReader& reader, std::span<const std::byte>& out) {
  std::uint64_t size = 0;
  TRIVET_TRY(take_size(reader, size));
  if (size <= reader.remaining() && reader.take(static_cast<std::size_t>(size), out)) return {};
  return broken_model(text::message("byte {}", reader.position()),
                      text::message("{} bytes up to the end of the file", reader.remaining()),
                      text::message("{} bytes, as the size before them says", size));
}

bool read_ctr_key(const base::FlatTable& table, CtrKey& key) {
  base::FlatTable combination;
  std::int8_t type = 0;
  std::span<const std::byte> floats;
  std::span<const std::byte> codes;
  if (!table.table(0, combination) || !table.scalar(1, type) || !table.scalar(2, key.classifier) ||
      !ctr_type_name(type) || !combination.numbers(0, key.combination.categories) ||
      !combination.elements(1, 2 * sizeof(std::int32_t), floats) ||
      !combination.elements(2, 2 * sizeof(std::int32_t), codes)) {
    return false;
  }
  key.type = static_cast<CtrType>(type);
  base::ByteReader float_reader(floats);
  for (FloatElement e; float_reader.little(e.index) && float_reader.little(e.border);) {
    key.combination.floats.push_back(e);
  }
  base::ByteReader code_reader(codes);
  for (CodeElement e; code_reader.little(e.index) && code_reader.little(e.code);) {
    key.combination.codes.push_back(e);
  }
  return true;
}

Status read_cbm_tables(base::ByteReader& reader, std::vector<CtrTable>& tables) {
  std::uint64_t count = 0;
  TRIVET_TRY(take_size(reader, count));
  for (std::uint64_t i = 0; i < count; ++i) {
    std::span<const std::byte> bytes;
    TRIVET_TRY(take_sized(reader, bytes));
    TRIVET_TRY(read_cbm_table(bytes, text::message("table {}", i), tables.emplace_back()));
  }
  return {};
}

}  // namespace trivet::catboost
