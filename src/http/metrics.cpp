// SPDX-License-Identifier: Apache-2.0
// Counting, and the text of it.
#include "http/metrics.hpp"

#include "text/message.hpp"

namespace trivet::http {
namespace {

struct BucketBound {
  std::uint64_t nanoseconds;
  std::string_view seconds;
};
constexpr std::array<BucketBound, Histogram::kBuckets> kBounds = {{
    {10'000, "0.00001"},    {25'000, "0.000025"},  {50'000, "0.00005"},    {100'000, "0.0001"},
    {250'000, "0.00025"},   {500'000, "0.0005"},   {1'000'000, "0.001"},   {2'500'000, "0.0025"},
    {5'000'000, "0.005"},   {10'000'000, "0.01"},  {25'000'000, "0.025"},  {50'000'000, "0.05"},
    {100'000'000, "0.1"},   {250'000'000, "0.25"}, {500'000'000, "0.5"},   {1'000'000'000, "1"},
    {2'500'000'000, "2.5"}, {5'000'000'000, "5"},  {10'000'000'000, "10"},
}};

constexpr std::array<std::string_view, 3> kErrorKinds = {"client", "server", "overload"};

/// Routes are constants of the code; the bound is for mistakes, not for clients.
constexpr std::size_t kMostRows = 512;

void append_head(std::string& out, std::string_view name, std::string_view kind,
                 std::string_view help) {
  out += text::message("# HELP {0} {2}\n# TYPE {0} {1}\n", name, kind, help);
}

void append_number(std::string& out, std::string_view name, std::string_view kind,
                   std::string_view help, std::uint64_t value) {
  append_head(out, name, kind, help);
  out += text::message("{} {}\n", name, value);
}

}  // namespace

void Histogram::add(std::chrono::nanoseconds time) noexcept {
  const auto value = static_cast<std::uint64_t>(time.count() < 0 ? 0 : time.count());
  std::size_t bucket = 0;
  while (bucket < kBuckets && value > kBounds[bucket].nanoseconds) ++bucket;
  ++counts_[bucket];
  sum_ += value;
}

void Histogram::append(std::string& out, std::string_view name, std::string_view labels) const {
  std::uint64_t below = 0;
  const std::string_view comma = labels.empty() ? "" : ",";
  for (std::size_t i = 0; i < kBuckets; ++i) {
    below += counts_[i];
    out += text::message("{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma, kBounds[i].seconds,
                         below);
  }
  below += counts_[kBuckets];
  out += text::message("{}_bucket{{{}{}le=\"+Inf\"}} {}\n", name, labels, comma, below);
  const std::string braced = labels.empty() ? std::string() : text::message("{{{}}}", labels);
  out += text::message("{}_sum{} {:.9f}\n{}_count{} {}\n", name, braced,
                       static_cast<double>(sum_) * 1e-9, name, braced, below);
}

void Metrics::count_row(std::string_view route, int status) {
  for (Row& row : rows_) {
    if (row.status == status && row.route == route) {
      ++row.count;
      return;
    }
  }
  if (rows_.size() < kMostRows) rows_.push_back({route, status, 1});
}

void Metrics::count(const Answered& answered) {
  count_row(answered.route.empty() ? std::string_view("other") : answered.route, answered.status);
  if (answered.status == 503) ++errors_[2];
  else if (answered.status >= 500) ++errors_[1];
  else if (answered.status >= 400) ++errors_[0];
  bytes_in_ += answered.bytes_in;
  bytes_out_ += answered.bytes_out;
  instances_ += answered.instances;
  total_.add(answered.total);
  // A call that took no time there didn't go there.
  if (answered.queued.count() > 0) queue_.add(answered.queued);
  if (answered.times.decode.count() > 0) decode_.add(answered.times.decode);
  if (answered.times.predict.count() > 0) predict_.add(answered.times.predict);
  if (answered.times.encode.count() > 0) encode_.add(answered.times.encode);
}

void Metrics::append(std::string& out, const Gauges& gauges) const {
  append_head(out, "trivet_requests_total", "counter", "Requests answered, by route and status.");
  for (const Row& row : rows_)
    out += text::message("trivet_requests_total{{route=\"{}\",code=\"{}\"}} {}\n", row.route,
                         row.status, row.count);
  append_head(out, "trivet_errors_total", "counter", "Requests answered with an error, by kind.");
  for (std::size_t i = 0; i < kErrorKinds.size(); ++i)
    out += text::message("trivet_errors_total{{kind=\"{}\"}} {}\n", kErrorKinds[i], errors_[i]);
  append_number(out, "trivet_instances_total", "counter", "Instances answered.", instances_);
  append_number(out, "trivet_request_bytes_total", "counter", "Bytes of bodies read.", bytes_in_);
  append_number(out, "trivet_response_bytes_total", "counter", "Bytes of bodies written.",
                bytes_out_);
  append_number(out, "trivet_connections_total", "counter", "Connections taken.",
                connections_total_);
  append_number(out, "trivet_connections_dropped_total", "counter",
                "Connections closed without an answer.", dropped_total_);
  append_number(out, "trivet_connections", "gauge", "Connections open.", gauges.connections);
  append_number(out, "trivet_in_flight", "gauge", "Requests being answered.", gauges.in_flight);
  append_number(out, "trivet_queue_depth", "gauge", "Requests waiting for a thread.",
                gauges.queued);
  append_number(out, "trivet_draining", "gauge", "1 while shutting down.",
                gauges.is_draining ? 1 : 0);
  append_head(out, "trivet_request_seconds", "histogram", "From the whole request to its answer.");
  total_.append(out, "trivet_request_seconds", "");
  append_head(out, "trivet_phase_seconds", "histogram", "Where the time of a request went.");
  queue_.append(out, "trivet_phase_seconds", "phase=\"queue\"");
  decode_.append(out, "trivet_phase_seconds", "phase=\"decode\"");
  predict_.append(out, "trivet_phase_seconds", "phase=\"predict\"");
  encode_.append(out, "trivet_phase_seconds", "phase=\"encode\"");
}

}  // namespace trivet::http
