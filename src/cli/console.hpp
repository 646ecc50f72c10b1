// SPDX-License-Identifier: Apache-2.0
// Standard output and the error forms of the program.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "trivet/error.hpp"

namespace trivet::cli {

/// What the program's exit statuses mean.
enum Exit : int {
  kAnswered = 0,
  kRefused = 1,  ///< the request was refused
  kUsage = 2,    ///< wrong usage: text on standard error, nothing on standard output
  kNoModel = 3,  ///< the model can't be loaded
};

/// Standard output in large blocks. A reader that has gone (`| head`) is no error: writing stops.
class StandardOutput {
 public:
  void write(std::string_view text);
  void flush() noexcept;
  /// True when nobody reads any more, or the device took no more.
  [[nodiscard]] bool is_closed() const noexcept { return closed_; }
  /// Flushes. The status unless the device refused the text, then kRefused with a line on
  /// standard error.
  [[nodiscard]] int finish(int status) noexcept;

 private:
  static constexpr std::size_t kBlockBytes = std::size_t{1} << 16;

  std::string buffer_;
  bool closed_ = false;
  int error_ = 0;  // errno of a failed write other than EPIPE
};

/// Prints `{"error":"<text>"}` as all that standard output holds; returns `status`. Standard error
/// repeats the text for people when it is a terminal and standard output is not.
[[nodiscard]] int refuse(int status, std::string_view text);
[[nodiscard]] int refuse(int status, const Error& error);
/// `{"error":"<text>"}`.
[[nodiscard]] std::string error_object(std::string_view text);
/// Says on standard error what is wrong with the command line and where help is; kUsage.
[[nodiscard]] int wrong_usage(std::string_view command, std::string_view text);

/// A line on standard error for people, of something that is no error.
void remark(std::string_view text);

/// Whole lines of a log on standard error, as they are.
void write_log(std::string_view lines);

/// True when colours are welcome on standard output: a terminal, and NO_COLOR is not set.
[[nodiscard]] bool wants_colour() noexcept;
/// Text out of a model or a request, without the control characters that a terminal would obey.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace trivet::cli
