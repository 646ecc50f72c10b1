// SPDX-License-Identifier: Apache-2.0
// A DocumentCursor over JSON text: how model files in JSON are read.
#include "json/document.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "json/indexed_text.hpp"
#include "json/simdjson.hpp"
#include "json/syntax.hpp"
#include "json/token.hpp"

namespace trivet::json {
namespace {

static_assert(base::DocumentCursor::kMaxDepth == kMaxNesting);

constexpr const char* kNumber = "a number";
constexpr const char* kFlag = "true, false, 1 or 0";

/// Whether rounding the decimal text to double and then to float may differ from rounding it once:
/// only when the double lies halfway between two floats, where the text may lie on either side.
bool may_round_twice(double value) noexcept {
  constexpr std::uint64_t kBelowFloat = (std::uint64_t{1} << 29) - 1;
  constexpr std::uint64_t kHalf = std::uint64_t{1} << 28;
  const bool is_halfway = (std::bit_cast<std::uint64_t>(value) & kBelowFloat) == kHalf;
  // Subnormal floats have fewer bits, so their halves look otherwise.
  return is_halfway || (std::fabs(value) < std::numeric_limits<float>::min() && value != 0);
}

float round_once(double number, ondemand::value value) noexcept {
  const std::string_view token = token_of(value);
  float rounded = static_cast<float>(number);
  // Leaves `rounded` alone when the text is out of a float's range.
  std::from_chars(token.data(), token.data() + token.size(), rounded);
  return rounded;
}

// Values are passed by copy: one whose address nobody takes stays in registers.

/// The number as an integer of that type; false when it isn't one.
template <class T>
bool read_integer(ondemand::value value, T& out) noexcept {
  std::int64_t wide = 0;
  double number = 0;
  if (value.get_int64().get(wide) != simdjson::SUCCESS) {
    constexpr double kTwoTo63 = 9223372036854775808.0;
    if (!read_double(value, number) || number != std::trunc(number) || number < -kTwoTo63 ||
        number >= kTwoTo63) {
      return false;
    }
    wide = static_cast<std::int64_t>(number);
  }
  out = static_cast<T>(wide);
  return out == wide;
}

bool read_float(ondemand::value value, float& out) noexcept {
  double number = 0;
  if (read_double(value, number)) {
    out = static_cast<float>(number);
    if (may_round_twice(number)) out = round_once(number, value);
    return true;
  }
  ondemand::value special = value;
  if (!bare_constant(token_of(special), number)) return false;
  out = static_cast<float>(number);
  return true;
}

bool read_wide_float(ondemand::value value, double& out) noexcept {
  if (read_double(value, out)) return true;
  ondemand::value special = value;
  return bare_constant(token_of(special), out);
}

bool read_flag(ondemand::value value, std::uint8_t& out) noexcept {
  const std::string_view token = token_of(value);
  out = token == "true" || token == "1";
  return out != 0 || token == "false" || token == "0";
}

class JsonCursor final : public base::DocumentCursor {
 public:
  Status open(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    TRIVET_TRY(text_.open_in_place(text));
    root_ = without_blanks(text_.text());
    const TokenKind kind = kind_of(root_);
    if (kind == TokenKind::list || kind == TokenKind::object) return {};
    return text_.unwanted(root_, "an object or a list");
  }

  Result<Kind> kind() override {
    switch (kind_of(token())) {
      case TokenKind::null: return Kind::null;
      case TokenKind::boolean: return Kind::boolean;
      case TokenKind::number: return Kind::number;
      case TokenKind::text: return Kind::text;
      case TokenKind::list: return Kind::list;
      case TokenKind::object: return Kind::object;
      case TokenKind::broken: break;
    }
    return here(text_.broken());
  }

