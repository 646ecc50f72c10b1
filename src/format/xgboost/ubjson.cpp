// SPDX-License-Identifier: Apache-2.0
// The DocumentCursor over UBJSON: keeps the path while UbjsonReader reads the pieces.
#include "format/xgboost/ubjson.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "format/xgboost/ubjson_reader.hpp"
#include "text/message.hpp"

namespace trivet::xgboost {
namespace {

class UbjsonCursor final : public base::DocumentCursor {
 public:
  explicit UbjsonCursor(std::span<const std::byte> bytes) : reader_(bytes) {}

  Result<Kind> kind() override;
  Status members(base::FunctionRef<Status(std::string_view key)> visit) override;
  Status items(base::FunctionRef<Status(std::size_t index)> visit) override;
  Result<std::string_view> text() override;
  Result<double> number() override;
  Result<std::int64_t> integer() override;
  Result<bool> flag() override;
  Status floats(std::vector<float>& out) override { return list(out, "a list of numbers"); }
  Status doubles(std::vector<double>& out) override;
  Status integers(std::vector<std::int32_t>& out) override {
    return list(out, "a list of whole numbers");
  }
  Status wide_integers(std::vector<std::int64_t>& out) override {
    return list(out, "a list of whole numbers");
  }
  Status flags(std::vector<std::uint8_t>& out) override;
  Status end() override;
  Error fail(std::string found, std::string expected) const override {
    return {Errc::invalid_model, pointer(), std::move(found), std::move(expected)};
  }

 private:
  /// A container that the cursor is inside of.
  struct Frame {
    bool in_object = false;
    std::string_view key;   // of the member
    std::size_t index = 0;  // of the item
  };

  [[nodiscard]] std::string pointer() const;
  /// Gives an error of the reader its place.
  [[nodiscard]] Status placed(Status status) const {
    return status ? std::move(status) : Status(status.error().within(pointer()));
  }
  [[nodiscard]] Status start() { return type_ == 0 ? placed(reader_.type(type_)) : Status{}; }
  [[nodiscard]] Status want(char type, std::string_view expected);
  [[nodiscard]] Status enter(bool in_object, UbjsonContainer& box);
  [[nodiscard]] Status begin_item(const UbjsonContainer& box);
  [[nodiscard]] Status end_item();
  template <class Out>
  [[nodiscard]] Status list(std::vector<Out>& out, std::string_view expected);

