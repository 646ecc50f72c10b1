// SPDX-License-Identifier: Apache-2.0
// The platform's JSON mapping, in and out.
#include "service/json_mapping.hpp"

#include <string>

#include "catch.hpp"
#include "service/messages.hpp"
#include "service/method.hpp"
#include "service/timestamp.hpp"

namespace trivet::test {
namespace {

using namespace trivet::service;

/// Read and written again; the failure's text where that can't be.
std::string round_trip(const Message& message, std::string_view json, WriteOptions options = {}) {
  const auto canonical = read_message(message, Value::parse(json).value());
  if (!canonical) return canonical.failure().message;
  std::string out;
  write_message(message, *canonical, options, out);
  return out;
}

struct MappingCase {
  const char* name;
  const Message* message;
  const char* in;
  const char* out;
};

}  // namespace

TEST_CASE("json mapping: what is read is written as the platform writes it", "[service][mapping]") {
  const MappingCase cases[] = {
      {"snake_case becomes camelCase", &messages::model, R"({"display_name":"a"})",
       R"({"displayName":"a"})"},
      {"members come in published order", &messages::model,
       R"({"artifactUri":"gs://a","displayName":"a"})",
       R"({"displayName":"a","artifactUri":"gs://a"})"},
      {"int64 stays a text", &messages::tensor, R"({"shape":["1",3]})", R"({"shape":["1","3"]})"},
      {"int32 from a text", &messages::machine_spec, R"({"acceleratorCount":"2"})",
       R"({"acceleratorCount":2})"},
      {"an enum by its number", &messages::tensor, R"({"dtype":3})", R"({"dtype":"FLOAT"})"},
      {"an enum by its name", &messages::tensor, R"({"dtype":"FLOAT"})", R"({"dtype":"FLOAT"})"},
      {"an enum of a later version", &messages::tensor, R"({"dtype":99})", R"({"dtype":99})"},
      {"defaults are left out", &messages::model,
       R"({"displayName":"","labels":{},"versionAliases":[],"description":null})", "{}"},
      {"a default that was chosen is written", &messages::part, R"({"text":""})", R"({"text":""})"},
      {"an empty message is written", &messages::model, R"({"containerSpec":{}})",
       R"({"containerSpec":{}})"},
      {"zeros in a map stay", &messages::endpoint, R"({"trafficSplit":{"1":0,"2":100}})",
       R"({"trafficSplit":{"1":0,"2":100}})"},
      {"any value stays as it is", &messages::predict_request,
       R"({"instances":[1,1.5,"NaN",null,{"b64":"aGk="},{"display_name":[[]]}]})",
       R"({"instances":[1,1.5,"NaN",null,{"b64":"aGk="},{"display_name":[[]]}]})"},
      {"NaN by its name", &messages::generation_config, R"({"temperature":"NaN"})",
       R"({"temperature":"NaN"})"},
      {"bytes of both alphabets", &messages::direct_raw_predict_request, R"({"input":"_-8"})",
       R"({"input":"/+8="})"},
      {"one message where a list belongs", &messages::generate_content_request,
       R"({"contents":{"role":"user","parts":{"text":"hi"}}})",
       R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})"},
      {"one text where a list belongs", &messages::gcs_source, R"({"uris":"gs://a/b"})",
       R"({"uris":["gs://a/b"]})"},
      {"what only the service writes is ignored", &messages::model,
       R"({"createTime":"never","versionId":"7","displayName":"a"})", R"({"displayName":"a"})"},
  };
  for (const MappingCase& one : cases) {
    INFO(one.name);
    CHECK(round_trip(*one.message, one.in) == one.out);
  }
  CHECK(round_trip(messages::tensor, R"({"dtype":"FLOAT"})", {.enums_as_numbers = true}) ==
        R"({"dtype":3})");
}

TEST_CASE("json mapping: refusals are in the service's words", "[service][mapping]") {
  const MappingCase cases[] = {
      {"an unknown name", &messages::predict_request, R"({"foo":1})",
       R"(Invalid JSON payload received. Unknown name "foo": Cannot find field.)"},
      {"one further down", &messages::upload_model_request,
       R"({"model":{"containerSpec":{"env":[{},{"x":1}]}}})",
       "Invalid JSON payload received. Unknown name \"x\" at 'model.container_spec.env[1]': Cannot "
       "find field."},
      {"two of them", &messages::endpoint, R"({"a":1,"b":2})",
       "Invalid JSON payload received. Unknown name \"a\": Cannot find field.\n"
       "Invalid JSON payload received. Unknown name \"b\": Cannot find field."},
      {"no object", &messages::predict_request, "[[1]]",
       "Invalid JSON payload received. Unknown name \"\": Root element must be a message."},
      {"a text for a number", &messages::machine_spec, R"({"acceleratorCount":"x"})",
       "Invalid value at 'accelerator_count' (TYPE_INT32), \"x\""},
      {"a number beyond 32 bits", &messages::machine_spec, R"({"acceleratorCount":4294967296})",
       "Invalid value at 'accelerator_count' (TYPE_INT32), 4294967296"},
      {"a broken number", &messages::machine_spec, R"({"acceleratorCount":1.5})",
       "Invalid value at 'accelerator_count' (TYPE_INT32), 1.5"},
      {"a number for a text", &messages::model, R"({"displayName":5})",
       "Invalid value at 'display_name' (TYPE_STRING), 5"},
      {"a text for a message", &messages::model, R"({"containerSpec":"x"})",
       "Invalid value at 'container_spec' "
       "(type.googleapis.com/google.cloud.aiplatform.v1.ModelContainerSpec), \"x\""},
      {"an unknown enumerator", &messages::tensor, R"({"dtype":"HALF"})",
       "Invalid value at 'dtype' (TYPE_ENUM), \"HALF\""},
      {"a map's value", &messages::model, R"({"labels":{"a":1}})",
       "Invalid value at 'labels[0].value' (TYPE_STRING), 1"},
      {"instances that are no list", &messages::predict_request, R"({"instances":5})",
       "Invalid value at 'instances' (type.googleapis.com/google.protobuf.ListValue), 5"},
      {"both spellings", &messages::model, R"({"displayName":"a","display_name":"b"})",
       "Invalid JSON payload received. Unknown name \"display_name\": The field is there twice."},
      {"bytes that are none", &messages::direct_raw_predict_request, R"({"input":"a"})",
       "Invalid value at 'input' (TYPE_BYTES), \"a\""},
  };
  for (const MappingCase& one : cases) {
    INFO(one.name);
    CHECK(round_trip(*one.message, one.in) == one.out);
  }
}

TEST_CASE("json mapping: a refusal has field violations as details", "[service][mapping]") {
  const auto read =
      read_message(messages::model, Value::parse(R"({"containerSpec":{"x":1}})").value(), "model");
  REQUIRE_FALSE(read);
  CHECK(read.failure().code == Code::invalid_argument);
  CHECK(read.failure().details.to_json() ==
        R"([{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[)"
        R"({"field":"model.container_spec","description":"Invalid JSON payload received. )"
        R"(Unknown name \"x\" at 'model.container_spec': Cannot find field."}]}])");
}

