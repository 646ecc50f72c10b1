// SPDX-License-Identifier: Apache-2.0
// The kinds of generators: one function each, one line each in kinds.cpp.
#pragma once

#include <memory>

#include "service/generator.hpp"
#include "trivet/result.hpp"

namespace trivet::service::generators {

using Made = Result<std::shared_ptr<const Generator>>;

/// The text of the last user content.
[[nodiscard]] Made make_echo(const GeneratorContext& context);
/// Rules in a JSON file.
[[nodiscard]] Made make_script(const GeneratorContext& context);
/// Recorded pairs of requests and answers in a folder.
[[nodiscard]] Made make_replay(const GeneratorContext& context);
/// A server with chat completions at an `http://` address.
[[nodiscard]] Made make_openai(const GeneratorContext& context);

}  // namespace trivet::service::generators
