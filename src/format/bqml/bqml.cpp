// SPDX-License-Identifier: Apache-2.0
// Reads the folder: metadata, vocabularies, booster; then joins the encoder and the booster.
#include "format/bqml/bqml.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/try.hpp"
#include "format/bqml/encoder.hpp"
#include "format/bqml/metadata.hpp"
#include "format/bqml/vocabulary.hpp"
#include "format/xgboost/xgboost.hpp"
#include "text/message.hpp"

namespace trivet::bqml {
namespace {

using spi::Confidence;

constexpr std::string_view kBoosterFile = "model.bst";

Result<std::span<const std::byte>> read_named(const Artifact& artifact, std::string_view name,
                                              std::string_view purpose) {
  const std::size_t file = artifact.find_file(name);
  if (file < artifact.file_names().size()) return artifact.read(file);
  return Error(Errc::invalid_model, std::string(artifact.path()),
               text::message("a BigQuery ML export without {}", name),
               text::message("{}, {}", name, purpose));
}

/// The vocabularies of all columns, read.
Result<std::vector<ColumnVocabularies>> read_vocabularies(const Artifact& artifact,
                                                          std::size_t column_count) {
  std::vector<ColumnVocabularies> columns(column_count);
  for (std::size_t file = 0; file < artifact.file_names().size(); ++file) {
    const std::string& name = artifact.file_names()[file];
    const std::optional<VocabularyName> parsed = parse_vocabulary_name(name);
    if (!parsed) continue;
    if (parsed->column >= column_count) {
      return Error(Errc::invalid_model, name,
                   text::message("a vocabulary for column {}", parsed->column),
                   text::message("columns 0 to {}, as {} has", column_count - 1, kMetadataFile));
    }
    const auto bytes = artifact.read(file);
    if (!bytes) return bytes.error();
    auto vocabulary = read_vocabulary({reinterpret_cast<const char*>(bytes->data()), bytes->size()},
                                      parsed->encoding);
    if (!vocabulary) return vocabulary.error().within(name);
    const bool is_first =
        columns[parsed->column].emplace(parsed->encoding, std::move(*vocabulary)).second;
    if (is_first) continue;
    return Error(Errc::invalid_model, name,
                 text::message("a second vocabulary of this kind for column {}", parsed->column),
                 "one file, under its present or its former name");
  }
  return columns;
}

/// The only node of the booster's graph, when it is a forest.
Result<spi::TreeEnsemble*> forest_of(spi::Graph& booster) {
  if (auto* forest = std::get_if<spi::TreeEnsemble>(&booster.nodes.front().body)) return forest;
  return Error(Errc::unsupported_model, std::string(kBoosterFile), "a linear booster",
               "trees, as BigQuery ML trains them");
}

/// Puts the encoder before the forest and the columns before the encoder. The features that the
/// booster has beyond those of the columns stay missing, as XGBoost takes a narrower matrix.
void join(Encoder& encoder, spi::Graph& graph) {
  const spi::ValueId features = graph.input.value;
  graph.values[features].name = "features";
  graph.values[features].columns = encoder.take_feature_columns(graph.values[features].width);
  const spi::ValueId cells = graph.add_value("columns", DType::float64, encoder.cell_count());
  graph.input = {.value = cells, .columns = encoder.take_columns(), .accepts_lists = false};
  graph.nodes.insert(graph.nodes.begin(), {.body = encoder.take_operator(),
                                           .inputs = {cells},
                                           .outputs = {{spi::Port::result, features}}});
}

std::string text_of_class(const Value& name) {
  return name.as_text() != nullptr ? *name.as_text() : name.to_json();
}

/// Gives the scores of a classifier the names that BigQuery ML's predictor answers with.
Status name_classes(Metadata& metadata, spi::Graph& graph) {
  if (!metadata.is_classifier()) return {};
  spi::GraphOutput& answer = graph.outputs.front();
  const std::uint32_t width = graph.values[answer.value].width;
  if (answer.scalar || width != metadata.classes.size()) {
    return Error(Errc::invalid_model, std::string(kMetadataFile) + ": /class_names",
                 text::message("{} classes for a booster that gives {}", metadata.classes.size(),
                               answer.scalar ? "one number" : text::message("{} scores", width)),
                 "a score for each class");
  }
  for (const Value& name : metadata.classes) answer.classes.push_back(text_of_class(name));
  answer.object = ClassObject{.predicted = "predicted_" + metadata.label,
                              .values = metadata.label + "_values",
                              .scores = metadata.label + "_probs",
                              .classes = std::move(metadata.classes)};
  return {};
}

void describe(const Metadata& metadata, const Artifact& artifact, std::size_t unused_features,
              spi::Provenance& provenance) {
  provenance.notes.insert(
      provenance.notes.begin(),
      {text::message("the booster was read as {}", provenance.format),
       text::message("model type {}, label {}", metadata.model_type, metadata.label)});
  provenance.format = "bqml";
  provenance.framework = "BigQuery ML, " + provenance.framework;
  if (unused_features > 0) {
    provenance.notes.push_back(
        text::message("the last {} features of the booster belong to no column and are missing",
                      unused_features));
  }
  const auto names = artifact.file_names();
  const bool has_transform = std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return name.ends_with("saved_model.pb");
  });
  if (has_transform) {
    provenance.warnings.emplace_back(
        "the TRANSFORM clause, a SavedModel in the folder, is not run: rows hold what it gives");
  }
}

