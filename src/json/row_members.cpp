// SPDX-License-Identifier: Apache-2.0
// One instance of a request into one row of a batch: objects with members of any name.
#include "base/try.hpp"
#include "json/row_reader.hpp"
#include "json/token.hpp"
#include "text/message.hpp"

namespace trivet::json {

Status RowReader::read_members(ondemand::value& value, std::string_view token, std::size_t column) {
  if (kind_of(token) != TokenKind::object) return unwanted(token, column);
  ondemand::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return text_.broken();
  batch_->set_empty(row_, column);
  members_.clear();
  for (auto element : object) {
    ondemand::field member;
    if (std::move(element).get(member) != simdjson::SUCCESS) return text_.broken();
    const Result<std::string_view> key = text_.key(member);
    TRIVET_TRY(key);
    member_name_ = *key;
    if (!members_.insert(member_name_).second) {
      return text_.error(text::message("the member {} twice", text::quoted(member_name_)),
                         "each member once");
    }
    ondemand::value content = member.value();
    if (Status status = read_member(content, column); !status) {
      std::string step;
      append_step(step, member_name_);
      return status.error().within(step);
    }
  }
  return {};
}

/// A number or boolean counts under its name; a text as 1 under a name of both, and so does each
/// text of a list.
Status RowReader::read_member(ondemand::value& value, std::size_t column) {
  const std::string_view token = token_of(value);
  const TokenKind kind = kind_of(token);
  double number = token == "true" ? 1 : 0;
  if (kind == TokenKind::boolean || (kind == TokenKind::number && read_double(value, number))) {
    batch_->add_member(row_, column, member_name_, number);
    return {};
  }
  if (kind == TokenKind::text) return add_named_text(value, column);
  if (kind != TokenKind::list) {
    return text_.unwanted(token, "a number, a text or a list of texts");
  }
  ondemand::array list;
  if (value.get_array().get(list) != simdjson::SUCCESS) return text_.broken();
  for (auto element : list) {
    ondemand::value item;
    if (element.get(item) != simdjson::SUCCESS) return text_.broken();
    if (kind_of(token_of(item)) != TokenKind::text) {
      return text_.unwanted(token_of(item), "a text");
    }
    TRIVET_TRY(add_named_text(item, column));
  }
  return {};
}

Status RowReader::add_named_text(ondemand::value& value, std::size_t column) {
  std::string_view content;
  if (!IndexedText::text_of(value, token_of(value), content)) return text_.broken();
  const std::size_t size = member_name_.size();
  member_name_.append(signature_->columns[column].separator).append(content);
  batch_->add_member(row_, column, member_name_, 1);
  member_name_.resize(size);
  return {};
}

}  // namespace trivet::json
