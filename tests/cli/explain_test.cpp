// SPDX-License-Identifier: Apache-2.0
// `trivet explain` as people run it: the answer, the refusals, the exit statuses.
#include <sys/wait.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/files.hpp"
#include "support/plain_json.hpp"
#include "support/says.hpp"

namespace trivet::test {
namespace {

struct Explained {
  int status = 0;
  std::string out;
};

Explained run_command(const TemporaryFolder& folder, const std::string& words) {
  const std::string line =
      "cd '" + folder.path() + "' && '" TRIVET_PROGRAM "' " + words + " < in > out 2> err";
  const int status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(folder / "out")};
}

Explained run_explain(const TemporaryFolder& folder, const std::string& words) {
  return run_command(folder, "explain " + words);
}

std::string quoted_model(const char* name) {
  return " '" + data_path(std::string("contract/models/") + name) + "' ";
}

}  // namespace

TEST_CASE("cli: explain prints explanations and predictions", "[cli][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "in", R"({"instances":[[1,1,1],[0,0,0]]})");
  const Explained answered = run_explain(folder, quoted_model("lin"));
  INFO(answered.out);
  REQUIRE(answered.status == 0);
  const Value reply = parse_plain_json(answered.out);
  CHECK(reply.find("explanations")->as_list()->size() == 2);
  CHECK(reply.find("predictions")->as_list()->size() == 2);
}

TEST_CASE("cli: a spec in a file stands for the sidecar's", "[cli][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "in", R"({"instances":[[1,1,1]]})");
  write_file(folder / "spec.json", R"({"parameters":{"sampledShapleyAttribution":{"pathCount":1}},
    "metadata":{"inputs":{"b":{"inputBaselines":[3]}},"outputs":{"z":{}}}})");
  const Explained answered = run_explain(folder, quoted_model("lin") + "--spec spec.json");
  INFO(answered.out);
  CHECK(answered.status == 0);
  CHECK(answered.out.find(R"("featureAttributions":{"b":-4.0})") != std::string::npos);
  const Explained plan = run_explain(folder, quoted_model("lin") + "--spec spec.json --plan");
  CHECK(plan.status == 0);
  CHECK(plan.out == "{\"plan\":\"linear\",\"exact\":true}\n");
}

TEST_CASE("cli: a summary has the means over all instances", "[cli][explain]") {
  const TemporaryFolder folder;
  // 0.5 + a + 2b - 3c against zeros: b gives 2 and -4, c gives 0 and -3.
  write_file(folder / "in", R"({"instances":[[1,1,0],[1,-2,1]]})");
  const Explained numbers = run_explain(folder, quoted_model("lin") + "--summary --json");
  INFO(numbers.out);
  REQUIRE(numbers.status == 0);
  const Value summary = parse_plain_json(numbers.out);
  const Value& mean = (*summary.find("meanAttributions")->as_list())[0];
  CHECK(mean.find("featureAttributions")->find("a")->as_number() == 1);
  CHECK(mean.find("featureAttributions")->find("b")->as_number() == -1);
  CHECK(mean.find("featureAttributions")->find("c")->as_number() == -1.5);
  CHECK(mean.find("baselineOutputValue")->as_number() == 0.5);
  CHECK(mean.find("instanceOutputValue")->as_number() == -1);
  CHECK(summary.find("meanAbsoluteAttributions")->find("b")->as_number() == 3);
  CHECK(summary.find("instances")->as_number() == 2);
  const Explained bars = run_explain(folder, quoted_model("lin") + "--summary");
  INFO(bars.out);
  CHECK(bars.status == 0);
  CHECK(says_all(bars.out, "2 instances … b … █ … 3 … (-1) … c … 1.5 … a"));
}

