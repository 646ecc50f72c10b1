// SPDX-License-Identifier: Apache-2.0
// Endpoints: traffic, deploying, updates, operations (contract, 5 and cases 34 to 37).
#include <string>

#include "catch.hpp"
#include "support/says.hpp"
#include "unit/service/service_site.hpp"

namespace trivet::test {
namespace {

using namespace trivet::service;

constexpr const ResourceMethods& kDo = resource_methods;
constexpr const char* kLine = "1234567890";

Answer set_split(ServiceSite& site, const char* id, const std::string& split) {
  return site.call(kDo.update_endpoint, {.id = id, .query = "updateMask=trafficSplit"},
                   R"({"trafficSplit":)" + split + "}");
}

/// Which deployed model answers.
std::string answering(ServiceSite& site, const char* id) {
  std::string response;
  const auto endpoint = site.resources().find_endpoint(id);
  const auto by = endpoint->endpoint.predict(R"({"instances":[[1,1,1]]})", response);
  return by ? std::string(*by) : by.error().message();
}

Answer deploy(ServiceSite& site, const char* id, const std::string& model,
              const std::string& split = R"({"0":100})") {
  return site.call(kDo.deploy_model, {.id = id},
                   R"({"deployedModel":{"model":"projects/p/locations/l/models/)" + model +
                       R"("},"trafficSplit":)" + split + "}");
}

Answer undeploy(ServiceSite& site, const char* id, const std::string& deployed,
                const std::string& split = "{}") {
  return site.call(kDo.undeploy_model, {.id = id},
                   R"({"deployedModelId":")" + deployed + R"(","trafficSplit":)" + split + "}");
}

}  // namespace

TEST_CASE("endpoints: an answer has names, models and its split", "[service][endpoints]") {
  ServiceSite site;
  const Answer answer = site.call(kDo.get_endpoint, {.id = kLine});
  CHECK(answer.at("name") == "projects/p/locations/us-central1/endpoints/1234567890");
  CHECK(answer.at("trafficSplit") == R"({"11":100,"12":0})");
  CHECK(answer.at("labels") == R"({"team":"a"})");
  CHECK(answer.at("deployedModels/0/id") == "11");
  CHECK(answer.at("deployedModels/1/model") == "projects/p/locations/us-central1/models/lin");
  CHECK(answer.at("deployedModels/1/modelVersionId") == "2");
  CHECK(answer.at("dedicatedEndpointDns").empty());
  CHECK(answer.at("deployedModels/0/privateEndpoints").empty());
}

// Case 28, where resources are concerned.
TEST_CASE("endpoints: an unknown one is not found, in the service's words",
          "[service][endpoints]") {
  ServiceSite site;
  const Answer answer = site.call(kDo.get_endpoint, {.id = "77"});
  CHECK(answer.status == 404);
  CHECK(answer.at("error/status") == "NOT_FOUND");
  CHECK(answer.message() == "Endpoint `projects/p/locations/us-central1/endpoints/77` not found.");
  CHECK(site.resources().find_endpoint("77") == nullptr);
}

// Case 29: what online methods say so of has no split.
TEST_CASE("endpoints: without models or with an empty split nobody answers",
          "[service][endpoints]") {
  ServiceSite site;
  CHECK(site.resources().find_endpoint("800")->endpoint.traffic_split().empty());
  CHECK(set_split(site, kLine, "{}").status == 200);
  CHECK(site.resources().find_endpoint(kLine)->endpoint.traffic_split().empty());
  CHECK(site.call(kDo.get_endpoint, {.id = kLine}).at("trafficSplit").empty());
}

// Case 34.
TEST_CASE("endpoints: the answering model follows the split", "[service][endpoints]") {
  ServiceSite site;
  CHECK(answering(site, kLine) == "11");
  const Answer changed = set_split(site, kLine, R"({"11":0,"12":100})");
  CHECK(changed.at("trafficSplit") == R"({"11":0,"12":100})");
  CHECK(answering(site, kLine) == "12");
  CHECK(set_split(site, kLine, R"({"12":100})").at("trafficSplit") == R"({"12":100})");
}

// Case 35: 80 % of 10 000 ± 2 %.
TEST_CASE("endpoints: shares are kept", "[service][endpoints]") {
  ServiceSite site;
  set_split(site, kLine, R"({"11":80,"12":20})");
  const auto endpoint = site.resources().find_endpoint(kLine);
  int first = 0;
  std::string response;
  for (int i = 0; i < 10'000; ++i) {
    first += *endpoint->endpoint.predict(R"({"instances":[[1,1,1]]})", response) == "11" ? 1 : 0;
  }
  CHECK(first > 7800);
  CHECK(first < 8200);
}

