// SPDX-License-Identifier: Apache-2.0
// Generators without a service around them: scripts, recordings, chat completions.
#include <algorithm>
#include <deque>
#include <string>

#include "catch.hpp"
#include "service/generator.hpp"
#include "service/http_client.hpp"
#include "support/files.hpp"

namespace trivet::service {
namespace {

using test::TemporaryFolder;
using test::write_file;

const std::atomic<bool> kGoesOn{false};

Value user_says(std::string_view text) {
  return *Value::parse(R"({"contents":[{"role":"user","parts":[{"text":)" + Value(text).to_json() +
                       "}]}]}");
}

std::string generated(const Generator& generator, const Value& request) {
  const auto answer = generator.generate({request, "m", kGoesOn});
  return answer ? answer->to_json() : answer.failure().to_status_json();
}

std::string streamed(const Generator& generator, const Value& request) {
  auto chunks = generator.stream({request, "m", kGoesOn});
  if (!chunks) return chunks.failure().to_status_json();
  std::string all;
  for (;;) {
    auto chunk = (*chunks)->next(kGoesOn);
    if (!chunk) return all + chunk.failure().to_status_json();
    if (!*chunk) return all;
    all += (*chunk)->to_json() + "\n";
  }
}

TEST_CASE("generators: words", "[service]") {
  CHECK(count_words("") == 0);
  CHECK(count_words(" \n") == 0);
  CHECK(count_words("one") == 1);
  CHECK(count_words(" one\ttwo\nthree ") == 3);
}

TEST_CASE("generators: kinds that there aren't", "[service]") {
  for (const char* spec : {"", "ech", "echo:x", "script", "replay", "openai", "openai:",
                           "openai:https://host", "openai:http://", "openai:http://h:99999",
                           "openai:http://a b", "script:/no/such/file", "replay:/no/such/folder"}) {
    INFO(spec);
    const auto made = make_generator(spec, nullptr);
    REQUIRE_FALSE(made);
    CHECK(made.error().code() == Errc::invalid_argument);
  }
}

TEST_CASE("generators: a stream's chunks are words, with the white space behind them",
          "[service]") {
  const auto echo = make_generator("echo", nullptr);
  REQUIRE(echo);
  const auto chunk = [](const char* text) {
    return R"({"candidates":[{"content":{"role":"model","parts":[{"text":)" +
           Value(text).to_json() + "}]}";
  };
  CHECK(streamed(**echo, user_says("  one \n two")) ==
        chunk("  one \n ") + R"(}],"modelVersion":"m"})" + "\n" + chunk("two") +
            R"(,"finishReason":"STOP"}],"modelVersion":"m","usageMetadata":)"
            R"({"promptTokenCount":2,"candidatesTokenCount":2,"totalTokenCount":4}})"
            "\n");
  CHECK(streamed(**echo, user_says("")) ==
        chunk("") + R"(,"finishReason":"STOP"}],"modelVersion":"m","usageMetadata":)"
                    R"({"promptTokenCount":0,"candidatesTokenCount":0,"totalTokenCount":0}})"
                    "\n");
}

TEST_CASE("generators: the first rule of a script that fits", "[service]") {
  const TemporaryFolder folder;
  write_file(folder / "rules.json", R"({"rules":[
    {"equals":"stop","error":{"status":"RESOURCE_EXHAUSTED","message":"quota"}},
    {"match":"weather","answer":"Sunny.","finishReason":"MAX_TOKENS",
     "usage":{"promptTokenCount":4,"totalTokenCount":5}},
    {"match":"time","answer":"Late enough."}]})");
  const auto script = make_generator("script:" + folder / "rules.json", nullptr);
  REQUIRE(script);
  CHECK(generated(**script, user_says("how is the weather?")) ==
        R"({"candidates":[{"content":{"role":"model","parts":[{"text":"Sunny."}]},)"
        R"("finishReason":"MAX_TOKENS"}],"modelVersion":"m",)"
        R"("usageMetadata":{"promptTokenCount":4,"totalTokenCount":5}})");
  CHECK(generated(**script, user_says("time")).find(R"("candidatesTokenCount":2)") !=
        std::string::npos);
  CHECK(generated(**script, user_says("stop")) ==
        R"({"error":{"code":429,"message":"quota","status":"RESOURCE_EXHAUSTED"}})");
  CHECK(generated(**script, user_says("stop it")).find("FAILED_PRECONDITION") != std::string::npos);
}

