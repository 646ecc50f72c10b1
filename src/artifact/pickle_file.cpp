// SPDX-License-Identifier: Apache-2.0
// A file of pickle.dump or joblib.dump, compressed or not.
#include "artifact/pickle_file.hpp"

#include <algorithm>
#include <utility>

#include "base/try.hpp"

namespace trivet::artifact {

Result<PickleFile> read_pickle_file(std::span<const std::byte> bytes, const PickleNameTable& names,
                                    const PickleOptions& options, const ExpandLimits& limits) {
  PickleFile file;
  PickleOptions own_options = options;
  file.compression = compression_of(bytes);
  if (file.compression != Compression::none) {
    Result<std::vector<std::byte>> content = expand(bytes, file.compression, limits);
    TRIVET_TRY(content);
    file.content = *std::move(content);
    // A few compressed bytes can be many opcodes, and a value takes more memory than its opcode.
    constexpr std::size_t kAlways = std::size_t{1} << 21;
    constexpr std::size_t kPerByte = 4;
    const std::size_t most = std::max(kAlways, kPerByte * bytes.size());
    own_options.max_values = std::min(options.max_values, most);
    bytes = file.content;
  }
  Result<Pickle> pickle = read_pickle(bytes, names, own_options);
  TRIVET_TRY(pickle);
  file.pickle = *std::move(pickle);
  return file;
}

}  // namespace trivet::artifact
