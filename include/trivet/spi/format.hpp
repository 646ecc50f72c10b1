// SPDX-License-Identifier: Apache-2.0
// What a format is: it recognises an artefact and reads it into a Graph.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/artifact.hpp"
#include "trivet/export.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::inline v0::spi {

/// Counts up when a virtual function of Format, Backend or Predictor changes; Registry::add
/// refuses plug-ins that were compiled for another one.
inline constexpr int kInterfaceVersion = 6;

/// What the loader wants of a reader.
struct ReadOptions {
  bool gains = false;  ///< keep what only importance and writers need: TreeEnsemble::split_gain
};

/// How sure a format is that an artefact is its own.
enum class Confidence : std::uint8_t {
  none,
  possible,  ///< nothing speaks against it
  likely,    ///< marks that others would hardly have
  certain,   ///< a magic number, or a layout that nobody else writes
};

/// Reads one artefact format, and may write it. Immutable and safe from any thread. Never executes
/// anything that an artefact holds; believes no count before the bytes are there; bounds its
/// recursion.
class TRIVET_EXPORT Format {
 public:
  virtual ~Format();

  /// The version of this interface that the format was compiled with.
  [[nodiscard]] virtual int interface_version() const noexcept { return kInterfaceVersion; }
  /// Lower-case name, the value of LoadOptions::format: `"xgboost"`.
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  /// Looks at the first bytes of one file (at most kProbeBytes), never at its name alone.
  [[nodiscard]] virtual Confidence probe(std::string_view head,
                                         std::uint64_t file_size) const noexcept = 0;
  /// Looks at the names of a folder's files, for artefacts that are a folder. A format that is
  /// certain gets the whole folder, whatever its files are by themselves.
  [[nodiscard]] virtual Confidence probe_names(
      std::span<const std::string> /*file_names*/) const noexcept {
    return Confidence::none;
  }
  /// Reads the file into a Graph. The place in errors is inside the file; the caller puts the
  /// file's name before it. `file` is kWholeFolder when the names told the format: then places
  /// begin with the name of a file.
  [[nodiscard]] virtual Result<Graph> read(const Artifact& artifact, std::size_t file,
                                           const ReadOptions& options) const = 0;
  /// What is in the file, in lines for people, also in one that read() refuses: its parts, who
  /// wrote it, what isn't understood. Bounded as read() is. Empty unless overridden.
  [[nodiscard]] virtual std::vector<std::string> examine(const Artifact& artifact,
                                                         std::size_t file) const;
  /// True for a format that reads nothing and only tells artefacts apart that are refused; lists of
  /// what can be read leave it out.
  [[nodiscard]] virtual bool only_refuses() const noexcept { return false; }
  /// What write() can make, by the names that a model read from it has as Provenance::format:
  /// `"xgboost-json"`, …. None unless overridden.
  [[nodiscard]] virtual std::vector<std::string_view> encodings() const;
  /// The bytes of a file that holds this graph, in one of encodings(). Whoever calls it reads them
  /// back and compares, so it may leave to that what is hard to see beforehand. O(graph). Errors:
  /// unsupported_model for what the encoding can't say, with the reason.
  [[nodiscard]] virtual Result<std::string> write(const Graph& graph,
                                                  std::string_view encoding) const;
};

/// Stands for a file: all of them.
inline constexpr std::size_t kWholeFolder = static_cast<std::size_t>(-1);

/// What probe() gets to see at most.
inline constexpr std::size_t kProbeBytes = 4096;

}  // namespace trivet::inline v0::spi
