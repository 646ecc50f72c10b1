// SPDX-License-Identifier: Apache-2.0
// Tables as people keep them: CSV with a header, or one JSON value a line.
#include "cli/data_file.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "cli/console.hpp"
#include "cli/input.hpp"

namespace trivet::cli {
namespace {

constexpr std::size_t kMostDataBytes = std::size_t{1} << 32;

Error bad_line(const std::string& path, std::size_t line, std::string found, std::string expected) {
  return {Errc::invalid_argument, path + ": line " + std::to_string(line), std::move(found),
          std::move(expected)};
}

bool is_missing_word(std::string_view text) {
  return text.empty() || text == "NaN" || text == "nan" || text == "null" || text == "NA";
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t first = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

/// A whole number, a number, or the text itself.
Value value_of_cell(std::string_view text) {
  if (is_missing_word(text)) return Value();
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto read = std::from_chars(text.data(), end, integer);
      read.ec == std::errc() && read.ptr == end) {
    return Value(integer);
  }
  double number = 0;
  if (const auto read = std::from_chars(text.data(), end, number);
      read.ec == std::errc() && read.ptr == end) {
    return Value(number);
  }
  return Value(text);
}

/// Goes through CSV cell by cell.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] std::size_t line() const noexcept { return line_; }

  /// The cells of the next record. False for a quoted cell that doesn't end.
  bool next(std::vector<std::string>& cells) {
    cells.clear();
    while (true) {
      if (!read_cell(cells.emplace_back())) return false;
      if (at_end()) return true;
      const char separator = text_[at_++];
      if (separator == ',') continue;
      ++line_;
      return true;
    }
  }

 private:
  /// Up to a comma or the end of the line, which stay. Blanks around it belong to it in quotes
  /// only.
  bool read_cell(std::string& cell) {
    if (at_ < text_.size() && text_[at_] == '"') return read_quoted(cell);
    const std::size_t end = std::min(text_.find_first_of(",\n", at_), text_.size());
    cell = without_blanks(text_.substr(at_, end - at_));
    at_ = end;
    return true;
  }
  bool read_quoted(std::string& cell) {
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c != '"') {
        cell += c;
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        cell += text_[at_++];
      } else {
        at_ = std::min(text_.find_first_of(",\n", at_), text_.size());
        return true;
      }
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

Result<std::vector<DataColumn>> read_csv(std::string_view text, const std::string& path) {
  CsvReader reader(text);
  std::vector<std::string> cells;
  const std::string unended = "a quoted cell without an end";
  if (!reader.next(cells)) return bad_line(path, reader.line(), unended, "a closing quote");
  std::vector<DataColumn> columns;
  std::unordered_set<std::string_view> names;
  for (const std::string& name : cells) {
    if (!names.insert(name).second) {
      return bad_line(path, 1, "the name \"" + name + "\" twice",
                      "a name of its own for each column");
    }
    columns.push_back({name, {}});
  }
  while (!reader.at_end()) {
    const std::size_t line = reader.line();
    if (!reader.next(cells)) return bad_line(path, line, unended, "a closing quote");
    const bool is_blank = cells.size() == 1 && cells[0].empty() && columns.size() > 1;
    if (is_blank) continue;
    if (cells.size() != columns.size()) {
      return bad_line(path, line, std::to_string(cells.size()) + " cells",
                      std::to_string(columns.size()) + ", as the header has names");
    }
    for (std::size_t c = 0; c < cells.size(); ++c) {
      columns[c].values.push_back(value_of_cell(cells[c]));
    }
  }
  return columns;
}

/// True for `{"instances": [[…], …]}`, which is many rows.
bool is_request(const Value& row) {
  const Value* instances = row.find("instances");
  if (instances == nullptr || instances->as_list() == nullptr) return false;
  const Value::List& rows = *instances->as_list();
  return !rows.empty() && (rows[0].as_list() != nullptr || rows[0].as_object() != nullptr);
}

/// Columns by name or position, in the order in which they are met.
class LineCollector {
 public:
  explicit LineCollector(const std::string& path) : path_(path) {}

