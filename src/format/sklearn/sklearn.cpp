// SPDX-License-Identifier: Apache-2.0
// Tells pickles by their first bytes and reads the estimator in them.
#include "format/sklearn/sklearn.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "artifact/pickle_file.hpp"
#include "base/try.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/sketch.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

using spi::Confidence;

/// Protocols 2 to 5 begin with their number; a frame, or the name of a class, follows.
bool begins_with_protocol(std::string_view head) noexcept {
  return head.size() > 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5;
}

/// Protocols 0 and 1 have no mark: an object begins with a global name of two lines.
bool begins_with_name(std::string_view head) noexcept {
  constexpr std::string_view kStarts[] = {"ccopy_reg\n_reconstructor\n",
                                          "ccopyreg\n_reconstructor\n", "csklearn."};
  for (const std::string_view start : kStarts) {
    if (head.starts_with(start)) return true;
  }
  return false;
}

std::string encoding_name(const artifact::PickleFile& file) {
  if (file.compression == artifact::Compression::none) return "sklearn-pickle";
  return text::message("sklearn-pickle in {}", artifact::compression_name(file.compression));
}

class SklearnFormat final : public spi::Format {
 public:
  std::string_view name() const noexcept override { return "sklearn"; }

  Confidence probe(std::string_view head, std::uint64_t /*file_size*/) const noexcept override {
    if (begins_with_protocol(head) || begins_with_name(head)) return Confidence::certain;
    const auto bytes = std::as_bytes(std::span(head));
    const bool is_compressed = artifact::compression_of(bytes) != artifact::Compression::none;
    return is_compressed ? Confidence::likely : Confidence::none;
  }

  Result<spi::Graph> read(const Artifact& artifact, std::size_t file,
                          const spi::ReadOptions& /*options*/) const override {
    const Result<std::span<const std::byte>> bytes = artifact.read(file);
    if (!bytes) return bytes.error();
    const Result<artifact::PickleFile> content = artifact::read_pickle_file(*bytes, known_names());
    if (!content) return content.error();
    const PickleView root(content->pickle);
    Sketch sketch;
    Matrix input = sketch.input();
    const Result<Answers> answers = sketch.bind(root, input);
    if (!answers) return answers.error();
    Result<spi::Graph> graph = std::move(sketch).finish(root, *answers);
    if (!graph) return graph.error();
    graph->provenance.format = encoding_name(*content);
    const auto version = root.find("_sklearn_version");
    const Result<std::string_view> written_by = version ? version->text() : std::string_view();
    if (written_by) graph->provenance.version = *written_by;
    return graph;
  }
};

}  // namespace

std::unique_ptr<spi::Format> make_sklearn_format() { return std::make_unique<SklearnFormat>(); }

}  // namespace trivet::sklearn
