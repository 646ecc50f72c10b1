// SPDX-License-Identifier: Apache-2.0
// Answers by rules in a JSON file:
//   {"rules": [{"match": "weather", "answer": "Sunny.", "finishReason": "STOP",
//               "usage": {"promptTokenCount": 4, "candidatesTokenCount": 1, "totalTokenCount": 5}},
//              {"equals": "stop", "error": {"status": "RESOURCE_EXHAUSTED", "message": "quota"}},
//              {"answer": "I don't know."}]}
// The first rule that fits the text of the last user content answers: `match` is a piece of it,
// `equals` all of it, neither fits always. Without `usage` words are counted.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "service/generators/kinds.hpp"
#include "service/json_mapping.hpp"
#include "service/messages.hpp"
#include "service/text_file.hpp"
#include "text/message.hpp"

namespace trivet::service::generators {
namespace {

struct ScriptRule {
  std::optional<std::string> match;
  std::optional<std::string> equals;
  GeneratedText answer;
  std::optional<Failure> error;
};

constexpr std::array<std::string_view, 6> kRuleMembers{"match",        "equals", "answer",
                                                       "finishReason", "usage",  "error"};

class ScriptGenerator final : public Generator {
 public:
  explicit ScriptGenerator(std::vector<ScriptRule> rules) : rules_(std::move(rules)) {}

  Outcome<Value> generate(const GenerateRequest& request) const override {
    const std::string asked = last_user_text(request.content);
    for (const ScriptRule& rule : rules_) {
      if (rule.match && asked.find(*rule.match) == std::string::npos) continue;
      if (rule.equals && asked != *rule.equals) continue;
      if (rule.error) return *rule.error;
      GeneratedText answer = rule.answer;
      if (answer.usage.is_null()) answer.usage = word_usage(request.content, answer.text);
      return make_generate_response(std::move(answer), request.model);
    }
    return Failure(Code::failed_precondition,
                   text::message("no rule of the script fits {}", text::quoted(asked)));
  }

 private:
  std::vector<ScriptRule> rules_;
};

[[nodiscard]] Error script_error(std::string where, std::string found, std::string expected) {
  return {Errc::invalid_argument, std::move(where), std::move(found), std::move(expected)};
}

[[nodiscard]] Result<std::optional<std::string>> text_of(const Value& rule, std::string_view name) {
  const Value* const member = rule.find(name);
  if (member == nullptr) return std::optional<std::string>();
  if (member->as_text() != nullptr) return std::optional(*member->as_text());
  return script_error(text::message("/{}", name), text::message("a {}", member->kind_name()),
                      "a text");
}

[[nodiscard]] Result<Failure> read_refusal(const Value& error) {
  const Value* const message = error.find("message");
  const Value* const status = error.find("status");
  for (int number = 1; number <= 16; ++number) {
    const auto code = static_cast<Code>(number);
    if (status == nullptr || status->as_text() == nullptr) break;
    if (code_name(code) != *status->as_text()) continue;
    const bool has_text = message != nullptr && message->as_text() != nullptr;
    return Failure(code, has_text ? *message->as_text() : std::string(code_name(code)));
  }
  return script_error("/error/status", status == nullptr ? "none" : text::quoted(status->to_json()),
                      "a canonical code such as \"RESOURCE_EXHAUSTED\"");
}

[[nodiscard]] Result<Value> read_usage(const Value& usage) {
  auto canonical = read_message(messages::generate_content_response_usage_metadata, usage, "usage");
  if (canonical) return std::move(*canonical);
  return script_error("/usage", canonical.failure().message, "members of UsageMetadata");
}

[[nodiscard]] Result<ScriptRule> read_rule(const Value& value) {
  if (value.as_object() == nullptr) {
    return script_error({}, text::message("a {}", value.kind_name()), "an object, one rule");
  }
  for (const Member& member : *value.as_object()) {
    if (std::find(kRuleMembers.begin(), kRuleMembers.end(), member.name) != kRuleMembers.end())
      continue;
    return script_error({}, text::message("the unknown member {}", text::quoted(member.name)),
                        "match, equals, answer, finishReason, usage or error");
  }
  ScriptRule rule;
  auto match = text_of(value, "match");
  auto equals = text_of(value, "equals");
  auto answer = text_of(value, "answer");
  auto reason = text_of(value, "finishReason");
  for (const auto* const text : {&match, &equals, &answer, &reason}) {
    if (!*text) return text->error();
  }
  rule.match = std::move(*match);
  rule.equals = std::move(*equals);
  if (const Value* const error = value.find("error"); error != nullptr) {
    auto refusal = read_refusal(*error);
    if (!refusal) return std::move(refusal).error();
    rule.error = std::move(*refusal);
    return rule;
  }
  if (!*answer) return script_error({}, "a rule without an answer", "\"answer\" or \"error\"");
  rule.answer.text = std::move(**answer);
  rule.answer.finish_reason = reason->value_or("STOP");
  if (const Value* const usage = value.find("usage"); usage != nullptr) {
    auto canonical = read_usage(*usage);
    if (!canonical) return std::move(canonical).error();
    rule.answer.usage = std::move(*canonical);
  }
  return rule;
}

}  // namespace

Made make_script(const GeneratorContext& context) {
  const auto text = read_text_file(context.argument);
  if (!text) return text.error();
  const auto script = Value::parse(*text);
  if (!script) return script.error().within(context.argument);
  const Value* const rules = script->find("rules");
  if (rules == nullptr || rules->as_list() == nullptr) {
    return script_error(std::string(context.argument), "no list \"rules\"",
                        "{\"rules\": [{\"match\": …, \"answer\": …}]}");
  }
  std::vector<ScriptRule> read;
  for (const Value& value : *rules->as_list()) {
    auto rule = read_rule(value);
    if (!rule) {
      return rule.error().within(text::message("/rules/{}", read.size())).within(context.argument);
    }
    read.push_back(std::move(*rule));
  }
  return std::shared_ptr<const Generator>(std::make_shared<ScriptGenerator>(std::move(read)));
}

}  // namespace trivet::service::generators