  Status add(const Value& row, std::size_t line) {
    if (row.as_list() == nullptr && row.as_object() == nullptr) {
      return bad_line(path_, line, "a " + std::string(row.kind_name()),
                      "a list of values, or an object by column name");
    }
    if (is_request(row)) {
      return bad_line(path_, line, "a request with its instances",
                      "one row a line: jq -c '.instances[]' makes them of a request");
    }
    const bool is_list = row.as_list() != nullptr;
    if (rows_ != 0 && is_list != are_lists_) {
      return bad_line(path_, line, is_list ? "a list" : "an object",
                      are_lists_ ? "a list, as the rows before" : "an object, as the rows before");
    }
    are_lists_ = is_list;
    Status added = is_list ? add_list(*row.as_list(), line) : add_object(*row.as_object(), line);
    if (!added) return added;
    ++rows_;
    for (DataColumn& column : columns_) column.values.resize(rows_);
    return {};
  }
  [[nodiscard]] std::vector<DataColumn> take() { return std::move(columns_); }

 private:
  Status add_list(const Value::List& row, std::size_t line) {
    if (rows_ != 0 && row.size() != columns_.size()) {
      return bad_line(path_, line, std::to_string(row.size()) + " values",
                      std::to_string(columns_.size()) + ", as the first row has");
    }
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (Status put = put_value("", std::to_string(c), row[c], line); !put) return put;
    }
    return {};
  }
  Status add_object(const Value::Object& row, std::size_t line) {
    for (const Member& member : row) {
      if (Status put = put_value(member.name, member.name, member.value, line); !put) return put;
    }
    return {};
  }

  Status put_value(const std::string& name, const std::string& key, const Value& value,
                   std::size_t line) {
    if (value.as_object() != nullptr) {
      return bad_line(path_, line, "an object in column \"" + key + "\"",
                      "a number, a text, a boolean or a list of them");
    }
    const auto [at, is_new] = places_.emplace(key, columns_.size());
    if (is_new) columns_.push_back({name, std::vector<Value>(rows_)});
    std::vector<Value>& values = columns_[at->second].values;
    if (values.size() > rows_) {
      return bad_line(path_, line, "the name \"" + key + "\" twice", "each name once");
    }
    const std::string* text = value.as_text();
    const bool is_missing = text != nullptr && *text == "NaN";
    values.push_back(is_missing ? Value() : value);
    return {};
  }

  const std::string& path_;
  std::vector<DataColumn> columns_;
  std::unordered_map<std::string, std::size_t> places_;
  std::size_t rows_ = 0;
  bool are_lists_ = false;
};

Result<std::vector<DataColumn>> read_lines(std::string_view text, const std::string& path) {
  LineCollector collector(path);
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view row = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (row.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const Result<Value> value = Value::parse(row);
    if (!value) {
      return bad_line(path, line, std::string(value.error().found()),
                      std::string(value.error().expected()));
    }
    if (Status added = collector.add(*value, line); !added) return std::move(added).error();
  }
  return collector.take();
}

/// Whatever the case of its letters.
bool has_ending(std::string_view path, std::string_view ending) {
  if (path.size() < ending.size()) return false;
  path.remove_prefix(path.size() - ending.size());
  return std::equal(path.begin(), path.end(), ending.begin(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

bool begins_as_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

}  // namespace

Result<std::vector<DataColumn>> read_data_file(const std::string& path) {
  const bool is_piped = path == "-";
  const bool is_csv = has_ending(path, ".csv");
  if (!is_piped && !is_csv && !has_ending(path, ".jsonl") && !has_ending(path, ".json")) {
    return Error(Errc::invalid_argument, path, "a name without a known ending",
                 ".csv, or .jsonl with one row a line; - reads either from standard input");
  }
  const Result<std::string> text = read_whole(path, kMostDataBytes);
  if (!text) return text.error();
  const std::string_view content = without_byte_order_mark(*text);
  const std::string name = is_piped ? "standard input" : path;
  return is_csv || (is_piped && !begins_as_json(content)) ? read_csv(content, name)
                                                          : read_lines(content, name);
}

}  // namespace trivet::cli