  UbjsonReader reader_;  // behind the marker of the value that the cursor stands on
  char type_ = 0;        // that marker; 0 before the first
  bool pending_ = true;  // the value has not been consumed
  std::size_t depth_ = 0;
  std::array<Frame, kMaxDepth> frames_{};
};

std::string UbjsonCursor::pointer() const {
  constexpr std::size_t kKeyLimit = 64;
  std::string out;
  for (std::size_t i = 0; i < depth_; ++i) {
    out += '/';
    if (!frames_[i].in_object) {
      out += std::to_string(frames_[i].index);
      continue;
    }
    for (const char c : frames_[i].key.substr(0, kKeyLimit)) {
      if (c == '~') out += "~0";
      else if (c == '/') out += "~1";
      else out += c >= ' ' && c < '\x7f' ? c : '?';
    }
  }
  return out;
}

Status UbjsonCursor::want(char type, std::string_view expected) {
  TRIVET_TRY(start());
  if (type_ == type) return {};
  return fail(ubjson_marker_name(type_), std::string(expected));
}

Status UbjsonCursor::enter(bool in_object, UbjsonContainer& box) {
  TRIVET_TRY(placed(reader_.open(box)));
  if (depth_ == kMaxDepth) {
    return fail("deeper nesting", text::message("at most {} levels", kMaxDepth));
  }
  frames_[depth_++] = {in_object, {}, 0};
  return {};
}

Status UbjsonCursor::begin_item(const UbjsonContainer& box) {
  type_ = box.item_type;
  pending_ = true;
  return start();
}

Status UbjsonCursor::end_item() {
  if (!pending_) return {};
  pending_ = false;
  return placed(reader_.skip(type_, depth_));
}

Result<base::DocumentCursor::Kind> UbjsonCursor::kind() {
  TRIVET_TRY(start());
  switch (type_) {
    case '{': return Kind::object;
    case '[': return Kind::list;
    case 'S': return Kind::text;
    case 'T':
    case 'F': return Kind::boolean;
    case 'Z': return Kind::null;
    default: break;
  }
  if (ubjson_scalar_bytes(type_) > 0) return Kind::number;
  return fail(ubjson_marker_name(type_), "a UBJSON value");
}

Status UbjsonCursor::members(base::FunctionRef<Status(std::string_view key)> visit) {
  TRIVET_TRY(want('{', "an object"));
  UbjsonContainer box;
  TRIVET_TRY(enter(true, box));
  Frame& frame = frames_[depth_ - 1];
  for (std::uint64_t i = 0;; ++i) {
    frame.key = {};
    const Result<bool> more = reader_.more(box, i, '}');
    if (!more) return more.error().within(pointer());
    if (!*more) break;
    TRIVET_TRY(placed(reader_.text(frame.key)));
    TRIVET_TRY(begin_item(box));
    TRIVET_TRY(visit(frame.key));
    TRIVET_TRY(end_item());
  }
  --depth_;
  pending_ = false;
  return {};
}

Status UbjsonCursor::items(base::FunctionRef<Status(std::size_t index)> visit) {
  TRIVET_TRY(want('[', "a list"));
  UbjsonContainer box;
  TRIVET_TRY(enter(false, box));
  Frame& frame = frames_[depth_ - 1];
  for (std::uint64_t i = 0;; ++i) {
    frame.index = static_cast<std::size_t>(i);
    const Result<bool> more = reader_.more(box, i, ']');
    if (!more) return more.error().within(pointer());
    if (!*more) break;
    TRIVET_TRY(begin_item(box));
    TRIVET_TRY(visit(frame.index));
    TRIVET_TRY(end_item());
  }
  --depth_;
  pending_ = false;
  return {};
}

Result<std::string_view> UbjsonCursor::text() {
  TRIVET_TRY(want('S', "a text"));
  std::string_view out;
  TRIVET_TRY(placed(reader_.text(out)));
  pending_ = false;
  return out;
}

Result<double> UbjsonCursor::number() {
  TRIVET_TRY(start());
  double out = 0;
  TRIVET_TRY(placed(reader_.number(type_, out)));
  pending_ = false;
  return out;
}

Result<std::int64_t> UbjsonCursor::integer() {
  TRIVET_TRY(start());
  std::int64_t out = 0;
  TRIVET_TRY(placed(reader_.integer(type_, out)));
  pending_ = false;
  return out;
}

Result<bool> UbjsonCursor::flag() {
  TRIVET_TRY(start());
  if (type_ == 'T' || type_ == 'F') {
    pending_ = false;
    return type_ == 'T';
  }
  const Result<std::int64_t> number = integer();
  if (!number) return number.error();
  if (*number == 0 || *number == 1) return *number == 1;
  return fail(text::message("the flag {}", *number), "a boolean, 0 or 1");
}

Status UbjsonCursor::doubles(std::vector<double>& out) {
  return items([&](std::size_t) -> Status {
    const Result<double> item = number();
    if (!item) return item.error();
    out.push_back(*item);
    return {};
  });
}

template <class Out>
Status UbjsonCursor::list(std::vector<Out>& out, std::string_view expected) {
  TRIVET_TRY(want('[', expected));
  pending_ = false;
  return placed(reader_.list(out));
}

Status UbjsonCursor::flags(std::vector<std::uint8_t>& out) {
  constexpr std::string_view kExpected = "a list of booleans, or of 0 and 1";
  const std::size_t first = out.size();
  TRIVET_TRY(list(out, kExpected));
  for (std::size_t i = first; i < out.size(); ++i) {
    if (out[i] > 1) return fail(text::message("the flag {}", out[i]), std::string(kExpected));
  }
  return {};
}

Status UbjsonCursor::end() {
  reader_.skip_no_ops();
  if (reader_.remaining() == 0) return {};
  return Error(Errc::invalid_model, text::message("byte {}", reader_.position()),
               text::message("{} bytes behind the model", reader_.remaining()),
               "the end of the file");
}

}  // namespace

std::unique_ptr<base::DocumentCursor> open_ubjson(std::span<const std::byte> bytes) {
  return std::make_unique<UbjsonCursor>(bytes);
}

}  // namespace trivet::xgboost
