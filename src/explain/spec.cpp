// SPDX-License-Identifier: Apache-2.0
// The messages of explanation.proto and explanation_metadata.proto, read member by member.
#include "explain/spec.hpp"

#include <array>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/try.hpp"
#include "explain/spec_fields.hpp"
#include "explain/spec_parameters.hpp"
#include "text/message.hpp"

namespace trivet::explain {
namespace {

constexpr std::size_t kMostBaselines = 1000;

Status read_encoding(const Value& value, std::string_view pointer, ExplanationInput& out) {
  std::string name;
  TRIVET_TRY(read_spec_text(value, pointer, name));
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  constexpr std::array<std::string_view, 6> kNames{
      "IDENTITY",  "BAG_OF_FEATURES",    "BAG_OF_FEATURES_SPARSE",
      "INDICATOR", "COMBINED_EMBEDDING", "CONCAT_EMBEDDING"};
  if (name == "ENCODING_UNSPECIFIED") return {};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] != name) continue;
    out.encoding = static_cast<FeatureEncoding>(i);
    return {};
  }
  return spec_error(pointer, text::message("the encoding {}", text::quoted(name)),
                    "IDENTITY, BAG_OF_FEATURES, BAG_OF_FEATURES_SPARSE, INDICATOR, "
                    "COMBINED_EMBEDDING or CONCAT_EMBEDDING");
}

Status read_mapping(const Value& value, std::string_view pointer, ExplanationInput& out) {
  const Value::List* list = value.as_list();
  if (list == nullptr) return wrong_spec_kind(pointer, value, "a list of texts");
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string place = text::message("{}/{}", pointer, i);
    TRIVET_TRY(read_spec_text((*list)[i], place, out.index_feature_mapping.emplace_back()));
    if (seen.insert(*(*list)[i].as_text()).second) continue;
    return spec_error(place,
                      text::message("a second {}", text::quoted(out.index_feature_mapping.back())),
                      "names that differ: attributions are keyed by them");
  }
  return {};
}

Status read_baselines(const Value& value, std::string_view pointer, std::vector<Value>& out) {
  if (value.as_list() == nullptr) return wrong_spec_kind(pointer, value, "a list");
  out = *value.as_list();
  if (out.size() <= kMostBaselines) return {};
  return spec_error(pointer, text::message("{} baselines", out.size()),
                    text::message("at most {}", kMostBaselines));
}

/// A member that is one text.
template <auto Field, class T>
Status read_text_field(const Value& value, std::string_view pointer, T& out) {
  return read_spec_text(value, pointer, out.*Field);
}

constexpr SpecField<ExplanationInput> kInputFields[] = {
    {"inputBaselines",
     [](const Value& v, std::string_view at, ExplanationInput& i) {
       return read_baselines(v, at, i.input_baselines);
     }},
    {"encoding", read_encoding},
    {"indexFeatureMapping", read_mapping},
    {"groupName", read_text_field<&ExplanationInput::group_name, ExplanationInput>},
    {"modality", read_text_field<&ExplanationInput::modality, ExplanationInput>},
    {"inputTensorName", read_text_field<&ExplanationInput::input_tensor_name, ExplanationInput>},
    {"encodedTensorName",
     read_text_field<&ExplanationInput::encoded_tensor_name, ExplanationInput>},
    {"indicesTensorName",
     read_text_field<&ExplanationInput::indices_tensor_name, ExplanationInput>},
    {"denseShapeTensorName",
     read_text_field<&ExplanationInput::dense_shape_tensor_name, ExplanationInput>},
    {"encodedBaselines",
     [](const Value& v, std::string_view at, ExplanationInput& i) {
       return read_baselines(v, at, i.encoded_baselines);
     }},
    {"featureValueDomain",
     [](const Value& v, std::string_view at, ExplanationInput& i) {
       return read_spec_object(v, at, i.feature_value_domain);
     }},
    {"visualization", [](const Value& v, std::string_view at,
                         ExplanationInput& i) { return read_spec_object(v, at, i.visualization); }},
};

constexpr SpecField<ExplanationOutput> kOutputFields[] = {
    {"indexDisplayNameMapping",
     [](const Value& v, std::string_view at, ExplanationOutput& o) -> Status {
       if (v.as_list() == nullptr) return wrong_spec_kind(at, v, "a list of texts");
       o.index_display_name_mapping = v;
       return {};
     }},
    {"displayNameMappingKey",
     read_text_field<&ExplanationOutput::display_name_mapping_key, ExplanationOutput>},
    {"outputTensorName",
     read_text_field<&ExplanationOutput::output_tensor_name, ExplanationOutput>},
};

/// A map of messages by name, in its own order.
template <class T>
Status read_named(const Value& value, std::string_view pointer,
                  std::span<const SpecField<T>> fields, std::vector<T>& out) {
  const Value::Object* object = value.as_object();
  if (object == nullptr) return wrong_spec_kind(pointer, value, "an object");
  for (const Member& member : *object) {
    T& item = out.emplace_back();
    item.name = member.name;
    TRIVET_TRY(read_spec_fields<T>(
        member.value, std::string(pointer) + text::pointer_step(member.name), fields, item));
  }
  return {};
}

Status ignore_member(const Value&, std::string_view, ExplanationMetadata&) { return {}; }

constexpr SpecField<ExplanationMetadata> kMetadataFields[] = {
    {"inputs",
     [](const Value& v, std::string_view at, ExplanationMetadata& m) {
       return read_named<ExplanationInput>(v, at, kInputFields, m.inputs);
     }},
    {"outputs",
     [](const Value& v, std::string_view at, ExplanationMetadata& m) {
       return read_named<ExplanationOutput>(v, at, kOutputFields, m.outputs);
     }},
    {"featureAttributionsSchemaUri", ignore_member},
    {"latentSpaceSource", ignore_member},
    // of the old files only, which the new ones don't miss
    {"framework", ignore_member},
    {"tags", ignore_member},
};
constexpr std::size_t kOldMembers = 2;

