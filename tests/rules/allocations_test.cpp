// SPDX-License-Identifier: Apache-2.0
// A warm predict call allocates nothing, through any door.
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "rules/allocation_count.hpp"
#include "trivet/local_endpoint.hpp"
#include "trivet/local_model.hpp"

namespace {

constexpr int kWarmUpCalls = 16;
constexpr int kCalls = 1000;

// Prints what was seen; true when every call succeeded and the warm ones allocated nothing.
template <class Call>
bool allocates_nothing(const char* door, Call&& call, int calls = kCalls) {
  bool succeeded = true;
  for (int i = 0; i < kWarmUpCalls; ++i) succeeded &= call();
  const std::size_t before = allocation_count;
  for (int i = 0; i < calls; ++i) succeeded &= call();
  const std::size_t count = allocation_count - before;
  std::printf("  %-34s %zu allocations in %d calls%s\n", door, count, calls,
              succeeded ? "" : ", and a call FAILED");
  return succeeded && count == 0;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool check_rows(trivet::Session& session, std::size_t columns) {
  const std::vector<float> floats(64 * columns, 1.5f);
  const std::vector<double> doubles(64 * columns, 1.5);
  const bool from_floats = allocates_nothing("Session::predict, rows of float", [&] {
    return session.predict(trivet::MatrixView<const float>(floats.data(), 64, columns)).has_value();
  });
  const bool from_doubles = allocates_nothing("Session::predict, rows of double", [&] {
    return session.predict(trivet::MatrixView<const double>(doubles.data(), 64, columns))
        .has_value();
  });
  return from_floats && from_doubles;
}

bool check_json(const trivet::LocalModel& model, trivet::Session& session,
                const std::string& request) {
  const trivet::LocalEndpoint endpoint = model.deploy_to_local_endpoint();
  std::string response;
  const bool by_session = allocates_nothing(
      "Session::predict_json", [&] { return session.predict_json(request, response).has_value(); });
  const bool by_model = allocates_nothing("LocalModel::predict_json", [&] {
    return model.predict_json(request, response).has_value();
  });
  const bool by_endpoint = allocates_nothing(
      "LocalEndpoint::predict", [&] { return endpoint.predict(request, response).has_value(); });
  return by_session && by_model && by_endpoint;
}

trivet::Result<trivet::LocalModel> load_explained(const std::string& folder) {
  const auto model = trivet::LocalModel::load(folder + "/model");
  if (!model) return model;
  const auto spec = trivet::ExplanationSpec::parse(read_file(folder + "/spec.json"));
  if (!spec) return spec.error();
  return model->with_explanation_spec(*spec);
}

/// Plans that take their time are called a few times.
bool check_explain(const std::string& folder, int calls = kCalls) {
  const auto model = load_explained(folder);
  const auto plan = model ? model->explanation_plan() : trivet::ExplanationPlan{"none", false};
  std::printf("explanations, %s: %s\n", plan ? plan->name.c_str() : "?", folder.c_str());
  if (!model) {
    std::printf("  %s\n", model.error().message().c_str());
    return false;
  }
  const std::size_t columns = model->signature().column_count();
  const std::vector<float> floats(64 * columns, 1.5f);
  const std::size_t rows = calls == kCalls ? 64 : 4;
  trivet::Session session = model->session();
  const std::string request = read_file(folder + "/request.json");
  std::string response;
  const auto explain = [&] {
    const trivet::MatrixView<const float> matrix(floats.data(), rows, columns);
    return session.explain(matrix).has_value();
  };
  const auto explain_json = [&] { return session.explain_json(request, response).has_value(); };
  const bool typed = allocates_nothing("Session::explain, rows of float", explain, calls);
  const bool json = allocates_nothing("Session::explain_json", explain_json, calls);
  return typed && json;
}

// Every door is tried, so that one run names all that allocate.
bool check_case(const char* rows, const std::string& folder) {
  std::printf("%s: %s\n", rows, folder.c_str());
  const auto model = trivet::LocalModel::load(folder + "/model");
  if (!model) {
    std::printf("  %s\n", model.error().message().c_str());
    return false;
  }
  trivet::Session session = model->session();
  const bool typed = check_rows(session, model->signature().column_count());
  const bool json = check_json(*model, session, read_file(folder + "/request.json"));
  return typed && json;
}

}  // namespace

int main() {
  const std::string fixtures = TRIVET_TEST_DATA "golden/xgboost/";
  const bool lists = check_case("rows as lists", fixtures + "json_13_names");
  const bool objects = check_case("rows as objects", fixtures + "ubj_32_objects_by_name");
  const std::string explained = TRIVET_TEST_DATA "golden/explain/";
  bool explains = check_explain(explained + "xgb_regression");
  explains &= check_explain(explained + "xgb_linear_logistic");
  explains &= check_explain(explained + "xgb_probability", 20);
  explains &= check_explain(explained + "xgb_softprob_all", 20);
  explains &= check_explain(explained + "xgb_30_features_probability", 20);
  return lists && objects && explains ? 0 : 1;
}
