// SPDX-License-Identifier: Apache-2.0
// The inside of Resources, for the files that implement methods.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "service/method.hpp"
#include "service/operations.hpp"
#include "service/resources.hpp"
#include "service/state_store.hpp"
#include "service/world.hpp"

namespace trivet::service {

/// A change on its way: a copy of the picture, and the documents that the state file must learn.
struct Change {
  World world;
  std::vector<StoredDocument> documents;

  void put(ModelEntry model);
  /// Also writes the version's document; `model` must be put as well.
  void put_version(std::string_view model_id, const ModelVersion& version);
  void put(EndpointEntry endpoint);
  /// `is_declared`: the configuration has it, so the state must remember that it is gone.
  void remove_model(const ModelEntry& model, bool is_declared);
  void remove_version(std::string_view model_id, std::string_view version);
  void remove_endpoint(std::string_view id, bool is_declared);
};

/// Decimal ids of 18 and 19 digits. From any thread.
class IdSource {
 public:
  IdSource();
  [[nodiscard]] std::string next();
  [[nodiscard]] std::uint64_t bits();

 private:
  std::mutex mutex_;
  std::mt19937_64 random_;
};

struct Resources::State {
  std::string root;
  Profile profile;
  Config declared;    ///< what the configuration has; its models' names and endpoints' ids
  std::mutex writer;  ///< one change at a time; never held while a model is loaded
  Snapshot<World> world{std::make_shared<const World>()};
  OperationLog operations;
  std::unique_ptr<StateStore> store;  ///< null: nothing is kept; used under `writer`
  std::uint64_t next_sequence = 0;    ///< under `writer`
  std::uint64_t page_secret = 0;
  IdSource ids;

  /// Begins a change; the caller holds `writer` until it is committed or dropped.
  [[nodiscard]] Change begin() const { return {*world.load(), {}}; }
  /// The state file first, then the picture. Failures: unavailable; nothing has changed then.
  [[nodiscard]] Outcome<Done> commit(Change change);
  /// The same, and the operation that it was: its canonical form.
  [[nodiscard]] Outcome<Value> commit(Change change, const Parent& parent, OperationResult result);
  /// An operation that changed nothing else.
  [[nodiscard]] Outcome<Value> finish(const Parent& parent, OperationResult result);

  [[nodiscard]] bool declares_model(std::string_view id) const noexcept;
  [[nodiscard]] bool declares_endpoint(std::string_view id) const noexcept;
};

/// Ways of saying that there is no such thing.
[[nodiscard]] Failure model_not_found(const MethodRequest& request, std::string_view id);
[[nodiscard]] Failure endpoint_not_found(const MethodRequest& request, std::string_view id);

/// Makes `entry.served` from its document; models that `before` serves under the same id are taken
/// from there. Failures: invalid_argument for a spec that doesn't fit, not_found for a model.
[[nodiscard]] Outcome<Done> serve_endpoint(const World& world, const ServedEndpoint* before,
                                           EndpointEntry& entry);
/// The version as the only deployed model of an endpoint, id `1`.
[[nodiscard]] std::shared_ptr<const ServedEndpoint> serve_alone(std::string_view model_id,
                                                                const ModelVersion& version,
                                                                const Profile& profile);

/// A text that changes when the document does.
[[nodiscard]] std::string make_etag(const Value& document);
/// Failures: aborted when the client's etag is another one; an empty one is none.
[[nodiscard]] Outcome<Done> check_etag(const Value& body, std::string_view current);

}  // namespace trivet::service
