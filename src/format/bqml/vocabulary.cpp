// SPDX-License-Identifier: Apache-2.0
// Reads vocabularies line by line, with the lines of Python's str.splitlines().
#include "format/bqml/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <numeric>
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

/// Calls `visit(line, number from 0 on)` for each line, until one visit is an error.
template <class Visit>
Status each_line(std::string_view text, Visit&& visit) {
  std::size_t number = 0;
  std::size_t begin = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t size = line_break_size(text.substr(at));
    if (size == 0) {
      ++at;
      continue;
    }
    TRIVET_TRY(visit(text.substr(begin, at - begin), number++));
    at += size;
    begin = at;
  }
  if (begin == text.size()) return {};
  return visit(text.substr(begin), number);
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

/// Before anything is kept of them.
Status count_lines(std::string_view content, std::size_t& count) {
  constexpr std::size_t kLimit = std::size_t{1} << 24;  // XGBoost's floats tell as many codes apart
  count = 0;
  return each_line(content, [&](std::string_view, std::size_t number) -> Status {
    if (count++ < kLimit) return {};
    return line_error(number, text::message("more than {} lines", kLimit),
                      text::message("at most {} categories", kLimit));
  });
}

Status add_target_line(std::string_view line, std::size_t number, std::vector<double>& values,
                       Vocabulary& out) {
  std::string_view category;
  TRIVET_TRY(read_target_line(line, number, category, values));
  if (number == 0) out.width = values.size();
  if (values.size() != out.width) {
    return line_error(number, text::message("{} numbers", values.size()),
                      text::message("{}, as the first line has", out.width));
  }
  out.targets.insert(out.targets.end(), values.begin(), values.end());
  out.categories.emplace_back(category);
  return {};
}

/// A category in two lines would have two codes, or two rows of numbers. O(n log n).
Status check_vocabulary(const Vocabulary& vocabulary) {
  const std::vector<std::string>& names = vocabulary.categories;
  if (names.empty()) return line_error(0, "an empty file", "a line for each category");
  std::vector<std::uint32_t> order(names.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return names[a] < names[b]; });
  const auto twice =
      std::adjacent_find(order.begin(), order.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return names[a] == names[b]; });
  if (twice == order.end()) return {};
  const std::uint32_t second = *(twice + 1);
  return line_error(second, text::message("a second {}", text::quoted(names[second])),
                    "each category once");
}

Status read_categories(std::string_view content, bool has_targets, Vocabulary& out) {
  std::size_t count = 0;
  TRIVET_TRY(count_lines(content, count));
  out.categories.reserve(count);
  std::vector<double> values;
  TRIVET_TRY(each_line(content, [&](std::string_view line, std::size_t number) -> Status {
    if (has_targets) return add_target_line(line, number, values, out);
    out.categories.emplace_back(line);
    return {};
  }));
  return check_vocabulary(out);
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
    case Encoding::array_target: TRIVET_TRY(read_categories(content, true, out)); break;
    case Encoding::categorical_one_hot:
    case Encoding::categorical_label:
    case Encoding::array_one_hot: TRIVET_TRY(read_categories(content, false, out)); break;
  }
  return out;
}

}  // namespace trivet::bqml
