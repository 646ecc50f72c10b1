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
#include "trivet/local_endpoint.hpp"
#include "trivet/local_model.hpp"
#include "trivet/value.hpp"

namespace trivet::cli {
namespace {

int print_plan(const LocalModel& model) {
  const auto plan = model.explanation_plan();
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

}  // namespace

int run(const ExplainCommand& command) {
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
  if (command.tells_plan) return print_plan(*model);
  const Result<std::string> request = read_whole(command.request, RequestLimits().request_bytes);
  if (!request) return refuse(kRefused, request.error());
  const Result<std::string> response = model->deploy_to_local_endpoint().explain(*request);
  if (!response) return refuse(kRefused, response.error());
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
