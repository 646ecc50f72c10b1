// SPDX-License-Identifier: Apache-2.0
// Any bytes as a pickle: an error or values, which can be read in every way and walked through.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "fuzz/walk_pickle.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  const trivet::artifact::PickleNameTable names = trivet::fuzz::all_data_names();
  trivet::artifact::PickleOptions options;
  const auto closed = trivet::artifact::read_pickle(bytes, names, options);
  options.keep_unknown_names = true;
  const auto open = trivet::artifact::read_pickle(bytes, names, options);
  // What the closed table lets through means the same with names kept.
  if (closed && (!open || open->graph.node_count() != closed->graph.node_count())) std::abort();
  if (open) trivet::fuzz::walk_pickle(*open);
  return 0;
}
