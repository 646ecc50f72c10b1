// SPDX-License-Identifier: Apache-2.0
// Reading `trivet.json`.
#include "core/sidecar.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <span>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::core {
namespace {

Error sidecar_error(std::string_view pointer, std::string found, std::string expected) {
  return Error(Errc::invalid_model, std::string(pointer), std::move(found), std::move(expected));
}

Error wrong_kind(std::string_view pointer, const Value& value, std::string_view expected) {
  return sidecar_error(pointer, text::message("a {}", value.kind_name()), std::string(expected));
}

Status read_text(const Value& value, std::string_view pointer, std::string& out) {
  const std::string* text = value.as_text();
  if (text == nullptr) return wrong_kind(pointer, value, "a text");
  out = *text;
  return {};
}

Status read_texts(const Value& value, std::string_view pointer, std::vector<std::string>& out) {
  const Value::List* list = value.as_list();
  if (list == nullptr) return wrong_kind(pointer, value, "a list of texts");
  for (std::size_t i = 0; i < list->size(); ++i) {
    TRIVET_TRY(read_text((*list)[i], text::message("{}/{}", pointer, i), out.emplace_back()));
  }
  return {};
}

Status read_finite(const Value& value, std::string_view pointer, double& out) {
  if (!value.is_number() || !std::isfinite(value.as_number())) {
    return wrong_kind(pointer, value, "a finite number");
  }
  out = value.as_number();
  return {};
}

/// One known member of an object and what reads it into a T.
template <class T>
struct Field {
  std::string_view name;
  Status (*read)(const Value& value, std::string_view pointer, T& out);
};

/// Reads an object by a table of its members; members that the table lacks are errors.
template <class T>
Status read_fields(const Value& value, std::string_view pointer, std::span<const Field<T>> fields,
                   T& out) {
  const Value::Object* object = value.as_object();
  if (object == nullptr) return wrong_kind(pointer, value, "an object");
  for (const Member& member : *object) {
    const std::string place = text::message("{}/{}", pointer, member.name);
    const Field<T>* known = nullptr;
    for (const Field<T>& field : fields) {
      if (field.name == member.name) known = &field;
    }
    if (known == nullptr) {
      const std::string_view close =
          text::closest(member.name, fields, [](const Field<T>& field) { return field.name; });
      return sidecar_error(place, "a member that sidecars don't have",
                           close.empty() ? "one of the members that the documentation lists"
                                         : text::message("perhaps \"{}\"", close));
    }
    TRIVET_TRY(known->read(member.value, place, out));
  }
  return {};
}

Status read_column_type(const Value& value, std::string_view pointer, Column& out) {
  std::string name;
  TRIVET_TRY(read_text(value, pointer, name));
  constexpr std::array kTypes{ColumnType::number, ColumnType::category, ColumnType::text,
                              ColumnType::bytes};
  for (const ColumnType type : kTypes) {
    if (column_type_name(type) != name) continue;
    out.type = type;
    return {};
  }
  return sidecar_error(pointer, text::message("the type {}", text::quoted(name)),
                       "\"number\", \"category\", \"text\" or \"bytes\"");
}

constexpr Field<Column> kColumnFields[] = {
    {"name",
     [](const Value& v, std::string_view at, Column& c) { return read_text(v, at, c.name); }},
    {"type", read_column_type},
    {"categories", [](const Value& v, std::string_view at,
                      Column& c) { return read_texts(v, at, c.categories); }},
    {"baseline",
     [](const Value& v, std::string_view, Column& c) {
       c.baseline = v;
       return Status();
     }},
};

Status read_column(const Value& value, std::string_view pointer, Column& column) {
  TRIVET_TRY(read_fields<Column>(value, pointer, kColumnFields, column));
  if (column.name.empty()) {
    return sidecar_error(pointer, "a column without a name", "\"name\": the column's name");
  }
  const bool has_categories = !column.categories.empty();
  if (has_categories != (column.type == ColumnType::category)) {
    return sidecar_error(pointer,
                         has_categories ? "categories in a column that is no category"
                                        : "a category column without categories",
                         "\"type\": \"category\" together with \"categories\": [\"…\"]");
  }
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < column.categories.size(); ++i) {
    if (seen.insert(column.categories[i]).second) continue;
    return sidecar_error(text::message("{}/categories/{}", pointer, i),
                         text::message("a second {}", text::quoted(column.categories[i])),
                         "each category once: its position is its code");
  }
  return {};
}

Status read_columns(const Value& value, std::string_view pointer, Sidecar& out) {
  const Value::List* list = value.as_list();
  if (list == nullptr) return wrong_kind(pointer, value, "a list of columns");
  for (std::size_t i = 0; i < list->size(); ++i) {
    TRIVET_TRY(
        read_column((*list)[i], text::message("{}/{}", pointer, i), out.columns.emplace_back()));
  }
  return {};
}

