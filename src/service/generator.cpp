// SPDX-License-Identifier: Apache-2.0
// What generators share: words, texts of contents, answers in words.
#include "service/generator.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace trivet::service {
namespace {

[[nodiscard]] constexpr bool is_white(char c) noexcept {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

[[nodiscard]] const Value::List& parts_of(const Value& content) noexcept {
  static const Value::List kNone;
  const Value* const parts = content.find("parts");
  return parts == nullptr || parts->as_list() == nullptr ? kNone : *parts->as_list();
}

[[nodiscard]] const std::string* text_of_part(const Value& part) noexcept {
  const Value* const text = part.find("text");
  return text == nullptr ? nullptr : text->as_text();
}

[[nodiscard]] const Value::List& contents_of(const Value& request) noexcept {
  static const Value::List kNone;
  const Value* const contents = request.find("contents");
  return contents == nullptr || contents->as_list() == nullptr ? kNone : *contents->as_list();
}

[[nodiscard]] std::int64_t count_content_words(const Value& content) noexcept {
  std::int64_t count = 0;
  for (const Value& part : parts_of(content)) {
    if (const std::string* const text = text_of_part(part)) count += count_words(*text);
  }
  return count;
}

/// Each word with the white space behind it; what stands before the first belongs to it.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto* at = std::find_if_not(text.begin(), text.end(), is_white);
    at = std::find_if(at, text.end(), is_white);
    at = std::find_if_not(at, text.end(), is_white);
    const auto size = static_cast<std::size_t>(at - text.begin());
    words.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return words;
}

/// An answer that is there as a whole, in words. Only the last chunk has what the whole answer says
/// of itself.
class WordChunks final : public GeneratedChunks {
 public:
  explicit WordChunks(Value response) : response_(std::move(response)) {
    if (const auto text = only_text(response_)) words_ = split_words(*text);
  }

  Outcome<std::optional<Value>> next(const std::atomic<bool>&) override {
    if (is_done_) return std::optional<Value>();
    if (at_ + 1 < words_.size()) {
      const Value* const version = response_.find("modelVersion");
      const bool has_version = version != nullptr && version->as_text() != nullptr;
      return std::optional(make_generate_response(
          {words_[at_++]}, has_version ? std::string_view(*version->as_text()) : ""));
    }
    is_done_ = true;
    if (!words_.empty()) set_text(words_.back());
    return std::optional(std::move(response_));
  }

 private:
  void set_text(std::string text) {
    Value::Object& response = *response_.as_object();
    for (Member& member : response) {
      if (member.name != "candidates") continue;
      for (Member& of_candidate : *member.value.as_list()->front().as_object()) {
        if (of_candidate.name != "content") continue;
        of_candidate.value = Value(Value::Object{
            {"role", Value("model")},
            {"parts", Value(Value::List{Value(Value::Object{{"text", Value(std::move(text))}})})}});
      }
    }
  }

  Value response_;
  std::vector<std::string> words_;
  std::size_t at_ = 0;
  bool is_done_ = false;
};

}  // namespace

Outcome<std::unique_ptr<GeneratedChunks>> Generator::stream(const GenerateRequest& request) const {
  auto response = generate(request);
  if (!response) return std::move(response).failure();
  std::unique_ptr<GeneratedChunks> chunks = std::make_unique<WordChunks>(std::move(*response));
  return chunks;
}

Outcome<std::int64_t> Generator::count_tokens(const GenerateRequest& request) const {
  return count_request_words(request.content);
}

Value make_generate_response(GeneratedText generated, std::string_view model) {
  Value::Object candidate{
      {"content",
       Value(Value::Object{{"role", Value("model")},
                           {"parts", Value(Value::List{Value(Value::Object{
                                         {"text", Value(std::move(generated.text))}})})}})}};
  if (!generated.finish_reason.empty()) {
    candidate.push_back({"finishReason", Value(std::move(generated.finish_reason))});
  }
  Value::Object response{{"candidates", Value(Value::List{Value(std::move(candidate))})}};
  if (!model.empty()) response.push_back({"modelVersion", Value(model)});
  if (!generated.usage.is_null()) {
    response.push_back({"usageMetadata", std::move(generated.usage)});
  }
  return Value(std::move(response));
}

std::int64_t count_words(std::string_view text) noexcept {
  std::int64_t count = 0;
  bool is_inside = false;
  for (const char c : text) {
    const bool was_inside = std::exchange(is_inside, !is_white(c));
    if (is_inside && !was_inside) ++count;
  }
  return count;
}

std::int64_t count_request_words(const Value& request) noexcept {
  std::int64_t count = 0;
  for (const Value& content : contents_of(request)) count += count_content_words(content);
  const Value* const instruction = request.find("systemInstruction");
  return instruction == nullptr ? count : count + count_content_words(*instruction);
}

Value word_usage(const Value& request, std::string_view answer) {
  const std::int64_t asked = count_request_words(request);
  const std::int64_t answered = count_words(answer);
  return Value(Value::Object{{"promptTokenCount", Value(asked)},
                             {"candidatesTokenCount", Value(answered)},
                             {"totalTokenCount", Value(asked + answered)}});
}

std::string content_text(const Value& content) {
  std::string joined;
  for (const Value& part : parts_of(content)) {
    if (const std::string* const text = text_of_part(part)) joined += *text;
  }
  return joined;
}

std::string last_user_text(const Value& request) {
  const Value::List& contents = contents_of(request);
  for (auto content = contents.rbegin(); content != contents.rend(); ++content) {
    const Value* const role = content->find("role");
    const bool is_named =
        role != nullptr && role->as_text() != nullptr && !role->as_text()->empty();
    if (!is_named || *role->as_text() == "user") return content_text(*content);
  }
  return {};
}

std::optional<std::string> only_text(const Value& response) {
  const Value* const candidates = response.find("candidates");
  const Value::List* const list = candidates == nullptr ? nullptr : candidates->as_list();
  if (list == nullptr || list->size() != 1) return std::nullopt;
  const Value* const content = list->front().find("content");
  if (content == nullptr) return std::nullopt;
  const Value::List& parts = parts_of(*content);
  const bool is_text =
      !parts.empty() && std::all_of(parts.begin(), parts.end(), [](const Value& p) {
        return text_of_part(p) != nullptr && p.as_object()->size() == 1;
      });
  return is_text ? std::optional(content_text(*content)) : std::nullopt;
}

}  // namespace trivet::service
