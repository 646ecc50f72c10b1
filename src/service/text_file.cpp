// SPDX-License-Identifier: Apache-2.0
// Reading a file as a whole.
#include "service/text_file.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>

namespace trivet::service {

Result<std::string> read_text_file(std::string_view path) {
  constexpr std::streamsize kMostBytes = std::streamsize{256} << 20;
  constexpr std::size_t kBlockBytes = std::size_t{64} << 10;
  std::ifstream file{std::string(path), std::ios::binary};
  std::string text;
  std::string block(kBlockBytes, '\0');
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0) {
    text.append(block, 0, static_cast<std::size_t>(file.gcount()));
    if (std::ssize(text) > kMostBytes) break;
  }
  if (file.eof() && !file.bad()) return text;
  return Error(Errc::invalid_argument, std::string(path), "no readable file of up to 256 MiB",
               "a file with JSON");
}

}  // namespace trivet::service
