// SPDX-License-Identifier: Apache-2.0
// Filling rows.
#include "trivet/batch.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/city_hash.hpp"
#include "base/member_list.hpp"
#include "text/message.hpp"
#include "text/terms.hpp"

namespace trivet::inline v0 {
namespace {

static_assert(kLongestText <= text::kLongestDocument, "texts that would have no terms");

bool holds_strings(const Column& column) noexcept {
  return column.type == ColumnType::text || column.type == ColumnType::bytes;
}

/// What an error says of a column's categories: all of them while that stays readable.
std::string known_categories(const Column& column) {
  constexpr std::size_t kShown = 12;
  std::string list;
  for (std::size_t i = 0; i < std::min(kShown, column.categories.size()); ++i) {
    if (i != 0) list += ", ";
    list += text::quoted(column.categories[i]);
  }
  if (column.categories.size() > kShown) {
    list += text::message(", … ({} in all)", column.categories.size());
  }
  return list;
}

/// The codes 0 … n − 1 in the order of their texts; of equal texts the lowest code comes first.
std::vector<std::uint32_t> codes_by_text(const std::vector<std::string>& names) {
  std::vector<std::uint32_t> order(names.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return names[a] < names[b]; });
  return order;
}

}  // namespace

Batch::Batch(const Signature& signature)
    : signature_(&signature),
      column_count_(signature.columns.size()),
      cell_count_(signature.cell_count()) {
  const bool is_plain = std::all_of(signature.columns.begin(), signature.columns.end(),
                                    [](const Column& column) { return column.cells == 1; });
  std::size_t cell = 0;
  for (const Column& column : signature.columns) {
    if (!is_plain) first_cells_.push_back(std::exchange(cell, cell + column.cells));
  }
  if (std::any_of(signature.columns.begin(), signature.columns.end(), holds_strings)) {
    texts_.resize(column_count_);
  }
  category_order_.resize(column_count_);
  for (std::size_t c = 0; c < column_count_; ++c) {
    const std::vector<std::string>& names = signature.columns[c].categories;
    category_order_[c] = codes_by_text(names);
  }
}

void Batch::clear() noexcept {
  row_count_ = 0;
  floats_.clear();
  doubles_.clear();
  for (TextColumn& column : texts_) {
    column.characters.clear();
    column.offsets.resize(1);
    column.missing.clear();
  }
}

void Batch::reserve(std::size_t rows) {
  if (is_float32()) floats_.reserve(rows * cell_count_);
  else doubles_.reserve(rows * cell_count_);
}

std::size_t Batch::append_row() {
  const std::size_t size = (row_count_ + 1) * cell_count_;
  if (is_float32()) floats_.resize(size, std::numeric_limits<float>::quiet_NaN());
  else doubles_.resize(size, std::numeric_limits<double>::quiet_NaN());
  for (TextColumn& column : texts_) {
    column.offsets.push_back(column.characters.size());
    column.missing.push_back(true);
  }
  return row_count_++;
}

Status Batch::set_text(std::size_t row, std::size_t column, std::string_view value) {
  assert(row < row_count_ && column < column_count_);
  const Column& kind = signature_->columns[column];
  if (kind.type == ColumnType::text) {
    if (row + 1 != row_count_) {
      return Error(Errc::invalid_argument, text::message("row {}", row), "text for an older row",
                   text::message("row {}, the newest: text columns are filled front to back",
                                 row_count_ - 1));
    }
    if (value.size() > kLongestText) {
      return Error(Errc::invalid_request, {}, text::message("a text of {} bytes", value.size()),
                   text::message("at most {}", kLongestText));
    }
    store_text(row, column, value);
    return {};
  }
  if (kind.type != ColumnType::category) {
    return Error(Errc::invalid_request, {}, text::message("the text {}", text::quoted(value)),
                 text::message("a value of type {}", column_type_name(kind.type)));
  }
  if (kind.category_code == CategoryCode::city_hash) {
    set_number(row, column, base::city_hash_code(value));
    return {};
  }
  if (const std::optional<std::size_t> code = find_category(column, value)) {
    set_number(row, column, static_cast<double>(*code));
    return {};
  }
  if (kind.unknown_category == UnknownCategory::missing) {
    set_missing(row, column);
    return {};
  }
  if (kind.unknown_category == UnknownCategory::own_code) {
    set_number(row, column, static_cast<double>(kind.categories.size()));
    return {};
  }
  return unknown_category(column, value);
}

