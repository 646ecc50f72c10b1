// SPDX-License-Identifier: Apache-2.0
// The rules by which an answer agrees with a recorded one.
#pragma once

#include <string>
#include <string_view>

#include "trivet/value.hpp"

namespace trivet::test {

enum class Agreement {
  float32_bits,  ///< numbers have equal bits once rounded to float32
  float64_bits,  ///< numbers have equal bits; 0 and -0 agree
  relative,      ///< |a - b| <= tolerance · max(1, |b|)
  json,          ///< equal as JSON values
};

struct CompareRule {
  Agreement agreement = Agreement::json;
  double tolerance = 0;
};

/// The `compare` object of a fixture: `{"kind": …, "tolerance": …}`. Throws std::runtime_error for
/// an unknown kind.
[[nodiscard]] CompareRule compare_rule(const Value& object);

/// Where and how an answer differs from the expected one, as text for a failing check; empty when
/// they agree. The strings "NaN", "Infinity" and "-Infinity" are numbers; members of objects may
/// come in any order. `at` is the place that the text starts with.
[[nodiscard]] std::string difference(const Value& answer, const Value& expected,
                                     const CompareRule& rule, const std::string& at = {});

}  // namespace trivet::test
