// SPDX-License-Identifier: Apache-2.0
// Base64: the vectors of RFC 4648, the service's samples, and texts that are none.
#include "base/base64.hpp"

#include <random>
#include <string>
#include <string_view>

#include "catch.hpp"

using trivet::base::decode_base64;
using trivet::base::encode_base64;

namespace {

struct Base64Row {
  std::string_view bytes;
  std::string_view text;
};

// RFC 4648 section 10.
constexpr Base64Row kRfcVectors[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

}  // namespace

TEST_CASE("base64: the vectors of the standard go both ways", "[base][base64]") {
  for (const Base64Row& row : kRfcVectors) {
    INFO(row.text);
    std::string text = "kept ";
    encode_base64(row.bytes, text);
    CHECK(text == "kept " + std::string(row.text));
    std::string bytes = "kept ";
    CHECK(decode_base64(row.text, bytes));
    CHECK(bytes == "kept " + std::string(row.bytes));
  }
}

TEST_CASE("base64: padding may be left out and spare bits may be set", "[base][base64]") {
  const Base64Row rows[] = {
      {"f", "Zg"},
      {"fo", "Zm8"},
      {"foob", "Zm9vYg"},
      // Samples in the service's own pages, unpadded and with spare bits; the bytes are Python's.
      {"\x5f\x96\x9d\xea", "X5ad6u"},
      {"\x20\x0f\x63\xe2\x7c", "IA9j4nx"},
      {"f", "Zh=="},
  };
  for (const Base64Row& row : rows) {
    INFO(row.text);
    std::string bytes;
    CHECK(decode_base64(row.text, bytes));
    CHECK(bytes == row.bytes);
  }
}

TEST_CASE("base64: what is none is refused and leaves the output alone", "[base][base64]") {
  const std::string_view rows[] = {
      "a",
      "aaaaa",
      "=",
      "==",
      "====",
      "a===",
      "ab=",
      "abc==",
      "abcd=",
      "ab=c",
      "=abc",
      "a-_=",
      "a_bc",
      "ab\n=",
      "ab c",
      " abcd",
      "abcd\n",
      "ab==ab==",
      "ab\xff"
      "c",
      "a\0bc",
      "äöü",
      "aGk=aGk=",
      "aGk.",
      "aG*=",
      "!!!!",
  };
  for (const std::string_view text : rows) {
    INFO(text);
    std::string bytes = "kept";
    CHECK_FALSE(decode_base64(text, bytes));
    CHECK(bytes == "kept");
  }
}

TEST_CASE("base64: bytes of any length and value come back", "[base][base64]") {
  std::mt19937_64 random(3);
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    std::string text;
    encode_base64(bytes, text);
    CHECK(text.size() == (size + 2) / 3 * 4);
    std::string padded, bare;
    REQUIRE(decode_base64(text, padded));
    CHECK(padded == bytes);
    while (text.ends_with('=')) text.pop_back();
    REQUIRE(decode_base64(text, bare));
    CHECK(bare == bytes);
  }
}
