// SPDX-License-Identifier: Apache-2.0
// models:export: the artefact, copied below the root.
#include <filesystem>
#include <system_error>

#include "base/try.hpp"
#include "service/field_mask.hpp"
#include "service/messages.hpp"
#include "service/method_functions.hpp"
#include "service/model_version.hpp"
#include "service/resources_state.hpp"
#include "service/storage_path.hpp"
#include "service/timestamp.hpp"
#include "text/message.hpp"

namespace trivet::service::methods {
namespace {

namespace fs = std::filesystem;

/// What a folder may be called, of a display name and a time.
std::string export_folder_name(std::string_view display_name) {
  std::string name =
      text::message("model-export-{}-{}", display_name, format_timestamp(microseconds_now()));
  for (char& c : name) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    if (!is_plain) c = '_';
  }
  return name.substr(0, 200);
}

std::string_view export_prefix(const Value& body) noexcept {
  const Value* config = body.find("outputConfig");
  const Value* destination = config == nullptr ? nullptr : config->find("artifactDestination");
  return destination == nullptr ? std::string_view() : text_of(*destination, "outputUriPrefix");
}

Outcome<Done> copy_artifact(const std::string& from, const std::string& to, std::string_view uri) {
  std::error_code problem;
  fs::create_directories(fs::path(to), problem);
  if (!problem) {
    std::error_code ignored;
    const bool is_folder = fs::is_directory(fs::path(from), ignored);
    const fs::path target = is_folder ? fs::path(to) : fs::path(to) / fs::path(from).filename();
    fs::copy(fs::path(from), target, fs::copy_options::recursive, problem);
  }
  if (!problem) return Done();
  return Failure(Code::unavailable,
                 text::message("{} can't be written: {}.", uri, problem.message()));
}

}  // namespace

Outcome<Value> export_model(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const auto found = find_version(*state.world.load(), request);
  if (!found) return found.failure();
  const std::string& place = found->version->source.place;
  if (!place.starts_with("gs://")) {
    return Failure(Code::unimplemented,
                   "A model that the server's configuration declares is not exported: its artefact "
                   "lies outside of the buckets.");
  }
  std::string uri(export_prefix(request.body));
  if (uri.empty()) {
    return Failure(Code::invalid_argument,
                   "outputConfig.artifactDestination.outputUriPrefix is required: images are not "
                   "exported.");
  }
  if (uri.back() != '/') uri += '/';
  uri += export_folder_name(text_of(found->version->document, "displayName"));
  uri += "/custom-trained";
  const auto from = resolve_storage_name(state.root, place);
  if (!from) return from.failure();
  TRIVET_TRY(check_stored_files(state.root, *from, place));
  const auto to = resolve_storage_name(state.root, uri);
  if (!to) return to.failure();
  TRIVET_TRY(copy_artifact(*from, *to, uri));
  return state.finish(
      request.parent,
      {.resource = "models/" + request.id,
       .metadata = &messages::export_model_operation_metadata,
       .response = &messages::export_model_response,
       .answer = Value::Object{},
       .more_metadata = Value::Object{{"outputInfo", Value::Object{{"artifactOutputUri", uri}}}}});
}

}  // namespace trivet::service::methods
