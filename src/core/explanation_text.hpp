// SPDX-License-Identifier: Apache-2.0
// Attributions as the service's messages: structs, and JSON.
#pragma once

#include <vector>

#include "core/graph_explainer.hpp"
#include "json/response_writer.hpp"
#include "trivet/attribution.hpp"

namespace trivet::core {

/// `{"attributions": [...]}` for each row of a view, as elements of a list that is open.
void write_explanations(const GraphExplainer& explainer, ExplainedAnswer answer,
                        const AttributionView& view, json::ResponseWriter& writer);

[[nodiscard]] std::vector<Explanation> make_explanations(const GraphExplainer& explainer,
                                                         ExplainedAnswer answer,
                                                         const AttributionView& view);

/// The messages out of a response's `explanations`, which write_explanations wrote.
[[nodiscard]] std::vector<Explanation> parse_explanations(const Value& list);

}  // namespace trivet::core
