// SPDX-License-Identifier: Apache-2.0
// Compressed files: each method, damage, and files that would become huge.
#include "artifact/expand.hpp"

#include <span>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "support/hex.hpp"
#include "support/says.hpp"

namespace trivet::test {
namespace {

using artifact::Compression;
using artifact::ExpandLimits;

// Python 3.11: METHOD.compress(b"hello hello hello hello\n"), lzma with format=FORMAT_ALONE. Files
// of lz4 are among the corpus of the fuzz target `joblib`.
constexpr std::string_view kContent = "hello hello hello hello\n";
struct CompressedCase {
  const char* name;
  Compression compression;
  std::string_view hex;
};
const CompressedCase kCompressedCases[] = {
    {"zlib", Compression::zlib, "789ccb48cdc9c957c84027b90070be08bb"},
    {"gzip", Compression::gzip, "1f8b0800000000000203cb48cdc9c957c84027b9000088590b18000000"},
    {"bzip2", Compression::bzip2,
     "425a68393141592653596f4f10f3000005d100001040000244a00030c002a834710dad870f177245"
     "3850906f4f10f3"},
    {"xz", Compression::xz,
     "fd377a585a000004e6d6b4460200210116000000742fe5a3e00017000c5d00341949ee8de9560ac1"
     "21b000006c14ed1b3b68bb9100012818d783b76e1fb6f37d010000000004595a"},
    {"lzma", Compression::lzma, "5d00008000ffffffffffffffff00341949ee8de9560ac1b620b7ffffba340000"},
    // "ZF", the size in hexadecimal digits padded to 19, then as zlib; a blank more from Python 2
    {"joblib 0.9", Compression::joblib_zlib,
     "5a4630783138202020202020202020202020202020789ccb48cdc9c957c84027b90070be08bb"},
    {"joblib 0.8", Compression::joblib_zlib,
     "5a463078313820202020202020202020202020202020789ccb48cdc9c957c84027b90070be08bb"},
};

// bz2.compress(bytes(65 << 20))
constexpr std::string_view kBomb =
    "425a68393141592653590e09e2df015f8e4000c0000008200030804d4642a025a90a809731415926"
    "53592fd8c25e00aa7be000c00040000008200030cc09aa69841492daaa0524bc5dc914e14240cf2c"
    "1f80";
// The lzma case, whose header asks for a dictionary of 3.75 GiB.
constexpr std::string_view kHugeDictionary =
    "5d000000f0ffffffffffffffff00341949ee8de9560ac1b620b7ffffba340000";

std::span<const std::byte> view_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

TEST_CASE("expand: each method is told by its first bytes and undone", "[artifact][expand]") {
  for (const CompressedCase& one : kCompressedCases) {
    INFO(one.name);
    const std::string file = bytes_of_hex(one.hex);
    CHECK(artifact::compression_of(view_of(file)) == one.compression);
    const auto content = artifact::expand(view_of(file), one.compression);
    CHECK(content.has_value());
    if (content) CHECK(text_of(*content) == kContent);
  }
}

TEST_CASE("expand: pickles are not taken for compressed", "[artifact][expand]") {
  for (const std::string_view file :
       {"", "\x80\x04", "ccopy_reg\n", "(dp0\n", "]q", "BZ", "x", "ZF"}) {
    INFO(file);
    CHECK(artifact::compression_of(view_of(file)) == Compression::none);
  }
}

TEST_CASE("expand: several streams are one content", "[artifact][expand]") {
  for (const CompressedCase& one : kCompressedCases) {
    if (one.compression == Compression::joblib_zlib) continue;
    INFO(one.name);
    const std::string file = bytes_of_hex(one.hex) + bytes_of_hex(one.hex);
    const auto content = artifact::expand(view_of(file), one.compression);
    CHECK(content.has_value());
    if (content) CHECK(text_of(*content) == std::string(kContent) + std::string(kContent));
  }
}

TEST_CASE("expand: a part of a file is an error", "[artifact][expand]") {
  for (const CompressedCase& one : kCompressedCases) {
    INFO(one.name);
    const std::string file = bytes_of_hex(one.hex);
    for (std::size_t size = 0; size < file.size(); ++size) {
      INFO(size);
      CHECK_FALSE(artifact::expand(view_of(file).first(size), one.compression).has_value());
    }
  }
}

TEST_CASE("expand: bytes behind a stream that are none are an error", "[artifact][expand]") {
  for (const CompressedCase& one : kCompressedCases) {
    INFO(one.name);
    for (const std::string_view more : {"x", "something else"}) {
      const std::string file = bytes_of_hex(one.hex) + std::string(more);
      CHECK_FALSE(artifact::expand(view_of(file), one.compression).has_value());
    }
  }
}

TEST_CASE("expand: damage is an error", "[artifact][expand]") {
  for (const CompressedCase& one : kCompressedCases) {
    INFO(one.name);
    std::string file = bytes_of_hex(one.hex);
    const std::size_t at = file.size() - 6;
    file[at] = static_cast<char>(file[at] ^ 0x10);
    const auto content = artifact::expand(view_of(file), one.compression);
    // lzma has no checksum; the others notice.
    if (one.compression == Compression::lzma && content) continue;
    CHECK_FALSE(content.has_value());
  }
}

TEST_CASE("expand: what would become huge is refused", "[artifact][expand]") {
  const std::string bomb = bytes_of_hex(kBomb);
  const auto refused = artifact::expand(view_of(bomb), Compression::bzip2);
  REQUIRE_FALSE(refused.has_value());
  CHECK(says_all(refused.error().message(), "bzip2 data … more than 67108864 bytes come out of 8"));

  ExpandLimits all;
  all.always = std::size_t{65} << 20;
  CHECK(artifact::expand(view_of(bomb), Compression::bzip2, all).value().size() == all.always);

  const std::string dictionary = bytes_of_hex(kHugeDictionary);
  const auto too_much = artifact::expand(view_of(dictionary), Compression::lzma);
  REQUIRE_FALSE(too_much.has_value());
  CHECK(says_all(too_much.error().message(), "asks for more memory than any model needs"));
}

TEST_CASE("expand: the limits are those that were asked for", "[artifact][expand]") {
  const std::string file = bytes_of_hex(kCompressedCases[0].hex);
  ExpandLimits limits;
  limits.always = 10;
  limits.most_per_byte = 1;
  CHECK_FALSE(artifact::expand(view_of(file), Compression::zlib, limits).has_value());
  limits.most_per_byte = 2;
  CHECK(artifact::expand(view_of(file), Compression::zlib, limits).has_value());
  limits.most = 23;
  CHECK_FALSE(artifact::expand(view_of(file), Compression::zlib, limits).has_value());
}

}  // namespace trivet::test
