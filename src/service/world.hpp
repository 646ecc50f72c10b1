// SPDX-License-Identifier: Apache-2.0
// The models and endpoints that there are: a picture that never changes; a change makes a new one.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/served_endpoint.hpp"
#include "trivet/local_model.hpp"
#include "trivet/value.hpp"

namespace trivet::service {

/// What a version's artefact is: where it came from and what it became.
struct VersionSource {
  /// `gs://…`; `config:NAME@N` for one that the configuration declares.
  std::string place;
  LocalModel model;
  std::chrono::milliseconds delay{0};
};

struct ModelVersion {
  std::string id;           ///< `2`
  std::string legacy_name;  ///< that a legacy client chose; empty: `v2`
  VersionSource source;
  /// A canonical Model without what is the same for all versions or made for each answer: name,
  /// versionId, versionAliases, labels, etag, createTime, …
  Value document;
  Value labels;                                 ///< of this version; the model's are apart
  std::shared_ptr<const ServedEndpoint> alone;  ///< as the only deployed model
};

struct ModelEntry {
  std::string id;
  std::uint64_t sequence = 0;  ///< order of lists
  std::int64_t next_version = 1;
  Value document;  ///< createTime, updateTime, labels, and `legacy`: a legacy Model
  std::vector<std::shared_ptr<const ModelVersion>> versions;  ///< in the order of their numbers
  std::vector<std::pair<std::string, std::string>> aliases;   ///< alias, version's id

  /// By number, alias, or legacy name; the default version when `name` is empty. Null without one.
  [[nodiscard]] std::shared_ptr<const ModelVersion> find(std::string_view name) const;
  [[nodiscard]] std::string_view version_of_alias(std::string_view alias) const noexcept;
  [[nodiscard]] std::vector<std::string> aliases_of(std::string_view version) const;
  /// Takes the alias from whichever version has it.
  void set_alias(std::string_view alias, std::string_view version);
  void remove_alias(std::string_view alias);
  void remove_version(std::string_view version);
};

struct EndpointEntry {
  std::string id;
  std::uint64_t sequence = 0;
  /// A canonical Endpoint without name and addresses. deployedModels[].model is a model's id.
  Value document;
  Profile profile;
  std::optional<std::uint64_t> seed;
  std::shared_ptr<const ServedEndpoint> served;
};

struct World {
  std::map<std::string, std::shared_ptr<const ModelEntry>, std::less<>> models;
  std::map<std::string, std::shared_ptr<const EndpointEntry>, std::less<>> endpoints;

  [[nodiscard]] std::shared_ptr<const ModelEntry> find_model(std::string_view id) const;
  [[nodiscard]] std::shared_ptr<const EndpointEntry> find_endpoint(std::string_view id) const;
};

/// A picture that is swapped as a whole. The lock is held to copy a pointer, never longer.
/// (std::atomic<std::shared_ptr> is not in every standard library.)
template <class T>
class Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<const T> first) : current_(std::move(first)) {}
  [[nodiscard]] std::shared_ptr<const T> load() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }
  void store(std::shared_ptr<const T> next) {
    {
      const std::lock_guard lock(mutex_);
      current_.swap(next);
    }
    // The old picture ends here, outside of the lock.
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> current_;
};

}  // namespace trivet::service
