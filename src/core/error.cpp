// SPDX-License-Identifier: Apache-2.0
// The kinds of errors and how their three parts become one text.
#include "trivet/error.hpp"

#include <array>
#include <utility>

namespace trivet::inline v0 {
namespace {

struct ErrcRow {
  Errc code;
  std::string_view name;
  int http;
  std::string_view canonical;
};

// The pairs of canonical and HTTP status are those of google/rpc/code.proto.
constexpr std::array<ErrcRow, 11> kErrcTable{{
    {Errc::invalid_request, "invalid_request", 400, "INVALID_ARGUMENT"},
    {Errc::request_too_large, "request_too_large", 400, "FAILED_PRECONDITION"},
    {Errc::model_refused, "model_refused", 400, "FAILED_PRECONDITION"},
    {Errc::invalid_argument, "invalid_argument", 400, "INVALID_ARGUMENT"},
    {Errc::not_found, "not_found", 404, "NOT_FOUND"},
    {Errc::failed_precondition, "failed_precondition", 400, "FAILED_PRECONDITION"},
    {Errc::invalid_model, "invalid_model", 500, "DATA_LOSS"},
    {Errc::unsupported_model, "unsupported_model", 501, "UNIMPLEMENTED"},
    {Errc::io_failed, "io_failed", 503, "UNAVAILABLE"},
    {Errc::out_of_memory, "out_of_memory", 429, "RESOURCE_EXHAUSTED"},
    {Errc::internal, "internal", 500, "INTERNAL"},
}};

constexpr bool table_is_in_order() {
  for (std::size_t i = 0; i < kErrcTable.size(); ++i) {
    if (static_cast<std::size_t>(kErrcTable[i].code) != i) return false;
  }
  return true;
}
static_assert(table_is_in_order(), "rows are found by the enumerator's value");

const ErrcRow& errc_row(Errc code) noexcept { return kErrcTable[static_cast<std::size_t>(code)]; }

bool is_json_pointer(std::string_view place) noexcept {
  return !place.empty() && place.front() == '/';
}

}  // namespace

int http_status(Errc code) noexcept { return errc_row(code).http; }
std::string_view canonical_status(Errc code) noexcept { return errc_row(code).canonical; }
std::string_view errc_name(Errc code) noexcept { return errc_row(code).name; }

struct Error::Parts {
  std::string where;
  std::string found;
  std::string expected;
};

Error::Error(Errc code, std::string where, std::string found, std::string expected)
    : code_(code),
      parts_(std::make_shared<const Parts>(
          Parts{std::move(where), std::move(found), std::move(expected)})) {}

Error Error::verbatim(Errc code, std::string text) { return {code, {}, std::move(text), {}}; }

std::string Error::message() const {
  std::string text = parts_->where;
  if (!text.empty() && !parts_->found.empty()) text += ": ";
  text += parts_->found;
  if (!text.empty() && !parts_->expected.empty()) text += "; ";
  text += parts_->expected;
  return text;
}

std::string_view Error::where() const noexcept { return parts_->where; }
std::string_view Error::found() const noexcept { return parts_->found; }
std::string_view Error::expected() const noexcept { return parts_->expected; }

Error Error::within(std::string_view outer) const {
  std::string where(outer);
  const bool runs_on = is_json_pointer(outer) && is_json_pointer(parts_->where);
  if (!where.empty() && !parts_->where.empty() && !runs_on) where += ": ";
  where += parts_->where;
  return {code_, std::move(where), parts_->found, parts_->expected};
}

}  // namespace trivet::inline v0
