// SPDX-License-Identifier: Apache-2.0
// The faces: which path is whose, in which form each refuses, the container's and the legacy
// service's answers; the contract's cases 15, 34-37, 53, 76-79.
#include "catch.hpp"
#include "site.hpp"

namespace trivet::test {
namespace {

constexpr const char* kOnes = R"({"instances":[[1,1,1]]})";

http::RouterOptions container(std::string endpoint) {
  http::RouterOptions options;
  options.container_endpoint = std::move(endpoint);
  return options;
}

TEST_CASE("service: 76.-77. a container's routes and verbs", "[service]") {
  Site site({}, container("1234567890"));
  CHECK(site.get("/health").status == 200);
  CHECK(site.post("/predict", kOnes).body == R"({"predictions":[0.5]})");
  const Answer wrong_verb = site.get("/predict");
  CHECK(wrong_verb.status == 405);
  CHECK(wrong_verb.header("Allow") == "POST");
  CHECK(wrong_verb.body.starts_with("{\"error\":\""));
  CHECK(site.post("/health", "").status == 405);
  CHECK(site.get("/nothing").status == 404);

  Site empty({}, container("800"));
  CHECK(empty.get("/health").status == 503);
  Site none({}, container("4711"));
  CHECK(none.get("/health").status == 503);
  CHECK(none.post("/predict", kOnes).status == 404);
}

TEST_CASE("service: 15. and 78. a container ignores unknown members and a missing type",
          "[service]") {
  Site site({}, container("1234567890"));
  CHECK(site.post("/predict", R"({"instances":[[1,1,1]],"foo":1})").body ==
        R"({"predictions":[0.5]})");
  const Answer refused = site.post("/predict", R"({"instances":[[1,1,1],[1,1]]})");
  CHECK(refused.status == 400);
  CHECK(refused.json().as_object()->size() == 1);
  CHECK(refused.json().find("error")->as_text() != nullptr);
  CHECK(refused.body.find("/instances/1") != std::string::npos);
  for (const char* body : {"{", R"({"instances":[]})", "[[1,1,1]]", ""}) {
    CHECK(site.post("/predict", body).status == 400);
  }
}

TEST_CASE("service: 79. routes of a container's own, and no others", "[service]") {
  http::RouterOptions options = container("1234567890");
  options.is_container = true;
  options.health_route = "/h";
  options.predict_route = "/p/my:predict";
  Site site({}, options);
  CHECK(site.get("/h").status == 200);
  CHECK(site.post("/p/my:predict", kOnes).body == R"({"predictions":[0.5]})");
  CHECK(site.get("/health").status == 404);
  const Answer hidden = site.post(endpoint_path("1234567890", "predict"), kOnes);
  CHECK(hidden.status == 404);
  CHECK(hidden.json().find("error")->as_text() != nullptr);
}

TEST_CASE("service: a private endpoint's addresses are a container's", "[service]") {
  Site site;
  CHECK(site.post("/v1/endpoints/500/deployedModels/51:predict", kOnes).body ==
        R"({"predictions":[0.5]})");
  CHECK(site.get("/v1/endpoints/500/deployedModels/51").status == 200);
  CHECK(site.post("/v1/endpoints/500/deployedModels/52:predict", kOnes).status == 404);
  // Whatever the split says: 12 has no traffic, and answers 1 + 2a + 2b + 2c.
  CHECK(site.post("/v1/endpoints/1234567890/deployedModels/12:predict", kOnes).body ==
        R"({"predictions":[7.0]})");
  const Value endpoint = site.get(endpoint_path("500")).json();
  const Value* const models = endpoint.find("deployedModels");
  REQUIRE(models != nullptr);
  const Value* const addresses = models->as_list()->front().find("privateEndpoints");
  REQUIRE(addresses != nullptr);
  CHECK(addresses->find("predictHttpUri")->to_json() ==
        R"("http://127.0.0.1:8080/v1/endpoints/500/deployedModels/51:predict")");
}

TEST_CASE("service: 34.-37. the traffic split decides, and bad ones change nothing", "[service]") {
  Site site;
  const auto served = [&] {
    return site.post(endpoint_path("1234567890", "predict"), kOnes)
        .json()
        .find("deployedModelId")
        ->to_json();
  };
  const auto patch = [&](const char* split) {
    return site
        .send("PATCH", endpoint_path("1234567890") + "?updateMask=trafficSplit",
              std::string(R"({"trafficSplit":)") + split + "}")
        .status;
  };
  CHECK(served() == "\"11\"");
  CHECK(patch(R"({"11":0,"12":100})") == 200);
  CHECK(served() == "\"12\"");
  for (const char* wrong : {R"({"11":60,"12":30})", R"({"11":101,"12":-1})", R"({"13":100})"}) {
    CHECK(patch(wrong) == 400);
  }
  CHECK(served() == "\"12\"");
  const auto undeploy = [&](const char* id) {
    return site
        .post(endpoint_path("1234567890", "undeployModel"),
              std::string(R"({"deployedModelId":")") + id + "\"}")
        .status;
  };
  CHECK(undeploy("12") == 400);
  CHECK(undeploy("11") == 200);
  CHECK(undeploy("12") == 200);
  CHECK(site.get(endpoint_path("1234567890")).json().find("trafficSplit") == nullptr);
}

TEST_CASE("service: 35. a seeded split of 80 to 20", "[service]") {
  Site site(R"({"models":[{"name":"lin","path":"{models}/lin"}],"endpoints":[{"id":"1","seed":1,
    "deployedModels":[{"id":"1","model":"lin"},{"id":"2","model":"lin"}],
    "trafficSplit":{"1":80,"2":20}}]})");
  int first = 0;
  constexpr int kCalls = 10'000;
  for (int i = 0; i < kCalls; ++i) {
    const Answer answer = site.post(endpoint_path("1", "predict"), kOnes);
    if (answer.body.find("\"deployedModelId\":\"1\"") != std::string::npos) ++first;
  }
  CHECK(first > kCalls * 78 / 100);
  CHECK(first < kCalls * 82 / 100);
}

