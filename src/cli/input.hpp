// SPDX-License-Identifier: Apache-2.0
// Requests from files and standard input, whole or line by line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "trivet/result.hpp"

namespace trivet::cli {

/// How errors call a file when something is wrong inside it: the last part of its path. What the
/// system refuses is told with the path as it was given.
[[nodiscard]] std::string_view name_in_errors(std::string_view path) noexcept;

/// A file that is open for reading. `-` is standard input.
class InputFile {
 public:
  /// Errors: not_found, io_failed; the file's name is the place.
  [[nodiscard]] static Result<InputFile> open(const std::string& path);
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&& other) noexcept;
  ~InputFile();

  /// Up to `size` bytes into `out`; 0 at the end. Errors: io_failed.
  [[nodiscard]] Result<std::size_t> read(char* out, std::size_t size);
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  InputFile(int descriptor, std::string name) noexcept;

  int descriptor_;
  std::string name_;
};

/// All of a file, but never more than `limit` bytes. Errors: those of InputFile,
/// request_too_large.
[[nodiscard]] Result<std::string> read_whole(const std::string& path, std::size_t limit);

/// Text without the mark that some editors put in front of UTF-8.
[[nodiscard]] std::string_view without_byte_order_mark(std::string_view text) noexcept;

/// The lines of a file, one after the other, in memory for one line and one block.
class LineReader {
 public:
  /// Lines of more than `limit` bytes are told, skipped and not kept.
  LineReader(InputFile file, std::size_t limit) : file_(std::move(file)), limit_(limit) {}

  enum class Step { line, too_long, end };
  /// The next line without its `\n` or `\r\n`, valid until the next call; the last one needs no
  /// end. Errors: io_failed.
  [[nodiscard]] Result<Step> next(std::string_view& line);
  /// True when the next line is here already, so that asking for it does not wait.
  [[nodiscard]] bool has_line() const noexcept;
  /// The number of the line that next() gave, from 1.
  [[nodiscard]] std::size_t line_number() const noexcept { return line_number_; }

 private:
  [[nodiscard]] Status fill();
  [[nodiscard]] Step take(std::size_t length, std::size_t terminator, std::string_view& line);

  InputFile file_;
  std::size_t limit_;
  std::string buffer_;
  std::size_t begin_ = 0;    // of the next line
  std::size_t scanned_ = 0;  // up to here there is no line end
  std::size_t line_number_ = 0;
  bool at_end_ = false;
  bool is_skipping_ = false;  // inside a line that was too long
};

}  // namespace trivet::cli
