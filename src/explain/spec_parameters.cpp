// SPDX-License-Identifier: Apache-2.0
// The message ExplanationParameters, read member by member.
#include "explain/spec_parameters.hpp"

#include <array>
#include <limits>
#include <string>
#include <utility>

#include "base/try.hpp"
#include "explain/spec_fields.hpp"
#include "text/message.hpp"

namespace trivet::explain {
namespace {

constexpr std::int32_t kMostPaths = 50;
constexpr std::int32_t kMostSteps = 100;

constexpr SpecField<SampledShapleyAttribution> kSampledFields[] = {
    {"pathCount",
     [](const Value& v, std::string_view at, SampledShapleyAttribution& m) {
       return read_spec_integer(v, at, 1, kMostPaths, m.path_count);
     }},
};

template <class Method>
constexpr std::array<SpecField<Method>, 3> kGradientFields{{
    {"stepCount", [](const Value& v, std::string_view at,
                     Method& m) { return read_spec_integer(v, at, 1, kMostSteps, m.step_count); }},
    {"smoothGradConfig", [](const Value& v, std::string_view at,
                            Method& m) { return read_spec_object(v, at, m.smooth_grad_config); }},
    {"blurBaselineConfig",
     [](const Value& v, std::string_view at, Method& m) {
       return read_spec_object(v, at, m.blur_baseline_config);
     }},
}};

/// Puts a method into the parameters, unless there is one already.
template <class Method>
Status set_method(std::string_view pointer, Method method, ExplanationParameters& out) {
  if (!std::holds_alternative<std::monostate>(out.method)) {
    return spec_error(pointer, "a second method", "exactly one method");
  }
  out.method = std::move(method);
  return {};
}

Status read_sampled(const Value& value, std::string_view pointer, ExplanationParameters& out) {
  SampledShapleyAttribution method;
  TRIVET_TRY(read_spec_fields<SampledShapleyAttribution>(value, pointer, kSampledFields, method));
  if (method.path_count == 0) {
    return spec_error(pointer, "no pathCount", "\"pathCount\": 1 to 50");
  }
  return set_method(pointer, method, out);
}

template <class Method>
Status read_gradients(const Value& value, std::string_view pointer, ExplanationParameters& out) {
  Method method;
  TRIVET_TRY(read_spec_fields<Method>(value, pointer, kGradientFields<Method>, method));
  if (method.step_count == 0) {
    return spec_error(pointer, "no stepCount", "\"stepCount\": 1 to 100");
  }
  return set_method(pointer, std::move(method), out);
}

/// By the names that the frameworks have for them.
Status read_framework_kind(const Value& value, std::string_view pointer,
                           FrameworkAttribution& out) {
  struct Kind {
    std::string_view name;
    FrameworkValues values;
  };
  constexpr Kind kKinds[] = {{"pred_contribs", FrameworkValues::contributions},
                             {"pred_contrib", FrameworkValues::contributions},
                             {"ShapValues", FrameworkValues::contributions},
                             {"approx_contribs", FrameworkValues::approximate},
                             {"pred_interactions", FrameworkValues::interactions}};
  std::string name;
  TRIVET_TRY(read_spec_text(value, pointer, name));
  for (const Kind& kind : kKinds) {
    if (kind.name != name) continue;
    out.values = kind.values;
    return {};
  }
  return spec_error(pointer, text::quoted(name),
                    "pred_contribs, pred_contrib, ShapValues, approx_contribs or "
                    "pred_interactions");
}

Status read_examples(const Value& value, std::string_view pointer, ExplanationParameters& out) {
  ExamplesExplanation method;
  TRIVET_TRY(read_spec_object(value, pointer, method.config));
  return set_method(pointer, std::move(method), out);
}

Status read_framework(const Value& value, std::string_view pointer, ExplanationParameters& out) {
  constexpr SpecField<FrameworkAttribution> kFields[] = {{"kind", read_framework_kind}};
  FrameworkAttribution method;
  TRIVET_TRY(read_spec_fields<FrameworkAttribution>(value, pointer, kFields, method));
  return set_method(pointer, method, out);
}

Status read_output_index(const Value& value, std::string_view pointer,
                         std::vector<std::int32_t>& out) {
  constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
  const Value::List* list = value.as_list();
  if (list == nullptr) return read_spec_integer(value, pointer, 0, kMost, out.emplace_back());
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string place = text::message("{}/{}", pointer, i);
    TRIVET_TRY(read_spec_integer((*list)[i], place, 0, kMost, out.emplace_back()));
  }
  return {};
}

Status read_output_indices(const Value& value, std::string_view pointer,
                           ExplanationParameters& out) {
  const Value::List* list = value.as_list();
  if (list == nullptr) return wrong_spec_kind(pointer, value, "a list of output indices");
  for (std::size_t i = 0; i < list->size(); ++i) {
    TRIVET_TRY(read_output_index((*list)[i], text::message("{}/{}", pointer, i),
                                 out.output_indices.emplace_back()));
  }
  return {};
}

Status read_top_k(const Value& value, std::string_view pointer, ExplanationParameters& out) {
  constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
  TRIVET_TRY(read_spec_integer(value, pointer, -1, kMost, out.top_k.emplace()));
  if (*out.top_k != 0) return {};
  return spec_error(pointer, "0", "1 or more, or -1 for all outputs");
}

constexpr SpecField<ExplanationParameters> kParameterFields[] = {
    {"sampledShapleyAttribution", read_sampled},
    {"integratedGradientsAttribution", read_gradients<IntegratedGradientsAttribution>},
    {"xraiAttribution", read_gradients<XraiAttribution>},
    {"examples", read_examples},
    {"frameworkAttribution", read_framework},
    {"topK", read_top_k},
    {"outputIndices", read_output_indices},
};

}  // namespace

Status read_spec_parameters(const Value& value, std::string_view pointer,
                            ExplanationParameters& out) {
  return read_spec_fields<ExplanationParameters>(value, pointer, kParameterFields, out);
}

}  // namespace trivet::explain
