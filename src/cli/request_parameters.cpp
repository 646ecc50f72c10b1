// SPDX-License-Identifier: Apache-2.0
// `--parameters` of the command line as a request's own.
#include "cli/request_parameters.hpp"

#include <algorithm>
#include <utility>

#include "cli/input.hpp"
#include "trivet/signature.hpp"
#include "trivet/value.hpp"

namespace trivet::cli {
namespace {

constexpr std::string_view kRequestParameters = "/parameters";

/// The body with `parameters` as its last member, so that places in it stay as they are; a body
/// that can't take it as it is.
std::string with_parameters(std::string_view body, const std::string& parameters) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::string_view text = without_byte_order_mark(body);
  const std::size_t first = text.find_first_not_of(kBlanks);
  const std::size_t last = text.find_last_not_of(kBlanks);
  if (first == last || text[first] != '{' || text[last] != '}') return std::string(body);
  if (text.find_first_not_of(kBlanks, first + 1) == last) return std::string(body);
  std::string whole(text.substr(0, last));
  whole.append(R"(,"parameters":)").append(parameters);
  return whole.append(text.substr(last));
}

/// The output that one parameter asks for.
Result<std::string> output_of(const Member& parameter, const Signature& signature) {
  for (const ParameterRule& rule : signature.parameters) {
    const bool is_same =
        rule.value == parameter.value || (rule.value.is_number() && parameter.value.is_number() &&
                                          rule.value.as_number() == parameter.value.as_number());
    if (rule.parameter == parameter.name && is_same) return rule.output;
  }
  return Error(Errc::invalid_request, std::string(kRequestParameters),
               Value(Value::Object{parameter}).to_json(),
               "a parameter and a value that the model knows; `trivet inspect` lists them");
}

}  // namespace

/// A place in `parameters`, told as that of the option.
std::string parameter_place(std::string_view where) {
  return "--parameters" + std::string(where.substr(kRequestParameters.size()));
}

/// Empty when the option's text is a JSON object, else what is wrong with it.
std::string fault_of_parameters(const std::string& text) {
  constexpr std::string_view kWanted =
      "a JSON object, as in --parameters '{\"output_margin\": true}'; `trivet inspect MODEL` lists "
      "what the model knows";
  const Result<Value> value = Value::parse(text);
  if (value && value->as_object() != nullptr) return "";
  std::string found =
      value ? "a " + std::string(value->kind_name())
            : std::string(value.error().where()) + ": " + std::string(value.error().found());
  return "--parameters: " + found + "; " + std::string(kWanted);
}

Result<std::string> answer_with(const std::string& parameters, const std::string& body,
                                const AnswerRequest& answer) {
  if (parameters.empty()) return answer(body);
  Result<std::string> response = answer(with_parameters(body, parameters));
  if (response || response.error().code() == Errc::model_refused) return response;
  Result<std::string> plain = answer(body);
  const Error& error = response.error();
  const bool is_same = !plain && plain.error().message() == error.message();
  if (is_same) return plain;
  if (error.found() == R"(the member "parameters" twice)") {
    return Error(Errc::invalid_request, "--parameters", "the request has \"parameters\" of its own",
                 "one of the two");
  }
  if (!error.where().starts_with(kRequestParameters)) return plain ? std::move(response) : plain;
  return Error(error.code(), parameter_place(error.where()), std::string(error.found()),
               std::string(error.expected()));
}

Result<std::string> asked_output(const std::string& parameters, const std::string& body,
                                 const Signature& signature) {
  Result<Value> asked = Value::parse(parameters.empty() ? body : parameters);
  if (!asked) return std::move(asked).error();
  const Value* members = parameters.empty() ? asked->find("parameters") : &*asked;
  if (members == nullptr || members->as_object() == nullptr) return std::string();
  std::string output;
  for (const Member& parameter : *members->as_object()) {
    const Result<std::string> one = output_of(parameter, signature);
    if (!one) return one.error();
    if (*one != signature.outputs.front().name) output = *one;
  }
  return output;
}

}  // namespace trivet::cli
