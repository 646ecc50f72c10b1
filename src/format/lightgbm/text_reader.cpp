// SPDX-License-Identifier: Apache-2.0
// Reads the header of a model text, its trees and what stands behind them.
#include "format/lightgbm/text_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "base/utf8.hpp"
#include "format/lightgbm/pandas_document.hpp"
#include "format/lightgbm/text_lines.hpp"
#include "format/lightgbm/tree_text.hpp"
#include "json/document.hpp"
#include "text/message.hpp"

namespace trivet::lightgbm {
namespace {

constexpr std::string_view kFirstLine = "tree";
constexpr std::string_view kTree = "Tree=";
constexpr std::string_view kEndOfTrees = "end of trees";
constexpr std::string_view kPandas = "pandas_categorical:";

class TextReader {
 public:
  TextReader(std::string_view text, Model& model)
      : text_size_(text.size()), lines_(text), model_(model), tree_(model) {}

  Status run() {
    TRIVET_TRY(read_header());
    TRIVET_TRY(read_trees());
    TRIVET_TRY(check_tree_sizes());
    return read_rest();
  }

 private:
  struct HeaderField {
    std::string_view name;
    Status (TextReader::*read)();
  };
  static const HeaderField kHeaderFields[];

  Status read_header();
  Status read_header_line();
  Status version();
  Status class_count() { return into_integer(model_.class_count, 1); }
  Status trees_per_round() { return into_integer(model_.trees_per_round, 1); }
  Status max_feature() { return into_integer(model_.max_feature, 0); }
  Status objective();
  Status average_output();
  Status feature_names();
  Status feature_infos();
  Status feature_info(std::string_view word);
  Status monotone();
  Status tree_sizes();

  Status read_trees();
  void expect_trees_like_the_first();
  Status check_tree_sizes() const;
  Status read_rest();
  Status read_rest_line();
  [[nodiscard]] Error second_model() const;
  Status read_parameters();
  Status skip_parser();
  Status read_pandas();

  Status into_integer(std::optional<std::int64_t>& out, std::int64_t least);
  Status check_utf8() const;
  [[nodiscard]] Error ended(std::string found, std::string expected) const;
  [[nodiscard]] bool at_end_of_trees() const noexcept {
    const std::string_view line = lines_.line();
    return line == kEndOfTrees || line == "feature importances:";  // the latter up to 2.1
  }

