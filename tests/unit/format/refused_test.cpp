// SPDX-License-Identifier: Apache-2.0
// Artefacts that are refused by name, each with its own words.
#include "format/refused/refused.hpp"

#include <string>

#include "catch.hpp"
#include "support/files.hpp"
#include "support/says.hpp"
#include "trivet/local_model.hpp"

namespace trivet::test {

TEST_CASE("refused: each artefact is told what it is and what to do", "[format][refused]") {
  const std::pair<const char*, const char*> cases[] = {
      {"treelite_checkpoint", "model.bin … a checkpoint of Treelite … its own framework"},
      {"treelite_checkpoint_v3", "model.bin … a checkpoint of Treelite"},
      {"treelite_dump", "model.json … a JSON dump of Treelite"},
      {"ydf", "ydf/model … Yggdrasil Decision Forests … XGBoost, LightGBM or CatBoost"},
      {"ydf_prefix", "ydf_prefix/model … Yggdrasil Decision Forests"},
      {"tf_df", "tf_df/model … TensorFlow Decision Forests … XGBoost"},
  };
  for (const auto& [name, says] : cases) {
    INFO(name);
    const auto model =
        LocalModel::load(data_path(std::string("golden/refused/") + name + "/model"));
    REQUIRE_FALSE(model.has_value());
    INFO(model.error().message());
    CHECK(model.error().code() == Errc::unsupported_model);
    CHECK(says_all(model.error().message(), says));
  }
}

TEST_CASE("refused: other files and folders are left alone", "[format][refused]") {
  const auto format = refused::make_refused_format();
  const std::string zeros(64, '\0');
  std::string no_trees = "\x04" + std::string(11, '\0') + "\x02\x02" + std::string(40, '\0');
  for (const std::string& head :
       {std::string(), zeros, no_trees, std::string("{\"num_feature\": 2}"), std::string("{}"),
        std::string("tree\nversion=v4\n")}) {
    CHECK(format->probe(head, head.size()) == spi::Confidence::none);
  }
  const std::vector<std::vector<std::string>> folders{{},
                                                      {"saved_model.pb"},
                                                      {"header.pb"},
                                                      {"assets/header.pb", "assets/data_spec.pb"},
                                                      {"below/header.pb", "below/data_spec.pb"}};
  for (const std::vector<std::string>& names : folders) {
    CHECK(format->probe_names(names) == spi::Confidence::none);
  }
}

}  // namespace trivet::test
