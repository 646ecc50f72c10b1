// SPDX-License-Identifier: Apache-2.0
// Loading, and asking by rows: what a model takes and what it refuses.
#include "trivet/local_model.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <vector>

#include "catch.hpp"
#include "support/files.hpp"
#include "trivet/local_endpoint.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::test {
namespace {

std::string model_bytes(const char* name) {
  return read_file(data_path(std::string("contract/models/") + name + "/model.bst"));
}

/// `lin` computes 0.5 + a + 2b − 3c.
LocalModel lin() {
  auto model = LocalModel::load(data_path("contract/models/lin"));
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  return std::move(model).value();
}

constexpr const char* kRenamed =
    R"({"displayName":"renamed","signature":{"columns":[{"name":"x","type":"number"},)"
    R"({"name":"y","type":"number"},{"name":"z","type":"number"}]}})";

/// The working folder for the length of a test.
class WorkingFolder {
 public:
  explicit WorkingFolder(const std::string& path) {
    char buffer[4096];
    REQUIRE(getcwd(buffer, sizeof buffer) != nullptr);
    before_ = buffer;
    REQUIRE(chdir(path.c_str()) == 0);
  }
  ~WorkingFolder() { static_cast<void>(chdir(before_.c_str()) == 0); }
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;

 private:
  std::string before_;
};

}  // namespace

TEST_CASE("load: the content decides, whatever the file is called", "[core][load]") {
  const TemporaryFolder folder;
  for (const char* name : {"model.bst", "model.json", "model.ubj", "model.pkl", "data", "a.b.c"}) {
    INFO(name);
    write_file(folder / name, model_bytes("lin"));
    const auto model = LocalModel::load(folder / name);
    INFO((model ? std::string() : model.error().message()));
    CHECK(model.has_value());
  }
}

TEST_CASE("load: what can't be a model is refused with its kind and place", "[core][load]") {
  const TemporaryFolder folder;
  write_file(folder / "empty/.keep", "");
  REQUIRE(std::remove((folder / "empty/.keep").c_str()) == 0);
  write_file(folder / "nothing.bst", "");
  write_file(folder / "garbage.bst", "This is a shopping list: milk, eggs.");
  write_file(folder / "json.bst", R"({"hello":"world"})");
  write_file(folder / "readme_only/README.md", "# nothing here");
  struct BadPath {
    const char* path;
    std::vector<Errc> codes;
  };
  const BadPath paths[] = {
      {"missing.bst", {Errc::not_found}},
      {"empty", {Errc::not_found, Errc::unsupported_model}},
      {"nothing.bst", {Errc::invalid_model}},
      {"garbage.bst", {Errc::unsupported_model, Errc::invalid_model}},
      {"json.bst", {Errc::unsupported_model, Errc::invalid_model}},
      {"readme_only", {Errc::unsupported_model}},
  };
  for (const BadPath& one : paths) {
    INFO(one.path);
    const auto model = LocalModel::load(folder / one.path);
    CHECK_FALSE(model.has_value());
    if (model) continue;
    INFO(model.error().message());
    CHECK(std::find(one.codes.begin(), one.codes.end(), model.error().code()) != one.codes.end());
    CHECK_FALSE(model.error().where().empty());
    CHECK_FALSE(model.error().found().empty());
    CHECK_FALSE(model.error().expected().empty());
  }
}

TEST_CASE("load: the names of the service's containers come first", "[core][load]") {
  const TemporaryFolder folder;
  write_file(folder / "a.json", model_bytes("lin2"));
  write_file(folder / "model.bst", model_bytes("lin"));
  write_file(folder / "notes.txt", "nothing to load");
  const auto model = LocalModel::load(folder.path());
  REQUIRE(model.has_value());
  const float ones[] = {1, 1, 1};
  CHECK(model->predict(MatrixView<const float>(ones, 1, 3))->at(0) == 0.5);
}

TEST_CASE("load: two models and no way to choose are both named", "[core][load]") {
  const TemporaryFolder folder;
  write_file(folder / "first.json", model_bytes("lin"));
  write_file(folder / "second.json", model_bytes("lin2"));
  const auto model = LocalModel::load(folder.path());
  REQUIRE_FALSE(model.has_value());
  CHECK(model.error().message().find("first.json") != std::string::npos);
  CHECK(model.error().message().find("second.json") != std::string::npos);
}

