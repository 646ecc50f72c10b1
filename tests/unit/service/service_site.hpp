// SPDX-License-Identifier: Apache-2.0
// A folder with models and buckets, and a server's resources over it, without HTTP.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "service/config.hpp"
#include "service/methods.hpp"
#include "service/resources.hpp"
#include "support/files.hpp"
#include "trivet/value.hpp"

namespace trivet::test {

/// What a method answered: 200 and its JSON, or the failure's status and the service's object.
struct Answer {
  int status = 0;
  Value body;

  /// `error.message`, empty for a success.
  [[nodiscard]] std::string message() const;
  /// The text, number or list at `a/b/0`, as JSON; empty when it isn't there.
  [[nodiscard]] std::string at(std::string_view path) const;
};

/// What stands in the path of a request.
struct Target {
  std::string id = {};
  std::string version = {};
  std::string child = {};
  std::string query = {};
  bool is_legacy = false;
};

/// ROOT/gs/bucket holds lin, lin2, cls and xgb of tests/contract/models.
class ServiceSite {
 public:
  /// The configuration of clients: lin@1, lin@2, cls and echo; endpoint 1234567890 with 11 (lin@1,
  /// all traffic) and 12 (lin@2), 400 with echo, 800 without models.
  ServiceSite();
  explicit ServiceSite(std::string_view config);

  /// Opens the resources anew, as after a restart. Throws std::runtime_error when that fails.
  void restart();
  /// Lets go of everything, the state file too, until restart().
  void close() { resources_.reset(); }
  Answer call(const service::Method& method, const Target& target = {},
              std::string_view body = "{}");
  [[nodiscard]] service::Resources& resources() noexcept { return *resources_; }
  [[nodiscard]] std::string path(std::string_view name) const { return folder_ / name; }
  /// What opening with that configuration says; empty for a success.
  [[nodiscard]] std::string refusal(std::string_view config) const;

  /// models:upload of an artefact in the bucket; returns the version, or the error's text.
  std::string upload(std::string_view id, std::string_view artifact, std::string_view more = "");

 private:
  TemporaryFolder folder_;
  service::Config config_;
  std::unique_ptr<service::Resources> resources_;
};

}  // namespace trivet::test
