// SPDX-License-Identifier: Apache-2.0
// Operations: finished when answered, kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "service/json_mapping.hpp"
#include "service/resource_name.hpp"
#include "trivet/value.hpp"

namespace trivet::service {

/// A finished operation.
struct OperationEntry {
  std::string id;
  std::uint64_t sequence = 0;
  std::string parent;    ///< `projects/p/locations/l`, of the request that made it
  std::string resource;  ///< `models/lin`; empty on the legacy face
  Value document;        ///< canonical google.longrunning.Operation
};

/// How an operation ended.
struct OperationResult {
  std::string resource = {};          ///< `models/lin`
  const Message* metadata = nullptr;  ///< null: none
  const Message* response = nullptr;  ///< null: google.protobuf.Empty
  Value answer = {};                  ///< canonical, of `response`
  Value more_metadata = {};           ///< members beside genericMetadata
};

/// The entry of a finished operation.
[[nodiscard]] OperationEntry make_operation(std::string id, const Parent& parent,
                                            OperationResult result);
/// The operation as it is answered below another parent: names of the old one are replaced.
[[nodiscard]] Value operation_answer(const OperationEntry& entry, const Parent& parent);

/// The operations that are kept: the latest 10 000. From any thread.
class OperationLog {
 public:
  static constexpr std::size_t kLimit = 10'000;

  /// Returns the id of the one that goes for it, if any.
  std::optional<std::string> add(OperationEntry entry);
  [[nodiscard]] std::shared_ptr<const OperationEntry> find(std::string_view id) const;
  /// Of one resource, or all when it is empty; oldest first.
  [[nodiscard]] std::vector<std::shared_ptr<const OperationEntry>> list(
      std::string_view resource) const;
  bool remove(std::string_view id);

 private:
  mutable std::mutex mutex_;
  std::deque<std::string> order_;
  std::unordered_map<std::string, std::shared_ptr<const OperationEntry>> entries_;
};

}  // namespace trivet::service
