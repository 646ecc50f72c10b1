// SPDX-License-Identifier: Apache-2.0
// Names and places of what a file says.
#include "format/xgboost/model.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "text/message.hpp"

namespace trivet::xgboost {
namespace {

/// Where a part stands in a document, and what it is called in the legacy binary.
struct PartPlace {
  Part part;
  std::string_view pointer;
  std::string_view name;
};

constexpr std::string_view kBoosterPointer = "/learner/gradient_booster";

constexpr std::array kPartPlaces{
    PartPlace{Part::model, "", "file"},
    PartPlace{Part::learner_parameters, "/learner/learner_model_param", "learner block"},
    PartPlace{Part::base_score, "/learner/learner_model_param/base_score",
              "learner block, base_score"},
    PartPlace{Part::feature_count, "/learner/learner_model_param/num_feature",
              "learner block, num_feature"},
    PartPlace{Part::class_count, "/learner/learner_model_param/num_class",
              "learner block, num_class"},
    PartPlace{Part::objective, "/learner/objective/name", "objective name"},
    PartPlace{Part::booster, "/learner/gradient_booster/name", "booster name"},
    PartPlace{Part::trees, "/learner/gradient_booster/model/trees", "trees"},
    PartPlace{Part::tree_count, "/learner/gradient_booster/model/gbtree_model_param/num_trees",
              "tree count"},
    PartPlace{Part::tree_groups, "/learner/gradient_booster/model/tree_info", "tree groups"},
    PartPlace{Part::tree_weights, "/learner/gradient_booster/weight_drop", "tree weights"},
    PartPlace{Part::linear_weights, "/learner/gradient_booster/model/weights", "linear weights"},
    PartPlace{Part::rounds, "/learner/gradient_booster/model/iteration_indptr", "rounds"},
    PartPlace{Part::feature_names, "/learner/feature_names", "feature names"},
    PartPlace{Part::feature_types, "/learner/feature_types", "feature types"},
    PartPlace{Part::categories, "/learner/gradient_booster/model/cats", "categories"},
};

}  // namespace

std::string Version::text() const {
  if (!known()) return {};
  if (major == 0) return "before 1.0";
  if (patch < 0) return text::message("{}.{}", major, minor);
  return text::message("{}.{}.{}", major, minor, patch);
}

std::string_view encoding_name(Encoding encoding) noexcept {
  switch (encoding) {
    case Encoding::json: return "xgboost-json";
    case Encoding::ubjson: return "xgboost-ubjson";
    case Encoding::binary: return "xgboost-binary";
  }
  return {};
}

std::string Model::place(Part part) const {
  const auto at = std::find_if(kPartPlaces.begin(), kPartPlaces.end(),
                               [&](const PartPlace& place) { return place.part == part; });
  if (encoding == Encoding::binary) return std::string(at->name);
  std::string pointer(at->pointer);
  const bool in_model = pointer.starts_with(std::string(kBoosterPointer) + "/model");
  if (nested_trees && in_model) pointer.insert(kBoosterPointer.size(), "/gbtree");
  if (weights_in_model && part == Part::tree_weights) {
    pointer.insert(kBoosterPointer.size(), "/model");
  }
  return std::string(root) + pointer;
}

Error Model::fail(Part part, std::string found, std::string expected) const {
  return {Errc::invalid_model, place(part), std::move(found), std::move(expected)};
}

std::int64_t Model::output_count() const noexcept {
  return std::max({class_count, target_count, std::int64_t{1}});
}

Status Model::expect_leaf_width(std::uint32_t width) {
  if (!trees) {
    leaf_width = width;
    trees.emplace(spi::FloatWidth::f32, width, facts);
  }
  if (width == leaf_width) return {};
  return Error(Errc::invalid_model, text::message("tree {}", trees->tree_count()),
               text::message("leaves of {} values", width),
               text::message("{} values, as in the trees before it", leaf_width));
}

}  // namespace trivet::xgboost
