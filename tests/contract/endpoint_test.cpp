// SPDX-License-Identifier: Apache-2.0
// The contract where text cases can't say it: limits, splits, broken bytes, files, health.
#include <cstring>

#include "catch.hpp"
#include "support/files.hpp"
#include "support/plain_json.hpp"
#include "trivet/trivet.hpp"

namespace trivet::test {
namespace {

LocalModel load_contract_model(const char* name) {
  auto model = LocalModel::load(data_path(std::string("contract/models/") + name));
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  return std::move(model).value();
}

LocalModel echo() {
  auto model = LocalModel::load("builtin:echo");
  REQUIRE(model.has_value());
  return std::move(model).value();
}

constexpr const char* kOnes = R"({"instances":[[1,1,1]]})";

/// A body of exactly that many bytes that `lin` answers with 0.5.
std::string body_of(std::size_t bytes) {
  std::string body = R"({"instances":[[1,1,1]],"padding":")";
  body.resize(bytes - 2, 'x');
  return body + "\"}";
}

std::string served_by(const LocalEndpoint& endpoint) {
  std::string response;
  const auto id = endpoint.predict(kOnes, response);
  return id ? std::string(*id) : id.error().message();
}

bool is_valid_utf8(const std::string& text) {
  std::size_t follow = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (follow > 0) {
      if ((byte & 0xc0) != 0x80) return false;
      --follow;
    } else if (byte >= 0x80) {
      if (byte < 0xc2 || byte > 0xf4) return false;
      follow = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    }
  }
  return follow == 0;
}

}  // namespace

TEST_CASE("contract 9: the text of a refusal is the model's, to the byte", "[contract]") {
  const auto refused = echo().deploy_to_local_endpoint().predict(R"({"instances":["a","boom"]})");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code() == Errc::model_refused);
  CHECK(refused.error().message() == "boom");
}

TEST_CASE("contract 26: broken text comes back sound or is refused", "[contract]") {
  const LocalEndpoint endpoint = echo().deploy_to_local_endpoint();
  const std::string broken[] = {
      R"({"instances":["\ud800"]})",  // half a pair
      R"({"instances":["\udc00"]})",
      R"({"instances":["\ud800\ud800"]})",
      R"({"instances":["\ud834x"]})",
      R"({"instances":[{"\ud800":1}]})",
      "{\"instances\":[\"\xff\"]}",              // no UTF-8
      "{\"instances\":[\"\xc0\x80\"]}",          // overlong
      "{\"instances\":[\"\xed\xa0\x80\"]}",      // a half pair as UTF-8
      "{\"instances\":[\"\xf4\x90\x80\x80\"]}",  // beyond U+10FFFF
      "{\"instances\":[\"\xe6\x97\"]}",          // cut off
      "{\"instances\":[{\"\xff\":1}]}",
      "{\"\xff\":1,\"instances\":[1]}",
      "{\"instances\":[\"a\x01\"]}",  // a bare control character
      "{\"instances\":[\"a\nb\"]}",
  };
  for (const std::string& request : broken) {
    INFO(request);
    const auto reply = endpoint.predict(request);
    const std::string text = reply ? *reply : reply.error().message();
    CHECK(is_valid_utf8(text));
    if (reply) static_cast<void>(parse_plain_json(*reply));
    else CHECK(reply.error().code() == Errc::invalid_request);
  }
}

TEST_CASE("contract 26: a byte order mark in front is skipped", "[contract]") {
  const LocalEndpoint endpoint = load_contract_model("lin").deploy_to_local_endpoint();
  const auto reply = endpoint.predict(std::string("\xef\xbb\xbf") + kOnes);
  INFO((reply ? std::string() : reply.error().message()));
  REQUIRE(reply.has_value());
  CHECK(*reply == R"({"predictions":[0.5]})");
}

TEST_CASE("contract 16: an empty body is refused", "[contract]") {
  const LocalEndpoint endpoint = load_contract_model("lin").deploy_to_local_endpoint();
  for (const std::string& request : {std::string(), std::string(" \n"), std::string(3, '\0')}) {
    const auto reply = endpoint.predict(request);
    REQUIRE_FALSE(reply.has_value());
    CHECK(reply.error().code() == Errc::invalid_request);
    CHECK_FALSE(reply.error().message().empty());
  }
}

