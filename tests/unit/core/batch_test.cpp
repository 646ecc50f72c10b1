// SPDX-License-Identifier: Apache-2.0
// Signatures, element types and rows filled cell by cell.
#include "trivet/batch.hpp"

#include <cmath>

#include "catch.hpp"

namespace trivet::test {
namespace {

Signature mixed_signature(DType cells) {
  Signature signature;
  signature.cell_type = cells;
  signature.columns.resize(4);
  signature.columns[0].name = "age";
  signature.columns[1].name = "job";
  signature.columns[1].type = ColumnType::category;
  signature.columns[1].categories = {"services", "admin", "größe"};
  signature.columns[2].name = "note";
  signature.columns[2].type = ColumnType::text;
  signature.columns[3].name = "image";
  signature.columns[3].type = ColumnType::bytes;
  return signature;
}

}  // namespace

TEST_CASE("tensor: element types have NumPy's names and sizes", "[core][tensor]") {
  const std::tuple<DType, const char*, std::size_t> types[] = {
      {DType::float32, "float32", 4}, {DType::float64, "float64", 8}, {DType::int8, "int8", 1},
      {DType::int16, "int16", 2},     {DType::int32, "int32", 4},     {DType::int64, "int64", 8},
      {DType::uint8, "uint8", 1},     {DType::uint16, "uint16", 2},   {DType::uint32, "uint32", 4},
      {DType::uint64, "uint64", 8},
  };
  for (const auto& [type, name, size] : types) {
    CHECK(dtype_name(type) == name);
    CHECK(size_of(type) == size);
  }
  CHECK(size_of(DType::boolean) == 1);
  CHECK(size_of(DType::text) == 0);
  CHECK(size_of(DType::bytes) == 0);
  CHECK(dtype_of<const float>() == DType::float32);
  CHECK(dtype_of<bool>() == DType::boolean);
}

TEST_CASE("tensor: a matrix view steps by its stride", "[core][tensor]") {
  float cells[] = {1, 2, -1, 3, 4, -1};
  const MatrixView<float> view(cells, 2, 2, 3);
  CHECK(view.row(1)[0] == 3);
  const MatrixView<const float> constant = view;
  CHECK(constant.row(1)[1] == 4);
  const MatrixView deduced(cells, 3, 2);
  CHECK(deduced.stride == 2);
}

TEST_CASE("signature: names are found by position", "[core][signature]") {
  const Signature signature = mixed_signature(DType::float32);
  CHECK(signature.find_column("job") == std::size_t{1});
  CHECK_FALSE(signature.find_column("Job").has_value());
  CHECK_FALSE(signature.find_column("").has_value());
  CHECK_FALSE(signature.find_output("x").has_value());
  CHECK(column_type_name(ColumnType::category) == "category");
  Output output;
  CHECK(output.width() == 1);
  output.shape = {2, 3};
  CHECK(output.width() == 6);
}

TEST_CASE("batch: a new row is missing all over", "[core][batch]") {
  for (const DType cells : {DType::float32, DType::float64}) {
    const Signature signature = mixed_signature(cells);
    Batch batch(signature);
    CHECK(batch.row_count() == 0);
    CHECK(batch.append_row() == 0);
    CHECK(batch.append_row() == 1);
    CHECK(batch.row_count() == 2);
    CHECK(batch.column_count() == 4);
    for (const float x : batch.float_row(1)) CHECK(std::isnan(x));
    for (const double x : batch.double_row(1)) CHECK(std::isnan(x));
    CHECK(batch.float_row(1).empty() == (cells == DType::float64));
    CHECK(batch.double_row(1).empty() == (cells == DType::float32));
    CHECK(batch.text(2).missing[1]);
    CHECK(batch.text(2).at(1).empty());
  }
}

TEST_CASE("batch: numbers are rounded to the cells", "[core][batch]") {
  const Signature narrow = mixed_signature(DType::float32);
  Batch floats(narrow);
  floats.append_row();
  floats.set_number(0, 0, 0.1);
  CHECK(floats.floats().row(0)[0] == 0.1f);
  floats.set_missing(0, 0);
  CHECK(std::isnan(floats.floats().row(0)[0]));
  const Signature wide = mixed_signature(DType::float64);
  Batch doubles(wide);
  doubles.append_row();
  doubles.set_number(0, 0, 0.1);
  CHECK(doubles.doubles().row(0)[0] == 0.1);
}

TEST_CASE("batch: a category's text becomes its position", "[core][batch]") {
  const Signature signature = mixed_signature(DType::float32);
  Batch batch(signature);
  batch.append_row();
  const std::pair<const char*, float> codes[] = {{"services", 0}, {"admin", 1}, {"größe", 2}};
  for (const auto& [text, code] : codes) {
    REQUIRE(batch.set_text(0, 1, text).has_value());
    CHECK(batch.floats().row(0)[1] == code);
  }
  const Status unknown = batch.set_text(0, 1, "Admin");
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().code() == Errc::invalid_request);
  const std::string message = unknown.error().message();
  for (const char* part : {"Admin", "services", "admin"}) {
    CHECK(message.find(part) != std::string::npos);
  }
}