  Status members(base::FunctionRef<Status(std::string_view key)> visit) override {
    ondemand::object object;
    TRIVET_TRY(check_depth());
    TRIVET_TRY(take(object));
    for (auto element : object) {
      ondemand::field member;
      if (std::move(element).get(member) != simdjson::SUCCESS) return torn(text_.broken());
      const Result<std::string_view> key = text_.key(member);
      if (!key) return torn(key.error());
      pointer_.push(*key);
      Status status = visit_value(member.value(), [&] { return visit(*key); });
      pointer_.pop();
      if (!status) return status;
    }
    consumed_ = true;
    return {};
  }

  Status items(base::FunctionRef<Status(std::size_t index)> visit) override {
    ondemand::array list;
    TRIVET_TRY(check_depth());
    TRIVET_TRY(take(list));
    std::size_t index = 0;
    for (auto element : list) {
      ondemand::value item;
      if (element.get(item) != simdjson::SUCCESS) return torn(text_.broken());
      pointer_.push(index);
      Status status = visit_value(item, [&] { return visit(index); });
      pointer_.pop();
      if (!status) return status;
      ++index;
    }
    consumed_ = true;
    return {};
  }

  Result<std::string_view> text() override {
    std::string_view content;
    if (consumed_) return fail("a text that is read twice", "one reading");
    if (kind_of(token()) != TokenKind::text) return unwanted("a text");
    if (!IndexedText::text_of(*current_, token(), content)) return here(text_.broken());
    consumed_ = true;
    return content;
  }

  Result<double> number() override {
    double number = 0;
    if (current_ == nullptr) return unwanted(kNumber);
    if (!read_double(*current_, number) && !bare_constant(token(), number)) {
      return here(bad_scalar(token(), kNumber));
    }
    consumed_ = true;
    return number;
  }

  Result<float> narrow_number() override {
    float number = 0;
    if (current_ == nullptr) return unwanted(kNumber);
    if (!read_float(*current_, number)) return here(bad_scalar(token(), kNumber));
    consumed_ = true;
    return number;
  }

  Result<std::int64_t> integer() override {
    std::int64_t number = 0;
    if (current_ == nullptr || !read_integer(*current_, number)) return unwanted("an integer");
    consumed_ = true;
    return number;
  }

  Result<bool> flag() override {
    std::uint8_t flag = 0;
    if (current_ == nullptr || !read_flag(*current_, flag)) return unwanted(kFlag);
    consumed_ = true;
    return flag != 0;
  }

  Status doubles(std::vector<double>& out) override {
    return append(
        out, [](ondemand::value value, double& item) { return read_wide_float(value, item); },
        kNumber);
  }
  Status floats(std::vector<float>& out) override {
    return append(
        out, [](ondemand::value value, float& item) { return read_float(value, item); }, kNumber);
  }
  Status integers(std::vector<std::int32_t>& out) override {
    return append_integers(out, "an integer of 32 bits");
  }
  Status wide_integers(std::vector<std::int64_t>& out) override {
    return append_integers(out, "an integer of 64 bits");
  }
  Status flags(std::vector<std::uint8_t>& out) override {
    return append(
        out, [](ondemand::value value, std::uint8_t& item) { return read_flag(value, item); },
        kFlag);
  }

  Status end() override {
    if (!text_.at_end()) return here(text_.broken());
    return {};
  }

  Error fail(std::string found, std::string expected) const override {
    return here(text_.error(std::move(found), std::move(expected)));
  }

 private:
  [[nodiscard]] std::string_view token() const noexcept {
    return current_ == nullptr ? root_ : token_of(*current_);
  }

  [[nodiscard]] Error here(const Error& error) const { return error.within(pointer_.to_text()); }

  [[nodiscard]] Error unwanted(std::string expected) const {
    return here(text_.unwanted(token(), std::move(expected)));
  }

  [[nodiscard]] Status check_depth() const {
    if (pointer_.depth() < kMaxDepth) return {};
    return fail("nesting too deep", "lists and objects at most 64 deep");
  }

