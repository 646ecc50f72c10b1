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
  if (list->empty()) return sidecar_error(pointer, "an empty list", "at least one text");
  for (std::size_t i = 0; i < list->size(); ++i) {
    TRIVET_TRY(read_text((*list)[i], text::message("{}/{}", pointer, i), out.emplace_back()));
  }
  return {};
}

/// The same for texts that differ; a second one of a kind is answered with `reason`.
Status read_names(const Value& value, std::string_view pointer, std::string_view reason,
                  std::vector<std::string>& out) {
  TRIVET_TRY(read_texts(value, pointer, out));
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (seen.insert(out[i]).second) continue;
    return sidecar_error(text::message("{}/{}", pointer, i),
                         text::message("a second {}", text::quoted(out[i])), std::string(reason));
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

Status read_column_type(const Value& value, std::string_view pointer, SidecarColumn& out) {
  std::string name;
  TRIVET_TRY(read_text(value, pointer, name));
  constexpr std::array kTypes{ColumnType::number, ColumnType::category, ColumnType::text,
                              ColumnType::bytes};
  for (const ColumnType type : kTypes) {
    if (column_type_name(type) != name) continue;
    out.type = type;
    out.has_type = true;
    return {};
  }
  return sidecar_error(pointer, text::message("the type {}", text::quoted(name)),
                       "\"number\", \"category\", \"text\" or \"bytes\"");
}

constexpr Field<SidecarColumn> kColumnFields[] = {
    {"name", [](const Value& v, std::string_view at,
                SidecarColumn& c) { return read_text(v, at, c.name); }},
    {"type", read_column_type},
    {"categories",
     [](const Value& v, std::string_view at, SidecarColumn& c) {
       return read_names(v, at, "each category once: its position is its code", c.categories);
     }},
    {"baseline",
     [](const Value& v, std::string_view, SidecarColumn& c) {
       c.baseline = v;
       return Status();
     }},
};

Status read_column(const Value& value, std::string_view pointer, SidecarColumn& column) {
  TRIVET_TRY(read_fields<SidecarColumn>(value, pointer, kColumnFields, column));
  if (column.name.empty()) {
    return sidecar_error(pointer, "a column without a name", "\"name\": the column's name");
  }
  if (!column.categories.empty() && column.has_type && column.type != ColumnType::category) {
    return sidecar_error(pointer, "categories in a column that is no category",
                         "\"type\": \"category\" together with \"categories\": [\"…\"]");
  }
  return {};
}

Status read_columns(const Value& value, std::string_view pointer, Sidecar& out) {
  const Value::List* list = value.as_list();
  if (list == nullptr) return wrong_kind(pointer, value, "a list of columns");
  if (list->empty()) {
    return sidecar_error(pointer, "an empty list", "every column of the model, or no \"columns\"");
  }
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
     [](const Value& v, std::string_view at, Sidecar& s) {
       return read_names(v, at, "each class once: its position is its score's", s.classes);
     }},
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

/// What follows the last slash of a path or an address.
std::string_view last_part(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);
}

/// The service names schemas by address; the file's name tells which one it is. Schemas of other
/// kinds of model, and people's own, leave the answers as they are, which somebody should know.
Status read_schema_uri(const Value& value, std::string_view pointer, Sidecar& out) {
  std::string uri;
  TRIVET_TRY(read_text(value, pointer, uri));
  if (uri.empty()) return {};  // how the service says "none"
  const std::string_view name = last_part(uri);
  if (!name.ends_with(".yaml") && !name.ends_with(".yml")) {
    return sidecar_error(pointer, text::quoted(uri),
                         "the address of a schema, …/tabular_classification_1.0.0.yaml");
  }
  if (name.starts_with("tabular_classification_")) {
    out.schema = PredictionSchema::tabular_classification;
  } else if (name.starts_with("tabular_regression_")) {
    out.schema = PredictionSchema::tabular_regression;
  } else {
    out.warnings.push_back(
        text::message("{}: {}: {} shapes no answers here, as tabular_classification_1.0.0.yaml and "
                      "tabular_regression_1.0.0.yaml do; they are the model's own",
                      out.file_name, pointer, text::quoted(name)));
  }
  return {};
}

Status check_text(const Value& value, std::string_view pointer, Sidecar&) {
  std::string ignored;
  return read_text(value, pointer, ignored);
}

constexpr Field<Sidecar> kSchemataFields[] = {
    {"predictionSchemaUri", read_schema_uri},
    {"instanceSchemaUri", check_text},
    {"parametersSchemaUri", check_text},
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

}  // namespace

Result<Sidecar> parse_sidecar(std::string_view json, std::string_view path) {
  Sidecar sidecar;
  sidecar.file_name = last_part(path);
  auto value = Value::parse(json);
  if (!value) {
    const Error& e = value.error();
    return Error(Errc::invalid_model, std::string(e.where()), std::string(e.found()),
                 std::string(e.expected()))
        .within(sidecar.file_name);
  }
  if (Status read = read_fields<Sidecar>(*value, "", kSidecarFields, sidecar); !read) {
    return read.error().within(sidecar.file_name);
  }
  return sidecar;
}

}  // namespace trivet::core
