// SPDX-License-Identifier: Apache-2.0
// `trivet convert` as people run it: the file, the line, and that nothing is left behind.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "support/files.hpp"
#include "support/says.hpp"
#include "trivet/spi/registry.hpp"

namespace trivet::test {
namespace {

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

/// Runs `trivet convert` in a folder; what it prints goes to another, so that the first holds the
/// converted files alone.
class Converter {
 public:
  [[nodiscard]] Outcome run(const std::string& words) const { return program("convert " + words); }
  [[nodiscard]] Outcome program(const std::string& words) const {
    const std::string line = "cd '" + files_.path() + "' && '" TRIVET_PROGRAM "' " + words +
                             " > '" + (prints_ / "out") + "' 2> '" + (prints_ / "err") + "'";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(prints_ / "out"),
            read_file(prints_ / "err")};
  }
  [[nodiscard]] std::string path(std::string_view name) const { return files_ / name; }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const std::string& file : files_in(files_.path())) names.push_back(base_name(file));
    return names;
  }

 private:
  TemporaryFolder files_;
  TemporaryFolder prints_;
};

std::string golden_model(const std::string& name) {
  return "'" + data_path("golden/" + name + "/model") + "' ";
}

}  // namespace

TEST_CASE("cli convert: the file answers as the model does", "[cli]") {
  struct Row {
    const char* model;
    const char* out;
    const char* line;
  };
  for (const Row& row : {
           Row{"xgboost/legacy_090_logistic", "new.json", "new.json: xgboost-json, … bytes\n"},
           Row{"xgboost/legacy_090_logistic", "new.ubj", "new.ubj: xgboost-ubjson, … bytes\n"},
           Row{"xgboost/legacy_17_gblinear", "new.bin --to xgboost-ubjson",
               "new.bin: xgboost-ubjson, … bytes\n"},
           Row{"lightgbm/binary_47", "new.txt", "new.txt: lightgbm-text, … bytes\n"},
       }) {
    INFO(row.model << " to " << row.out);
    const Converter converter;
    const Outcome done = converter.run(golden_model(row.model) + row.out);
    INFO(done.out << done.err);
    CHECK(done.status == 0);
    CHECK(says_all(done.out, row.line));
    CHECK(done.err == "");
    const std::string name = std::string(row.out).substr(0, std::string(row.out).find(' '));
    CHECK(converter.names() == std::vector<std::string>{name});
    const std::string request = " '" + data_path("golden/") + row.model + "/request.json'";
    const Outcome answer = converter.program("predict " + name + request);
    CHECK(answer.status == 0);
    CHECK(answer.out == converter.program("predict " + golden_model(row.model) + request).out);
  }
}

TEST_CASE("cli convert: refusals leave nothing behind", "[cli]") {
  struct Row {
    std::string words;
    int status;
    const char* says;
  };
  const std::string xgboost = golden_model("xgboost/json_13_names");
  for (const Row& row : {
           Row{xgboost + "new.txt", 1, "{\"error\":\" … tests x < cut; the test of LightGBM"},
           Row{golden_model("lightgbm/binary_47") + "new.json", 1, "the test of XGBoost, x < cut"},
           Row{xgboost + "nofolder/new.json", 1, "nofolder/new.json: … a file that can be written"},
           Row{xgboost + ". --to xgboost-json", 1, ".: a folder; the name of a file to write"},
           Row{xgboost + "/dev/null --to xgboost-json --force", 1,
               "/dev/null: something that is no file"},
           Row{"nomodel.bst new.json", 3, "{\"error\":\"nomodel.bst: "},
       }) {
    INFO(row.words);
    const Converter converter;
    const Outcome done = converter.run(row.words);
    CHECK(done.status == row.status);
    INFO(done.out << done.err);
    CHECK(says_all(done.out, row.says));
    CHECK(done.err == "");
    CHECK(converter.names().empty());
  }
}

TEST_CASE("cli convert: a file that is there stays, unless it is to be replaced", "[cli]") {
  const Converter converter;
  write_file(converter.path("new.json"), "mine");
  const std::string words = golden_model("xgboost/json_13_names") + "new.json";
  const Outcome refused = converter.run(words);
  CHECK(refused.status == 1);
  CHECK(says_all(refused.out, "new.json: a file that is there already; a new name, or --force"));
  CHECK(read_file(converter.path("new.json")) == "mine");
  // A failure leaves it as it is, even when it may be replaced.
  CHECK(converter.run(words + " --force --to lightgbm-text").status == 1);
  CHECK(read_file(converter.path("new.json")) == "mine");
  CHECK(converter.run(words + " --force").status == 0);
  CHECK(read_file(converter.path("new.json")).starts_with("{\"learner\":"));
  CHECK(converter.names() == std::vector<std::string>{"new.json"});
}

