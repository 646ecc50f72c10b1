// SPDX-License-Identifier: Apache-2.0
// Reads the metadata in one pass, then puts its parts together.
#include "format/bqml/metadata.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/document_cursor.hpp"
#include "base/try.hpp"
#include "json/document.hpp"
#include "text/message.hpp"

namespace trivet::bqml {
namespace {

using Kind = base::DocumentCursor::Kind;

constexpr std::array<std::string_view, 6> kModelTypes{
    "boosted_tree_regressor",   "boosted_tree_classifier", "random_forest_regressor",
    "random_forest_classifier", "boosted_tree_cox",        "boosted_tree_aft"};

class MetadataDocument {
 public:
  explicit MetadataDocument(base::DocumentCursor& cursor) : cursor_(cursor) {}

  Result<Metadata> read() {
    TRIVET_TRY(expect(Kind::object, "an object"));
    TRIVET_TRY(cursor_.members([&](std::string_view key) { return root_member(key); }));
    TRIVET_TRY(cursor_.end());
    TRIVET_TRY(check_model_type());
    TRIVET_TRY(order_features());
    TRIVET_TRY(check_classes());
    return std::move(metadata_);
  }

 private:
  /// Python's reader takes the last of equal names, others the first: none is believed.
  Status once(std::string_view key, std::set<std::string, std::less<>>& seen) {
    if (seen.emplace(key).second) return {};
    return cursor_.fail(text::message("a second {}", text::quoted(key)), "each member once");
  }

  Status root_member(std::string_view key) {
    TRIVET_TRY(once(key, seen_));
    if (key == "model_type") return read_text(metadata_.model_type);
    if (key == "label_col") {
      has_label_ = true;
      return read_text(metadata_.label);
    }
    if (key == "feature_names") return read_names();
    if (key == "features") return read_features();
    if (key == "class_names") return read_classes();
    return {};
  }

  Status expect(Kind wanted, std::string_view expected) {
    const Result<Kind> kind = cursor_.kind();
    if (!kind) return kind.error();
    if (*kind == wanted) return {};
    return cursor_.fail("another kind of value", std::string(expected));
  }

  Status read_text(std::string& out) {
    TRIVET_TRY(expect(Kind::text, "a text"));
    return cursor_.into_text(out);
  }

  Status read_names() {
    TRIVET_TRY(expect(Kind::list, "the columns' names in the model's order"));
    return cursor_.items([&](std::size_t) -> Status {
      metadata_.features.emplace_back();
      return read_text(metadata_.features.back().name);
    });
  }

  Status read_features() {
    TRIVET_TRY(expect(Kind::object, "an object, a member for each column"));
    return cursor_.members([&](std::string_view key) -> Status {
      Feature feature;
      feature.name = key;
      if (described_.contains(key)) return cursor_.fail("a second feature of this name", "one");
      TRIVET_TRY(expect(Kind::object, "an object"));
      std::set<std::string, std::less<>> seen;
      TRIVET_TRY(cursor_.members([&](std::string_view member) -> Status {
        const Status first = once(member, seen);
        return first ? read_feature_member(member, feature) : first;
      }));
      std::string name = feature.name;
      described_.emplace(std::move(name), std::move(feature));
      return {};
    });
  }

  Status read_feature_member(std::string_view member, Feature& feature) {
    if (member == "encode_type") return read_encode_type(feature.encode_type);
    return member == "mean" ? read_mean(feature.mean) : Status{};
  }

  Status read_encode_type(std::string& out) {
    const Result<Kind> kind = cursor_.kind();
    if (!kind) return kind.error();
    return *kind == Kind::null ? Status{} : read_text(out);
  }

  Status read_mean(std::optional<double>& out) {
    const Result<Kind> kind = cursor_.kind();
    if (!kind) return kind.error();
    out = std::nan("");
    if (*kind == Kind::null) return {};
    const Result<double> number = cursor_.number();
    if (!number) return number.error();
    out = *number;
    return {};
  }

  Status read_classes() {
    const Result<Kind> kind = cursor_.kind();
    if (!kind) return kind.error();
    if (*kind == Kind::null) return {};
    TRIVET_TRY(expect(Kind::list, "the names of the classes"));
    return cursor_.items([&](std::size_t) -> Status {
      Result<Value> name = json::read_label(cursor_);
      if (!name) return name.error();
      metadata_.classes.push_back(std::move(*name));
      return {};
    });
  }

  Status check_model_type() const {
    const std::string& type = metadata_.model_type;
    if (std::find(kModelTypes.begin(), kModelTypes.end(), type) != kModelTypes.end()) return {};
    std::string known;
    for (const std::string_view name : kModelTypes) {
      known += known.empty() ? "" : ", ";
      known += name;
    }
    return Error(type.empty() ? Errc::invalid_model : Errc::unsupported_model, "/model_type",
                 type.empty() ? "none" : text::quoted(type), text::message("one of {}", known));
  }

  /// Gives each name of `feature_names` what `features` says of it.
  Status order_features() {
    if (!has_label_) return lacking("/label_col", "the name of the column that is predicted");
    if (metadata_.features.empty()) {
      return lacking("/feature_names", "the columns' names in the model's order");
    }
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < metadata_.features.size(); ++i) {
      Feature& feature = metadata_.features[i];
      const auto known = described_.find(feature.name);
      const std::string where = text::message("/feature_names/{}", i);
      if (feature.name.empty() || known == described_.end()) {
        return Error(Errc::invalid_model, where,
                     text::message("{}, which /features doesn't have", text::quoted(feature.name)),
                     "a member of /features for each name");
      }
      if (!seen.insert(known->first).second) {
        return Error(Errc::invalid_model, where,
                     text::message("a second {}", text::quoted(feature.name)), "names that differ");
      }
      feature.encode_type = known->second.encode_type;
      feature.mean = known->second.mean;
    }
    return {};
  }

  Status check_classes() const {
    if (!metadata_.is_classifier() || !metadata_.classes.empty()) return {};
    return lacking("/class_names", "the names of the classes, as a classifier has them");
  }

  static Error lacking(std::string_view where, std::string expected) {
    return {Errc::invalid_model, std::string(where), "none", std::move(expected)};
  }

  base::DocumentCursor& cursor_;
  Metadata metadata_;
  std::map<std::string, Feature, std::less<>> described_;
  std::set<std::string, std::less<>> seen_;  // members of the document
  bool has_label_ = false;
};

}  // namespace

Result<Metadata> read_metadata(std::span<const std::byte> text) {
  const auto cursor = json::open_document(text);
  if (!cursor) return cursor.error();
  return MetadataDocument(**cursor).read();
}

}  // namespace trivet::bqml
