// SPDX-License-Identifier: Apache-2.0
// Errors, their three parts and their status; Results.
#include "trivet/error.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <string>

#include "catch.hpp"
#include "trivet/result.hpp"
#include "trivet/throwing.hpp"

namespace trivet::test {
namespace {

constexpr Errc kAll[] = {Errc::invalid_request,  Errc::request_too_large, Errc::model_refused,
                         Errc::invalid_argument, Errc::not_found,         Errc::failed_precondition,
                         Errc::invalid_model,    Errc::unsupported_model, Errc::io_failed,
                         Errc::out_of_memory,    Errc::internal};

}  // namespace

TEST_CASE("error: each kind has the status of google/rpc/code.proto", "[core][error]") {
  const std::pair<std::string, int> statuses[] = {
      {"INVALID_ARGUMENT", 400}, {"FAILED_PRECONDITION", 400}, {"OUT_OF_RANGE", 400},
      {"NOT_FOUND", 404},        {"RESOURCE_EXHAUSTED", 429},  {"INTERNAL", 500},
      {"DATA_LOSS", 500},        {"UNIMPLEMENTED", 501},       {"UNAVAILABLE", 503},
  };
  std::set<std::string> names;
  for (const Errc code : kAll) {
    INFO(errc_name(code));
    CHECK(names.insert(std::string(errc_name(code))).second);
    const std::pair<std::string, int> status{canonical_status(code), http_status(code)};
    CHECK(std::find(std::begin(statuses), std::end(statuses), status) != std::end(statuses));
  }
  CHECK(errc_name(Errc::invalid_request) == "invalid_request");
  CHECK(canonical_status(Errc::model_refused) == "FAILED_PRECONDITION");
  CHECK(http_status(Errc::internal) == 500);
}

TEST_CASE("error: the text joins the parts that there are", "[core][error]") {
  struct TextCase {
    const char* where;
    const char* found;
    const char* expected;
    const char* text;
  };
  const TextCase cases[] = {
      {"/instances/3", "2 values", "3 values", "/instances/3: 2 values; 3 values"},
      {"", "2 values", "3 values", "2 values; 3 values"},
      {"/instances/3", "2 values", "", "/instances/3: 2 values"},
      {"", "2 values", "", "2 values"},
      {"", "", "", ""},
  };
  for (const TextCase& one : cases) {
    const Error error(Errc::invalid_request, one.where, one.found, one.expected);
    CHECK(error.message() == one.text);
    CHECK(error.where() == one.where);
    CHECK(error.found() == one.found);
    CHECK(error.expected() == one.expected);
    CHECK(error.code() == Errc::invalid_request);
  }
}

TEST_CASE("error: a verbatim text stays as it is", "[core][error]") {
  const std::string text = "boom: \"quoted\"; and a line\n";
  const Error error = Error::verbatim(Errc::model_refused, text);
  CHECK(error.message() == text);
  CHECK(error.code() == Errc::model_refused);
}

TEST_CASE("error: the place grows outwards", "[core][error]") {
  const Error inner(Errc::invalid_model, "tree 2, node 5", "a cycle", "a tree");
  CHECK(inner.within("model.bst").where() == "model.bst: tree 2, node 5");
  CHECK(inner.within("model.bst").message() == "model.bst: tree 2, node 5: a cycle; a tree");
  CHECK(inner.where() == "tree 2, node 5");  // the inner one is untouched

  const Error pointer(Errc::invalid_model, "/columns/2", "x", "y");
  CHECK(pointer.within("/signature").where() == "/signature/columns/2");
  CHECK(pointer.within("/signature").within("trivet.json").where() ==
        "trivet.json: /signature/columns/2");

  const Error nowhere(Errc::invalid_model, "", "x", "y");
  CHECK(nowhere.within("model.bst").where() == "model.bst");
  CHECK(nowhere.within("/a").within("/b").where() == "/b/a");
  CHECK(inner.within("").where() == "tree 2, node 5");
}

TEST_CASE("error: copies share their text", "[core][error]") {
  const Error first(Errc::not_found, "a", "b", "c");
  const Error second = first;
  CHECK(second.where().data() == first.where().data());
}

TEST_CASE("result: a value or an error", "[core][result]") {
  Result<int> good = 7;
  CHECK(good.has_value());
  CHECK(static_cast<bool>(good));
  CHECK(*good == 7);
  CHECK(good.value_or(1) == 7);
  Result<int> bad = Error(Errc::not_found, "there", "nothing", "something");
  CHECK_FALSE(bad.has_value());
  CHECK_FALSE(static_cast<bool>(bad));
  CHECK(bad.error().code() == Errc::not_found);
  CHECK(bad.value_or(1) == 1);
}

TEST_CASE("result: steps follow each other until one fails", "[core][result]") {
  const auto half = [](int x) -> Result<int> {
    if (x % 2 != 0) return Error(Errc::invalid_argument, "", "an odd number", "an even one");
    return x / 2;
  };
  CHECK(half(8).and_then(half).and_then(half).value() == 1);
  const Result<int> failed = half(6).and_then(half).and_then(half);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().found() == "an odd number");
}

TEST_CASE("result: what can't be copied is moved through", "[core][result]") {
  Result<std::unique_ptr<int>> made = std::make_unique<int>(5);
  REQUIRE(made.has_value());
  const std::unique_ptr<int> taken = std::move(made).value();
  CHECK(*taken == 5);
}

TEST_CASE("result: a Status is a success or an error", "[core][result]") {
  const Status fine;
  CHECK(fine.has_value());
  const Status failed = Error(Errc::io_failed, "x", "y", "z");
  CHECK_FALSE(failed.has_value());
  CHECK(failed.error().message() == "x: y; z");
}

TEST_CASE("throwing: an error becomes an exception with its text", "[core][result]") {
  CHECK(or_throw(Result<int>(3)) == 3);
  CHECK_NOTHROW(or_throw(Status()));
  try {
    static_cast<void>(or_throw(Result<int>(Error(Errc::not_found, "x", "y", "z"))));
    FAIL_CHECK("nothing was thrown");
  } catch (const Exception& e) {
    CHECK(std::string(e.what()) == "x: y; z");
    CHECK(e.error().code() == Errc::not_found);
  }
}

}  // namespace trivet::test
