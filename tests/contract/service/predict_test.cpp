// SPDX-License-Identifier: Apache-2.0
// predict over the service face: the contract's cases 1-16 and 25-30. Numbers follow from what the
// models compute (../README.md).
#include "catch.hpp"
#include "site.hpp"

namespace trivet::test {
namespace {

struct Asked {
  const char* name;
  const char* endpoint;
  const char* body;
  const char* predictions;
};

TEST_CASE("service: predictions, in the order of the instances", "[service]") {
  Site site;
  const Asked cases[] = {
      {"1. lists", "1234567890", R"({"instances":[[1,1,1],[0,0,0]]})", "[0.5,0.5]"},
      {"2. numbers in other spellings", "1234567890", R"({"instances":[[1.0,1e0,1],[0,0,0]]})",
       "[0.5,0.5]"},
      {"3. objects in any order", "1234567890",
       R"({"instances":[{"c":1,"a":2,"b":0},{"a":1,"b":1,"c":1}]})", "[-0.5,0.5]"},
      {"4. and 5. the text NaN is missing, zero is zero", "200",
       R"({"instances":[[0.0,1.1,"NaN"],[0.0,1.1,0.0],[0,0,5]]})", "[7.0,1.0,2.0]"},
      {"9. echo of every kind", "400",
       R"({"instances":["text",true,null,{"k":[1.5,{"x":"ü\n\""}]},[],5]})",
       R"(["text",true,null,{"k":[1.5,{"x":"ü\n\""}]},[],5])"},
      {"17. bytes come back as bytes", "400", R"({"instances":[{"b64":"aGk="},{"b64":"aGk"}]})",
       R"([{"b64":"aGk="},{"b64":"aGk="}])"},
      {"20. two members are no bytes", "400", R"({"instances":[{"b64":"aGk=","x":1}]})",
       R"([{"b64":"aGk=","x":1}])"},
      {"25. NaN as a text", "400", R"({"instances":[NaN,-Infinity]})", R"(["NaN","-Infinity"])"},
      {"rows that Node sends with digits as keys", "200",
       R"({"instances":[{"0":0,"1":1.1,"2":"NaN"},{"0":0,"1":1.1,"2":0}]})", "[7.0,1.0]"},
      {"labels and parameters are tolerated", "1234567890",
       R"({"labels":{},"instances":[[1,1,1]],"parameters":{}})", "[0.5]"},
      {"parameters that are a bare number", "1234567890",
       R"({"instances":[[1,1,1]],"parameters":1.0})", "[0.5]"},
      {"blanks wherever JSON has them", "1234567890",
       " {\n\t\"instances\" : [ [1 , 1,1] ] , \"labels\" : { } } \r\n", "[0.5]"},
      {"an escaped name", "1234567890", R"({"inst\u0061nces":[[1,1,1]]})", "[0.5]"},
  };
  for (const Asked& one : cases) {
    INFO(one.name);
    const Answer answer = site.post(endpoint_path(one.endpoint, "predict"), one.body);
    CHECK(answer.status == 200);
    const Value json = answer.json();
    const Value* const predictions = json.find("predictions");
    CHECK((predictions != nullptr && predictions->to_json() == one.predictions));
  }
}

TEST_CASE("service: an answer names the model that gave it, in published order", "[service]") {
  Site site;
  const Answer answer =
      site.post("/v1beta1/projects/my-p/locations/europe-west4/endpoints/1234567890:predict",
                R"({"instances":[[1,1,1]]})");
  CHECK(answer.body ==
        R"({"predictions":[0.5],"deployedModelId":"11",)"
        R"("model":"projects/my-p/locations/europe-west4/models/lin","modelVersionId":"1",)"
        R"("modelDisplayName":"line"})");
  CHECK(answer.content_type.starts_with("application/json"));
}

TEST_CASE("service: the query says how to write, not what", "[service]") {
  Site site;
  const std::string plain =
      site.post(endpoint_path("1234567890", "predict"), R"({"instances":[[1,1,1]]})").body;
  for (const char* query :
       {"?$alt=json;enum-encoding=int", "?%24alt=json%3Benum-encoding%3Dint", "?alt=json"}) {
    CHECK(site.post(endpoint_path("1234567890", "predict") + query, R"({"instances":[[1,1,1]]})")
              .body == plain);
  }
}

struct Refused {
  const char* name;
  const char* endpoint;
  const char* body;
  int status;
  const char* code;
  const char* says;  // a piece of the message
};

