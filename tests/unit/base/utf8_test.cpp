// SPDX-License-Identifier: Apache-2.0
// UTF-8: what is well formed, and how much is replaced where it isn't.
#include "base/utf8.hpp"

#include <string>
#include <string_view>

#include "catch.hpp"

using trivet::base::find_invalid_utf8;
using trivet::base::utf8_step;

namespace {

/// Python's bytes.decode("utf-8", "replace"), with `?` for U+FFFD.
std::string replaced(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto step = utf8_step(text);
    if (step.well_formed) out += text.substr(0, step.size);
    else out += '?';
    text.remove_prefix(step.size);
  }
  return out;
}

}  // namespace

TEST_CASE("utf-8: malformed bytes are replaced as Python replaces them", "[base][utf8]") {
  struct Row {
    std::string_view bytes;
    std::string_view text;
  };
  // The right side is what Python 3.11 prints.
  const Row rows[] = {
      {"plain", "plain"},           {"größe €😀", "größe €😀"},
      {"\xc0\xaf", "??"},            // overlong slash
      {"\xe0\x80\x80", "???"},       // overlong
      {"\xed\xa0\x80", "???"},       // surrogate
      {"\xf0\x90\x80", "?"},         // cut after three bytes
      {"\xf4\x90\x80\x80", "????"},  // above U+10FFFF
      {"a\xe2\x82", "a?"},          {"\xff\xfe", "??"},
      {"\xf0\x9f\x98", "?"},        {"\xc3(", "?("},
      {"\xe2(\xa1", "?(?"},
  };
  for (const Row& row : rows) CHECK(replaced(row.bytes) == row.text);
}

TEST_CASE("utf-8: the first malformed byte is found", "[base][utf8]") {
  CHECK(find_invalid_utf8("") == 0);
  CHECK(find_invalid_utf8("größe") == 7);
  CHECK(find_invalid_utf8("gr\xc3") == 2);
  CHECK(find_invalid_utf8("größe\x80") == 7);
}
