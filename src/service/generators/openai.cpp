// SPDX-License-Identifier: Apache-2.0
// Answers by asking a server that has chat completions in OpenAI's form: llama.cpp, Ollama, vLLM.
// `openai:http://127.0.0.1:11434/v1#llama3.2`: the path may be left out (`/v1/chat/completions`),
// what follows the `#` is the model's name there (otherwise the publisher model's).
#include <array>
#include <charconv>
#include <utility>

#include "base/try.hpp"
#include "service/generators/kinds.hpp"
#include "service/http_client.hpp"
#include "text/message.hpp"

namespace trivet::service::generators {
namespace {

constexpr std::size_t kMostAnswerBytes = std::size_t{64} << 20;

struct ChatAddress {
  std::string host;
  std::uint16_t port = 80;
  std::string target;
  std::string model;
};

[[nodiscard]] Result<ChatAddress> read_address(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  const Error wrong(Errc::invalid_argument, "generator", text::quoted(url),
                    "openai:http://HOST:PORT[/v1][#MODEL] (https is for a proxy in front)");
  if (!url.starts_with(kScheme)) return wrong;
  std::string_view rest = url.substr(kScheme.size());
  ChatAddress address;
  if (const std::size_t hash = rest.find('#'); hash != std::string_view::npos) {
    address.model = rest.substr(hash + 1);
    rest = rest.substr(0, hash);
  }
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view authority = rest.substr(0, slash);
  address.target = rest.substr(slash);
  while (address.target.ends_with('/')) address.target.pop_back();
  if (address.target.empty()) address.target = "/v1";
  if (!address.target.ends_with("/chat/completions")) address.target += "/chat/completions";
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    const std::string_view port = authority.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (error != std::errc() || end != port.data() + port.size()) return wrong;
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) {
    authority = authority.substr(1, authority.size() - 2);
  }
  address.host = authority;
  const bool is_clean = address.target.find_first_of(" \r\n\t") == std::string::npos &&
                        address.host.find_first_of(" \r\n\t@") == std::string::npos;
  if (address.host.empty() || !is_clean) return wrong;
  return address;
}

[[nodiscard]] Value chat_message(std::string_view role, std::string text) {
  return Value(Value::Object{{"role", Value(role)}, {"content", Value(std::move(text))}});
}

[[nodiscard]] Value::List chat_messages(const Value& request) {
  Value::List messages;
  if (const Value* const instruction = request.find("systemInstruction")) {
    messages.push_back(chat_message("system", content_text(*instruction)));
  }
  const Value* const contents = request.find("contents");
  if (contents == nullptr || contents->as_list() == nullptr) return messages;
  for (const Value& content : *contents->as_list()) {
    const Value* const role = content.find("role");
    const bool is_model =
        role != nullptr && role->as_text() != nullptr && *role->as_text() == "model";
    messages.push_back(chat_message(is_model ? "assistant" : "user", content_text(content)));
  }
  return messages;
}

struct Setting {
  std::string_view ours;
  std::string_view theirs;
};
constexpr std::array kSettings{
    Setting{"temperature", "temperature"},
    Setting{"topP", "top_p"},
    Setting{"maxOutputTokens", "max_tokens"},
    Setting{"stopSequences", "stop"},
    Setting{"presencePenalty", "presence_penalty"},
    Setting{"frequencyPenalty", "frequency_penalty"},
    Setting{"seed", "seed"},
};

[[nodiscard]] std::string chat_body(const Value& request, std::string_view model, bool as_stream) {
  Value::Object body{{"model", Value(model)}, {"messages", Value(chat_messages(request))}};
  if (const Value* const config = request.find("generationConfig")) {
    for (const Setting& setting : kSettings) {
      const Value* const value = config->find(setting.ours);
      if (value != nullptr) body.push_back({std::string(setting.theirs), *value});
    }
    const Value* const type = config->find("responseMimeType");
    if (type != nullptr && *type == Value("application/json")) {
      body.push_back({"response_format", Value(Value::Object{{"type", Value("json_object")}})});
    }
  }
  if (as_stream) {
    body.push_back({"stream", Value(true)});
    body.push_back({"stream_options", Value(Value::Object{{"include_usage", Value(true)}})});
  }
  return Value(std::move(body)).to_json();
}

[[nodiscard]] std::string our_finish_reason(const Value* reason) {
  if (reason == nullptr || reason->as_text() == nullptr) return {};
  if (*reason->as_text() == "stop") return "STOP";
  if (*reason->as_text() == "length") return "MAX_TOKENS";
  if (*reason->as_text() == "content_filter") return "SAFETY";
  return "OTHER";
}

[[nodiscard]] Value our_usage(const Value* usage) {
  if (usage == nullptr || usage->as_object() == nullptr) return {};
  Value::Object ours;
  for (const auto& [theirs, name] : {std::pair{"prompt_tokens", "promptTokenCount"},
                                     std::pair{"completion_tokens", "candidatesTokenCount"},
                                     std::pair{"total_tokens", "totalTokenCount"}}) {
    const Value* const count = usage->find(theirs);
    if (count != nullptr && count->as_integer() != nullptr) ours.push_back({name, *count});
  }
  return Value(std::move(ours));
}

[[nodiscard]] const Value* first_choice(const Value& answer) noexcept {
  const Value* const choices = answer.find("choices");
  const Value::List* const list = choices == nullptr ? nullptr : choices->as_list();
  return list == nullptr || list->empty() ? nullptr : &list->front();
}

[[nodiscard]] std::string choice_text(const Value* choice, std::string_view holder) {
  const Value* const message = choice == nullptr ? nullptr : choice->find(holder);
  const Value* const text = message == nullptr ? nullptr : message->find("content");
  return text == nullptr || text->as_text() == nullptr ? std::string() : *text->as_text();
}

[[nodiscard]] Failure upstream_failure(std::string text) {
  return {Code::unavailable, "the generator's server: " + std::move(text)};
}

/// All of an answer's body, within reason.
[[nodiscard]] Outcome<std::string> read_all(HttpAnswer& answer,
                                            const std::atomic<bool>& cancelled) {
  std::string body;
  std::string piece;
  for (;;) {
    const auto more = answer.read(piece, cancelled);
    if (!more) return more.failure();
    if (!*more) return body;
    body += piece;
    if (body.size() > kMostAnswerBytes) return upstream_failure("an answer beyond 64 MiB");
  }
}

/// Events of a stream (`data: {…}`), one a line.
class ChatChunks final : public GeneratedChunks {
 public:
  ChatChunks(std::unique_ptr<HttpAnswer> answer, std::string model)
      : answer_(std::move(answer)), model_(std::move(model)) {}

