// SPDX-License-Identifier: Apache-2.0
// A JSON text that simdjson has indexed, and what On-Demand leaves to its users.
#include "json/indexed_text.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <utility>

#include "base/try.hpp"
#include "base/utf8.hpp"
#include "json/syntax.hpp"
#include "json/token.hpp"
#include "text/message.hpp"

namespace trivet::json {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kSmallestBuffer = 4096;

/// What stands at a place, for messages. The content of texts isn't shown: it may be base64.
std::string describe_place(std::string_view rest) {
  constexpr std::size_t kShown = 16;
  if (rest.empty()) return "the end";
  if (rest.front() == '"') return "a text";
  return text::quoted(rest.substr(0, std::min(kShown, rest.find('"'))), kShown);
}

/// Steps over a text. simdjson doesn't step over one that is left alone, but takes it for a name
/// when a colon follows, in lists too.
bool pass_text(ondemand::value& value) noexcept {
  return value.get_raw_json_string().error() == simdjson::SUCCESS;
}

}  // namespace

Status IndexedText::open(std::string_view text) {
  copy(text);
  return index(text_.data(), text_.size());
}

Status IndexedText::open_in_list(std::string_view text) {
  copy(text);
  char* const begin = buffer_.get();
  begin[0] = '[';
  begin[1 + text_.size()] = ']';
  return index(begin, text_.size() + 2);
}

Status IndexedText::open_in_place(std::string_view text) {
  // simdjson may take the first byte behind an unfinished text for its next token.
  if (text.data()[text.size()] != '\0') return open(text);
  dropped_bytes_ = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  text_ = text.substr(dropped_bytes_);
  return index(text_.data(), text_.size());
}

void IndexedText::copy(std::string_view text) {
  dropped_bytes_ = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  text.remove_prefix(dropped_bytes_);
  const std::size_t needed = text.size() + 2 + simdjson::SIMDJSON_PADDING;
  if (needed > buffer_size_) {
    buffer_size_ = std::bit_ceil(std::max(needed, kSmallestBuffer));
    buffer_.reset(new char[buffer_size_]);  // not make_unique, which would fill it
  }
  char* const begin = buffer_.get() + 1;
  if (!text.empty()) std::memcpy(begin, text.data(), text.size());
  std::memset(begin + text.size(), 0, 1 + simdjson::SIMDJSON_PADDING);
  text_ = {begin, text.size()};
}

Status IndexedText::index(const char* begin, std::size_t size) {
  if (size > parser_.capacity()) {
    const std::size_t rounded = std::bit_ceil(std::max(size, kSmallestBuffer));
    const std::size_t capacity = std::max(size, std::min(rounded, parser_.max_capacity()));
    if (const auto code = parser_.allocate(capacity)) return refused(code);
  }
  const simdjson::padded_string_view padded(begin, size, size + simdjson::SIMDJSON_PADDING);
  if (const auto code = parser_.iterate(padded).get(document_)) return refused(code);
  return {};
}

Error IndexedText::refused(simdjson::error_code code) const {
  switch (code) {
    case simdjson::UTF8_ERROR:
      return error("malformed UTF-8", "text in UTF-8")
          .within(text::message("byte {}", base::find_invalid_utf8(text_) + dropped_bytes_));
    case simdjson::EMPTY: return error("an empty text", "a JSON value");
    case simdjson::CAPACITY:
      return error(text::message("{} bytes of JSON", text_.size()),
                   text::message("at most {} bytes", parser_.max_capacity()));
    case simdjson::MEMALLOC:
      return {Errc::out_of_memory, {}, text::message("no memory for {} bytes", text_.size()), {}};
    default: return broken();
  }
}

bool IndexedText::at_end() noexcept {
  const char* location = nullptr;
  return document_.current_location().get(location) == simdjson::OUT_OF_BOUNDS;
}

Result<std::string_view> IndexedText::key(ondemand::field& member) {
  const char* const first = member.key().raw();
  const char* const end = text_.data() + text_.size();
  const char* last = first;
  while (last < end && *last != '"' && *last != '\\') ++last;
  std::string_view name(first, static_cast<std::size_t>(last - first));
  const bool has_escape = last < end && *last == '\\';
  if (has_escape && member.unescaped_key().get(name) != simdjson::SUCCESS) return broken();
  if (name.size() > kMaxKeyBytes) {
    return error(text::message("the member {}", text::quoted(name)),
                 text::message("names of at most {} bytes", kMaxKeyBytes));
  }
  return name;
}

bool IndexedText::text_of(ondemand::value& value, std::string_view token,
                          std::string_view& out) noexcept {
  const bool is_whole = token.size() >= 2 && token.front() == '"' && token.back() == '"';
  if (!is_whole || std::memchr(token.data(), '\\', token.size()) != nullptr) {
    return value.get_string().get(out) == simdjson::SUCCESS;
  }
  out = token.substr(1, token.size() - 2);
  return pass_text(value);
}

Status IndexedText::skip(ondemand::value& value, std::size_t depth) const {
  std::string_view raw = token_of(value);
  const TokenKind kind = kind_of(raw);
  simdjson::error_code code = simdjson::SUCCESS;
  if (kind == TokenKind::list) {
    ondemand::array list;
    code = value.get_array().get(list);
    if (code == simdjson::SUCCESS) code = list.raw_json().get(raw);
  } else if (kind == TokenKind::object) {
    ondemand::object object;
    code = value.get_object().get(object);
    if (code == simdjson::SUCCESS) code = object.raw_json().get(raw);
  } else if (kind == TokenKind::text && !pass_text(value)) {
    code = simdjson::TAPE_ERROR;
  }
  if (code != simdjson::SUCCESS || find_syntax_error(raw, depth)) return broken();
  return {};
}

Error IndexedText::broken() const {
  const std::optional<SyntaxError> fault = find_syntax_error(text_);
  if (!fault) return error("malformed JSON", {});
  const std::string before = describe_place(text_.substr(fault->offset));
  return error(text::message("{} before {}",
                             fault->too_deep ? "nesting too deep" : "malformed JSON", before),
               std::string(fault->expected))
      .within(text::message("byte {}", fault->offset + dropped_bytes_));
}

Error IndexedText::unwanted(std::string_view token, std::string expected) const {
  const TokenKind kind = kind_of(token);
  const bool is_container = kind == TokenKind::list || kind == TokenKind::object;
  if (!is_container && find_syntax_error(token)) return broken();
  return error(describe(token), std::move(expected));
}

Error IndexedText::unreadable_number(std::string_view token) const {
  if (find_syntax_error(token)) return broken();
  if (double ignored = 0; bare_constant(token, ignored)) {
    return error(text::message("the word {}", token), "a number, or NaN for a missing value");
  }
  return error(describe(token) + ", which is out of range",
               "a number between -1.7976931348623157e+308 and 1.7976931348623157e+308");
}

}  // namespace trivet::json