TEST_CASE("json mapping: many mistakes make no large answer", "[service][mapping]") {
  Value::Object members;
  for (int i = 0; i < 10'000; ++i) members.push_back({"unknown" + std::to_string(i), 1});
  const auto read = read_message(messages::model, std::move(members));
  REQUIRE_FALSE(read);
  CHECK(read.failure().message.size() < 10'000);
}

TEST_CASE("times: RFC 3339 in, UTC with microseconds out", "[service][mapping]") {
  const std::pair<const char*, const char*> good[] = {
      {"2021-02-03T04:05:06Z", "2021-02-03T04:05:06.000000Z"},
      {"2021-02-03T04:05:06.7+01:30", "2021-02-03T02:35:06.700000Z"},
      {"2024-02-29T23:59:59.123456789-00:01", "2024-03-01T00:00:59.123456Z"},
      {"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"},
  };
  for (const auto& [in, out] : good) {
    INFO(in);
    const auto time = parse_timestamp(in);
    REQUIRE(time);
    CHECK(format_timestamp(*time) == out);
  }
  for (const char* bad : {"", "2021", "2021-02-29T00:00:00Z", "2021-02-03 04:05:06Z",
                          "2021-02-03T24:00:00Z", "2021-02-03T04:05:06", "2021-02-03T04:05:06.Z",
                          "2021-02-03T04:05:06Zx", "2021-02-03T04:05:06+0100"}) {
    INFO(bad);
    CHECK_FALSE(parse_timestamp(bad));
  }
}

TEST_CASE("query: percent-decoded, in either spelling, the first value counts",
          "[service][mapping]") {
  const auto query = QueryParameters::parse(
      "update_mask=a%2Cb&pageSize=5&pageSize=6&%24alt=json%3Benum-encoding%3Dint&filter=a+b&x");
  REQUIRE(query);
  CHECK(query->find("updateMask") == "a,b");
  CHECK(query->find("pageSize") == "5");
  CHECK(query->find("filter") == "a b");
  CHECK(query->has("x"));
  CHECK_FALSE(query->has("y"));
  CHECK(query->enums_as_numbers());
  CHECK_FALSE(QueryParameters::parse("alt=json")->enums_as_numbers());
  for (const char* bad : {"a=%", "a=%4", "a=%zz", "a=%ff"}) {
    INFO(bad);
    CHECK_FALSE(QueryParameters::parse(bad));
  }
}

}  // namespace trivet::test