  Outcome<std::optional<Value>> next(const std::atomic<bool>& cancelled) override {
    while (!is_done_) {
      auto line = next_line(cancelled);
      if (!line) return std::move(line).failure();
      constexpr std::string_view kData = "data:";
      if (!line->starts_with(kData)) continue;
      const std::string_view data = std::string_view(*line).substr(kData.size());
      if (data.find("[DONE]") != std::string_view::npos) break;
      const auto event = Value::parse(data);
      if (!event) return upstream_failure(event.error().message());
      std::string text = take(*event);
      if (!text.empty()) return std::optional(make_generate_response({std::move(text)}, model_));
    }
    if (std::exchange(is_done_, true) && is_told_) return std::optional<Value>();
    is_told_ = true;
    if (last_.finish_reason.empty()) last_.finish_reason = "STOP";
    return std::optional(make_generate_response(std::move(last_), model_));
  }

 private:
  /// The event's text; what it says of the end is kept for the last chunk.
  std::string take(const Value& event) {
    const Value* const choice = first_choice(event);
    if (Value usage = our_usage(event.find("usage")); !usage.is_null()) {
      last_.usage = std::move(usage);
    }
    if (choice == nullptr) return {};
    std::string reason = our_finish_reason(choice->find("finish_reason"));
    if (!reason.empty()) last_.finish_reason = std::move(reason);
    return choice_text(choice, "delta");
  }

  Outcome<std::string> next_line(const std::atomic<bool>& cancelled) {
    for (;;) {
      const std::size_t end = pending_.find('\n');
      if (end != std::string::npos) {
        std::string line = pending_.substr(0, end);
        pending_.erase(0, end + 1);
        return line;
      }
      if (pending_.size() > kMostAnswerBytes) return upstream_failure("a line beyond 64 MiB");
      std::string piece;
      const auto more = answer_->read(piece, cancelled);
      if (!more) return more.failure();
      if (!*more) {
        is_done_ = true;
        return std::exchange(pending_, {});
      }
      pending_ += piece;
    }
  }

  std::unique_ptr<HttpAnswer> answer_;
  std::string model_;
  std::string pending_;
  GeneratedText last_;
  bool is_done_ = false;
  bool is_told_ = false;
};

class ChatGenerator final : public Generator {
 public:
  ChatGenerator(ChatAddress address, const HttpClient& http)
      : address_(std::move(address)), http_(http) {}

  Outcome<Value> generate(const GenerateRequest& request) const override {
    auto answer = ask(request, false);
    if (!answer) return std::move(answer).failure();
    const auto body = read_all(**answer, request.cancelled);
    if (!body) return body.failure();
    const auto json = Value::parse(*body);
    if (!json) return upstream_failure(json.error().message());
    const Value* const choice = first_choice(*json);
    if (choice == nullptr) return upstream_failure("an answer without choices");
    GeneratedText generated{choice_text(choice, "message"),
                            our_finish_reason(choice->find("finish_reason")),
                            our_usage(json->find("usage"))};
    if (generated.finish_reason.empty()) generated.finish_reason = "STOP";
    return make_generate_response(std::move(generated), request.model);
  }

  Outcome<std::unique_ptr<GeneratedChunks>> stream(const GenerateRequest& request) const override {
    auto answer = ask(request, true);
    if (!answer) return std::move(answer).failure();
    std::unique_ptr<GeneratedChunks> chunks =
        std::make_unique<ChatChunks>(std::move(*answer), std::string(request.model));
    return chunks;
  }

 private:
  Outcome<std::unique_ptr<HttpAnswer>> ask(const GenerateRequest& request, bool as_stream) const {
    const std::string_view model = address_.model.empty() ? request.model : address_.model;
    auto answer = http_.post({.host = address_.host,
                              .port = address_.port,
                              .target = address_.target,
                              .body = chat_body(request.content, model, as_stream),
                              .accept = as_stream ? "text/event-stream" : "application/json"},
                             request.cancelled);
    if (!answer || (*answer)->status() == 200) return answer;
    const auto body = read_all(**answer, request.cancelled);
    constexpr std::size_t kShown = 300;
    return upstream_failure(text::message("status {}: {}", (*answer)->status(),
                                          text::quoted(body ? *body : "", kShown)));
  }

  ChatAddress address_;
  const HttpClient& http_;
};

}  // namespace

Made make_openai(const GeneratorContext& context) {
  auto address = read_address(context.argument);
  if (!address) return std::move(address).error();
  if (context.http == nullptr) {
    return Error(Errc::invalid_argument, "generator", "no HTTP client", "a server that has one");
  }
  return std::shared_ptr<const Generator>(
      std::make_shared<ChatGenerator>(std::move(*address), *context.http));
}

}  // namespace trivet::service::generators
