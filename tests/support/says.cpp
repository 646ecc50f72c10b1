// SPDX-License-Identifier: Apache-2.0
// Pieces of a message, in their order.
#include "support/says.hpp"

namespace trivet::test {

std::vector<std::string> said_pieces(const std::string& says) {
  constexpr std::string_view kGap = " … ";
  std::vector<std::string> pieces;
  std::size_t first = 0;
  for (std::size_t gap; (gap = says.find(kGap, first)) != std::string::npos;
       first = gap + kGap.size()) {
    pieces.push_back(says.substr(first, gap - first));
  }
  pieces.push_back(says.substr(first));
  return pieces;
}

bool says_all(const std::string& text, const std::string& says) {
  std::size_t at = 0;
  for (const std::string& piece : said_pieces(says)) {
    at = text.find(piece, at);
    if (at == std::string::npos) return false;
    at += piece.size();
  }
  return true;
}

}  // namespace trivet::test