TEST_CASE("service: the legacy service's predict", "[service]") {
  Site site;
  CHECK(site.post("/v1/projects/p/models/lin:predict", kOnes).body == R"({"predictions":[0.5]})");
  for (const char* version : {"v2", "2"}) {
    const std::string path = std::string("/v1/projects/p/models/lin/versions/") + version;
    CHECK(site.post(path + ":predict", kOnes).body == R"({"predictions":[7.0]})");
  }
  const Answer refused =
      site.post("/v1/projects/p/models/lin/versions/v1:predict", R"({"instances":[[1]]})");
  CHECK(refused.status == 400);
  CHECK(refused.json().find("error")->as_text() != nullptr);
  CHECK(refused.body.find("(Error code: ") != std::string::npos);
  CHECK(site.post("/v1/projects/p/models/nobody:predict", kOnes).status == 404);
  CHECK(site.post("/v1/projects/p/models/lin/versions/v2:setDefault", "{}").status == 200);
  CHECK(site.post("/v1/projects/p/models/lin:predict", kOnes).body == R"({"predictions":[7.0]})");
}

TEST_CASE("service: 53. the legacy service's names", "[service]") {
  Site site;
  const auto create = [&](const std::string& name) {
    return site.post("/v1/projects/p/models", R"({"name":")" + name + "\"}").status;
  };
  for (const std::string& wrong :
       {std::string("_a"), std::string("1a"), std::string("a-b"), std::string(129, 'a')}) {
    INFO(wrong);
    CHECK(create(wrong) == 400);
  }
  CHECK(create("A") == 200);
  CHECK(create("a") == 200);
}

