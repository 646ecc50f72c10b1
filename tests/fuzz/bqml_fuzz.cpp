// SPDX-License-Identifier: Apache-2.0
// Any bytes as one file of a BigQuery ML export: its metadata, each kind of vocabulary, the
// booster.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/bqml/bqml.hpp"
#include "trivet/artifact.hpp"

namespace {

constexpr std::string_view kMetadata =
    R"({"model_type":"boosted_tree_regressor","label_col":"y","feature_names":["a"],)"
    R"("features":{"a":{}}})";

void read_with(std::string_view name, std::span<const std::byte> bytes) {
  std::vector<std::pair<std::string, std::span<const std::byte>>> files;
  files.emplace_back(name, bytes);
  constexpr std::string_view kMetadataName = "assets/model_metadata.json";
  if (name != kMetadataName) {
    files.emplace_back(kMetadataName, std::as_bytes(std::span(kMetadata)));
  }
  if (name != "model.bst") files.emplace_back("model.bst", bytes);
  const trivet::Artifact artifact = trivet::Artifact::from_files("model", files);
  const auto format = trivet::bqml::make_bqml_format();
  (void)format->probe_names(artifact.file_names());
  (void)format->read(artifact, trivet::spi::kWholeFolder, {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  for (const char* const name :
       {"assets/model_metadata.json", "assets/0.txt", "assets/0_categorical_target.txt",
        "assets/0_array_target.txt", "assets/0_array_struct_dimension.txt", "model.bst"}) {
    read_with(name, bytes);
  }
  return 0;
}
