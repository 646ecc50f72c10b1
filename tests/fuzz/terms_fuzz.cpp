// SPDX-License-Identifier: Apache-2.0
// Any pattern on any text: an error, or terms within the room that was promised. The first byte
// chooses the rules, the pattern ends with the first line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "text/terms.hpp"

namespace {

trivet::text::TermRules rules_of(std::uint8_t choice, std::string_view pattern) {
  trivet::text::TermRules rules;
  rules.unit = static_cast<trivet::text::TermUnit>(choice % 3);
  rules.folding = {(choice & 4) != 0, static_cast<trivet::base::Accents>(choice >> 3 & 3)};
  rules.least = 1 + (choice >> 5 & 1);
  rules.most = rules.least + (choice >> 6 & 3);
  rules.pattern = pattern;
  rules.stop_words = {"a", "the"};
  return rules;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::size_t kLongest = 2000;  // some patterns take steps × characters for each match
  const std::string_view all(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t line = all.find('\n');
  const std::string_view pattern = all.substr(0, line);
  std::string_view text = line == std::string_view::npos ? "" : all.substr(line + 1);
  text = text.substr(0, kLongest);
  const auto reader = trivet::text::TermReader::make(rules_of(data[0], pattern));
  if (!reader) return 0;
  // Exactly what was promised, so that a sanitizer sees one byte more.
  const std::size_t room = reader->scratch_bytes(text.size());
  trivet::base::AlignedBuffer buffer;
  std::size_t terms = 0;
  reader->for_each(text, buffer.reserve(room).first(room), [&](std::string_view) { ++terms; });
  if (terms > reader->terms_per_byte() * (text.size() + 1)) std::abort();
  return 0;
}