TEST_CASE("contract 16: every prefix of a request is refused or sound", "[contract]") {
  const std::string whole =
      R"({"foo":[1,{"b":"\u00e9"}],"instances":[{"a":1e0,"b":"NaN","c":-2.5},)"
      R"([1,null,3]],"parameters":{"output_margin":true}})";
  const LocalEndpoint endpoint = load_contract_model("lin").deploy_to_local_endpoint();
  REQUIRE(endpoint.predict(whole).has_value());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    INFO(whole.substr(0, size));
    const auto reply = endpoint.predict(whole.substr(0, size));
    CHECK_FALSE(reply.has_value());
  }
}

TEST_CASE("contract 17: a routine sees the bytes, not their base64", "[contract]") {
  struct Lengths final : PredictionRoutine {
    Result<std::vector<Value>> predict(std::vector<Value> instances, const Value&) const override {
      std::vector<Value> out;
      for (const Value& instance : instances) {
        const Value::Bytes* bytes = instance.as_bytes();
        out.push_back(bytes != nullptr ? Value(bytes->data) : Value());
      }
      return out;
    }
  };
  const LocalEndpoint endpoint =
      LocalModel::from_routine(std::make_shared<Lengths>()).deploy_to_local_endpoint();
  const auto reply = endpoint.predict(
      R"({"instances":[{"b64":"aGk="},{"b64":"aGk"},{"b64":"aGk=","x":1},"aGk="]})");
  INFO((reply ? std::string() : reply.error().message()));
  REQUIRE(reply.has_value());
  CHECK(*reply == R"({"predictions":["hi","hi",null,null]})");
}

TEST_CASE("contract 27: the limit of the shared endpoint is 1 500 000 bytes", "[contract]") {
  LocalEndpoint endpoint = load_contract_model("lin").deploy_to_local_endpoint();
  CHECK(endpoint.predict(body_of(1'500'001)).has_value());  // no limit unless asked for
  endpoint.set_limits(RequestLimits::shared_public_endpoint());
  CHECK(endpoint.predict(body_of(1'500'000)).has_value());
  const auto reply = endpoint.predict(body_of(1'500'001));
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().code() == Errc::request_too_large);
  CHECK(http_status(reply.error().code()) == 400);
  CHECK(canonical_status(reply.error().code()) == "FAILED_PRECONDITION");
  CHECK(reply.error().message() == "The request size (1500001 bytes) exceeds 1.500MB limit.");
}

TEST_CASE("contract 27: bytes beyond the limit aren't even looked at", "[contract]") {
  LocalEndpoint endpoint = load_contract_model("lin").deploy_to_local_endpoint();
  RequestLimits limits;
  limits.request_bytes = 10;
  endpoint.set_limits(limits);
  const auto reply = endpoint.predict("this is no JSON at all");
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().code() == Errc::request_too_large);
}

TEST_CASE("contract: a limit on instances and one on the answer", "[contract]") {
  LocalEndpoint endpoint = load_contract_model("lin").deploy_to_local_endpoint();
  RequestLimits limits;
  limits.instances = 2;
  endpoint.set_limits(limits);
  CHECK(endpoint.predict(R"({"instances":[[1,1,1],[1,1,1]]})").has_value());
  const auto many = endpoint.predict(R"({"instances":[[1,1,1],[1,1,1],[1,1,1]]})");
  REQUIRE_FALSE(many.has_value());
  INFO(many.error().message());
  CHECK(http_status(many.error().code()) == 400);
  CHECK(many.error().message().find('2') != std::string::npos);

  limits = {};
  limits.response_bytes = 20;  // {"predictions":[0.5]} has 21
  endpoint.set_limits(limits);
  std::string response;
  const auto large = endpoint.predict(kOnes, response);
  REQUIRE_FALSE(large.has_value());
  CHECK(response.empty());
  CHECK(large.error().message().find("Response size too large") != std::string::npos);
  CHECK(large.error().message().find("21 bytes; max is 20") != std::string::npos);
}

