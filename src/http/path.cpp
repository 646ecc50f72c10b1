// SPDX-License-Identifier: Apache-2.0
// Splitting and percent-decoding of paths.
#include "http/path.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace trivet::http {
namespace {

[[nodiscard]] constexpr int path_hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Appends the decoded text; false for a `%` without two hexadecimal digits behind it.
[[nodiscard]] bool append_decoded(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (text.size() - i < 3) return false;
    const int high = path_hex_digit(text[i + 1]);
    const int low = path_hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}

[[nodiscard]] bool is_clean_segment(std::string_view text) noexcept {
  const bool has_controls = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
  });
  return !has_controls && base::find_invalid_utf8(text) >= text.size();
}

}  // namespace

bool Path::parse(std::string_view path) {
  count_ = 0;
  storage_.clear();
  if (path.empty() || path.front() != '/') return false;
  path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
  const bool is_encoded = path.find('%') != std::string_view::npos;
  if (is_encoded) storage_.reserve(path.size());  // so that views into it stay
  if (!is_encoded && !is_clean_segment(path)) return false;
  while (count_ < kMaxSegments) {
    const std::size_t end = std::min(path.find('/'), path.size());
    std::string_view segment = path.substr(0, end);
    if (is_encoded) {
      const std::size_t start = storage_.size();
      if (!append_decoded(segment, storage_)) return false;
      segment = std::string_view(storage_).substr(start);
      if (!is_clean_segment(segment)) return false;
    }
    segments_[count_++] = segment;
    if (end == path.size()) break;
    path.remove_prefix(end + 1);
  }
  return true;
}

std::string_view Path::split_verb() noexcept {
  if (count_ == 0) return {};
  std::string_view& segment = segments_[count_ - 1];
  const std::size_t colon = segment.rfind(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view verb = segment.substr(colon + 1);
  segment = segment.substr(0, colon);
  return verb;
}

}  // namespace trivet::http