TEST_CASE("load: the sidecar beside the artefact, in its folder, or named", "[core][load]") {
  const TemporaryFolder folder;
  write_file(folder / "m/model.bst", model_bytes("nameless"));
  write_file(folder / "m/trivet.json", kRenamed);
  write_file(folder / "elsewhere/other.json", kRenamed);
  write_file(folder / "bare/model.bst", model_bytes("nameless"));
  LoadOptions named;
  named.sidecar = folder / "elsewhere/other.json";
  const Result<LocalModel> models[] = {
      LocalModel::load(folder / "m"),
      LocalModel::load(folder / "m/model.bst"),
      LocalModel::load(folder / "bare", named),
  };
  for (const Result<LocalModel>& model : models) {
    INFO((model ? std::string() : model.error().message()));
    REQUIRE(model.has_value());
    CHECK(model->info().display_name == "renamed");
    CHECK(model->signature().columns[1].name == "y");
  }
  const auto bare = LocalModel::load(folder / "bare");
  REQUIRE(bare.has_value());
  CHECK(bare->info().display_name == "bare");
  CHECK(bare->signature().columns[1].name.empty());
}

TEST_CASE("load: a named sidecar that can't be read is refused", "[core][load]") {
  const TemporaryFolder folder;
  write_file(folder / "dir/trivet.json", kRenamed);
  for (const std::string& path : {folder / "missing.json", folder / "dir"}) {
    LoadOptions options;
    options.sidecar = path;
    const auto model = LocalModel::load(data_path("contract/models/nameless"), options);
    INFO(path);
    CHECK_FALSE(model.has_value());
    if (!model) CHECK(model.error().message().find(path) != std::string::npos);
  }
}

TEST_CASE("load: a folder where the sidecar should be is not passed over", "[core][load]") {
  const TemporaryFolder folder;
  write_file(folder / "m/model.bst", model_bytes("nameless"));
  write_file(folder / "m/trivet.json/notes.txt", "");
  for (const std::string& path : {folder / "m", folder / "m/model.bst"}) {
    INFO(path);
    const auto model = LocalModel::load(path);
    CHECK_FALSE(model.has_value());
    if (model) continue;
    CHECK(model.error().code() == Errc::io_failed);
    CHECK(std::string(model.error().where()) == folder / "m/trivet.json");
  }
}

TEST_CASE("load: what doesn't fit in a named sidecar has that file's name", "[core][load]") {
  const std::pair<const char*, const char*> sidecars[] = {
      {R"({"signature":{"columns":[{"name":"a"}]}})", "other.json: /signature/columns"},
      {R"({"signatur":{}})", "other.json: /signatur"},
      {"[]", "other.json"},
  };
  const TemporaryFolder folder;
  for (const auto& [json, where] : sidecars) {
    INFO(json);
    write_file(folder / "other.json", json);
    LoadOptions options;
    options.sidecar = folder / "other.json";
    const auto model = LocalModel::load(data_path("contract/models/nameless"), options);
    REQUIRE_FALSE(model.has_value());
    CHECK(std::string(model.error().where()) == where);
  }
}

