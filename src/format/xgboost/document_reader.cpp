// SPDX-License-Identifier: Apache-2.0
// Reads the schema of JSON and UBJSON models.
#include "format/xgboost/document_reader.hpp"

#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "base/try.hpp"
#include "format/xgboost/categories_document.hpp"
#include "format/xgboost/document_fields.hpp"
#include "format/xgboost/objectives.hpp"
#include "format/xgboost/tree_document.hpp"
#include "text/message.hpp"

namespace trivet::xgboost {
namespace {

using Kind = base::DocumentCursor::Kind;

/// One function an object of the schema; each takes a member's key and may leave its value.
class DocumentReader {
 public:
  DocumentReader(base::DocumentCursor& cursor, Model& model)
      : cursor_(cursor), model_(model), tree_(model) {}

  Status read();

 private:
  using Member = Status (DocumentReader::*)(std::string_view key);

  Status each_member(Member member) {
    return cursor_.members([&](std::string_view key) { return (this->*member)(key); });
  }
  Status root(std::string_view key);
  Status learner(std::string_view key);
  Status learner_parameter(std::string_view key);
  Status objective(std::string_view key);
  Status attribute(std::string_view key);
  Status booster(std::string_view key);
  Status booster_model(std::string_view key);
  Status tree_parameter(std::string_view key);
  Status version();
  Status base_score();
  Status trees();
  Status tree_weights();
  Status into_texts(std::vector<std::string>& out);
  Status into_integer(std::int64_t& out, IntegerRange range);
  Status require(bool there, std::string_view where, std::string_view what) const;