TEST_CASE("cli convert: a link stays, and the file behind it is replaced", "[cli]") {
  const Converter converter;
  write_file(converter.path("target.json"), "mine");
  REQUIRE(::symlink("target.json", converter.path("link.json").c_str()) == 0);
  const std::string model = golden_model("xgboost/json_13_names");
  CHECK(
      says_all(converter.run(model + "link.json").out, "link.json: a file that is there already"));
  CHECK(read_file(converter.path("target.json")) == "mine");
  CHECK(converter.run(model + "link.json --force").status == 0);
  CHECK(read_file(converter.path("target.json")).starts_with("{\"learner\":"));
  struct stat found {};
  REQUIRE(::lstat(converter.path("link.json").c_str(), &found) == 0);
  CHECK(S_ISLNK(found.st_mode));

  REQUIRE(::symlink("nothing.json", converter.path("lost.json").c_str()) == 0);
  for (const char* force : {"", " --force"}) {
    const Outcome refused = converter.run(model + "lost.json" + force);
    CHECK(refused.status == 1);
    CHECK(says_all(refused.out, "lost.json: a link to a file that isn't there"));
  }
  CHECK(::lstat(converter.path("nothing.json").c_str(), &found) != 0);
}

TEST_CASE("cli convert: a file that is replaced keeps its permissions", "[cli]") {
  const Converter converter;
  write_file(converter.path("new.json"), "mine");
  for (const mode_t mode : {mode_t{0600}, mode_t{0664}, mode_t{0755}}) {
    INFO(mode);
    REQUIRE(::chmod(converter.path("new.json").c_str(), mode) == 0);
    CHECK(converter.run(golden_model("xgboost/json_13_names") + "new.json --force").status == 0);
    struct stat found {};
    REQUIRE(::stat(converter.path("new.json").c_str(), &found) == 0);
    CHECK((found.st_mode & 07777) == mode);
  }
}

TEST_CASE("cli convert: a name may be as long as the file system takes", "[cli]") {
  const Converter converter;
  const std::string name = std::string(250, 'x') + ".json";
  CHECK(converter.run(golden_model("xgboost/json_13_names") + name).status == 0);
  CHECK(converter.names() == std::vector<std::string>{name});
}

TEST_CASE("cli convert: standard output gets the file and nothing else", "[cli]") {
  const Converter converter;
  const std::string model = golden_model("xgboost/json_13_names");
  CHECK(converter.run(model + "new.json").status == 0);
  const Outcome piped = converter.run(model + "- --to xgboost-json");
  CHECK(piped.status == 0);
  CHECK(piped.err == "");
  CHECK(piped.out == read_file(converter.path("new.json")));
  const Outcome refused = converter.run(model + "- --to lightgbm-text");
  CHECK(refused.status == 1);
  CHECK(says_all(refused.out, "{\"error\":\"model: … tests x < cut"));
  CHECK(converter.names() == std::vector<std::string>{"new.json"});
}

TEST_CASE("cli convert: knows every encoding that the formats write", "[cli]") {
  const Converter converter;
  const std::string help = converter.program("help convert").out;
  const spi::Registry registry = spi::Registry::builtin();
  for (const auto& format : registry.formats()) {
    for (const std::string_view encoding : format->encodings()) {
      INFO(encoding);
      CHECK(help.find(encoding) != std::string::npos);
      CHECK(converter.run("nomodel new.bin --to " + std::string(encoding)).status == 3);
    }
  }
}

TEST_CASE("cli convert: wrong usage is told on standard error", "[cli]") {
  struct Row {
    const char* words;
    const char* says;
  };
  for (const Row& row : {
           Row{"model.bst", "OUT is required"},
           Row{"model.bst new.bst", "\"new.bst\" doesn't say what to write; … .ubj … --to"},
           Row{"model.bst ''", "OUT: an empty text; the name of a file"},
           Row{"model.bst -", "standard output doesn't say what to write; --to ENCODING"},
           Row{"model.bst new --to onnx", "--to: \"onnx\"; one of xgboost-json, xgboost-ubjson, "},
           Row{"model.bst new.json --force=1", "--force takes no value"},
       }) {
    INFO(row.words);
    const Converter converter;
    const Outcome done = converter.run(row.words);
    CHECK(done.status == 2);
    CHECK(done.out == "");
    INFO(done.err);
    CHECK(says_all(done.err, row.says));
    CHECK(converter.names().empty());
  }
  const Converter converter;
  const Outcome help = converter.program("help convert");
  CHECK(help.status == 0);
  CHECK(says_all(help.out,
                 "usage: trivet convert MODEL OUT … --to ENCODING … xgboost-json (.json) … --force "
                 "… Examples"));
}

}  // namespace trivet::test
