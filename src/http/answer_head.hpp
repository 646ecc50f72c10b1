// SPDX-License-Identifier: Apache-2.0
// The bytes before an answer's body, and the answers that the transport gives by itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "http/request.hpp"
#include "service/call.hpp"

namespace trivet::http {

/// How the body of an answer is framed.
enum class Framing : unsigned char {
  length,  ///< Content-Length
  chunked,
  until_close,  ///< to a client of HTTP/1.0
};

struct AnswerHead {
  Framing framing = Framing::length;
  std::size_t body_bytes = 0;
  bool keep_alive = true;
  bool is_http_1_0 = false;
  std::chrono::nanoseconds queued{0};
  std::string_view date;     ///< as of now, IMF-fixdate
  bool shows_times = false;  ///< Server-Timing
};

/// Appends the status line and the fields, the empty line included. CR, LF and NUL of a handler's
/// fields become blanks: nobody splits our answers.
void append_answer_head(std::string& out, const service::Reply& reply, const AnswerHead& head);

/// Fills `reply` with a refusal in words of the service, or of a container.
void write_refusal(service::Reply& reply, const Refusal& refusal, bool is_container);

/// `Thu, 01 Jan 1970 00:00:00 GMT` of a point in time.
[[nodiscard]] std::string http_date(std::chrono::system_clock::time_point time);
/// `Bad Request` of 400; `Status` of what has no name.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

}  // namespace trivet::http
