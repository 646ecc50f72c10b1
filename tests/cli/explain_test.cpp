// SPDX-License-Identifier: Apache-2.0
// `trivet explain` as people run it: the answer, the refusals, the exit statuses.
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "cli/run_program.hpp"
#include "support/files.hpp"
#include "support/plain_json.hpp"
#include "support/says.hpp"

namespace trivet::test {

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
  CHECK((*summary.find("meanAbsoluteAttributions")->as_list())[0].find("b")->as_number() == 3);
  CHECK(mean.find("outputIndex") == nullptr);
  CHECK(summary.find("instances")->as_number() == 2);
  const Explained bars = run_explain(folder, quoted_model("lin") + "--summary");
  INFO(bars.out);
  CHECK(bars.status == 0);
  CHECK(says_all(bars.out, "2 instances … b … █ … 3 … (-1) … c … 1.5 … a"));
}

TEST_CASE("cli: a summary keeps the classes apart", "[cli][explain]") {
  const TemporaryFolder folder;
  const auto spec = [](const std::string& which) {
    return R"({"parameters":{"sampledShapleyAttribution":{"pathCount":1}, )" + which +
           R"(},"metadata":{"inputs":{"x":{"inputBaselines":[0]}},"outputs":{"scores":
           {"indexDisplayNameMapping":["red","green","blue"]}}}})";
  };
  // Scores 0.25, 0.5, 0.25 where x < 1, else 0.5, 0.25, 0.25.
  write_file(folder / "in", R"({"instances":[[1],[1],[0]]})");
  write_file(folder / "spec.json", spec(R"("topK":-1)"));
  const std::string words = quoted_model("three") + "--spec spec.json --summary ";
  const Explained numbers = run_explain(folder, words + "--json");
  INFO(numbers.out);
  REQUIRE(numbers.status == 0);
  const Value summary = parse_plain_json(numbers.out);
  const Value::List& means = *summary.find("meanAttributions")->as_list();
  REQUIRE(means.size() == 3);
  const std::vector<double> expected{0.25 * 2 / 3, -0.25 * 2 / 3, 0};
  const std::vector<const char*> names{"red", "green", "blue"};
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK((*means[i].find("outputIndex")->as_list())[0].as_number() == static_cast<double>(i));
    CHECK(*means[i].find("outputDisplayName")->as_text() == names[i]);
    CHECK(means[i].find("featureAttributions")->find("x")->as_number() ==
          Approx(expected[i]).margin(1e-6));
  }
  const Explained bars = run_explain(folder, words + "--svg all.svg");
  CHECK(says_all(bars.out, "3 instances, red … 3 instances, green … 3 instances, blue"));
  const std::string drawn = read_file(folder / "all.svg");
  CHECK(says_all(drawn,
                 "<title id=\"title\">What moves red, green, blue</title> … >red</text> … "
                 ">green</text> … >blue</text>"));
  // One output an instance: the greatest, which is another one for the last row.
  write_file(folder / "spec.json", spec(R"("topK":1)"));
  const Explained greatest = run_explain(folder, words + "--json --svg one.svg");
  const Value apart = parse_plain_json(greatest.out);
  REQUIRE(apart.find("meanAttributions")->as_list()->size() == 2);
  const Value& red = (*apart.find("meanAttributions")->as_list())[0];
  CHECK(red.find("featureAttributions")->find("x")->as_number() == Approx(0.25).epsilon(1e-6));
  CHECK((*apart.find("instancesByOutput")->as_list())[0].as_number() == 2);
  CHECK((*apart.find("instancesByOutput")->as_list())[1].as_number() == 1);
  CHECK(says_all(read_file(folder / "one.svg"), "red over 2 of 3 instances … green over 1 of 3"));
}

TEST_CASE("cli: a picture says when it doesn't draw every instance", "[cli][explain]") {
  const TemporaryFolder folder;
  std::string rows = "[1,1,0]";
  for (int i = 1; i < 3000; ++i) rows += ",[1,1,0]";
  write_file(folder / "in", R"({"instances":[)" + rows + "]}");
  const Explained many = run_explain(folder, quoted_model("lin") + "--summary --svg many.svg");
  REQUIRE(many.status == 0);
  CHECK(says_all(read_file(folder / "many.svg"),
                 "over 3000 instances, a dot for one of every 2. … one of every 2 as a dot"));
}

