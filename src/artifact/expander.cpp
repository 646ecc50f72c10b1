// SPDX-License-Identifier: Apache-2.0
// zlib, bzip2, liblzma and lz4 behind one interface.
#include "artifact/expander.hpp"

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

namespace trivet::artifact {
namespace {

/// zlib and bzip2 count in 32 bits.
unsigned piece_of(std::size_t size) noexcept {
  constexpr std::size_t kMost = std::numeric_limits<int>::max();
  return static_cast<unsigned>(std::min(size, kMost));
}

class ZlibExpander final : public Expander {
 public:
  ZlibExpander() { is_ready_ = inflateInit2(&stream_, kZlibOrGzip) == Z_OK; }
  ~ZlibExpander() override {
    if (is_ready_) inflateEnd(&stream_);
  }
  ZlibExpander(const ZlibExpander&) = delete;
  ZlibExpander& operator=(const ZlibExpander&) = delete;
  [[nodiscard]] bool is_ready() const noexcept { return is_ready_; }

  Step step(std::span<const std::byte>& in, std::span<std::byte>& out) override {
    const unsigned in_size = piece_of(in.size());
    const unsigned out_size = piece_of(out.size());
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));
    stream_.avail_in = in_size;
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = out_size;
    const int status = inflate(&stream_, Z_NO_FLUSH);
    in = in.subspan(in_size - stream_.avail_in);
    out = out.subspan(out_size - stream_.avail_out);
    if (status == Z_STREAM_END) return inflateReset(&stream_) == Z_OK ? Step::end : Step::damaged;
    return status == Z_OK || status == Z_BUF_ERROR ? Step::more : Step::damaged;
  }

 private:
  static constexpr int kZlibOrGzip = 15 + 32;
  z_stream stream_{};
  bool is_ready_ = false;
};

class Bzip2Expander final : public Expander {
 public:
  Bzip2Expander() { start(); }
  ~Bzip2Expander() override { stop(); }
  Bzip2Expander(const Bzip2Expander&) = delete;
  Bzip2Expander& operator=(const Bzip2Expander&) = delete;
  [[nodiscard]] bool is_ready() const noexcept { return is_ready_; }

  Step step(std::span<const std::byte>& in, std::span<std::byte>& out) override {
    if (!is_ready_) return Step::damaged;
    const unsigned in_size = piece_of(in.size());
    const unsigned out_size = piece_of(out.size());
    stream_.next_in = const_cast<char*>(reinterpret_cast<const char*>(in.data()));
    stream_.avail_in = in_size;
    stream_.next_out = reinterpret_cast<char*>(out.data());
    stream_.avail_out = out_size;
    const int status = BZ2_bzDecompress(&stream_);
    in = in.subspan(in_size - stream_.avail_in);
    out = out.subspan(out_size - stream_.avail_out);
    if (status == BZ_OK) return Step::more;
    if (status != BZ_STREAM_END) return Step::damaged;
    stop();
    start();
    return Step::end;
  }

 private:
  void start() {
    stream_ = {};
    is_ready_ = BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK;
  }
  void stop() {
    if (is_ready_) BZ2_bzDecompressEnd(&stream_);
    is_ready_ = false;
  }
  bz_stream stream_{};
  bool is_ready_ = false;
};

class LzmaExpander final : public Expander {
 public:
  explicit LzmaExpander(bool is_xz) : is_xz_(is_xz) { start(); }
  ~LzmaExpander() override { lzma_end(&stream_); }
  LzmaExpander(const LzmaExpander&) = delete;
  LzmaExpander& operator=(const LzmaExpander&) = delete;
  [[nodiscard]] bool is_ready() const noexcept { return is_ready_; }

  Step step(std::span<const std::byte>& in, std::span<std::byte>& out) override {
    if (!is_ready_) return Step::damaged;
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_.avail_out = out.size();
    // All of the file is there, so what isn't will not come.
    const lzma_ret status = lzma_code(&stream_, LZMA_FINISH);
    in = in.subspan(in.size() - stream_.avail_in);
    out = out.subspan(out.size() - stream_.avail_out);
    switch (status) {
      case LZMA_STREAM_END: start(); return Step::end;
      case LZMA_OK:
      case LZMA_BUF_ERROR: return Step::more;
      case LZMA_MEMLIMIT_ERROR: return Step::too_much_memory;
      default: return Step::damaged;
    }
  }

 private:
  /// Also after a stream, whose memory is used again.
  void start() {
    // xz -9 asks for 65 MiB; a header may ask for 4 GiB.
    constexpr std::uint64_t kMostMemory = std::uint64_t{96} << 20;
    const lzma_ret status = is_xz_ ? lzma_stream_decoder(&stream_, kMostMemory, LZMA_CONCATENATED)
                                   : lzma_alone_decoder(&stream_, kMostMemory);
    is_ready_ = status == LZMA_OK;
  }
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool is_xz_;
  bool is_ready_ = false;
};

class Lz4Expander final : public Expander {
 public:
  Lz4Expander() {
    is_ready_ = LZ4F_isError(LZ4F_createDecompressionContext(&context_, LZ4F_VERSION)) == 0;
  }
  ~Lz4Expander() override { LZ4F_freeDecompressionContext(context_); }
  Lz4Expander(const Lz4Expander&) = delete;
  Lz4Expander& operator=(const Lz4Expander&) = delete;
  [[nodiscard]] bool is_ready() const noexcept { return is_ready_; }

  Step step(std::span<const std::byte>& in, std::span<std::byte>& out) override {
    std::size_t in_size = in.size();
    std::size_t out_size = out.size();
    const std::size_t status =
        LZ4F_decompress(context_, out.data(), &out_size, in.data(), &in_size, nullptr);
    if (LZ4F_isError(status) != 0) return Step::damaged;
    in = in.subspan(in_size);
    out = out.subspan(out_size);
    return status == 0 ? Step::end : Step::more;
  }

 private:
  LZ4F_dctx* context_ = nullptr;
  bool is_ready_ = false;
};

template <class T>
std::unique_ptr<Expander> if_ready(std::unique_ptr<T> expander) {
  if (!expander->is_ready()) return nullptr;
  return expander;
}

}  // namespace

std::unique_ptr<Expander> make_expander(Compression compression) {
  switch (compression) {
    case Compression::zlib:
    case Compression::gzip:
    case Compression::joblib_zlib: return if_ready(std::make_unique<ZlibExpander>());
    case Compression::bzip2: return if_ready(std::make_unique<Bzip2Expander>());
    case Compression::xz: return if_ready(std::make_unique<LzmaExpander>(true));
    case Compression::lzma: return if_ready(std::make_unique<LzmaExpander>(false));
    case Compression::lz4: return if_ready(std::make_unique<Lz4Expander>());
    case Compression::none: break;
  }
  return nullptr;
}

}  // namespace trivet::artifact