  base::DocumentCursor& cursor_;
  Model& model_;
  TreeDocument tree_;
  bool learner_seen_ = false;
  bool trees_seen_ = false;
  bool class_count_seen_ = false;
  bool in_nested_booster_ = false;
};

Status DocumentReader::read() {
  TRIVET_TRY(each_member(&DocumentReader::root));
  TRIVET_TRY(cursor_.end());
  if (!learner_seen_) {
    return Error(Errc::invalid_model, "", "an object without a learner",
                 "a model written by Booster.save_model or Booster.serialize");
  }
  const bool linear = model_.booster == "gblinear";
  TRIVET_TRY(require(class_count_seen_, "/learner/learner_model_param", "num_class"));
  TRIVET_TRY(require(!model_.objective.empty(), "/learner/objective", "name"));
  TRIVET_TRY(require(!model_.booster.empty(), "/learner/gradient_booster", "name"));
  TRIVET_TRY(
      require(!linear || model_.linear_weights, "/learner/gradient_booster/model", "weights"));
  return require(linear || trees_seen_, "/learner/gradient_booster/model", "trees");
}

Status DocumentReader::require(bool there, std::string_view where, std::string_view what) const {
  if (there) return {};
  return Error(Errc::invalid_model, std::string(model_.root).append(where),
               text::message("no {}", what), text::message("a member {}", what));
}

/// A snapshot holds the model as `Model`, beside a `Config` that says nothing about prediction.
Status DocumentReader::root(std::string_view key) {
  if (key == "version") return version();
  if (key == "Model" && model_.root.empty() && !learner_seen_) {
    model_.root = "/Model";
    return each_member(&DocumentReader::root);
  }
  if (key != "learner") return {};
  if (learner_seen_) return cursor_.fail("a second learner", "one learner");
  learner_seen_ = true;
  return each_member(&DocumentReader::learner);
}

Status DocumentReader::version() {
  std::vector<std::int32_t> numbers;
  TRIVET_TRY(cursor_.integers(numbers));
  if (numbers.size() != 3) {
    return cursor_.fail(text::message("{} numbers", numbers.size()), "major, minor and patch");
  }
  if (numbers[0] < 0) return {};  // "invalid" in XGBoost's own terms: not told
  model_.version = {numbers[0], numbers[1], numbers[2]};
  return {};
}

Status DocumentReader::learner(std::string_view key) {
  if (key == "learner_model_param") return each_member(&DocumentReader::learner_parameter);
  if (key == "gradient_booster") return each_member(&DocumentReader::booster);
  if (key == "objective") return each_member(&DocumentReader::objective);
  if (key == "attributes") return each_member(&DocumentReader::attribute);
  if (key == "feature_names") return into_texts(model_.feature_names);
  if (key == "feature_types") return into_texts(model_.feature_types);
  return {};
}

Status DocumentReader::learner_parameter(std::string_view key) {
  constexpr std::int64_t kInt32 = std::numeric_limits<std::int32_t>::max();
  if (key == "base_score") return base_score();
  if (key == "num_feature") {
    std::int64_t count = 0;
    TRIVET_TRY(into_integer(count, {0, std::numeric_limits<std::uint32_t>::max()}));
    model_.feature_count = static_cast<std::uint64_t>(count);
    return {};
  }
  if (key == "num_class") {
    class_count_seen_ = true;
    return into_integer(model_.class_count, {0, kInt32});
  }
  if (key == "num_target") return into_integer(model_.target_count, {1, kInt32});
  return {};
}

/// A text up to 3.0 and of a list from 3.1 on; converters also write numbers and lists.
Status DocumentReader::base_score() {
  const Result<Kind> kind = cursor_.kind();
  if (!kind) return kind.error();
  std::vector<float>& scores = model_.base_score.emplace();
  if (*kind == Kind::list) return cursor_.floats(scores);
  if (*kind == Kind::number) {
    const Result<float> score = cursor_.narrow_number();
    if (!score) return score.error();
    scores.push_back(*score);
    return {};
  }
  const Result<std::string_view> text = cursor_.text();
  if (!text) return text.error();
  if (parse_base_score(*text, scores)) return {};
  std::string found = text::message("the text {}", text::quoted(*text));
  return cursor_.fail(std::move(found), "a number, or numbers in brackets");
}

Status DocumentReader::objective(std::string_view key) {
  return key == "name" ? cursor_.into_text(model_.objective) : Status{};
}

Status DocumentReader::attribute(std::string_view key) {
  if (key != "best_iteration") return {};
  const Result<Kind> kind = cursor_.kind();
  if (!kind) return kind.error();
  return *kind == Kind::text ? cursor_.into_text(model_.best_iteration) : Status{};
}

Status DocumentReader::booster(std::string_view key) {
  if (key == "model") return each_member(&DocumentReader::booster_model);
  if (key == "weight_drop") return tree_weights();
  if (key == "gbtree" && !in_nested_booster_) {  // DART up to 3.2
    model_.nested_trees = true;
    in_nested_booster_ = true;
    TRIVET_TRY(each_member(&DocumentReader::booster));
    in_nested_booster_ = false;
    return {};
  }
  if (key != "name") return {};
  std::string name;
  TRIVET_TRY(cursor_.into_text(name));
  if (name != "gbtree" && name != "dart" && name != "gblinear") {
    return Error(Errc::unsupported_model, model_.place(Part::booster),
                 text::message("the booster {}", text::quoted(name)), "gbtree, dart or gblinear");
  }
  if (!in_nested_booster_) model_.booster = std::move(name);
  return {};
}

Status DocumentReader::booster_model(std::string_view key) {
  if (key == "trees") return trees();
  if (key == "gbtree_model_param") return each_member(&DocumentReader::tree_parameter);
  if (key == "tree_info") {
    model_.tree_groups.clear();
    return cursor_.integers(model_.tree_groups);
  }
  if (key == "iteration_indptr") {
    model_.rounds.clear();
    return cursor_.integers(model_.rounds);
  }
  if (key == "weight_drop") {
    model_.weights_in_model = true;
    return tree_weights();
  }
  if (key == "weights") return cursor_.floats(model_.linear_weights.emplace());
  if (key == "cats") return read_categories(cursor_, model_.categories);
  return {};
}

Status DocumentReader::tree_parameter(std::string_view key) {
  constexpr std::int64_t kInt32 = std::numeric_limits<std::int32_t>::max();
  if (key == "num_parallel_tree") return into_integer(model_.parallel_trees, {0, kInt32});
  if (key == "num_trees") return into_integer(model_.tree_count.emplace(), {0, kInt32});
  return {};
}

Status DocumentReader::trees() {
  if (trees_seen_) return cursor_.fail("a second list of trees", "one list of trees");
  trees_seen_ = true;
  return cursor_.items([&](std::size_t index) { return tree_.read(cursor_, index); });
}

Status DocumentReader::tree_weights() {
  model_.tree_weights.clear();
  return cursor_.floats(model_.tree_weights);
}

Status DocumentReader::into_texts(std::vector<std::string>& out) {
  out.clear();
  return cursor_.items([&](std::size_t) { return cursor_.into_text(out.emplace_back()); });
}

Status DocumentReader::into_integer(std::int64_t& out, IntegerRange range) {
  const Result<std::int64_t> value = read_integer_field(cursor_, range);
  if (!value) return value.error();
  out = *value;
  return {};
}

}  // namespace

Status read_document(base::DocumentCursor& cursor, Model& model) {
  return DocumentReader(cursor, model).read();
}

}  // namespace trivet::xgboost