Result<spi::Graph> read_booster(const Artifact& artifact, const spi::ReadOptions& options) {
  const std::size_t file = artifact.find_file(kBoosterFile);
  if (file == artifact.file_names().size()) {
    return Error(Errc::invalid_model, std::string(artifact.path()),
                 "a BigQuery ML export without model.bst", "model.bst, the booster");
  }
  auto booster = xgboost::make_xgboost_format()->read(artifact, file, options);
  if (!booster) return booster.error().within(kBoosterFile);
  return booster;
}

class BqmlFormat final : public spi::Format {
 public:
  std::string_view name() const noexcept override { return "bqml"; }

  Confidence probe(std::string_view /*head*/, std::uint64_t /*file_size*/) const noexcept override {
    return Confidence::none;
  }

  /// The booster beside its metadata or beside a vocabulary.
  Confidence probe_names(std::span<const std::string> file_names) const noexcept override {
    const auto has = [&](auto&& matches) {
      return std::any_of(file_names.begin(), file_names.end(), matches);
    };
    const bool has_booster = has([](const std::string& name) { return name == kBoosterFile; });
    const bool has_assets = has([](const std::string& name) {
      return name == kMetadataFile || parse_vocabulary_name(name).has_value();
    });
    return has_booster && has_assets ? Confidence::certain : Confidence::none;
  }

  Result<spi::Graph> read(const Artifact& artifact, std::size_t /*file*/,
                          const spi::ReadOptions& options) const override {
    const auto text = read_named(artifact, kMetadataFile, "its columns and classes");
    if (!text) return text.error();
    Result<Metadata> metadata = read_metadata(*text);
    if (!metadata) return metadata.error().within(kMetadataFile);
    auto vocabularies = read_vocabularies(artifact, metadata->features.size());
    if (!vocabularies) return vocabularies.error();
    Result<spi::Graph> graph = read_booster(artifact, options);
    if (!graph) return graph;
    const Result<spi::TreeEnsemble*> forest = forest_of(*graph);
    if (!forest) return forest.error();
    const std::size_t width = (*forest)->feature_count;
    Encoder encoder(width);
    for (std::size_t i = 0; i < metadata->features.size(); ++i) {
      TRIVET_TRY(encoder.add_column(metadata->features[i], i, std::move((*vocabularies)[i])));
    }
    describe(*metadata, artifact, width - encoder.feature_count(), graph->provenance);
    join(encoder, *graph);
    TRIVET_TRY(name_classes(*metadata, *graph));
    return graph;
  }
};

}  // namespace

std::unique_ptr<spi::Format> make_bqml_format() { return std::make_unique<BqmlFormat>(); }

}  // namespace trivet::bqml
