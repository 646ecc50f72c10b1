// SPDX-License-Identifier: Apache-2.0
// One instance of a request into one row of a batch: values that aren't plain numbers, and errors.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/try.hpp"
#include "json/row_reader.hpp"
#include "json/token.hpp"
#include "json/value_reader.hpp"
#include "text/message.hpp"
#include "text/python.hpp"

namespace trivet::json {
namespace {

/// The texts that stand for infinities, as protobuf's JSON spells them.
bool infinity_word(std::string_view text, double& out) noexcept {
  if (text != "Infinity" && text != "-Infinity") return false;
  out = std::copysign(std::numeric_limits<double>::infinity(), text.front() == '-' ? -1.0 : 1.0);
  return true;
}

/// What a column that takes a list wants.
std::string wanted_list(const Column& column) {
  if (column.form == ColumnForm::members) return "an object with numbers and texts";
  if (column.form == ColumnForm::list) return text::message("a list of {} numbers", column.cells);
  return column.form == ColumnForm::pairs ? "a list of [position, number] pairs"
                                          : "a list of categories";
}

/// Categories are texts, though a data frame's may have been numbers or booleans: true when this
/// value of JSON spells one of them.
bool spells_category(std::string_view token, const Column& column) {
  const TokenKind kind = kind_of(token);
  return column.type == ColumnType::category &&
         (kind == TokenKind::number || kind == TokenKind::boolean) &&
         std::find(column.categories.begin(), column.categories.end(), token) !=
             column.categories.end();
}

bool is_allowed(double number, const Column& column) {
  if (std::fabs(number) > column.greatest) return false;
  const std::vector<double>& known = column.numbers;
  return known.empty() || std::isnan(number) ||
         std::find(known.begin(), known.end(), number) != known.end();
}

std::string number_within(double greatest) {
  if (std::isinf(greatest)) return "a number";
  if (greatest == std::numeric_limits<double>::max()) return "a finite number";
  return text::message("a number between {} and {}", -greatest, greatest);
}

std::string wanted_value(const Column& column) {
  const std::string or_missing = column.accepts_missing ? " or \"NaN\"" : "";
  if (column.form != ColumnForm::single) return wanted_list(column);
  if (column.coercion == Coercion::python) {
    return column.type == ColumnType::number
               ? "a number, also as a text"
               : "a category: a text, or a number, boolean or null for one";
  }
  switch (column.type) {
    case ColumnType::number:
      if (column.numbers.empty()) return number_within(column.greatest) + or_missing;
      return text::message("one of {} numbers, from {} on", column.numbers.size(),
                           column.numbers.front()) +
             or_missing;
    case ColumnType::category:
      if (column.category_code == CategoryCode::city_hash) return "a text or a whole number";
      return (column.accepts_codes ? "a category or its code" : "a category as a text") +
             or_missing;
    case ColumnType::text: return "a text";
    case ColumnType::bytes: break;
  }
  return "bytes as {\"b64\": \"…\"}";
}

}  // namespace

Status RowReader::read_value(ondemand::value& value, std::size_t column) {
  Status status = read_typed(value, column);
  if (!status) return at_column(status.error(), column);
  return status;
}

Status RowReader::read_typed(ondemand::value& value, std::size_t column) {
  if (std::exchange(is_b64_object_, false)) return store_b64(value, column);
  const std::string_view token = token_of(value);
  const Plan& plan = plans_[column];
  if (plan.form != ColumnForm::single) return read_elements(value, token, column);
  if (plan.coercion == Coercion::python && plan.type == ColumnType::category) {
    return read_python_category(value, column);
  }
  if (token == "null") {
    if (!plans_[column].takes_missing) return unwanted(token, column);
    return {};  // cells of a new row are missing
  }
  switch (plans_[column].type) {
    case ColumnType::number: return read_number(value, token, column);
    case ColumnType::category: return read_category(value, token, column);
    case ColumnType::text: return read_text(value, token, column);
    case ColumnType::bytes: break;
  }
  return read_bytes(value, token, column);
}

Status RowReader::read_number(ondemand::value& value, std::string_view token, std::size_t column) {
  double number = 0;
  TRIVET_TRY(number_of(value, token, column, number));
  if (std::isnan(number) && !plans_[column].takes_missing) return unwanted(token, column);
  if (!is_allowed(number, signature_->columns[column])) return unwanted(token, column);
  batch_->set_number(row_, column, number);
  return {};
}

bool RowReader::number_of_text(std::string_view content, std::size_t column, double& out) const {
  if (plans_[column].coercion == Coercion::python) {
    const std::optional<double>& empty = signature_->columns[column].empty_text;
    if (content.empty() && empty) out = *empty;
    return (content.empty() && empty) || text::parse_python_float(content, out);
  }
  if (!is_nan_word(content)) return infinity_word(content, out);
  out = std::numeric_limits<double>::quiet_NaN();
  return true;
}

Status RowReader::number_of(ondemand::value& value, std::string_view token, std::size_t column,
                            double& number) {
  std::string_view content;
  const TokenKind kind = kind_of(token);
  if (kind == TokenKind::number && read_double(value, number)) return {};
  if (kind == TokenKind::text) {
    if (!IndexedText::text_of(value, token, content)) return text_.broken();
    if (!number_of_text(content, column, number)) return not_a_number(token, column);
  } else if (kind == TokenKind::null && plans_[column].form != ColumnForm::single) {
    number = std::numeric_limits<double>::quiet_NaN();
  } else if (kind == TokenKind::boolean) {
    number = token == "true" ? 1 : 0;
  } else if (kind != TokenKind::number) {
    return not_a_number(token, column);
  } else if (!python_constant(token, number)) {
    return text_.unreadable_number(token);
  }
  return {};
}

/// Of a column's value, or of one number in its list.
Error RowReader::not_a_number(std::string_view token, std::size_t column) const {
  if (plans_[column].form == ColumnForm::single) return unwanted(token, column);
  return text_.unwanted(token, "a number or null");
}

Status RowReader::read_category(ondemand::value& value, std::string_view token,
                                std::size_t column) {
  const Plan& plan = plans_[column];
  const TokenKind kind = kind_of(token);
  double constant = 0;
  if (plan.hashes_text && (kind == TokenKind::number || kind == TokenKind::boolean)) {
    return read_integer_category(token, column);
  }
  if (plan.takes_codes && read_double(value, constant)) {
    batch_->set_number(row_, column, constant);
    return {};
  }
  if (kind == TokenKind::number) {
    const bool is_missing = python_constant(token, constant) && std::isnan(constant);
    if (is_missing && plan.takes_missing) return {};
    return plan.takes_codes && !is_missing ? text_.unreadable_number(token)
                                           : unwanted(token, column);
  }
  if (kind != TokenKind::text) return unwanted(token, column);
  std::string_view content;
  if (!IndexedText::text_of(value, token, content)) return text_.broken();
  if (is_nan_word(content)) {
    const std::vector<std::string>& known = signature_->columns[column].categories;
    const bool is_category =
        plan.has_nan_category && std::find(known.begin(), known.end(), content) != known.end();
    if (!is_category && plan.takes_missing) return {};
  }
  return batch_->set_text(row_, column, content);
}

/// A whole number stands for its decimal text, true for 1 and false for 0; fractions, and numbers
/// written with a point or an exponent, have no text that everybody would agree on.
Status RowReader::read_integer_category(std::string_view token, std::size_t column) {
  if (kind_of(token) == TokenKind::boolean) {
    return batch_->set_text(row_, column, token == "true" ? "1" : "0");
  }
  const std::size_t sign = token.starts_with('-') ? 1 : 0;
  const bool is_whole =
      token.size() > sign && token.find_first_not_of("0123456789", sign) == std::string_view::npos;
  if (!is_whole) return unwanted(token, column);
  if (token.size() > sign + 1 && token[sign] == '0') return text_.broken();  // 007 is no JSON
  return batch_->set_text(row_, column, token == "-0" ? "0" : token);
}

Status RowReader::read_text(ondemand::value& value, std::string_view token, std::size_t column) {
  if (kind_of(token) != TokenKind::text) return unwanted(token, column);
  std::string_view content;
  if (!IndexedText::text_of(value, token, content)) return text_.broken();
  return batch_->set_text(row_, column, content);
}

Status RowReader::read_bytes(ondemand::value& value, std::string_view token, std::size_t column) {
  if (kind_of(token) != TokenKind::object) return unwanted(token, column);
  ondemand::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return text_.broken();
  std::size_t count = 0;
  for (auto element : object) {
    ondemand::field member;
    if (std::move(element).get(member) != simdjson::SUCCESS) return text_.broken();
    const Result<std::string_view> key = text_.key(member);
    TRIVET_TRY(key);
    if (count++ != 0 || *key != "b64") {
      return text_.error(text::message("an object with {}", text::quoted(*key)),
                         wanted_value(signature_->columns[column]));
    }
    TRIVET_TRY(store_b64(member.value(), column));
  }
  if (count == 0) return unwanted(token, column);
  return {};
}

Status RowReader::store_b64(ondemand::value& value, std::size_t column) {
  const std::string_view token = token_of(value);
  if (kind_of(token) != TokenKind::text) return unwanted(token, column);
  std::string_view content;
  if (!IndexedText::text_of(value, token, content)) return text_.broken();
  bytes_.clear();
  TRIVET_TRY(decode_b64(text_, content, bytes_));
  batch_->set_bytes(row_, column, bytes_);
  return {};
}

Error RowReader::unwanted(std::string_view token, std::size_t column) const {
  const Column& wanted = signature_->columns[column];
  std::string expected = spells_category(token, wanted)
                             ? text::message("the category as a text: {}", text::quoted(token))
                             : wanted_value(wanted);
  if (!by_name_ && !wanted.name.empty()) {
    expected += text::message(" for the column {}", text::quoted(wanted.name));
  }
  const bool may_be_base64 = wanted.type == ColumnType::bytes && kind_of(token) == TokenKind::text;
  if (may_be_base64) return text_.error("a text", std::move(expected));
  return text_.unwanted(token, std::move(expected));
}

Error RowReader::unknown_column(std::string_view name) const {
  // Beyond these bounds a search for similar names would take noticeable time.
  constexpr std::size_t kLongestName = 64;
  constexpr std::size_t kMostColumns = 4096;
  std::string found = text::message("the unknown member {}", text::quoted(name));
  if (!columns_.has_names()) {
    return text_.error(std::move(found), "a list: this model's columns have no names");
  }
  std::string_view meant;
  if (name.size() <= kLongestName && column_count_ <= kMostColumns) {
    meant = text::closest(name, signature_->columns,
                          [](const Column& column) { return std::string_view(column.name); });
  }
  std::string expected = "the model's columns only";
  if (!meant.empty()) expected += text::message("; did you mean {}?", text::quoted(meant));
  return text_.error(std::move(found), std::move(expected));
}

Error RowReader::missing_columns(std::size_t found) const {
  const auto at = std::find_if(seen_.begin(), seen_.end(),
                               [&](std::uint64_t number) { return number != object_number_; });
  const auto column = static_cast<std::size_t>(at - seen_.begin());
  std::string name = columns_.has_names() ? signature_->columns[column].name : "";
  if (name.empty()) name = text::message("{}", column);
  const std::size_t others = column_count_ - found - 1;
  return text_.error(
      text::message("no member {}{}", text::quoted(name),
                    others == 0 ? "" : text::message(" and {} more missing", others)),
      column_count_ == 1
          ? std::string("the model's one column, an absent value as null or \"NaN\"")
          : text::message("all {} columns, absent values as null or \"NaN\"", column_count_));
}

Error RowReader::at_column(const Error& error, std::size_t column) const {
  std::string step;
  const std::string& name = signature_->columns[column].name;
  if (by_name_ && !name.empty()) append_step(step, name);
  else append_step(step, column);
  return error.within(step);
}

}  // namespace trivet::json
