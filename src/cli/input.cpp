// SPDX-License-Identifier: Apache-2.0
// Requests from files and standard input, whole or line by line.
#include "cli/input.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace trivet::cli {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 18;

Error system_error(const std::string& name, int number) {
  const Errc code = number == ENOENT || number == ENOTDIR ? Errc::not_found : Errc::io_failed;
  return Error(code, name, std::string("can't be read: ") + std::strerror(number),
               "a readable file, or `-` for standard input");
}

}  // namespace

std::string_view name_in_errors(std::string_view path) noexcept {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path.size() > 1 ? path.substr(path.find_last_of('/') + 1) : path;
}

Result<InputFile> InputFile::open(const std::string& path) {
  if (path == "-") return InputFile(STDIN_FILENO, "standard input");
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return system_error(path, errno);
  return InputFile(descriptor, path);
}

InputFile::InputFile(int descriptor, std::string name) noexcept
    : descriptor_(descriptor), name_(std::move(name)) {}

InputFile::InputFile(InputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}

InputFile& InputFile::operator=(InputFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(name_, other.name_);
  return *this;
}

InputFile::~InputFile() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
}

Result<std::size_t> InputFile::read(char* out, std::size_t size) {
  while (true) {
    const ssize_t count = ::read(descriptor_, out, size);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return system_error(name_, errno);
  }
}

std::string_view without_byte_order_mark(std::string_view text) noexcept {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

Result<std::string> read_whole(const std::string& path, std::size_t limit) {
  Result<InputFile> file = InputFile::open(path);
  if (!file) return std::move(file).error();
  std::string text;
  std::size_t size = 0;
  while (true) {
    text.resize(size + kReadBytes);
    const Result<std::size_t> count = file->read(text.data() + size, kReadBytes);
    if (!count) return count.error();
    size += *count;
    if (size > limit) {
      return Error(Errc::request_too_large, file->name(),
                   "holds more than " + std::to_string(limit) + " bytes",
                   "fewer instances in one request, or --lines, which takes any number");
    }
    if (*count == 0) break;
  }
  text.resize(size);
  return text;
}

Result<LineReader::Step> LineReader::next(std::string_view& line) {
  while (true) {
    const std::size_t end = buffer_.find('\n', scanned_);
    if (end != std::string::npos) {
      const Step step = take(end - begin_, 1, line);
      if (!std::exchange(is_skipping_, false)) return step;
      continue;
    }
    scanned_ = buffer_.size();
    if (is_skipping_) begin_ = scanned_;
    if (!is_skipping_ && scanned_ - begin_ > limit_ + 1) {
      is_skipping_ = true;
      ++line_number_;
      begin_ = scanned_;
      return Step::too_long;
    }
    if (at_end_) {
      if (begin_ == scanned_) return Step::end;
      return take(scanned_ - begin_, 0, line);
    }
    const Status filled = fill();
    if (!filled) return filled.error();
  }
}

bool LineReader::has_line() const noexcept {
  return buffer_.find('\n', scanned_) != std::string::npos;
}

/// Moves what is left to the front and reads one block behind it.
Status LineReader::fill() {
  buffer_.erase(0, begin_);
  scanned_ -= begin_;
  begin_ = 0;
  const std::size_t size = buffer_.size();
  buffer_.resize(size + kReadBytes);
  const Result<std::size_t> count = file_.read(buffer_.data() + size, kReadBytes);
  buffer_.resize(size + (count ? *count : 0));
  if (!count) return count.error();
  at_end_ = *count == 0;
  return {};
}

LineReader::Step LineReader::take(std::size_t length, std::size_t terminator,
                                  std::string_view& line) {
  line = std::string_view(buffer_).substr(begin_, length);
  begin_ += length + terminator;
  scanned_ = begin_;
  if (is_skipping_) return Step::line;
  ++line_number_;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line.size() > limit_ ? Step::too_long : Step::line;
}

}  // namespace trivet::cli