// Case 36.
TEST_CASE("endpoints: a split that isn't one changes nothing", "[service][endpoints]") {
  ServiceSite site;
  for (const char* split : {R"({"11":60,"12":30})", R"({"11":101,"12":-1})", R"({"99":100})",
                            R"({"11":100,"99":0})", R"({"11":"x"})", R"({"11":50.5,"12":49.5})"}) {
    INFO(split);
    const Answer answer = set_split(site, kLine, split);
    CHECK(answer.status == 400);
    CHECK(answer.at("error/status") == "INVALID_ARGUMENT");
    CHECK(answering(site, kLine) == "11");
    CHECK(site.call(kDo.get_endpoint, {.id = kLine}).at("trafficSplit") == R"({"11":100,"12":0})");
  }
}

// Case 37.
TEST_CASE("endpoints: a model with traffic is not undeployed, the last one is",
          "[service][endpoints]") {
  ServiceSite site;
  const Answer refused = undeploy(site, kLine, "11");
  CHECK(refused.status == 400);
  CHECK(refused.at("error/status") == "FAILED_PRECONDITION");
  CHECK(undeploy(site, kLine, "12").at("done") == "true");
  CHECK(site.call(kDo.get_endpoint, {.id = kLine}).at("trafficSplit") == R"({"11":100})");
  CHECK(undeploy(site, kLine, "11", R"({"zzz":100})").status == 400);
  CHECK(undeploy(site, kLine, "11").at("done") == "true");
  CHECK(site.call(kDo.get_endpoint, {.id = kLine}).at("trafficSplit").empty());
  CHECK(site.call(kDo.get_endpoint, {.id = kLine}).at("deployedModels").empty());
  CHECK(undeploy(site, kLine, "11").status == 404);
}

TEST_CASE("endpoints: undeploying may give the traffic to others", "[service][endpoints]") {
  ServiceSite site;
  CHECK(undeploy(site, kLine, "11", R"({"11":0,"12":100})").at("done") == "true");
  CHECK(site.call(kDo.get_endpoint, {.id = kLine}).at("trafficSplit") == R"({"12":100})");
  CHECK(answering(site, kLine) == "12");
}

TEST_CASE("endpoints: made, deployed to, emptied, deleted", "[service][endpoints]") {
  ServiceSite site;
  const Answer made = site.call(kDo.create_endpoint, {.query = "endpointId=77"},
                                R"({"displayName":"mine","labels":{"k":"v"}})");
  CHECK(made.at("response/name") == "projects/p/locations/us-central1/endpoints/77");
  CHECK(made.at("response/@type") == "type.googleapis.com/google.cloud.aiplatform.v1.Endpoint");
  const Answer one = deploy(site, "77", "lin@stable");
  const std::string first = one.at("response/deployedModel/id");
  CHECK(first.size() <= 19);
  CHECK(one.at("response/deployedModel/modelVersionId") == "1");
  CHECK(site.call(kDo.get_endpoint, {.id = "77"}).at("trafficSplit") == "{\"" + first + "\":100}");
  const Answer two = deploy(site, "77", "lin@2", R"({"0":0,")" + first + R"(":100})");
  const std::string second = two.at("response/deployedModel/id");
  CHECK(answering(site, "77") == first);
  CHECK(deploy(site, "77", "lin", R"({"0":50})").status == 400);
  CHECK(deploy(site, "77", "nobody").status == 404);
  CHECK(deploy(site, "77", "lin@9").status == 404);
  // The alias moves, the deployed model stays with what it meant.
  site.call(kDo.merge_version_aliases, {.id = "lin", .version = "2"},
            R"({"versionAliases":["stable"]})");
  CHECK(site.call(kDo.get_endpoint, {.id = "77"}).at("deployedModels/0/modelVersionId") == "1");
  const Answer refused = site.call(kDo.delete_endpoint, {.id = "77"});
  CHECK(refused.at("error/status") == "FAILED_PRECONDITION");
  undeploy(site, "77", second);
  undeploy(site, "77", first);
  CHECK(site.call(kDo.delete_endpoint, {.id = "77"}).at("done") == "true");
  CHECK(site.call(kDo.get_endpoint, {.id = "77"}).status == 404);
}

