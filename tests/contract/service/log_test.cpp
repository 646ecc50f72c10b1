// SPDX-License-Identifier: Apache-2.0
// Recorded calls: the contract's section 11.
#include <sqlite3.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "site.hpp"

namespace trivet::test {
namespace {

/// All rows of a table, columns joined by `|`.
std::vector<std::string> rows_of(const std::string& file, const std::string& query) {
  sqlite3* database = nullptr;
  std::vector<std::string> rows;
  if (sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK) {
    sqlite3_exec(
        database, query.c_str(),
        [](void* out, int count, char** columns, char**) {
          std::string row;
          for (int i = 0; i < count; ++i) {
            if (i != 0) row += '|';
            row += columns[i] == nullptr ? "NULL" : columns[i];
          }
          static_cast<std::vector<std::string>*>(out)->push_back(row);
          return 0;
        },
        &rows, nullptr);
  }
  sqlite3_close(database);
  return rows;
}

std::string logging_site(std::string_view logging) {
  return R"({"models":[{"name":"lin","path":"{models}/lin"}],"endpoints":[{"id":"1",
    "displayName":"my line","deployedModels":[{"id":"7","model":"lin"}],
    "predictRequestResponseLoggingConfig":)" +
         std::string(logging) + "}]}";
}

TEST_CASE("service: calls are recorded in the service's columns", "[service]") {
  Site site(logging_site(R"({"enabled":true,"samplingRate":1,
    "bigqueryDestination":{"outputUri":"bq://proj.data.calls"}})"));
  CHECK(site.post(endpoint_path("1", "predict"), R"({"instances":[[1,1,1],{"a":0,"b":0,"c":1}]})")
            .status == 200);
  CHECK(site.post(endpoint_path("1", "rawPredict"), R"({"instances":[[0,0,0]]})").status == 200);
  CHECK(site.post(endpoint_path("1", "predict"), R"({"instances":[[1]]})").status == 400);
  site.flush_log();
  const auto rows = rows_of(site.root() + "/bq/proj/data.db",
                            "SELECT endpoint, deployed_model_id, request_payload, "
                            "response_payload FROM calls ORDER BY rowid");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0] ==
        R"(projects/p/locations/l/endpoints/1|7|["[1,1,1]","{\"a\":0,\"b\":0,\"c\":1}"]|)"
        R"(["0.5","-2.5"])");
  CHECK(rows[1] == R"(projects/p/locations/l/endpoints/1|7|["[0,0,0]"]|["0.5"])");
  CHECK(rows[2].find("|[\"[1]\"]|[\"{\\\"error\\\":") != std::string::npos);
  const auto times = rows_of(site.root() + "/bq/proj/data.db",
                             "SELECT logging_time, request_id FROM calls LIMIT 1");
  REQUIRE(times.size() == 1);
  CHECK(times[0].find("+00:00|") == std::string("2026-11-22 02:03:04.123456").size());
}

TEST_CASE("service: a table without a name has the service's", "[service]") {
  Site site(logging_site(R"({"enabled":true,"samplingRate":1})"));
  (void)site.post(endpoint_path("1", "predict"), R"({"instances":[[1,1,1]]})");
  site.flush_log();
  CHECK(rows_of(site.root() + "/bq/p/logging_my_line_1.db",
                "SELECT count(*) FROM request_response_logging") == std::vector<std::string>{"1"});
}

TEST_CASE("service: a sample is recorded, and nothing that is switched off", "[service]") {
  Site site(logging_site(R"({"enabled":true,"samplingRate":0.25,
    "bigqueryDestination":{"outputUri":"bq://proj.data.calls"}})"));
  for (int i = 0; i < 2000; ++i) {
    (void)site.post(endpoint_path("1", "predict"), R"({"instances":[[1,1,1]]})");
  }
  site.flush_log();
  const auto rows = rows_of(site.root() + "/bq/proj/data.db", "SELECT count(*) FROM calls");
  REQUIRE(rows.size() == 1);
  CHECK(std::stoi(rows[0]) > 400);  // 500 expected, five standard deviations are 97
  CHECK(std::stoi(rows[0]) < 600);

  Site off(logging_site(R"({"enabled":false,"samplingRate":1})"));
  (void)off.post(endpoint_path("1", "predict"), R"({"instances":[[1,1,1]]})");
  off.flush_log();
  CHECK_FALSE(std::filesystem::exists(off.root() + "/bq"));
}

