// SPDX-License-Identifier: Apache-2.0
// A configured service in the process: requests go to the router, no socket between.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/router.hpp"
#include "service/generate.hpp"
#include "service/request_log.hpp"
#include "service/resources.hpp"
#include "support/files.hpp"

namespace trivet::test {

/// An answer with its streamed parts behind its body.
struct Answer {
  int status = 0;
  std::string body;
  std::string content_type;
  std::vector<service::Header> headers;
  std::size_t part_count = 0;

  /// The body as JSON; null when it is none.
  [[nodiscard]] Value json() const;
  /// A header's value, by any case of its name; empty without it.
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// `/v1/projects/p/locations/l/endpoints/1234567890` and its parent.
inline constexpr std::string_view kParent = "/v1/projects/p/locations/l";
[[nodiscard]] std::string endpoint_path(std::string_view id, std::string_view verb = {});

/// The fixtures of the contract's cases: models lin (two versions), xgb, cls, echo, nameless;
/// endpoints 1234567890 (lin 11: 100, 12: 0), 200 (xgb), 300 (cls), 400 (echo), 500 (lin, private),
/// 600 (lin, dedicated), 700 (echo, shared), 800 (empty); publisher model gemini-2.0-flash-001.
class Site {
 public:
  /// `config` replaces the usual one; it may name `{models}`.
  explicit Site(std::string_view config = {}, http::RouterOptions options = {});

  Answer send(std::string_view method, std::string_view path, std::string_view body = {},
              std::optional<std::string_view> type = std::nullopt);
  Answer get(std::string_view path) { return send("GET", path); }
  Answer post(std::string_view path, std::string_view body) { return send("POST", path, body); }

  [[nodiscard]] http::Router& router() { return *router_; }
  [[nodiscard]] const std::string& root() const { return folder_.path(); }
  void flush_log() { log_->flush(); }
  /// Calls that the log could not write.
  [[nodiscard]] std::uint64_t lost_calls() const { return log_->lost_count(); }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<service::Resources> resources_;
  service::PublisherModels models_;
  std::unique_ptr<service::RequestLog> log_;
  std::unique_ptr<http::Router> router_;
};

}  // namespace trivet::test
