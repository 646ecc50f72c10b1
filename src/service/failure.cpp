// SPDX-License-Identifier: Apache-2.0
// Canonical codes, and refusals as JSON.
#include "service/failure.hpp"

#include <array>

namespace trivet::service {
namespace {

struct CodeRow {
  std::string_view name;
  int http;
};

// By the code's number; google/rpc/code.proto.
constexpr std::array<CodeRow, 17> kCodeTable{{
    {"OK", 200},
    {"CANCELLED", 499},
    {"UNKNOWN", 500},
    {"INVALID_ARGUMENT", 400},
    {"DEADLINE_EXCEEDED", 504},
    {"NOT_FOUND", 404},
    {"ALREADY_EXISTS", 409},
    {"PERMISSION_DENIED", 403},
    {"RESOURCE_EXHAUSTED", 429},
    {"FAILED_PRECONDITION", 400},
    {"ABORTED", 409},
    {"OUT_OF_RANGE", 400},
    {"UNIMPLEMENTED", 501},
    {"INTERNAL", 500},
    {"UNAVAILABLE", 503},
    {"DATA_LOSS", 500},
    {"UNAUTHENTICATED", 401},
}};

const CodeRow& code_row(Code code) noexcept { return kCodeTable[static_cast<std::size_t>(code)]; }

Code code_of_status(std::string_view status) noexcept {
  for (std::size_t i = 0; i < kCodeTable.size(); ++i) {
    if (kCodeTable[i].name == status) return static_cast<Code>(i);
  }
  return Code::unknown;
}

}  // namespace

std::string_view code_name(Code code) noexcept { return code_row(code).name; }
int http_status(Code code) noexcept { return code_row(code).http; }

Failure::Failure(const Error& error)
    : code(code_of_status(canonical_status(error.code()))), message(error.message()) {}

std::string Failure::to_status_json() const {
  Value::Object status{
      {"code", http_status(code)}, {"message", message}, {"status", std::string(code_name(code))}};
  if (!details.is_null()) status.push_back({"details", details});
  return Value(Value::Object{{"error", std::move(status)}}).to_json();
}

std::string Failure::to_text_json() const {
  return Value(Value::Object{{"error", message}}).to_json();
}

}  // namespace trivet::service
