// SPDX-License-Identifier: Apache-2.0
// `trivet inspect`: what a model is, takes and gives, for people and for programs.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/forest_facts.hpp"
#include "cli/tree_drawing.hpp"
#include "trivet/importance.hpp"
#include "trivet/local_model.hpp"
#include "trivet/tensor.hpp"

namespace trivet::cli {
namespace {

Value to_value(std::size_t count) { return Value(static_cast<std::int64_t>(count)); }

Value to_value(const std::vector<std::string>& texts) {
  return Value::List(texts.begin(), texts.end());
}

/// The names that `parameters` may hold, each once, in the model's order.
std::vector<std::string> parameter_names(const Signature& signature) {
  std::vector<std::string> names;
  for (const ParameterRule& rule : signature.parameters) {
    if (std::find(names.begin(), names.end(), rule.parameter) == names.end()) {
      names.push_back(rule.parameter);
    }
  }
  return names;
}

/// Of one instance's value; -1 for a length that the instance chooses.
Value::List input_shape(const Column& column) {
  switch (column.form) {
    case ColumnForm::single: break;
    case ColumnForm::list: return {Value(std::int64_t{column.cells})};
    case ColumnForm::pairs: return {Value(std::int64_t{-1}), Value(std::int64_t{2})};
    case ColumnForm::bag: return {Value(std::int64_t{-1})};
  }
  return {};
}

/// `number`, `3 numbers`, `pairs of position (0 to 5) and number`, `any number of categories`.
std::string form_text(const Column& column) {
  const std::string type(column_type_name(column.type));
  const std::size_t last = column.cells == 0 ? 0 : column.cells - 1;
  switch (column.form) {
    case ColumnForm::single: break;
    case ColumnForm::list: return "list of " + std::to_string(column.cells) + " numbers";
    case ColumnForm::pairs: return "list of [0 to " + std::to_string(last) + ", number] pairs";
    case ColumnForm::bag: return "list of any length, each " + type;
  }
  return type;
}

Value input_object(const Column& column) {
  Value::Object object{{"name", column.name.empty() ? Value() : Value(column.name)},
                       {"type", Value(column_type_name(column.type))},
                       {"shape", input_shape(column)}};
  if (!column.categories.empty()) object.push_back({"categories", to_value(column.categories)});
  return object;
}

Value output_object(const Output& output) {
  Value::List shape(output.shape.begin(), output.shape.end());
  Value::Object object{{"name", Value(output.name)},
                       {"type", Value(dtype_name(output.dtype))},
                       {"shape", std::move(shape)}};
  if (!output.classes.empty()) object.push_back({"categories", to_value(output.classes)});
  else if (!output.labels.empty()) object.push_back({"categories", Value(output.labels)});
  return object;
}

/// A model with what is only gathered for looking at it.
struct Inspected {
  LocalModel model;
  ForestFacts forests;
  std::vector<FeatureImportance> importance;
  bool has_gains = false;
};

Value importance_list(const Inspected& inspected) {
  Value::List list;
  for (const FeatureImportance& one : inspected.importance) {
    const std::string& name = inspected.model.signature().columns[one.column].name;
    Value::Object object{{"column", to_value(one.column)},
                         {"name", name.empty() ? Value() : Value(name)},
                         {"splits", to_value(one.splits)}};
    if (inspected.has_gains) object.push_back({"gain", Value(one.gain)});
    if (one.cover != 0) object.push_back({"cover", Value(one.cover)});
    list.push_back(std::move(object));
  }
  return list;
}

std::string to_json(const Inspected& inspected) {
  const LocalModel& model = inspected.model;
  const ModelInfo& info = model.info();
  const Signature& signature = model.signature();
  Value::List inputs;
  for (const Column& column : signature.columns) inputs.push_back(input_object(column));
  Value::List outputs;
  for (const Output& output : signature.outputs) outputs.push_back(output_object(output));
  return Value(Value::Object{
                   {"format", Value(info.format)},
                   {"framework", Value(info.framework)},
                   {"version", Value(info.version)},
                   {"objective", info.objective.empty() ? Value() : Value(info.objective)},
                   {"inputs", std::move(inputs)},
                   {"outputs", std::move(outputs)},
                   {"trees", to_value(info.trees)},
                   {"nodes", to_value(info.nodes)},
                   {"leaves", to_value(inspected.forests.leaves)},
                   {"depth", to_value(inspected.forests.depth)},
                   {"parameters", to_value(info.parameters)},
                   {"bytes", to_value(info.bytes)},
                   {"engine", Value(info.engine)},
                   {"parameter_names", to_value(parameter_names(signature))},
                   {"explanations", Value::List()},
                   {"missing", to_value(inspected.forests.missing)},
                   {"importance", importance_list(inspected)},
                   {"notes", to_value(info.notes)},
                   {"warnings", to_value(info.warnings)},
               })
      .to_json();
}

/// Letters of UTF-8, which is what a terminal's columns count.
std::size_t letter_count(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t letters = letter_count(text);
  if (letters < width) text.append(width - letters, ' ');
  return text;
}

std::string right_aligned(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

/// `12345678` as `12 345 678`.
std::string grouped(std::size_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ' ');
  return text;
}

std::string readable_bytes(std::size_t bytes) {
  constexpr std::size_t kTenKilobytes = 10'000;
  constexpr std::size_t kTenMegabytes = 10'000'000;
  if (bytes < kTenKilobytes) return grouped(bytes) + " bytes";
  if (bytes < kTenMegabytes) return grouped((bytes + 500) / 1000) + " kB";
  return grouped((bytes + 500'000) / 1'000'000) + " MB";
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t extent : shape) {
    text += text.empty() ? "[" : ", ";
    text += std::to_string(extent);
  }
  return text.empty() ? text : text + "]";
}

/// The first names of a list, then how many more there are.
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i) {
    text += (i == 0 ? "" : ", ") + printable(names[i]);
  }
  if (names.size() > kShown) text += ", … " + grouped(names.size() - kShown) + " more";
  return text;
}

/// The page for people.
class Page {
 public:
  explicit Page(bool colour) : colour_(colour) {}

