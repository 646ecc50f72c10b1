// SPDX-License-Identifier: Apache-2.0
// zlib, with bounds.
#include "http/inflate.hpp"

#include <zlib.h>

#include <algorithm>

namespace trivet::http {
namespace {

constexpr Refusal kInflatedTooLarge{413, "the request's body is larger than this server takes"};
constexpr Refusal kDamagedGzip{400, "the request's body is not one whole gzip stream"};

/// What may come out of so many bytes.
[[nodiscard]] std::size_t allowed_bytes(std::size_t compressed, const InflateBounds& bounds) {
  constexpr std::size_t kAlways = 64 << 10;
  const std::size_t by_ratio =
      compressed > bounds.bytes / bounds.ratio ? bounds.bytes : compressed * bounds.ratio;
  return std::min(bounds.bytes, std::max(kAlways, by_ratio));
}

[[nodiscard]] Refusal inflate_all(z_stream& stream, std::size_t allowed, std::string& out) {
  std::size_t used = 0;
  for (;;) {
    if (used == out.size()) {
      if (used == allowed) return kInflatedTooLarge;
      out.resize(std::min(allowed, std::max<std::size_t>(4096, used * 2)));
    }
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size() - used, 1u << 30));
    const std::size_t before = stream.avail_out;
    const int code = inflate(&stream, Z_NO_FLUSH);
    used += before - stream.avail_out;
    if (code == Z_STREAM_END) break;
    if (code == Z_MEM_ERROR) return {503, "there is no memory for the request's body"};
    const bool goes_on = code == Z_OK || (code == Z_BUF_ERROR && stream.avail_out == 0);
    if (!goes_on) return kDamagedGzip;
  }
  out.resize(used);
  return stream.avail_in == 0 ? Refusal{} : kDamagedGzip;
}

}  // namespace

Refusal inflate_body(std::string_view compressed, const InflateBounds& bounds, std::string& out) {
  out.clear();
  z_stream stream{};
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  if (inflateInit2(&stream, kGzipOnly) != Z_OK)
    return {503, "there is no memory for the request's body"};
  // zlib's interface has no const here, and does not write.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  const Refusal refusal = inflate_all(stream, allowed_bytes(compressed.size(), bounds), out);
  inflateEnd(&stream);
  if (refusal) out.clear();
  return refusal;
}

}  // namespace trivet::http
