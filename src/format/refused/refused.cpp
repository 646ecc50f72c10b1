// SPDX-License-Identifier: Apache-2.0
// Tells known artefacts apart by content or by the names in a folder, and refuses them.
#include "format/refused/refused.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace trivet::refused {
namespace {

using spi::Confidence;

enum class Kind : std::uint8_t { none, treelite, treelite_dump, ydf, tf_df };

std::uint32_t little_endian_word(std::string_view bytes) noexcept {
  std::uint32_t word = 0;
  for (std::size_t i = 4; i-- > 0;) word = word << 8 | static_cast<std::uint8_t>(bytes[i]);
  return word;
}

/// Three numbers of a version, the element types of thresholds and leaves (1 uint32, 2 float32,
/// 3 float64), the number of trees as 64 bits, the number of features (src/serializer.cc).
bool is_treelite_checkpoint(std::string_view head) noexcept {
  constexpr std::size_t kHeadSize = 26;
  if (head.size() < kHeadSize) return false;
  const std::uint32_t major = little_endian_word(head);
  const std::uint32_t minor = little_endian_word(head.substr(4));
  const std::uint32_t patch = little_endian_word(head.substr(8));
  const auto threshold = static_cast<std::uint8_t>(head[12]);
  const auto leaf = static_cast<std::uint8_t>(head[13]);
  const std::uint32_t trees = little_endian_word(head.substr(14));
  const std::uint32_t trees_high = little_endian_word(head.substr(18));
  const std::uint32_t features = little_endian_word(head.substr(22));
  constexpr std::uint32_t kMostMinor = 100;
  constexpr std::uint32_t kMostTrees = 1u << 24;
  return major >= 1 && major <= 9 && minor < kMostMinor && patch < kMostMinor &&
         (threshold == 2 || threshold == 3) && leaf >= 1 && leaf <= 3 && trees > 0 &&
         trees < kMostTrees && trees_high == 0 && features < (1u << 31);
}

/// `Model.dump_as_json`: the members in front of its trees.
bool is_treelite_dump(std::string_view head) noexcept {
  constexpr std::array<std::string_view, 3> kMembers{"\"num_feature\"", "\"task_type\"",
                                                     "\"average_tree_output\""};
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || head[first] != '{') return false;
  return std::all_of(kMembers.begin(), kMembers.end(), [&](std::string_view member) {
    return head.find(member) != std::string_view::npos;
  });
}

Kind kind_of_head(std::string_view head) noexcept {
  if (is_treelite_checkpoint(head)) return Kind::treelite;
  return is_treelite_dump(head) ? Kind::treelite_dump : Kind::none;
}

/// YDF puts one prefix before the names of a model's files, often an empty one.
Kind kind_of_names(std::span<const std::string> names) noexcept {
  const auto has_end = [&](std::string_view folder, std::string_view end) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return name.starts_with(folder) && name.ends_with(end) &&
             name.find('/', folder.size()) == std::string::npos;
    });
  };
  const auto has_forest = [&](std::string_view folder) {
    return has_end(folder, "header.pb") && has_end(folder, "data_spec.pb");
  };
  if (has_forest("")) return Kind::ydf;
  return has_end("", "saved_model.pb") && has_forest("assets/") ? Kind::tf_df : Kind::none;
}

Error refusal(Kind kind, std::string where) {
  constexpr std::string_view kOtherTrees =
      "a model of XGBoost, LightGBM or CatBoost: export the trees to one of them, or train there";
  switch (kind) {
    case Kind::treelite:
      return {Errc::unsupported_model, std::move(where), "a checkpoint of Treelite",
              "the model that Treelite was given, as its own framework saves it"};
    case Kind::treelite_dump:
      return {Errc::unsupported_model, std::move(where),
              "a JSON dump of Treelite, which nothing can load",
              "the model that Treelite was given, as its own framework saves it"};
    case Kind::ydf:
      return {Errc::unsupported_model, std::move(where),
              "a model of Yggdrasil Decision Forests (YDF)", std::string(kOtherTrees)};
    case Kind::tf_df:
      return {Errc::unsupported_model, std::move(where),
              "a model of TensorFlow Decision Forests, a SavedModel around one of YDF",
              std::string(kOtherTrees)};
    case Kind::none: break;
  }
  return {Errc::invalid_model, std::move(where), "none of the models that are refused by name",
          "another format"};
}

class RefusedFormat final : public spi::Format {
 public:
  std::string_view name() const noexcept override { return "refused"; }
  bool only_refuses() const noexcept override { return true; }

  Confidence probe(std::string_view head, std::uint64_t /*file_size*/) const noexcept override {
    return kind_of_head(head) == Kind::none ? Confidence::none : Confidence::certain;
  }

  Confidence probe_names(std::span<const std::string> file_names) const noexcept override {
    return kind_of_names(file_names) == Kind::none ? Confidence::none : Confidence::certain;
  }

  Result<spi::Graph> read(const Artifact& artifact, std::size_t file,
                          const spi::ReadOptions& /*options*/) const override {
    if (file == spi::kWholeFolder) {
      return refusal(kind_of_names(artifact.file_names()), std::string(artifact.path()));
    }
    const Result<std::string> head = artifact.head(file, spi::kProbeBytes);
    if (!head) return head.error();
    return refusal(kind_of_head(*head), "");
  }
};

}  // namespace

std::unique_ptr<spi::Format> make_refused_format() { return std::make_unique<RefusedFormat>(); }

}  // namespace trivet::refused
