// SPDX-License-Identifier: Apache-2.0
// Reads the features and the tables of a JSON model.
#include "format/catboost/features_document.hpp"

#include <charconv>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "base/try.hpp"
#include "base/utf8.hpp"
#include "text/message.hpp"

namespace trivet::catboost {
namespace {

using Kind = base::DocumentCursor::Kind;

/// One function an object of the schema; each takes a member's key and may leave its value.
class FeaturesDocument {
 public:
  FeaturesDocument(base::DocumentCursor& cursor, Model& model) : cursor_(cursor), model_(model) {}

  Status root(std::string_view key);

 private:
  Status float_member(std::string_view key, FloatFeature& feature);
  Status nan_treatment(FloatFeature& feature);
  Status category();
  Status ctr_member(std::string_view key, CtrFeature& feature);
  Status ctr_type(CtrFeature& feature);
  Status element(Combination& combination);
  Status refuse(std::string_view key);

  /// Visits the objects of a list; null is an empty list.
  template <class Visit>
  Status each_object(Visit&& visit) {
    const Result<Kind> kind = cursor_.kind();
    if (!kind) return kind.error();
    return *kind == Kind::null ? Status{} : cursor_.items(visit);
  }
  Status into(std::int32_t& out);
  Status into(float& out);
  Status into(bool& out);
  Status into(std::string& out);

