// SPDX-License-Identifier: Apache-2.0
// The program as people run it: what it prints, where, and its exit status.
#include <sys/wait.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "support/files.hpp"
#include "support/says.hpp"

namespace trivet::test {
namespace {

struct Run {
  int status = 0;
  std::string out;
  std::string err;
};

/// Runs the program in `folder`, whose file `in` is its standard input. `words` are the shell's.
Run run_program(const TemporaryFolder& folder, const std::string& words) {
  const std::string line =
      "cd '" + folder.path() + "' && '" TRIVET_PROGRAM "' " + words + " < in > out 2> err";
  const int status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(folder / "out"),
          read_file(folder / "err")};
}

std::string model(const char* name) {
  return " '" + data_path(std::string("contract/models/") + name) + "' ";
}

/// A command line that is refused and what is said of it.
struct Refusal {
  std::string words;
  const char* says;
};

void check_refusals(const TemporaryFolder& folder, const std::vector<Refusal>& refusals,
                    int status) {
  write_file(folder / "in", "");
  for (const Refusal& one : refusals) {
    INFO(one.words);
    const Run run = run_program(folder, one.words);
    INFO("standard output: " << run.out << "standard error: " << run.err);
    CHECK(run.status == status);
    const std::string& text = status == 2 ? run.err : run.out;
    CHECK((status == 2 ? run.out : run.err) == "");
    INFO("it should say: " << one.says);
    CHECK(says_all(text, one.says));
  }
}

/// What `predict` answers to `in`, errors included.
struct Answer {
  const char* words;
  const char* in;
  const char* out;
  int status;
};

void check_answers(const std::string& start, const std::vector<Answer>& answers) {
  const TemporaryFolder folder;
  for (const Answer& one : answers) {
    INFO(one.words << " < " << one.in);
    write_file(folder / "in", one.in);
    const Run run = run_program(folder, start + one.words);
    CHECK(run.out == one.out);
    CHECK(run.err == "");
    CHECK(run.status == one.status);
  }
}

}  // namespace

TEST_CASE("cli: numbers that can't be are wrong usage", "[cli]") {
  const TemporaryFolder folder;
  const std::string bench = "bench" + model("lin") + "--rows rows.npy ";
  check_refusals(folder,
                 {
                     {bench + "--batch 1 --seconds nan", "--seconds: \"nan\" … 0.001 to 86400"},
                     {bench + "--batch 1 --seconds inf", "--seconds: \"inf\" … 0.001 to 86400"},
                     {bench + "--batch 1 --seconds -1", "--seconds: \"-1\" … 0.001 to 86400"},
                     {bench + "--batch 1 --seconds 0", "--seconds: \"0\" … 0.001 to 86400"},
                     {bench + "--batch 1 --seconds 1s", "--seconds: \"1s\" … 0.001 to 86400"},
                     {bench + "--batch 1.5", "--batch: \"1.5\"; a whole number from 1 to"},
                     {bench + "--batch 0", "--batch: \"0\"; a whole number from 1 to"},
                     {bench + "--batch 99999999999999999999", "--batch: … a whole number from 1"},
                     {bench + "--batch 1 --threads two", "--threads: \"two\"; a whole number"},
                 },
                 2);
}

TEST_CASE("cli: empty texts are wrong usage", "[cli]") {
  const TemporaryFolder folder;
  check_refusals(
      folder,
      {
          {"inspect ''", "MODEL: an empty text; the path of a model"},
          {"predict" + model("lin") + "''", "REQUEST: an empty text; the path of a req"},
          {"inspect" + model("lin") + "--sidecar ''", "--sidecar: an empty text; the pa"},
      },
      2);
}

