// SPDX-License-Identifier: Apache-2.0
// A request's `parameters` into the output that they ask for.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "json/indexed_text.hpp"
#include "json/simdjson.hpp"
#include "trivet/result.hpp"
#include "trivet/signature.hpp"

namespace trivet::json {

/// Resolves parameters by the rules of a signature. Numbers are compared as numbers, so `1` and
/// `1.0` are equal. A parameter that is false and leads to the first output asks for nothing.
/// Allocates nothing once warm. Places in errors start at the parameters.
class ParameterReader {
 public:
  explicit ParameterReader(IndexedText& text) noexcept : text_(text) {}

  /// `output` becomes a position in the signature's outputs, 0 when nothing is asked for.
  [[nodiscard]] Status read(ondemand::value parameters, const Signature& signature,
                            std::size_t& output);

 private:
  [[nodiscard]] Status read_one(ondemand::field& member, const Signature& signature);
  [[nodiscard]] Status ask(const ParameterRule& rule, const Signature& signature);
  [[nodiscard]] Result<const ParameterRule*> find_rule(ondemand::value& value,
                                                       const Signature& signature,
                                                       std::size_t first) const;

  IndexedText& text_;
  std::vector<std::size_t> seen_;  // first rules of the parameters so far
  const ParameterRule* asked_ = nullptr;
  std::size_t output_ = 0;
};

}  // namespace trivet::json