TEST_CASE("endpoints: an empty split of a deployment leaves the traffic alone",
          "[service][endpoints]") {
  ServiceSite site;
  deploy(site, kLine, "cls", "{}");
  CHECK(site.call(kDo.get_endpoint, {.id = kLine}).at("trafficSplit") == R"({"11":100,"12":0})");
  deploy(site, "800", "cls", "{}");
  CHECK(site.call(kDo.get_endpoint, {.id = "800"}).at("trafficSplit").empty());
}

TEST_CASE("endpoints: ids follow the rules", "[service][endpoints]") {
  ServiceSite site;
  const std::pair<std::string, int> cases[] = {
      {"a", 200},         {"a-1", 200},
      {"123456789", 200}, {"1234567891", 400},
      {"01", 400},        {"1a", 400},
      {"a-", 400},        {"A", 400},
      {"a_b", 400},       {std::string(64, 'a'), 400},
      {"400", 409},
  };
  for (const auto& [id, status] : cases) {
    INFO(id);
    CHECK(site.call(kDo.create_endpoint, {.query = "endpointId=" + id}, R"({"displayName":"x"})")
              .status == status);
  }
  const std::string made =
      site.call(kDo.create_endpoint, {}, R"({"displayName":"x"})").at("response/name");
  CHECK(made.substr(made.rfind('/') + 1).find_first_not_of("0123456789") == std::string::npos);
  CHECK(site.call(kDo.create_endpoint, {}, "{}").status == 400);
}

TEST_CASE("endpoints: private and dedicated ones have addresses of this server",
          "[service][endpoints]") {
  ServiceSite site;
  site.call(kDo.create_endpoint, {.query = "endpointId=5"},
            R"({"displayName":"x","network":"projects/1/global/networks/n"})");
  deploy(site, "5", "lin", "{}");
  const Answer answer = site.call(kDo.get_endpoint, {.id = "5"});
  const std::string id = answer.at("deployedModels/0/id");
  CHECK(answer.at("deployedModels/0/privateEndpoints/predictHttpUri") ==
        "http://127.0.0.1:8080/v1/endpoints/5/deployedModels/" + id + ":predict");
  CHECK(answer.at("deployedModels/0/privateEndpoints/healthHttpUri") ==
        "http://127.0.0.1:8080/v1/endpoints/5/deployedModels/" + id);
  CHECK(answering(site, "5") == id);
  site.call(kDo.create_endpoint, {.query = "endpointId=6"},
            R"({"displayName":"x","dedicatedEndpointEnabled":true})");
  CHECK(site.call(kDo.get_endpoint, {.id = "6"}).at("dedicatedEndpointDns") == "127.0.0.1:8080");
  CHECK(site.resources().find_endpoint("5")->is_private);
  CHECK(site.resources().find_endpoint("6")->is_dedicated);
}

