// SPDX-License-Identifier: Apache-2.0
// Entries as the service answers them.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "service/method.hpp"
#include "service/world.hpp"

namespace trivet::service {

enum class ModelNameForm : std::uint8_t { plain, with_version };

/// A canonical Model. O(endpoints), for the deployed models that it names.
[[nodiscard]] Value model_answer(const World& world, const ModelEntry& model,
                                 const ModelVersion& version, const Parent& parent,
                                 ModelNameForm form = ModelNameForm::plain);
/// A canonical Endpoint; `authority` stands in the addresses of private and dedicated ones.
[[nodiscard]] Value endpoint_answer(const EndpointEntry& endpoint, const MethodRequest& request);
/// One of its deployed models, canonical.
[[nodiscard]] Value deployed_model_answer(const EndpointEntry& endpoint, const Value& deployed,
                                          const MethodRequest& request);

/// The deployed models of a document; empty when there are none.
[[nodiscard]] const Value::List& deployed_models_of(const Value& endpoint) noexcept;
[[nodiscard]] std::vector<std::string> deployed_ids_of(const Value& endpoint);
/// The endpoints (ids) that deploy a version of a model, or any version when it is empty.
[[nodiscard]] std::vector<std::string> deployed_where(const World& world, std::string_view model,
                                                      std::string_view version);

/// The entries of a map in the order of lists.
template <class Entry, class Map>
[[nodiscard]] std::vector<std::shared_ptr<const Entry>> in_list_order(const Map& entries) {
  std::vector<std::shared_ptr<const Entry>> out;
  for (const auto& [id, entry] : entries) out.push_back(entry);
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a->sequence < b->sequence; });
  return out;
}

}  // namespace trivet::service
