// SPDX-License-Identifier: Apache-2.0
// The text of a regular expression as steps.
#pragma once

#include <string_view>
#include <vector>

#include "text/pattern.hpp"

namespace trivet::text {

struct ParsedPattern {
  std::vector<PatternStep> steps;
  std::vector<CharacterSet> sets;
  std::size_t group_count = 0;
  bool is_ascii = false;
};

/// Errors: those of Pattern::compile.
[[nodiscard]] Result<ParsedPattern> parse_pattern(std::string_view source);

}  // namespace trivet::text