TEST_CASE("service: refusals are status objects", "[service]") {
  Site site;
  const Refused cases[] = {
      {"6. a row too short", "200", R"({"instances":[[0.0,1.1]]})", 400, "FAILED_PRECONDITION",
       "2 values; 3"},
      {"7. a row too long", "200", R"({"instances":[[0,1,2,3]]})", 400, "FAILED_PRECONDITION", "3"},
      {"8. one bad row refuses all", "1234567890", R"({"instances":[[1,1,1],[1,1]]})", 400,
       "FAILED_PRECONDITION", "/instances/1"},
      {"a text where a number belongs", "200", R"({"instances":[[0,0,"x"]]})", 400,
       "FAILED_PRECONDITION", "\"x\""},
      {"11. no instances in the list", "1234567890", R"({"instances":[]})", 400, "INVALID_ARGUMENT",
       "instance"},
      {"12. no list", "1234567890", "{}", 400, "INVALID_ARGUMENT", "instances"},
      {"12. no body", "1234567890", "", 400, "INVALID_ARGUMENT", ""},
      {"13. a list as the body", "1234567890", "[[1,1,1]]", 400, "INVALID_ARGUMENT", ""},
      {"14. an unknown member", "1234567890", R"({"instances":[[1,1,1]],"foo":1})", 400,
       "INVALID_ARGUMENT",
       "Invalid JSON payload received. Unknown name \"foo\": Cannot find field."},
      {"16. broken JSON", "1234567890", R"({"instances": [[1,1,)", 400, "INVALID_ARGUMENT", ""},
      {"broken JSON behind a good row", "1234567890", R"({"instances": [[1,1,1],[1,1,})", 400,
       "INVALID_ARGUMENT", "Invalid JSON payload received."},
      {"28. an unknown endpoint", "77", R"({"instances":[1]})", 404, "NOT_FOUND",
       "Endpoint `projects/p/locations/l/endpoints/77` not found."},
      {"29. no traffic", "800", R"({"instances":[1]})", 400, "FAILED_PRECONDITION",
       "Endpoint projects/p/locations/l/endpoints/800 doesn't have traffic_split."},
  };
  for (const Refused& one : cases) {
    INFO(one.name);
    const Answer answer = site.post(endpoint_path(one.endpoint, "predict"), one.body);
    CHECK(answer.status == one.status);
    const Value json = answer.json();
    const Value* const error = json.find("error");
    REQUIRE(error != nullptr);
    CHECK(json.as_object()->size() == 1);
    CHECK((error->find("code") != nullptr && *error->find("code") == Value(one.status)));
    CHECK((error->find("status") != nullptr && *error->find("status") == Value(one.code)));
    const Value* const message = error->find("message");
    REQUIRE((message != nullptr && message->as_text() != nullptr));
    INFO(*message->as_text());
    CHECK(message->as_text()->find(one.says) != std::string::npos);
  }
}

TEST_CASE("service: a model's own text is the message, unchanged", "[service]") {
  Site site;
  const Answer answer =
      site.post(endpoint_path("400", "predict"), R"({"instances":["a","boom","b"]})");
  CHECK(answer.status == 400);
  CHECK(answer.json().to_json() ==
        R"({"error":{"code":400,"message":"boom","status":"FAILED_PRECONDITION"}})");
}

TEST_CASE("service: 26. text goes round, or is refused, and is UTF-8 always", "[service]") {
  Site site;
  const Answer round = site.post(endpoint_path("400", "predict"),
                                 "{\"instances\":[\"\xE2\x82\xAC \\u0001 \\\" \\ud83d\\ude00\"]}");
  CHECK(round.body.find("\xE2\x82\xAC \\u0001 \\\" \xF0\x9F\x98\x80") != std::string::npos);
  CHECK(site.post(endpoint_path("400", "predict"), R"({"instances":["\ud800"]})").status == 400);
  CHECK(site.post(endpoint_path("400", "predict"), "{\"instances\":[\"\xFF\"]}").status == 400);
}

TEST_CASE("service: 27. the limits of a shared endpoint, in the service's words", "[service]") {
  Site site;
  const auto request = [](std::size_t size) {
    std::string body = R"({"instances":[""]})";
    body.insert(body.size() - 3, std::string(size - body.size(), 'a'));
    return body;
  };
  const Answer refused = site.post(endpoint_path("700", "predict"), request(1'500'001));
  CHECK(refused.status == 400);
  CHECK(
      refused.body ==
      R"({"error":{"code":400,"message":"The request size (1500001 bytes) exceeds 1.500MB limit.",)"
      R"("status":"FAILED_PRECONDITION"}})");
  CHECK(site.post(endpoint_path("400", "predict"), request(1'500'001)).status == 200);

  // The answer is the longer one: it repeats the text and names the model.
  const Answer long_answer = site.post(endpoint_path("700", "predict"), request(1'500'000));
  CHECK(long_answer.status == 400);
  CHECK(long_answer.body.find("Failed to handle request. endpoint_id: 700, deployed_model_id: 71 "
                              "with error: Response size too large. Received at least ") !=
        std::string::npos);
  CHECK(long_answer.body.find("max is 1500000.\",\"status\":\"INVALID_ARGUMENT\"") !=
        std::string::npos);
}

TEST_CASE("service: a delayed model stops waiting when the client has gone, and at the deadline",
          "[service]") {
  Site site(R"({"models":[{"name":"slow","builtin":"echo","delayMs":30000}],
                "endpoints":[{"id":"1","deployedModels":[{"id":"1","model":"slow"}]}]})");
  const std::string path = endpoint_path("1", "predict");
  const std::atomic<bool> gone{true};
  service::Call call;
  call.method = "POST";
  call.path = path;
  call.body = R"({"instances":[1]})";
  service::Reply reply;
  call.cancelled = &gone;
  site.router().handle(call, reply);
  CHECK(reply.status == 499);
  reply.clear();
  call.cancelled = nullptr;
  call.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(5);
  site.router().handle(call, reply);
  CHECK(reply.status == 504);
}

}  // namespace
}  // namespace trivet::test