TEST_CASE("generators: scripts that are wrong say where", "[service]") {
  const TemporaryFolder folder;
  const std::string file = folder / "rules.json";
  struct Wrong {
    const char* text;
    const char* says;
  };
  for (const Wrong& wrong :
       {Wrong{"{", "byte"}, Wrong{"[]", "rules"}, Wrong{R"({"rules":[1]})", "/rules/0"},
        Wrong{R"({"rules":[{"answer":"a"},{"match":"x"}]})", "/rules/1"},
        Wrong{R"({"rules":[{"answer":5}]})", "/rules/0/answer"},
        Wrong{R"({"rules":[{"anwser":"x"}]})", "anwser"},
        Wrong{R"({"rules":[{"error":{"status":"NO"}}]})", "/rules/0/error/status"},
        Wrong{R"({"rules":[{"answer":"a","usage":{"promptTokens":1}}]})", "/rules/0/usage"}}) {
    INFO(wrong.text);
    write_file(file, wrong.text);
    const auto script = make_generator("script:" + file, nullptr);
    REQUIRE_FALSE(script);
    INFO(script.error().message());
    CHECK(script.error().message().find(file) != std::string::npos);
    CHECK(script.error().message().find(wrong.says) != std::string::npos);
  }
}

TEST_CASE("generators: recordings are found by what they ask, in any spelling", "[service]") {
  const TemporaryFolder folder;
  write_file(folder / "one.json", R"({"request":{"model":"x","contents":{"role":"user","parts":
    {"text":"hi"}},"generation_config":{"temperature":0.5,"maxOutputTokens":5}},
    "response":{"candidates":[{"content":{"role":"model","parts":[{"text":"recorded words"}]},
    "finishReason":"STOP"}],"odd":1}})");
  write_file(folder / "more.jsonl",
             R"({"status":"","request":{"contents":[{"parts":[{"text":"a"}]}]},"response":[)"
             R"({"candidates":[{"content":{"role":"model","parts":[{"text":"x "}]}}]},)"
             R"({"candidates":[{"content":{"role":"model","parts":[{"text":"y"}]},)"
             R"("finishReason":"MAX_TOKENS"}],"usageMetadata":{"totalTokenCount":9}}]})"
             "\n\n"
             R"({"request":{"contents":[{"parts":[{"text":"failed"}]}]},"response":{}})"
             "\n");
  write_file(folder / "readme.txt", "no recording");
  const auto replay = make_generator("replay:" + folder.path(), nullptr);
  REQUIRE(replay);
  const Value asked =
      *Value::parse(R"({"generationConfig":{"maxOutputTokens":5,"temperature":0.5},)"
                    R"("contents":[{"parts":[{"text":"hi"}]}],"labels":{"a":"b"}})");
  CHECK(generated(**replay, asked) ==
        R"({"candidates":[{"content":{"role":"model","parts":[{"text":"recorded words"}]},)"
        R"("finishReason":"STOP"}],"odd":1})");
  const std::string words = streamed(**replay, asked);
  CHECK(std::count(words.begin(), words.end(), '\n') == 2);
  const std::string chunks = streamed(**replay, user_says("a"));
  CHECK(chunks.find("\"x \"") != std::string::npos);
  CHECK(std::count(chunks.begin(), chunks.end(), '\n') == 2);
  CHECK(
      generated(**replay, user_says("a")) ==
      R"({"candidates":[{"content":{"role":"model","parts":[{"text":"x y"}]},)"
      R"("finishReason":"MAX_TOKENS"}],"modelVersion":"m","usageMetadata":{"totalTokenCount":9}})");
  for (const char* unknown : {"b", "failed"}) {
    CHECK(generated(**replay, user_says(unknown)).find("FAILED_PRECONDITION") != std::string::npos);
  }
  write_file(folder / "zz.jsonl", "{\"request\":{}}\n");
  const auto broken = make_generator("replay:" + folder.path(), nullptr);
  REQUIRE_FALSE(broken);
  CHECK(broken.error().message().find("zz.jsonl: line 1") != std::string::npos);
}

/// Answers each POST with the next of its texts, in pieces of seven bytes.
class ScriptedClient final : public HttpClient {
 public:
  struct Exchange {
    int status;
    std::string body;
  };
  mutable std::deque<Exchange> answers;
  mutable HttpPost last;

  Outcome<std::unique_ptr<HttpAnswer>> post(const HttpPost& request,
                                            const std::atomic<bool>&) const override {
    last = request;
    if (answers.empty()) return Failure(Code::unavailable, "connection refused");
    std::unique_ptr<HttpAnswer> answer = std::make_unique<ScriptedAnswer>(answers.front());
    answers.pop_front();
    return answer;
  }

