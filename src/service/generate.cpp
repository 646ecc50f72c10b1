// SPDX-License-Identifier: Apache-2.0
// Requests to generate: found, checked, answered as a whole or in a stream.
#include "service/generate.hpp"

#include <utility>

#include "base/try.hpp"
#include "service/json_mapping.hpp"
#include "service/messages.hpp"
#include "service/method.hpp"
#include "service/online.hpp"
#include "text/message.hpp"

namespace trivet::service {
namespace {

const std::atomic<bool> kNotCancelled{false};

[[nodiscard]] const std::atomic<bool>& cancelled_of(const Call& call) noexcept {
  return call.cancelled == nullptr ? kNotCancelled : *call.cancelled;
}

[[nodiscard]] std::string lenient_name(std::string_view name) {
  std::string camel;
  bool is_new_word = false;
  for (const char c : name) {
    const bool is_small = c >= 'a' && c <= 'z';
    if (c == '_' && !camel.empty()) {
      is_new_word = true;
      continue;
    }
    camel += is_new_word && is_small ? static_cast<char>(c - ('a' - 'A')) : c;
    is_new_word = false;
  }
  return camel;
}

/// A request with members that the tables don't have, which v1beta1 gains every week: spelt in
/// camelCase, otherwise as it came. What generators read is in the tables.
[[nodiscard]] Value lenient_value(const Value& value) {
  if (const Value::List* const list = value.as_list()) {
    Value::List items;
    for (const Value& item : *list) items.push_back(lenient_value(item));
    return Value(std::move(items));
  }
  const Value::Object* const object = value.as_object();
  if (object == nullptr) return value;
  Value::Object members;
  for (const Member& member : *object) {
    Value inside = lenient_value(member.value);
    const std::string name = lenient_name(member.name);
    const bool is_list = name == "contents" || name == "parts";
    if (is_list && inside.as_object() != nullptr) inside = Value(Value::List{std::move(inside)});
    members.push_back({name, std::move(inside)});
  }
  return Value(std::move(members));
}

/// The canonical request. Failures: invalid_argument.
[[nodiscard]] Outcome<Value> read_generate_request(const Message& message, const Call& call,
                                                   bool is_beta) {
  const auto json = Value::parse(call.body);
  if (!json) return bad_payload(json.error());
  auto canonical = read_message(message, *json);
  if (canonical || !is_beta || json->as_object() == nullptr) return canonical;
  const bool has_unknown = canonical.failure().message.find("Unknown name") != std::string::npos;
  return has_unknown ? Outcome<Value>(lenient_value(*json)) : std::move(canonical);
}

[[nodiscard]] Outcome<Done> check_contents(const Value& request) {
  const Value* const contents = request.find("contents");
  if (contents == nullptr || contents->as_list() == nullptr || contents->as_list()->empty()) {
    return Failure(Code::invalid_argument,
                   "Unable to submit request because at least one contents field is required.");
  }
  for (const Value& content : *contents->as_list()) {
    const Value* const role = content.find("role");
    if (role == nullptr || (role->as_text() != nullptr && role->as_text()->empty())) continue;
    if (role->as_text() != nullptr && (*role->as_text() == "user" || *role->as_text() == "model")) {
      continue;
    }
    return Failure(Code::invalid_argument, "Please use a valid role: user, model.");
  }
  return Done();
}

[[nodiscard]] bool wants_enum_numbers(const Call& call) {
  const auto query = QueryParameters::parse(call.query);
  return query && query->enums_as_numbers();
}

/// A recorded answer may have members that the tables don't: only enums as numbers need the tables.
void append_response(const Value& response, bool enums_as_numbers, std::string& out) {
  if (!enums_as_numbers) {
    out += response.to_json();
    return;
  }
  write_message(messages::generate_content_response, response, {.enums_as_numbers = true}, out);
}

enum class StreamForm : std::uint8_t { events, list };

/// Chunks as bytes. A failure on the way is the last element, since the status has been sent.
class ChunkBytes final : public BodyParts {
 public:
  ChunkBytes(std::unique_ptr<GeneratedChunks> chunks, StreamForm form, bool enums_as_numbers)
      : chunks_(std::move(chunks)), form_(form), enums_as_numbers_(enums_as_numbers) {}