TEST_CASE("contract 29: without a traffic split there is no answer", "[contract]") {
  LocalEndpoint empty;
  REQUIRE_FALSE(empty.predict(kOnes).has_value());
  CHECK(empty.predict(kOnes).error().code() == Errc::failed_precondition);
  CHECK_FALSE(empty.run_health_check().has_value());

  LocalEndpoint endpoint = load_contract_model("lin").deploy_to_local_endpoint();
  CHECK(endpoint.run_health_check().has_value());
  REQUIRE(endpoint.set_traffic_split({}).has_value());
  const auto reply = endpoint.predict(kOnes);
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().code() == Errc::failed_precondition);
  CHECK(canonical_status(reply.error().code()) == "FAILED_PRECONDITION");
  CHECK(reply.error().message().find("traffic") != std::string::npos);
  CHECK_FALSE(endpoint.run_health_check().has_value());
  CHECK(endpoint.traffic_split().empty());
}

TEST_CASE("contract 34: the deployed model follows the split", "[contract]") {
  LocalEndpoint endpoint;
  REQUIRE(endpoint.deploy_model("one", load_contract_model("lin")).has_value());
  REQUIRE(endpoint.deploy_model("two", load_contract_model("lin2")).has_value());
  for (int i = 0; i < 50; ++i) CHECK(served_by(endpoint) == "one");
  const TrafficShare turned[] = {{"one", 0}, {"two", 100}};
  REQUIRE(endpoint.set_traffic_split(turned).has_value());
  for (int i = 0; i < 50; ++i) CHECK(served_by(endpoint) == "two");
  const auto prediction = endpoint.predict(std::vector<Value>{Value(Value::List{1, 1, 1})});
  REQUIRE(prediction.has_value());
  CHECK(prediction->deployed_model_id == "two");
  CHECK(prediction->model_display_name == "line");
  REQUIRE(prediction->predictions.size() == 1);
  CHECK(prediction->predictions[0] == Value(7.0));
}

TEST_CASE("contract 35: a split of 80 to 20 is kept within 2 %", "[contract]") {
  for (const std::uint64_t seed : {0u, 1u, 2u, 77u}) {
    LocalEndpoint endpoint(seed);
    REQUIRE(endpoint.deploy_model("big", load_contract_model("lin")).has_value());
    REQUIRE(endpoint.deploy_model("small", load_contract_model("lin2"), 20).has_value());
    int big = 0;
    for (int i = 0; i < 10'000; ++i) big += served_by(endpoint) == "big" ? 1 : 0;
    INFO("seed " << seed << ": " << big << " of 10000");
    CHECK(big >= 7800);
    CHECK(big <= 8200);
  }
}

TEST_CASE("contract 35: the choice is repeatable by its seed", "[contract]") {
  const auto choices = [](std::uint64_t seed) {
    LocalEndpoint endpoint(seed);
    REQUIRE(endpoint.deploy_model("1", load_contract_model("lin")).has_value());
    REQUIRE(endpoint.deploy_model("2", load_contract_model("lin2"), 50).has_value());
    std::string ids;
    for (int i = 0; i < 200; ++i) ids += served_by(endpoint);
    return ids;
  };
  CHECK(choices(5) == choices(5));
  CHECK(choices(5) != choices(6));
}

TEST_CASE("contract 36: shares outside 0 to 100, or with another sum, are refused", "[contract]") {
  LocalEndpoint endpoint;
  REQUIRE(endpoint.deploy_model("a", load_contract_model("lin")).has_value());
  REQUIRE(endpoint.deploy_model("b", load_contract_model("lin2")).has_value());
  const std::vector<std::vector<TrafficShare>> refused = {
      {{"a", 60}, {"b", 30}},
      {{"a", 101}, {"b", -1}},
      {{"a", 100}, {"b", 1}},
      {{"a", 99}},
      {{"a", 50}, {"c", 50}},
      {{"a", 50}, {"a", 50}},
      {{"a", -100}, {"b", 200}},
      {{"a", 0}, {"b", 0}},
      // Shares whose sum overflows an int back to 100.
      {{"a", 2147483647}, {"b", 2147483647}, {"a", 102}},
  };
  for (const std::vector<TrafficShare>& split : refused) {
    const Status status = endpoint.set_traffic_split(split);
    INFO(split.size() << " shares, the first of " << split[0].percent);
    CHECK_FALSE(status.has_value());
    if (status) continue;
    CHECK(status.error().code() == Errc::invalid_argument);
    CHECK(canonical_status(status.error().code()) == "INVALID_ARGUMENT");
  }
  CHECK(served_by(endpoint) == "a");  // the split before still holds
  CHECK(endpoint.traffic_split().at(0).percent == 100);
}

TEST_CASE("contract 37: a model with traffic stays, unless it is the last", "[contract]") {
  LocalEndpoint endpoint;
  REQUIRE(endpoint.deploy_model("a", load_contract_model("lin")).has_value());
  REQUIRE(endpoint.deploy_model("b", load_contract_model("lin2"), 40).has_value());
  for (const char* id : {"a", "b"}) {
    const Status refused = endpoint.undeploy_model(id);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code() == Errc::failed_precondition);
  }
  const TrafficShare all_b[] = {{"b", 100}};  // models that aren't named get none
  REQUIRE(endpoint.set_traffic_split(all_b).has_value());
  CHECK(endpoint.undeploy_model("a").has_value());
  CHECK(endpoint.deployed_models().size() == 1);
  CHECK(served_by(endpoint) == "b");
  const Status unknown = endpoint.undeploy_model("a");
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().code() == Errc::not_found);
  CHECK(endpoint.undeploy_model("b").has_value());
  CHECK(endpoint.traffic_split().empty());
  CHECK(endpoint.deployed_models().empty());
}

