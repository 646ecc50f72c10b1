// SPDX-License-Identifier: Apache-2.0
// The ExplanationSpec that lies beside an artefact.
#include "core/own_spec.hpp"

#include <string_view>
#include <utility>

#include "base/try.hpp"
#include "trivet/value.hpp"

namespace trivet::core {
namespace {

constexpr std::string_view kOldName = "explanation_metadata.json";

Result<std::string> text_of_file(const Artifact& artifact, std::size_t file) {
  const Artifact own = artifact.independent();
  const auto bytes = own.read(file);
  if (!bytes) return bytes.error();
  return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

/// The old file's text; empty when there is none.
Result<std::string> old_text(const Artifact& artifact) {
  if (artifact.is_folder()) {
    const std::size_t file = artifact.find_file(kOldName);
    if (file == artifact.file_names().size()) return std::string();
    return text_of_file(artifact, file);
  }
  if (artifact.is_in_memory()) return std::string();
  const std::string place(artifact.path());
  std::string beside = place.substr(0, place.find_last_of('/') + 1);
  beside += kOldName;
  const auto there = Artifact::open(beside);
  if (!there || there->is_folder()) return std::string();
  return text_of_file(*there, 0);
}

}  // namespace

Error spec_in_file(const Error& error, const OwnSpec& own) {
  return Error(Errc::invalid_model, std::string(error.where()), std::string(error.found()),
               std::string(error.expected()))
      .within(own.pointer)
      .within(own.file);
}

Result<OwnSpec> read_own_spec(const Artifact& artifact, const Sidecar& sidecar) {
  OwnSpec own;
  if (!sidecar.explanation_spec.is_null()) {
    own.file = sidecar.file_name;
    own.pointer = "/explanationSpec";
    auto spec = ExplanationSpec::from_value(sidecar.explanation_spec);
    if (!spec) return spec_in_file(spec.error(), own);
    own.spec = std::move(*spec);
    return own;
  }
  const auto text = old_text(artifact);
  if (!text) return text.error();
  if (text->empty()) return own;
  own.file = kOldName;
  own.is_old = true;
  const auto value = Value::parse(*text);
  auto spec = value ? ExplanationSpec::from_old_metadata(*value) : value.error();
  if (spec) own.spec = std::move(*spec);
  else own.warning = spec_in_file(spec.error(), own).message();
  return own;
}

}  // namespace trivet::core
