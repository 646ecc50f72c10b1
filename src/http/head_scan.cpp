// SPDX-License-Identifier: Apache-2.0
// Lines of a head.
#include "http/head_scan.hpp"

#include <cstring>

namespace trivet::http {
namespace {

constexpr std::string_view kHeadTooLarge = "the request's head is larger than this server takes";

/// The first byte of every method that there is. TLS and other protocols begin otherwise.
[[nodiscard]] bool begins_a_method(char c) noexcept { return c >= 'A' && c <= 'Z'; }

}  // namespace

HeadScan::Step HeadScan::refuse(int status, std::string_view text) noexcept {
  refusal_ = {status, text};
  return Step::refused;
}

HeadScan::Step HeadScan::scan(std::string_view input) noexcept {
  while (scanned_ < input.size()) {
    const void* found = std::memchr(input.data() + scanned_, '\n', input.size() - scanned_);
    if (found == nullptr) {
      scanned_ = input.size();
      return check_growing(input);
    }
    const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - input.data());
    const std::string_view line = input.substr(line_begin_, at - line_begin_);
    scanned_ = line_begin_ = at + 1;
    if (line_begin_ - begin_ > bounds_->header_bytes) return refuse(431, kHeadTooLarge);
    const Step step = end_line(line);
    if (step != Step::more) return step;
  }
  return check_growing(input);
}

/// What is already wrong with a line whose end hasn't come.
HeadScan::Step HeadScan::check_growing(std::string_view input) noexcept {
  if (input.size() - begin_ > bounds_->header_bytes) return refuse(431, kHeadTooLarge);
  if (line_count_ != 0 || input.size() == line_begin_) return Step::more;
  const char first = input[line_begin_];
  const bool may_be_empty_line = first == '\r' && begin_ == 0;
  if (!begins_a_method(first) && !may_be_empty_line)
    return refuse(400, "the bytes are not an HTTP/1 request");
  if (input.size() - line_begin_ > longest_request_line() + 1)
    return refuse(414, "the request's target is longer than this server takes");
  return Step::more;
}

HeadScan::Step HeadScan::end_line(std::string_view line) noexcept {
  if (line.empty() || line.back() != '\r')
    return refuse(400, "a line of the head ends in a bare LF; lines end in CR LF");
  line.remove_suffix(1);
  if (line.find('\r') != std::string_view::npos)
    return refuse(400, "a CR stands inside a line of the head");
  if (line.find('\0') != std::string_view::npos)
    return refuse(400, "a NUL byte stands in the head");
  if (line.empty()) {
    if (line_count_ != 0) return Step::complete;
    if (begin_ != 0) return refuse(400, "empty lines stand before the request");
    begin_ = line_begin_;
    return Step::more;
  }
  if (++line_count_ > 1) return check_field(line);
  if (!begins_a_method(line.front())) return refuse(400, "the bytes are not an HTTP/1 request");
  if (line.size() > longest_request_line())
    return refuse(414, "the request's target is longer than this server takes");
  return Step::more;
}

HeadScan::Step HeadScan::check_field(std::string_view line) noexcept {
  if (line_count_ - 1 > bounds_->field_count)
    return refuse(431, "the request has more header fields than this server takes");
  if (line.front() == ' ' || line.front() == '\t')
    return refuse(400, "a header field is folded over several lines");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0)
    return refuse(400, "a header field has no name");
  if (line[colon - 1] == ' ' || line[colon - 1] == '\t')
    return refuse(400, "blanks stand before the colon of a header field");
  return Step::more;
}

}  // namespace trivet::http