TEST_CASE("endpoints: updates take what the mask names", "[service][endpoints]") {
  ServiceSite site;
  const auto patch = [&](const char* mask, const char* body) {
    return site.call(kDo.update_endpoint, {.id = "400", .query = std::string("updateMask=") + mask},
                     body);
  };
  CHECK(patch("display_name", R"({"displayName":"new","description":"d"})")
            .at("description")
            .empty());
  CHECK(site.resources().find_endpoint("400")->display_name == "new");
  CHECK(patch("labels", R"({"labels":{"a":"b"}})").at("labels") == R"({"a":"b"})");
  CHECK(patch("labels", "{}").at("labels").empty());
  CHECK(patch("labels", R"({"labels":{"A":"b"}})").status == 400);
  CHECK(patch("network", R"({"network":"n"})").status == 400);
  CHECK(patch("displayName", "{}").status == 400);
  const Answer logging =
      patch("predictRequestResponseLoggingConfig",
            R"({"predictRequestResponseLoggingConfig":{"enabled":true,"samplingRate":0.5,)"
            R"("bigqueryDestination":{"outputUri":"bq://p.d.t"}}})");
  CHECK(logging.status == 200);
  const auto log = site.resources().find_endpoint("400")->log;
  CHECK((log.enabled && log.sampling_rate == 0.5 && log.output_uri == "bq://p.d.t"));
  CHECK(patch("predictRequestResponseLoggingConfig",
              R"({"predictRequestResponseLoggingConfig":{"enabled":true,"samplingRate":1.5}})")
            .status == 400);
  const Answer slow =
      site.call(kDo.update_endpoint_slowly, {.id = "400"},
                R"({"endpoint":{"clientConnectionConfig":{"inferenceTimeout":"5s"}}})");
  CHECK(slow.at("response/clientConnectionConfig/inferenceTimeout") == "5s");
  CHECK(site.call(kDo.update_endpoint_slowly, {.id = "400"}, R"({"endpoint":{}})").status == 400);
}

TEST_CASE("endpoints: a deployed model's resources may change, nothing else of it",
          "[service][endpoints]") {
  ServiceSite site;
  const auto mutate = [&](const char* mask, const char* model) {
    return site.call(
        kDo.mutate_deployed_model, {.id = kLine},
        std::string(R"({"updateMask":")") + mask + R"(","deployedModel":)" + model + "}");
  };
  const Answer changed = mutate("dedicated_resources.min_replica_count",
                                R"({"id":"11","dedicatedResources":{"minReplicaCount":2}})");
  CHECK(changed.at("response/deployedModel/dedicatedResources/minReplicaCount") == "2");
  CHECK(mutate("displayName", R"({"id":"11","displayName":"x"})").status == 400);
  CHECK(mutate("", R"({"id":"99"})").status == 404);
  CHECK(mutate("", "{}").status == 400);
}

TEST_CASE("endpoints: a deployed model's explanation spec goes over its model's",
          "[service][endpoints]") {
  ServiceSite site;
  const auto deploy_with = [&](const char* more) {
    return site.call(kDo.deploy_model, {.id = "800"},
                     std::string(R"({"deployedModel":{"model":"models/lin@1",)") + more +
                         R"(},"trafficSplit":{"0":100}})");
  };
  const Answer bad =
      deploy_with(R"("id":"1","explanationSpec":{"parameters":{"sampledShapleyAttribution":{)"
                  R"("pathCount":51}}})");
  CHECK(bad.status == 400);
  CHECK(says_all(bad.message(), "pathCount"));
  const Answer good =
      deploy_with(R"("id":"1","explanationSpec":{"parameters":{"integratedGradientsAttribution":{)"
                  R"("stepCount":5}},"metadata":{"inputs":{"a":{"inputBaselines":[1]},"b":{)"
                  R"("inputBaselines":[0]},"c":{"inputBaselines":[0]}},"outputs":{"y":{}}}})");
  CHECK(good.message().empty());
  const auto endpoint = site.resources().find_endpoint("800");
  const auto answer = endpoint->endpoint.explain(R"({"instances":[{"a":3,"b":0,"c":0}]})");
  REQUIRE(answer);
  // y = 0.5 + a + 2b - 3c from a = 1: the attribution of a is 2.
  CHECK(answer->find(R"("a":2.0)") != std::string::npos);
  CHECK(endpoint->find("1")->explains);
  deploy_with(R"("id":"2","disableExplanations":true)");
  CHECK_FALSE(site.resources().find_endpoint("800")->find("2")->explains);
}

TEST_CASE("operations: are kept below their resource, in the words of who asks",
          "[service][endpoints]") {
  ServiceSite site;
  const Answer made =
      site.call(kDo.create_endpoint, {.query = "endpointId=77"}, R"({"displayName":"x"})");
  const std::string name = made.at("name");
  const std::string id = name.substr(name.rfind('/') + 1);
  CHECK(name == "projects/p/locations/us-central1/endpoints/77/operations/" + id);
  CHECK(site.call(kDo.get_operation, {.id = "77", .child = id}).body.to_json() ==
        made.body.to_json());
  CHECK(site.call(kDo.get_operation, {.child = id}).status == 200);
  CHECK(site.call(kDo.get_operation, {.id = "78", .child = id}).status == 404);
  CHECK(site.call(kDo.get_operation, {.id = "77", .child = "1"}).status == 404);
  CHECK(site.call(kDo.wait_operation, {.id = "77", .child = id}).at("done") == "true");
  CHECK(site.call(kDo.cancel_operation, {.id = "77", .child = id}).status == 200);
  CHECK(site.call(kDo.list_operations, {.id = "77"}).at("operations/0/name") == name);
  const Answer elsewhere = site.call(kDo.get_operation, {.child = id, .is_legacy = true});
  CHECK(elsewhere.at("response/name") == "projects/p/endpoints/77");
  CHECK(site.call(kDo.delete_operation, {.id = "77", .child = id}).status == 200);
  CHECK(site.call(kDo.get_operation, {.id = "77", .child = id}).status == 404);
}

}  // namespace trivet::test