constexpr Field<Sidecar> kSignatureFields[] = {
    {"columns", read_columns},
    {"target",
     [](const Value& v, std::string_view at, Sidecar& s) { return read_text(v, at, s.target); }},
    {"classes",
     [](const Value& v, std::string_view at, Sidecar& s) { return read_texts(v, at, s.classes); }},
};

constexpr Field<PredictionInterval> kIntervalFields[] = {
    {"coverage", [](const Value& v, std::string_view at,
                    PredictionInterval& i) { return read_finite(v, at, i.coverage); }},
    {"lowerResidual", [](const Value& v, std::string_view at,
                         PredictionInterval& i) { return read_finite(v, at, i.lower_residual); }},
    {"upperResidual", [](const Value& v, std::string_view at,
                         PredictionInterval& i) { return read_finite(v, at, i.upper_residual); }},
};

Status read_interval(const Value& value, std::string_view pointer, Sidecar& out) {
  PredictionInterval interval;
  TRIVET_TRY(read_fields<PredictionInterval>(value, pointer, kIntervalFields, interval));
  if (!(interval.coverage > 0 && interval.coverage < 1)) {
    return sidecar_error(text::message("{}/coverage", pointer),
                         text::message("{}", interval.coverage), "a number between 0 and 1");
  }
  if (interval.lower_residual > interval.upper_residual) {
    return sidecar_error(pointer, "a lower residual above the upper one",
                         "lowerResidual <= upperResidual");
  }
  out.interval = interval;
  return {};
}

/// The service names schemas by address; the file's name tells which one it is.
Status read_schema_uri(const Value& value, std::string_view pointer, Sidecar& out) {
  std::string uri;
  TRIVET_TRY(read_text(value, pointer, uri));
  if (uri.find("tabular_classification_") != std::string::npos) {
    out.schema = PredictionSchema::tabular_classification;
  } else if (uri.find("tabular_regression_") != std::string::npos) {
    out.schema = PredictionSchema::tabular_regression;
  }
  return {};
}

Status keep_as_it_is(const Value&, std::string_view, Sidecar&) { return {}; }

constexpr Field<Sidecar> kSchemataFields[] = {
    {"predictionSchemaUri", read_schema_uri},
    {"instanceSchemaUri", keep_as_it_is},
    {"parametersSchemaUri", keep_as_it_is},
};

Status read_missing(const Value& value, std::string_view pointer, Sidecar& out) {
  const std::string* text = value.as_text();
  if (text != nullptr && *text == "NaN") return {};
  if (!value.is_number()) return wrong_kind(pointer, value, "\"NaN\" or a number");
  const double number = value.as_number();
  if (!(std::fabs(number) <= static_cast<double>(std::numeric_limits<float>::max()))) {
    return sidecar_error(pointer, text::message("{}", number), "a number that float32 holds");
  }
  out.missing = number;
  return {};
}

Status read_object_into(const Value& value, std::string_view pointer, Value& out) {
  if (value.as_object() == nullptr) return wrong_kind(pointer, value, "an object");
  out = value;
  return {};
}

constexpr Field<Sidecar> kSidecarFields[] = {
    {"displayName", [](const Value& v, std::string_view at,
                       Sidecar& s) { return read_text(v, at, s.display_name); }},
    {"predictSchemata", [](const Value& v, std::string_view at,
                           Sidecar& s) { return read_fields<Sidecar>(v, at, kSchemataFields, s); }},
    {"explanationSpec", [](const Value& v, std::string_view at,
                           Sidecar& s) { return read_object_into(v, at, s.explanation_spec); }},
    {"signature", [](const Value& v, std::string_view at,
                     Sidecar& s) { return read_fields<Sidecar>(v, at, kSignatureFields, s); }},
    {"interval", read_interval},
    {"signatureName", [](const Value& v, std::string_view at,
                         Sidecar& s) { return read_text(v, at, s.signature_name); }},
    {"missing", read_missing},
    {"forecaster", [](const Value& v, std::string_view at,
                      Sidecar& s) { return read_object_into(v, at, s.forecaster); }},
};

/// The model's own name and type of a column against the sidecar's.
Status check_column(const Column& ours, const Column& model, std::string_view pointer) {
  if (!model.name.empty() && model.name != ours.name) {
    return sidecar_error(
        pointer, text::message("the column {}", text::quoted(ours.name)),
        text::message("{}, the model's column at this position", text::quoted(model.name)));
  }
  if (ours.type == ColumnType::text || ours.type == ColumnType::bytes) {
    if (model.type == ours.type) return {};
    return sidecar_error(pointer, text::message("a column of type {}", column_type_name(ours.type)),
                         "\"number\" or \"category\": the model takes numbers here");
  }
  if (!model.categories.empty() && ours.categories != model.categories) {
    return sidecar_error(pointer, "other categories than the model was trained with",
                         "the model's own, or none: it knows them itself");
  }
  return {};
}

