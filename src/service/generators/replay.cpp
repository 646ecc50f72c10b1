// SPDX-License-Identifier: Apache-2.0
// Answers with what was recorded. A folder holds .json files, each one pair, and .jsonl files, a
// pair a line: {"request": GenerateContentRequest, "response": GenerateContentResponse}, as the
// output lines of Gemini's batch jobs are. A list as the response is an answer in chunks. Requests
// are the same when their canonical forms are, whatever the spelling and order of their members;
// `model` and `labels` don't count.
#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "service/generators/kinds.hpp"
#include "service/json_mapping.hpp"
#include "service/messages.hpp"
#include "service/text_file.hpp"
#include "text/message.hpp"

namespace trivet::service::generators {
namespace {

using Recorded = std::map<std::string, std::vector<Value>>;  // by canonical request

[[nodiscard]] Value sorted_members(const Value& value) {
  if (const Value::List* const list = value.as_list()) {
    Value::List sorted;
    for (const Value& item : *list) sorted.push_back(sorted_members(item));
    return Value(std::move(sorted));
  }
  const Value::Object* const object = value.as_object();
  if (object == nullptr) return value.is_number() ? Value(value.as_number()) : value;
  Value::Object sorted;
  for (const Member& member : *object) {
    sorted.push_back({member.name, sorted_members(member.value)});
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const Member& a, const Member& b) { return a.name < b.name; });
  return Value(std::move(sorted));
}

/// A content without a role is the user's.
void name_roles(Value& contents) {
  if (contents.as_list() == nullptr) return;
  for (Value& content : *contents.as_list()) {
    Value::Object* const members = content.as_object();
    if (members != nullptr && content.find("role") == nullptr) {
      members->push_back({"role", Value("user")});
    }
  }
}

[[nodiscard]] std::string canonical_key(const Value& request) {
  Value::Object counted;
  for (const Member& member : *request.as_object()) {
    if (member.name == "model" || member.name == "labels") continue;
    counted.push_back(member);
    if (member.name == "contents") name_roles(counted.back().value);
  }
  return sorted_members(Value(std::move(counted))).to_json();
}

class RecordedChunks final : public GeneratedChunks {
 public:
  explicit RecordedChunks(std::vector<Value> chunks) : chunks_(std::move(chunks)) {}

  Outcome<std::optional<Value>> next(const std::atomic<bool>&) override {
    if (at_ == chunks_.size()) return std::optional<Value>();
    return std::optional(std::move(chunks_[at_++]));
  }

 private:
  std::vector<Value> chunks_;
  std::size_t at_ = 0;
};

/// Chunks as one answer: the texts joined, the rest as the last chunk has it.
[[nodiscard]] Value joined_chunks(const std::vector<Value>& chunks, std::string_view model) {
  GeneratedText whole;
  for (const Value& chunk : chunks) {
    whole.text += only_text(chunk).value_or("");
    if (const Value* const usage = chunk.find("usageMetadata")) whole.usage = *usage;
    const Value* const candidates = chunk.find("candidates");
    if (candidates == nullptr || candidates->as_list() == nullptr) continue;
    for (const Value& candidate : *candidates->as_list()) {
      const Value* const reason = candidate.find("finishReason");
      if (reason != nullptr && reason->as_text() != nullptr)
        whole.finish_reason = *reason->as_text();
    }
  }
  return make_generate_response(std::move(whole), model);
}

class ReplayGenerator final : public Generator {
 public:
  explicit ReplayGenerator(Recorded recorded) : recorded_(std::move(recorded)) {}

  Outcome<Value> generate(const GenerateRequest& request) const override {
    const auto found = recorded_.find(canonical_key(request.content));
    if (found == recorded_.end()) return not_recorded();
    if (found->second.size() == 1) return found->second.front();
    return joined_chunks(found->second, request.model);
  }

  Outcome<std::unique_ptr<GeneratedChunks>> stream(const GenerateRequest& request) const override {
    const auto found = recorded_.find(canonical_key(request.content));
    if (found == recorded_.end()) return not_recorded();
    if (found->second.size() == 1) return Generator::stream(request);
    std::unique_ptr<GeneratedChunks> chunks = std::make_unique<RecordedChunks>(found->second);
    return chunks;
  }

 private:
  static Failure not_recorded() {
    return {Code::failed_precondition, "no answer to this request was recorded"};
  }

  Recorded recorded_;
};

[[nodiscard]] Status add_pair(const Value& pair, Recorded& recorded) {
  const Value* const request = pair.find("request");
  const Value* const response = pair.find("response");
  if (request == nullptr || response == nullptr) {
    return Error(Errc::invalid_argument, {}, "no \"request\" or no \"response\"",
                 "{\"request\": {…}, \"response\": {…}}");
  }
  // A row of a batch that failed.
  if (response->as_object() != nullptr && response->as_object()->empty()) return {};
  const auto canonical = read_message(messages::generate_content_request, *request);
  if (!canonical) {
    return Error(Errc::invalid_argument, "/request", canonical.failure().message,
                 "a GenerateContentRequest");
  }
  std::vector<Value> chunks;
  if (response->as_list() != nullptr) chunks = *response->as_list();
  else chunks.push_back(*response);
  for (const Value& chunk : chunks) {
    if (chunk.as_object() != nullptr) continue;
    return Error(Errc::invalid_argument, "/response", text::message("a {}", chunk.kind_name()),
                 "a GenerateContentResponse, or a list of them");
  }
  recorded.emplace(canonical_key(*canonical), std::move(chunks));
  return {};
}

[[nodiscard]] Status add_file(const std::filesystem::path& path, Recorded& recorded) {
  const auto text = read_text_file(path.string());
  if (!text) return text.error();
  const bool has_lines = path.extension() == ".jsonl";
  std::string_view rest = *text;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = has_lines ? std::min(rest.find('\n'), rest.size()) : rest.size();
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.find_first_not_of(" \t\r\n") == std::string_view::npos) continue;
    const auto pair = Value::parse(line);
    const Status status = pair ? add_pair(*pair, recorded) : Status(pair.error());
    if (status) continue;
    return has_lines ? status.error().within(text::message("{}: line {}", path.string(), number))
                     : status.error().within(path.string());
  }
  return {};
}

}  // namespace

Made make_replay(const GeneratorContext& context) {
  std::error_code failed;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator at(std::string(context.argument), failed), end;
       !failed && at != end; at.increment(failed)) {
    const auto extension = at->path().extension();
    if (extension == ".json" || extension == ".jsonl") files.push_back(at->path());
  }
  if (failed) {
    return Error(Errc::invalid_argument, std::string(context.argument), "no readable folder",
                 "a folder with recorded .json or .jsonl files");
  }
  std::sort(files.begin(), files.end());
  Recorded recorded;
  for (const auto& file : files) {
    if (const Status status = add_file(file, recorded); !status) return status.error();
  }
  return std::shared_ptr<const Generator>(std::make_shared<ReplayGenerator>(std::move(recorded)));
}

}  // namespace trivet::service::generators
