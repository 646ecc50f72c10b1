// SPDX-License-Identifier: Apache-2.0
// Models that are a Graph: found, read, checked, prepared.
#include "core/graph_model.hpp"

#include <string>

#include "base/try.hpp"
#include "core/find_format.hpp"
#include "core/graph_info.hpp"
#include "core/override_bounds.hpp"
#include "text/message.hpp"

namespace trivet::core {
namespace {

/// What the caller sees of a graph.
Signature make_signature(const spi::Graph& graph) {
  Signature signature;
  signature.columns = graph.input.columns;
  signature.cell_type = graph.values[graph.input.value].dtype;
  signature.parameters = graph.parameters;
  signature.accepts_columns_by_position = graph.input.accepts_lists;
  for (const spi::GraphOutput& output : graph.outputs) {
    const spi::GraphValue& value = graph.values[output.value];
    Output seen{output.name, value.dtype, {}, output.classes, output.labels, output.object};
    if (!output.scalar) seen.shape.push_back(value.width);
    signature.outputs.push_back(std::move(seen));
  }
  return signature;
}

/// The path of the sidecar that belongs to an artefact: the named one, or the one beside it. Empty
/// when there is none.
Result<std::string> sidecar_path(const Artifact& artifact, const std::string& named) {
  if (!named.empty()) return named;
  if (artifact.is_in_memory()) return std::string();
  const std::string place(artifact.path());
  std::string beside =
      artifact.is_folder() ? place + "/" : place.substr(0, place.find_last_of('/') + 1);
  beside += kSidecarName;
  const auto there = Artifact::open(beside);
  if (!there && there.error().code() == Errc::not_found) return std::string();
  return beside;
}

Result<std::string> read_sidecar_text(const std::string& path) {
  const auto file = Artifact::open(path);
  if (!file && file.error().code() != Errc::not_found) return file.error();
  if (!file || file->is_folder()) {
    return Error(file ? Errc::io_failed : Errc::not_found, path,
                 file ? "a folder" : "there is no such file", "a sidecar: a file in JSON");
  }
  const auto bytes = file->read(0);
  if (!bytes) return bytes.error();
  return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

/// Reads the sidecar, if there is one, and writes into the graph what it says; then all that was
/// proved of the graph is proved again.
Status read_sidecar(const Artifact& artifact, const LoadOptions& options, GraphModelParts& parts) {
  const auto path = sidecar_path(artifact, options.sidecar);
  if (!path) return path.error();
  if (path->empty()) return {};
  const auto text = read_sidecar_text(*path);
  if (!text) return text.error();
  auto sidecar = parse_sidecar(*text, *path);
  if (!sidecar) return std::move(sidecar).error();
  parts.sidecar = std::move(*sidecar);
  TRIVET_TRY(apply_sidecar(parts.sidecar, parts.graph));
  const Status valid = spi::validate(parts.graph);
  return valid ? Status{} : Status(valid.error().within(parts.sidecar.file_name));
}

/// The caller's registry, or the one of all formats and backends.
class ChosenRegistry {
 public:
  explicit ChosenRegistry(const LoadOptions& options)
      : builtin_(options.registry == nullptr ? spi::Registry::builtin() : spi::Registry()),
        chosen_(options.registry) {}
  const spi::Registry& operator*() const noexcept {
    return chosen_ == nullptr ? builtin_ : *chosen_;
  }

 private:
  spi::Registry builtin_;
  const spi::Registry* chosen_;
};

Status read_parts(const Artifact& artifact, const LoadOptions& options,
                  const spi::Registry& registry, GraphModelParts& parts) {
  const auto found = find_format(artifact, registry, options.format);
  if (!found) return found.error();
  const std::string_view file_name =
      found->file == spi::kWholeFolder ? "" : std::string_view(artifact.file_names()[found->file]);
  {
    // Another thread may be loading the same artefact; this one's bytes end here.
    const Artifact own = artifact.independent();
    auto graph = found->format->read(own, found->file, {.gains = options.gains});
    if (!graph) return graph.error().within(file_name);
    parts.graph = std::move(*graph);
  }
  if (Status valid = spi::validate(parts.graph); !valid) return valid.error().within(file_name);
  TRIVET_TRY(read_sidecar(artifact, options, parts));
  parts.signature = make_signature(parts.graph);
  auto profile = Profile::make(parts.sidecar, parts.signature);
  if (!profile) return std::move(profile).error();
  parts.profile = std::move(*profile);
  auto own_spec = read_own_spec(artifact, parts.sidecar);
  if (!own_spec) return std::move(own_spec).error();
  parts.own_spec = std::move(*own_spec);
  parts.info = describe_graph(parts.graph);
  parts.info.display_name = parts.sidecar.display_name.empty() ? std::string(artifact.stem())
                                                               : parts.sidecar.display_name;
  return {};
}

}  // namespace

GraphModel::GraphModel(GraphModelParts parts)
    : parts_(std::move(parts)),
      number_cells_(find_number_cells(parts_.graph.input.columns)),
      row_numbers_(count_row_numbers(parts_.graph)) {}

Result<std::unique_ptr<const LoadedModel>> GraphModel::make(GraphModelParts parts,
                                                            const spi::Registry& registry,
                                                            const LoadOptions& options) {
  std::unique_ptr<GraphModel> model(new GraphModel(std::move(parts)));
  auto plan =
      Plan::make(model->parts_.graph, registry.backends(), options.engine, options.executor);
  if (!plan) return std::move(plan).error();
  model->plan_.emplace(std::move(*plan));
  ModelInfo& info = model->parts_.info;
  info.engine = model->plan_->engines();
  info.bytes = graph_bytes(model->parts_.graph) + model->plan_->memory_bytes();
  TRIVET_TRY(model->bind_own_spec());
  return std::unique_ptr<const LoadedModel>(std::move(model));
}

Status GraphModel::bind_own_spec() {
  OwnSpec& own = parts_.own_spec;
  if (own.spec) {
    auto made = GraphExplainer::make(view(), *own.spec, {own.file, own.pointer});
    if (made) own_explainer_ = std::move(*made);
    else if (!own.is_old) return spec_in_file(made.error(), own);
    else own.warning = spec_in_file(made.error(), own).message();
  }
  if (!own.warning.empty()) parts_.info.warnings.push_back(own.warning);
  return {};
}

Result<std::shared_ptr<const GraphExplainer>> GraphModel::make_graph_explainer(
    const ExplanationSpec& spec) const {
  TRIVET_TRY(check_override(parts_.graph, spec));
  return GraphExplainer::make(view(), spec, {"", "/explanationSpecOverride"});
}

Result<std::unique_ptr<const LoadedModel>> load_graph_model(const Artifact& artifact,
                                                            const LoadOptions& options) {
  const ChosenRegistry registry(options);
  GraphModelParts parts;
  TRIVET_TRY(read_parts(artifact, options, *registry, parts));
  return GraphModel::make(std::move(parts), *registry, options);
}

Result<std::vector<std::string>> examine_artifact(const Artifact& artifact,
                                                  const LoadOptions& options) {
  const ChosenRegistry registry(options);
  const auto found = find_format(artifact, *registry, options.format);
  if (!found) return found.error();
  return found->format->examine(artifact.independent(), found->file);
}

}  // namespace trivet::core
