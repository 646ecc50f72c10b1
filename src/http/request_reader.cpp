// SPDX-License-Identifier: Apache-2.0
// The reader around Beast's parser.
#include "http/request_reader.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <optional>
#include <utility>

#include "http/head_rules.hpp"
#include "http/head_scan.hpp"

namespace trivet::http {
namespace {

namespace beast = boost::beast;

/// A body's string keeps this much between requests.
constexpr std::size_t kKeptBody = 64 << 10;
/// And an announced length is believed for this much.
constexpr std::size_t kFirstBody = 16 << 10;
constexpr std::size_t kKeptHead = 8 << 10;

constexpr Refusal kLongChunkLine{400,
                                 "a chunk's size line or trailer is longer than this server takes"};

[[nodiscard]] std::string_view as_std(beast::string_view text) noexcept {
  return {text.data(), text.size()};
}

[[nodiscard]] bool has_bare_newline(std::string_view text) noexcept {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    if (at == 0 || text[at - 1] != '\r') return true;
  return false;
}

}  // namespace

/// Beast finds the parts and undoes the chunks; what they mean is decided in head_rules.cpp.
class RequestReader::Parser final : public beast::http::basic_parser<true> {
 public:
  Parser(const RequestBounds& bounds, Request& request) : bounds_(&bounds), request_(&request) {
    // Our own scan has held the head to its bounds, and holds the body to them below.
    header_limit(0xffffffffu);
    body_limit(boost::none);
  }

  [[nodiscard]] const Refusal& refusal() const noexcept { return refusal_; }
  [[nodiscard]] bool has_chunks() const noexcept { return chunk_count_ != 0; }

 private:
  void refuse(beast::error_code& ec, Refusal refusal) {
    refusal_ = refusal;
    ec = beast::http::error::bad_value;
  }

  void on_request_impl(beast::http::verb /*verb*/, beast::string_view method,
                       beast::string_view target, int version, beast::error_code& /*ec*/) override {
    request_->method = as_std(method);
    request_->minor_version = version == 10 ? 0 : 1;
    target_ = as_std(target);
  }
  void on_response_impl(int /*code*/, beast::string_view /*reason*/, int /*version*/,
                        beast::error_code& /*ec*/) override {}

  void on_field_impl(beast::http::field /*field*/, beast::string_view name,
                     beast::string_view value, beast::error_code& /*ec*/) override {
    // Behind a chunked body there may be more fields. They change nothing.
    if (!is_header_done()) request_->headers.push_back({as_std(name), as_std(value)});
  }
  /// Where newer versions of Beast pass those.
  void on_trailer_field_impl(beast::http::field /*field*/, beast::string_view /*name*/,
                             beast::string_view /*value*/, beast::error_code& /*ec*/) {}

  void on_header_impl(beast::error_code& ec) override {
    if (const Refusal refusal = apply_head_rules(target_, *bounds_, *request_)) refuse(ec, refusal);
    request_->keep_alive = keep_alive();
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                         beast::error_code& /*ec*/) override {
    request_->body.reserve(std::min(request_->content_length, kFirstBody));
  }

  std::size_t on_body_impl(beast::string_view bytes, beast::error_code& ec) override {
    if (bytes.size() > bounds_->body_bytes - request_->body.size()) {
      refuse(ec, {413, "the request's body is larger than this server takes"});
      return 0;
    }
    request_->body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_chunk_header_impl(std::uint64_t size, beast::string_view extensions,
                            beast::error_code& ec) override {
    if (++chunk_count_ > bounds_->chunk_count)
      return refuse(ec, {400, "the request's body has more chunks than this server takes"});
    // Beast lets quoted ones hold line ends, where others see the next line (request smuggling).
    const std::string_view text = as_std(extensions);
    if (std::any_of(text.begin(), text.end(),
                    [](unsigned char c) { return c < 0x20 && c != '\t'; }))
      return refuse(ec, {400, "a chunk's extensions hold a control character"});
    if (size > bounds_->body_bytes - request_->body.size())
      return refuse(ec, {413, "the request's body is larger than this server takes"});
  }

  std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, beast::string_view bytes,
                                 beast::error_code& ec) override {
    return on_body_impl(bytes, ec);
  }
  void on_finish_impl(beast::error_code& /*ec*/) override {}

  const RequestBounds* bounds_;
  Request* request_;
  std::string_view target_;
  std::size_t chunk_count_ = 0;
  Refusal refusal_;
};

struct RequestReader::State {
  explicit State(const RequestBounds& b) : bounds(&b), scan(b) { request.headers.reserve(16); }