TEST_CASE("batch: a hashed category takes any text", "[core][batch]") {
  Signature signature = mixed_signature(DType::float64);
  signature.columns[1].category_code = CategoryCode::city_hash;
  Batch batch(signature);
  batch.append_row();
  // The hash of the word stands in CatBoost's JSON models.
  REQUIRE(batch.set_text(0, 1, "red").has_value());
  CHECK(batch.doubles().row(0)[1] == -1242798403.0);
  REQUIRE(batch.set_text(0, 1, "").has_value());
  CHECK(batch.doubles().row(0)[1] == static_cast<double>(static_cast<std::int32_t>(0x2f90404f)));
}

TEST_CASE("batch: unknown categories are missing where the column says so", "[core][batch]") {
  Signature signature = mixed_signature(DType::float32);
  signature.columns[1].unknown_category = UnknownCategory::missing;
  Batch batch(signature);
  batch.append_row();
  batch.set_number(0, 1, 1);
  REQUIRE(batch.set_text(0, 1, "astronaut").has_value());
  CHECK(std::isnan(batch.floats().row(0)[1]));
}

TEST_CASE("batch: text for a number column is refused", "[core][batch]") {
  const Signature signature = mixed_signature(DType::float32);
  Batch batch(signature);
  batch.append_row();
  const Status status = batch.set_text(0, 0, "forty");
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().message().find("forty") != std::string::npos);
}

TEST_CASE("batch: texts and bytes stand in one piece, row after row", "[core][batch]") {
  const Signature signature = mixed_signature(DType::float32);
  Batch batch(signature);
  batch.append_row();
  REQUIRE(batch.set_text(0, 2, "first").has_value());
  batch.set_bytes(0, 3, std::string_view("\x00\xff", 2));
  batch.append_row();  // nothing in it
  batch.append_row();
  REQUIRE(batch.set_text(2, 2, "third, in vain").has_value());
  REQUIRE(batch.set_text(2, 2, "third").has_value());  // the later one counts
  const TextColumn& notes = batch.text(2);
  CHECK(notes.at(0) == "first");
  CHECK(notes.at(1).empty());
  CHECK(notes.at(2) == "third");
  CHECK(notes.characters == "firstthird");
  CHECK_FALSE(notes.missing[0]);
  CHECK(notes.missing[1]);
  CHECK(batch.text(3).at(0) == std::string_view("\x00\xff", 2));
}

TEST_CASE("batch: a text that is too long is refused and leaves the cell missing",
          "[core][batch]") {
  const Signature signature = mixed_signature(DType::float32);
  Batch batch(signature);
  batch.append_row();
  const Status status = batch.set_text(0, 2, std::string((std::size_t{1} << 27) + 1, 'a'));
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().found() == "a text of 134217729 bytes");
  CHECK(status.error().expected() == "at most 134217728");
  CHECK(batch.text(2).missing[0]);
}