  base::DocumentCursor& cursor_;
  Model& model_;
};

Status FeaturesDocument::into(std::int32_t& out) {
  const Result<std::int32_t> number = read_int32(cursor_);
  if (!number) return number.error();
  out = *number;
  return {};
}

Status FeaturesDocument::into(float& out) {
  const Result<float> number = cursor_.narrow_number();
  if (!number) return number.error();
  out = *number;
  return {};
}

Status FeaturesDocument::into(bool& out) {
  const Result<bool> flag = cursor_.flag();
  if (!flag) return flag.error();
  out = *flag;
  return {};
}

Status FeaturesDocument::into(std::string& out) { return cursor_.into_text(out); }

Status FeaturesDocument::root(std::string_view key) {
  if (key == "float_features") {
    return each_object([&](std::size_t) {
      FloatFeature& feature = model_.floats.emplace_back();
      return cursor_.members([&](std::string_view name) { return float_member(name, feature); });
    });
  }
  if (key == "categorical_features") return each_object([&](std::size_t) { return category(); });
  if (key == "ctrs") {
    return each_object([&](std::size_t) {
      CtrFeature& feature = model_.ctrs.emplace_back();
      return cursor_.members([&](std::string_view name) { return ctr_member(name, feature); });
    });
  }
  return key == "text_features" || key == "embedding_features" ? refuse(key) : Status{};
}

Status FeaturesDocument::refuse(std::string_view key) {
  const std::string kind(key);
  std::size_t count = 0;
  TRIVET_TRY(each_object([&](std::size_t) {
    ++count;
    return Status{};
  }));
  if (count == 0) return {};
  return Error(Errc::unsupported_model, "/features_info/" + kind,
               text::message("{} {}", count, kind), "numeric and categorical features only");
}

Status FeaturesDocument::float_member(std::string_view key, FloatFeature& feature) {
  if (key == "feature_index") return into(feature.index);
  if (key == "flat_feature_index") return into(feature.flat_index);
  if (key == "has_nans") return into(feature.has_nans);
  if (key == "borders") {
    const Result<Kind> kind = cursor_.kind();
    if (!kind) return kind.error();
    return *kind == Kind::null ? Status{} : cursor_.floats(feature.borders);
  }
  if (key == "nan_value_treatment") return nan_treatment(feature);
  if (key == "feature_id" || key == "feature_name") return into(feature.name);
  return {};
}

Status FeaturesDocument::nan_treatment(FloatFeature& feature) {
  const Result<std::string_view> name = cursor_.text();
  if (!name) return name.error();
  if (*name == "AsIs") feature.nan_treatment = NanTreatment::as_is;
  else if (*name == "AsFalse") feature.nan_treatment = NanTreatment::as_false;
  else if (*name == "AsTrue") feature.nan_treatment = NanTreatment::as_true;
  else return cursor_.fail(text::quoted(*name), "AsIs, AsFalse or AsTrue");
  return {};
}

Status FeaturesDocument::category() {
  CategoricalFeature feature;
  OneHotFeature one_hot;
  bool tested_directly = false;
  TRIVET_TRY(cursor_.members([&](std::string_view key) -> Status {
    if (key == "feature_index") return into(feature.index);
    if (key == "flat_feature_index") return into(feature.flat_index);
    if (key == "feature_id" || key == "feature_name") return into(feature.name);
    if (key != "values") return {};
    tested_directly = true;
    return cursor_.integers(one_hot.codes);
  }));
  one_hot.index = feature.index;
  model_.categories.push_back(std::move(feature));
  if (tested_directly) model_.one_hots.push_back(std::move(one_hot));
  return {};
}

Status FeaturesDocument::ctr_member(std::string_view key, CtrFeature& feature) {
  if (key == "identifier") return into(feature.key.name);
  if (key == "elements") {
    return each_object([&](std::size_t) { return element(feature.key.combination); });
  }
  if (key == "ctr_type") return ctr_type(feature);
  if (key == "prior_numerator") return into(feature.prior);
  if (key == "prior_denomerator") return into(feature.prior_weight);  // spelt so
  if (key == "shift") return into(feature.shift);
  if (key == "scale") return into(feature.scale);
  if (key == "target_border_idx") return into(feature.target_border);
  return key == "borders" ? cursor_.floats(feature.borders) : Status{};
}

Status FeaturesDocument::ctr_type(CtrFeature& feature) {
  const Result<std::string_view> name = cursor_.text();
  if (!name) return name.error();
  const std::optional<CtrType> type = find_ctr_type(*name);
  if (!type) return cursor_.fail(text::quoted(*name), "the name of a kind of table");
  feature.key.type = *type;
  return {};
}

Status FeaturesDocument::element(Combination& combination) {
  std::string kind;
  CodeElement category;
  FloatElement number;
  TRIVET_TRY(cursor_.members([&](std::string_view key) -> Status {
    if (key == "combination_element") return into(kind);
    if (key == "cat_feature_index") return into(category.index);
    if (key == "value") return into(category.code);
    if (key == "float_feature_index") return into(number.index);
    return key == "border" ? into(number.border) : Status{};
  }));
  if (kind == "cat_feature_value") combination.categories.push_back(category.index);
  else if (kind == "cat_feature_exact_value") combination.codes.push_back(category);
  else if (kind == "float_feature") combination.floats.push_back(number);
  else return cursor_.fail(text::quoted(kind), "the name of a kind of element");
  return {};
}

Status check_stride(const base::DocumentCursor& cursor, const CtrTable& table) {
  if (table.hashes.size() * table.stride == table.values.size()) return {};
  return cursor.fail(
      text::message("{} numbers for {} hashes", table.values.size(), table.hashes.size()),
      text::message("{} for each", table.stride));
}

Status read_hash_map_item(base::DocumentCursor& cursor, CtrTable& table) {
  const Result<Kind> kind = cursor.kind();
  if (!kind) return kind.error();
  if (*kind != Kind::text) {  // a count, or a sum
    const Result<double> number = cursor.number();
    if (!number) return number.error();
    table.values.push_back(*number);
    return {};
  }
  const Result<std::string_view> text = cursor.text();
  if (!text) return text.error();
  std::uint64_t hash = 0;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, hash);
  if (error != std::errc() || stop != end) {
    return cursor.fail(text::quoted(*text), "a hash of 64 bits in decimal digits");
  }
  if (table.hashes.size() == 1) table.stride = table.values.size();
  TRIVET_TRY(check_stride(cursor, table));
  table.hashes.push_back(hash);
  return {};
}

/// `["hash",count,…,"hash",count,…]`; how many counts there are, the first hash tells.
Status read_hash_map(base::DocumentCursor& cursor, CtrTable& table) {
  if (!table.hashes.empty()) return cursor.fail("a second hash_map", "one");
  TRIVET_TRY(cursor.items([&](std::size_t) { return read_hash_map_item(cursor, table); }));
  if (table.hashes.size() == 1) table.stride = table.values.size();
  return check_stride(cursor, table);
}

Status read_table_member(base::DocumentCursor& cursor, std::string_view key, CtrTable& table) {
  if (key == "hash_map") return read_hash_map(cursor, table);
  if (key != "counter_denominator") return {};
  const Result<std::int64_t> denominator = cursor.integer();
  if (!denominator) return denominator.error();
  if (*denominator < 0 || *denominator > std::numeric_limits<std::int32_t>::max()) {
    return cursor.fail(text::message("{}", *denominator), "a count of rows");
  }
  table.denominator = static_cast<std::int32_t>(*denominator);
  return {};
}

}  // namespace

Result<std::int32_t> read_int32(base::DocumentCursor& cursor) {
  const Result<std::int64_t> number = cursor.integer();
  if (!number) return number.error();
  if (*number < std::numeric_limits<std::int32_t>::min() ||
      *number > std::numeric_limits<std::int32_t>::max()) {
    return cursor.fail(text::message("{}", *number), "a whole number of 32 bits");
  }
  return static_cast<std::int32_t>(*number);
}

Status read_features_info(base::DocumentCursor& cursor, Model& model) {
  FeaturesDocument document(cursor, model);
  return cursor.members([&](std::string_view key) { return document.root(key); });
}

Status read_ctr_data(base::DocumentCursor& cursor, std::vector<CtrTable>& tables) {
  const Result<Kind> kind = cursor.kind();
  if (!kind) return kind.error();
  if (*kind == Kind::null) return {};
  return cursor.members([&](std::string_view key) -> Status {
    CtrTable& table = tables.emplace_back();
    table.key.name = key;
    return cursor.members(
        [&](std::string_view name) { return read_table_member(cursor, name, table); });
  });
}

}  // namespace trivet::catboost
