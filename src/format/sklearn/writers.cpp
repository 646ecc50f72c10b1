// SPDX-License-Identifier: Apache-2.0
// Who wrote a scikit-learn file, and which of the service's containers would read it.
#include "format/sklearn/writers.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "format/sklearn/attributes.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

using artifact::Pickle;
using artifact::PickleId;
using artifact::PickleKind;

/// Versions of scikit-learn in the prebuilt containers, as Version counts (Vertex AI's SDK, list of
/// prediction containers).
constexpr Version kContainers[] = {20, 22, 23, 24, 100, 102, 103, 104, 105, 106};

/// What a walk over all values finds.
struct Traces {
  bool has_numpy_1 = false;
  bool has_numpy_2 = false;
  bool is_joblib = false;
  bool aligns_arrays = false;  ///< joblib from 1.2 on
  bool has_trees = false;
  std::vector<std::string> versions;  ///< of scikit-learn, each once
};

void note_name(const artifact::PickleName& name, Traces& traces) {
  traces.has_numpy_1 = traces.has_numpy_1 || name.module.starts_with("numpy.core");
  traces.has_numpy_2 = traces.has_numpy_2 || name.module.starts_with("numpy._core");
  traces.is_joblib = traces.is_joblib || name.name == "NumpyArrayWrapper";
  traces.has_trees =
      traces.has_trees || (name.name == "Tree" && name.module.starts_with("sklearn.tree"));
}

void note_version(const Pickle& pickle, PickleId dict, Traces& traces) {
  constexpr std::size_t kMostVersions = 8;
  const PickleId found = pickle.graph.find(dict, "_sklearn_version");
  if (found == artifact::kNoPickleId || traces.versions.size() == kMostVersions) return;
  const artifact::PickleNode& node = pickle.graph.node(found);
  if (node.kind != PickleKind::text) return;
  std::string version(node.text().substr(0, 24));
  if (std::find(traces.versions.begin(), traces.versions.end(), version) == traces.versions.end()) {
    traces.versions.push_back(std::move(version));
  }
}

Traces find_traces(const Pickle& pickle) {
  Traces traces;
  for (PickleId id = 0; id < pickle.graph.node_count(); ++id) {
    const artifact::PickleNode& node = pickle.graph.node(id);
    if (node.kind == PickleKind::name) note_name(*node.name(), traces);
    else if (node.kind == PickleKind::dict) note_version(pickle, id, traces);
    else if (node.kind == PickleKind::text && node.text() == "numpy_array_alignment_bytes")
      traces.aligns_arrays = true;
  }
  return traces;
}

std::string list_of(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

/// The writer of protocols 0 and 1 leaves no mark.
int protocol_of(std::span<const std::byte> bytes) {
  constexpr std::byte kMark{0x80};
  return bytes.size() > 1 && bytes[0] == kMark ? static_cast<int>(bytes[1]) : 0;
}

std::string writers_line(const Traces& traces, int protocol) {
  std::string out = "written by ";
  out += traces.versions.empty() ? "a scikit-learn that doesn't say its version"
                                 : "scikit-learn " + list_of(traces.versions);
  if (traces.has_numpy_2) out += ", NumPy 2";
  else if (traces.has_numpy_1) out += ", NumPy 1";
  if (traces.is_joblib)
    out += traces.aligns_arrays ? ", joblib from 1.2 on" : ", joblib before 1.2";
  out +=
      protocol == 0 ? ", pickle protocol 0 or 1" : text::message(", pickle protocol {}", protocol);
  return out;
}

std::string container_name(Version version) {
  return text::message("sklearn-cpu.{}-{}", version / 100, version % 100);
}

std::string containers_line(Version version) {
  if (std::find(std::begin(kContainers), std::end(kContainers), version) != std::end(kContainers)) {
    return "prebuilt container of this version: " + container_name(version) +
           "; scikit-learn promises nothing for others";
  }
  return text::message(
      "no prebuilt container has scikit-learn {}.{}; scikit-learn promises nothing for other "
      "versions ({} to {})",
      version / 100, version % 100, container_name(kContainers[0]),
      container_name(*std::rbegin(kContainers)));
}

}  // namespace

std::vector<std::string> describe_writers(const artifact::PickleFile& file,
                                          std::span<const std::byte> bytes) {
  constexpr Version kNewTrees = 103;
  const Traces traces = find_traces(file.pickle);
  const bool is_plain = file.compression == artifact::Compression::none;
  std::vector<std::string> lines{
      writers_line(traces, protocol_of(is_plain ? bytes : std::span(file.content)))};
  const Version version = version_of(PickleView(file.pickle));
  if (version == 0) return lines;
  lines.push_back(containers_line(version));
  if (traces.has_trees) {
    lines.push_back(version < kNewTrees
                        ? "scikit-learn from 1.3 on doesn't load these trees: their nodes grew"
                        : "scikit-learn before 1.3 doesn't load these trees: their nodes grew");
  }
  if (traces.has_numpy_2) {
    lines.push_back("containers with NumPy 1 don't load it: its names are those of NumPy 2");
  }
  return lines;
}

}  // namespace trivet::sklearn
