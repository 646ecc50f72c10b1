// SPDX-License-Identifier: Apache-2.0
// Runs every case of every `.case` file through every door that takes JSON.
#include <cstdlib>
#include <functional>
#include <stdexcept>

#include "catch.hpp"
#include "contract/case_file.hpp"
#include "support/compare.hpp"
#include "support/files.hpp"
#include "support/plain_json.hpp"
#include "support/says.hpp"
#include "trivet/trivet.hpp"

namespace trivet::test {
namespace {

/// The model of a case; with a sidecar of the case's own it is put together in a folder.
Result<LocalModel> load_model(const ContractCase& one) {
  if (one.model == "builtin:echo") return LocalModel::load(one.model);
  const std::string folder = data_path("contract/models/" + one.model);
  if (one.sidecar.empty()) return LocalModel::load(folder);
  const TemporaryFolder own;
  write_file(own / "model.bst", read_file(folder + "/model.bst"));
  write_file(own / "trivet.json", one.sidecar);
  return LocalModel::load(own.path());
}

void check_error(const Error& error, const std::string& status, const ContractCase& one) {
  const std::string message = error.message();
  INFO("the error says: " << message);
  CHECK(std::to_string(http_status(error.code())) + " " +
            std::string(canonical_status(error.code())) ==
        status);
  if (!one.where.empty()) CHECK(std::string(error.where()) == one.where);
  if (!one.says.empty()) {
    INFO("it should say: " << one.says);
    CHECK(says_all(message, one.says));
  }
  CHECK_FALSE(message.empty());
}

void check_answer(const std::string& response, const ContractCase& one) {
  INFO("the answer is: " << response);
  CompareRule rule{Agreement::float32_bits, 0};
  if (!one.within.empty()) rule = {Agreement::relative, std::strtod(one.within.c_str(), nullptr)};
  CHECK(difference(parse_plain_json(response), parse_plain_json(one.answer), rule) == "");
}

/// What a door gave: the response's text, or the error.
using Reply = Result<std::string>;

Reply into_string(const std::function<Status(std::string&)>& ask) {
  std::string response = "left over from before";
  Status status = ask(response);
  if (!status) {
    CHECK(response.empty());
    return std::move(status).error();
  }
  return response;
}

struct NamedReply {
  const char* door;
  Reply reply;
};

/// The same request through all doors that take its bytes.
std::vector<NamedReply> ask_all_doors(const LocalModel& model, const std::string& request) {
  const LocalEndpoint endpoint = model.deploy_to_local_endpoint();
  Session session = model.session();
  const TemporaryFolder folder;
  write_file(folder / "request.json", request);
  const auto with_session = [&](std::string& out) { return session.predict_json(request, out); };
  std::vector<NamedReply> replies;
  replies.push_back({"LocalEndpoint::predict", endpoint.predict(request)});
  replies.push_back({"LocalEndpoint::predict into a string", into_string([&](std::string& out) {
                       auto served = endpoint.predict(request, out);
                       if (!served) return Status(std::move(served).error());
                       CHECK(*served == "1");
                       return Status();
                     })});
  replies.push_back(
      {"LocalEndpoint::predict_file", endpoint.predict_file(folder / "request.json")});
  replies.push_back({"LocalEndpoint::raw_predict", into_string([&](std::string& out) {
                       auto raw = endpoint.raw_predict(request, "application/json");
                       out.clear();
                       if (!raw) return Status(std::move(raw).error());
                       out = raw->body;
                       return Status();
                     })});
  replies.push_back({"LocalModel::predict_json", into_string([&](std::string& out) {
                       return model.predict_json(request, out);
                     })});
  replies.push_back({"Session::predict_json", into_string(with_session)});
  replies.push_back({"Session::predict_json once more", into_string(with_session)});
  return replies;
}

/// Instances as values follow the same rules, where a value can say what the text said.
void check_value_door(const LocalModel& model, const ContractCase& one) {
  const Value request = parse_plain_json(one.request);
  const Value* instances = request.find("instances");
  if (instances == nullptr || instances->as_list() == nullptr) return;
  const Value* parameters = request.find("parameters");
  const auto predictions =
      model.predict(*instances->as_list(), parameters != nullptr ? *parameters : Value());
  INFO("door: LocalModel::predict on values; "
       << (predictions ? std::string() : predictions.error().message()));
  REQUIRE(predictions.has_value());
  const Value whole(Value::Object{{"predictions", Value(*predictions)}});
  check_answer(whole.to_json(), one);
}

bool values_can_say(const std::string& request) {
  return request.find("b64") == std::string::npos && request.find(": NaN") == std::string::npos &&
         request.find(",NaN") == std::string::npos && request.find("[NaN") == std::string::npos;
}

void run_case(const ContractCase& one) {
  const Result<LocalModel> model = load_model(one);
  if (!one.load_error.empty()) {
    REQUIRE_FALSE(model.has_value());
    check_error(model.error(), one.load_error, one);
    return;
  }
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  for (const NamedReply& one_door : ask_all_doors(*model, one.request)) {
    INFO("door: " << one_door.door);
    if (!one.error.empty()) {
      CHECK_FALSE(one_door.reply.has_value());
      if (!one_door.reply) check_error(one_door.reply.error(), one.error, one);
      continue;
    }
    INFO((one_door.reply ? std::string() : one_door.reply.error().message()));
    CHECK(one_door.reply.has_value());
    if (one_door.reply) check_answer(*one_door.reply, one);
  }
  if (!one.answer.empty() && values_can_say(one.request)) check_value_door(*model, one);
}

std::vector<std::string> case_files() {
  std::vector<std::string> paths;
  for (const std::string& path : files_in(data_path("contract"))) {
    if (path.size() > 5 && path.substr(path.size() - 5) == ".case") paths.push_back(path);
  }
  return paths;
}

}  // namespace

TEST_CASE("contract: every case of every file holds", "[contract]") {
  REQUIRE_FALSE(case_files().empty());
  for (const std::string& path : case_files()) {
    for (const ContractCase& one : parse_cases(read_file(path))) {
      DYNAMIC_SECTION(base_name(path) << ":" << one.line << " " << one.title) { run_case(one); }
    }
  }
}

TEST_CASE("contract: a case file that can't be understood is refused with its line", "[contract]") {
  const std::pair<const char*, const char*> files[] = {
      {"# t\nmodel: lin\nrequest: 1\n", "line 1"},                           // nothing expected
      {"# t\nmodel: lin\nrequest: 1\nanswer: 1\nerror: 400 X\n", "line 1"},  // two endings
      {"# t\nmodle: lin\n", "line 2"},
      {"model: lin\n", "line 1"},
      {"# t\nmodel: lin\nmodel: lin\n", "line 3"},
      {"# t\n\n  continued\n", "line 3"},
      {"# t\nrequest: 1\nanswer: 1\n", "line 1"},  // no model
  };
  for (const auto& [text, line] : files) {
    INFO(text);
    try {
      static_cast<void>(parse_cases(text));
      FAIL_CHECK("it was understood");
    } catch (const std::runtime_error& e) {
      CHECK(std::string(e.what()).find(line) != std::string::npos);
    }
  }
}

}  // namespace trivet::test
