// SPDX-License-Identifier: Apache-2.0
// rawPredict and its relatives: the contract's cases 31-33, and 38 for tensors.
#include "catch.hpp"
#include "site.hpp"

namespace trivet::test {
namespace {

// base64 of {"instances":[[1,1,1]]}, {"predictions":[0.5]}, made with coreutils' base64
constexpr const char* kRequest64 = "eyJpbnN0YW5jZXMiOltbMSwxLDFdXX0=";
constexpr const char* kAnswer64 = "eyJwcmVkaWN0aW9ucyI6WzAuNV19";

TEST_CASE("service: 31. raw bytes go to echo and back unchanged", "[service]") {
  Site site;
  const std::string bytes("\x00\xff\x01", 3);
  const Answer answer = site.send("POST", endpoint_path("400", "rawPredict"), bytes, "image/jpeg");
  CHECK(answer.status == 200);
  CHECK(answer.body == bytes);
  CHECK(answer.content_type == "image/jpeg");
  CHECK(answer.header("x-vertex-ai-endpoint-id") == "400");
  CHECK(answer.header("X-Vertex-AI-Deployed-Model-Id") == "41");
  CHECK(answer.header("X-Vertex-AI-Model") == "projects/p/locations/l/models/echo");
  CHECK(answer.header("X-Vertex-AI-Model-Version-Id") == "1");
  // JSON that is no request is bytes too.
  CHECK(site.send("POST", endpoint_path("400", "rawPredict"), "[1, 2]", "application/json").body ==
        "[1, 2]");
  const Answer stream =
      site.send("POST", endpoint_path("400", "streamRawPredict"), "abc", "text/x");
  CHECK(stream.body == "abc");
  CHECK(stream.part_count > 0);
}

TEST_CASE("service: 32. a raw request is the container's", "[service]") {
  Site site;
  for (const auto& type : {std::optional<std::string_view>(),
                           std::optional<std::string_view>("application/json; charset=utf-8"),
                           std::optional<std::string_view>("application/x-www-form-urlencoded")}) {
    const Answer answer = site.send("POST", endpoint_path("1234567890", "rawPredict"),
                                    R"({"instances":[[1,1,1]],"foo":1})", type);
    CHECK(answer.body == R"({"predictions":[0.5]})");
    CHECK(answer.header("X-Vertex-AI-Deployed-Model-Id") == "11");
  }
  const Answer refused =
      site.send("POST", endpoint_path("1234567890", "rawPredict"), R"({"instances":[[1,1]]})");
  CHECK(refused.status == 400);
  CHECK(refused.body.find("\"status\":\"FAILED_PRECONDITION\"") != std::string::npos);
  CHECK(site.send("POST", endpoint_path("1234567890", "rawPredict"), "x", "image/jpeg").status ==
        400);
}

TEST_CASE("service: 33. the envelope of generated clients, both ways", "[service]") {
  Site site;
  const std::string body =
      std::string(R"({"httpBody":{"contentType":"application/json","data":")") + kRequest64 +
      R"("}})";
  const Answer answer =
      site.send("POST", endpoint_path("1234567890", "rawPredict"), body, "application/json");
  CHECK(answer.status == 200);
  CHECK(answer.content_type == "application/json");
  CHECK(answer.body ==
        std::string(R"({"contentType":"application/json","data":")") + kAnswer64 + "\"}");
  const Answer stream =
      site.send("POST", endpoint_path("1234567890", "streamRawPredict"), body, "application/json");
  CHECK(stream.body == "[" + answer.body + "]");

  // Only when it is the one member; and its data must be base64.
  const Answer echoed = site.send("POST", endpoint_path("400", "rawPredict"),
                                  R"({"httpBody":{"data":"aGk="},"x":1})", "application/json");
  CHECK(echoed.body == R"({"httpBody":{"data":"aGk="},"x":1})");
  CHECK(site.post(endpoint_path("400", "rawPredict"), R"({"httpBody":{"data":"%"}})").status ==
        400);
}

