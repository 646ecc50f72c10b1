// SPDX-License-Identifier: Apache-2.0
// BigQuery ML's folders: their names, vocabularies, metadata, and what contradicts itself.
#include "format/bqml/bqml.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "format/bqml/vocabulary.hpp"
#include "support/files.hpp"
#include "support/says.hpp"
#include "trivet/trivet.hpp"

namespace trivet::test {
namespace {

using bqml::Encoding;
using FilesByName = std::map<std::string, std::string>;

Artifact folder_of(const FilesByName& files) {
  std::vector<std::pair<std::string, std::span<const std::byte>>> list;
  for (const auto& [name, content] : files) {
    list.emplace_back(name, std::as_bytes(std::span(content)));
  }
  return Artifact::from_files("export", list);
}

/// A classifier of three classes with 6 features: a label, an array of four words, a number.
FilesByName classifier_files() {
  const std::string folder = data_path("golden/bqml/boosted_tree_classifier/model");
  FilesByName files;
  for (const char* const name :
       {"model.bst", "assets/model_metadata.json", "assets/0.txt", "assets/1_array.txt"}) {
    files[name] = read_file(folder + "/" + name);
  }
  return files;
}

constexpr const char* kMetadataName = "assets/model_metadata.json";

void replace_once(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

bqml::Vocabulary vocabulary_of(const std::string& text, Encoding encoding) {
  const auto read = bqml::read_vocabulary(text, encoding);
  INFO((read ? std::string() : read.error().message()));
  REQUIRE(read.has_value());
  return *read;
}

}  // namespace

TEST_CASE("bqml: an export further down is not taken for its booster", "[format][bqml]") {
  FilesByName moved;
  for (const auto& [name, content] : classifier_files()) moved["bucket/export/" + name] = content;
  const auto model = LocalModel::load(folder_of(moved));
  REQUIRE_FALSE(model.has_value());
  CHECK(model.error().message().find("further down, in \"bucket/export\"") != std::string::npos);
}

TEST_CASE("bqml: files' names say column and encoding", "[format][bqml]") {
  const std::tuple<const char*, std::size_t, Encoding> names[] = {
      {"assets/0_categorical_one_hot.txt", 0, Encoding::categorical_one_hot},
      {"assets/12_categorical_target.txt", 12, Encoding::categorical_target},
      {"assets/3_categorical_label.txt", 3, Encoding::categorical_label},
      {"assets/4.txt", 4, Encoding::categorical_label},
      {"assets/5_array_one_hot.txt", 5, Encoding::array_one_hot},
      {"assets/6_array.txt", 6, Encoding::array_one_hot},
      {"assets/7_array_target.txt", 7, Encoding::array_target},
      {"assets/8_array_struct_dimension.txt", 8, Encoding::array_struct},
      {"assets/9_array_numerical_length.txt", 9, Encoding::array_numerical},
  };
  for (const auto& [name, column, encoding] : names) {
    INFO(name);
    const auto parsed = bqml::parse_vocabulary_name(name);
    REQUIRE(parsed.has_value());
    CHECK(parsed->column == column);
    CHECK(parsed->encoding == encoding);
  }
  for (const char* const name :
       {"0.txt", "assets/.txt", "assets/x.txt", "assets/0.csv", "assets/-1.txt", "assets/0_.txt",
        "assets/99999999999.txt", "assets/0_array_one_hot.txt.bak", "assets/sub/0.txt"}) {
    INFO(name);
    CHECK_FALSE(bqml::parse_vocabulary_name(name).has_value());
  }
}

TEST_CASE("bqml: vocabularies have the lines of Python's splitlines", "[format][bqml]") {
  using Lines = std::vector<std::string>;
  const std::pair<std::string, Lines> texts[] = {
      {"a", {"a"}},
      {"a\nb\n", {"a", "b"}},
      {"a\r\nb\rc\n\nd", {"a", "b", "c", "", "d"}},
      {"\n", {""}},
      {"a\vb\fc\x1c"
       "d\x1d"
       "e\x1e"
       "f",
       {"a", "b", "c", "d", "e", "f"}},
      {"a\xc2\x85"
       "b\xe2\x80\xa8"
       "c\xe2\x80\xa9"
       "d",
       {"a", "b", "c", "d"}},
      {"größe, 2\n b ", {"größe, 2", " b "}},
  };
  for (const auto& [text, lines] : texts) {
    CHECK(vocabulary_of(text, Encoding::categorical_label).categories == lines);
  }
}

TEST_CASE("bqml: targets are read line by line", "[format][bqml]") {
  const bqml::Vocabulary read =
      vocabulary_of("a, 0.5, 1\n,2,3\nb,nan, 1_0 \n", Encoding::array_target);
  CHECK(read.categories == std::vector<std::string>{"a", "", "b"});
  CHECK(read.width == 2);
  REQUIRE(read.targets.size() == 6);
  CHECK(read.targets[0] == 0.5);
  CHECK(read.targets[3] == 3);
  CHECK(read.targets[5] == 10);
  CHECK(vocabulary_of(" 12\n", Encoding::array_struct).width == 12);
}

TEST_CASE("bqml: vocabularies that are damaged say the line", "[format][bqml]") {
  const std::tuple<std::string, Encoding, const char*> cases[] = {
      {"a,1\nb,x\n", Encoding::categorical_target, "line 2 … \"x\" … category,number"},
      {"a,1\nb,1,2\n", Encoding::categorical_target, "line 2 … 2 numbers … 1, as the first line"},
      {"a,1\n\nb,1", Encoding::array_target, "line 2 … without numbers"},
      {"", Encoding::array_target, "line 1 … empty"},
      {"", Encoding::array_one_hot, "line 1 … empty"},
      {"", Encoding::categorical_one_hot, "line 1 … empty"},
      {"", Encoding::categorical_label, "line 1 … empty"},
      {"a,1\nb,2\na,3\n", Encoding::array_target, "line 3 … a second \"a\""},
      {"a\nb\n\n\n", Encoding::categorical_label, "line 4 … a second \"\""},
      {std::string(std::size_t{1} << 25, '\n'), Encoding::categorical_label,
       "line 16777217 … more than 16777216 lines"},
      {"x", Encoding::array_struct, "line 1 … \"x\" … whole number"},
      {"0", Encoding::array_struct, "line 1 … \"0\" … 1 or more"},
      {"-1", Encoding::array_numerical, "line 1 … \"-1\" … whole number"},
      {"4294967296", Encoding::array_numerical, "line 1 … whole number"},
      {"1 2", Encoding::array_struct, "line 1 … whole number"},
      {"a\n\xff", Encoding::categorical_label, "byte 2 … UTF-8"},
  };
  for (const auto& [text, encoding, says] : cases) {
    INFO(text.substr(0, 40));
    const auto read = bqml::read_vocabulary(text, encoding);
    REQUIRE_FALSE(read.has_value());
    INFO(read.error().message());
    CHECK(says_all(read.error().message(), says));
  }
}

TEST_CASE("bqml: a folder is recognised by its names", "[format][bqml]") {
  using Names = std::vector<std::string>;
  const auto format = bqml::make_bqml_format();
  for (const Names& names :
       {Names{"assets/model_metadata.json", "model.bst"}, Names{"assets/0.txt", "model.bst"}}) {
    CHECK(format->probe_names(names) == spi::Confidence::certain);
  }
  for (const Names& names :
       {Names{"model.bst"}, Names{"assets/model_metadata.json"}, Names{},
        Names{"model.bst", "model_metadata.json"}, Names{"assets/vocabulary.txt", "model.bst"}}) {
    CHECK(format->probe_names(names) == spi::Confidence::none);
  }
}

TEST_CASE("bqml: the folder wins over the booster in it", "[format][bqml]") {
  const auto whole = LocalModel::load(folder_of(classifier_files()));
  INFO((whole ? std::string() : whole.error().message()));
  REQUIRE(whole.has_value());
  CHECK(whole->info().format == "bqml");
  CHECK(whole->signature().column_count() == 3);
  CHECK(whole->signature().cell_count() == 1 + 5 + 1);
  CHECK_FALSE(whole->signature().accepts_columns_by_position);
  LoadOptions options;
  options.format = "xgboost";
  const auto bare = LocalModel::load(folder_of(classifier_files()), options);
  REQUIRE(bare.has_value());
  CHECK(bare->signature().column_count() == 6);
}

TEST_CASE("bqml: answers are objects, other outputs are not", "[format][bqml]") {
  const auto model = LocalModel::load(folder_of(classifier_files()));
  REQUIRE(model.has_value());
  const LocalEndpoint endpoint = model->deploy_to_local_endpoint();
  const std::string row = R"({"f1":"b","f3":3,"f2":["a"]})";
  const auto plain = endpoint.predict(R"({"instances":[)" + row + "]}");
  REQUIRE(plain.has_value());
  // the numbers are those of BigQuery ML's own test of this model
  CHECK(says_all(*plain, R"({"predictions":[{"predicted_label":"2","label_values":["3","2","1"])"));
  CHECK(says_all(*plain, R"("label_probs":[0.23010 … 0.57520 … 0.19469)"));
  const auto margin =
      endpoint.predict(R"({"parameters":{"output_margin":true},"instances":[)" + row + "]}");
  REQUIRE(margin.has_value());
  CHECK(margin->find("label") == std::string::npos);
}

TEST_CASE("bqml: instances that don't fit are refused", "[format][bqml]") {
  const auto model = LocalModel::load(folder_of(classifier_files()));
  REQUIRE(model.has_value());
  const LocalEndpoint endpoint = model->deploy_to_local_endpoint();
  const std::pair<const char*, const char*> cases[] = {
      {R"({"f1":"b","f3":3})", "/instances/0 … no member \"f2\""},
      {R"({"f1":"b","f3":3,"f2":["a"],"f4":1})", "/instances/0 … \"f4\""},
      {R"(["b",["a"],3])", "/instances/0 … a list … an object by column name"},
      {R"({"f1":"b","f3":3,"f2":"a"})", "/instances/0/f2 … the text \"a\" … a list of categories"},
      {R"({"f1":"b","f3":3,"f2":null})", "/instances/0/f2 … null … a list of categories"},
      {R"({"f1":"b","f3":"three","f2":[]})", "/instances/0/f3 … the text \"three\""},
      {R"({"f1":["b"],"f3":3,"f2":[]})", "/instances/0/f1 … a list"},
      {R"({"f1":"b","f3":3,"f2":[["a"]]})", "/instances/0/f2/0 … a list"},
  };
  for (const auto& [row, says] : cases) {
    INFO(row);
    const auto reply = endpoint.predict(std::string(R"({"instances":[)") + row + "]}");
    REQUIRE_FALSE(reply.has_value());
    INFO(reply.error().message());
    CHECK(says_all(reply.error().message(), says));
  }
}

TEST_CASE("bqml: folders that contradict themselves are refused", "[format][bqml]") {
  struct Spoilt {
    const char* file;
    const char* from;  ///< null: the file goes, or comes with `to`
    const char* to;
    const char* says;
  };
  const Spoilt cases[] = {
      {kMetadataName, nullptr, nullptr, "export … without assets/model_metadata.json"},
      {kMetadataName, "boosted_tree_classifier", "linear_regression",
       "assets/model_metadata.json: /model_type … \"linear_regression\" … boosted_tree_regressor"},
      {kMetadataName, "\"model_type\"", "\"model\"", "/model_type … none"},
      {kMetadataName, "\"label_col\"", "\"label\"", "/label_col … none"},
      {kMetadataName, "\"class_names\"", "\"classes\"", "/class_names … none"},
      {kMetadataName, "[\"3\",\"2\",\"1\"]", "[\"3\",\"2\"]",
       "/class_names … 2 classes … 3 scores"},
      {kMetadataName, "[\"3\",\"2\",\"1\"]", "[[]]", "/class_names/0"},
      {kMetadataName, "[\"f1\", \"f2\", \"f3\"]", "[]", "/feature_names … none"},
      {kMetadataName, "[\"f1\", \"f2\", \"f3\"]", "[\"f1\", \"f2\", \"f4\"]",
       "/feature_names/2 … \"f4\""},
      {kMetadataName, "[\"f1\", \"f2\", \"f3\"]", "[\"f1\", \"f2\", \"f1\"]",
       "/feature_names/2 … a second \"f1\""},
      {kMetadataName, "[\"f1\", \"f2\", \"f3\"]", "[\"f1\"]",
       "assets/1_array.txt … column 1 … columns 0 to 0"},
      {kMetadataName, "\"mhe\"", "\"spiral\"", "\"spiral\" of \"f2\""},
      {kMetadataName, "\"mean\": 10", "\"mean\": \"ten\"", "/features/f3/mean"},
      {kMetadataName, "{", "[", "assets/model_metadata.json"},
      {kMetadataName, "{", "{\"label_col\":\"x\",", "/label_col … a second \"label_col\""},
      {kMetadataName, "{", "{\"feature_names\":[\"f1\"],", "a second \"feature_names\""},
      {kMetadataName, "\"mean\": 10", "\"mean\": 10, \"mean\": 11",
       "/features/f3/mean … a second \"mean\""},
      {"assets/0.txt", nullptr, nullptr,
       "encode_type \"ohe\" of \"f1\" … assets/0_categorical_label.txt"},
      {"assets/1_array.txt", nullptr, nullptr, "\"mhe\" of \"f2\" … assets/1_array_one_hot.txt"},
      {"assets/1_array.txt", "a\n", "a\nnew\n", "7 encoded features … 6 or fewer"},
      {"assets/0_categorical_label.txt", nullptr, "a\n", "a second vocabulary"},
      {"assets/2_array_struct_dimension.txt", nullptr, "4000000000\n",
       "4000000005 encoded features up to the column \"f3\""},
      {"assets/2_array_struct_dimension.txt", nullptr, "many\n",
       "assets/2_array_struct_dimension.txt: line 1"},
      {"model.bst", "multi:softprob", "multi:softpron", "model.bst … multi:softpron"},
  };
  for (const Spoilt& one : cases) {
    INFO(one.says);
    FilesByName files = classifier_files();
    if (one.from != nullptr) replace_once(files[one.file], one.from, one.to);
    else if (one.to != nullptr) files[one.file] = one.to;
    else files.erase(one.file);
    const auto model = LocalModel::load(folder_of(files));
    REQUIRE_FALSE(model.has_value());
    INFO(model.error().message());
    CHECK(says_all(model.error().message(), one.says));
    CHECK_FALSE(model.error().expected().empty());
  }
}

TEST_CASE("bqml: classes that are whole numbers keep all digits", "[format][bqml]") {
  FilesByName files = classifier_files();
  // 2^53 + 1 is no double.
  replace_once(files[kMetadataName], "[\"3\",\"2\",\"1\"]", "[9007199254740993,2.5,true]");
  const auto model = LocalModel::load(folder_of(files));
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  const auto& object = model->signature().outputs[0].object;
  REQUIRE(object.has_value());
  CHECK(object->classes ==
        std::vector<Value>{Value(std::int64_t{9007199254740993}), Value(2.5), Value(true)});
}

TEST_CASE("bqml: a declared category without its file is no number without a mean",
          "[format][bqml]") {
  for (const char* const mean : {"null", "NaN"}) {
    INFO(mean);
    FilesByName files = classifier_files();
    files.erase("assets/0.txt");
    replace_once(files[kMetadataName], "\"ohe\"", std::string("\"ohe\", \"mean\": ") + mean);
    const auto model = LocalModel::load(folder_of(files));
    REQUIRE_FALSE(model.has_value());
    INFO(model.error().message());
    CHECK(says_all(model.error().message(), "encode_type \"ohe\" of \"f1\""));
  }
}

TEST_CASE("bqml: a second description of a feature is refused", "[format][bqml]") {
  FilesByName files = classifier_files();
  replace_once(files[kMetadataName], "\"features\":{", "\"features\":{\"f1\": {},");
  const auto model = LocalModel::load(folder_of(files));
  REQUIRE_FALSE(model.has_value());
  CHECK(says_all(model.error().message(), "/features/f1 … a second feature"));
}

TEST_CASE("bqml: features of the booster that no column makes are noted", "[format][bqml]") {
  const std::string folder = data_path("golden/bqml/target_encode/model");
  const auto model = LocalModel::load(folder);
  REQUIRE(model.has_value());
  CHECK(model->signature().columns[1].form == ColumnForm::bag);
  CHECK(model->signature().columns[0].categories == std::vector<std::string>{"a", "b", "c", "d"});
  CHECK(says_all(model->info().notes.back(), "1 features"));
}

}  // namespace trivet::test
