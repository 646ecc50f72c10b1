// SPDX-License-Identifier: Apache-2.0
// Framing, target and host of a request.
#include "http/head_rules.hpp"

#include <algorithm>
#include <charconv>

namespace trivet::http {
namespace {

/// The fields that decide where a request ends and whom it is for; each may be there once.
struct FramingFields {
  std::string_view host;
  std::string_view length;
  std::string_view encoding;
  std::string_view expect;
  int host_count = 0;
  int length_count = 0;
  int encoding_count = 0;
};

[[nodiscard]] FramingFields collect_framing(const Request& request) noexcept {
  FramingFields fields;
  for (const auto& [name, value] : request.headers) {
    if (is_same_word(name, "host")) {
      fields.host = value;
      ++fields.host_count;
    } else if (is_same_word(name, "content-length")) {
      fields.length = value;
      ++fields.length_count;
    } else if (is_same_word(name, "transfer-encoding")) {
      fields.encoding = value;
      ++fields.encoding_count;
    } else if (is_same_word(name, "expect")) {
      fields.expect = value;
    }
  }
  return fields;
}

[[nodiscard]] Refusal apply_length(std::string_view text, const RequestBounds& bounds,
                                   Request& request) noexcept {
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                   [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return {400, "Content-Length is not a number"};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), request.content_length);
  if (error != std::errc() || end != text.data() + text.size())
    return {413, "the request's body is larger than this server takes"};
  if (request.content_length > bounds.body_bytes)
    return {413, "the request's body is larger than this server takes"};
  request.has_body = request.content_length != 0;
  return {};
}

[[nodiscard]] Refusal apply_framing(const FramingFields& fields, const RequestBounds& bounds,
                                    Request& request) noexcept {
  if (fields.length_count > 1) return {400, "Content-Length is there more than once"};
  if (fields.encoding_count == 0)
    return fields.length_count == 0 ? Refusal{} : apply_length(fields.length, bounds, request);
  if (fields.length_count != 0) return {400, "both Content-Length and Transfer-Encoding are there"};
  if (fields.encoding_count > 1) return {400, "Transfer-Encoding is there more than once"};
  if (request.minor_version == 0) return {400, "HTTP/1.0 has no Transfer-Encoding"};
  if (!is_same_word(fields.encoding, "chunked"))
    return {501, "the only Transfer-Encoding that this server takes is chunked"};
  request.is_chunked = request.has_body = true;
  return {};
}

/// Letters, digits and what else stands in names, addresses and ports.
[[nodiscard]] bool is_authority(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~:[]%!$&'()*+,;=").find(c) != std::string_view::npos;
  });
}

[[nodiscard]] Refusal apply_host(const FramingFields& fields, Request& request) noexcept {
  if (fields.host_count > 1) return {400, "Host is there more than once"};
  if (fields.host_count == 0 && request.minor_version == 1) return {400, "there is no Host"};
  if (!is_authority(fields.host)) return {400, "Host is not a name or an address"};
  request.host = fields.host;
  return {};
}

/// `http://HOST/path`, as to a proxy: its host counts, and the Host field must say the same.
[[nodiscard]] Refusal split_absolute(std::string_view& target, Request& request) noexcept {
  const std::size_t scheme = target.find("://");
  if (scheme == std::string_view::npos || !(is_same_word(target.substr(0, scheme), "http") ||
                                            is_same_word(target.substr(0, scheme), "https")))
    return {400, "the request's target is neither a path nor an http address"};
  target.remove_prefix(scheme + 3);
  const std::size_t end = std::min(target.find_first_of("/?"), target.size());
  const std::string_view authority = target.substr(0, end);
  if (authority.empty() || !is_authority(authority))
    return {400, "the request's target has no valid host"};
  const bool has_host = request.minor_version == 1 || !request.host.empty();
  if (has_host && !is_same_word(request.host, authority))
    return {400, "the request's target and its Host name different hosts"};
  request.host = authority;
  target.remove_prefix(end);
  return {};
}

[[nodiscard]] Refusal apply_target(std::string_view target, Request& request) noexcept {
  if (target == "*") {
    if (request.method != "OPTIONS") return {400, "the target * is for OPTIONS only"};
    request.path = target;
    return {};
  }
  const bool plain = std::all_of(target.begin(), target.end(),
                                 [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
  if (!plain) return {400, "the request's target has characters that must be percent-encoded"};
  if (!target.starts_with('/')) {
    if (const Refusal refusal = split_absolute(target, request)) return refusal;
  }
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.query = target.substr(std::min(mark + 1, target.size()));
  request.path = target.substr(0, mark);
  // Clients that join a base address ending in a slash with a path that begins with one.
  while (request.path.starts_with("//")) request.path.remove_prefix(1);
  if (request.path.empty()) request.path = "/";
  return {};
}

}  // namespace

Refusal apply_head_rules(std::string_view target, const RequestBounds& bounds,
                         Request& request) noexcept {
  if (target.size() > bounds.target_bytes)
    return {414, "the request's target is longer than this server takes"};
  if (request.method == "CONNECT") return {405, "this server is no proxy"};
  const FramingFields fields = collect_framing(request);
  if (const Refusal refusal = apply_host(fields, request)) return refusal;
  if (const Refusal refusal = apply_target(target, request)) return refusal;
  if (const Refusal refusal = apply_framing(fields, bounds, request)) return refusal;
  if (!fields.expect.empty() && request.minor_version == 1) {
    if (!is_same_word(fields.expect, "100-continue"))
      return {417, "the only Expect that this server knows is 100-continue"};
    request.expects_continue = request.has_body;
  }
  return {};
}

}  // namespace trivet::http
