// SPDX-License-Identifier: Apache-2.0
// Reads the schema of JSON dumps.
#include "format/lightgbm/document_reader.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "format/lightgbm/pandas_document.hpp"
#include "format/lightgbm/tree_document.hpp"
#include "text/message.hpp"

namespace trivet::lightgbm {
namespace {

using Kind = base::DocumentCursor::Kind;

class DumpReader {
 public:
  DumpReader(base::DocumentCursor& cursor, Model& model)
      : cursor_(cursor), model_(model), tree_(cursor, model) {}

  Status run() {
    TRIVET_TRY(cursor_.members([&](std::string_view key) { return member(key); }));
    TRIVET_TRY(cursor_.end());
    if (!has_trees_) return Error(Errc::invalid_model, "", "no tree_info", "a list of trees");
    if (!model_.objective && !has_average_) {
      return Error(Errc::unsupported_model, "",
                   "neither objective nor average_output, which dumps by LightGBM before 2.2 lack",
                   "the model text, written by Booster.save_model");
    }
    resolve_infos();
    return check_first_tree();
  }

 private:
  Status member(std::string_view key);
  Status trees();
  Status names();
  Status infos();
  Status info(FeatureInfo& info);
  Status pandas();
  Status monotone();
  Status into_integer(std::optional<std::int64_t>& out);
  void resolve_infos();
  [[nodiscard]] Status check_first_tree() const;

  base::DocumentCursor& cursor_;
  Model& model_;
  TreeDocument tree_;
  std::map<std::string, FeatureInfo, std::less<>> infos_;  // by the names of features
  bool has_trees_ = false;
  bool has_average_ = false;
  bool has_infos_ = false;
};

Status DumpReader::member(std::string_view key) {
  if (key == "version") return cursor_.into_text(model_.version);
  if (key == "num_class") return into_integer(model_.class_count);
  if (key == "num_tree_per_iteration") return into_integer(model_.trees_per_round);
  if (key == "max_feature_idx") return into_integer(model_.max_feature);
  if (key == "objective") return cursor_.into_text(model_.objective.emplace());
  if (key == "average_output") {
    const Result<bool> flag = cursor_.flag();
    if (!flag) return flag.error();
    model_.average_output = *flag;
    has_average_ = true;
    return {};
  }
  if (key == "feature_names") return names();
  if (key == "feature_infos") return infos();
  if (key == "monotone_constraints") return monotone();
  if (key == "tree_info") return trees();
  if (key == "pandas_categorical") return pandas();
  return {};
}

Status DumpReader::into_integer(std::optional<std::int64_t>& out) {
  const Result<std::int64_t> number = cursor_.integer();
  if (!number) return number.error();
  out = *number;
  return {};
}

Status DumpReader::trees() {
  if (has_trees_) return cursor_.fail("a second list of trees", "one list of trees");
  has_trees_ = true;
  TRIVET_TRY(cursor_.items([&](std::size_t) { return tree_.read(); }));
  if (model_.trees.tree_count() != 0) return {};
  return cursor_.fail("an empty list", "at least one tree");
}

Status DumpReader::names() {
  model_.feature_names.clear();
  return cursor_.items(
      [&](std::size_t) { return cursor_.into_text(model_.feature_names.emplace_back()); });
}

/// An object for each feature that training used, under its name. `values` has category codes.
Status DumpReader::infos() {
  has_infos_ = true;
  return cursor_.members([&](std::string_view name) { return info(infos_[std::string(name)]); });
}

Status DumpReader::info(FeatureInfo& info) {
  info.kind = FeatureInfo::Kind::numeric;
  return cursor_.members([&](std::string_view key) -> Status {
    if (key != "values") return {};
    std::vector<std::int64_t> codes;
    TRIVET_TRY(cursor_.wide_integers(codes));
    if (codes.empty()) return {};
    info.kind = FeatureInfo::Kind::categorical;
    info.greatest_code = *std::max_element(codes.begin(), codes.end());
    return {};
  });
}

void DumpReader::resolve_infos() {
  if (!has_infos_) return;
  for (const std::string& name : model_.feature_names) {
    const auto at = infos_.find(name);
    model_.features.push_back(at == infos_.end() ? FeatureInfo{} : at->second);
  }
}

/// Rounds are dumped whole, so that the first tree is one of the first output.
Status DumpReader::check_first_tree() const {
  const std::int64_t outputs = model_.trees_per_round.value_or(model_.class_count.value_or(1));
  if (outputs < 1 || tree_.first_index() % outputs == 0) return {};
  return Error(Errc::invalid_model, "/tree_info/0/tree_index",
               text::message("{}", tree_.first_index()),
               text::message("a multiple of {}, where a round begins", outputs));
}

Status DumpReader::monotone() {
  std::vector<std::int32_t> signs;
  TRIVET_TRY(cursor_.integers(signs));
  model_.is_monotone =
      std::any_of(signs.begin(), signs.end(), [](std::int32_t sign) { return sign != 0; });
  return {};
}

Status DumpReader::pandas() {
  const Result<Kind> kind = cursor_.kind();
  if (!kind) return kind.error();
  if (*kind == Kind::null) return {};
  model_.pandas.clear();
  return read_pandas_columns(cursor_, model_.pandas);
}

}  // namespace

Status read_document(base::DocumentCursor& cursor, Model& model) {
  return DumpReader(cursor, model).run();
}

}  // namespace trivet::lightgbm
