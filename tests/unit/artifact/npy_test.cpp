// SPDX-License-Identifier: Apache-2.0
// NumPy files: what NumPy wrote, and what nobody should have written.
#include "artifact/npy.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/npz.hpp"
#include "catch.hpp"

namespace {

using trivet::artifact::NpyArray;
using trivet::artifact::NpzMember;

std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string from_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

// numpy 2.4: np.save of np.asfortranarray([[1.5, 2, 3], [4, nan, -6]], float32)
constexpr std::string_view kColumnMajor =
    "934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572273a20"
    "547275652c20277368617065273a2028322c2033292c207d2020202020202020202020202020202020202020"
    "2020202020202020202020202020202020202020202020202020202020202020202020202020200a0000c03f"
    "00008040000000400000c07f000040400000c0c0";

// numpy 2.4: np.savez(rows=[[1, -2], [3, 4]] as int16, more=[7.5])
constexpr std::string_view kArchive =
    "504b03042d000000000000002100eed4e8c5ffffffffffffffff08001400726f77732e6e7079010010008800"
    "0000000000008800000000000000934e554d5059010076007b276465736372273a20273c6932272c2027666f"
    "727472616e5f6f72646572273a2046616c73652c20277368617065273a2028322c2032292c207d2020202020"
    "2020202020202020202020202020202020202020202020202020202020202020202020202020202020202020"
    "2020202020202020200a0100feff03000400504b03042d00000000000000210074659cd7ffffffffffffffff"
    "080014006d6f72652e6e70790100100088000000000000008800000000000000934e554d5059010076007b27"
    "6465736372273a20273c6638272c2027666f727472616e5f6f72646572273a2046616c73652c202773686170"
    "65273a2028312c292c207d202020202020202020202020202020202020202020202020202020202020202020"
    "2020202020202020202020202020202020202020202020202020200a0000000000001e40504b01022d032d00"
    "0000000000002100eed4e8c58800000088000000080000000000000000000000800100000000726f77732e6e"
    "7079504b01022d032d00000000000000210074659cd788000000880000000800000000000000000000008001"
    "c20000006d6f72652e6e7079504b050600000000020002006c000000840100000000";

/// A `.npy` file of version 1 (2 and 3 differ in the width of the length only).
std::string npy_file(std::string_view header, std::string_view data, int version = 1) {
  std::string file = "\x93NUMPY";
  file += static_cast<char>(version);
  file += '\0';
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  for (std::size_t i = 0; i < length_bytes; ++i) {
    file += static_cast<char>(header.size() >> (8 * i) & 0xFF);
  }
  return file.append(header).append(data);
}

struct ElementCase {
  const char* name;
  std::string_view type;
  std::string_view data;
  double value;
};

/// The number 258 = 0x0102, or the nearest that the type holds, spelled byte by byte.
const ElementCase kElementCases[] = {
    {"int8", "|i1", std::string_view("\xFE", 1), -2},
    {"uint8", "|u1", std::string_view("\xFE", 1), 254},
    {"boolean", "|b1", std::string_view("\x01", 1), 1},
    {"int16", "<i2", std::string_view("\x02\x01", 2), 258},
    {"int16, big end first", ">i2", std::string_view("\x01\x02", 2), 258},
    {"uint16", "<u2", std::string_view("\xFF\xFF", 2), 65535},
    {"int32", "<i4", std::string_view("\xFE\xFF\xFF\xFF", 4), -2},
    {"uint32", "<u4", std::string_view("\xFF\xFF\xFF\xFF", 4), 4294967295.0},
    {"int64", "<i8", std::string_view("\x02\x01\0\0\0\0\0\0", 8), 258},
    {"uint64, big end first", ">u8", std::string_view("\0\0\0\0\0\0\x01\x02", 8), 258},
    {"float32, big end first", ">f4", std::string_view("\x3F\xC0\0\0", 4), 1.5},
    {"float64", "<f8", std::string_view("\0\0\0\0\0\0\x1E\x40", 8), 7.5},
};

struct HeaderCase {
  const char* name;
  std::string_view header;
};

const HeaderCase kBadHeaders[] = {
    {"nothing", ""},
    {"no dictionary", "[1, 2]"},
    {"a key without value", "{'descr'}"},
    {"an unknown key", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}"},
    {"no shape", "{'descr': '<f4', 'fortran_order': False}"},
    {"no order", "{'descr': '<f4', 'shape': (1,)}"},
    {"no type", "{'fortran_order': False, 'shape': (1,)}"},
    {"a text that never ends", "{'descr': '<f4"},
    {"a structured type", "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}"},
    {"objects", "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}"},
    {"an empty type", "{'descr': '', 'fortran_order': False, 'shape': (1,)}"},
    {"half precision", "{'descr': '<f2', 'fortran_order': False, 'shape': (1,)}"},
    {"an unknown byte order", "{'descr': '!f4', 'fortran_order': False, 'shape': (1,)}"},
    {"a negative extent", "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}"},
    {"an extent beyond 64 bits",
     "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}"},
    {"a product beyond 64 bits",
     "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}"},
    {"more elements than bytes", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}"},
    {"a shape that never ends", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,"},
    {"33 dimensions",
     "{'descr': '<f4', 'fortran_order': False, 'shape': "
     "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}"},
    {"neither true nor false", "{'descr': '<f4', 'fortran_order': 1, 'shape': (1,)}"},
    {"text behind it", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x"},
};

}  // namespace

TEST_CASE("npy: a column-major matrix comes out row by row", "[artifact][npy]") {
  const std::string file = from_hex(kColumnMajor);
  const auto array = trivet::artifact::read_npy(as_bytes(file));
  REQUIRE(array);
  CHECK(array->is_column_major);
  CHECK(array->shape == std::vector<std::int64_t>{2, 3});
  const std::vector<double> rows = to_row_major(*array);
  REQUIRE(rows.size() == 6);
  CHECK(std::isnan(rows[4]));
  CHECK(std::vector<double>(rows.begin(), rows.begin() + 4) == std::vector<double>{1.5, 2, 3, 4});
  CHECK(rows[5] == -6);
}

TEST_CASE("npy: every plain element type is read in either byte order", "[artifact][npy]") {
  for (const ElementCase& element : kElementCases) {
    INFO(element.name);
    const std::string header =
        "{'descr': '" + std::string(element.type) + "', 'fortran_order': False, 'shape': (1,)}";
    const std::string file = npy_file(header, element.data);
    const auto array = trivet::artifact::read_npy(as_bytes(file));
    CHECK(array.has_value());
    if (array) CHECK(to_row_major(*array) == std::vector<double>{element.value});
  }
}

TEST_CASE("npy: format versions 1, 2 and 3 are read, others are refused", "[artifact][npy]") {
  const std::string_view header = "{'descr': '|i1', 'fortran_order': False, 'shape': (), }\n";
  for (int version = 0; version < 6; ++version) {
    INFO("version " << version);
    const std::string file = npy_file(header, "\x07", version);
    const auto array = trivet::artifact::read_npy(as_bytes(file));
    CHECK(array.has_value() == (version >= 1 && version <= 3));
    if (array) CHECK(to_row_major(*array) == std::vector<double>{7});
  }
}

TEST_CASE("npy: an old shape with Python's long integers is read", "[artifact][npy]") {
  const std::string file =
      npy_file("{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 1L)}", "ab");
  const auto array = trivet::artifact::read_npy(as_bytes(file));
  REQUIRE(array);
  CHECK(array->shape == std::vector<std::int64_t>{2, 1});
}

TEST_CASE("npy: a matrix without elements is empty whatever its other extent", "[artifact][npy]") {
  const std::string file =
      npy_file("{'descr': '<f4', 'fortran_order': True, 'shape': (0, 9223372036854775)}", "");
  const auto array = trivet::artifact::read_npy(as_bytes(file));
  REQUIRE(array);
  CHECK(array->element_count() == 0);
  CHECK(to_row_major(*array).empty());
}

TEST_CASE("npy: a header that can't be is refused in three parts", "[artifact][npy]") {
  for (const HeaderCase& bad : kBadHeaders) {
    INFO(bad.name);
    const std::string file = npy_file(bad.header, std::string_view("\0\0\0\0", 4));
    const auto array = trivet::artifact::read_npy(as_bytes(file));
    CHECK_FALSE(array.has_value());
    if (array) continue;
    CHECK_FALSE(array.error().where().empty());
    CHECK_FALSE(array.error().found().empty());
    CHECK_FALSE(array.error().expected().empty());
  }
}

TEST_CASE("npy: every prefix of a file is refused", "[artifact][npy]") {
  const std::string file = from_hex(kColumnMajor);
  for (std::size_t size = 0; size < file.size(); ++size) {
    INFO(size << " bytes");
    const std::string prefix = file.substr(0, size);  // its own buffer, so that a checker sees
    CHECK_FALSE(trivet::artifact::read_npy(as_bytes(prefix)).has_value());
  }
}

TEST_CASE("npz: the arrays of an archive are found by its directory", "[artifact][npz]") {
  const std::string file = from_hex(kArchive);
  CHECK(trivet::artifact::is_npz(as_bytes(file)));
  const auto members = trivet::artifact::read_npz(as_bytes(file));
  REQUIRE(members);
  REQUIRE(members->size() == 2);
  CHECK((*members)[0].name == "rows");
  CHECK((*members)[1].name == "more");
  const auto rows = trivet::artifact::read_npy((*members)[0].file);
  REQUIRE(rows);
  CHECK(to_row_major(*rows) == std::vector<double>{1, -2, 3, 4});
  const auto more = trivet::artifact::read_npy((*members)[1].file);
  REQUIRE(more);
  CHECK(to_row_major(*more) == std::vector<double>{7.5});
}

TEST_CASE("npz: a compressed or encrypted member is refused by name", "[artifact][npz]") {
  const std::string file = from_hex(kArchive);
  const std::size_t entry = file.find("PK\x01\x02");
  for (const std::size_t field : {8u, 10u}) {  // flags: bit 0 is encryption; method: 8 is deflate
    std::string changed = file;
    changed[entry + field] = field == 8 ? 1 : 8;
    const auto members = trivet::artifact::read_npz(as_bytes(changed));
    REQUIRE_FALSE(members.has_value());
    CHECK(members.error().where() == "\"rows.npy\"");
  }
}

TEST_CASE("npz: no prefix and no changed byte is read outside the file", "[artifact][npz]") {
  const std::string file = from_hex(kArchive);
  const auto read_all = [](const std::string& bytes) {
    const auto members = trivet::artifact::read_npz(as_bytes(bytes));
    if (!members) return;
    for (const NpzMember& member : *members) {
      const auto array = trivet::artifact::read_npy(member.file);
      if (array) (void)to_row_major(*array);
    }
  };
  for (std::size_t size = 0; size < file.size(); ++size) {
    const std::string prefix = file.substr(0, size);
    CHECK_FALSE(trivet::artifact::read_npz(as_bytes(prefix)).has_value());
  }
  for (std::size_t at = 0; at < file.size(); ++at) {
    for (const int bit : {0, 3, 7}) {
      std::string changed = file;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      read_all(changed);
    }
  }
  SUCCEED("the sanitizers have nothing to say");
}