TEST_CASE("cli: what explain refuses, and by which status", "[cli][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "in", R"({"instances":[[1,1,1]]})");
  write_file(folder / "broken.json", R"({"parameters":)");
  write_file(folder / "bounds.json",
             R"({"parameters":{"sampledShapleyAttribution":{"pathCount":51}}})");
  struct Refused {
    std::string words;
    int status;
    const char* says;
  };
  const std::vector<Refused> cases{
      {quoted_model("lin2"), 1, "explanationSpec … --spec … --values"},
      {quoted_model("lin") + "--spec broken.json", 1, "broken.json"},
      {quoted_model("lin") + "--spec bounds.json", 1, "bounds.json: … pathCount … 1 to 50"},
      {quoted_model("lin") + "--spec nowhere.json", 1, "nowhere.json"},
      {quoted_model("lin") + "nowhere.json", 1, "nowhere.json"},
      {"no_model", 3, "no_model"},
  };
  for (const Refused& one : cases) {
    INFO(one.words);
    const Explained answered = run_explain(folder, one.words);
    INFO(answered.out);
    CHECK(answered.status == one.status);
    const Value reply = parse_plain_json(answered.out);
    CHECK(reply.as_object()->size() == 1);
    CHECK(says_all(*reply.find("error")->as_text(), one.says));
  }
  CHECK(run_explain(folder, quoted_model("lin") + "--spec").status == 2);
}

TEST_CASE("cli: baselines are lower medians and first modes", "[cli][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "in", "");
  // Of 1 2 3 4 the lower median is 2; of 0.5 and 7 it is 0.5; red and "b,lue" are equally frequent.
  write_file(folder / "data.csv",
             "n,x,colour,y\r\n4,7,red,1\r\n1,,\"b,lue\",1\r\n2,0.5,\"b,lue\",0\r\n3,NaN,red,0\r\n");
  const Explained csv = run_command(folder, "baselines data.csv --target y");
  INFO(csv.out);
  REQUIRE(csv.status == 0);
  const Value written = parse_plain_json(csv.out);
  const Value& inputs = *written.find("explanationSpec")->find("metadata")->find("inputs");
  const auto baseline = [&](const char* name) {
    return (*inputs.find(name)->find("inputBaselines")->as_list())[0];
  };
  CHECK(inputs.as_object()->size() == 3);
  CHECK(baseline("n") == Value(2));
  CHECK(baseline("x").as_number() == 0.5);
  CHECK(baseline("colour") == Value("red"));
  write_file(folder / "rows.jsonl", "[1,\"a\"]\n\n[3,\"b\"]\n[2,\"b\"]\n");
  const Explained lines = run_command(folder, "baselines rows.jsonl");
  INFO(lines.out);
  CHECK(lines.status == 0);
  CHECK(lines.out.find(R"("inputBaselines":[[2,"b"]])") != std::string::npos);
}

TEST_CASE("cli: blanks around cells are no part of them, and slips among numbers are told",
          "[cli][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "in", "");
  write_file(folder / "data.csv", "age, bmi\n10,1.5\n 20 ,2.5 \n30,\t3.5\n");
  const Explained blanks = run_command(folder, "baselines data.csv");
  CHECK(says_all(blanks.out,
                 "\"age\":{\"inputBaselines\":[20]} … \"bmi\":{\"inputBaselines\":[2.5]}"));
  write_file(folder / "slip.csv", "a\n1\n?\n3\n");
  CHECK(run_command(folder, "baselines slip.csv").status == 0);
  const std::string told = read_file(folder / "err");
  INFO(told);
  CHECK(says_all(told, "column \"a\": 1 of 3 cells … \"?\""));
}

TEST_CASE("cli: what baselines come out of is a sidecar that explains", "[cli][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "in", R"({"instances":[[1,1,1]]})");
  write_file(folder / "data.csv", "a,b,c\n0,3,0\n");
  write_file(folder / "trivet.json", run_command(folder, "baselines data.csv").out);
  const Explained explained = run_explain(folder, quoted_model("lin") + "--sidecar trivet.json");
  INFO(explained.out);
  CHECK(explained.status == 0);
  CHECK(explained.out.find(R"("featureAttributions":{"a":1.0,"b":-4.0,"c":-3.0})") !=
        std::string::npos);
}

TEST_CASE("cli: data that can't be read is refused with its line", "[cli][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "in", "");
  write_file(folder / "short.csv", "a,b\n1,2\n3\n");
  write_file(folder / "open.csv", "a,b\n1,\"2\n");
  write_file(folder / "empty.csv", "a,b\n");
  write_file(folder / "twice.csv", "a, a\n1,2\n");
  write_file(folder / "bad.jsonl", "{\"a\":1}\n{\"a\":\n");
  for (const auto& [words, says] : std::vector<std::pair<std::string, const char*>>{
           {"short.csv", "short.csv: line 3 … 1 cells … 2"},
           {"open.csv", "open.csv: line 2 … quote"},
           {"empty.csv", "empty.csv … no rows"},
           {"bad.jsonl", "bad.jsonl: line 2"},
           {"short.csv --target z", "short.csv: line 3"},
           {"data.txt", "data.txt … .csv"},
           {"twice.csv", "twice.csv: line 1 … \"a\" twice"},
       }) {
    INFO(words);
    const Explained refused = run_command(folder, "baselines " + words);
    INFO(refused.out);
    CHECK(refused.status == 1);
    const Value reply = parse_plain_json(refused.out);
    CHECK(says_all(*reply.find("error")->as_text(), says));
  }
}