TEST_CASE("load: a schema that shapes no answers is among the warnings", "[core][load]") {
  const TemporaryFolder folder;
  write_file(folder / "model.bst", model_bytes("lin"));
  write_file(
      folder / "trivet.json",
      R"({"predictSchemata":{"predictionSchemaUri":"gs://x/image_classification_1.0.0.yaml"}})");
  const auto model = LocalModel::load(folder.path());
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  REQUIRE(model->info().warnings.size() == 1);
  CHECK(model->info().warnings.front().find("image_classification_1.0.0.yaml") !=
        std::string::npos);
}

TEST_CASE("load: a model of several numbers that are no scores has no classes", "[core][load]") {
  const TemporaryFolder folder;
  write_file(folder / "sidecar.json", R"({"signature":{"classes":["low","middle","high"]}})");
  LoadOptions options;
  options.sidecar = folder / "sidecar.json";
  for (const char* name : {"ubj_32_quantiles", "ubj_20_vector_leaf"}) {
    INFO(name);
    const auto model =
        LocalModel::load(data_path(std::string("golden/xgboost/") + name + "/model"), options);
    CHECK_FALSE(model.has_value());
    if (!model) CHECK(std::string(model.error().where()) == "sidecar.json: /signature/classes");
  }
}

TEST_CASE("load: the sidecar gives back categories that the artefact has lost", "[core][load]") {
  // XGBoost 3.1 cut off the text of code 5.
  constexpr const char* kTexts = R"(["7","a b","größe","red","true","x,y"])";
  std::string columns;
  for (const char* name : {"c0", "c1"}) {
    columns +=
        std::string(R"({"type":"category","name":")") + name + R"(","categories":)" + kTexts + "},";
  }
  const TemporaryFolder folder;
  write_file(folder / "sidecar.json", R"({"signature":{"columns":[)" + columns +
                                          R"({"name":"c2"},{"name":"c3"},{"name":"c4"},)" +
                                          R"({"name":"c5"},{"name":"c6"},{"name":"c7"}]}})");
  LoadOptions options;
  options.sidecar = folder / "sidecar.json";
  const auto model =
      LocalModel::load(data_path("golden/xgboost/json_31_text_categories/model"), options);
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  std::string by_text;
  CHECK(model->predict_json(R"({"instances":[["x,y","a b",0,0,0,0,0,0]]})", by_text));
  const float codes[] = {5, 1, 0, 0, 0, 0, 0, 0};
  const auto by_code = model->predict(MatrixView<const float>(codes, 1, 8));
  REQUIRE(by_code.has_value());
  const auto answer = Value::parse(by_text);
  REQUIRE(answer.has_value());
  const Value::List& predictions = *answer->find("predictions")->as_list();
  CHECK(predictions.at(0).as_number() == by_code->at(0));
  // 7 could be the code or the category "7".
  std::string refused;
  CHECK_FALSE(model->predict_json(R"({"instances":[[5,1,0,0,0,0,0,0]]})", refused));
}

TEST_CASE("load: categories in a sidecar need no type where the model knows it", "[core][load]") {
  const TemporaryFolder folder;
  const auto load_with = [&](const std::string& columns) {
    write_file(folder / "sidecar.json", R"({"signature":{"columns":[)" + columns + "]}}");
    LoadOptions options;
    options.sidecar = folder / "sidecar.json";
    return LocalModel::load(data_path("golden/xgboost/json_31_text_categories/model"), options);
  };
  const std::string texts = R"("categories":["7","a b","größe","red","true","x,y"])";
  const std::string rest =
      R"({"name":"c3"},{"name":"c4"},{"name":"c5"},{"name":"c6"},{"name":"c7"})";
  const std::string two = R"({"name":"c0",)" + texts + R"(},{"name":"c1",)" + texts + "},";
  CHECK(load_with(two + R"({"name":"c2"},)" + rest).has_value());
  const auto misfit = load_with(two + R"({"name":"c2",)" + texts + "}," + rest);
  REQUIRE_FALSE(misfit.has_value());
  CHECK(misfit.error().message().find("categories in a column that is no category") !=
        std::string::npos);
}

TEST_CASE("load: classes of a sidecar name the labels that a model answers with", "[core][load]") {
  const TemporaryFolder folder;
  write_file(folder / "sidecar.json", R"({"signature":{"classes":["no","yes"]}})");
  LoadOptions options;
  options.sidecar = folder / "sidecar.json";
  const auto model = LocalModel::load(data_path("golden/catboost/logloss/model"), options);
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  const auto place = model->signature().find_output("Class");
  REQUIRE(place.has_value());
  const std::vector<Value>& labels = model->signature().outputs[*place].labels;
  REQUIRE(labels.size() == 2);
  REQUIRE(labels[1].as_text() != nullptr);
  CHECK(*labels[1].as_text() == "yes");
}

TEST_CASE("load: an artefact in memory has nothing to do with the working folder", "[core][load]") {
  const TemporaryFolder folder;
  write_file(folder / "trivet.json", "{ this is somebody else's");
  const WorkingFolder there(folder.path());
  const std::string bytes = model_bytes("lin");
  const Artifact artifact = Artifact::from_bytes("model.bst", std::as_bytes(std::span(bytes)));
  const auto model = LocalModel::load(artifact);
  INFO((model ? std::string() : model.error().message()));
  CHECK(model.has_value());
}

TEST_CASE("load: an engine is pinned by name", "[core][load]") {
  const std::string tree = data_path("contract/models/xgb");
  for (const char* engine : {"tree-reference", "tree-interleaved"}) {
    LoadOptions options;
    options.engine = engine;
    const auto model = LocalModel::load(tree, options);
    INFO((model ? std::string() : model.error().message()));
    REQUIRE(model.has_value());
    CHECK(model->info().engine == engine);
  }
  for (const char* engine : {"linear-dense", "tree-imaginary"}) {
    LoadOptions options;
    options.engine = engine;
    const auto model = LocalModel::load(tree, options);
    REQUIRE_FALSE(model.has_value());
    CHECK(model.error().code() == Errc::invalid_argument);
    CHECK(model.error().message().find(engine) != std::string::npos);
    CHECK(model.error().message().find("tree-reference") != std::string::npos);
  }
}

TEST_CASE("load: what is known about a model", "[core][load]") {
  const auto model = LocalModel::load(data_path("contract/models/xgb"));
  REQUIRE(model.has_value());
  const ModelInfo& info = model->info();
  CHECK(info.framework == "xgboost");
  CHECK(info.version == "2.1.4");
  CHECK(info.objective == "reg:squarederror");
  CHECK(info.display_name == "xgb");
  CHECK(info.trees == 1);
  CHECK(info.nodes == 5);  // two splits, three leaves
  CHECK(info.bytes > 0);
  CHECK_FALSE(info.engine.empty());
  CHECK(model->signature().column_count() == 3);
  CHECK(model->signature().columns[2].name == "f2");
  CHECK(model->signature().cell_type == DType::float32);
  REQUIRE_FALSE(model->signature().outputs.empty());
  CHECK(model->signature().outputs[0].dtype == DType::float32);
  CHECK(model->signature().outputs[0].shape.empty());
  CHECK(model->graph() != nullptr);
}

TEST_CASE("model: rows of floats, of doubles, with a stride", "[core][model]") {
  const LocalModel model = lin();
  const float floats[] = {1, 1, 1, 99, 2, 0, 1, 99};
  const auto narrow = model.predict(MatrixView<const float>(floats, 2, 3, 4));
  REQUIRE(narrow.has_value());
  CHECK(narrow->row_count() == 2);
  CHECK(narrow->at(0) == 0.5);
  CHECK(narrow->at(1) == -0.5);  // 0.5 + 2 − 3
  const double doubles[] = {1, 1, 1, 99, 99, 2, 0, 1, 99, 99};
  const auto wide = model.predict(MatrixView<const double>(doubles, 2, 3, 5));
  REQUIRE(wide.has_value());
  CHECK(wide->at(1) == -0.5);
  CHECK(wide->values<float>()[0] == 0.5f);
}

TEST_CASE("model: no rows, no answers", "[core][model]") {
  const LocalModel model = lin();
  const auto none = model.predict(MatrixView<const float>(nullptr, 0, 3));
  REQUIRE(none.has_value());
  CHECK(none->row_count() == 0);
  CHECK(none->values<float>().empty());
  CHECK(model.predict(Batch(model.signature()))->row_count() == 0);
}

TEST_CASE("model: rows that don't fit are refused", "[core][model]") {
  const LocalModel model = lin();
  Session session = model.session();
  const float row[] = {1, 1, 1, 1};
  for (const std::size_t columns : {0, 1, 2, 4}) {
    const auto answers = session.predict(MatrixView<const float>(row, 1, columns));
    INFO(columns << " columns");
    REQUIRE_FALSE(answers.has_value());
    CHECK(answers.error().code() == Errc::invalid_argument);
    CHECK(answers.error().message().find('3') != std::string::npos);
  }
  const auto unknown = session.predict(MatrixView<const float>(row, 1, 3), "imaginary");
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().code() == Errc::invalid_argument);
  CHECK(unknown.error().message().find("imaginary") != std::string::npos);
  CHECK(unknown.error().message().find(model.signature().outputs[0].name) != std::string::npos);
  // The session goes on as if nothing had been.
  CHECK(session.predict(MatrixView<const float>(row, 1, 3))->at(0) == 0.5);
}

TEST_CASE("model: a batch for another model is refused", "[core][model]") {
  const auto stump = LocalModel::load(data_path("contract/models/stump"));
  REQUIRE(stump.has_value());
  const LocalModel model = lin();
  Batch batch(stump->signature());
  batch.append_row();
  const auto answers = model.predict(batch);
  REQUIRE_FALSE(answers.has_value());
  CHECK(answers.error().code() == Errc::invalid_argument);
}

TEST_CASE("model: a session keeps its model alive", "[core][model]") {
  std::optional<LocalModel> model = lin();
  Session session = model->session();
  model.reset();
  const float ones[] = {1, 1, 1};
  CHECK(session.predict(MatrixView<const float>(ones, 1, 3))->at(0) == 0.5);
  Session moved = std::move(session);
  CHECK(moved.predict(MatrixView<const float>(ones, 1, 3))->at(0) == 0.5);
}

TEST_CASE("model: an endpoint keeps its model alive", "[core][model]") {
  std::optional<LocalModel> model = lin();
  const LocalEndpoint endpoint = model->deploy_to_local_endpoint();
  model.reset();
  CHECK(endpoint.predict(R"({"instances":[[1,1,1]]})").value() == R"({"predictions":[0.5]})");
}

TEST_CASE("model: owned answers outlive the next call", "[core][model]") {
  const LocalModel model = lin();
  const float first[] = {1, 1, 1};
  const float second[] = {2, 0, 1};
  const auto kept = model.predict(MatrixView<const float>(first, 1, 3));
  const auto other = model.predict(MatrixView<const float>(second, 1, 3));
  CHECK(kept->at(0) == 0.5);
  CHECK(other->at(0) == -0.5);
  const Predictions copy = *kept;
  CHECK(copy.at(0) == 0.5);
  CHECK(copy.output().name == model.signature().outputs[0].name);
}

TEST_CASE("model: the session's answers to batches of changing size", "[core][model]") {
  const LocalModel model = lin();
  Session session = model.session();
  for (const std::size_t rows : {3, 500, 1, 0, 64, 1000, 2}) {
    std::vector<float> cells;
    for (std::size_t r = 0; r < rows; ++r) {
      cells.insert(cells.end(), {static_cast<float>(r), 0, 0});
    }
    const auto answers = session.predict(MatrixView<const float>(cells.data(), rows, 3));
    REQUIRE(answers.has_value());
    REQUIRE(answers->row_count == rows);
    for (std::size_t r = 0; r < rows; ++r) CHECK(answers->at(r) == 0.5 + static_cast<double>(r));
  }
}

TEST_CASE("model: a number that the sidecar calls missing is missing by every door",
          "[core][model]") {
  const TemporaryFolder folder;
  write_file(folder / "model.bst", model_bytes("nameless"));
  write_file(folder / "trivet.json", R"({"missing":-999})");
  const auto model = LocalModel::load(folder.path());
  REQUIRE(model.has_value());
  // The tree answers 7 where the third column is missing, and 1 where it is below 1.
  std::string response;
  REQUIRE(model->predict_json(R"({"instances":[[0,0,-999]]})", response).has_value());
  CHECK(response == R"({"predictions":[7.0]})");
  const float row[] = {0, 0, -999};
  CHECK(model->predict(MatrixView<const float>(row, 1, 3))->at(0) == 7);
  Batch batch(model->signature());
  batch.append_row();
  batch.set_number(0, 0, 0);
  batch.set_number(0, 1, 0);
  batch.set_number(0, 2, -999);
  CHECK(model->predict(batch)->at(0) == 7);
}

TEST_CASE("model: the echo model has neither columns nor a graph", "[core][model]") {
  const auto echo = LocalModel::load("builtin:echo");
  REQUIRE(echo.has_value());
  CHECK(echo->graph() == nullptr);
  CHECK(echo->signature().columns.empty());
  CHECK(echo->info().framework == "echo");
  CHECK_FALSE(LocalModel::load("builtin:nothing").has_value());
}

}  // namespace trivet::test
