// SPDX-License-Identifier: Apache-2.0
// Status lines, fields, refusals.
#include "http/answer_head.hpp"

#include <array>
#include <cstdint>

#include "text/message.hpp"
#include "text/number.hpp"

namespace trivet::http {
namespace {

struct StatusName {
  int status;
  std::string_view reason;
  std::string_view canonical;  ///< google.rpc.Code, for refusals
};

constexpr StatusName kStatusNames[] = {
    {200, "OK", "OK"},
    {204, "No Content", "OK"},
    {400, "Bad Request", "INVALID_ARGUMENT"},
    {401, "Unauthorized", "UNAUTHENTICATED"},
    {403, "Forbidden", "PERMISSION_DENIED"},
    {404, "Not Found", "NOT_FOUND"},
    {405, "Method Not Allowed", "UNIMPLEMENTED"},
    {408, "Request Timeout", "DEADLINE_EXCEEDED"},
    {409, "Conflict", "ABORTED"},
    {413, "Content Too Large", "INVALID_ARGUMENT"},
    {414, "URI Too Long", "INVALID_ARGUMENT"},
    {415, "Unsupported Media Type", "INVALID_ARGUMENT"},
    {416, "Range Not Satisfiable", "OUT_OF_RANGE"},
    {417, "Expectation Failed", "INVALID_ARGUMENT"},
    {429, "Too Many Requests", "RESOURCE_EXHAUSTED"},
    {431, "Request Header Fields Too Large", "INVALID_ARGUMENT"},
    {499, "Client Closed Request", "CANCELLED"},
    {500, "Internal Server Error", "INTERNAL"},
    {501, "Not Implemented", "UNIMPLEMENTED"},
    {503, "Service Unavailable", "UNAVAILABLE"},
    {504, "Gateway Timeout", "DEADLINE_EXCEEDED"},
    {505, "HTTP Version Not Supported", "INVALID_ARGUMENT"},
};

[[nodiscard]] const StatusName* find_status(int status) noexcept {
  for (const StatusName& row : kStatusNames)
    if (row.status == status) return &row;
  return nullptr;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (const char c : value) out.push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
  out.append("\r\n");
}

/// Our framing is ours: a handler's fields don't change it.
[[nodiscard]] bool is_framing_field(std::string_view name) noexcept {
  return is_same_word(name, "content-length") || is_same_word(name, "transfer-encoding") ||
         is_same_word(name, "connection") || is_same_word(name, "content-type");
}

[[nodiscard]] bool is_field_name(std::string_view name) noexcept {
  return !name.empty() && name.find_first_of(" \t\r\n:") == std::string_view::npos;
}

/// `name;dur=0.012` in milliseconds.
void append_duration(std::string& out, std::string_view name, std::chrono::nanoseconds time) {
  const auto micros = static_cast<std::int64_t>(time.count() / 1000);
  std::array<char, 3> fraction{};
  std::int64_t rest = micros % 1000;
  for (std::size_t i = 3; i-- > 0; rest /= 10) fraction[i] = static_cast<char>('0' + rest % 10);
  out.append(name).append(";dur=");
  text::append_integer(out, micros / 1000);
  out.push_back('.');
  out.append(fraction.data(), fraction.size());
}

void append_times(std::string& out, const service::CallTimes& times,
                  std::chrono::nanoseconds queued) {
  out.append("Server-Timing: ");
  append_duration(out, "decode", times.decode);
  append_duration(out.append(", "), "queue", queued);
  append_duration(out.append(", "), "predict", times.predict);
  append_duration(out.append(", "), "encode", times.encode);
  out.append("\r\n");
}

}  // namespace

std::string_view reason_phrase(int status) noexcept {
  const StatusName* row = find_status(status);
  return row == nullptr ? std::string_view("Status") : row->reason;
}

void append_answer_head(std::string& out, const service::Reply& reply, const AnswerHead& head) {
  out.append("HTTP/1.1 ");
  text::append_integer(out, reply.status);
  out.push_back(' ');
  out.append(reason_phrase(reply.status)).append("\r\n");
  if (!reply.content_type.empty() && reply.status != 204)
    append_field(out, "Content-Type", reply.content_type);
  if (head.framing == Framing::chunked) {
    out.append("Transfer-Encoding: chunked\r\n");
  } else if (head.framing == Framing::length && reply.status != 204) {
    out.append("Content-Length: ");
    text::append_integer(out, static_cast<std::int64_t>(head.body_bytes));
    out.append("\r\n");
  }
  for (const service::Header& header : reply.headers)
    if (is_field_name(header.name) && !is_framing_field(header.name))
      append_field(out, header.name, header.value);
  if (head.shows_times) append_times(out, reply.times, head.queued);
  if (!head.date.empty()) out.append("Date: ").append(head.date).append("\r\n");
  if (!head.keep_alive) out.append("Connection: close\r\n");
  else if (head.is_http_1_0) out.append("Connection: keep-alive\r\n");
  out.append("\r\n");
}

void write_refusal(service::Reply& reply, const Refusal& refusal, bool is_container) {
  reply.clear();
  reply.status = refusal.status;
  reply.route = "refused";
  if (is_container) {
    reply.body.append(R"({"error":")").append(refusal.text).append("\"}");
  } else {
    const StatusName* row = find_status(refusal.status);
    reply.body =
        text::message(R"({{"error":{{"code":{},"message":"{}","status":"{}"}}}})", refusal.status,
                      refusal.text, row == nullptr ? std::string_view("UNKNOWN") : row->canonical);
  }
  if (refusal.status == 401) reply.headers.push_back({"WWW-Authenticate", "Bearer"});
  if (refusal.status == 405)
    reply.headers.push_back({"Allow", "GET, HEAD, POST, PATCH, DELETE, OPTIONS"});
  if (refusal.status == 503) reply.headers.push_back({"Retry-After", "1"});
}

std::string http_date(std::chrono::system_clock::time_point time) {
  using namespace std::chrono;
  static constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                            "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{floor<seconds>(time - day)};
  return text::message("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday{day}.c_encoding()],
                       static_cast<unsigned>(date.day()),
                       kMonths[static_cast<unsigned>(date.month()) - 1],
                       static_cast<int>(date.year()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

}  // namespace trivet::http