 private:
  class ScriptedAnswer final : public HttpAnswer {
   public:
    explicit ScriptedAnswer(Exchange exchange) : exchange_(std::move(exchange)) {}
    int status() const noexcept override { return exchange_.status; }
    Outcome<bool> read(std::string& piece, const std::atomic<bool>&) override {
      piece = exchange_.body.substr(at_, 7);
      at_ += piece.size();
      return !piece.empty();
    }

   private:
    Exchange exchange_;
    std::size_t at_ = 0;
  };
};

TEST_CASE("generators: chat completions are asked in their own form", "[service]") {
  const ScriptedClient client;
  client.answers.push_back(
      {200, R"({"choices":[{"message":{"role":"assistant","content":"Hello!"},)"
            R"("finish_reason":"length"}],)"
            R"("usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}})"});
  const auto chat = make_generator("openai:http://127.0.0.1:11434/#llama3", &client);
  REQUIRE(chat);
  const Value request = *Value::parse(
      R"({"systemInstruction":{"parts":[{"text":"be brief"}]},"contents":[)"
      R"({"role":"user","parts":[{"text":"hi "},{"text":"there"}]},)"
      R"({"role":"model","parts":[{"text":"yes?"}]},{"parts":[{"text":"say hello"}]}],)"
      R"("generationConfig":{"temperature":0,"topP":0.5,"maxOutputTokens":7,)"
      R"("stopSequences":["x"],"responseMimeType":"application/json"}})");
  CHECK(generated(**chat, request) ==
        R"({"candidates":[{"content":{"role":"model","parts":[{"text":"Hello!"}]},)"
        R"("finishReason":"MAX_TOKENS"}],"modelVersion":"m","usageMetadata":)"
        R"({"promptTokenCount":9,"candidatesTokenCount":2,"totalTokenCount":11}})");
  CHECK(client.last.host == "127.0.0.1");
  CHECK(client.last.port == 11434);
  CHECK(client.last.target == "/v1/chat/completions");
  CHECK(client.last.body ==
        R"({"model":"llama3","messages":[{"role":"system","content":"be brief"},)"
        R"({"role":"user","content":"hi there"},{"role":"assistant","content":"yes?"},)"
        R"({"role":"user","content":"say hello"}],"temperature":0,"top_p":0.5,"max_tokens":7,)"
        R"("stop":["x"],"response_format":{"type":"json_object"}})");
}

TEST_CASE("generators: chat completions stream, with comments and without an end", "[service]") {
  const ScriptedClient client;
  const char* events =
      ": ping\n\n"
      "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\r\n\r\n"
      "data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\n"
      "data:{\"choices\":[{\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}\n\n"
      "data: {\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\n";
  client.answers.push_back({200, std::string(events) + "data: [DONE]\n\n"});
  client.answers.push_back({200, events});
  const auto chat = make_generator("openai:http://[::1]/api/v1/", &client);
  REQUIRE(chat);
  const auto chunk = [](const char* text, const char* rest) {
    return R"({"candidates":[{"content":{"role":"model","parts":[{"text":")" + std::string(text) +
           "\"}]}" + rest + "\n";
  };
  const std::string all =
      chunk("Hel", R"(}],"modelVersion":"m"})") + chunk("lo", R"(}],"modelVersion":"m"})") +
      chunk(
          "",
          R"(,"finishReason":"STOP"}],"modelVersion":"m","usageMetadata":{"totalTokenCount":3}})");
  CHECK(streamed(**chat, user_says("x")) == all);
  CHECK(client.last.host == "::1");
  CHECK(client.last.port == 80);
  CHECK(client.last.target == "/api/v1/chat/completions");
  CHECK(client.last.body.find(R"("model":"m")") != std::string::npos);
  CHECK(streamed(**chat, user_says("x")) == all);
}

TEST_CASE("generators: what goes wrong at the other server is UNAVAILABLE", "[service]") {
  const ScriptedClient client;
  const auto chat = make_generator("openai:http://h", &client);
  REQUIRE(chat);
  for (const ScriptedClient::Exchange& answer :
       {ScriptedClient::Exchange{500, "no model"}, ScriptedClient::Exchange{200, "no JSON"},
        ScriptedClient::Exchange{200, R"({"choices":[]})"}}) {
    client.answers.push_back(answer);
    CHECK(generated(**chat, user_says("x")).find("\"UNAVAILABLE\"") != std::string::npos);
  }
  CHECK(generated(**chat, user_says("x")).find("connection refused") != std::string::npos);
  client.answers.push_back({200, "data: {\n"});
  CHECK(streamed(**chat, user_says("x")).find("\"UNAVAILABLE\"") != std::string::npos);
}

}  // namespace
}  // namespace trivet::service