Status read_metadata(const Value& value, std::string_view pointer, bool is_old,
                     ExplanationMetadata& out) {
  const std::span all(kMetadataFields);
  TRIVET_TRY(read_spec_fields<ExplanationMetadata>(
      value, pointer, is_old ? all : all.first(all.size() - kOldMembers), out));
  if (out.inputs.empty()) {
    return spec_error(text::message("{}/inputs", pointer), "no inputs",
                      "the inputs to explain, {\"age\": {\"inputBaselines\": [39]}}");
  }
  if (out.outputs.size() == 1) return {};
  return spec_error(text::message("{}/outputs", pointer),
                    text::message("{} outputs", out.outputs.size()), "exactly one output");
}

constexpr SpecField<ExplanationSpec> kSpecFields[] = {
    {"parameters", [](const Value& v, std::string_view at,
                      ExplanationSpec& s) { return read_spec_parameters(v, at, s.parameters); }},
    {"metadata", [](const Value& v, std::string_view at,
                    ExplanationSpec& s) { return read_metadata(v, at, false, s.metadata); }},
};

constexpr SpecField<ExplanationInput> kOverrideInputFields[] = {kInputFields[0]};

/// The inputs of an override, by name, with their baselines only.
struct OverrideParts {
  std::optional<ExplanationParameters> parameters;
  std::vector<ExplanationInput> inputs;
};

constexpr SpecField<OverrideParts> kOverrideMetadataFields[] = {
    {"inputs",
     [](const Value& v, std::string_view at, OverrideParts& p) {
       return read_named<ExplanationInput>(v, at, kOverrideInputFields, p.inputs);
     }},
};

constexpr SpecField<OverrideParts> kOverrideFields[] = {
    {"parameters",
     [](const Value& v, std::string_view at, OverrideParts& p) {
       return read_spec_parameters(v, at, p.parameters.emplace());
     }},
    {"metadata",
     [](const Value& v, std::string_view at, OverrideParts& p) {
       return read_spec_fields<OverrideParts>(v, at, kOverrideMetadataFields, p);
     }},
};

Status override_parameters(ExplanationParameters parameters, ExplanationParameters& deployed) {
  if (std::holds_alternative<std::monostate>(parameters.method)) {
    parameters.method = deployed.method;
  }
  const bool compares = std::holds_alternative<FrameworkAttribution>(parameters.method);
  if (parameters.method.index() != deployed.method.index() && !compares) {
    return spec_error("/parameters", "another method than the deployed one",
                      "the method that the model was deployed with; its numbers may change");
  }
  deployed = std::move(parameters);
  return {};
}

Status override_inputs(std::vector<ExplanationInput> inputs, ExplanationMetadata& deployed) {
  for (ExplanationInput& input : inputs) {
    ExplanationInput* same = nullptr;
    for (ExplanationInput& known : deployed.inputs) {
      if (known.name == input.name) same = &known;
    }
    if (same == nullptr) {
      return spec_error("/metadata/inputs" + text::pointer_step(input.name),
                        text::message("the unknown input {}", text::quoted(input.name)),
                        "inputs of the deployed specification");
    }
    // An empty list is as good as none, as in the service's own messages.
    if (input.input_baselines.empty()) continue;
    same->input_baselines = std::move(input.input_baselines);
  }
  return {};
}

}  // namespace

Result<ExplanationSpec> read_spec(const Value& value, bool is_old) {
  ExplanationSpec spec;
  if (is_old) {
    TRIVET_TRY(read_metadata(value, "", true, spec.metadata));
    spec.parameters.method = SampledShapleyAttribution{kOldMetadataPaths};
    return spec;
  }
  TRIVET_TRY(read_spec_fields<ExplanationSpec>(value, "", kSpecFields, spec));
  if (std::holds_alternative<std::monostate>(spec.parameters.method)) {
    return spec_error("/parameters", "no method",
                      "one method, {\"sampledShapleyAttribution\": {\"pathCount\": 25}}");
  }
  return spec;
}

Result<ExplanationSpec> override_spec(const ExplanationSpec& deployed, const Value& change) {
  const auto apply = [&](ExplanationSpec& spec) -> Status {
    OverrideParts parts;
    TRIVET_TRY(read_spec_fields<OverrideParts>(change, "", kOverrideFields, parts));
    if (parts.parameters) {
      TRIVET_TRY(override_parameters(std::move(*parts.parameters), spec.parameters));
    }
    return override_inputs(std::move(parts.inputs), spec.metadata);
  };
  ExplanationSpec spec = deployed;
  if (const Status applied = apply(spec); !applied) {
    const Error& e = applied.error();
    return Error(Errc::invalid_request, std::string(e.where()), std::string(e.found()),
                 std::string(e.expected()));
  }
  return spec;
}

}  // namespace trivet::explain

namespace trivet::inline v0 {

Result<ExplanationSpec> ExplanationSpec::from_value(const Value& value) {
  return explain::read_spec(value, false);
}

Result<ExplanationSpec> ExplanationSpec::from_old_metadata(const Value& value) {
  return explain::read_spec(value, true);
}

Result<ExplanationSpec> ExplanationSpec::parse(std::string_view json) {
  const auto value = Value::parse(json);
  if (!value) return value.error();
  return from_value(*value);
}

}  // namespace trivet::inline v0
