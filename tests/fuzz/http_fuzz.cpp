// SPDX-License-Identifier: Apache-2.0
// Any bytes as requests on a connection: however they are cut, the same requests come out, within
// their bounds, and a second reader of the same bytes agrees about where they end.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "http/access_rules.hpp"
#include "http/inflate.hpp"
#include "http/request_reader.hpp"

namespace {

using trivet::http::AccessRules;
using trivet::http::InflateBounds;
using trivet::http::Refusal;
using trivet::http::Request;
using trivet::http::RequestBounds;
using trivet::http::RequestReader;

void require(bool holds) {
  if (!holds) std::abort();
}

const RequestBounds& small_bounds() {
  static const RequestBounds bounds{.header_bytes = 2048,
                                    .target_bytes = 256,
                                    .field_count = 20,
                                    .body_bytes = 4096,
                                    .chunk_count = 16,
                                    .chunk_line_bytes = 128};
  return bounds;
}

bool is_in(std::string_view part, const char* begin, const char* end) {
  return part.empty() || (part.data() >= begin && part.data() + part.size() <= end);
}

/// What the rules promise of every request that passes.
void check_request(const Request& request) {
  const RequestBounds& bounds = small_bounds();
  require(!request.method.empty());
  require(request.path.starts_with('/') || request.path == "*");
  require(!request.path.starts_with("//"));
  require(request.path.size() + request.query.size() <= bounds.target_bytes);
  require(request.headers.size() <= bounds.field_count);
  require(request.body.size() <= bounds.body_bytes);
  require(request.minor_version == 0 || request.minor_version == 1);
  require(request.minor_version == 0 || !request.field("host").empty() || request.host.empty());
  require(!(request.is_chunked && request.minor_version == 0));
  require(!(request.is_chunked && !request.field("content-length").empty()));
  for (const auto& [name, value] : request.headers) {
    require(!name.empty() && name.find_first_of(" \t\r\n:") == std::string_view::npos);
    require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
  }
  AccessRules rules;
  rules.hosts = {"localhost"};
  rules.token = "t";
  const Refusal refusal = check_access(request, rules, false);
  require(!refusal || (refusal.status >= 401 && refusal.status <= 415));
  rules.any_host = true;
  rules.token.clear();
  static_cast<void>(check_access(request, rules, true));
}

/// What came out of the bytes, as text to compare.
std::string read_in_pieces(std::string_view input, std::size_t piece) {
  RequestReader reader(small_bounds());
  std::string seen;
  std::size_t begin = 0;
  std::size_t end = std::min(piece, input.size());
  for (;;) {
    std::size_t taken = 0;
    const std::string_view given = input.substr(begin, end - begin);
    const RequestReader::Step step = reader.read(given, taken);
    require(taken <= given.size());
    begin += taken;
    if (step == RequestReader::Step::refused) {
      require(reader.refusal().status >= 400 && !reader.refusal().text.empty());
      return seen + "refused";
    }
    if (step == RequestReader::Step::head) continue;
    if (step == RequestReader::Step::done) {
      const Request& request = reader.request();
      check_request(request);
      require(!is_in(request.path, input.data(), input.data() + input.size()) ||
              request.path == "/");
      seen.append(request.method).append(" ").append(request.path).append("?");
      seen.append(request.query).append(" ").append(request.body).append("\n");
      reader.next();
      continue;
    }
    // What is left over stays within what one line or head may hold.
    require(end - begin <= small_bounds().header_bytes + piece);
    if (end == input.size()) return seen;
    end = std::min(end + piece, input.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (size > 16384) return 0;
  const std::string whole = read_in_pieces(input, std::max<std::size_t>(size, 1));
  // Which of several refusals comes first may depend on the cuts; what was answered before doesn't.
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100}})
    require(read_in_pieces(input, piece) == whole);
  std::string inflated;
  const InflateBounds bounds{.bytes = 1 << 16, .ratio = 50};
  require(inflate_body(input, bounds, inflated).status != 0 || inflated.size() <= bounds.bytes);
  return 0;
}