TEST_CASE("batch: text for an older row is refused and changes nothing", "[core][batch]") {
  const Signature signature = mixed_signature(DType::float32);
  Batch batch(signature);
  batch.append_row();
  REQUIRE(batch.set_text(0, 2, "first").has_value());
  batch.append_row();
  REQUIRE(batch.set_text(1, 2, "second").has_value());
  const Status status = batch.set_text(0, 2, "again");
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().code() == Errc::invalid_argument);
  CHECK(batch.text(2).at(0) == "first");
  CHECK(batch.text(2).at(1) == "second");
}

TEST_CASE("batch: a cleared batch starts over", "[core][batch]") {
  const Signature signature = mixed_signature(DType::float32);
  Batch batch(signature);
  batch.reserve(10);
  for (int round = 0; round < 3; ++round) {
    batch.clear();
    CHECK(batch.row_count() == 0);
    for (int r = 0; r < 10; ++r) batch.append_row();
    batch.set_number(9, 0, round);
    REQUIRE(batch.set_text(9, 2, "last").has_value());
    CHECK(batch.floats().row(9)[0] == static_cast<float>(round));
    CHECK(std::isnan(batch.floats().row(8)[0]));
    CHECK(batch.text(2).at(9) == "last");
    CHECK(batch.text(2).characters == "last");
  }
}

TEST_CASE("batch: columns may take several cells", "[core][batch]") {
  Signature signature = mixed_signature(DType::float64);
  signature.columns.resize(2);
  signature.columns[0].form = ColumnForm::pairs;
  signature.columns[0].cells = 2;
  signature.columns[1].form = ColumnForm::bag;
  signature.columns[1].cells = 4;  // three categories and how many values there are
  signature.columns[1].unknown_category = UnknownCategory::missing;
  signature.columns.emplace_back();
  CHECK(signature.cell_count() == 7);
  Batch batch(signature);
  CHECK(batch.cell_count() == 7);
  batch.append_row();
  const std::size_t row = batch.append_row();
  batch.set_element(row, 0, 1, 2.5);
  batch.set_empty(row, 1);
  for (const char* const text : {"admin", "astronaut", "größe", "admin"}) {
    CHECK(batch.add_text(row, 1, text).has_value());
  }
  batch.set_number(row, 2, 7);
  for (const double x : batch.doubles().row(0)) CHECK(std::isnan(x));
  const std::span<const double> cells = batch.doubles().row(1);
  REQUIRE(cells.size() == 7);
  CHECK(std::isnan(cells[0]));
  const double expected[] = {2.5, 0, 2, 1, 4, 7};
  for (std::size_t i = 0; i < std::size(expected); ++i) CHECK(cells[i + 1] == expected[i]);
}

TEST_CASE("batch: an unknown category in a bag is an error where the column says so",
          "[core][batch]") {
  Signature signature = mixed_signature(DType::float64);
  signature.columns.resize(2);
  signature.columns[1].form = ColumnForm::bag;
  signature.columns[1].cells = 4;
  Batch batch(signature);
  batch.append_row();
  batch.set_empty(0, 1);
  const Status unknown = batch.add_text(0, 1, "astronaut");
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().message().find("astronaut") != std::string::npos);
}

TEST_CASE("batch: nothing is written outside of a row", "[core][batch]") {
  // A signature of one's own, whose categories don't fit its cells.
  Signature signature;
  signature.cell_type = DType::float64;
  signature.columns = {{.name = "words",
                        .type = ColumnType::category,
                        .categories = {"a", "b"},
                        .unknown_category = UnknownCategory::missing,
                        .form = ColumnForm::bag,
                        .cells = 1}};
  Batch batch(signature);
  batch.append_row();
  batch.set_empty(0, 0);
  CHECK(batch.add_text(0, 0, "b"));
  batch.set_element(0, 0, 1, 7);
  CHECK(batch.doubles().row(0)[0] == 1);  // one value, of a category that has no cell
}

}  // namespace trivet::test
