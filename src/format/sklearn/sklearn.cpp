// SPDX-License-Identifier: Apache-2.0
// Tells pickles by their first bytes and reads the estimator in them.
#include "format/sklearn/sklearn.hpp"

#include <iterator>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/pickle_file.hpp"
#include "base/try.hpp"
#include "format/sklearn/diagram.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/sketch.hpp"
#include "format/sklearn/writers.hpp"
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

/// The names that aren't known, each once, where they stand first.
void add_unknown_names(const artifact::Pickle& pickle, std::vector<std::string>& lines) {
  constexpr std::size_t kMostNames = 50;
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const artifact::PickleId id : artifact::unknown_names(pickle)) {
    const artifact::PickleName& name = *pickle.graph.node(id).name();
    if (!seen.emplace(name.module, name.name).second) continue;
    if (seen.size() > kMostNames) {
      lines.emplace_back("… and more names that are not known here");
      return;
    }
    const std::string spelled = std::string(name.module) + "." + std::string(name.name);
    lines.push_back(text::message("not known here: {} ({})", text::quoted(spelled),
                                  artifact::place_of_name(pickle, id)));
  }
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
    graph->provenance.structure = draw_estimators(root);
    std::vector<std::string> writers = describe_writers(*content, *bytes);
    graph->provenance.notes.insert(graph->provenance.notes.begin(),
                                   std::make_move_iterator(writers.begin()),
                                   std::make_move_iterator(writers.end()));
    const auto version = root.find("_sklearn_version");
    const Result<std::string_view> written_by = version ? version->text() : std::string_view();
    if (written_by) graph->provenance.version = *written_by;
    return graph;
  }

  std::vector<std::string> examine(const Artifact& artifact, std::size_t file) const override {
    const Result<std::span<const std::byte>> bytes = artifact.read(file);
    if (!bytes) return {};
    const artifact::PickleOptions options{.keep_unknown_names = true};
    const Result<artifact::PickleFile> content =
        artifact::read_pickle_file(*bytes, known_names(), options);
    if (!content) return {};
    std::vector<std::string> lines = draw_estimators(PickleView(content->pickle));
    for (std::string& line : describe_writers(*content, *bytes)) lines.push_back(std::move(line));
    add_unknown_names(content->pickle, lines);
    return lines;
  }
};

}  // namespace

std::unique_ptr<spi::Format> make_sklearn_format() { return std::make_unique<SklearnFormat>(); }

}  // namespace trivet::sklearn