TEST_CASE("cli: what is wrong inside a file is told with its name, else with its path", "[cli]") {
  const TemporaryFolder folder;
  write_file(folder / "sub/rows.npy", "no rows");
  write_file(folder / "sub/model.bst", "no model");
  write_file(folder / "one/other.txt", "no model");
  const std::string bench = "bench" + model("lin") + "--batch 1 --rows ";
  check_refusals(folder,
                 {{bench + "sub/rows.npy", R"({"error":"rows.npy: byte 0: these are no)"},
                  {bench + "./sub", R"({"error":"./sub: a folder)"},
                  {bench + "sub/nothing", R"({"error":"sub/nothing: there is no)"}},
                 1);
  check_refusals(folder,
                 {{"inspect sub/model.bst", R"({"error":"model.bst: a file that begins with)"},
                  {"inspect one", R"({"error":"one: one file, \"other.txt\", which is no model)"},
                  {"inspect sub", R"({"error":"sub: 2 files, none of them a model)"},
                  {"inspect sub/nothing", R"({"error":"sub/nothing: there is no)"}},
                 3);
  // One of the formats reads nothing: it refuses by name. Nobody has a model of it.
  const std::string said = run_program(folder, "inspect sub/model.bst").out;
  CHECK(says_all(said, "one of these formats: … xgboost"));
  CHECK(said.find("refused") == std::string::npos);
}

TEST_CASE("cli: flags take no value", "[cli]") {
  const TemporaryFolder folder;
  check_refusals(folder,
                 {
                     {"predict" + model("lin") + "--lines=false", "--lines takes no value"},
                     {"predict" + model("lin") + "--lines=3", "--lines takes no value"},
                     {"predict" + model("lin") + "--lines=true", "--lines takes no value"},
                     {"predict --help=3", "--help takes no value"},
                     {"inspect" + model("lin") + "--json=0", "--json takes no value"},
                     {"bench" + model("lin") + "--rows r --batch 1 --json-door=1",
                      "--json-door takes no value"},
                     {"--version=3", "--version takes no value"},
                     {"--help=3", "--help takes no value"},
                 },
                 2);
}

TEST_CASE("cli: parameters that are no JSON object are wrong usage", "[cli]") {
  const TemporaryFolder folder;
  const std::string predict = "predict" + model("growth") + "--parameters ";
  check_refusals(
      folder,
      {
          {predict + "''", "--parameters: … a JSON object"},
          {predict + "'[1]'", "--parameters: a list; a JSON object … `trivet inspect MODEL` lists"},
          {predict + "'{'", "--parameters: byte 1 … a JSON object"},
          {predict + "'{},\"instances\":[[0]]'", "--parameters: byte 2 … a JSON object"},
      },
      2);
}

TEST_CASE("cli: bench says that the rows are at fault, not the model", "[cli]") {
  const TemporaryFolder folder;
  write_file(folder / "empty.npz", "");
  write_file(folder / "nothing.npz", std::string("PK\5\6") + std::string(18, '\0'));
  const std::string bench = "bench" + model("lin") + "--batch 1 --rows ";
  check_refusals(folder,
                 {
                     {bench + "nofile", "nofile: there is no such file; … .npy or .npz … rows"},
                     {bench + "empty.npz", "empty.npz: the file is empty; … .npz"},
                     {bench + "nothing.npz", "nothing.npz: npz … no array"},
                     {bench + ".", ".: a folder; … .npy or .npz"},
                 },
                 1);
}

TEST_CASE("cli: a sidecar's errors have its own name", "[cli]") {
  const TemporaryFolder folder;
  write_file(folder / "other.json", R"({"missing":[]})");
  check_refusals(
      folder,
      {{"inspect" + model("lin") + "--sidecar other.json", R"({"error":"other.json: /missing: )"}},
      3);
}

TEST_CASE("cli: lines are answered one by one and named by their number", "[cli]") {
  check_answers(
      "predict" + model("stump"),
      {
          {"--lines", "[0]\n{\"x\":1}\n0\n", "-1.0\n1.0\n-1.0\n", 0},
          {"--lines", "0\n\n \t\r\n1\n\n", "-1.0\n1.0\n", 0},  // blank lines give none
          {"--lines", "\n0\n\"a\"\n1",
           "-1.0\n{\"error\":\"line 3: the text \\\"a\\\"; a number or \\\"NaN\\\" for the column "
           "\\\"x\\\"\"}\n1.0\n",
           1},
          {"--lines", "{\"x\":\"a\"}\n",
           "{\"error\":\"line 1, /x: the text \\\"a\\\"; a number or \\\"NaN\\\"\"}\n", 1},
          {"--lines", "1 2\n",
           "{\"error\":\"line 1, byte 2: malformed JSON before \\\"2\\\"; the end of the text\"}\n",
           1},
          {"--lines", "1]\n",
           "{\"error\":\"line 1, byte 1: malformed JSON before \\\"]\\\"; the end of the text\"}\n",
           1},
          {"--lines", "{\"x\":tru}\n",
           "{\"error\":\"line 1, byte 5: malformed JSON before \\\"tru}\\\"; a JSON value\"}\n", 1},
          {"--lines", "nan\n",
           "{\"error\":\"line 1: the word nan; a number, or NaN for a missing value\"}\n", 1},
          {"--lines", "1],\"parameters\":{},\"x\":[2\n",
           "{\"error\":\"line 1, byte 1: malformed JSON before \\\"],\\\"; the end of the "
           "text\"}\n",
           1},
      });
}

// `growth` answers e^100, which float32 doesn't hold, or e^-200; its margins are 100 and -200.
TEST_CASE("cli: parameters of the command line go with a request or with all lines", "[cli]") {
  constexpr const char* kMargin = "--parameters '{\"output_margin\":true}'";
  constexpr const char* kMarginOfLines = "--lines --parameters '{\"output_margin\":true}'";
  check_answers(
      "predict" + model("growth"),
      {
          {kMargin, "{\"instances\":[[-1],[0]]}\n", "{\"predictions\":[100.0,-200.0]}\n", 0},
          {kMargin, " { \"instances\" : [[-1]] , \"x\" : {} }", "{\"predictions\":[100.0]}\n", 0},
          {kMarginOfLines, "[-1]\n0\n", "100.0\n-200.0\n", 0},
          {kMargin, "{\"instances\":[[-1]],\"parameters\":{}}",
           "{\"error\":\"--parameters: the request has \\\"parameters\\\" of its own; one of the "
           "two\"}\n",
           1},
          {kMargin, "{\"instances\":[[\"a\"]]}",
           "{\"error\":\"/instances/0/0: the text \\\"a\\\"; a number or \\\"NaN\\\" for the "
           "column "
           "\\\"x\\\"\"}\n",
           1},
          {kMargin, "{\"instances\":[[-1]]",
           "{\"error\":\"byte 19: malformed JSON before the end; a comma or the object's closing "
           "brace\"}\n",
           1},
          {kMargin, "{}",
           "{\"error\":\"no \\\"instances\\\"; an object with a list \\\"instances\\\"\"}\n", 1},
          {"--parameters '{\"output_margin\":1}'", "{\"instances\":[[-1]]}",
           "{\"error\":\"--parameters/output_margin: the number 1; true or false\"}\n", 1},
          {"--lines --parameters '{\"output_margin\":1}'", "[-1]\n",
           "{\"error\":\"line 1, --parameters/output_margin: the number 1; true or false\"}\n", 1},
      });
}

TEST_CASE("cli: inspect draws a tree with its tests in words", "[cli]") {
  const TemporaryFolder folder;
  write_file(folder / "in", "");
  const auto inspect = [&](const char* golden, const char* options) {
    return run_program(folder, "inspect '" + data_path(std::string("golden/") + golden + "/model") +
                                   "' " + options);
  };
  const Run stump = run_program(folder, "inspect" + model("stump") + "--tree 0");
  CHECK(stump.status == 0);
  CHECK(stump.out ==
        "tree 0 of 1  2 leaves, depth 1\n\n"
        "x < 0.5  gain 0  cover 1\n"
        "├─ yes or missing: leaf -1  cover 1\n"
        "└─ no: leaf 1  cover 1\n");
  CHECK(says_all(inspect("xgboost/json_31_text_categories", "--tree 0").out, "├─ yes"));
  CHECK(says_all(inspect("lightgbm/categorical_47", "--tree 1").out, "c0 in {1, 2}"));
  CHECK(says_all(inspect("lightgbm/linear_tree_47", "--tree 1").out,
                 "leaf -0.1323716725937361 + 0.0750120222940621·c0 … "
                 "if one of them is missing -0.18487417892355737"));
}

TEST_CASE("cli: inspect names what operators make of columns", "[cli]") {
  const TemporaryFolder folder;
  write_file(folder / "in", "");
  const auto inspect = [&](const char* golden, const char* options) {
    return run_program(folder, "inspect '" + data_path(std::string("golden/") + golden + "/model") +
                                   "' " + options)
        .out;
  };
  // Categories are never missing, so neither branch takes missing ones.
  CHECK(says_all(inspect("catboost/onehot_categorical", "--tree 0"),
                 "\n\ncategory(f1) in {hash … ├─ yes: category(f0) in {hash … f7 <= "));
  CHECK(says_all(inspect("catboost/ctr_categorical", "--tree 2"),
                 "share_above(f0; target 0, prior 0.5) <= … ├─ yes: share_above("));
  CHECK(says_all(inspect("bqml/every_encoding_classifier", "--tree 0"),
                 "spec[1] < 1.55 … target 2(city) < 0.222 … colour[green] < 2.00001 … "
                 "mean target 1(words) < "));
  CHECK(
      says_all(inspect("bqml/every_encoding_classifier", ""),
               "prediction … of low, mid, high  as {predicted_grade, grade_values, grade_probs}"));
}

TEST_CASE("cli: inspect tells which rule for missing values holds for which columns", "[cli]") {
  const TemporaryFolder folder;
  write_file(folder / "in", "");
  const std::string golden = "inspect '" + data_path("golden/lightgbm/");
  CHECK(says_all(
      run_program(folder, golden + "categorical_47/model'").out,
      "NaN counts as 0, in c3, c4, c5, c6, c7\n … NaN is in no set of categories, in c0\n"));
  CHECK(says_all(run_program(folder, golden + "categorical_47/model' --json").out,
                 R"("missing":[{"rule":"NaN counts as 0","columns":[3,4,5,6,7]},)"
                 R"({"rule":"NaN is in no set of categories","columns":[0]}])"));
  CHECK(says_all(run_program(folder, golden + "zero_as_missing_47/model'").out,
                 "NaN and 0 go the way that training chose, in all columns that trees test\n"));
}

TEST_CASE("cli: inspect says what kind of thing labels are", "[cli]") {
  const TemporaryFolder folder;
  write_file(folder / "in", "");
  const std::string golden = "inspect '" + data_path("golden/catboost/");
  CHECK(says_all(run_program(folder, golden + "logloss_text_labels/model'").out,
                 "  Class           text  of no, yes\n"));
  CHECK(says_all(run_program(folder, golden + "logloss_text_labels/model' --json").out,
                 R"({"name":"Class","type":"text","shape":[],"categories":["no","yes"]})"));
  CHECK(says_all(run_program(folder, golden + "multi_logloss/model'").out, "Class … int64[2]  of"));
}

TEST_CASE("cli: a tree that isn't there is refused, with --json it is wrong usage", "[cli]") {
  const TemporaryFolder folder;
  check_refusals(folder,
                 {{"inspect" + model("stump") + "--tree 1", "--tree: 1; 0 to 0 … has 1 tree"},
                  {"inspect" + model("lin") + "--tree 0", "--tree: 0; a model with trees"}},
                 1);
  check_refusals(
      folder,
      {{"inspect" + model("stump") + "--tree 0 --json", "--tree"},
       {"inspect" + model("stump") + "--tree x", "--tree: \"x\"; a whole number from 0"}},
      2);
}

TEST_CASE("cli: inspect tells leaves, depth, missing rule and importance", "[cli]") {
  const TemporaryFolder folder;
  write_file(folder / "in", "");
  const std::string golden =
      "inspect '" + data_path("golden/xgboost/json_17_categorical_onehot/model") + "' ";
  CHECK(says_all(run_program(folder, golden).out,
                 "leaves … depth … missing … NaN goes … importance … column 4"));
  CHECK(says_all(run_program(folder, golden + "--json").out,
                 R"("leaves": … "depth": … "missing":[{"rule":"NaN goes … "columns":[0,)"
                 R"( … "importance":[{"column":4)"
                 R"(,"name":null,"splits":31,"gain":417.85)"));
}

TEST_CASE("cli: every command has a page of help", "[cli]") {
  const TemporaryFolder folder;
  write_file(folder / "in", "");
  for (const char* words :
       {"help", "help predict", "help inspect", "help convert", "help bench", "help help", "--help",
        "predict --help", "inspect -h", "bench --help"}) {
    INFO(words);
    const Run run = run_program(folder, words);
    CHECK(run.status == 0);
    CHECK(run.err == "");
    CHECK(says_all(run.out, "usage: trivet"));
  }
  CHECK(says_all(run_program(folder, "help predict").out, "--parameters JSON … Blank lines"));
}

TEST_CASE("cli: an engine that nobody has is wrong usage", "[cli]") {
  const TemporaryFolder folder;
  write_file(folder / "in", "");
  const Run run = run_program(folder, "bench '" + data_path("contract/models/stump") +
                                          "' --rows r.npy --batch 1 --engine no");
  CHECK(run.status == 2);
  CHECK(run.out.empty());
  CHECK(says_all(read_file(folder / "err"), "--engine … \"no\" … help bench"));
}

}  // namespace trivet::test
