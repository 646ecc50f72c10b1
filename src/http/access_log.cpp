// SPDX-License-Identifier: Apache-2.0
// Lines of the access log.
#include "http/access_log.hpp"

#include <utility>

#include "text/message.hpp"

namespace trivet::http {
namespace {

constexpr std::size_t kBatchBytes = 32 << 10;
constexpr std::size_t kLongestPath = 1024;

/// Paths are printable ASCII by then; quotes and backslashes are what JSON minds.
void append_json_path(std::string& out, std::string_view path) {
  for (const char c : path.substr(0, kLongestPath)) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
}

[[nodiscard]] double in_milliseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count()) * 1e-6;
}

}  // namespace

void AccessLog::add(std::chrono::system_clock::time_point time, std::string_view method,
                    std::string_view path, const Answered& answered) {
  using namespace std::chrono;
  if (!sink_) return;
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{floor<milliseconds>(time - day)};
  lines_ +=
      text::message(R"({{"time":"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z","method":")",
                    static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                    static_cast<unsigned>(date.day()), clock.hours().count(),
                    clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
  append_json_path(lines_, method);
  lines_ += R"(","path":")";
  append_json_path(lines_, path);
  lines_ += text::message(R"(","status":{},"route":"{}","bytesIn":{},"bytesOut":{},"instances":{},)"
                          R"("ms":{:.3f},"queueMs":{:.3f}}})",
                          answered.status, answered.route, answered.bytes_in, answered.bytes_out,
                          answered.instances, in_milliseconds(answered.total),
                          in_milliseconds(answered.queued));
  lines_.push_back('\n');
  if (lines_.size() >= kBatchBytes) flush();
}

void AccessLog::flush() noexcept {
  if (!sink_ || lines_.empty()) return;
  try {
    sink_(lines_);
  } catch (...) {
    sink_ = nullptr;
  }
  lines_.clear();
}

}  // namespace trivet::http
