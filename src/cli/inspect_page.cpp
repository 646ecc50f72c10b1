// SPDX-License-Identifier: Apache-2.0
// The page of `trivet inspect`, section by section.
#include "cli/inspect_page.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "cli/console.hpp"
#include "trivet/tensor.hpp"

namespace trivet::cli {
namespace {

/// `number`, `3 numbers`, `pairs of position (0 to 5) and number`, `any number of categories`.
std::string form_text(const Column& column) {
  const std::string type(column_type_name(column.type));
  const std::size_t last = column.cells == 0 ? 0 : column.cells - 1;
  switch (column.form) {
    case ColumnForm::single: break;
    case ColumnForm::list: return "list of " + std::to_string(column.cells) + " numbers";
    case ColumnForm::pairs: return "list of [0 to " + std::to_string(last) + ", number] pairs";
    case ColumnForm::anything: return "anything";
    case ColumnForm::members: return "object of numbers and texts";
    case ColumnForm::bag: return "list of any length, each " + type;
  }
  return type;
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

std::vector<std::string> label_texts(const std::vector<Value>& labels) {
  std::vector<std::string> texts;
  for (const Value& label : labels) {
    texts.push_back(label.as_text() != nullptr ? *label.as_text() : label.to_json());
  }
  return texts;
}

/// `{predicted_y, y_values, y_probs}`.
std::string object_text(const ClassObject& object) {
  return printable("{" + object.predicted + ", " + object.values + ", " + object.scores + "}");
}

/// The page for people.
class Page {
 public:
  explicit Page(bool colour) : colour_(colour) {}

  void add_model(const Inspected& inspected) {
    const ModelInfo& info = inspected.model.info();
    const ForestFacts& forests = inspected.forests;
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
    for (const MissingRule& rule : forests.missing) {
      const bool is_only = forests.missing.size() == 1;
      add_fact("missing", rule.words + (is_only ? ", in all columns that trees test"
                                                : ", in " + column_names(inspected, rule)));
    }
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
      std::string what(answer_type_name(output));
      what += shape_text(output.shape);
      if (!output.classes.empty()) what += "  of " + some_of(output.classes);
      else if (!output.labels.empty()) what += "  of " + some_of(label_texts(output.labels));
      if (output.object) what += "  " + dim("as " + object_text(*output.object));
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

  void add_structure(const std::vector<std::string>& lines) {
    if (lines.size() < 2) return;  // of one part it would say what the objective says
    begin_section("structure", "");
    for (const std::string& line : lines) add_line(printable(line), "");
  }

  void add_remarks(std::string_view title, const std::vector<std::string>& remarks) {
    if (remarks.empty()) return;
    begin_section(title, "");
    for (const std::string& remark : remarks) add_line(printable(remark), "");
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  [[nodiscard]] static std::string column_names(const Inspected& inspected,
                                                const MissingRule& rule) {
    std::vector<std::string> names;
    for (const std::uint32_t column : rule.columns) names.push_back(name_of(inspected, column));
    return some_of(names);
  }
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

}  // namespace

std::string_view answer_type_name(const Output& output) noexcept {
  if (output.labels.empty()) return dtype_name(output.dtype);
  const Value& label = output.labels.front();
  if (label.as_text() != nullptr) return "text";
  if (label.as_boolean() != nullptr) return "boolean";
  return dtype_name(label.as_integer() != nullptr ? DType::int64 : output.dtype);
}

std::string to_page(const Inspected& inspected, bool colour) {
  const LocalModel& model = inspected.model;
  Page page(colour);
  page.add_model(inspected);
  page.add_structure(model.info().structure);
  page.add_inputs(model.signature().columns);
  page.add_outputs(model.signature());
  page.add_parameters(model.signature().parameters);
  page.add_importance(inspected);
  page.add_remarks("notes", model.info().notes);
  page.add_remarks("warnings", model.info().warnings);
  return page.text();
}

}  // namespace trivet::cli