  void add_model(const ModelInfo& info, const ForestFacts& forests) {
    text_ += bold(printable(info.display_name)) + "\n";
    add_fact("format", info.format);
    add_fact("framework",
             info.version.empty() ? info.framework : info.framework + " " + info.version);
    add_fact("objective", info.objective);
    if (info.trees > 0) add_fact("trees", grouped(info.trees));
    if (info.nodes > 0) {
      add_fact("nodes", grouped(info.nodes) + ", " + grouped(forests.leaves) + " of them leaves");
      add_fact("depth", grouped(forests.depth));
    }
    for (const std::string& rule : forests.missing) add_fact("missing", rule);
    if (info.parameters > 0) add_fact("parameters", grouped(info.parameters) + " numbers");
    add_fact("memory", readable_bytes(info.bytes));
    add_fact("engine", info.engine);
  }

  void add_inputs(const std::vector<Column>& columns) {
    if (columns.empty()) return;
    const bool has_names = std::any_of(columns.begin(), columns.end(),
                                       [](const Column& column) { return !column.name.empty(); });
    begin_section("inputs", grouped(columns.size()) +
                                (columns.size() == 1 ? " column" : " columns") +
                                (has_names ? "" : ", by position"));
    const bool all_numbers = std::all_of(columns.begin(), columns.end(), [](const Column& column) {
      return column.type == ColumnType::number;
    });
    if (!has_names && all_numbers) return add_line("number", missing_text(columns.front()));
    const std::size_t shown = columns.size() <= kMostRows ? columns.size() : kMostRows - 1;
    const std::size_t digits = std::to_string(columns.size() - 1).size();
    std::size_t width = 0;
    for (std::size_t i = 0; i < shown; ++i) {
      width = std::max(width, letter_count(printable(columns[i].name)));
    }
    for (std::size_t i = 0; i < shown; ++i) {
      add_column(right_aligned(std::to_string(i), digits), columns[i], width);
    }
    if (shown == columns.size()) return;
    add_line("… " + grouped(columns.size() - shown) + " more; --json shows all", "");
  }

  void add_outputs(const Signature& signature) {
    if (signature.outputs.empty()) return;
    begin_section("outputs", "");
    std::size_t width = 0;
    for (const Output& output : signature.outputs) {
      width = std::max(width, letter_count(output.name));
    }
    for (const Output& output : signature.outputs) {
      std::string what(dtype_name(output.dtype));
      what += shape_text(output.shape);
      if (!output.classes.empty()) what += "  of " + some_of(output.classes);
      if (&output == &signature.outputs.front()) what += dim("  the default");
      add_line(padded(printable(output.name), width), what);
    }
  }

  void add_parameters(const std::vector<ParameterRule>& rules) {
    if (rules.empty()) return;
    begin_section("parameters", "");
    std::vector<std::string> texts;
    std::size_t width = 0;
    for (const ParameterRule& rule : rules) {
      texts.push_back(printable(Value(Value::Object{{rule.parameter, rule.value}}).to_json()));
      width = std::max(width, letter_count(texts.back()));
    }
    for (std::size_t i = 0; i < rules.size(); ++i) {
      add_line(padded(texts[i], width), dim("gives ") + printable(rules[i].output));
    }
  }

  void add_importance(const Inspected& inspected) {
    if (inspected.importance.empty()) return;
    begin_section("importance", inspected.has_gains ? "total gain and splits" : "splits");
    const auto share = [&](const FeatureImportance& one) {
      return inspected.has_gains ? one.gain : static_cast<double>(one.splits);
    };
    constexpr std::size_t kMostImportant = 12;
    const std::size_t shown = std::min(kMostImportant, inspected.importance.size());
    const double greatest = share(inspected.importance.front());
    std::vector<std::string> names;
    std::size_t width = 0;
    for (std::size_t i = 0; i < shown; ++i) {
      names.push_back(name_of(inspected, inspected.importance[i].column));
      width = std::max(width, letter_count(names.back()));
    }
    for (std::size_t i = 0; i < shown; ++i) {
      const FeatureImportance& one = inspected.importance[i];
      add_line(padded(names[i], width), bar(share(one), greatest) + "  " +
                                            (inspected.has_gains ? rounded(one.gain) + "  " : "") +
                                            dim(grouped(one.splits)));
    }
    if (shown == inspected.importance.size()) return;
    add_line(
        "… " + grouped(inspected.importance.size() - shown) + " more columns; --json shows all",
        "");
  }

