// SPDX-License-Identifier: Apache-2.0
// Reads the legacy binary: fixed blocks, little-endian, described in docs/formats.md.
#include "format/xgboost/binary_reader.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "base/byte_reader.hpp"
#include "base/try.hpp"
#include "base/utf8.hpp"
#include "text/message.hpp"

namespace trivet::xgboost {
namespace {

constexpr std::string_view kMagic = "binf";
constexpr std::string_view kSnapshotMagic = "CONFIG-offset:";
constexpr std::size_t kLearnerBytes = 136;
constexpr std::size_t kForestBytes = 160;
constexpr std::size_t kTreeBytes = 148;
constexpr std::size_t kLinearBytes = 136;
constexpr std::size_t kNodeBytes = 20;
constexpr std::size_t kStatisticsBytes = 16;
constexpr std::size_t kCoverOffset = 4;  // in a node's statistics, behind the gain
constexpr std::uint32_t kDeletedNode = 0xffffffff;
constexpr std::uint32_t kDefaultLeft = 0x80000000;
constexpr std::uint64_t kNameLimit = 64;

template <class T>
T load_little(const std::byte* at) noexcept {
  std::array<std::byte, sizeof(T)> raw;
  std::memcpy(raw.data(), at, sizeof(T));
  if constexpr (std::endian::native == std::endian::big) std::reverse(raw.begin(), raw.end());
  return std::bit_cast<T>(raw);
}

/// The length of the objective's name. Some builds up to 0.90 wrote four bytes more before it: the
/// low half of what is read then is padding, the high half the low half of the length.
bool read_first_length(base::ByteReader& reader, std::uint64_t& length) noexcept {
  if (!reader.little(length)) return false;
  if (length < std::numeric_limits<std::uint32_t>::max()) return true;
  length >>= 32;
  return reader.skip(4);
}

bool is_printable_name(std::string_view name) noexcept {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_binary_booster(std::string_view name) noexcept {
  return name == "gbtree" || name == "dart" || name == "gblinear";
}

class BinaryReader {
 public:
  BinaryReader(std::span<const std::byte> bytes, Model& model) : reader_(bytes), model_(model) {}

  Status read();

 private:
  [[nodiscard]] Error truncated(std::string_view what) const;
  [[nodiscard]] Error fail_here(std::string found, std::string expected) const;
  Status take(std::size_t size, std::string_view what, std::span<const std::byte>& out);
  Status text(std::string_view what, std::string& out);
  Status enter_snapshot();
  Status learner_block();
  Status names();
  Status forest();
  Status tree();
  Status tree_groups(std::size_t count);
  Status add_node(std::uint32_t node, const std::byte* fields, const std::byte* statistics);
  Status floats(std::string_view what, std::vector<float>& out);
  Status linear();
  Status attributes();
  Status metrics();

  base::ByteReader reader_;
  Model& model_;
  bool has_attributes_ = false;
  bool has_metrics_ = false;
};

Error BinaryReader::fail_here(std::string found, std::string expected) const {
  return {Errc::invalid_model, text::message("byte {}", reader_.position()), std::move(found),
          std::move(expected)};
}

Error BinaryReader::truncated(std::string_view what) const {
  return fail_here(text::message("only {} bytes are left", reader_.remaining()), std::string(what));
}

Status BinaryReader::take(std::size_t size, std::string_view what,
                          std::span<const std::byte>& out) {
  if (reader_.take(size, out)) return {};
  return truncated(text::message("{} of {} bytes", what, size));
}

Status BinaryReader::text(std::string_view what, std::string& out) {
  std::uint64_t size = 0;
  if (!reader_.little(size)) return truncated(text::message("the length of {}", what));
  std::string_view view;
  if (size > reader_.remaining() || !reader_.take_text(static_cast<std::size_t>(size), view)) {
    return truncated(text::message("{} of {} bytes", what, size));
  }
  out = view;
  return {};
}

/// `CONFIG-offset:` starts a memory snapshot: the size of the model, the model, its configuration.
Status BinaryReader::enter_snapshot() {
  std::uint64_t size = 0;
  if (!reader_.skip(kSnapshotMagic.size()) || !reader_.little(size)) {
    return truncated("the size of the model in the snapshot");
  }
  std::span<const std::byte> model;
  if (size > reader_.remaining() || !reader_.take(static_cast<std::size_t>(size), model)) {
    return truncated(text::message("a model of {} bytes", size));
  }
  reader_ = base::ByteReader(model);
  return {};
}

Status BinaryReader::learner_block() {
  std::span<const std::byte> block;
  TRIVET_TRY(take(kLearnerBytes, "the learner's block", block));
  const auto field = [&](std::size_t index) {
    return load_little<std::int32_t>(block.data() + 4 * index);
  };
  model_.base_score.emplace(1, load_little<float>(block.data()));
  model_.feature_count = static_cast<std::uint32_t>(field(1));
  model_.class_count = field(2);
  has_attributes_ = field(3) != 0;
  has_metrics_ = field(4) != 0;
  model_.version = {field(5), field(6), -1};
  model_.target_count = std::max(field(7), 1);
  model_.base_is_margin = field(5) == 0;
  if (field(5) < 0 || field(5) > 3 || field(6) < 0) {
    return fail_here(text::message("the version {}.{} in the learner's block", field(5), field(6)),
                     "0 to 3.0, the versions that wrote this format");
  }
  if (field(2) >= 0) return {};
  return fail_here(text::message("{} classes in the learner's block", field(2)),
                   "0 classes or more");
}

Status BinaryReader::names() {
  std::uint64_t length = 0;
  if (!read_first_length(reader_, length)) return truncated("the length of the objective's name");
  std::string_view name;
  if (length > kNameLimit || !reader_.take_text(static_cast<std::size_t>(length), name) ||
      !is_printable_name(name)) {
    return fail_here(text::message("an objective's name of {} bytes", length),
                     text::message("a printable name of 1 to {} bytes", kNameLimit));
  }
  model_.objective = name;
  TRIVET_TRY(text("the booster's name", model_.booster));
  if (is_binary_booster(model_.booster)) return {};
  return Error(Errc::unsupported_model, model_.place(Part::booster),
               text::message("the booster {}", text::quoted(model_.booster)),
               "gbtree, dart or gblinear");
}

Status BinaryReader::read() {
  std::string_view head;
  base::ByteReader probe = reader_;
  if (probe.take_text(kSnapshotMagic.size(), head) && head == kSnapshotMagic) {
    TRIVET_TRY(enter_snapshot());
  }
  probe = reader_;
  if (probe.take_text(kMagic.size(), head) && head == kMagic) reader_ = probe;
  TRIVET_TRY(learner_block());
  TRIVET_TRY(names());
  TRIVET_TRY(model_.booster == "gblinear" ? linear() : forest());
  if (has_attributes_) TRIVET_TRY(attributes());
  std::string max_delta_step;
  if (model_.base_is_margin && model_.objective == "count:poisson") {
    TRIVET_TRY(text("max_delta_step", max_delta_step));
  }
  if (has_metrics_ && model_.base_is_margin) TRIVET_TRY(metrics());
  if (reader_.remaining() > 0) {
    model_.warnings.push_back(
        text::message("{} bytes behind the model were ignored", reader_.remaining()));
  }
  model_.notes.emplace_back("XGBoost 3.1 and later can't read this file any more");
  return {};
}

Status BinaryReader::forest() {
  std::span<const std::byte> block;
  TRIVET_TRY(take(kForestBytes, "the forest's block", block));
  const auto trees = load_little<std::int32_t>(block.data());
  if (trees < 0) return fail_here(text::message("{} trees", trees), "0 trees or more");
  const auto count = static_cast<std::size_t>(trees);
  constexpr std::size_t kLeastTree = kTreeBytes + kNodeBytes + kStatisticsBytes + 4;
  if (count > reader_.remaining() / kLeastTree) {
    return truncated(text::message("{} trees of at least {} bytes", count, kLeastTree));
  }
  TRIVET_TRY(model_.expect_leaf_width(1));
  const std::size_t nodes =
      (reader_.remaining() - count * kTreeBytes) / (kNodeBytes + kStatisticsBytes);
  model_.trees->reserve(count, nodes / 2, nodes / 2 + count);
  for (std::size_t i = 0; i < count; ++i) TRIVET_TRY(tree());
  TRIVET_TRY(tree_groups(count));
  const auto parallel_trees = load_little<std::int32_t>(block.data() + 4);
  if (model_.version.at_least(1, 6)) model_.parallel_trees = parallel_trees;
  if (model_.booster == "dart" && count > 0) TRIVET_TRY(floats("the weights", model_.tree_weights));
  return {};
}

Status BinaryReader::tree_groups(std::size_t count) {
  std::span<const std::byte> groups;
  TRIVET_TRY(take(4 * count, "the groups of the trees", groups));
  model_.tree_groups.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    model_.tree_groups[i] = load_little<std::int32_t>(groups.data() + 4 * i);
  }
  return {};
}

Status BinaryReader::tree() {
  std::span<const std::byte> block;
  TRIVET_TRY(take(kTreeBytes, "a tree's block", block));
  const auto nodes = load_little<std::int32_t>(block.data() + 4);
  const auto leaf_vector = load_little<std::int32_t>(block.data() + 20);
  constexpr std::size_t kBothBytes = kNodeBytes + kStatisticsBytes;
  if (nodes < 1 || static_cast<std::size_t>(nodes) > reader_.remaining() / kBothBytes) {
    return fail_here(text::message("a tree of {} nodes", nodes),
                     text::message("1 to {} nodes, which is what the {} bytes left can hold",
                                   reader_.remaining() / kBothBytes, reader_.remaining()));
  }
  const auto count = static_cast<std::uint32_t>(nodes);
  std::span<const std::byte> fields;
  std::span<const std::byte> statistics;
  TRIVET_TRY(take(count * kNodeBytes, "a tree's nodes", fields));
  TRIVET_TRY(take(count * kStatisticsBytes, "a tree's statistics", statistics));
  if (leaf_vector != 0 && model_.base_is_margin) {  // kept, but never added up, before 0.9
    std::vector<float> unused;
    TRIVET_TRY(floats("a tree's leaf vectors", unused));
  }
  model_.trees->begin_tree(count);
  for (std::uint32_t node = 0; node < count; ++node) {
    TRIVET_TRY(add_node(node, fields.data() + node * kNodeBytes,
                        statistics.data() + node * kStatisticsBytes));
  }
  return model_.trees->end_tree();
}

/// Fields: parent, left, right, feature with the default in its top bit, condition or leaf value.
Status BinaryReader::add_node(std::uint32_t node, const std::byte* fields,
                              const std::byte* statistics) {
  const auto left = load_little<std::int32_t>(fields + 4);
  const auto right = load_little<std::int32_t>(fields + 8);
  const auto feature = load_little<std::uint32_t>(fields + 12);
  const auto value = load_little<float>(fields + 16);
  const auto cover = load_little<float>(statistics + kCoverOffset);
  if (feature == kDeletedNode) return {};
  if (left == -1) return model_.trees->add_leaf(node, value, cover);
  if (left < 0 || right < 0) {
    return Error(Errc::invalid_model,
                 text::message("tree {}, node {}", model_.trees->tree_count(), node),
                 text::message("the children {} and {}", left, right),
                 "numbers from 0 on, or -1 on the left for a leaf");
  }
  const spi::SplitSpec split{.node = node,
                             .feature = feature & ~kDefaultLeft,
                             .cut = static_cast<double>(value),
                             .left = static_cast<std::uint32_t>(left),
                             .right = static_cast<std::uint32_t>(right),
                             .missing_left = (feature & kDefaultLeft) != 0,
                             .cover = cover,
                             .gain = load_little<float>(statistics)};
  model_.features_used = std::max(model_.features_used, std::uint64_t{split.feature} + 1);
  return model_.trees->add_split(split);
}

Status BinaryReader::floats(std::string_view what, std::vector<float>& out) {
  std::uint64_t count = 0;
  if (!reader_.little(count)) return truncated(text::message("the number of {}", what));
  if (count > reader_.remaining() / sizeof(float)) {
    return truncated(text::message("{} of {} numbers", what, count));
  }
  std::span<const std::byte> raw;
  TRIVET_TRY(take(static_cast<std::size_t>(count) * sizeof(float), what, raw));
  out.resize(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = load_little<float>(raw.data() + i * sizeof(float));
  }
  return {};
}

Status BinaryReader::linear() {
  std::span<const std::byte> unused;
  TRIVET_TRY(take(kLinearBytes, "the linear model's block", unused));
  return floats("the weights", model_.linear_weights.emplace());
}

Status BinaryReader::attributes() {
  std::uint64_t count = 0;
  if (!reader_.little(count)) return truncated("the number of attributes");
  for (std::uint64_t i = 0; i < count; ++i) {  // each takes 16 bytes, so the end comes in time
    std::string name;
    std::string value;
    TRIVET_TRY(text("an attribute's name", name));
    TRIVET_TRY(text("an attribute's value", value));
    const bool is_text = base::find_invalid_utf8(value) == value.size();
    if (name == "best_iteration" && is_text) model_.best_iteration = std::move(value);
  }
  return {};
}

Status BinaryReader::metrics() {
  std::uint64_t count = 0;
  if (!reader_.little(count)) return truncated("the number of metrics");
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string name;
    TRIVET_TRY(text("a metric's name", name));
  }
  return {};
}

}  // namespace

bool looks_like_binary(std::string_view head) noexcept {
  if (head.starts_with(kMagic) || head.starts_with(kSnapshotMagic)) return true;
  base::ByteReader reader(std::as_bytes(std::span(head)));
  std::uint64_t length = 0;
  std::string_view objective;
  std::string_view booster;
  if (!reader.skip(kLearnerBytes) || !read_first_length(reader, length) || length > kNameLimit ||
      !reader.take_text(static_cast<std::size_t>(length), objective)) {
    return false;
  }
  if (!is_printable_name(objective) || !reader.little(length) || length > kNameLimit) return false;
  return reader.take_text(static_cast<std::size_t>(length), booster) && is_binary_booster(booster);
}

Status read_binary(std::span<const std::byte> bytes, Model& model) {
  return BinaryReader(bytes, model).read();
}

}  // namespace trivet::xgboost
