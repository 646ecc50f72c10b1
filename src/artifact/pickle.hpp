// SPDX-License-Identifier: Apache-2.0
// Python pickles of protocols 0 to 5, joblib's arrays among them, read as inert values.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "artifact/pickle_graph.hpp"
#include "artifact/pickle_names.hpp"
#include "trivet/result.hpp"

namespace trivet::artifact {

struct PickleOptions {
  /// Values, each reference to one counted: 44 bytes of memory. An uncompressed stream has at least
  /// a byte for each, so this matters for decompressed ones.
  std::size_t max_values = std::size_t{1} << 28;
  /// Containers and objects inside each other.
  std::size_t max_depth = 256;
  /// Keep names that are not in the table as PickleRole::unknown, for showing a file that can't be
  /// loaded; otherwise the first of them is an error.
  bool keep_unknown_names = false;
};

/// A pickle that was read: a root and what it refers to. Proved: no value holds itself, nesting is
/// limited, a walk that visits shared values again and again sees at most a small multiple of the
/// file, and arrays have the bytes that they ask for. The bytes of the stream and the table of
/// names must outlive it. Immutable after reading, so any thread may read it.
struct Pickle {
  PickleGraph graph;
  PickleId root = PickleGraph::kNone;
  /// Bytes of the stream up to its end; what follows was not looked at.
  std::size_t byte_count = 0;
};

/// Reads one pickle from the start of the bytes. Nothing that it names is looked up anywhere but in
/// the table, nothing is called. O(bytes), also in memory. Errors: invalid_model for damage,
/// unsupported_model for names outside of the table and for what no model needs (persistent ids,
/// extension codes, buffers outside of the stream).
[[nodiscard]] Result<Pickle> read_pickle(std::span<const std::byte> bytes,
                                         const PickleNameTable& names,
                                         const PickleOptions& options = {});

/// The way from the root to a value, as Python would write it: `Pipeline.steps[1][1].coef_`. The
/// shortest, if there are several. O(values); for messages.
[[nodiscard]] std::string path_in_pickle(const Pickle& pickle, PickleId id);
/// The last step of such a way: from a value to its child.
[[nodiscard]] std::string step_in_pickle(const Pickle& pickle, PickleId id, std::size_t child);

/// The names in a pickle that are in no table, in the order of the stream, with repetitions.
[[nodiscard]] std::vector<PickleId> unknown_names(const Pickle& pickle);
/// Where a name stands in the stream, and on the way from the root where it is first used:
/// `byte 128, Pipeline.steps[0][1]`. O(values); for messages.
[[nodiscard]] std::string place_of_name(const Pickle& pickle, PickleId name);

}  // namespace trivet::artifact
