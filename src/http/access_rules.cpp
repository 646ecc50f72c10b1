// SPDX-License-Identifier: Apache-2.0
// The rules on hosts, origins, content types and the token.
#include "http/access_rules.hpp"

#include <algorithm>

namespace trivet::http {
namespace {

[[nodiscard]] bool is_written_address(std::string_view host) noexcept {
  if (host.starts_with('[')) return host.ends_with(']');
  // A name that ends in a digit is refused by every resolver, so dots and digits are an address.
  return !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

[[nodiscard]] bool is_allowed_host(std::string_view authority, const AccessRules& rules) noexcept {
  std::string_view host = host_without_port(authority);
  if (host.ends_with('.')) host.remove_suffix(1);
  if (rules.any_address && is_written_address(host)) return true;
  return std::any_of(rules.hosts.begin(), rules.hosts.end(),
                     [&](const std::string& allowed) { return is_same_word(allowed, host); });
}

[[nodiscard]] bool only_reads(std::string_view method) noexcept {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

/// A page's own origin is `scheme://` and the very host that the request is for.
[[nodiscard]] bool is_own_origin(std::string_view origin, std::string_view host) noexcept {
  const std::size_t scheme = origin.find("://");
  return scheme != std::string_view::npos && is_same_word(origin.substr(scheme + 3), host);
}

[[nodiscard]] bool is_json_type(std::string_view type) noexcept {
  type = trimmed(type.substr(0, type.find(';')));
  if (is_same_word(type, "application/json")) return true;
  constexpr std::string_view kSuffix = "+json";
  return type.size() > kSuffix.size() &&
         is_same_word(type.substr(type.size() - kSuffix.size()), kSuffix);
}

[[nodiscard]] Refusal check_token(const Request& request, std::string_view token) noexcept {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view given = request.field("authorization");
  if (given.size() < kScheme.size() || !is_same_word(given.substr(0, kScheme.size()), kScheme))
    return {401, "this server asks for a token: Authorization: Bearer TOKEN"};
  if (!is_same_secret(trimmed(given.substr(kScheme.size())), token))
    return {401, "the token is not this server's"};
  return {};
}

[[nodiscard]] Refusal check_coding(const Request& request, const AccessRules& rules) noexcept {
  const std::string_view coding = request.field("content-encoding");
  if (coding.empty() || is_same_word(coding, "identity")) return {};
  if (!is_same_word(coding, "gzip") && !is_same_word(coding, "x-gzip"))
    return {415, "the only Content-Encoding that this server knows is gzip"};
  if (!rules.allow_gzip) return {415, "this server does not take compressed request bodies"};
  return {};
}

}  // namespace

Refusal check_access(const Request& request, const AccessRules& rules, bool takes_any_type) {
  if (!rules.any_host && !request.host.empty() && !is_allowed_host(request.host, rules))
    return {403, "Host is not an address of this server"};
  if (!rules.token.empty()) {
    if (const Refusal refusal = check_token(request, rules.token)) return refusal;
  }
  if (!only_reads(request.method)) {
    for (const auto& [name, value] : request.headers)
      if (is_same_word(name, "origin") && !is_own_origin(value, request.host))
        return {403, "the request comes from a page of another origin"};
    for (const auto& [name, value] : request.headers)
      if (!takes_any_type && is_same_word(name, "content-type") && !is_json_type(value))
        return {415, "the body's Content-Type is not application/json"};
  }
  return check_coding(request, rules);
}

std::string_view host_without_port(std::string_view authority) noexcept {
  const std::size_t from = authority.starts_with('[') ? authority.find(']') : 0;
  if (from == std::string_view::npos) return authority;
  return authority.substr(0, authority.find(':', from));
}

bool is_same_secret(std::string_view a, std::string_view b) noexcept {
  unsigned different = a.size() == b.size() ? 0 : 1;
  // As long as the secret is, whatever was given; `volatile` keeps the loop whole.
  for (std::size_t i = 0; i < b.size(); ++i) {
    const volatile char given = i < a.size() ? a[i] : '\0';
    different |= static_cast<unsigned char>(given) ^ static_cast<unsigned char>(b[i]);
  }
  return different == 0;
}

bool is_loopback(std::string_view host) noexcept {
  if (is_same_word(host, "localhost") || host == "::1" || host == "[::1]") return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace trivet::http