  bool next(std::string& part, const std::atomic<bool>& cancelled) override {
    part.clear();
    if (is_done_) return false;
    auto chunk = chunks_->next(cancelled);
    if (chunk && !*chunk) {
      is_done_ = true;
      if (form_ == StreamForm::events) return false;
      part = is_first_ ? "[]" : "]";
      return true;
    }
    const bool is_list = form_ == StreamForm::list;
    part = is_list ? (is_first_ ? "[" : ",\r\n") : "data: ";
    is_first_ = false;
    if (chunk) {
      append_response(**chunk, enums_as_numbers_, part);
    } else {
      is_done_ = true;
      part += chunk.failure().to_status_json();
      if (is_list) part += "]";
    }
    if (!is_list) part += "\r\n\r\n";
    return true;
  }

 private:
  std::unique_ptr<GeneratedChunks> chunks_;
  StreamForm form_;
  bool enums_as_numbers_;
  bool is_first_ = true;
  bool is_done_ = false;
};

}  // namespace

Result<PublisherModels> PublisherModels::open(std::span<const PublisherModelConfig> models,
                                              std::string_view fallback, const HttpClient* http) {
  PublisherModels opened;
  for (const PublisherModelConfig& model : models) {
    auto generator = make_generator(model.generator, http);
    if (!generator) {
      return generator.error().within(text::message("/publisherModels/{}", opened.models_.size()));
    }
    opened.models_.push_back({model.name, std::move(*generator), model.delay});
  }
  if (fallback.empty()) return opened;
  auto generator = make_generator(fallback, http);
  if (!generator) return generator.error().within("--generator");
  opened.fallback_.generator = std::move(*generator);
  return opened;
}

const PublisherModel* PublisherModels::find(std::string_view name) const noexcept {
  const std::string_view id = name.substr(0, name.find('@'));
  for (const PublisherModel& model : models_) {
    if (model.name == name || model.name == id) return &model;
  }
  return fallback_.generator == nullptr ? nullptr : &fallback_;
}

Outcome<const PublisherModel*> GenerateMethods::find(const PublisherTarget& target) const {
  const PublisherModel* const model =
      target.publisher == "google" ? models_.find(target.model) : nullptr;
  if (model != nullptr) return model;
  const std::string parent =
      target.project.empty()
          ? std::string()
          : text::message("projects/{}/locations/{}/", target.project, target.location);
  return Failure(Code::not_found, text::message("Publisher Model `{}publishers/{}/models/{}` not "
                                                "found.",
                                                parent, target.publisher, target.model));
}

Outcome<Done> GenerateMethods::generate_content(const PublisherTarget& target, const Call& call,
                                                Reply& reply) const {
  const auto model = find(target);
  if (!model) return model.failure();
  auto request = read_generate_request(messages::generate_content_request, call, target.is_beta);
  if (!request) return std::move(request).failure();
  TRIVET_TRY(check_contents(*request));
  TRIVET_TRY(wait_for((*model)->delay, call.deadline, call.cancelled));
  const auto start = std::chrono::steady_clock::now();
  const auto response = (*model)->generator->generate({*request, target.model, cancelled_of(call)});
  reply.times.predict = std::chrono::steady_clock::now() - start;
  if (!response) return response.failure();
  append_response(*response, wants_enum_numbers(call), reply.body);
  return Done();
}

Outcome<Done> GenerateMethods::stream_generate_content(const PublisherTarget& target,
                                                       const Call& call, Reply& reply) const {
  const auto model = find(target);
  if (!model) return model.failure();
  auto request = read_generate_request(messages::generate_content_request, call, target.is_beta);
  if (!request) return std::move(request).failure();
  TRIVET_TRY(check_contents(*request));
  TRIVET_TRY(wait_for((*model)->delay, call.deadline, call.cancelled));
  auto chunks = (*model)->generator->stream({*request, target.model, cancelled_of(call)});
  if (!chunks) return std::move(chunks).failure();
  const auto query = QueryParameters::parse(call.query);
  const bool has_events = query && query->find("alt") == "sse";
  if (has_events) reply.content_type = "text/event-stream";
  reply.parts = std::make_unique<ChunkBytes>(std::move(*chunks),
                                             has_events ? StreamForm::events : StreamForm::list,
                                             wants_enum_numbers(call));
  return Done();
}

Outcome<Done> GenerateMethods::count_tokens(const PublisherTarget& target, const Call& call,
                                            Reply& reply) const {
  const auto model = find(target);
  if (!model) return model.failure();
  auto request = read_generate_request(messages::count_tokens_request, call, target.is_beta);
  if (!request) return std::move(request).failure();
  TRIVET_TRY(check_contents(*request));
  const auto count =
      (*model)->generator->count_tokens({*request, target.model, cancelled_of(call)});
  if (!count) return count.failure();
  reply.body = text::message("{{\"totalTokens\":{}}}", *count);
  return Done();
}

}  // namespace trivet::service