TEST_CASE("service: paths are decoded, and a doubled slash is one", "[service]") {
  Site site;
  for (const char* path :
       {"/v1/projects/p/locations/l/models/lin@2", "/v1/projects/p/locations/l/models/lin%402",
        "//v1/projects/p/locations/l/models/lin%402",
        "/v1beta1/projects/p/locations/l/models/l%69n@2"}) {
    INFO(path);
    const Value model = site.get(path).json();
    CHECK((model.find("versionId") != nullptr && *model.find("versionId") == Value("2")));
  }
  CHECK(site.post("//v1/projects/p/locations/l/endpoints/1234567890:predict", kOnes).status == 200);
  CHECK(site.post("/v1/projects/p/locations/l/endpoints/1234567890%3Apredict", kOnes).status ==
        200);
}

TEST_CASE("service: paths that are none, in the form of the face", "[service]") {
  Site site;
  for (const char* path :
       {"/", "", "/v1", "/v1/", "/v2/projects/p/locations/l/models", "/v1/projects/p",
        "/v1/projects//locations/l/models", "/v1/projects/p/locations/l/endpoints/",
        "/v1/projects/p/locations/l/endpoints/1:", "/v1/projects/p/locations/l/models/lin/x",
        "/v1/projects/p/locations/l/models/%zz", "/v1/projects/p/locations/l/models/a%00b",
        "/v1/projects/p/locations/l/models/%ff", "/ui/projects/p/locations/l/models",
        "/v1/projects/p/locations/l/../../../etc/passwd",
        "/v1/projects/p/locations/l/endpoints/600/invoke", "/metricsx"}) {
    INFO(path);
    const Answer answer = site.get(path);
    CHECK(answer.status == 404);
    const Value json = answer.json();
    REQUIRE(json.find("error") != nullptr);
    CHECK((json.find("error")->find("status") != nullptr &&
           *json.find("error")->find("status") == Value("NOT_FOUND")));
  }
  const Answer wrong_verb = site.get(endpoint_path("1234567890", "predict"));
  CHECK(wrong_verb.status == 405);
  CHECK(wrong_verb.header("Allow") == "POST");
  CHECK(wrong_verb.json().find("error")->find("code")->to_json() == "405");
}

TEST_CASE("service: operations are kept at both of their addresses", "[service]") {
  Site site;
  const Value created =
      site.post(std::string(kParent) + "/endpoints?endpointId=77", R"({"displayName":"mine"})")
          .json();
  REQUIRE(created.find("name") != nullptr);
  const std::string name = *created.find("name")->as_text();
  CHECK(created.find("done")->to_json() == "true");
  for (const char* prefix : {"/v1/", "/ui/", "/v1beta1/"}) {
    INFO(prefix + name);
    const Answer again = site.get(prefix + name);
    CHECK(again.status == 200);
    CHECK(again.json().find("name")->to_json() == created.find("name")->to_json());
  }
  CHECK(site.get(endpoint_path("77")).status == 200);
}

TEST_CASE("service: unknown members of resources are named with their place", "[service]") {
  Site site;
  const Answer answer = site.post(std::string(kParent) + "/endpoints",
                                  R"({"displayName":"x","foo":1,"labels":{"a":"b"}})");
  CHECK(answer.status == 400);
  CHECK(answer.body.find("Unknown name \\\"foo\\\"") != std::string::npos);
  CHECK(site.post(std::string(kParent) + "/endpoints", "{").status == 400);
  CHECK(site.post(std::string(kParent) + "/endpoints", "[]").status == 400);
}

TEST_CASE("service: which calls answer at once, and which are a container's", "[service]") {
  Site site({}, container("1234567890"));
  CHECK(site.router().answers_at_once("GET", "/health"));
  CHECK_FALSE(site.router().answers_at_once("POST", "/predict"));
  CHECK_FALSE(site.router().answers_at_once("GET", "/v1/projects/p/locations/l/models"));
  CHECK(site.router().is_container_path("/predict"));
  CHECK(site.router().is_container_path("/v1/projects/p/models/m:predict"));
  CHECK(site.router().is_container_path("/v1/endpoints/1/deployedModels/2:predict"));
  CHECK_FALSE(site.router().is_container_path("/v1/projects/p/locations/l/endpoints/1:predict"));
  CHECK_FALSE(site.router().is_container_path("/v1/projects/p/models/m"));
}

}  // namespace
}  // namespace trivet::test
