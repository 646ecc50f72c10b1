// SPDX-License-Identifier: Apache-2.0
// Any bytes as NumPy's files: an error or arrays.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "artifact/npy.hpp"
#include "artifact/npz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  const auto read_one = [](std::span<const std::byte> file) {
    const auto array = trivet::artifact::read_npy(file);
    if (!array) return;
    if (trivet::artifact::to_row_major(*array).size() != array->element_count()) std::abort();
  };
  read_one(bytes);
  if (const auto members = trivet::artifact::read_npz(bytes)) {
    for (const trivet::artifact::NpzMember& member : *members) read_one(member.file);
  }
  return 0;
}