  // The root has calls of its own: they check that the text ends with the bracket it began with.
  Status take(ondemand::object& out) {
    if (kind_of(token()) != TokenKind::object) return unwanted("an object");
    const simdjson::error_code code = current_ == nullptr ? text_.document().get_object().get(out)
                                                          : current_->get_object().get(out);
    if (code != simdjson::SUCCESS) return here(text_.broken());
    return {};
  }
  Status take(ondemand::array& out) {
    if (kind_of(token()) != TokenKind::list) return unwanted("a list");
    const simdjson::error_code code = current_ == nullptr ? text_.document().get_array().get(out)
                                                          : current_->get_array().get(out);
    if (code != simdjson::SUCCESS) return here(text_.broken());
    return {};
  }

  /// The error of a container that can't be read to its end. Should `visit` swallow it, the
  /// document still isn't read on.
  Error torn(const Error& error) {
    is_torn_ = true;
    return here(error);
  }

  /// Stands on a value while `visit` runs, and skips what that leaves.
  template <class Visit>
  Status visit_value(ondemand::value& value, Visit&& visit) {
    ondemand::value* const outer = std::exchange(current_, &value);
    consumed_ = false;
    Status status = visit();
    if (!status) is_torn_ = true;
    else if (is_torn_) status = fail("a value that could not be read", "no reading on");
    else if (!consumed_) {
      status = text_.skip(value, pointer_.depth());
      if (!status) status = here(status.error());
    }
    current_ = outer;
    return status;
  }

  /// Appends all of a list; `read` turns one value into an element or returns false.
  template <class T, class Read>
  Status append(std::vector<T>& out, Read read, const char* expected) {
    ondemand::array list;
    TRIVET_TRY(take(list));
    const std::size_t first = out.size();
    for (auto element : list) {
      T item{};
      if (element.error() != simdjson::SUCCESS) return torn(text_.broken());
      if (!read(element.value_unsafe(), item)) {
        ondemand::value bad = element.value_unsafe();
        pointer_.push(out.size() - first);
        Status status = torn(bad_scalar(token_of(bad), expected));
        pointer_.pop();
        return status;
      }
      out.push_back(item);
    }
    consumed_ = true;
    return {};
  }

  template <class T>
  Status append_integers(std::vector<T>& out, const char* expected) {
    return append(
        out, [](ondemand::value value, T& item) { return read_integer(value, item); }, expected);
  }

  /// A number that isn't read where numbers are wanted is out of range.
  [[nodiscard]] Error bad_scalar(std::string_view token, const char* expected) const {
    const bool is_number = expected == kNumber && kind_of(token) == TokenKind::number;
    return is_number ? text_.unreadable_number(token) : text_.unwanted(token, expected);
  }

  IndexedText text_{Errc::invalid_model};
  std::string_view root_;
  Pointer pointer_;
  ondemand::value* current_ = nullptr;  // null: the root; else on the stack of members() or items()
  bool consumed_ = false;
  bool is_torn_ = false;
};

}  // namespace

Result<std::unique_ptr<base::DocumentCursor>> open_document(std::span<const std::byte> text) {
  auto cursor = std::make_unique<JsonCursor>();
  TRIVET_TRY(cursor->open(text));
  return std::unique_ptr<base::DocumentCursor>(std::move(cursor));
}

Result<Value> read_label(base::DocumentCursor& cursor) {
  using Kind = base::DocumentCursor::Kind;
  const Result<Kind> kind = cursor.kind();
  if (!kind) return kind.error();
  if (*kind == Kind::text) {
    std::string text;
    TRIVET_TRY(cursor.into_text(text));
    return Value(std::move(text));
  }
  if (*kind == Kind::boolean) {
    const Result<bool> flag = cursor.flag();
    if (!flag) return flag.error();
    return Value(*flag);
  }
  if (*kind != Kind::number) return cursor.fail("no text and no number", "the label of a class");
  // Doubles tell whole numbers apart only up to 2^53.
  if (const Result<std::int64_t> whole = cursor.integer()) return Value(*whole);
  const Result<double> number = cursor.number();
  if (!number) return number.error();
  return Value(*number);
}

}  // namespace trivet::json