TEST_CASE("contract: raw bytes are answered like a request", "[contract]") {
  const LocalEndpoint endpoint = load_contract_model("lin").deploy_to_local_endpoint();
  for (const char* type : {"", "application/json", "application/json; charset=utf-8"}) {
    INFO("content type '" << type << "'");
    const auto raw = endpoint.raw_predict(kOnes, type);
    REQUIRE(raw.has_value());
    CHECK(raw->body == R"({"predictions":[0.5]})");
    CHECK(raw->content_type == "application/json");
    CHECK(raw->deployed_model_id == "1");
  }
  const std::string bytes("\x00\xff", 2);
  const auto refused = endpoint.raw_predict(bytes, "image/jpeg");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code() == Errc::invalid_request);
  CHECK_FALSE(endpoint.raw_predict(bytes).has_value());
}

TEST_CASE("contract 82: a request in a file that isn't there", "[contract]") {
  const LocalEndpoint endpoint = load_contract_model("lin").deploy_to_local_endpoint();
  const TemporaryFolder folder;
  const auto missing = endpoint.predict_file(folder / "no_such.json");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().code() == Errc::not_found);
  CHECK(missing.error().message().find("no_such.json") != std::string::npos);
  CHECK_FALSE(endpoint.predict_file(folder.path()).has_value());
  write_file(folder / "empty.json", "");
  const auto empty = endpoint.predict_file(folder / "empty.json");
  REQUIRE_FALSE(empty.has_value());
  CHECK(empty.error().code() == Errc::invalid_request);
}

TEST_CASE("contract: an answer in the caller's string replaces what was there", "[contract]") {
  const LocalEndpoint endpoint = load_contract_model("lin").deploy_to_local_endpoint();
  std::string response = "old";
  const auto id = endpoint.predict(kOnes, response);
  REQUIRE(id.has_value());
  CHECK(*id == "1");
  CHECK(response == R"({"predictions":[0.5]})");
  CHECK_FALSE(endpoint.predict("{}", response).has_value());
  CHECK(response.empty());
}

TEST_CASE("contract: values in, values out", "[contract]") {
  const LocalEndpoint endpoint = load_contract_model("three").deploy_to_local_endpoint();
  const std::vector<Value> instances{Value(Value::List{0}), Value(Value::Object{{"x", Value(1.5)}}),
                                     Value("NaN")};
  const auto prediction = endpoint.predict(instances);
  INFO((prediction ? std::string() : prediction.error().message()));
  REQUIRE(prediction.has_value());
  REQUIRE(prediction->predictions.size() == 3);
  for (const Value& scores : prediction->predictions) {
    REQUIRE(scores.as_list() != nullptr);
    CHECK(scores.as_list()->size() == 3);
  }
  const Value margins(Value::Object{{"output_margin", Value(true)}});
  const auto raw = endpoint.predict(instances, margins);
  REQUIRE(raw.has_value());
  CHECK((*raw->predictions[0].as_list())[0] == Value(0.0));

  const auto none = endpoint.predict(std::vector<Value>{});
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().code() == Errc::invalid_request);
  const std::vector<Value> wrong{Value(Value::List{0}), Value("text")};
  const auto refused = endpoint.predict(wrong);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().where() == "/instances/1");
}

}  // namespace trivet::test
