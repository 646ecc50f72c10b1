// SPDX-License-Identifier: Apache-2.0
// The registry: uploads, versions, aliases, updates, copies (contract, 6 and 14.3).
#include <filesystem>
#include <string>

#include "catch.hpp"
#include "support/says.hpp"
#include "unit/service/service_site.hpp"

namespace trivet::test {
namespace {

using namespace trivet::service;

constexpr const ResourceMethods& kDo = resource_methods;

std::string aliases_of(ServiceSite& site, const char* id, const char* version) {
  return site.call(kDo.get_model, {.id = id, .version = version}).at("versionAliases");
}

}  // namespace

TEST_CASE("models: what clients look at is in the answer", "[service][models]") {
  ServiceSite site;
  const Answer answer = site.call(kDo.get_model, {.id = "lin"});
  CHECK(answer.status == 200);
  CHECK(answer.at("name") == "projects/p/locations/us-central1/models/lin");
  CHECK(answer.at("versionId") == "1");
  CHECK(answer.at("versionAliases") == R"(["default","stable"])");
  CHECK(answer.at("supportedDeploymentResourcesTypes") == R"(["DEDICATED_RESOURCES"])");
  CHECK(answer.at("supportedInputStorageFormats") ==
        R"(["jsonl","csv","tf-record","tf-record-gzip","bigquery","file-list"])");
  CHECK(answer.at("supportedOutputStorageFormats") == R"(["jsonl","csv","bigquery"])");
  CHECK(answer.at("versionCreateTime").size() == 27);
  CHECK_FALSE(answer.at("etag").empty());
  CHECK(answer.at("deployedModels") ==
        R"([{"endpoint":"projects/p/locations/us-central1/endpoints/1234567890",)"
        R"("deployedModelId":"11"}])");
  CHECK(site.call(kDo.get_model, {.id = "lin", .query = "$alt=json;enum-encoding=int"})
            .at("supportedDeploymentResourcesTypes") == "[1]");
}

TEST_CASE("models: found by number and alias, not by others", "[service][models]") {
  ServiceSite site;
  CHECK(site.call(kDo.get_model, {.id = "lin", .version = "2"}).at("versionId") == "2");
  CHECK(site.call(kDo.get_model, {.id = "lin", .version = "stable"}).at("versionId") == "1");
  const Answer missing = site.call(kDo.get_model, {.id = "lin", .version = "3"});
  CHECK(missing.status == 404);
  CHECK(missing.message() == "Model `projects/p/locations/us-central1/models/lin@3` not found.");
  CHECK(site.call(kDo.get_model, {.id = "nobody"}).status == 404);
}

// Case 49.
TEST_CASE("models: a second upload is version 2 and not the default", "[service][models]") {
  ServiceSite site;
  const Answer first =
      site.call(kDo.upload_model, {},
                R"({"modelId":"m","model":{"displayName":"d","artifactUri":"gs://bucket/lin"}})");
  CHECK(first.at("done") == "true");
  CHECK(first.at("response/model") == "projects/p/locations/us-central1/models/m");
  CHECK(first.at("response/modelVersionId") == "1");
  CHECK(first.at("response/@type") ==
        "type.googleapis.com/google.cloud.aiplatform.v1.UploadModelResponse");
  CHECK(first.at("metadata/@type") ==
        "type.googleapis.com/google.cloud.aiplatform.v1.UploadModelOperationMetadata");
  CHECK(site.upload("m", "lin2") == "2");
  CHECK(aliases_of(site, "m", "1") == R"(["default"])");
  CHECK(aliases_of(site, "m", "2").empty());
  CHECK(site.call(kDo.get_model, {.id = "m"}).at("versionId") == "1");
  CHECK(site.resources()
            .find_model("m", "2")
            ->endpoint.predict(R"({"instances":[[1,1,1]]})")
            .value() == R"({"predictions":[7.0]})");
}

// Case 50.
TEST_CASE("models: aliases move, and the default one can't go", "[service][models]") {
  ServiceSite site;
  site.upload("m", "lin");
  site.upload("m", "lin2");
  const auto merge = [&](const char* version, const std::string& list) {
    return site.call(kDo.merge_version_aliases, {.id = "m", .version = version},
                     R"({"versionAliases":)" + list + "}");
  };
  CHECK(merge("2", R"(["default","golden"])").at("versionAliases") == R"(["default","golden"])");
  CHECK(aliases_of(site, "m", "1").empty());
  CHECK(site.call(kDo.get_model, {.id = "m"}).at("versionId") == "2");
  CHECK(site.call(kDo.get_model, {.id = "m", .version = "golden"}).at("versionId") == "2");
  CHECK(merge("2", R"(["-golden"])").at("versionAliases") == R"(["default"])");
  CHECK(site.call(kDo.get_model, {.id = "m", .version = "golden"}).status == 404);
  CHECK(merge("2", R"(["-default"])").status == 400);
  CHECK(merge("2", R"(["good","-default"])").status == 400);
  CHECK(aliases_of(site, "m", "2") == R"(["default"])");
  CHECK(merge("2", "[]").status == 400);
}

// Case 51.
TEST_CASE("models: aliases of another form are refused", "[service][models]") {
  ServiceSite site;
  const std::pair<std::string, int> cases[] = {
      {"2", 400},
      {"Golden", 400},
      {"a" + std::string(128, 'b'), 400},
      {"x", 400},
      {"a_b", 400},
      {"ab-", 400},
      {"aB", 400},
      {"ab", 200},
      {"a-B2", 200},
      {"a" + std::string(126, 'B') + "c", 200},
  };
  for (const auto& [alias, status] : cases) {
    INFO(alias);
    CHECK(site.call(kDo.merge_version_aliases, {.id = "lin", .version = "1"},
                    R"({"versionAliases":[")" + alias + "\"]}")
              .status == status);
  }
  CHECK(site.upload("m", "lin", R"(,"versionAliases":["X"])").starts_with("Invalid version alias"));
  CHECK(site.call(kDo.get_model, {.id = "m"}).status == 404);
}

// Case 52.
TEST_CASE("models: a version that is needed is not deleted", "[service][models]") {
  ServiceSite site;
  const auto remove = [&](const char* id, const char* version) {
    return site.call(kDo.delete_model_version, {.id = id, .version = version});
  };
  const Answer deployed = remove("lin", "2");
  CHECK(deployed.status == 400);
  CHECK(deployed.at("error/status") == "FAILED_PRECONDITION");
  CHECK(says_all(deployed.message(), "models/lin@2 … deployed at endpoint 1234567890"));
  CHECK(says_all(remove("cls", "1").message(), "only version"));
  site.upload("m", "lin");
  site.upload("m", "lin2", R"(,"versionAliases":["new"])");
  CHECK(says_all(remove("m", "1").message(), "\"default\""));
  const Answer by_alias = remove("m", "new");
  CHECK(by_alias.status == 400);
  CHECK(by_alias.at("error/status") == "INVALID_ARGUMENT");
  const Answer gone = remove("m", "2");
  CHECK(gone.at("response/@type") == "type.googleapis.com/google.protobuf.Empty");
  CHECK(site.call(kDo.get_model, {.id = "m", .version = "2"}).status == 404);
  CHECK(site.upload("m", "lin2") == "3");  // numbers are not used again
}

TEST_CASE("models: deleted with all versions, but not while deployed", "[service][models]") {
  ServiceSite site;
  const Answer refused = site.call(kDo.delete_model, {.id = "lin"});
  CHECK(refused.status == 400);
  CHECK(refused.at("error/status") == "FAILED_PRECONDITION");
  site.upload("m", "lin");
  CHECK(site.call(kDo.delete_model, {.id = "m"}).at("done") == "true");
  CHECK(site.call(kDo.get_model, {.id = "m"}).message() ==
        "Model `projects/p/locations/us-central1/models/m` not found.");
}

TEST_CASE("models: an upload that is refused leaves nothing behind", "[service][models]") {
  ServiceSite site;
  write_file(site.path("root/gs/bucket/broken/model.bst"), "{");
  const std::string too_long(129, 'x');
  const std::tuple<const char*, std::string, int, const char*> cases[] = {
      {"nothing there", R"("displayName":"d","artifactUri":"gs://bucket/nowhere")", 400,
       "gs://bucket/nowhere"},
      {"no artefact", R"("displayName":"d")", 400, "artifactUri"},
      {"another scheme", R"("displayName":"d","artifactUri":"file:///etc/passwd")", 400,
       "Cloud Storage"},
      {"builtin", R"("displayName":"d","artifactUri":"builtin:echo")", 400, "Cloud Storage"},
      {"dots", R"("displayName":"d","artifactUri":"gs://bucket/../../models/lin")", 400,
       "Cloud Storage"},
      {"dots as a bucket", R"("displayName":"d","artifactUri":"gs://../lin")", 400,
       "Cloud Storage"},
      {"a broken file", R"("displayName":"d","artifactUri":"gs://bucket/broken")", 400, "broken"},
      {"no name", R"("artifactUri":"gs://bucket/lin")", 400, "display name"},
      {"a long name", R"("artifactUri":"gs://bucket/lin","displayName":")" + too_long + "\"", 400,
       "129"},
      {"a label", R"("artifactUri":"gs://bucket/lin","displayName":"d","labels":{"A":"b"})", 400,
       "label"},
      {"an unknown member", R"("artifactUri":"gs://bucket/lin","displayName":"d","foo":1)", 400,
       "Unknown name \"foo\" at 'model'"},
      {"path count 0",
       R"("artifactUri":"gs://bucket/lin","displayName":"d","explanationSpec":{)"
       R"("parameters":{"sampledShapleyAttribution":{"pathCount":0}},"metadata":{)"
       R"("inputs":{"a":{}},"outputs":{"y":{}}}})",
       400, "pathCount"},
      {"path count 51",
       R"("artifactUri":"gs://bucket/lin","displayName":"d","explanationSpec":{)"
       R"("parameters":{"sampledShapleyAttribution":{"pathCount":51}},"metadata":{)"
       R"("inputs":{"a":{}},"outputs":{"y":{}}}})",
       400, "pathCount"},
  };
  for (const auto& [name, model, status, says] : cases) {
    INFO(name);
    const Answer answer =
        site.call(kDo.upload_model, {}, R"({"modelId":"m","model":{)" + model + "}}");
    INFO(answer.message());
    CHECK(answer.status == status);
    CHECK(says_all(answer.message(), says));
    CHECK(site.call(kDo.get_model, {.id = "m"}).status == 404);
  }
  CHECK(site.call(kDo.list_operations, {.id = "m"}).body.to_json() == "{}");
}

TEST_CASE("models: links don't lead out of the root", "[service][models]") {
  namespace fs = std::filesystem;
  ServiceSite site;
  const fs::path bucket(site.path("root/gs/bucket"));
  fs::create_directory_symlink(site.path("models/lin"), bucket / "folder");
  fs::create_directories(bucket / "inner");
  fs::create_symlink(site.path("models/lin/model.bst"), bucket / "inner/model.bst");
  fs::create_directory_symlink(bucket / "lin", bucket / "within");
  CHECK(says_all(site.upload("m", "folder"), "leads out of the server's root"));
  CHECK(says_all(site.upload("m", "folder/model.bst"), "leads out of the server's root"));
  CHECK(says_all(site.upload("m", "inner"), "leads out of the server's root"));
  CHECK(site.upload("m", "within") == "1");
}

// Case 54, the order: what is in the folder beside model.bst doesn't matter.
TEST_CASE("models: of model.bst and model.joblib the first is taken", "[service][models]") {
  ServiceSite site;
  write_file(site.path("root/gs/bucket/lin/model.joblib"), "nonsense");
  CHECK(site.upload("both", "lin") == "1");
  std::filesystem::rename(site.path("root/gs/bucket/lin2/model.bst"),
                          site.path("root/gs/bucket/lin2/model.xgb"));
  CHECK(site.upload("other", "lin2") == "1");
}

TEST_CASE("models: ids are chosen by the rules, or made", "[service][models]") {
  ServiceSite site;
  for (const char* id : {"1a", "-a", "A", "a b", "a.b"}) {
    INFO(id);
    CHECK(site.upload(id, "lin").starts_with("Invalid model id"));
  }
  CHECK(site.upload("_a-1", "lin") == "1");
  const Answer again =
      site.call(kDo.upload_model, {},
                R"({"modelId":"lin","model":{"displayName":"d","artifactUri":"gs://bucket/lin"}})");
  CHECK(again.status == 409);
  CHECK(again.at("error/status") == "ALREADY_EXISTS");
  const Answer made = site.call(kDo.upload_model, {},
                                R"({"model":{"displayName":"d","artifactUri":"gs://bucket/lin"}})");
  const std::string name = made.at("response/model");
  const std::string id = name.substr(name.rfind('/') + 1);
  CHECK(id.size() <= 19);
  CHECK(id.find_first_not_of("0123456789") == std::string::npos);
  CHECK(site.call(kDo.upload_model, {}, R"({"parentModel":"models/nobody","model":{}})").status ==
        404);
}

TEST_CASE("models: a version's fields and the model's are updated apart", "[service][models]") {
  ServiceSite site;
  site.upload("m", "lin", R"(,"labels":{"all":"1"})");
  site.upload("m", "lin2", R"(,"labels":{"two":"2"},"versionDescription":"second")");
  const auto patch = [&](const char* version, const char* mask, const char* body) {
    return site.call(kDo.update_model,
                     {.id = "m", .version = version, .query = std::string("updateMask=") + mask},
                     body);
  };
  const Answer renamed =
      patch("", "display_name,labels", R"({"displayName":"new","labels":{"all":"3"}})");
  CHECK(renamed.at("displayName") == "new");
  const Answer second = patch("2", "versionDescription,labels.two",
                              R"({"versionDescription":"x","labels":{"two":"4"}})");
  CHECK(second.at("versionDescription") == "x");
  CHECK(second.at("displayName") == "new");
  CHECK(second.at("labels") == R"({"all":"3","two":"4"})");
  CHECK(site.call(kDo.get_model, {.id = "m", .version = "1"}).at("labels") == R"({"all":"3"})");
  CHECK(patch("-", "description", R"({"description":"d"})").at("description") == "d");
  CHECK(patch("2", "displayName", R"({"displayName":"y"})").status == 400);
  CHECK(patch("", "versionDescription", R"({"versionDescription":"y"})").status == 400);
  CHECK(patch("", "artifactUri", R"({"artifactUri":"y"})").status == 400);
  CHECK(patch("", "nobody", "{}").status == 400);
  CHECK(patch("", "displayName", "{}").status == 400);
  CHECK(site.resources().find_model("m", "1")->display_name == "new");
}

TEST_CASE("models: an update with an old etag is aborted", "[service][models]") {
  ServiceSite site;
  const std::string etag = site.call(kDo.get_model, {.id = "cls"}).at("etag");
  const auto patch = [&](const std::string& tag) {
    return site.call(kDo.update_model, {.id = "cls", .query = "updateMask=description"},
                     R"({"description":")" + tag + R"(","etag":")" + tag + "\"}");
  };
  CHECK(patch("0").status == 409);
  CHECK(patch("0").at("error/status") == "ABORTED");
  CHECK(patch(etag).status == 200);
  CHECK(patch(etag).status == 409);
}

TEST_CASE("models: lists have the default versions, lists of versions their numbers",
          "[service][models]") {
  ServiceSite site;
  const Answer all = site.call(kDo.list_models, {.query = "readMask=name"});
  CHECK(all.at("models/0/name") == "projects/p/locations/us-central1/models/lin");
  CHECK(all.at("models/2/name") == "projects/p/locations/us-central1/models/echo");
  CHECK(all.at("models/3/name").empty());
  const Answer versions = site.call(kDo.list_model_versions, {.id = "lin"});
  CHECK(versions.at("models/0/name") == "projects/p/locations/us-central1/models/lin@1");
  CHECK(versions.at("models/1/name") == "projects/p/locations/us-central1/models/lin@2");
  CHECK(site.call(kDo.list_models, {.query = "filter=model%3Dcls&readMask=name"})
            .at("models/0/name") == "projects/p/locations/us-central1/models/cls");
  const Answer page = site.call(kDo.list_models, {.query = "pageSize=2"});
  CHECK(site.call(kDo.list_models, {.query = "pageSize=2&pageToken=" + page.at("nextPageToken")})
            .at("models/0/name") == "projects/p/locations/us-central1/models/echo");
}

TEST_CASE("models: a copy answers like its original", "[service][models]") {
  ServiceSite site;
  const Answer copy =
      site.call(kDo.copy_model, {},
                R"({"sourceModel":"projects/p/locations/l/models/lin@2","modelId":"twin"})");
  CHECK(copy.at("response/model") == "projects/p/locations/us-central1/models/twin");
  CHECK(copy.at("response/modelVersionId") == "1");
  CHECK(site.resources()
            .find_model("twin", "")
            ->endpoint.predict(R"({"instances":[[1,1,1]]})")
            .value() == R"({"predictions":[7.0]})");
  CHECK(site.call(kDo.copy_model, {}, R"({"sourceModel":"models/nobody"})").status == 404);
}

TEST_CASE("models: an export copies the artefact below the root", "[service][models]") {
  ServiceSite site;
  site.upload("m", "lin");
  const char* const body =
      R"({"outputConfig":{"exportFormatId":"custom-trained","artifactDestination":{)"
      R"("outputUriPrefix":"gs://bucket/out"}}})";
  const Answer answer = site.call(kDo.export_model, {.id = "m"}, body);
  const std::string uri = answer.at("metadata/outputInfo/artifactOutputUri");
  INFO(answer.body.to_json());
  REQUIRE(uri.starts_with("gs://bucket/out/model-export-up-"));
  CHECK(read_file(site.path("root/gs/") + uri.substr(5) + "/model.bst") ==
        read_file(site.path("models/lin/model.bst")));
  CHECK(site.call(kDo.export_model, {.id = "lin"}, body).status == 501);
  CHECK(site.call(kDo.export_model, {.id = "m"},
                  R"({"outputConfig":{"artifactDestination":{"outputUriPrefix":"gs://../x"}}})")
            .status == 400);
}

TEST_CASE("batch jobs: are not run, and say so", "[service][models]") {
  ServiceSite site;
  const Answer create = site.call(kDo.create_batch_job, {}, R"({"displayName":"b"})");
  CHECK(create.status == 501);
  CHECK(create.at("error/status") == "UNIMPLEMENTED");
  CHECK(site.call(kDo.list_batch_jobs).body.to_json() == "{}");
  CHECK(site.call(kDo.get_batch_job, {.id = "1"}).status == 404);
}

}  // namespace trivet::test