TEST_CASE("cli: long names are cut in bars, and pairs stand once", "[cli][explain]") {
  const TemporaryFolder folder;
  const std::string name(200, 'n');
  write_file(folder / "in", R"({"instances":[[1,1,1]]})");
  write_file(folder / "spec.json", R"({"parameters":{"sampledShapleyAttribution":{"pathCount":1}},
    "metadata":{"inputs":{"row":{"encoding":"BAG_OF_FEATURES","inputBaselines":[[0,0,0]],
    "indexFeatureMapping":[")" + name + R"(","b","c"]}},"outputs":{"z":{}}}})");
  const Explained bars = run_explain(folder, quoted_model("lin") + "--spec spec.json --summary");
  INFO(bars.out);
  REQUIRE(bars.status == 0);
  CHECK(bars.out.find(name.substr(0, 40) + "…") != std::string::npos);
  CHECK(bars.out.find(name.substr(0, 41)) == std::string::npos);
  const std::string one = data_path("golden/contributions/xgboost_regression");
  write_file(folder / "in", read_file(one + "/request.json"));
  const Explained pairs =
      run_explain(folder, "'" + one + "/model' --values pred_interactions --summary --json");
  REQUIRE(pairs.status == 0);
  const Value summary = parse_plain_json(pairs.out);
  const Value& mean = (*summary.find("meanAttributions")->as_list())[0];
  // 6 features: 6 with themselves and 15 pairs, which add up to what all moved.
  const Value::Object& features = *mean.find("featureAttributions")->as_object();
  CHECK(features.size() == 21);
  double sum = mean.find("baselineOutputValue")->as_number();
  for (const Member& pair : features) sum += pair.value.as_number();
  CHECK(sum == Approx(mean.find("instanceOutputValue")->as_number()));
}

TEST_CASE("cli: what explain refuses, and by which status", "[cli][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "in", R"({"instances":[[1,1,1]]})");
  write_file(folder / "broken.json", R"({"parameters":)");
  write_file(folder / "bounds.json",
             R"({"parameters":{"sampledShapleyAttribution":{"pathCount":51}}})");
  write_file(folder / "rows.jsonl", "[1,1,1]\n[2,2,2]\n");
  write_file(folder / "asked.json", R"({"parameters":{},"instances":[[1,1,1]]})");
  write_file(folder / "trivet.json", R"({"explanationSpec":{"parameters":
    {"sampledShapleyAttribution":{"pathCount":5}}}})");
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
      {quoted_model("lin") + "--spec trivet.json", 1,
       "trivet.json … sidecar … --sidecar trivet.json"},
      {quoted_model("lin") + "rows.jsonl", 1, "rows.jsonl: … an instance a line … jq -s"},
      {quoted_model("lin") + "--parameters '{\"margin\": 1}'", 1, "--parameters … margin"},
      {quoted_model("lin") + "asked.json --parameters '{\"output_margin\": true}'", 1,
       "--parameters … of its own"},
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
  for (const char* wrong : {"--spec", "--plan --summary", "--plan --svg x.svg", "--parameters 3"}) {
    INFO(wrong);
    const Explained usage = run_explain(folder, quoted_model("lin") + wrong);
    CHECK(usage.status == 2);
    CHECK(usage.out.empty());
  }
}

TEST_CASE("cli: a plan is that of the answer that is asked for", "[cli][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "in", R"({"instances":[[1]],"parameters":{"output_margin":true}})");
  write_file(folder / "spec.json", R"({"parameters":{"sampledShapleyAttribution":{"pathCount":1}},
    "metadata":{"inputs":{"x":{"inputBaselines":[0]}},"outputs":{"z":{}}}})");
  const std::string words = quoted_model("three") + "--spec spec.json --plan ";
  CHECK(run_explain(folder, words).out == "{\"plan\":\"term-table\",\"exact\":true}\n");
  const std::string sum = "{\"plan\":\"linear\",\"exact\":true}\n";
  CHECK(run_explain(folder, words + "-").out == sum);
  CHECK(run_explain(folder, words + "--parameters '{\"output_margin\":true}'").out == sum);
  const Explained unknown = run_explain(folder, words + "--parameters '{\"output_margin\":3}'");
  CHECK(unknown.status == 1);
  CHECK(says_all(unknown.out, "/parameters … output_margin … 3"));
}

TEST_CASE("cli: parameters beside the request say what is explained", "[cli][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "in", R"({"instances":[[1]]})");
  write_file(folder / "spec.json", R"({"parameters":{"sampledShapleyAttribution":{"pathCount":1}},
    "metadata":{"inputs":{"x":{"inputBaselines":[0]}},"outputs":{"z":{}}}})");
  const std::string words = quoted_model("three_hard") + "--spec spec.json ";
  const Explained hard = run_explain(folder, words);
  CHECK(hard.status == 1);
  CHECK(says_all(hard.out, "/parameters: answers that are classes … output_margin"));
  const Explained margin = run_explain(folder, words + "--parameters '{\"output_margin\":true}'");
  INFO(margin.out);
  CHECK(margin.status == 0);
  const Explained wrong = run_explain(folder, words + "--parameters '{\"output_margin\":7}'");
  CHECK(wrong.status == 1);
  CHECK(says_all(wrong.out, "--parameters/output_margin"));
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
  CHECK(unknown.status == 2);
  CHECK(unknown.out.empty());
  CHECK(says_all(read_file(folder / "err"), "--values … shap … pred_contribs"));
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
