// SPDX-License-Identifier: Apache-2.0
// Reading the case folders.
#include "golden/golden_case.hpp"

#include <filesystem>
#include <stdexcept>

#include "support/files.hpp"
#include "support/plain_json.hpp"

namespace trivet::test {
namespace {

const Value& member(const Value& object, const char* name, const std::string& where) {
  const Value* found = object.find(name);
  if (found == nullptr) throw std::runtime_error(where + ": no member " + name);
  return *found;
}

GoldenAsk read_ask(const std::string& folder, const std::string& name, const Value& parameters,
                   const Value& compare) {
  const std::string path = folder + "/" + name + ".json";
  const Value response = parse_plain_json(read_file(path));
  return {name, parameters, member(response, "predictions", path), compare_rule(compare)};
}

GoldenCase read_case(const std::string& folder) {
  const std::string path = folder + "/case.json";
  const Value info = parse_plain_json(read_file(path));
  GoldenCase one;
  one.name =
      base_name(std::filesystem::path(folder).parent_path().string()) + "/" + base_name(folder);
  one.model_path = folder + "/model";
  one.request = read_file(folder + "/request.json");
  const Value request = parse_plain_json(one.request);
  one.instances = member(request, "instances", folder);
  const Value* must = info.find("must");
  one.must_refuse = must != nullptr && must->as_text() != nullptr && *must->as_text() == "refuse";
  const Value* door = info.find("door");
  one.json_only = door != nullptr && door->as_text() != nullptr && *door->as_text() == "json";
  if (one.must_refuse) return one;
  const Value* parameters = request.find("parameters");
  one.asks.push_back(read_ask(folder, "response", parameters != nullptr ? *parameters : Value(),
                              member(info, "compare", path)));
  const Value* also = info.find("also");
  if (also == nullptr || also->as_object() == nullptr) return one;
  for (const Member& more : *also->as_object()) {
    one.asks.push_back(read_ask(folder, more.name, member(more.value, "parameters", path),
                                member(more.value, "compare", path)));
  }
  return one;
}

std::vector<GoldenCase> read_all() {
  std::vector<GoldenCase> cases;
  for (const std::string& format : folders_in(data_path("golden"))) {
    for (const std::string& folder : folders_in(format)) {
      if (std::filesystem::exists(folder + "/case.json")) cases.push_back(read_case(folder));
    }
  }
  return cases;
}

}  // namespace

const std::vector<GoldenCase>& golden_cases() {
  static const std::vector<GoldenCase> cases = read_all();
  return cases;
}

}  // namespace trivet::test
