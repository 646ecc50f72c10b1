// SPDX-License-Identifier: Apache-2.0
// One method on a resource (get, list, create, deployModel, …), whatever transport asks for it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/failure.hpp"
#include "service/json_mapping.hpp"
#include "service/resource_name.hpp"
#include "trivet/value.hpp"

namespace trivet::service {

class Resources;

/// Decoded query parameters: updateMask, pageSize, pageToken, filter, orderBy, readMask,
/// endpointId, …
class QueryParameters {
 public:
  /// Of a query string, percent-decoded. Names that come twice keep the first value.
  [[nodiscard]] static Outcome<QueryParameters> parse(std::string_view query);
  /// Empty when it isn't there. Both spellings (`updateMask`, `update_mask`) find it.
  [[nodiscard]] std::string_view find(std::string_view name) const noexcept;
  [[nodiscard]] bool has(std::string_view name) const noexcept;
  /// `$alt=json;enum-encoding=int`.
  [[nodiscard]] bool enums_as_numbers() const noexcept;

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

struct MethodRequest {
  Parent parent;        ///< of the request's path; answers repeat it
  std::string id;       ///< of the resource, `lin`; empty for collections
  std::string version;  ///< behind the `@`, or the legacy version; may be empty
  std::string child;    ///< of what is below it: an operation's id; may be empty
  Value body;           ///< canonical form of `Method::request`; null without one
  const QueryParameters& query;
  std::string_view authority;  ///< `HOST:PORT` of this server, for addresses in answers
};

/// What a method is called by and how its bodies are read and written.
struct Method {
  const Message* request = nullptr;  ///< null: no body is read
  std::string_view body_field = {};  ///< which member of the request the body is, for read_message
  const Message* response = nullptr;
  Outcome<Value> (*run)(Resources& resources, const MethodRequest& request) = nullptr;
};

}  // namespace trivet::service