TEST_CASE("service: invoke is rawPredict on a dedicated endpoint, and nowhere else", "[service]") {
  Site site;
  const char* request = R"({"instances":[[1,1,1]]})";
  CHECK(site.post(endpoint_path("600") + "/invoke/any/path:here", request).body ==
        R"({"predictions":[0.5]})");
  CHECK(site.post(endpoint_path("600") + "/deployedModels/61/invoke/predict", request)
            .header("X-Vertex-AI-Deployed-Model-Id") == "61");
  CHECK(site.post(endpoint_path("600") + "/deployedModels/62/invoke/predict", request).status ==
        404);
  CHECK(site.post(endpoint_path("1234567890") + "/invoke/predict", request).status == 400);
}

TEST_CASE("service: 38. tensors in, tensors out", "[service]") {
  Site site;
  for (const char* input : {R"({"dtype":3,"shape":["1","3"],"floatVal":[1,1,1]})",
                            R"({"dtype":"FLOAT","shape":[1,3],"floatVal":[1,1,1]})",
                            R"({"dtype":"INT64","shape":[1,3],"int64_val":["1","1",1]})"}) {
    INFO(input);
    const std::string body = std::string(R"({"inputs":[)") + input + "]}";
    const Answer answer = site.post(endpoint_path("1234567890", "directPredict"), body);
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"outputs":[{"dtype":"FLOAT","shape":["1"],"floatVal":[0.5]}]})");
    CHECK(site.post(endpoint_path("1234567890", "serverStreamingPredict"), body).body ==
          "[" + answer.body + "]");
  }
  CHECK(site.post(endpoint_path("1234567890", "directPredict") + "?$alt=json;enum-encoding=int",
                  R"({"inputs":[{"shape":[1,3],"floatVal":[1,1,1]}]})")
            .body == R"({"outputs":[{"dtype":3,"shape":["1"],"floatVal":[0.5]}]})");
}

TEST_CASE("service: answers that are objects, texts or lists as tensors", "[service]") {
  Site site;
  // The score of class 2 is 0.75 where a is 0.5 or more, else 0.25.
  const Value answer = site.post(endpoint_path("300", "directPredict"),
                                 R"({"inputs":[{"shape":[2,2],"doubleVal":[1,0,0,0]}]})")
                           .json();
  const Value* const members = answer.find("outputs")->as_list()->front().find("structVal");
  REQUIRE(members != nullptr);
  CHECK(members->find("classes")->to_json() ==
        R"({"dtype":"STRING","shape":["2","2"],"stringVal":["1","2","1","2"]})");
  const Value& scores = *members->find("scores");
  CHECK(*scores.find("dtype") == Value("FLOAT"));
  CHECK(scores.find("shape")->to_json() == R"(["2","2"])");
  REQUIRE(scores.find("floatVal") != nullptr);
  const Value::List& numbers = *scores.find("floatVal")->as_list();
  REQUIRE(numbers.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(numbers[i].as_number() == Approx(i == 0 || i == 3 ? 0.25 : 0.75));
  }
  CHECK(site.post(endpoint_path("400", "directPredict"), R"({"inputs":[{"stringVal":["a","b"]}]})")
            .body == R"({"outputs":[{"dtype":"STRING","shape":["2"],"stringVal":["a","b"]}]})");
}

TEST_CASE("service: tensors that don't fit are refused", "[service]") {
  Site site;
  for (const char* input :
       {"", R"({"shape":[2,3],"floatVal":[1,1,1]})", R"({"shape":[-1,3],"floatVal":[1,1,1]})",
        R"({"shape":["4611686018427387904","4"],"floatVal":[1]})", R"({"tensorVal":"AA=="})",
        R"({"floatVal":[1],"intVal":[1]})", R"({"shape":[0,3]})", R"({"dtype":"FLOTA"})",
        R"({"shape":[1,2],"floatVal":[1,1]})"}) {
    INFO(input);
    const std::string body = std::string(R"({"inputs":[)") + input + "]}";
    CHECK(site.post(endpoint_path("1234567890", "directPredict"), body).status == 400);
  }
}

TEST_CASE("service: directRawPredict takes and gives base64", "[service]") {
  Site site;
  CHECK(site.post(endpoint_path("1234567890", "directRawPredict"),
                  std::string(R"({"methodName":"any","input":")") + kRequest64 + "\"}")
            .body == std::string(R"({"output":")") + kAnswer64 + "\"}");
  CHECK(site.post(endpoint_path("400", "directRawPredict"), R"({"input":"AP8B"})").body ==
        R"({"output":"AP8B"})");
}

}  // namespace
}  // namespace trivet::test
