// SPDX-License-Identifier: Apache-2.0
// What list methods share: filter, order, pages, masks.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "service/json_mapping.hpp"
#include "service/method.hpp"

namespace trivet::service {

/// What is listed.
struct ListSpec {
  const Message* message;    ///< of an item
  std::string_view member;   ///< of the answer that holds the items: `endpoints`
  std::string_view id_name;  ///< what filters call the id: `endpoint`
};

/// One page of `items`, which come in the order that lists have without `orderBy`, each with a
/// `name` of its own: `{member: […], "nextPageToken"}`. `secret` seals page tokens. Failures:
/// invalid_argument for a bad filter, order, mask, size, and for a token that this server did not
/// give for this very list. O(items × filter).
[[nodiscard]] Outcome<Value> make_page(const ListSpec& spec, std::vector<Value> items,
                                       const QueryParameters& query, std::uint64_t secret);

}  // namespace trivet::service
