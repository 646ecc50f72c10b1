// SPDX-License-Identifier: Apache-2.0
// NumPy's type codes, shapes and cells. What NumPy itself wrote is read in pickle_test.cpp.
#include "artifact/numpy_array.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"

namespace trivet::test {
namespace {

using artifact::NumpyArray;
using artifact::NumpyLayout;
using artifact::NumpyType;

struct CodeCase {
  std::string_view code;
  std::string_view name;  // empty: refused
};
constexpr CodeCase kCodeCases[] = {
    {"f8", "<f8"},        {"<f4", "<f4"},  {">f8", ">f8"},  {"=i4", "<i4"}, {"|b1", "|b1"},
    {"?", "|b1"},         {"u1", "|u1"},   {"i8", "<i8"},   {"f2", "<f2"},  {"U3", "<U3"},
    {">U3", ">U3"},       {"S5", "|S5"},   {"V56", "|V56"}, {"O8", "|O"},   {"O", "|O"},
    {"d", "<f8"},         {"f16", "<f16"}, {"c16", "<c16"}, {"", ""},       {"<", ""},
    {"f", "<f4"},         {"f3", ""},      {"f1", ""},      {"b2", ""},     {"i16", ""},
    {"M8", ""},           {"m8[ns]", ""},  {"x4", ""},      {"f8 ", ""},    {"f-8", ""},
    {"U99999999999", ""}, {"i4,f8", ""},
};

/// The cells of an array over bytes that are 0, 1, 2, … as int16.
std::vector<std::int64_t> counted_cells(const NumpyLayout& layout) {
  const NumpyType type = artifact::parse_numpy_type("<i2").value();
  NumpyArray array = artifact::make_numpy_array(type, layout);
  std::vector<std::int16_t> numbers(array.cell_count());
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::int16_t>(i);
  array.data = std::as_bytes(std::span(numbers));
  std::vector<std::int64_t> out;
  CHECK(array.cells().append_to(out));
  return out;
}

/// The values must outlive it.
template <class T>
NumpyArray array_over(const NumpyType& type, const std::vector<T>& values) {
  NumpyLayout layout;
  layout.shape = {static_cast<std::int64_t>(values.size())};
  NumpyArray array = artifact::make_numpy_array(type, layout);
  array.data = std::as_bytes(std::span(values));
  return array;
}

}  // namespace

TEST_CASE("numpy: type codes are read as NumPy reads them", "[artifact][numpy]") {
  for (const CodeCase& one : kCodeCases) {
    INFO(one.code);
    const auto type = artifact::parse_numpy_type(one.code);
    CHECK((type ? type->name() : "") == one.name);
  }
}

TEST_CASE("numpy: cells come in row-major order from every layout", "[artifact][numpy]") {
  using Cells = std::vector<std::int64_t>;
  // a[i][j] is at 3·i + j, or at i + 2·j.
  CHECK(counted_cells({{2, 3}, false, {}}) == Cells{0, 1, 2, 3, 4, 5});
  CHECK(counted_cells({{2, 3}, true, {}}) == Cells{0, 2, 4, 1, 3, 5});
  // The bytes are of shape (2, 3); the array's dimensions are its second and its first.
  CHECK(counted_cells({{2, 3}, false, {1, 0}}) == Cells{0, 3, 1, 4, 2, 5});
  CHECK(counted_cells({{}, false, {}}) == Cells{0});
  CHECK(counted_cells({{2, 0}, false, {}}).empty());
}

TEST_CASE("numpy: shapes that no array has are refused", "[artifact][numpy]") {
  using Shape = std::vector<std::int64_t>;
  CHECK(artifact::count_numpy_cells(Shape{}) == 1u);
  CHECK(artifact::count_numpy_cells(Shape{3, 4}) == 12u);
  CHECK(artifact::count_numpy_cells(Shape{0, 1000}) == 0u);
  CHECK_FALSE(artifact::count_numpy_cells(Shape{-1}).has_value());
  CHECK_FALSE(artifact::count_numpy_cells(Shape{1LL << 32, 1LL << 32}).has_value());
  CHECK_FALSE(artifact::count_numpy_cells(Shape{0, 1LL << 40}).has_value());
  CHECK_FALSE(artifact::count_numpy_cells(Shape(33, 1)).has_value());
}

TEST_CASE("numpy: numbers that do not fit exactly are refused", "[artifact][numpy]") {
  const NumpyType natural = artifact::parse_numpy_type("<u8").value();
  const NumpyType real = artifact::parse_numpy_type("<f8").value();
  const std::vector<std::uint64_t> large_values{1, std::numeric_limits<std::uint64_t>::max()};
  const std::vector<double> real_values{1, 0};
  const NumpyArray large = array_over(natural, large_values);
  const NumpyArray reals = array_over(real, real_values);
  std::vector<std::int64_t> integers{7};
  std::vector<float> floats;
  std::vector<double> doubles;
  std::vector<std::uint8_t> flags;
  CHECK_FALSE(large.cells().append_to(integers));
  CHECK(integers == std::vector<std::int64_t>{7});
  CHECK_FALSE(large.cells().append_to(flags));
  CHECK(large.cells().append_to(doubles));
  CHECK_FALSE(reals.cells().append_to(floats));
  CHECK_FALSE(reals.cells().append_to(integers));
}

TEST_CASE("numpy: halves have the values of IEEE 754", "[artifact][numpy]") {
  CHECK(artifact::half_to_float(0x3C00) == 1.0f);
  CHECK(artifact::half_to_float(0xC000) == -2.0f);
  CHECK(artifact::half_to_float(0x7BFF) == 65504.0f);
  CHECK(artifact::half_to_float(0x0400) == std::ldexp(1.0f, -14));
  CHECK(artifact::half_to_float(0x0001) == std::ldexp(1.0f, -24));
  CHECK(std::signbit(artifact::half_to_float(0x8000)));
  CHECK(std::isinf(artifact::half_to_float(0xFC00)));
  CHECK(std::isnan(artifact::half_to_float(0x7E00)));
}

TEST_CASE("numpy: a text of numbers that are no characters is refused", "[artifact][numpy]") {
  const NumpyType type = artifact::parse_numpy_type("<U1").value();
  std::vector<std::string> texts;
  for (const std::uint32_t c : {0xD800u, 0x110000u, 0xFFFFFFFFu}) {
    INFO(c);
    const std::vector<std::uint32_t> cell{c};
    NumpyArray array = artifact::make_numpy_array(type, {{1}, false, {}});
    array.data = std::as_bytes(std::span(cell));
    CHECK_FALSE(array.cells().append_to(texts));
  }
  CHECK(texts.empty());
}

}  // namespace trivet::test