TEST_CASE("service: a project's name makes no path", "[service]") {
  Site site(logging_site(R"({"enabled":true,"samplingRate":1})"));
  for (const char* project : {"..", "%2e%2e", "..%2f..%2fetc", "a%2fb"}) {
    INFO(project);
    const std::string path =
        std::string("/v1/projects/") + project + "/locations/l/endpoints/1:predict";
    CHECK(site.post(path, R"({"instances":[[1,1,1]]})").status == 200);
  }
  site.flush_log();
  for (const auto& entry : std::filesystem::directory_iterator(site.root())) {
    CHECK(entry.path().filename() == "bq");
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(site.root() + "/bq")) {
    const std::string name = entry.path().filename().string();
    INFO(name);
    CHECK(name.find("..") == std::string::npos);
  }
}

TEST_CASE("service: no link below the root is followed to a table", "[service]") {
  namespace fs = std::filesystem;
  struct Case {
    const char* name;
    const char* link;  // below the root
    const char* uri;
  };
  constexpr Case kCases[] = {
      {"a file that is there", "bq/p/there.db", "bq://p.there.t"},
      {"a file that isn't", "bq/p/not.db", "bq://p.not.t"},
      {"a folder", "bq/q", "bq://q.data.t"},
  };
  for (const Case& row : kCases) {
    INFO(row.name);
    Site site(logging_site(std::string(R"({"enabled":true,"samplingRate":1,
      "bigqueryDestination":{"outputUri":")") +
                           row.uri + "\"}}"));
    const TemporaryFolder outside;
    const bool is_folder = std::string_view(row.name) == "a folder";
    const std::string target = outside.path() + (is_folder ? "" : "/victim.db");
    if (std::string_view(row.name) == "a file that is there") {
      REQUIRE(rows_of(target, "SELECT 1").empty());
      std::fclose(std::fopen(target.c_str(), "w"));
    }
    const fs::path link = fs::path(site.root()) / row.link;
    fs::create_directories(link.parent_path());
    fs::create_symlink(target, link);
    CHECK(site.post(endpoint_path("1", "predict"), R"({"instances":[[1,1,1]]})").status == 200);
    site.flush_log();
    for (const auto& entry : fs::directory_iterator(outside.path())) {
      INFO(entry.path());
      CHECK(entry.file_size() == 0);
    }
    CHECK(site.lost_calls() == 1);
  }
}

TEST_CASE("service: a destination that is no table's address is refused", "[service]") {
  Site site;
  for (const char* uri : {"bq://../../x", "bq://p/../x.y.z", "bq://p.ok.t;drop", "gs://b/x",
                          "p.d.t", "bq://p.d.t.u", "bq://"}) {
    INFO(uri);
    const Answer answer = site.send(
        "PATCH", endpoint_path("400") + "?updateMask=predictRequestResponseLoggingConfig",
        std::string(R"({"predictRequestResponseLoggingConfig":{"enabled":true,"samplingRate":1,
          "bigqueryDestination":{"outputUri":")") +
            uri + "\"}}}");
    CHECK(answer.status == 400);
    CHECK(answer.body.find("outputUri is") != std::string::npos);
  }
  for (const char* uri : {"bq://p", "bq://p-1.d", "bq://p.d.t"}) {
    INFO(uri);
    CHECK(site.send("PATCH",
                    endpoint_path("400") + "?updateMask=predictRequestResponseLoggingConfig",
                    std::string(R"({"predictRequestResponseLoggingConfig":{"enabled":true,
          "samplingRate":1,"bigqueryDestination":{"outputUri":")") +
                        uri + "\"}}}")
              .status == 200);
  }
}

}  // namespace
}  // namespace trivet::test
