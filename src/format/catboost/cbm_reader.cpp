// SPDX-License-Identifier: Apache-2.0
// Reads `.cbm`. Slots are the positions of fields in CatBoost's public schemas (model.fbs,
// features.fbs, ctr_data.fbs).
#include "format/catboost/cbm_reader.hpp"

#include <string>
#include <utility>

#include "base/byte_reader.hpp"
#include "base/flatbuffer.hpp"
#include "base/try.hpp"
#include "format/catboost/cbm_tables.hpp"
#include "format/catboost/training_info.hpp"
#include "text/message.hpp"

namespace trivet::catboost {
namespace {

using base::FlatTable;

constexpr std::string_view kFormatVersion = "FlabuffersModel_v1";  // spelt so
constexpr std::string_view kTablesPart = "static_provider_v1";

/// The core: what the root table of the file holds.
class CoreReader {
 public:
  explicit CoreReader(Model& model) : model_(model) {}

  Status read(std::span<const std::byte> bytes);
  [[nodiscard]] bool has_tables() const noexcept { return has_tables_; }

 private:
  Status read_version(const FlatTable& core);
  Status read_info(const FlatTable& core);
  Status read_parts(const FlatTable& core);
  Status read_trees(const FlatTable& trees);
  Status read_features(const FlatTable& trees);
  Status refuse_features(const FlatTable& trees, std::size_t slot, std::string_view kind);
  bool read_float(const FlatTable& table);
  bool read_category(const FlatTable& table);
  bool read_one_hot(const FlatTable& table);
  bool read_ctr(const FlatTable& table);
  bool read_tree_arrays(const FlatTable& trees);
  bool read_steps(const FlatTable& trees);

