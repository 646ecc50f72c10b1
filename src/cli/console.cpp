// SPDX-License-Identifier: Apache-2.0
// Standard output and the error forms of the program.
#include "cli/console.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "trivet/value.hpp"

namespace trivet::cli {
namespace {

/// Writes all of it; the errno of the first failure, 0 for none.
int write_fully(int file, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

void print_error_line(std::string_view text) {
  (void)write_fully(STDERR_FILENO, "trivet: " + printable(text) + "\n");
}

}  // namespace

void StandardOutput::write(std::string_view text) {
  if (closed_) return;
  buffer_ += text;
  if (buffer_.size() >= kBlockBytes) flush();
}

void StandardOutput::flush() noexcept {
  if (closed_ || buffer_.empty()) return;
  const int error = write_fully(STDOUT_FILENO, buffer_);
  buffer_.clear();
  if (error == 0) return;
  closed_ = true;
  if (error != EPIPE) error_ = error;
}

int StandardOutput::finish(int status) noexcept {
  flush();
  if (error_ == 0) return status;
  print_error_line(std::string("standard output: ") + std::strerror(error_));
  return kRefused;
}

std::string error_object(std::string_view text) {
  return Value(Value::Object{{"error", Value(text)}}).to_json();
}

int refuse(int status, std::string_view text) {
  StandardOutput out;
  out.write(error_object(text));
  out.write("\n");
  if (::isatty(STDERR_FILENO) != 0 && ::isatty(STDOUT_FILENO) == 0) print_error_line(text);
  return out.finish(status);
}

int refuse(int status, const Error& error) { return refuse(status, error.message()); }

int wrong_usage(std::string_view command, std::string_view text) {
  std::string line(text);
  line += "\nSee `trivet help";
  if (!command.empty()) line.append(" ").append(command);
  line += "`.\n";
  (void)write_fully(STDERR_FILENO, "trivet: " + line);
  return kUsage;
}

void write_log(std::string_view lines) { (void)write_fully(STDERR_FILENO, lines); }

void remark(std::string_view text) {
  (void)write_fully(STDERR_FILENO, "trivet: " + std::string(text) + "\n");
}

bool wants_colour() noexcept {
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  const char* terminal = std::getenv("TERM");
  if (terminal != nullptr && std::strcmp(terminal, "dumb") == 0) return false;
  return ::isatty(STDOUT_FILENO) != 0;
}

std::string printable(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto byte = static_cast<unsigned char>(out[i]);
    const bool is_c1 =
        byte == 0xC2 && i + 1 < out.size() && static_cast<unsigned char>(out[i + 1]) < 0xA0;
    if (is_c1) out[i + 1] = '?';
    if (is_c1 || byte < 0x20 || byte == 0x7F) out[i] = '?';
  }
  return out;
}

}  // namespace trivet::cli
