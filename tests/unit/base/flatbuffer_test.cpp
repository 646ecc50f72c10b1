// SPDX-License-Identifier: Apache-2.0
// FlatBuffers tables: what is there is read, what leads out of the bytes is not believed.
#include "base/flatbuffer.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/flat_writer.hpp"

namespace trivet::test {
namespace {

using base::FlatBuffer;
using base::FlatTable;

std::span<const std::byte> as_flat_bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

/// Slots: 0 an int, 1 a text, 2 floats, 3 a table with an int, 4 tables, 5 texts, 6 nothing.
std::string sample() {
  FlatNode root;
  root.scalar<std::int32_t>(0, -7)
      .text(1, "name")
      .numbers<float>(2, {0.5F, 1.5F})
      .table(3, FlatNode().scalar<std::int32_t>(0, 42))
      .tables(4, {FlatNode().scalar<std::int32_t>(0, 1), FlatNode().scalar<std::int32_t>(0, 2)})
      .texts(5, {"a", "", "bc"});
  return root.bytes();
}

/// All that the sample holds, as one text; shorter when reading fails on the way.
std::string read_everything(const std::string& bytes) {
  FlatBuffer buffer(as_flat_bytes(bytes));
  FlatTable root;
  FlatTable child;
  std::string out;
  std::int32_t number = 0;
  std::string_view name;
  std::vector<float> floats;
  if (!buffer.root(root) || !root.scalar(0, number)) return out;
  out += std::to_string(number);
  if (!root.text(1, name)) return out;
  out += " " + std::string(name);
  if (!root.numbers(2, floats)) return out;
  for (const float x : floats) out += " " + std::to_string(x).substr(0, 3);
  if (!root.table(3, child) || !child.scalar(0, number)) return out;
  out += " " + std::to_string(number);
  const bool tables = root.tables(4, [&](const FlatTable& table) {
    if (!table.scalar(0, number)) return false;
    out += " " + std::to_string(number);
    return true;
  });
  const bool texts = tables && root.texts(5, [&](std::string_view text) {
    out += " <" + std::string(text) + ">";
    return true;
  });
  return texts ? out + " ." : out;
}

}  // namespace

TEST_CASE("flatbuffer: a table's fields are found by slot", "[base][flatbuffer]") {
  CHECK(read_everything(sample()) == "-7 name 0.5 1.5 42 1 2 <a> <> <bc> .");
}

TEST_CASE("flatbuffer: absent fields keep their defaults", "[base][flatbuffer]") {
  const std::string bytes = FlatNode().scalar<std::int32_t>(2, 5).bytes();
  FlatBuffer buffer(as_flat_bytes(bytes));
  FlatTable root;
  FlatTable child;
  std::int32_t number = 9;
  std::string_view name = "default";
  std::vector<double> numbers;
  REQUIRE(buffer.root(root));
  CHECK(root.scalar(0, number));
  CHECK(root.scalar(77, number));
  CHECK(number == 9);
  CHECK(root.text(1, name));
  CHECK(name == "default");
  CHECK(root.numbers(1, numbers));
  CHECK(numbers.empty());
  CHECK_FALSE(root.has(1));
  CHECK(root.has(2));
  CHECK_FALSE(root.table(1, child));
  CHECK(root.tables(1, [](const FlatTable&) { return false; }));
}

TEST_CASE("flatbuffer: no prefix and no changed byte leads out of the buffer",
          "[base][flatbuffer]") {
  const std::string whole = sample();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // A copy of its own, so that a sanitizer sees any step behind it.
    read_everything(std::string(whole, 0, size));
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int value : {0, 1, 3, 0x7f, 0x80, 0xfe, 0xff}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(value);
      read_everything(changed);
    }
  }
  CHECK(read_everything(whole).ends_with("."));
}

