// SPDX-License-Identifier: Apache-2.0
// Tells the encodings of a booster apart and reads them.
#include "format/xgboost/xgboost.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "format/xgboost/binary_reader.hpp"
#include "format/xgboost/document_reader.hpp"
#include "format/xgboost/model.hpp"
#include "format/xgboost/to_graph.hpp"
#include "format/xgboost/ubjson.hpp"
#include "format/xgboost/write.hpp"
#include "json/document.hpp"

namespace trivet::xgboost {
namespace {

using spi::Confidence;

enum class HeadKind : std::uint8_t { unknown, json, ubjson, binary, base64, text_dump, json_dump };

struct HeadFinding {
  HeadKind kind = HeadKind::unknown;
  Confidence confidence = Confidence::none;
};

std::string_view skip_json_blanks(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

bool has_any(std::string_view head, std::span<const std::string_view> marks) noexcept {
  for (const std::string_view mark : marks) {
    if (head.find(mark) != std::string_view::npos) return true;
  }
  return false;
}

/// True when the text has a member of that name, in quotes.
bool has_member(std::string_view text, std::string_view quoted_name) noexcept {
  for (std::size_t at = text.find(quoted_name); at != std::string_view::npos;
       at = text.find(quoted_name, at + 1)) {
    if (skip_json_blanks(text.substr(at + quoted_name.size())).starts_with(':')) return true;
  }
  return false;
}

HeadFinding look_at_json(std::string_view head) noexcept {
  constexpr std::array<std::string_view, 3> kLikely{
      "\"gradient_booster\"", "\"gbtree_model_param\"", "\"learner_model_param\""};
  constexpr std::array<std::string_view, 3> kPossible{"\"version\"", "\"Model\"", "\"Config\""};
  if (has_member(head, "\"learner\"")) return {HeadKind::json, Confidence::certain};
  if (has_any(head, kLikely)) return {HeadKind::json, Confidence::likely};
  if (has_any(head, kPossible)) return {HeadKind::json, Confidence::possible};
  return {HeadKind::json, Confidence::none};
}

/// `{`, the length of the first key in any of the five widths, the key.
HeadFinding look_at_ubjson(std::string_view head) noexcept {
  constexpr std::array<std::string_view, 4> kFirstKeys{"learner", "version", "Model", "Config"};
  const std::size_t near = std::min<std::size_t>(head.size(), 24);
  const std::string_view start = head.substr(0, near);
  const bool certain = has_any(start, kFirstKeys);
  return {HeadKind::ubjson, certain ? Confidence::certain : Confidence::none};
}

HeadFinding look_at_head(std::string_view head) noexcept {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (head.starts_with("bs64\t")) return {HeadKind::base64, Confidence::likely};
  if (head.starts_with("booster[")) return {HeadKind::text_dump, Confidence::likely};
  if (looks_like_binary(head)) return {HeadKind::binary, Confidence::certain};
  if (head.starts_with(kByteOrderMark)) head.remove_prefix(kByteOrderMark.size());
  head = skip_json_blanks(head);
  if (head.starts_with('[')) {
    const bool dump = skip_json_blanks(head.substr(1)).starts_with('{') &&
                      head.find("\"nodeid\"") != std::string_view::npos;
    return {dump ? HeadKind::json_dump : HeadKind::unknown,
            dump ? Confidence::likely : Confidence::none};
  }
  if (!head.starts_with('{')) return {};
  const std::string_view inside = skip_json_blanks(head.substr(1));
  if (inside.starts_with('"')) return look_at_json(head);
  constexpr std::string_view kUbjsonMarks = "LlIUi$#N";
  if (!inside.empty() && kUbjsonMarks.find(inside.front()) != std::string_view::npos) {
    return look_at_ubjson(head);
  }
  return {};
}

Error refuse_dump(std::string_view found) {
  return {Errc::unsupported_model, "", std::string(found),
          "the model itself, written by Booster.save_model: a dump lacks the objective, the base "
          "score and the exact numbers"};
}

Status read_into(std::span<const std::byte> bytes, HeadKind kind, Model& model) {
  switch (kind) {
    case HeadKind::json: {
      model.encoding = Encoding::json;
      const Result<std::unique_ptr<base::DocumentCursor>> cursor = json::open_document(bytes);
      if (!cursor) return cursor.error();
      return read_document(**cursor, model);
    }
    case HeadKind::ubjson:
      model.encoding = Encoding::ubjson;
      return read_document(*open_ubjson(bytes), model);
    case HeadKind::binary: model.encoding = Encoding::binary; return read_binary(bytes, model);
    case HeadKind::base64:
      return Error(Errc::unsupported_model, "", "a model in base64, as XGBoost up to 0.4 wrote it",
                   "the model saved again by a later XGBoost");
    case HeadKind::text_dump: return refuse_dump("a text dump of the trees");
    case HeadKind::json_dump: return refuse_dump("a JSON dump of the trees");
    case HeadKind::unknown: break;
  }
  return Error(Errc::invalid_model, "byte 0", "neither JSON, UBJSON nor the legacy binary",
               "a model written by Booster.save_model");
}

Result<Model> read_model(std::span<const std::byte> bytes, const spi::ReadOptions& options) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  Model model;
  model.file_bytes = bytes.size();
  if (options.gains) model.facts = spi::TrainingFacts::cover_and_gain;
  TRIVET_TRY(read_into(bytes, look_at_head(text.substr(0, spi::kProbeBytes)).kind, model));
  return model;
}

class XgboostFormat final : public spi::Format {
 public:
  std::string_view name() const noexcept override { return "xgboost"; }

  Confidence probe(std::string_view head, std::uint64_t /*file_size*/) const noexcept override {
    return look_at_head(head.substr(0, spi::kProbeBytes)).confidence;
  }

  Result<spi::Graph> read(const Artifact& artifact, std::size_t file,
                          const spi::ReadOptions& options) const override {
    const Result<std::span<const std::byte>> bytes = artifact.read(file);
    if (!bytes) return bytes.error();
    Result<Model> model = read_model(*bytes, options);
    if (!model) return model.error();
    return to_graph(std::move(*model));
  }

  std::vector<std::string_view> encodings() const override {
    return {encoding_name(Encoding::json), encoding_name(Encoding::ubjson)};
  }

  Result<std::string> write(const spi::Graph& graph, std::string_view encoding) const override {
    for (const Encoding known : {Encoding::json, Encoding::ubjson}) {
      if (encoding == encoding_name(known)) return write_model(graph, known);
    }
    return Format::write(graph, encoding);
  }
};

}  // namespace

Result<BoosterGraph> read_booster(std::span<const std::byte> bytes) {
  Result<Model> model = read_model(bytes, {});
  if (!model) return model.error();
  const std::optional<std::size_t> best_trees = best_tree_count(*model);
  Result<spi::Graph> graph = to_graph(std::move(*model));
  if (!graph) return graph.error();
  return BoosterGraph{std::move(*graph), best_trees};
}

std::unique_ptr<spi::Format> make_xgboost_format() { return std::make_unique<XgboostFormat>(); }

}  // namespace trivet::xgboost
