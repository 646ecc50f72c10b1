// SPDX-License-Identifier: Apache-2.0
// generateContent and its relatives through the router; the contract's case 75.
#include "catch.hpp"
#include "site.hpp"

namespace trivet::test {
namespace {

std::string model_path(std::string_view verb, std::string_view version = "v1",
                       std::string_view model = "gemini-2.0-flash-001") {
  return "/" + std::string(version) + "/projects/p/locations/l/publishers/google/models/" +
         std::string(model) + ":" + std::string(verb);
}

constexpr const char* kThreeWords =
    R"({"contents":[{"role":"user","parts":[{"text":"one two three"}]}]})";

TEST_CASE("service: echo generates what the user said last", "[service]") {
  Site site;
  const char* answer =
      R"({"candidates":[{"content":{"role":"model","parts":[{"text":"one two three"}]},)"
      R"("finishReason":"STOP"}],"modelVersion":"gemini-2.0-flash-001",)"
      R"("usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":3,"totalTokenCount":6}})";
  for (const std::string& path :
       {model_path("generateContent"), model_path("generateContent", "v1beta1"),
        std::string("/v1/publishers/google/models/gemini-2.0-flash-001:generateContent")}) {
    INFO(path);
    CHECK(site.post(path, kThreeWords).body == answer);
  }
  // One object where lists belong, snake_case, several turns; words of all texts are counted.
  CHECK(site.post(model_path("generateContent"),
                  R"({"contents":{"role":"user","parts":{"text":"hi"}}})")
            .body.find(R"("parts":[{"text":"hi"}])") != std::string::npos);
  const Answer turns = site.post(
      model_path("generateContent"),
      R"({"system_instruction":{"parts":[{"text":"be brief"}]},"contents":[)"
      R"({"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b"}]},)"
      R"({"parts":[{"text":"größe "},{"text":"\"c\"\n"}]}],)"
      R"("generationConfig":{"temperature":0,"maxOutputTokens":100},"labels":{"k":"v"}})");
  CHECK(turns.body.find(R"("text":"größe \"c\"\n")") != std::string::npos);
  CHECK(turns.body.find(R"("promptTokenCount":6,"candidatesTokenCount":2,"totalTokenCount":8)") !=
        std::string::npos);
}

TEST_CASE("service: 75. a stream has one word a chunk, and the end in the last", "[service]") {
  Site site;
  const Answer events =
      site.post(model_path("streamGenerateContent", "v1beta1") + "?alt=sse", kThreeWords);
  CHECK(events.content_type == "text/event-stream");
  CHECK(events.part_count == 3);
  CHECK(events.body.starts_with(
      "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"one "
      "\"}]}}]"));
  std::size_t at = 0;
  int count = 0;
  while ((at = events.body.find("data: ", at)) != std::string::npos) {
    const std::size_t end = events.body.find("\r\n\r\n", at);
    const auto chunk = Value::parse(events.body.substr(at + 6, end - at - 6));
    REQUIRE(chunk.has_value());
    ++count;
    CHECK((chunk->find("usageMetadata") != nullptr) == (count == 3));
    at = end;
  }
  CHECK(count == 3);

  const Answer list = site.post(model_path("streamGenerateContent"), kThreeWords);
  const Value json = list.json();
  REQUIRE(json.as_list() != nullptr);
  CHECK(json.as_list()->size() == 3);
  CHECK(json.as_list()->back().to_json() ==
        R"({"candidates":[{"content":{"role":"model","parts":[{"text":"three"}]},)"
        R"("finishReason":"STOP"}],"modelVersion":"gemini-2.0-flash-001",)"
        R"("usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":3,"totalTokenCount":6}})");
  CHECK(site.post(model_path("generateContent") + "?$alt=json;enum-encoding=int", kThreeWords)
            .body.find("\"finishReason\":1") != std::string::npos);
}

TEST_CASE("service: tokens are words", "[service]") {
  Site site;
  CHECK(site.post(model_path("countTokens", "v1beta1"), kThreeWords).body ==
        R"({"totalTokens":3})");
}

TEST_CASE("service: requests to generate that are refused", "[service]") {
  Site site;
  const Answer unknown = site.post(model_path("generateContent", "v1", "nobody"), kThreeWords);
  CHECK(unknown.status == 404);
  CHECK(unknown.body.find("`projects/p/locations/l/publishers/google/models/nobody` not found.") !=
        std::string::npos);
  for (const char* body :
       {R"({"contents":[{"role":"tester","parts":[{"text":"x"}]}]})", R"({"contents":[]})", "{}",
        "", "[]", R"({"contents":[{"role":5}]})", R"({"contents":"x"})",
        R"({"contents":[{"parts":[{"text":"x"}]}],"foo":1})"}) {
    INFO(body);
    const Answer answer = site.post(model_path("generateContent"), body);
    CHECK(answer.status == 400);
    CHECK(answer.body.find("\"status\":\"INVALID_ARGUMENT\"") != std::string::npos);
  }
  // v1beta1 gains members faster than tables do.
  CHECK(site.post(model_path("generateContent", "v1beta1"),
                  R"({"contents":{"parts":{"text":"x"}},"generation_config":{"fooBar":1}})")
            .body.find(R"("text":"x")") != std::string::npos);
}

}  // namespace
}  // namespace trivet::test