TEST_CASE("flatbuffer: broken tables are refused", "[base][flatbuffer]") {
  // Root at 4: the vtable (two sizes, one slot), then the table at 10 with a distance back of 6.
  const auto make = [](std::uint16_t vtable_size, std::uint16_t inline_size, std::uint16_t offset,
                       std::int32_t distance) {
    std::string bytes(18, '\0');
    const auto put = [&](std::size_t at, auto value) {
      std::memcpy(bytes.data() + at, &value, sizeof(value));
    };
    put(0, std::uint32_t{10});
    put(4, vtable_size);
    put(6, inline_size);
    put(8, offset);
    put(10, distance);
    put(14, std::int32_t{321});
    return bytes;
  };
  struct Row {
    const char* name;
    std::string bytes;
    bool opens;
    bool reads;
  };
  const Row rows[] = {
      {"as it should be", make(6, 8, 4, 6), true, true},
      {"an odd vtable", make(5, 8, 4, 6), false, false},
      {"a vtable without sizes", make(2, 8, 4, 6), false, false},
      {"a vtable beyond the end", make(600, 8, 4, 6), false, false},
      {"a table beyond the end", make(6, 9, 4, 6), false, false},
      {"a vtable before the buffer", make(6, 8, 4, 11), false, false},
      {"a vtable behind the buffer", make(6, 8, 4, -9), false, false},
      {"a field in the table's own head", make(6, 8, 2, 6), true, false},
      {"a field across the table's end", make(6, 8, 6, 6), true, false},
      {"a field behind the table's end", make(6, 8, 400, 6), true, false},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    FlatBuffer buffer(as_flat_bytes(row.bytes));
    FlatTable table;
    std::int32_t number = 0;
    const bool opened = buffer.root(table);
    CHECK(opened == row.opens);
    CHECK((opened && table.scalar(0, number)) == row.reads);
    CHECK((number == 321) == row.reads);
  }
}

TEST_CASE("flatbuffer: bytes that are referred to again and again run out", "[base][flatbuffer]") {
  constexpr std::uint32_t kReferences = 2000;
  // Vector of references, all to one table that holds a large vector.
  const std::string big =
      FlatNode().numbers<std::int32_t>(0, std::vector<std::int32_t>(5000, 1)).bytes();
  std::string bytes =
      FlatNode().numbers<std::uint32_t>(0, std::vector<std::uint32_t>(kReferences, 0)).bytes();
  const std::size_t references = bytes.size() - 1 - 4 * kReferences;
  std::uint32_t root_of_big = 0;
  std::memcpy(&root_of_big, big.data(), 4);
  const std::size_t target = bytes.size() + root_of_big;
  for (std::uint32_t i = 0; i < kReferences; ++i) {
    const auto distance = static_cast<std::uint32_t>(target - (references + 4 * i));
    std::memcpy(bytes.data() + references + 4 * i, &distance, 4);
  }
  bytes += big;
  FlatBuffer buffer(as_flat_bytes(bytes));
  FlatTable root;
  REQUIRE(buffer.root(root));
  std::size_t visited = 0;
  CHECK_FALSE(root.tables(0, [&](const FlatTable& table) {
    std::vector<std::int32_t> numbers;
    if (!table.numbers(0, numbers)) return false;
    CHECK(numbers.size() == 5000);
    ++visited;
    return true;
  }));
  CHECK(visited > 1);  // sharing as such is fine
  CHECK(visited * 5000 * sizeof(std::int32_t) <= 2 * bytes.size());
}

TEST_CASE("flatbuffer: many references to one empty text run out", "[base][flatbuffer]") {
  constexpr std::uint32_t kReferences = 1000;
  std::string bytes =
      FlatNode().numbers<std::uint32_t>(0, std::vector<std::uint32_t>(kReferences, 0)).bytes();
  const std::size_t references = bytes.size() - 1 - 4 * kReferences;
  for (std::uint32_t i = 0; i < kReferences; ++i) {
    const auto distance = static_cast<std::uint32_t>(bytes.size() - (references + 4 * i));
    std::memcpy(bytes.data() + references + 4 * i, &distance, 4);
  }
  bytes += std::string(4, '\0');  // the length of the text
  FlatBuffer buffer(as_flat_bytes(bytes));
  FlatTable root;
  REQUIRE(buffer.root(root));
  std::size_t visited = 0;
  CHECK_FALSE(root.texts(0, [&](std::string_view) { return ++visited != 0; }));
  CHECK(visited > 100);
  // One object for 8 bytes of the file.
  CHECK(visited <= bytes.size() / 8);
}

}  // namespace trivet::test
