// SPDX-License-Identifier: Apache-2.0
// The state file: what clients create survives restarts and crashes; other files are refused.
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "catch.hpp"
#include "service/state_store.hpp"
#include "support/says.hpp"
#include "unit/service/service_site.hpp"

namespace trivet::test {
namespace {

using namespace trivet::service;

constexpr const ResourceMethods& kDo = resource_methods;

constexpr std::string_view kKept = R"({
  "root": "root", "state": "state.db",
  "models": [ { "name": "lin", "path": "models/lin" }, { "name": "lin", "path": "models/lin2" } ],
  "endpoints": [ { "id": "1", "displayName": "line", "deployedModels":
                   [ { "id": "11", "model": "lin@1" }, { "id": "12", "model": "lin@2" } ],
                   "trafficSplit": { "11": 100, "12": 0 } },
                 { "id": "2", "displayName": "empty" } ] })";

/// The number that a query on the closed file answers.
int ask_file(const std::string& path, const char* sql) {
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &handle) == SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  REQUIRE(sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
  const int number = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(handle);
  return number;
}

void run_on_file(const std::string& path, const char* sql) {
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &handle) == SQLITE_OK);
  REQUIRE(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(handle);
}

}  // namespace

TEST_CASE("state: what clients made is there after a restart", "[service][state]") {
  ServiceSite site(kKept);
  site.upload("m", "lin", R"(,"labels":{"a":"b"})");
  site.upload("m", "lin2", R"(,"versionAliases":["golden"])");
  site.call(kDo.merge_version_aliases, {.id = "m", .version = "2"},
            R"({"versionAliases":["default"]})");
  const std::string operation =
      site.call(kDo.create_endpoint, {.query = "endpointId=77"}, R"({"displayName":"x"})")
          .at("name");
  site.call(kDo.deploy_model, {.id = "77"},
            R"({"deployedModel":{"id":"5","model":"m"},"trafficSplit":{"0":100}})");
  site.call(kDo.legacy_create_model, {.is_legacy = true}, R"({"name":"Old","description":"o"})");
  site.call(kDo.legacy_create_version, {.id = "Old", .is_legacy = true},
            R"({"name":"first","deploymentUri":"gs://bucket/lin"})");
  const std::string model = site.call(kDo.get_model, {.id = "m"}).body.to_json();
  const std::string endpoint = site.call(kDo.get_endpoint, {.id = "77"}).body.to_json();
  const std::string legacy =
      site.call(kDo.legacy_get_model, {.id = "Old", .is_legacy = true}).body.to_json();

  site.restart();
  CHECK(site.call(kDo.get_model, {.id = "m"}).body.to_json() == model);
  CHECK(site.call(kDo.get_model, {.id = "m", .version = "golden"}).at("versionId") == "2");
  CHECK(site.call(kDo.get_endpoint, {.id = "77"}).body.to_json() == endpoint);
  CHECK(site.call(kDo.legacy_get_model, {.id = "Old", .is_legacy = true}).body.to_json() == legacy);
  const std::string id = operation.substr(operation.rfind('/') + 1);
  CHECK(site.call(kDo.get_operation, {.id = "77", .child = id}).at("name") == operation);
  CHECK(site.resources()
            .find_endpoint("77")
            ->endpoint.predict(R"({"instances":[[1,1,1]]})")
            .value() == R"({"predictions":[7.0]})");
  CHECK(site.upload("m", "lin") == "3");
  CHECK(site.call(kDo.list_endpoints, {.query = "readMask=name"}).at("endpoints/2/name") ==
        "projects/p/locations/us-central1/endpoints/77");
}

TEST_CASE("state: changes to what the configuration declares are kept as well",
          "[service][state]") {
  ServiceSite site(kKept);
  site.call(kDo.update_endpoint, {.id = "1", .query = "updateMask=trafficSplit"},
            R"({"trafficSplit":{"11":0,"12":100}})");
  site.call(kDo.delete_endpoint, {.id = "2"});
  site.call(kDo.merge_version_aliases, {.id = "lin", .version = "2"},
            R"({"versionAliases":["default"]})");
  CHECK(site.upload("lin", "lin") == "3");
  site.restart();
  CHECK(site.call(kDo.get_endpoint, {.id = "1"}).at("trafficSplit") == R"({"11":0,"12":100})");
  CHECK(site.call(kDo.get_endpoint, {.id = "2"}).status == 404);
  CHECK(site.call(kDo.get_model, {.id = "lin"}).at("versionId") == "2");
  CHECK(site.call(kDo.list_model_versions, {.id = "lin"}).at("models/2/versionId") == "3");
  site.call(kDo.undeploy_model, {.id = "1"}, R"({"deployedModelId":"11"})");
  CHECK(site.call(kDo.delete_model_version, {.id = "lin", .version = "1"}).status == 200);
  site.restart();
  CHECK(site.call(kDo.get_model, {.id = "lin", .version = "1"}).status == 404);
  CHECK(site.call(kDo.get_model, {.id = "lin"}).at("versionId") == "2");
  // A version that only the configuration knows is not deleted for good with its model's state.
  site.call(kDo.undeploy_model, {.id = "1"}, R"({"deployedModelId":"12"})");
  CHECK(site.call(kDo.delete_model, {.id = "lin"}).status == 200);
  site.restart();
  CHECK(site.call(kDo.get_model, {.id = "lin"}).status == 404);
}

TEST_CASE("state: only what changed is written", "[service][state]") {
  ServiceSite site(kKept);
  for (int i = 0; i < 20; ++i) site.upload("m" + std::to_string(i), "lin");
  site.close();
  const std::string path = site.path("state.db");
  // 20 models with a version each, 20 operations; nothing that is only declared.
  CHECK(ask_file(path, "SELECT count(*) FROM documents") == 60);
  run_on_file(path,
              "CREATE TABLE seen (key TEXT);"
              "CREATE TRIGGER see AFTER INSERT ON documents BEGIN"
              " INSERT INTO seen VALUES (NEW.kind || NEW.key); END");
  site.restart();
  site.call(kDo.update_endpoint, {.id = "2", .query = "updateMask=description"},
            R"({"description":"d"})");
  site.call(kDo.list_models);
  site.close();
  CHECK(ask_file(path, "SELECT count(*) FROM seen") == 1);
  CHECK(ask_file(path, "SELECT count(*) FROM seen WHERE key = 'endpoint2'") == 1);
}

TEST_CASE("state: a file of another kind is refused and left alone", "[service][state]") {
  ServiceSite site;
  struct BadFile {
    const char* name;
    const char* says;
  };
  write_file(site.path("text.db"), std::string(5000, 'x'));
  run_on_file(site.path("other.db"), "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  run_on_file(site.path("later.db"),
              "CREATE TABLE documents (kind TEXT); PRAGMA application_id = 0x74727674; PRAGMA "
              "user_version = 2");
  std::filesystem::create_directory(site.path("folder.db"));
  const BadFile cases[] = {
      {"text.db", "text.db: … not a database"},
      {"other.db", "other.db: a database of another program"},
      {"later.db", "later.db: a state of version 2 … version 1"},
      {"folder.db", "folder.db: "},
      {"nowhere/x.db", "nowhere/x.db: "},
  };
  for (const BadFile& one : cases) {
    INFO(one.name);
    const auto store = StateStore::open(site.path(one.name));
    REQUIRE_FALSE(store);
    CHECK(store.error().code() == Errc::invalid_argument);
    INFO(store.error().message());
    CHECK(says_all(store.error().message(), one.says));
  }
  CHECK(read_file(site.path("text.db")) == std::string(5000, 'x'));
  CHECK(ask_file(site.path("other.db"), "SELECT a FROM t") == 1);
}

TEST_CASE("state: a damaged file is refused", "[service][state]") {
  ServiceSite site(kKept);
  for (int i = 0; i < 30; ++i) site.upload("m" + std::to_string(i), "lin");
  const std::string path = site.path("state.db");
  const std::string damaged = site.path("damaged.db");
  std::string bytes = read_file(path);
  REQUIRE(bytes.size() > 3 * 4096);
  for (std::size_t i = 4096; i < bytes.size(); i += 7)
    bytes[i] = static_cast<char>(bytes[i] ^ 0x55);
  write_file(damaged, bytes);
  const auto store = StateStore::open(damaged);
  if (store) {
    CHECK_FALSE((*store)->read_all());
  } else {
    CHECK(store.error().code() == Errc::invalid_argument);
  }
}

TEST_CASE("state: two servers don't share a file", "[service][state]") {
  ServiceSite site;
  const auto first = StateStore::open(site.path("state.db"));
  REQUIRE(first);
  const auto second = StateStore::open(site.path("state.db"));
  REQUIRE_FALSE(second);
  CHECK(says_all(second.error().message(), "locked"));
}

TEST_CASE("state: a change that can't be written changes nothing", "[service][state]") {
  ServiceSite site(kKept);
  site.close();
  run_on_file(site.path("state.db"),
              "CREATE TRIGGER refuse BEFORE INSERT ON documents WHEN NEW.kind = 'version' BEGIN"
              " SELECT RAISE(ABORT, 'the disk is full'); END");
  site.restart();
  const Answer answer =
      site.call(kDo.upload_model, {},
                R"({"modelId":"m","model":{"displayName":"d","artifactUri":"gs://bucket/lin"}})");
  CHECK(answer.status == 503);
  CHECK(says_all(answer.message(), "state can't be written … the disk is full"));
  CHECK(site.call(kDo.get_model, {.id = "m"}).status == 404);
  CHECK(
      site.call(kDo.create_endpoint, {.query = "endpointId=3"}, R"({"displayName":"x"})").status ==
      200);
  site.close();
  CHECK(ask_file(site.path("state.db"), "SELECT count(*) FROM documents WHERE key = 'm'") == 0);
}

TEST_CASE("state: a process that is killed leaves whole changes only", "[service][state]") {
  const ServiceSite site;
  const std::string path = site.path("crash.db");
  for (int round = 0; round < 8; ++round) {
    int pipe_ends[2];
    REQUIRE(pipe(pipe_ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const auto store = StateStore::open(path);
      if (!store) _exit(1);
      const std::string body = "\"" + std::string(20'000, 'x') + "\"";
      for (int i = 0; i < 100'000; ++i) {
        const std::string key = std::to_string(round * 100'000 + i);
        const StoredDocument pair[] = {{"model", key, body}, {"version", key, body}};
        if (!(*store)->write(pair)) _exit(2);
        if (write(pipe_ends[1], "x", 1) != 1) _exit(3);
      }
      _exit(0);
    }
    close(pipe_ends[1]);
    char said = 0;
    const int changes = 1 + round * 3;
    for (int i = 0; i < changes; ++i) REQUIRE(read(pipe_ends[0], &said, 1) == 1);
    usleep(static_cast<useconds_t>(300 * round));  // somewhere in the next change
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    close(pipe_ends[0]);
    CHECK(WIFSIGNALED(status));

    const auto store = StateStore::open(path);
    REQUIRE(store);
    const auto documents = (*store)->read_all();
    REQUIRE(documents);
    std::size_t models = 0;
    std::size_t of_round = 0;
    for (const StoredDocument& document : *documents) {
      models += document.kind == "model" ? 1 : 0;
      const bool is_of_round = std::stoi(document.key) / 100'000 == round;
      of_round += document.kind == "model" && is_of_round ? 1 : 0;
    }
    CHECK(models * 2 == documents->size());                // each change wrote one of each kind
    CHECK(of_round >= static_cast<std::size_t>(changes));  // what was said to be kept is kept
  }
}

}  // namespace trivet::test
