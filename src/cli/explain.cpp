// SPDX-License-Identifier: Apache-2.0
// `trivet explain`: a request answered with what moved the answers.
#include <string>
#include <string_view>
#include <utility>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/explanation_picture.hpp"
#include "cli/explanation_spec.hpp"
#include "cli/explanation_summary.hpp"
#include "cli/input.hpp"
#include "cli/output_file.hpp"
#include "cli/request_parameters.hpp"
#include "trivet/local_endpoint.hpp"
#include "trivet/local_model.hpp"
#include "trivet/value.hpp"

namespace trivet::cli {
namespace {

/// Of the answer that the request asks for, where there is a request.
int print_plan(const LocalModel& model, const ExplainCommand& command) {
  std::string request = "{}";
  if (!command.request.empty()) {
    Result<std::string> read = read_whole(command.request, RequestLimits().request_bytes);
    if (!read) return refuse(kRefused, read.error());
    request = std::move(*read);
  }
  const auto output = asked_output(command.parameters, request, model.signature());
  if (!output) return refuse(kRefused, output.error());
  const auto plan = model.explanation_plan(*output);
  if (!plan) return refuse(kRefused, plan.error());
  StandardOutput out;
  out.write(R"({"plan":")" + plan->name + R"(","exact":)" + (plan->exact ? "true" : "false") +
            "}\n");
  return out.finish(kAnswered);
}

int print_summary(const std::string& response, bool as_json) {
  const Result<Value> value = Value::parse(response);
  if (!value) return refuse(kRefused, value.error());
  const ExplanationSummary summary = summarize(*value);
  StandardOutput out;
  out.write(as_json ? to_value(summary).to_json() + "\n" : draw_bars(summary, wants_colour()));
  return out.finish(kAnswered);
}

/// A picture is made again and again, so an old one is replaced.
Status write_picture(const std::string& path, const std::string& response,
                     const std::string& request, const Signature& signature) {
  const Result<Value> answer = Value::parse(response);
  if (!answer) return answer.error();
  const Result<Value> question = Value::parse(request);
  if (!question) return question.error();
  const Status fits = check_output(path, true);
  if (!fits) return fits;
  return write_output(path, true, draw_explanations(*answer, *question, signature));
}

/// What is told of a file with an instance a line, which people have for predict.
Error explain_error(const Error& error, const std::string& path) {
  const bool is_lines = path.ends_with(".jsonl") || path.ends_with(".ndjson");
  if (!is_lines || error.where().starts_with("/instances")) return error;
  return Error(error.code(), path, "a file with an instance a line",
               "a request, {\"instances\": [...]}: jq -s '{instances: .}' " + path +
                   " | trivet explain ... -");
}

}  // namespace

int run(const ExplainCommand& command) {
  if (!command.parameters.empty()) {
    const std::string fault = fault_of_parameters(command.parameters);
    if (!fault.empty()) return wrong_usage("explain", printable(fault));
  }
  LoadOptions options;
  options.sidecar = command.sidecar;
  Result<LocalModel> model = LocalModel::load(command.model, options);
  if (!model) return refuse(kNoModel, model.error());
  if (!command.spec.empty()) model = with_spec_file(*model, command.spec);
  else if (!command.values.empty()) model = with_framework_values(*model, command.values);
  if (!model) return refuse(kRefused, model.error());
  if (model->explanation_spec() == nullptr) {
    return refuse(kRefused, Error(Errc::failed_precondition, command.model, "no explanation spec",
                                  "an \"explanationSpec\" in its trivet.json, which `trivet "
                                  "baselines` makes; --spec FILE; or --values KIND"));
  }
  if (command.tells_plan) return print_plan(*model, command);
  const std::string path = command.request.empty() ? "-" : command.request;
  const Result<std::string> request = read_whole(path, RequestLimits().request_bytes);
  if (!request) return refuse(kRefused, request.error());
  const LocalEndpoint endpoint = model->deploy_to_local_endpoint();
  const Result<std::string> response =
      answer_with(command.parameters, *request,
                  [&](const std::string& body) { return endpoint.explain(body); });
  if (!response) return refuse(kRefused, explain_error(response.error(), path));
  if (!command.svg.empty()) {
    const Status drawn = write_picture(command.svg, *response, *request, model->signature());
    if (!drawn) return refuse(kRefused, drawn.error());
  }
  if (command.summary) return print_summary(*response, command.json);
  StandardOutput out;
  out.write(*response);
  out.write("\n");
  return out.finish(kAnswered);
}

}  // namespace trivet::cli
