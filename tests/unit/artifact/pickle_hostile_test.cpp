// SPDX-License-Identifier: Apache-2.0
// Pickles that nobody should have written: each refused for its reason, in bounded time and memory.
#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "artifact/pickle.hpp"
#include "artifact/pickle_file.hpp"
#include "artifact/pickle_view.hpp"
#include "catch.hpp"
#include "support/hex.hpp"
#include "support/says.hpp"
#include "unit/artifact/pickle_samples.hpp"
#include "unit/artifact/pickle_shown.hpp"

namespace trivet::test {
namespace {

using namespace std::string_view_literals;
using namespace std::string_literals;

std::span<const std::byte> raw_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

struct HostileCase {
  std::string name;
  std::string bytes;
  std::string says;
  Errc code = Errc::invalid_model;
};

std::string array_of(std::string_view dtype, std::string_view shape, std::string_view data) {
  return "\x80\x02"
         "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01"
         "b\x87R(K\x01"s +
         std::string(shape) + std::string(dtype) + "\x89" + std::string(data) + "tb.";
}
constexpr std::string_view kFloat64 =
    "cnumpy\ndtype\nU\x02"
    "f8K\x00K\x01\x87R"sv;
constexpr std::string_view kObject = "cnumpy\ndtype\nU\x02O8K\x00K\x01\x87R"sv;

/// A dtype of records of 8 bytes with one field, `f8` at an offset.
std::string record_at(std::string_view offset, std::string_view field = kFloat64) {
  return "cnumpy\ndtype\nU\x02V8K\x00K\x01\x87R(K\x03U\x01|N"
         "U\x01\x61\x85}U\x01\x61"s +
         std::string(field) + std::string(offset) + "\x86sK\x08K\x01K\x10tb";
}

const HostileCase kHostileCases[] = {
    {"empty", "", "byte 0 … the file ends without STOP"},
    {"no opcode", "{\"a\": 1}", "byte 0 … 0x7b is no pickle opcode"},
    {"protocol 6", "\x80\x06N.", "the protocol is 6", Errc::unsupported_model},
    {"a frame beyond the file", std::string("\x80\x04\x95\xff\0\0\0\0\0\0\0N.", 13),
     "a frame of 255 bytes"},
    {"2 GB of text",
     "\x80\x02X\xf0\xff\xff\x7f"
     "abc.",
     "a length of 2147483632 bytes, and 4 are left"},
    {"8 EB of bytes",
     std::string("\x80\x04\x8e\0\0\0\0\0\0\0\x80"
                 "abc.",
                 15),
     "are left in the file"},
    {"a negative length", "\x80\x02T\xff\xff\xff\xff.", "a negative length"},
    {"a negative long", "\x80\x02\x8b\xff\xff\xff\xff.", "a negative length"},
    {"a memo entry far away", "\x80\x02Nr\xf0\xff\xff\xff.", "entry 4294967280 comes after 0"},
    {"a memo entry that isn't there", "\x80\x02h\x05.", "the memo has no entry 5"},
    {"nothing on the stack", "\x80\x02\x86.", "no value for it on the stack"},
    {"nothing above the mark", "\x80\x02N(\x85.", "no value for it on the stack"},
    {"no mark", "\x80\x02Nt.", "no mark"},
    {"two results", "NN.", "2 values are on the stack"},
    {"no result", ".", "no value for it on the stack"},
    {"a key without a value", "}(Nu.", "a key without a value"},
    {"items for a number", "K\x01K\x02\x61.", "the items are for an int"},
    {"entries for a list", "]NNs.", "the entries are for a list"},
    {"a call of a number", "K\x01)R.", "a call of an int"},
    {"arguments that are no tuple", "cshop\nBasket\n]R.", "with a list"},
    {"a state for a list", "]}b.", "a state for a list"},
    {"two states", "cshop\nBasket\n)\x81}b}b.", "a value whose state has come before"},
    {"a text that is no int", "Ix\n.", "\"x\" is no whole number"},
    {"a text that is no float", "Fx\n.", "\"x\" is no number"},
    {"an escape that is none", "V\\u12\n.", "an escape that is none"},
    {"a text without quotes", "Sabc\n.", "is no text in quotes"},
    {"an encoding", "c_codecs\nencode\n(Va\nVrot13\ntR.", "encoded as \"rot13\""},
    {"bytes of wide characters", "c_codecs\nencode\n(V\\u20ac\nVlatin1\ntR.",
     "characters that are no bytes"},

    {"a persistent id", "Px\n.", "PERSID: a persistent id", Errc::unsupported_model},
    {"an extension code", "\x80\x02\x82\x01.", "EXT1: an extension code", Errc::unsupported_model},
    {"a buffer beside it", "\x80\x05\x97.", "NEXT_BUFFER: a buffer", Errc::unsupported_model},
    {"an instance of Python 2", "(ios\nsystem\n.", "old-style classes", Errc::unsupported_model},
    {"DUP", "N2\x86.", "no pickler writes", Errc::unsupported_model},
    {"an array in another file",
     "\x80\x02"
     "cjoblib.numpy_pickle\nNDArrayWrapper\n)\x81}b.",
     "an array in a file of its own", Errc::unsupported_model},

    {"a list in itself", "]q\x00h\x00\x61."s, "a value that holds itself"},
    {"a million tuples", std::string("N") + std::string(1'000'000, '\x85') + ".",
     "more than 256 values inside each other"},
    {"2³⁰ visits of one list", "]" + repeated("q\x01h\x01\x86"sv, 40) + ".",
     "all visits never end"},
    {"one text encoded again and again",
     "c_codecs\nencode\np0\n0V" + std::string(1000, 'x') + "\np1\n0" +
         repeated("g0\n(g1\nVlatin1\ntR0", 2000) + "N.",
     "the same text again and again"},
    {"one list made a dict again and again",
     "cbuiltins\ndict\np0\n0(" + repeated("(NNt", 2000) + "lp1\n0" +
         repeated("g0\n(g1\ntR0", 5000) + "N.",
     "the same pairs again and again"},

    {"an array with too few bytes",
     array_of(kFloat64, "K\x02\x85",
              "U\x08"
              "12345678"),
     "an array of 2 cells of <f8 has 8 bytes"},
    {"an array of 2⁶⁴ cells",
     array_of(kFloat64, "\x8a\x05\0\0\0\0\x01\x8a\x05\0\0\0\0\x01\x86"sv, "U\x00"sv),
     "shape no array has"},
    {"a negative extent", array_of(kFloat64, "J\xff\xff\xff\xff\x85", "U\x00"sv),
     "shape no array has"},
    {"nothing times very much", array_of(kFloat64, "K\x00\x8a\x05\0\0\0\0\x01\x86"sv, "U\x00"sv),
     "shape no array has"},
    {"texts of no length",
     array_of("cnumpy\ndtype\nU\x02U0K\x00K\x01\x87R"sv, "\x8a\x05\0\0\0\0\x01\x85"sv, "U\x00"sv),
     "an array of 4294967296 cells of <U0 has 0 bytes"},
    {"objects as bytes",
     array_of(kObject, "K\x01\x85",
              "U\x08"
              "12345678"),
     "an array of objects without a list"},
    {"too few objects", array_of(kObject, "K\x02\x85", "]"), "2 cells of |O has 0 objects"},
    {"a field behind its record", array_of(record_at("K\x01"), "K\x00\x85"sv, "U\x00"sv),
     "the field \"a\", at byte 1 of 8, with <f8"},
    {"a field before its record",
     array_of(record_at("J\xff\xff\xff\xff"), "K\x00\x85"sv, "U\x00"sv), "at byte -1 of 8"},
    {"an object in a record", array_of(record_at("K\x00"sv, kObject), "K\x00\x85"sv, "U\x00"sv),
     "plain data inside of its record"},
    {"dates", "cnumpy\ndtype\nU\x02M8K\x00K\x01\x87R."s, "the type \"M8\"",
     Errc::unsupported_model},
    {"a scalar of the wrong size",
     "cnumpy.core.multiarray\nscalar\n" + std::string(kFloat64) +
         "U\x04"
         "1234\x86R.",
     "a scalar of <f8"},
};

}  // namespace

TEST_CASE("pickle: hostile streams are refused for their reason", "[artifact][pickle]") {
  for (const HostileCase& one : kHostileCases) {
    INFO(one.name);
    const auto pickle = artifact::read_pickle(raw_bytes(one.bytes), data_names());
    CHECK_FALSE(pickle.has_value());
    if (pickle) continue;
    INFO(pickle.error().message());
    CHECK(pickle.error().code() == one.code);
    CHECK(says_all(pickle.error().message(), one.says));
  }
}

TEST_CASE("pickle: a limit on values holds", "[artifact][pickle]") {
  artifact::PickleOptions options;
  options.max_values = 100;
  const std::string fits = "(" + std::string(99, 'N') + "t.";
  const std::string too_many = "(" + std::string(100, 'N') + "t.";
  CHECK(artifact::read_pickle(raw_bytes(fits), data_names(), options).has_value());
  const auto refused = artifact::read_pickle(raw_bytes(too_many), data_names(), options);
  REQUIRE_FALSE(refused.has_value());
  CHECK(says_all(refused.error().message(), "more than 100 values"));
}

TEST_CASE("pickle: every prefix of a sample is an error", "[artifact][pickle]") {
  for (const PickleSample& sample : kPickleSamples) {
    INFO(sample.name);
    const std::string bytes = bytes_of_hex(sample.hex);
    std::size_t read = 0;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto prefix = raw_bytes(std::string_view(bytes).substr(0, size));
      if (artifact::read_pickle_file(prefix, data_names())) ++read;
    }
    // The checks of gzip and xz stand behind the data, and so may be cut without a loss.
    CHECK(read == 0);
  }
}

}  // namespace trivet::test
