// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of joblib, compressed or not: an error or values.
#include <cstddef>
#include <cstdint>
#include <span>

#include "artifact/pickle_file.hpp"
#include "fuzz/walk_pickle.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  trivet::artifact::PickleOptions options;
  options.keep_unknown_names = true;
  trivet::artifact::ExpandLimits limits;
  limits.always = std::size_t{1} << 20;
  const auto file = trivet::artifact::read_pickle_file(
      std::as_bytes(std::span(data, size)), trivet::fuzz::all_data_names(), options, limits);
  if (file) trivet::fuzz::walk_pickle(file->pickle);
  return 0;
}
