// SPDX-License-Identifier: Apache-2.0
// One instance of a request into one row of a batch: rows.
#include "json/row_reader.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/try.hpp"
#include "json/token.hpp"
#include "text/message.hpp"

namespace trivet::json {
namespace {

/// `1 value`, `3 values`.
std::string counted(std::size_t count, std::string_view noun) {
  return text::message("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// The number that a text of digits is, as lists are numbered; `limit` when it isn't below that.
std::size_t list_position(std::string_view text, std::size_t limit) noexcept {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return limit;
  std::size_t position = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return limit;
    position = position * 10 + static_cast<std::size_t>(c - '0');
    if (position >= limit) return limit;
  }
  return position;
}

}  // namespace

void RowReader::prepare(const Signature& signature) {
  if (signature_ == &signature && column_count_ == signature.columns.size()) return;
  signature_ = &signature;
  column_count_ = signature.columns.size();
  columns_.build(signature.columns);
  seen_.assign(column_count_, 0);
  object_number_ = 0;
  plans_.clear();
  // In a row where columns take several cells, a position is not a cell.
  const bool is_plain = std::all_of(signature.columns.begin(), signature.columns.end(),
                                    [](const Column& column) { return column.cells == 1; });
  for (const Column& column : signature.columns) {
    const bool is_code = column.type == ColumnType::category && column.accepts_codes;
    const bool is_single = is_plain && column.form == ColumnForm::single && column.numbers.empty();
    plans_.push_back({.type = column.type,
                      .takes_numbers = is_single && (column.type == ColumnType::number || is_code),
                      .takes_missing = column.accepts_missing,
                      .has_nan_category = std::any_of(column.categories.begin(),
                                                      column.categories.end(), is_nan_word),
                      .hashes_text = column.type == ColumnType::category &&
                                     column.category_code == CategoryCode::city_hash,
                      .takes_codes = is_code,
                      .form = column.form,
                      .coercion = column.coercion,
                      .greatest = column.greatest});
  }
}

Status RowReader::read(ondemand::value instance, Batch& batch) {
  batch_ = &batch;
  row_ = batch.append_row();
  by_name_ = false;
  is_b64_object_ = false;
  // Values are counted by column; cells are only written here where each column takes one.
  if (signature_->cell_type == DType::float32) {
    return read_row(instance, batch.float_row(row_).first(column_count_));
  }
  return read_row(instance, batch.double_row(row_).first(column_count_));
}

template <class Cell>
Status RowReader::read_row(ondemand::value& instance, std::span<Cell> cells) {
  const std::string_view token = token_of(instance);
  const TokenKind kind = kind_of(token);
  if (column_count_ == 1 && plans_[0].form == ColumnForm::members) {
    return read_members(instance, token, 0);
  }
  if (column_count_ == 1 && plans_[0].form == ColumnForm::anything) return {};
  if (kind == TokenKind::list) return read_list(instance, cells);
  if (kind == TokenKind::object) return read_object(instance, cells);
  if (column_count_ == 1 && signature_->accepts_columns_by_position) return read_typed(instance, 0);
  std::string wanted = columns_.has_names() ? "an object by column name" : "";
  if (signature_->accepts_columns_by_position) {
    wanted = text::message("a list of {}{}{}", counted(column_count_, "value"),
                           wanted.empty() ? "" : ", or ", wanted);
  }
  return text_.unwanted(token, std::move(wanted));
}

template <class Cell>
Status RowReader::read_list(ondemand::value& instance, std::span<Cell> cells) {
  if (!signature_->accepts_columns_by_position) {
    return text_.error("a list", "an object by column name");
  }
  ondemand::array list;
  if (instance.get_array().get(list) != simdjson::SUCCESS) return text_.broken();
  std::size_t count = 0;
  for (auto element : list) {
    const std::size_t column = count++;
    double number = 0;
    if (column < cells.size() && plans_[column].takes_numbers &&
        element.error() == simdjson::SUCCESS && read_double(element.value_unsafe(), number) &&
        std::fabs(number) <= plans_[column].greatest) {
      cells[column] = static_cast<Cell>(number);
      continue;
    }
    ondemand::value value;
    if (element.get(value) != simdjson::SUCCESS) return text_.broken();
    if (column >= cells.size()) continue;  // only counted, for the message
    TRIVET_TRY(read_value(value, column));
  }
  if (count == cells.size()) return {};
  return text_.error(text::message("a list of {}", counted(count, "value")),
                     text::message("{}, one a column", counted(cells.size(), "value")));
}

template <class Cell>
Status RowReader::read_object(ondemand::value& instance, std::span<Cell> cells) {
  by_name_ = true;
  ++object_number_;
  ondemand::object object;
  if (instance.get_object().get(object) != simdjson::SUCCESS) return text_.broken();
  std::size_t count = 0;
  for (auto element : object) {
    if (element.error() != simdjson::SUCCESS) return text_.broken();
    ondemand::field&& member = std::move(element).value_unsafe();
    const ColumnIndex::Spelled guess = columns_.guess(count);
    std::size_t column = guess.column;
    if (!text_.is_spelled(member, guess.name)) {
      // Copies, so that the variables of the usual way can stay in registers.
      ondemand::field unexpected = member;
      std::size_t found = 0;
      TRIVET_TRY(find_column(unexpected, found));
      columns_.learn(count, found);
      column = found;
    }
    if (std::exchange(seen_[column], object_number_) == object_number_) {
      return at_column(text_.error("a column that stands twice", "each column once"), column);
    }
    ++count;
    double number = 0;
    if (plans_[column].takes_numbers && read_double(member.value(), number) &&
        std::fabs(number) <= plans_[column].greatest) {
      cells[column] = static_cast<Cell>(number);
      continue;
    }
    ondemand::value value = member.value();
    TRIVET_TRY(read_value(value, column));
  }
  if (count != cells.size()) return missing_columns(count);
  return {};
}

Status RowReader::find_column(ondemand::field& member, std::size_t& column) {
  const Result<std::string_view> key = text_.key(member);
  TRIVET_TRY(key);
  column = columns_.find(*key);
  if (column != ColumnIndex::kNone) return {};
  if (column_count_ == 1 && plans_[0].type == ColumnType::bytes && *key == "b64") {
    is_b64_object_ = true;
    column = 0;
    return {};
  }
  // Some clients send a list as an object keyed by position.
  column =
      signature_->accepts_columns_by_position ? list_position(*key, column_count_) : column_count_;
  if (column == column_count_) return unknown_column(*key);
  return {};
}

}  // namespace trivet::json
