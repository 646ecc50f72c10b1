// SPDX-License-Identifier: Apache-2.0
// `trivet baselines` as people run it: what it makes of data, and which data it refuses.
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "cli/run_program.hpp"
#include "support/files.hpp"
#include "support/plain_json.hpp"
#include "support/says.hpp"

namespace trivet::test {

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

TEST_CASE("cli: baselines reads standard input, and endings in capitals", "[cli][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "in", "a,b\n1,x\n3,x\n");
  const Explained csv = run_command(folder, "baselines -");
  INFO(csv.out);
  CHECK(csv.status == 0);
  CHECK(says_all(csv.out, "\"a\":{\"inputBaselines\":[1]} … \"b\":{\"inputBaselines\":[\"x\"]}"));
  write_file(folder / "DATA.CSV", "a,b\n1,x\n3,x\n");
  CHECK(run_command(folder, "baselines DATA.CSV").out == csv.out);
  write_file(folder / "in", "\n {\"a\":1,\"b\":\"x\"}\n{\"a\":3,\"b\":\"x\"}\n");
  CHECK(run_command(folder, "baselines -").out == csv.out);
  write_file(folder / "in", "a,b\n1\n");
  CHECK(says_all(run_command(folder, "baselines -").out, "standard input: line 2"));
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
  write_file(folder / "mixed.jsonl", "{\"a\":1}\n[2]\n");
  write_file(folder / "turned.jsonl", "[2]\n{\"a\":1}\n");
  write_file(folder / "ragged.jsonl", "[1,2]\n[1,2]\n[1]\n");
  write_file(folder / "request.jsonl", R"({"instances":[[1,2],[3,4]]})");
  write_file(folder / "object.jsonl", "{\"a\":{\"b\":1}}\n");
  write_file(folder / "again.jsonl", "{\"a\":1,\"a\":2}\n");
  for (const auto& [words, says] : std::vector<std::pair<std::string, const char*>>{
           {"short.csv", "short.csv: line 3 … 1 cells … 2"},
           {"open.csv", "open.csv: line 2 … quote"},
           {"empty.csv", "empty.csv … no rows"},
           {"bad.jsonl", "bad.jsonl: line 2"},
           {"short.csv --target z", "short.csv: line 3"},
           {"data.txt", "data.txt … .csv"},
           {"twice.csv", "twice.csv: line 1 … \"a\" twice"},
           {"mixed.jsonl", "mixed.jsonl: line 2 … a list … an object"},
           {"turned.jsonl", "turned.jsonl: line 2 … an object … a list"},
           {"ragged.jsonl", "ragged.jsonl: line 3 … 1 values … 2"},
           {"request.jsonl", "request.jsonl: line 1 … a request … jq -c '.instances[]'"},
           {"object.jsonl", "object.jsonl: line 1 … an object in column \"a\""},
           {"again.jsonl", "again.jsonl: line 1 … \"a\" twice"},
       }) {
    INFO(words);
    const Explained refused = run_command(folder, "baselines " + words);
    INFO(refused.out);
    CHECK(refused.status == 1);
    const Value reply = parse_plain_json(refused.out);
    CHECK(says_all(*reply.find("error")->as_text(), says));
  }
}

}  // namespace trivet::test
