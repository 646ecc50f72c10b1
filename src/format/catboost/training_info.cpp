// SPDX-License-Identifier: Apache-2.0
// Reads what a file says of the training.
#include "format/catboost/training_info.hpp"

#include <charconv>
#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "base/try.hpp"
#include "json/document.hpp"
#include "text/message.hpp"

namespace trivet::catboost {
namespace {

using Kind = base::DocumentCursor::Kind;

/// Calls `visit` for each member where there is an object, for nothing where there is null.
template <class Visit>
Status each_info_member(base::DocumentCursor& cursor, Visit&& visit) {
  const Result<Kind> kind = cursor.kind();
  if (!kind) return kind.error();
  return *kind == Kind::null ? Status{} : cursor.members(visit);
}

Status read_labels(base::DocumentCursor& cursor, std::vector<Value>& labels) {
  labels.clear();
  return cursor.items([&](std::size_t) -> Status {
    Result<Value> label = json::read_label(cursor);
    if (!label) return label.error();
    labels.push_back(std::move(*label));
    return {};
  });
}

/// `class_params`, `multiclass_params` in older files.
Status read_class_params(base::DocumentCursor& cursor, TrainingInfo& info) {
  info.has_classes = true;
  return each_info_member(cursor, [&](std::string_view key) -> Status {
    if (key == "class_names") return read_labels(cursor, info.class_names);
    if (key == "class_label_type") return cursor.into_text(info.class_label_type);
    if (key == "class_to_label") {
      info.class_codes.clear();
      return cursor.doubles(info.class_codes);
    }
    if (key != "classes_count") return {};
    const Result<std::int64_t> count = cursor.integer();
    if (!count) return count.error();
    info.class_count = *count;
    return {};
  });
}

Status read_loss(base::DocumentCursor& cursor, TrainingInfo& info) {
  return each_info_member(cursor, [&](std::string_view key) {
    return key == "type" ? cursor.into_text(info.loss) : Status{};
  });
}

/// What one entry of a list of CTR descriptions says.
struct CtrDescription {
  std::string type;
  std::int64_t target_borders = 0;
};

Status read_ctr_description(base::DocumentCursor& cursor, CtrDescription& out) {
  const auto borders = [&](std::string_view key) -> Status {
    if (key != "border_count") return {};
    const Result<std::int64_t> count = cursor.integer();
    if (!count) return count.error();
    out.target_borders = *count;
    return {};
  };
  return each_info_member(cursor, [&](std::string_view key) -> Status {
    if (key == "ctr_type") return cursor.into_text(out.type);
    return key == "target_binarization" ? each_info_member(cursor, borders) : Status{};
  });
}

/// A list of them: does a type come with targets cut in two ways?
Status read_ctr_descriptions(base::DocumentCursor& cursor, TrainingInfo& info) {
  const Result<Kind> kind = cursor.kind();
  if (!kind) return kind.error();
  if (*kind != Kind::list) return {};
  std::map<std::string, std::int64_t> borders_of;
  return cursor.items([&](std::size_t) -> Status {
    CtrDescription found;
    TRIVET_TRY(read_ctr_description(cursor, found));
    const auto [at, is_new] = borders_of.emplace(found.type, found.target_borders);
    if (!is_new && at->second != found.target_borders) info.cuts_targets_differently = true;
    return {};
  });
}

Status read_category_params(base::DocumentCursor& cursor, TrainingInfo& info) {
  return each_info_member(cursor, [&](std::string_view key) -> Status {
    if (key == "per_feature_ctrs") {
      return each_info_member(
          cursor, [&](std::string_view) { return read_ctr_descriptions(cursor, info); });
    }
    const bool is_list = key == "simple_ctrs" || key == "combinations_ctrs";
    return is_list ? read_ctr_descriptions(cursor, info) : Status{};
  });
}

Status read_params(base::DocumentCursor& cursor, TrainingInfo& info) {
  return each_info_member(cursor, [&](std::string_view key) -> Status {
    if (key == "loss_function") return read_loss(cursor, info);
    if (key == "cat_feature_params") return read_category_params(cursor, info);
    if (key != "data_processing_options") return {};
    return each_info_member(cursor, [&](std::string_view option) -> Status {
      // Names in class_params come first; files before 0.20 have them here alone.
      const bool wanted = option == "class_names" && info.class_names.empty();
      return wanted ? read_labels(cursor, info.class_names) : Status{};
    });
  });
}

/// `1.2.10` of a text that says `tags/v1.2.10` or `release 1.2.10`.
std::string find_version(std::string_view text) {
  for (const std::string_view mark : {"tags/v", "release "}) {
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = text.substr(at + mark.size());
    const std::size_t end = rest.find_first_not_of("0123456789.");
    std::string_view number = rest.substr(0, end);
    while (number.ends_with('.')) number.remove_suffix(1);
    if (!number.empty() && number.size() < 20) return std::string(number);
  }
  return {};
}

Status read_threshold(std::string_view text, TrainingInfo& info) {
  double threshold = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threshold);
  if (error != std::errc() || end != text.data() + text.size() || !(threshold > 0) ||
      !(threshold < 1)) {
    return broken_model("model info: binclass_probability_threshold", text::quoted(text),
                        "a number between 0 and 1");
  }
  info.probability_threshold = threshold;
  return {};
}

using ReadDocument = Status (*)(base::DocumentCursor& cursor, TrainingInfo& info);

/// The reader of an entry that holds a document; null for others.
ReadDocument find_document_reader(std::string_view key) noexcept {
  if (key == "params") return read_params;
  if (key == "class_params" || key == "multiclass_params") return read_class_params;
  if (key == "loss_function") return read_loss;
  return nullptr;
}

/// Entries by several names may say the same; the first file format to name classes by
/// `class_params` also wrote the older name.
bool is_superseded(std::string_view key, const TrainingInfo& info) noexcept {
  return key == "multiclass_params" && info.has_classes;
}

}  // namespace

Status read_info_text(std::string_view key, std::string_view text, TrainingInfo& info) {
  if (key == "catboost_version_info") info.version = find_version(text);
  if (key == "binclass_probability_threshold") return read_threshold(text, info);
  const ReadDocument read = find_document_reader(key);
  if (read == nullptr || text.empty() || is_superseded(key, info)) return {};
  constexpr std::size_t kReadableBehind = 64;
  std::string readable(text);
  readable.append(kReadableBehind, '\0');
  const auto opened = json::open_document(std::as_bytes(std::span(readable)).first(text.size()));
  Status status = opened ? read(**opened, info) : Status(opened.error());
  if (status) status = (*opened)->end();
  if (status) return {};
  return status.error().within(text::message("model info: {}", key));
}

Status read_info_value(std::string_view key, base::DocumentCursor& cursor, TrainingInfo& info) {
  const Result<Kind> kind = cursor.kind();
  if (!kind) return kind.error();
  if (*kind == Kind::text) {
    const Result<std::string_view> text = cursor.text();
    if (!text) return text.error();
    return read_info_text(key, std::string(*text), info);
  }
  const ReadDocument read = find_document_reader(key);
  if (read == nullptr || *kind != Kind::object || is_superseded(key, info)) return {};
  return read(cursor, info);
}

}  // namespace trivet::catboost