  Model& model_;
  bool has_tables_ = false;
};

Status CoreReader::read(std::span<const std::byte> bytes) {
  base::FlatBuffer buffer(bytes);
  FlatTable core;
  if (!buffer.root(core)) return torn_table("core");
  TRIVET_TRY(read_version(core));
  TRIVET_TRY(read_info(core));
  TRIVET_TRY(read_parts(core));
  FlatTable trees;
  if (!core.table(1, trees)) return torn_table("core: trees");
  return read_trees(trees);
}

Status CoreReader::read_version(const FlatTable& core) {
  std::string_view version;
  if (!core.text(0, version)) return torn_table("core: format version");
  if (version == kFormatVersion) return {};
  return Error(Errc::unsupported_model, "core: format version", text::quoted(version),
               text::message("{}, which all of CatBoost's releases write", kFormatVersion));
}

Status CoreReader::read_info(const FlatTable& core) {
  Status status;
  const bool sound = core.tables(2, [&](const FlatTable& entry) {
    std::string_view key;
    std::string_view value;
    if (!entry.text(0, key) || !entry.text(1, value)) return false;
    status = read_info_text(key, value, model_.info);
    return status.has_value();
  });
  if (!status) return status;
  return sound ? Status{} : torn_table("core: model info");
}

Status CoreReader::read_parts(const FlatTable& core) {
  std::string unknown;
  const bool sound = core.texts(3, [&](std::string_view part) {
    if (part == kTablesPart && !has_tables_ && unknown.empty()) has_tables_ = true;
    else if (unknown.empty()) unknown = text::quoted(part);
    return true;
  });
  if (!sound) return torn_table("core: parts");
  if (unknown.empty()) return {};
  return Error(Errc::unsupported_model, "core: parts", text::message("the part {}", unknown),
               "numeric and categorical features only: parts for text and embedding features "
               "can't be read");
}

Status CoreReader::refuse_features(const FlatTable& trees, std::size_t slot,
                                   std::string_view kind) {
  std::string first;
  std::size_t count = 0;
  const bool sound = trees.tables(slot, [&](const FlatTable& feature) {
    std::int32_t flat_index = -1;
    std::string_view name;
    if (!feature.scalar(1, flat_index) || !feature.text(2, name)) return false;
    if (count++ == 0) {
      first = name.empty() ? text::message("{}", flat_index) : text::quoted(name);
    }
    return true;
  });
  if (!sound) return torn_table("core: features");
  if (count == 0) return {};
  return Error(Errc::unsupported_model, text::message("{} features", kind),
               text::message("{}, the first is {}", count, first),
               "numeric and categorical features only");
}

Status CoreReader::read_features(const FlatTable& trees) {
  TRIVET_TRY(refuse_features(trees, 12, "text"));
  TRIVET_TRY(refuse_features(trees, 18, "embedding"));
  std::size_t estimated = 0;
  if (!trees.tables(13, [&](const FlatTable&) { return ++estimated != 0; })) {
    return torn_table("core: estimated features");
  }
  if (estimated != 0) {
    return Error(Errc::unsupported_model, "estimated features", text::message("{}", estimated),
                 "none: they are computed from text and embedding features");
  }
  const bool sound =
      trees.tables(4, [&](const FlatTable& table) { return read_category(table); }) &&
      trees.tables(5, [&](const FlatTable& table) { return read_float(table); }) &&
      trees.tables(6, [&](const FlatTable& table) { return read_one_hot(table); }) &&
      trees.tables(7, [&](const FlatTable& table) { return read_ctr(table); });
  return sound ? Status{} : torn_table("core: features");
}

bool CoreReader::read_float(const FlatTable& table) {
  FloatFeature& feature = model_.floats.emplace_back();
  std::string_view name;
  std::int8_t treatment = 0;
  std::uint8_t has_nans = 0;
  if (!table.scalar(0, has_nans) || !table.scalar(1, feature.index) ||
      !table.scalar(2, feature.flat_index) || !table.numbers(3, feature.borders) ||
      !table.text(4, name) || !table.scalar(5, treatment) || treatment < 0 || treatment > 2) {
    return false;
  }
  feature.has_nans = has_nans != 0;
  feature.nan_treatment = static_cast<NanTreatment>(treatment);
  feature.name = name;
  return true;
}

bool CoreReader::read_category(const FlatTable& table) {
  CategoricalFeature& feature = model_.categories.emplace_back();
  std::string_view name;
  if (!table.scalar(0, feature.index) || !table.scalar(1, feature.flat_index) ||
      !table.text(2, name)) {
    return false;
  }
  feature.name = name;
  return true;
}

bool CoreReader::read_one_hot(const FlatTable& table) {
  OneHotFeature& feature = model_.one_hots.emplace_back();
  return table.scalar(0, feature.index) && table.numbers(1, feature.codes);
}

bool CoreReader::read_ctr(const FlatTable& table) {
  CtrFeature& feature = model_.ctrs.emplace_back();
  FlatTable ctr;
  FlatTable base;
  return table.table(0, ctr) && ctr.table(0, base) && read_ctr_key(base, feature.key) &&
         ctr.scalar(1, feature.target_border) && ctr.scalar(2, feature.prior) &&
         ctr.scalar(3, feature.prior_weight) && ctr.scalar(4, feature.shift) &&
         ctr.scalar(5, feature.scale) && table.numbers(1, feature.borders);
}

bool CoreReader::read_steps(const FlatTable& trees) {
  std::span<const std::byte> bytes;
  if (!trees.elements(10, 2 * sizeof(std::uint16_t), bytes)) return false;
  base::ByteReader reader(bytes);
  model_.steps.reserve(bytes.size() / (2 * sizeof(std::uint16_t)));
  std::uint16_t left = 0;
  std::uint16_t right = 0;
  while (reader.little(left) && reader.little(right)) model_.steps.push_back({left, right});
  model_.oblivious = model_.steps.empty();
  return trees.numbers(11, model_.leaf_of_node);
}

bool CoreReader::read_tree_arrays(const FlatTable& trees) {
  std::int32_t output_count = 0;
  double bias = 0;
  if (!trees.scalar(0, output_count) || !trees.numbers(1, model_.tree_splits) ||
      !trees.numbers(2, model_.tree_sizes) || !trees.numbers(8, model_.leaf_values) ||
      !trees.numbers(9, model_.leaf_weights) || !read_steps(trees) ||
      !trees.scalar(14, model_.scale) || !trees.scalar(15, bias) ||
      !trees.numbers(16, model_.bias)) {
    return false;
  }
  model_.output_count = output_count;
  if (model_.bias.empty()) model_.bias.push_back(bias);
  return true;
}

Status CoreReader::read_trees(const FlatTable& trees) {
  TRIVET_TRY(read_features(trees));
  if (!read_tree_arrays(trees)) return torn_table("core: trees");
  // The file also says where each tree begins; that follows from the sizes, and must agree.
  std::vector<std::int32_t> starts;
  if (!trees.numbers(3, starts)) return torn_table("core: trees");
  if (!starts.empty() && starts.size() != model_.tree_sizes.size()) {
    return broken_model(
        "trees", text::message("{} starts", starts.size()),
        text::message("none, or one for each of {} trees", model_.tree_sizes.size()));
  }
  std::int64_t begin = 0;
  for (std::size_t t = 0; t < starts.size(); ++t) {
    if (starts[t] != begin) {
      return broken_model(text::message("tree {}", t), text::message("a start at {}", starts[t]),
                          text::message("{}, where the tree before it ends", begin));
    }
    begin += model_.tree_sizes[t];
  }
  return {};
}

}  // namespace

Status read_cbm(std::span<const std::byte> bytes, Model& model) {
  model.encoding = Encoding::cbm;
  base::ByteReader reader(bytes);
  std::string_view magic;
  if (!reader.take_text(kCbmMagic.size(), magic) || magic != kCbmMagic) {
    return broken_model("byte 0", "another magic number", "CBM1");
  }
  std::span<const std::byte> core_bytes;
  TRIVET_TRY(take_sized(reader, core_bytes));
  CoreReader core(model);
  TRIVET_TRY(core.read(core_bytes));
  if (core.has_tables()) TRIVET_TRY(read_cbm_tables(reader, model.tables));
  if (reader.remaining() == 0) return {};
  return broken_model(text::message("byte {}", reader.position()),
                      text::message("{} bytes behind the model", reader.remaining()),
                      "the end of the file");
}

}  // namespace trivet::catboost