TEST_CASE("cli: the framework's own values need no spec", "[cli][explain]") {
  const TemporaryFolder folder;
  const std::string one = data_path("golden/contributions/xgboost_regression");
  write_file(folder / "in", read_file(one + "/request.json"));
  const std::string model = "'" + one + "/model' ";
  const Explained answered = run_explain(folder, model + "--values pred_contribs");
  INFO(answered.out);
  REQUIRE(answered.status == 0);
  CHECK(answered.out.find("\"baselineOutputValue\"") != std::string::npos);
  const Explained plan = run_explain(folder, model + "--values approx_contribs --plan");
  CHECK(plan.out == "{\"plan\":\"framework\",\"exact\":true}\n");
  const Explained unknown = run_explain(folder, model + "--values shap");
  CHECK(unknown.status == 1);
  CHECK(says_all(unknown.out, "--values … shap … pred_contribs"));
  const Explained linear = run_explain(folder, quoted_model("lin") + "--values pred_contribs");
  CHECK(linear.status == 1);
  CHECK(says_all(linear.out, "without covers … a forest"));
  CHECK(run_explain(folder, model + "--values pred_contribs --spec s.json").status == 2);
}

TEST_CASE("cli: one explanation is drawn as arrows, many as dots", "[cli][explain]") {
  const TemporaryFolder folder;
  const auto count = [](const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
      ++found;
    }
    return found;
  };
  write_file(folder / "in", R"({"instances":[[1,1,0]]})");
  const Explained one = run_explain(folder, quoted_model("lin") + "--svg one.svg");
  INFO(one.out);
  REQUIRE(one.status == 0);
  CHECK(one.out.find("explanations") != std::string::npos);
  const std::string arrows = read_file(folder / "one.svg");
  CHECK(arrows.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  CHECK(arrows.ends_with("</svg>\n"));
  CHECK(count(arrows, "<path") == 3);
  CHECK(count(arrows, "<script") == 0);
  CHECK(arrows.find("b = 1: +2") != std::string::npos);
  CHECK(arrows.find("is 3.5, against 0.5 at the baseline") != std::string::npos);
  write_file(folder / "in", R"({"instances":[[1,1,0],[2,1,0],[0,0,1],[4,1,1]]})");
  const Explained many = run_explain(folder, quoted_model("lin") + "--summary --svg one.svg");
  REQUIRE(many.status == 0);
  const std::string dots = read_file(folder / "one.svg");
  CHECK(count(dots, "<path") == 0);
  CHECK(count(dots, "<circle") == 3 * 4 + 9);  // and those of the legend
  const Explained nowhere = run_explain(folder, quoted_model("lin") + "--svg no/where.svg");
  CHECK(nowhere.status == 1);
  CHECK(parse_plain_json(nowhere.out).find("error") != nullptr);
}

TEST_CASE("cli: names in a picture are text, whatever they hold", "[cli][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "in", R"({"instances":[[1,1,1]]})");
  write_file(folder / "spec.json", R"({"parameters":{"sampledShapleyAttribution":{"pathCount":1}},
    "metadata":{"inputs":{"row":{"encoding":"BAG_OF_FEATURES","inputBaselines":[[0,0,0]],
    "indexFeatureMapping":["<b>&\"x\"","\u0001bell","ünïcödé"]}},"outputs":{"z":{}}}})");
  const Explained answered =
      run_explain(folder, quoted_model("lin") + "--spec spec.json --svg out.svg");
  INFO(answered.out);
  REQUIRE(answered.status == 0);
  const std::string drawn = read_file(folder / "out.svg");
  CHECK(drawn.find("<b>") == std::string::npos);
  CHECK(drawn.find("&lt;b&gt;&amp;&quot;x&quot;") != std::string::npos);
  CHECK(drawn.find("ünïcödé") != std::string::npos);
  CHECK(drawn.find('\x01') == std::string::npos);
}

}  // namespace trivet::test
