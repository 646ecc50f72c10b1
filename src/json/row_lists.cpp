// SPDX-License-Identifier: Apache-2.0
// One instance of a request into one row of a batch: columns that take a list, and scalars as
// Python sees them.
#include <charconv>
#include <limits>
#include <system_error>

#include "base/try.hpp"
#include "json/row_reader.hpp"
#include "json/token.hpp"
#include "text/message.hpp"
#include "text/python.hpp"

namespace trivet::json {
namespace {

Error within_element(const Error& error, std::size_t index) {
  std::string step;
  append_step(step, index);
  return error.within(step);
}

/// A whole number without a point or an exponent, as Python takes it for a position.
bool parse_position(std::string_view token, std::int64_t& out) noexcept {
  const auto [end, problem] = std::from_chars(token.data(), token.data() + token.size(), out);
  return problem == std::errc() && end == token.data() + token.size();
}

/// Digits behind an optional sign, without zeros in front, which JSON has no numbers with.
bool is_whole_number(std::string_view token) noexcept {
  const std::string_view digits = token.substr(token.starts_with('-') ? 1 : 0);
  return !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos &&
         (digits.size() == 1 || digits.front() != '0');
}

}  // namespace

Status RowReader::read_elements(ondemand::value& value, std::string_view token,
                                std::size_t column) {
  if (plans_[column].form == ColumnForm::members) return read_members(value, token, column);
  if (plans_[column].form == ColumnForm::anything) return {};
  if (token == "null" && plans_[column].takes_missing) return {};
  ondemand::array list;
  if (kind_of(token) != TokenKind::list) return unwanted(token, column);
  if (value.get_array().get(list) != simdjson::SUCCESS) return text_.broken();
  const ColumnForm form = plans_[column].form;
  if (form == ColumnForm::bag) batch_->set_empty(row_, column);
  std::size_t count = 0;
  for (auto element : list) {
    ondemand::value item;
    if (element.get(item) != simdjson::SUCCESS) return text_.broken();
    const std::size_t index = count++;
    Status status = form == ColumnForm::list    ? read_list_number(item, column, index)
                    : form == ColumnForm::pairs ? read_pair(item, column)
                                                : read_bag_value(item, column);
    if (!status) return within_element(status.error(), index);
  }
  const std::size_t wanted = signature_->columns[column].cells;
  if (form != ColumnForm::list || count == wanted) return {};
  return text_.error(text::message("a list of {} values", count),
                     text::message("{}, as the model was trained with", wanted));
}

Status RowReader::read_list_number(ondemand::value& item, std::size_t column, std::size_t index) {
  if (index >= signature_->columns[column].cells) {
    return text_.skip(item, 4);  // only counted, for the message
  }
  double number = 0;
  TRIVET_TRY(number_of(item, token_of(item), column, number));
  batch_->set_element(row_, column, index, number);
  return {};
}

Status RowReader::read_pair(ondemand::value& item, std::size_t column) {
  const std::string_view token = token_of(item);
  ondemand::array pair;
  if (kind_of(token) != TokenKind::list) return text_.unwanted(token, "[position, number]");
  if (item.get_array().get(pair) != simdjson::SUCCESS) return text_.broken();
  std::size_t count = 0;
  std::size_t position = 0;
  double number = std::numeric_limits<double>::quiet_NaN();
  for (auto element : pair) {
    ondemand::value part;
    if (element.get(part) != simdjson::SUCCESS) return text_.broken();
    Status status;
    if (count == 0) status = read_pair_position(token_of(part), column, position);
    else if (count == 1) status = number_of(part, token_of(part), column, number);
    else status = text_.skip(part, 5);
    if (!status) return within_element(status.error(), count);
    ++count;
  }
  if (count != 2) {
    return text_.error(text::message("a list of {} values", count), "[position, number]");
  }
  batch_->set_element(row_, column, position, number);
  return {};
}

Status RowReader::read_pair_position(std::string_view token, std::size_t column,
                                     std::size_t& position) const {
  const std::size_t limit = signature_->columns[column].cells;
  std::int64_t number = -1;
  const bool fits =
      parse_position(token, number) && number >= 0 && static_cast<std::uint64_t>(number) < limit;
  if (!fits) {
    return text_.unwanted(token, text::message("a position: 0 to {}", limit == 0 ? 0 : limit - 1));
  }
  position = static_cast<std::size_t>(number);
  return {};
}

Status RowReader::read_bag_value(ondemand::value& item, std::size_t column) {
  std::string_view content;
  TRIVET_TRY(text_of_scalar(item, column, content));
  return batch_->add_text(row_, column, content);
}

Status RowReader::read_python_category(ondemand::value& value, std::size_t column) {
  std::string_view content;
  TRIVET_TRY(text_of_scalar(value, column, content));
  return batch_->set_text(row_, column, content);
}

Status RowReader::text_of_scalar(ondemand::value& value, std::size_t column,
                                 std::string_view& out) {
  const std::string_view token = token_of(value);
  const TokenKind kind = kind_of(token);
  if (kind == TokenKind::text) {
    if (!IndexedText::text_of(value, token, out)) return text_.broken();
    return {};
  }
  if (plans_[column].coercion != Coercion::python)
    return text_.unwanted(token, "a category as a text");
  scalar_text_.clear();
  switch (kind) {
    case TokenKind::null: scalar_text_ = "None"; break;
    case TokenKind::boolean: scalar_text_ = token == "true" ? "True" : "False"; break;
    case TokenKind::number: TRIVET_TRY(spell_number(value, token)); break;
    default: return text_.unwanted(token, "a text, or a number, boolean or null for one");
  }
  out = scalar_text_;
  return {};
}

/// Integers of any length keep their digits; other numbers are spelt as Python spells a float.
Status RowReader::spell_number(ondemand::value& value, std::string_view token) {
  double number = 0;
  if (is_whole_number(token)) {
    scalar_text_ = token == "-0" ? "0" : token;
    return {};
  }
  if (!read_double(value, number) && !python_constant(token, number)) {
    return text_.unreadable_number(token);
  }
  text::append_python_float(scalar_text_, number);
  return {};
}

}  // namespace trivet::json
