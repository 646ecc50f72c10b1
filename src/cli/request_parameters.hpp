// SPDX-License-Identifier: Apache-2.0
// `--parameters` of the command line as a request's own.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "trivet/local_model.hpp"
#include "trivet/result.hpp"

namespace trivet::cli {

/// A place in `parameters`, told as that of the option.
[[nodiscard]] std::string parameter_place(std::string_view where);

/// Empty when the option's text is a JSON object, else what is wrong with it.
[[nodiscard]] std::string fault_of_parameters(const std::string& text);

/// Answers a request with the parameters of the command line; empty ones are none. When that fails,
/// the request is asked without them: what it gets wrong itself is told in its own terms.
using AnswerRequest = std::function<Result<std::string>(const std::string& body)>;
[[nodiscard]] Result<std::string> answer_with(const std::string& parameters,
                                              const std::string& body, const AnswerRequest& answer);

/// The output that a request asks for, by the option's text or its own `parameters`; empty for what
/// a plain request gets. Errors: invalid_request for parameters that the model doesn't know.
[[nodiscard]] Result<std::string> asked_output(const std::string& parameters,
                                               const std::string& body, const Signature& signature);

}  // namespace trivet::cli