Error Batch::unknown_category(std::size_t column, std::string_view value) const {
  return {Errc::invalid_request,
          {},
          text::message("the unknown category {}", text::quoted(value)),
          text::message("one of {}", known_categories(signature_->columns[column]))};
}

void Batch::set_empty(std::size_t row, std::size_t column) noexcept {
  if (signature_->columns[column].form == ColumnForm::members) {
    assert(row + 1 == row_count_ && "strings go into the newest row");
    TextColumn& texts = texts_[column];
    texts.characters.resize(texts.offsets[row]);
    texts.offsets[row + 1] = texts.offsets[row];
    texts.missing[row] = false;
    return;
  }
  for (std::size_t i = 0; i < signature_->columns[column].cells; ++i) {
    set_element(row, column, i, 0);
  }
}

void Batch::add_member(std::size_t row, std::size_t column, std::string_view name, double number) {
  assert(row + 1 == row_count_ && signature_->columns[column].form == ColumnForm::members);
  TextColumn& texts = texts_[column];
  base::append_member(texts.characters, name, number);
  texts.offsets[row + 1] = texts.characters.size();
}

Status Batch::add_text(std::size_t row, std::size_t column, std::string_view value) {
  const Column& bag = signature_->columns[column];
  assert(bag.form == ColumnForm::bag);
  const auto count_one = [&](std::size_t position) {
    set_element(row, column, position, number_at(row, first_cell(column) + position) + 1);
  };
  if (const std::optional<std::size_t> code = find_category(column, value)) {
    count_one(*code);
  } else if (bag.unknown_category == UnknownCategory::error) {
    return unknown_category(column, value);
  }
  count_one(bag.cells - 1);
  return {};
}

std::optional<std::size_t> Batch::find_category(std::size_t column,
                                                std::string_view value) const noexcept {
  const std::vector<std::string>& names = signature_->columns[column].categories;
  const std::vector<std::uint32_t>& order = category_order_[column];
  const auto at = std::lower_bound(
      order.begin(), order.end(), value,
      [&](std::uint32_t code, std::string_view wanted) { return names[code] < wanted; });
  if (at == order.end() || names[*at] != value) return std::nullopt;
  return *at;
}

void Batch::set_bytes(std::size_t row, std::size_t column, std::string_view bytes) {
  assert(signature_->columns[column].type == ColumnType::bytes);
  store_text(row, column, bytes);
}

void Batch::store_text(std::size_t row, std::size_t column, std::string_view value) {
  assert(row + 1 == row_count_ && "strings go into the newest row");
  TextColumn& texts = texts_[column];
  texts.characters.resize(texts.offsets[row]);
  texts.characters += value;
  texts.offsets[row + 1] = texts.characters.size();
  texts.missing[row] = false;
}

std::span<float> Batch::float_row(std::size_t row) noexcept {
  if (!is_float32()) return {};
  return std::span(floats_).subspan(row * cell_count_, cell_count_);
}

std::span<double> Batch::double_row(std::size_t row) noexcept {
  if (is_float32()) return {};
  return std::span(doubles_).subspan(row * cell_count_, cell_count_);
}

MatrixView<const float> Batch::floats() const noexcept {
  assert(is_float32());
  return {floats_.data(), row_count_, cell_count_};
}

MatrixView<const double> Batch::doubles() const noexcept {
  assert(!is_float32());
  return {doubles_.data(), row_count_, cell_count_};
}

const TextColumn& Batch::text(std::size_t column) const noexcept {
  assert(holds_strings(signature_->columns[column]));
  return texts_[column];
}

}  // namespace trivet::inline v0
