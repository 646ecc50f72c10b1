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

/// Columns by name or position, in the order in which they are met.
class LineCollector {
 public:
  explicit LineCollector(const std::string& path) : path_(path) {}

  Status add(const Value& row, std::size_t line) {
    if (const Value::List* list = row.as_list()) {
      for (std::size_t c = 0; c < list->size(); ++c) put("", std::to_string(c), (*list)[c]);
    } else if (const Value::Object* object = row.as_object()) {
      for (const Member& member : *object) put(member.name, member.name, member.value);
    } else {
      return bad_line(path_, line, "a " + std::string(row.kind_name()),
                      "a list of values, or an object by column name");
    }
    ++rows_;
    for (DataColumn& column : columns_) column.values.resize(rows_);
    return {};
  }
  [[nodiscard]] std::vector<DataColumn> take() { return std::move(columns_); }

 private:
  void put(const std::string& name, const std::string& key, const Value& value) {
    const auto [at, is_new] = places_.emplace(key, columns_.size());
    if (is_new) columns_.push_back({name, std::vector<Value>(rows_)});
    const std::string* text = value.as_text();
    const bool is_missing = text != nullptr && *text == "NaN";
    columns_[at->second].values.push_back(is_missing ? Value() : value);
  }

  const std::string& path_;
  std::vector<DataColumn> columns_;
  std::unordered_map<std::string, std::size_t> places_;
  std::size_t rows_ = 0;
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

}  // namespace

Result<std::vector<DataColumn>> read_data_file(const std::string& path) {
  const bool is_csv = path.ends_with(".csv");
  if (!is_csv && !path.ends_with(".jsonl") && !path.ends_with(".json")) {
    return Error(Errc::invalid_argument, path, "a name without a known ending",
                 ".csv, or .jsonl with one row a line");
  }
  const Result<std::string> text = read_whole(path, kMostDataBytes);
  if (!text) return text.error();
  std::string_view content = *text;
  if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
  return is_csv ? read_csv(content, path) : read_lines(content, path);
}

}  // namespace trivet::cli