  const RequestBounds* bounds;
  HeadScan scan;
  std::string head;  ///< what the views of `request` look into
  Request request;
  std::optional<Parser> parser;
  Refusal refusal;

  Step refuse(Refusal why) {
    refusal = why;
    return Step::refused;
  }
  Step read_head(std::string_view input, std::size_t& taken);
  Step read_body(std::string_view input, std::size_t& taken);
  Step refuse_parsed(const beast::error_code& ec);
};

RequestReader::Step RequestReader::State::refuse_parsed(const beast::error_code& ec) {
  using beast::http::error;
  if (parser->refusal()) return refuse(parser->refusal());
  if (ec == error::bad_version)
    return refuse({505, "the version is neither HTTP/1.0 nor HTTP/1.1"});
  if (ec == error::bad_chunk || ec == error::bad_chunk_extension)
    return refuse({400, "the request's body is not well chunked"});
  return refuse({400, "the request is not well-formed HTTP"});
}

RequestReader::Step RequestReader::State::read_head(std::string_view input, std::size_t& taken) {
  switch (scan.scan(input)) {
    case HeadScan::Step::more: return Step::more;
    case HeadScan::Step::refused: return refuse(scan.refusal());
    case HeadScan::Step::complete: break;
  }
  head.assign(input.substr(scan.begin(), scan.end() - scan.begin()));
  taken = scan.end();
  parser.emplace(*bounds, request);
  beast::error_code ec;
  // Twice at most: a pass ends behind the request line when that is asked for one part at a time.
  std::size_t at = 0;
  while (!ec && !parser->is_header_done() && at < head.size())
    at += parser->put(boost::asio::const_buffer(head.data() + at, head.size() - at), ec);
  if (ec || !parser->is_header_done()) return refuse_parsed(ec);
  return request.has_body ? Step::head : Step::done;
}

RequestReader::Step RequestReader::State::read_body(std::string_view input, std::size_t& taken) {
  beast::error_code ec;
  // Beast takes for granted that a chunked body has at least its end when it looks at it.
  constexpr std::size_t kChunkedEnd = std::string_view("0\r\n\r\n").size();
  while (taken < input.size() && !parser->is_done()) {
    const bool begins = request.is_chunked && !parser->has_chunks();
    if (begins && input.size() - taken < kChunkedEnd) return Step::more;
    const std::size_t held = request.body.size();
    const std::size_t count =
        parser->put(boost::asio::const_buffer(input.data() + taken, input.size() - taken), ec);
    taken += count;
    const bool is_between_data = request.is_chunked && request.body.size() == held;
    if (is_between_data && count > bounds->chunk_line_bytes) return refuse(kLongChunkLine);
    if (ec == beast::http::error::need_more) break;
    if (ec) return refuse_parsed(ec);
  }
  if (parser->is_done()) {
    request.content_length = request.body.size();
    return Step::done;
  }
  // What is left over is the size of a chunk or a trailer, still growing.
  if (has_bare_newline(input.substr(taken)))
    return refuse({400, "a line of the chunked body ends in a bare LF; lines end in CR LF"});
  if (input.size() - taken > bounds->chunk_line_bytes) return refuse(kLongChunkLine);
  return Step::more;
}

RequestReader::RequestReader(const RequestBounds& bounds)
    : state_(std::make_unique<State>(bounds)) {}
RequestReader::~RequestReader() = default;

RequestReader::Step RequestReader::read(std::string_view input, std::size_t& taken) {
  taken = 0;
  if (state_->refusal) return Step::refused;
  return state_->parser ? state_->read_body(input, taken) : state_->read_head(input, taken);
}

const Refusal& RequestReader::refusal() const noexcept { return state_->refusal; }
Request& RequestReader::request() noexcept { return state_->request; }

void RequestReader::next() {
  State& state = *state_;
  state.scan = HeadScan(*state.bounds);
  state.parser.reset();
  state.refusal = {};
  std::string body = std::move(state.request.body);
  std::vector<service::HeaderView> headers = std::move(state.request.headers);
  state.request = {};
  if (body.capacity() > kKeptBody) std::string().swap(body);
  if (state.head.capacity() > kKeptHead) std::string().swap(state.head);
  body.clear();
  headers.clear();
  state.request.body = std::move(body);
  state.request.headers = std::move(headers);
}

}  // namespace trivet::http
