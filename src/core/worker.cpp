// SPDX-License-Identifier: Apache-2.0
// What workers of models without explanations answer.
#include "core/worker.hpp"

namespace trivet::core {
namespace {

Error explains_nothing() {
  return {Errc::unsupported_model, "explain", "a custom prediction routine",
          "a model that trivet runs itself"};
}

}  // namespace

Result<AttributionView> Worker::explain(MatrixView<const float>, const Explainer&,
                                        std::string_view) {
  return explains_nothing();
}
Result<AttributionView> Worker::explain(MatrixView<const double>, const Explainer&,
                                        std::string_view) {
  return explains_nothing();
}
Result<AttributionView> Worker::explain(const Batch&, const Explainer&, std::string_view) {
  return explains_nothing();
}
std::vector<Explanation> Worker::to_explanations(const AttributionView&, const Explainer&) const {
  return {};
}
Status Worker::explain_json(std::string_view, const RequestLimits&, const Explainer&,
                            std::string&) {
  return explains_nothing();
}

Result<std::shared_ptr<const Explainer>> LoadedModel::make_explainer(const ExplanationSpec&) const {
  return explains_nothing();
}

}  // namespace trivet::core
