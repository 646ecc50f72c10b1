// SPDX-License-Identifier: Apache-2.0
// Reading the query of a request's address.
#include <algorithm>

#include "base/utf8.hpp"
#include "service/field_name.hpp"
#include "service/method.hpp"

namespace trivet::service {
namespace {

constexpr std::size_t kQueryParameterLimit = 100;

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Percent-decoded, `+` a blank; false for what is no encoding, or no UTF-8.
bool decode_query_part(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return false;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return base::find_invalid_utf8(out) == out.size();
}

}  // namespace

Outcome<QueryParameters> QueryParameters::parse(std::string_view query) {
  QueryParameters parameters;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    if (parameters.values_.size() == kQueryParameterLimit) {
      return Failure(Code::invalid_argument, "Too many query parameters.");
    }
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::string name;
    std::string value;
    if (!decode_query_part(pair.substr(0, equals), name) ||
        !decode_query_part(pair.substr(std::min(equals + 1, pair.size())), value)) {
      return Failure(Code::invalid_argument,
                     "The query holds a sequence that is no percent-encoded UTF-8.");
    }
    name = to_camel_case(name);
    if (!parameters.has(name)) parameters.values_.emplace_back(std::move(name), std::move(value));
  }
  return parameters;
}

std::string_view QueryParameters::find(std::string_view name) const noexcept {
  for (const auto& [key, value] : values_) {
    if (key == name) return value;
  }
  return {};
}

bool QueryParameters::has(std::string_view name) const noexcept {
  return std::any_of(values_.begin(), values_.end(),
                     [&](const auto& pair) { return pair.first == name; });
}

bool QueryParameters::enums_as_numbers() const noexcept {
  return find("$alt").find("enum-encoding=int") != std::string_view::npos ||
         find("alt").find("enum-encoding=int") != std::string_view::npos;
}

}  // namespace trivet::service