  void add_remarks(std::string_view title, const std::vector<std::string>& remarks) {
    if (remarks.empty()) return;
    begin_section(title, "");
    for (const std::string& remark : remarks) add_line(printable(remark), "");
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  [[nodiscard]] static std::string name_of(const Inspected& inspected, std::size_t column) {
    const std::string& name = inspected.model.signature().columns[column].name;
    return name.empty() ? "column " + std::to_string(column) : printable(name);
  }
  [[nodiscard]] static std::string bar(double value, double greatest) {
    constexpr std::size_t kWidth = 24;
    const double part = greatest > 0 && value > 0 ? value / greatest : 0;
    const auto filled = static_cast<std::size_t>(std::lround(part * kWidth));
    std::string text;
    for (std::size_t i = 0; i < filled; ++i) text += "█";
    return padded(std::move(text), kWidth);
  }
  [[nodiscard]] static std::string rounded(double number) {
    char text[32];
    const auto end =
        std::to_chars(text, text + sizeof(text), number, std::chars_format::general, 4);
    return right_aligned(std::string(text, end.ptr), 9);
  }

  static constexpr std::size_t kMostRows = 40;
  static constexpr std::size_t kFactWidth = 12;

  [[nodiscard]] std::string bold(const std::string& text) const {
    return colour_ ? "\x1b[1m" + text + "\x1b[0m" : text;
  }
  [[nodiscard]] std::string dim(const std::string& text) const {
    return colour_ ? "\x1b[2m" + text + "\x1b[0m" : text;
  }

  void add_fact(const std::string& name, const std::string& value) {
    if (!value.empty()) text_ += "  " + dim(padded(name, kFactWidth)) + printable(value) + "\n";
  }
  void begin_section(std::string_view title, const std::string& remark) {
    text_.append("\n").append(bold(std::string(title)));
    if (!remark.empty()) text_.append("  ").append(dim(remark));
    text_ += "\n";
  }
  void add_line(const std::string& name, const std::string& what) {
    text_ += "  " + name + (what.empty() ? "" : "  " + what) + "\n";
  }
  void add_column(const std::string& position, const Column& column, std::size_t width) {
    std::string what = form_text(column);
    if (!column.categories.empty()) what += " of " + some_of(column.categories);
    const std::string missing = missing_text(column);
    if (!missing.empty()) what += "  " + missing;
    add_line(dim(position), (width > 0 ? padded(printable(column.name), width) + "  " : "") + what);
  }
  [[nodiscard]] std::string missing_text(const Column& column) const {
    return column.accepts_missing ? "" : dim("never missing");
  }

  bool colour_;
  std::string text_;
};

std::string to_page(const Inspected& inspected) {
  const LocalModel& model = inspected.model;
  Page page(wants_colour());
  page.add_model(model.info(), inspected.forests);
  page.add_inputs(model.signature().columns);
  page.add_outputs(model.signature());
  page.add_parameters(model.signature().parameters);
  page.add_importance(inspected);
  page.add_remarks("notes", model.info().notes);
  page.add_remarks("warnings", model.info().warnings);
  return page.text();
}

/// Loads forests once more with their gains, so that the memory that is told is that of a model as
/// it is loaded for predictions.
Result<Inspected> look_into(const LocalModel& model, const std::string& path, LoadOptions options) {
  Inspected inspected{model, {}, {}, false};
  if (model.graph() == nullptr) return inspected;
  inspected.forests = gather_facts(*model.graph());
  if (model.info().trees == 0) return inspected;
  options.gains = true;
  const Result<LocalModel> with_gains = LocalModel::load(path, options);
  if (!with_gains) return with_gains.error();
  auto importance = feature_importance(*with_gains);
  if (!importance) return std::move(importance).error();
  inspected.importance = std::move(*importance);
  inspected.has_gains = std::any_of(inspected.importance.begin(), inspected.importance.end(),
                                    [](const FeatureImportance& one) { return one.gain != 0; });
  return inspected;
}

}  // namespace

int run(const InspectCommand& command) {
  LoadOptions options;
  options.sidecar = command.sidecar;
  options.gains = command.tree.has_value();
  const Result<LocalModel> model = LocalModel::load(command.model, options);
  if (!model) return refuse(kNoModel, model.error());
  StandardOutput out;
  if (command.tree) {
    const Result<std::string> drawing = draw_tree(*model, *command.tree, wants_colour());
    if (!drawing) return refuse(kRefused, drawing.error());
    out.write(*drawing);
    return out.finish(kAnswered);
  }
  const Result<Inspected> inspected = look_into(*model, command.model, options);
  if (!inspected) return refuse(kNoModel, inspected.error());
  out.write(command.json ? to_json(*inspected) + "\n" : to_page(*inspected));
  return out.finish(kAnswered);
}

}  // namespace trivet::cli