  std::size_t text_size_;
  TextLines lines_;
  Model& model_;
  TreeText tree_;
  std::size_t tree_sizes_line_ = 0;  // 0: there are none
  std::vector<std::int64_t> tree_sizes_;
  std::vector<std::size_t> tree_offsets_;  // and where the last one ends
  bool has_end_of_trees_ = false;
  bool has_parameters_ = false;
  bool has_pandas_ = false;
  bool is_complete_ = false;  // the last line may end without a line break
};

const TextReader::HeaderField TextReader::kHeaderFields[] = {
    {"version", &TextReader::version},
    {"num_class", &TextReader::class_count},
    {"num_tree_per_iteration", &TextReader::trees_per_round},
    {"max_feature_idx", &TextReader::max_feature},
    {"objective", &TextReader::objective},
    {"average_output", &TextReader::average_output},
    {"feature_names", &TextReader::feature_names},
    {"feature_infos", &TextReader::feature_infos},
    {"monotone_constraints", &TextReader::monotone},
    {"tree_sizes", &TextReader::tree_sizes},
};

Error TextReader::ended(std::string found, std::string expected) const {
  return {Errc::invalid_model, text::message("line {}", lines_.number()), std::move(found),
          std::move(expected)};
}

Status TextReader::read_header() {
  if (!lines_.next() || lines_.line() != kFirstLine) {
    return lines_.fail("", text::quoted(lines_.line()), "\"tree\", as a model text begins");
  }
  while (lines_.next()) {
    if (lines_.line().starts_with(kTree) || at_end_of_trees()) break;
    TRIVET_TRY(read_header_line());
  }
  if (!lines_.line().starts_with(kTree) && !at_end_of_trees()) {
    return ended("the end of the text before the trees", "the trees");
  }
  for (const std::string_view name :
       {"version", "num_class", "max_feature_idx", "feature_names", "feature_infos"}) {
    if (model_.header_lines.count(name) != 0) continue;
    return lines_.fail("", text::message("no {} in the lines before", name),
                       text::message("a line {}=…", name));
  }
  return {};
}

Status TextReader::read_header_line() {
  const std::string_view key = lines_.key();
  const auto* at = std::find_if(std::begin(kHeaderFields), std::end(kHeaderFields),
                                [&](const HeaderField& field) { return field.name == key; });
  if (at == std::end(kHeaderFields)) return {};
  if (!model_.header_lines.emplace(at->name, lines_.number()).second) {
    return lines_.fail(key, "the field a second time", "one of each");
  }
  return (this->*at->read)();
}

Status TextReader::into_integer(std::optional<std::int64_t>& out, std::int64_t least) {
  const Result<std::int64_t> number = lines_.read_integer();
  if (!number) return number.error();
  if (*number < least) {
    return lines_.fail(lines_.key(), text::message("{}", *number),
                       text::message("a number of at least {}", least));
  }
  out = *number;
  return {};
}

Status TextReader::check_utf8() const {
  const std::string_view text = lines_.value();
  if (base::find_invalid_utf8(text) == text.size()) return {};
  return lines_.fail(lines_.key(), text::quoted(text.substr(base::find_invalid_utf8(text))),
                     "UTF-8");
}

Status TextReader::version() {
  TRIVET_TRY(check_utf8());
  model_.version = lines_.value();
  return {};
}

Status TextReader::objective() {
  TRIVET_TRY(check_utf8());
  model_.objective = std::string(lines_.value());
  return {};
}

Status TextReader::average_output() {
  model_.average_output = true;
  return {};
}

Status TextReader::monotone() {
  std::vector<std::int32_t> signs;
  TRIVET_TRY(lines_.read(signs));
  model_.is_monotone =
      std::any_of(signs.begin(), signs.end(), [](std::int32_t sign) { return sign != 0; });
  return {};
}

Status TextReader::feature_names() {
  TRIVET_TRY(check_utf8());
  std::string_view rest = lines_.value();
  for (auto name = next_word(rest); !name.empty(); name = next_word(rest)) {
    model_.feature_names.emplace_back(name);
  }
  return {};
}

/// `none`, `[least:greatest]`, or the category codes with colons between them.
Status TextReader::feature_infos() {
  std::string_view rest = lines_.value();
  for (auto word = next_word(rest); !word.empty(); word = next_word(rest)) {
    TRIVET_TRY(feature_info(word));
  }
  return {};
}

Status TextReader::feature_info(std::string_view word) {
  FeatureInfo& info = model_.features.emplace_back();
  if (word == "none") return {};
  info.kind = word.front() == '[' ? FeatureInfo::Kind::numeric : FeatureInfo::Kind::categorical;
  if (info.kind == FeatureInfo::Kind::numeric) return {};
  const char* at = word.data();
  const char* const end = at + word.size();
  while (true) {
    std::int64_t code = 0;
    const auto [stop, error] = std::from_chars(at, end, code);
    if (error != std::errc() || (stop != end && *stop != ':')) {
      return lines_.fail(text::message("feature_infos[{}]", model_.features.size() - 1),
                         text::quoted(word),
                         "none, [least:greatest], or category codes with colons between them");
    }
    info.greatest_code = std::max(info.greatest_code, code);
    if (stop == end) return {};
    at = stop + 1;
  }
}

Status TextReader::tree_sizes() {
  tree_sizes_line_ = lines_.number();
  return lines_.read(tree_sizes_);
}

/// Makes room for the whole forest, as far as the file's size makes it likely: leaves of real files
/// take more bytes than these. Arrays of a terser one grow as they are filled.
void TextReader::expect_trees_like_the_first() {
  constexpr std::size_t kLeafBytes = 16;
  const std::size_t most = text_size_ / kLeafBytes;
  const std::size_t trees = std::min(tree_sizes_.size(), most);
  const std::size_t leaves = std::min(trees * tree_.leaf_count(), most);
  model_.trees.reserve(trees, leaves - std::min(trees, leaves), leaves);
}

Status TextReader::read_trees() {
  while (true) {
    if (lines_.line().starts_with(kTree)) {
      tree_offsets_.push_back(lines_.offset());
      TRIVET_TRY(tree_.read(lines_));
      if (tree_offsets_.size() == 1) expect_trees_like_the_first();
    } else if (at_end_of_trees()) {
      has_end_of_trees_ = lines_.line() == kEndOfTrees;
      tree_offsets_.push_back(lines_.offset());
      return {};
    } else if (!lines_.line().empty()) {
      return lines_.fail("", text::quoted(lines_.line()), "Tree=… or \"end of trees\"");
    }
    if (!lines_.next()) {
      return ended("the end of the text behind a tree", "the next tree or \"end of trees\"");
    }
  }
}

/// LightGBM finds the trees by these sizes, so a file in which they are wrong is none.
Status TextReader::check_tree_sizes() const {
  if (tree_sizes_line_ == 0) return {};
  const std::string where = text::message("line {}, tree_sizes", tree_sizes_line_);
  const std::size_t trees = tree_offsets_.size() - 1;
  for (std::size_t t = 0; t < std::min(trees, tree_sizes_.size()); ++t) {
    const std::size_t size = tree_offsets_[t + 1] - tree_offsets_[t];
    // Files up to 2.1 have an empty line behind the last tree that is not its own.
    const bool is_last_of_old = t + 1 == trees && !has_end_of_trees_;
    if (tree_sizes_[t] == static_cast<std::int64_t>(size)) continue;
    if (is_last_of_old && tree_sizes_[t] + 1 == static_cast<std::int64_t>(size)) continue;
    return Error(Errc::invalid_model, text::message("{}[{}]", where, t),
                 text::message("{}", tree_sizes_[t]),
                 text::message("{}, the bytes of tree {}", size, t));
  }
  if (tree_sizes_.size() == trees) return {};
  return Error(Errc::invalid_model, where, text::message("{} sizes", tree_sizes_.size()),
               text::message("{}, as there are so many trees", trees));
}

/// Importances, parameters, a parser, categories: all that a cut could take without a trace in the
/// trees. So the parameters, which every file since 2.2 has, must be there to their end.
Status TextReader::read_rest() {
  while (lines_.next()) TRIVET_TRY(read_rest_line());
  if (!has_parameters_ && has_end_of_trees_) {
    return ended("the end of the text before the parameters",
                 "the sections behind the trees, to \"end of parameters\"");
  }
  if (!lines_.is_ended() && !is_complete_) {
    return ended(text::message("the end of the text inside {}", text::quoted(lines_.line())),
                 "the rest of the line");
  }
  return {};
}

Status TextReader::read_rest_line() {
  const std::string_view line = lines_.line();
  is_complete_ = false;
  if (line == kFirstLine) return second_model();
  if (line == "parameters:") return read_parameters();
  if (line == "parser:") return skip_parser();
  if (line.starts_with(kPandas)) return read_pandas();
  return {};
}

/// LightGBM answers with the first of them and says nothing.
Error TextReader::second_model() const {
  return lines_.fail("", "a second model text behind the first one", "one model a file");
}

Status TextReader::read_parameters() {
  const auto value_of = [&](std::string_view name, std::string& out) {
    std::string_view line = lines_.line();
    if (!line.starts_with(name) || !line.ends_with(']')) return;
    line.remove_prefix(name.size());
    line.remove_suffix(1);
    if (base::find_invalid_utf8(line) == line.size()) out = line;
  };
  has_parameters_ = true;
  while (lines_.next()) {
    if (lines_.line() == "end of parameters") {
      is_complete_ = true;
      return {};
    }
    if (lines_.line() == kEndOfTrees) return second_model();
    value_of("[boosting: ", model_.boosting);
    value_of("[categorical_feature: ", model_.categorical_features);
  }
  return ended("the end of the text inside the parameters", "\"end of parameters\"");
}

Status TextReader::skip_parser() {
  while (lines_.next()) {
    if (lines_.line() != "end of parser") continue;
    is_complete_ = true;
    return {};
  }
  return ended("the end of the text inside the parser's part", "\"end of parser\"");
}

/// `null`, or a JSON list of lists, which Python's wrapper adds to the file.
Status TextReader::read_pandas() {
  const std::string_view list = lines_.line().substr(kPandas.size());
  if (std::exchange(has_pandas_, true)) {
    return lines_.fail("pandas_categorical", "a second one", "one a file");
  }
  is_complete_ = true;
  if (list == "null") return {};
  const auto placed = [&](const Error& error) {
    return error.within(text::message("line {}, pandas_categorical", lines_.number()));
  };
  const Result<std::unique_ptr<base::DocumentCursor>> cursor =
      json::open_document(std::as_bytes(std::span(list)));
  if (!cursor) return placed(cursor.error());
  Status status = read_pandas_columns(**cursor, model_.pandas);
  if (status) status = (*cursor)->end();
  if (!status) return placed(status.error());
  return {};
}

}  // namespace

Status read_text(std::string_view text, Model& model) { return TextReader(text, model).run(); }

}  // namespace trivet::lightgbm
