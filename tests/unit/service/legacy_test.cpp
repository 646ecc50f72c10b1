// SPDX-License-Identifier: Apache-2.0
// The legacy face of models: names, versions, the default one (contract, 12 and case 53).
#include <string>

#include "catch.hpp"
#include "support/says.hpp"
#include "unit/service/service_site.hpp"

namespace trivet::test {
namespace {

using namespace trivet::service;

constexpr const ResourceMethods& kDo = resource_methods;

Target legacy(const std::string& id, const std::string& version = {}) {
  return {.id = id, .version = version, .is_legacy = true};
}

Answer make_model(ServiceSite& site, const std::string& name) {
  return site.call(kDo.legacy_create_model, legacy(""), R"({"name":")" + name + "\"}");
}

Answer make_version(ServiceSite& site, const std::string& model, const std::string& name,
                    const std::string& artifact = "lin") {
  return site.call(kDo.legacy_create_version, legacy(model),
                   R"({"name":")" + name + R"(","deploymentUri":"gs://bucket/)" + artifact +
                       R"(","runtimeVersion":"2.1","framework":"XGBOOST"})");
}

std::string ask(ServiceSite& site, const char* model, const char* version) {
  const auto served = site.resources().find_model(model, version);
  if (served == nullptr) return "nobody";
  return served->endpoint.predict(R"({"instances":[[1,1,1]]})").value();
}

}  // namespace

TEST_CASE("legacy: the same models under the old names", "[service][legacy]") {
  ServiceSite site;
  const Answer model = site.call(kDo.legacy_get_model, legacy("lin"));
  CHECK(model.at("name") == "projects/p/models/lin");
  CHECK(model.at("defaultVersion/name") == "projects/p/models/lin/versions/v1");
  CHECK(model.at("defaultVersion/isDefault") == "true");
  CHECK(model.at("defaultVersion/framework") == "XGBOOST");
  CHECK(model.at("defaultVersion/state") == "READY");
  CHECK(site.call(kDo.legacy_get_version, legacy("lin", "v2")).at("name") ==
        "projects/p/models/lin/versions/v2");
  CHECK(site.call(kDo.legacy_get_version, legacy("lin", "2")).at("isDefault").empty());
  CHECK(site.call(kDo.legacy_get_version, legacy("lin", "v3")).message() ==
        "Version `projects/p/models/lin/versions/v3` not found.");
  const Answer versions = site.call(kDo.legacy_list_versions, legacy("lin"));
  CHECK(versions.at("versions/0/name") == "projects/p/models/lin/versions/v1");
  CHECK(versions.at("versions/1/name") == "projects/p/models/lin/versions/v2");
  CHECK(site.call(kDo.legacy_list_models, legacy("")).at("models/2/name") ==
        "projects/p/models/echo");
}

TEST_CASE("legacy: setDefault moves the default version", "[service][legacy]") {
  ServiceSite site;
  CHECK(ask(site, "lin", "") == R"({"predictions":[0.5]})");
  const Answer moved = site.call(kDo.legacy_set_default, legacy("lin", "v2"));
  CHECK(moved.at("isDefault") == "true");
  CHECK(ask(site, "lin", "") == R"({"predictions":[7.0]})");
  CHECK(site.call(kDo.get_model, {.id = "lin"}).at("versionId") == "2");
  CHECK(site.call(kDo.legacy_set_default, legacy("lin", "v9")).status == 404);
  CHECK(site.call(kDo.legacy_set_default, legacy("lin", "v1"), R"({"x":1})").status == 400);
}

// Case 53.
TEST_CASE("legacy: names follow the old rules", "[service][legacy]") {
  ServiceSite site;
  const std::pair<std::string, int> cases[] = {
      {"_a", 400}, {"1a", 400}, {"a-b", 400}, {std::string(129, 'a'), 400}, {"", 400},
      {"a", 200},  {"A", 200},  {"a", 409},   {std::string(128, 'a'), 200}, {"a_1", 200},
  };
  for (const auto& [name, status] : cases) {
    INFO(name);
    CHECK(make_model(site, name).status == status);
  }
  CHECK(site.call(kDo.legacy_get_model, legacy("A")).at("name") == "projects/p/models/A");
  CHECK(site.call(kDo.legacy_get_model, legacy("a")).at("name") == "projects/p/models/a");
  CHECK(make_version(site, "A", "1x").status == 400);
  CHECK(make_version(site, "A", "x-y").status == 400);
}

TEST_CASE("legacy: the first version is the default, later ones are not", "[service][legacy]") {
  ServiceSite site;
  make_model(site, "Old");
  CHECK(site.call(kDo.get_model, {.id = "Old"}).status == 404);  // nothing that could be served
  const Answer made = make_version(site, "Old", "first");
  CHECK(made.at("done") == "true");
  CHECK(made.at("name").starts_with("projects/p/operations/"));
  CHECK(made.at("response/name") == "projects/p/models/Old/versions/first");
  CHECK(made.at("response/deploymentUri") == "gs://bucket/lin");
  CHECK(made.at("response/runtimeVersion") == "2.1");
  CHECK(make_version(site, "Old", "first").status == 409);
  CHECK(make_version(site, "Old", "second", "lin2").status == 200);
  CHECK(site.call(kDo.legacy_get_model, legacy("Old")).at("defaultVersion/name") ==
        "projects/p/models/Old/versions/first");
  CHECK(ask(site, "Old", "second") == R"({"predictions":[7.0]})");
  CHECK(ask(site, "Old", "2") == R"({"predictions":[7.0]})");
  CHECK(make_version(site, "Old", "third", "nowhere").status == 400);
  CHECK(make_version(site, "Nobody", "x").status == 404);
  const std::string name = made.at("name");
  CHECK(site.call(kDo.legacy_get_operation,
                  {.child = name.substr(name.rfind('/') + 1), .is_legacy = true})
            .at("name") == name);
  CHECK(site.call(kDo.legacy_list_operations, legacy("")).at("operations/0/name") == name);
}

TEST_CASE("legacy: the default version goes last, the model after its versions",
          "[service][legacy]") {
  ServiceSite site;
  make_model(site, "Old");
  make_version(site, "Old", "one");
  make_version(site, "Old", "two");
  const Answer refused = site.call(kDo.legacy_delete_version, legacy("Old", "one"));
  CHECK(refused.status == 400);
  CHECK(says_all(refused.message(), "the default version"));
  CHECK(site.call(kDo.legacy_delete_model, legacy("Old")).status == 400);
  CHECK(site.call(kDo.legacy_delete_version, legacy("Old", "two")).status == 200);
  CHECK(site.call(kDo.legacy_delete_version, legacy("Old", "one")).status == 200);
  CHECK(site.call(kDo.legacy_delete_model, legacy("Old")).at("done") == "true");
  CHECK(site.call(kDo.legacy_get_model, legacy("Old")).status == 404);
  CHECK(says_all(site.call(kDo.legacy_delete_version, legacy("lin", "v2")).message(),
                 "deployed at endpoint 1234567890"));
}

}  // namespace trivet::test