Status apply_columns(const Sidecar& sidecar, spi::GraphInput& input) {
  if (sidecar.columns.empty()) return {};
  if (sidecar.columns.size() != input.columns.size()) {
    return sidecar_error("/signature/columns", text::message("{} columns", sidecar.columns.size()),
                         text::message("{}, as the model has", input.columns.size()));
  }
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < input.columns.size(); ++i) {
    const Column& ours = sidecar.columns[i];
    Column& model = input.columns[i];
    const std::string pointer = text::message("/signature/columns/{}", i);
    TRIVET_TRY(check_column(ours, model, pointer));
    if (!seen.insert(ours.name).second) {
      return sidecar_error(pointer, text::message("a second column {}", text::quoted(ours.name)),
                           "names that differ");
    }
    model.name = ours.name;
    model.baseline = ours.baseline;
    if (ours.type != ColumnType::category || !model.categories.empty()) continue;
    model.type = ColumnType::category;
    model.categories = ours.categories;
  }
  return {};
}

/// Whether the default answer is the probability of the second of two classes: a logistic link, or
/// an operator, of which nobody knows.
bool answers_probability(const spi::Graph& graph) {
  const auto is_logistic = [](const spi::Link& link) {
    return link.kind == spi::LinkKind::logistic || link.kind == spi::LinkKind::logistic_clamped;
  };
  for (const spi::Node& node : graph.nodes) {
    for (const spi::NodeOutput& output : node.outputs) {
      if (output.value != graph.outputs.front().value) continue;
      if (std::holds_alternative<spi::Operator>(node.body)) return true;
      const auto* forest = std::get_if<spi::TreeEnsemble>(&node.body);
      const spi::Link& link =
          forest != nullptr ? forest->link : std::get<spi::Linear>(node.body).link;
      return output.port == spi::Port::linked && is_logistic(link);
    }
  }
  return false;
}

Status apply_classes(const Sidecar& sidecar, spi::Graph& graph) {
  const std::size_t count = sidecar.classes.size();
  if (count == 0) {
    if (sidecar.schema != PredictionSchema::tabular_classification) return {};
    return sidecar_error("/signature/classes", "no classes",
                         "the names of the classes, which tabular classification answers with");
  }
  bool fits = count == 2 && graph.outputs.front().scalar && answers_probability(graph);
  for (spi::GraphOutput& output : graph.outputs) {
    if (output.scalar || graph.values[output.value].width != count) continue;
    output.classes = sidecar.classes;
    fits = true;
  }
  if (fits) return {};
  return sidecar_error(
      "/signature/classes", text::message("{} classes", count),
      "as many as the model has scores, or 2 for a model that answers a probability");
}

Status check_regression(const Sidecar& sidecar, const spi::Graph& graph) {
  if (sidecar.schema != PredictionSchema::tabular_regression) return {};
  if (!graph.outputs.front().scalar) {
    return sidecar_error("/predictSchemata/predictionSchemaUri", "tabular regression",
                         "a model whose answer is one number");
  }
  if (!sidecar.interval) {
    return sidecar_error("/interval", "none",
                         "\"interval\": {\"coverage\", \"lowerResidual\", \"upperResidual\"}: "
                         "tabular regression answers with bounds");
  }
  return {};
}

}  // namespace

Result<Sidecar> parse_sidecar(std::string_view json) {
  auto value = Value::parse(json);
  if (!value) {
    const Error& e = value.error();
    return Error(Errc::invalid_model, std::string(e.where()), std::string(e.found()),
                 std::string(e.expected()))
        .within(kSidecarName);
  }
  Sidecar sidecar;
  if (Status read = read_fields<Sidecar>(*value, "", kSidecarFields, sidecar); !read) {
    return read.error().within(kSidecarName);
  }
  return sidecar;
}

Status apply_sidecar(const Sidecar& sidecar, spi::Graph& graph) {
  if (Status columns = apply_columns(sidecar, graph.input); !columns) {
    return columns.error().within(kSidecarName);
  }
  if (Status classes = apply_classes(sidecar, graph); !classes) {
    return classes.error().within(kSidecarName);
  }
  if (Status regression = check_regression(sidecar, graph); !regression) {
    return regression.error().within(kSidecarName);
  }
  return {};
}

}  // namespace trivet::core
