// SPDX-License-Identifier: Apache-2.0
// Reads vocabularies line by line, with the lines of Python's str.splitlines().
#include "format/bqml/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <span>
#include <system_error>
#include <utility>

#include "base/try.hpp"
#include "base/utf8.hpp"
#include "text/message.hpp"
#include "text/python.hpp"

namespace trivet::bqml {
namespace {

struct NameEnd {
  std::string_view text;
  Encoding encoding;
};

// `.txt` and `_array.txt` are how older exports named two of them.
constexpr std::array<NameEnd, 9> kNameEnds{{
    {"_categorical_one_hot.txt", Encoding::categorical_one_hot},
    {"_categorical_target.txt", Encoding::categorical_target},
    {"_categorical_label.txt", Encoding::categorical_label},
    {".txt", Encoding::categorical_label},
    {"_array_one_hot.txt", Encoding::array_one_hot},
    {"_array.txt", Encoding::array_one_hot},
    {"_array_target.txt", Encoding::array_target},
    {"_array_struct_dimension.txt", Encoding::array_struct},
    {"_array_numerical_length.txt", Encoding::array_numerical},
}};

/// Bytes of the line break that a text begins with; 0 when it begins with something else.
std::size_t line_break_size(std::string_view text) noexcept {
  if (text.starts_with("\r\n")) return 2;
  constexpr std::string_view kSingle = "\n\r\v\f\x1c\x1d\x1e";
  if (kSingle.find(text.front()) != std::string_view::npos) return 1;
  if (text.starts_with("\xc2\x85")) return 2;  // U+0085
  const bool is_wide = text.starts_with("\xe2\x80\xa8") || text.starts_with("\xe2\x80\xa9");
  return is_wide ? 3 : 0;  // U+2028, U+2029
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t size = line_break_size(text.substr(at));
    if (size == 0) {
      ++at;
      continue;
    }
    lines.push_back(text.substr(begin, at - begin));
    at += size;
    begin = at;
  }
  if (begin < text.size()) lines.push_back(text.substr(begin));
  return lines;
}

Error line_error(std::size_t line, std::string found, std::string expected) {
  return {Errc::invalid_model, text::message("line {}", line + 1), std::move(found),
          std::move(expected)};
}

/// `category,number,…`: the category and as many numbers as the first line has.
Status read_target_line(std::string_view line, std::size_t number, std::string_view& category,
                        std::vector<double>& values) {
  values.clear();
  std::size_t comma = line.find(',');
  category = line.substr(0, comma);
  while (comma != std::string_view::npos) {
    const std::size_t begin = comma + 1;
    comma = line.find(',', begin);
    const std::string_view part =
        line.substr(begin, comma == std::string_view::npos ? comma : comma - begin);
    double value = 0;
    if (!text::parse_python_float(part, value)) {
      return line_error(number, text::quoted(part), "category,number,…");
    }
    values.push_back(value);
  }
  if (!values.empty()) return {};
  return line_error(number, text::message("{} without numbers", text::quoted(line)),
                    "category,number,…");
}

/// Of lines for one category the last one counts.
Status read_targets(std::span<const std::string_view> lines, Vocabulary& out) {
  std::map<std::string_view, std::size_t> position_of;
  std::vector<double> values;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string_view category;
    TRIVET_TRY(read_target_line(lines[i], i, category, values));
    if (i == 0) out.width = values.size();
    if (values.size() != out.width) {
      return line_error(i, text::message("{} numbers", values.size()),
                        text::message("{}, as the first line has", out.width));
    }
    const auto [at, is_new] = position_of.emplace(category, out.categories.size());
    if (is_new) {
      out.categories.emplace_back(category);
      out.targets.insert(out.targets.end(), values.begin(), values.end());
    } else {
      std::copy(values.begin(), values.end(),
                out.targets.begin() + static_cast<std::ptrdiff_t>(at->second * out.width));
    }
  }
  if (!lines.empty()) return {};
  return line_error(0, "an empty file", "category,number,… for each category");
}

Status read_length(std::string_view content, Vocabulary& out) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = content.find_first_not_of(kBlanks);
  const std::string_view digits =
      first == std::string_view::npos
          ? std::string_view()
          : content.substr(first, content.find_last_not_of(kBlanks) - first + 1);
  std::uint32_t length = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (problem != std::errc() || end != digits.data() + digits.size() || length == 0) {
    return line_error(0, text::quoted(content), "a whole number, 1 or more");
  }
  out.width = length;
  return {};
}

}  // namespace

std::optional<VocabularyName> parse_vocabulary_name(std::string_view file_name) {
  constexpr std::string_view kFolder = "assets/";
  if (!file_name.starts_with(kFolder)) return std::nullopt;
  file_name.remove_prefix(kFolder.size());
  std::uint32_t column = 0;
  const char* const end = file_name.data() + file_name.size();
  const auto [rest, problem] = std::from_chars(file_name.data(), end, column);
  if (problem != std::errc()) return std::nullopt;
  const std::string_view name_end(rest, static_cast<std::size_t>(end - rest));
  for (const NameEnd& known : kNameEnds) {
    if (name_end == known.text) return VocabularyName{column, known.encoding};
  }
  return std::nullopt;
}

Result<Vocabulary> read_vocabulary(std::string_view content, Encoding encoding) {
  const std::size_t broken = base::find_invalid_utf8(content);
  if (broken < content.size()) {
    return Error(Errc::invalid_model, text::message("byte {}", broken), "bytes that aren't UTF-8",
                 "a text in UTF-8");
  }
  Vocabulary out;
  switch (encoding) {
    case Encoding::array_struct:
    case Encoding::array_numerical: TRIVET_TRY(read_length(content, out)); break;
    case Encoding::categorical_target:
    case Encoding::array_target: TRIVET_TRY(read_targets(split_lines(content), out)); break;
    case Encoding::categorical_one_hot:
    case Encoding::categorical_label:
    case Encoding::array_one_hot:
      for (const std::string_view line : split_lines(content)) out.categories.emplace_back(line);
      break;
  }
  return out;
}

}  // namespace trivet::bqml
