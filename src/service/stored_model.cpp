// SPDX-License-Identifier: Apache-2.0
// Loading an artefact as a version of a model.
#include "service/stored_model.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "service/field_mask.hpp"
#include "trivet/artifact.hpp"
#include "trivet/attribution.hpp"

namespace trivet::service {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSidecarFile = "trivet.json";

std::string_view text_of_bytes(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The sidecar beside an artefact, null where there is none. What is wrong with it is left to
/// LocalModel::load, which reads it too.
Value read_sidecar_value(std::string_view path) {
  std::error_code ignored;
  const fs::path at(path);
  const fs::path folder = fs::is_directory(at, ignored) ? at : at.parent_path();
  const auto artifact = Artifact::open((folder / kSidecarFile).string());
  if (!artifact || artifact->is_folder()) return {};
  const auto bytes = artifact->read(0);
  if (!bytes) return {};
  const auto value = Value::parse(text_of_bytes(*bytes));
  return value ? *value : Value();
}

std::string_view prediction_schema(const Value& document) noexcept {
  const Value* schemata = document.find("predictSchemata");
  return schemata == nullptr ? std::string_view() : text_of(*schemata, "predictionSchemaUri");
}

/// Whether the schema changes what the model answers, beyond what its sidecar asks for.
bool wants_other_shape(const Value& document, const Value& sidecar) noexcept {
  const std::string_view wanted = prediction_schema(document);
  return wanted.find("/tabular_") != std::string_view::npos && wanted != prediction_schema(sidecar);
}

/// The artefact in memory, its sidecar with another predictionSchemaUri.
Result<LocalModel> load_with_schema(std::string_view path, const Value& document, Value sidecar) {
  const auto artifact = Artifact::open(path);
  if (!artifact) return artifact.error();
  set_member(sidecar, "predictSchemata",
             Value::Object{{"predictionSchemaUri", std::string(prediction_schema(document))}});
  const std::string text = sidecar.to_json();
  std::vector<std::pair<std::string, std::span<const std::byte>>> files;
  for (std::size_t i = 0; i < artifact->file_names().size(); ++i) {
    const std::string& name = artifact->file_names()[i];
    if (name == kSidecarFile) continue;
    const auto bytes = artifact->read(i);
    if (!bytes) return bytes.error();
    files.emplace_back(artifact->is_folder() ? name : fs::path(name).filename().string(), *bytes);
  }
  files.emplace_back(std::string(kSidecarFile),
                     std::as_bytes(std::span<const char>(text.data(), text.size())));
  return LocalModel::load(Artifact::from_files(artifact->stem(), files));
}

void take_missing_member(const Value& from, std::string_view name, Value& to) {
  const Value* member = from.find(name);
  if (member != nullptr && to.find(name) == nullptr) set_member(to, name, *member);
}

/// `over`'s members instead of those of `base`, one level down.
Value merge_members(const Value* base, const Value* over) {
  if (over == nullptr || over->as_object() == nullptr) return base == nullptr ? Value() : *base;
  if (base == nullptr || base->as_object() == nullptr) return *over;
  Value merged = *base;
  for (const Member& member : *over->as_object()) set_member(merged, member.name, member.value);
  return merged;
}

/// Why an artefact doesn't load, whatever kind of error the library makes of it, so that nobody
/// takes it for a member of the request; and without the folders that it lies in.
Error as_artefact_error(const Error& error, std::string_view path) {
  const bool blames_caller =
      error.code() == Errc::invalid_argument || error.code() == Errc::invalid_request;
  std::string where(error.where());
  if (where.starts_with(path)) {
    where = fs::path(path).filename().string() + where.substr(path.size());
  }
  return {blames_caller ? Errc::invalid_model : error.code(), std::move(where),
          std::string(error.found()), std::string(error.expected())};
}

}  // namespace

Result<StoredModel> load_stored_model(std::string_view path, Value document) {
  const Value sidecar = read_sidecar_value(path);
  auto model = wants_other_shape(document, sidecar) ? load_with_schema(path, document, sidecar)
                                                    : LocalModel::load(path);
  if (!model) return as_artefact_error(model.error(), path);
  for (const std::string_view name : {"displayName", "predictSchemata"}) {
    take_missing_member(sidecar, name, document);
  }
  const Value* own = document.find("explanationSpec");
  const Value* theirs = sidecar.find("explanationSpec");
  if (own == nullptr && theirs != nullptr) {
    set_member(document, "explanationSpec", *theirs);
    return StoredModel{*std::move(model), std::move(document)};
  }
  return complete_stored_model(*std::move(model), std::move(document));
}

Result<StoredModel> complete_stored_model(LocalModel model, Value document) {
  const Value* spec = document.find("explanationSpec");
  if (spec == nullptr) return StoredModel{std::move(model), std::move(document)};
  auto with_spec = apply_explanation_spec(model, *spec);
  if (!with_spec) return std::move(with_spec).error();
  return StoredModel{*std::move(with_spec), std::move(document)};
}

Value merge_explanation_spec(const Value& base, const Value& spec) {
  Value merged = Value::Object{};
  Value parameters = merge_members(nullptr, spec.find("parameters"));
  if (parameters.is_null()) parameters = merge_members(nullptr, base.find("parameters"));
  Value metadata = merge_members(base.find("metadata"), spec.find("metadata"));
  if (!parameters.is_null()) set_member(merged, "parameters", std::move(parameters));
  if (!metadata.is_null()) set_member(merged, "metadata", std::move(metadata));
  return merged;
}

Result<LocalModel> apply_explanation_spec(const LocalModel& model, const Value& spec) {
  const auto parsed = ExplanationSpec::from_value(spec);
  if (!parsed) return parsed.error();
  return model.with_explanation_spec(*parsed);
}

}  // namespace trivet::service
