// SPDX-License-Identifier: Apache-2.0
// scipy's sparse matrices and pandas' indexes, sound and not.
#include "artifact/sparse_matrix.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "support/hex.hpp"
#include "support/says.hpp"
#include "unit/artifact/pickle_shown.hpp"

namespace trivet::test {
namespace {

using artifact::PickleView;
using artifact::SparseMatrix;

// scipy 1.17: pickle.dumps(csr_matrix([[0, 1.5, 0], [2, 0, -3]]), 2)
constexpr std::string_view kByRow =
    "80026373636970792e7370617273652e5f6373720a6373725f6d61747269780a7100298171017d7102285806"
    "0000005f736861706571034b024b0386710458080000006d61787072696e7471054b325806000000696e6470"
    "74727106636e756d70792e5f636f72652e6d756c746961727261790a5f7265636f6e7374727563740a710763"
    "6e756d70790a6e6461727261790a71084b00857109635f636f646563730a656e636f64650a710a5801000000"
    "62710b58060000006c6174696e31710c86710d52710e87710f527110284b014b03857111636e756d70790a64"
    "747970650a71125802000000693471138988877114527115284b0358010000003c71164e4e4e4affffffff4a"
    "ffffffff4b007471176289680a580c0000000000000001000000030000007118680c86711952711a74711b62"
    "5807000000696e6469636573711c680768084b0085711d680e87711e52711f284b014b03857120681589680a"
    "580c0000000100000000000000020000007121680c8671225271237471246258040000006461746171256807"
    "68084b00857126680e877127527128284b014b03857129681258020000006638712a898887712b52712c284b"
    "0368164e4e4e4affffffff4affffffff4b0074712d6289680a581a000000000000000000c3b83f0000000000"
    "00004000000000000008c380712e680c86712f5271307471316275622e";
// pickle.dumps(csc_matrix([[0, 1.5, 0], [2, 0, -3]]), 4)
constexpr std::string_view kByColumn =
    "8004957c010000000000008c1173636970792e7370617273652e5f637363948c0a6373635f6d617472697894"
    "93942981947d94288c065f7368617065944b024b0386948c086d61787072696e74944b328c06696e64707472"
    "948c166e756d70792e5f636f72652e6d756c74696172726179948c0c5f7265636f6e7374727563749493948c"
    "056e756d7079948c076e6461727261799493944b0085944301629487945294284b014b048594680c8c056474"
    "7970659493948c02693494898887945294284b038c013c944e4e4e4affffffff4affffffff4b007494628943"
    "1000000000010000000200000003000000947494628c07696e646963657394680b680e4b0085946810879452"
    "94284b014b038594681889430c010000000000000001000000947494628c046461746194680b680e4b008594"
    "681087945294284b014b03859468158c02663894898887945294284b0368194e4e4e4affffffff4affffffff"
    "4b007494628943180000000000000040000000000000f83f00000000000008c09474946275622e";
// pandas 3.1: pickle.dumps(Index(["a", "b"], dtype=object), 2)
constexpr std::string_view kIndex =
    "80026370616e6461732e636f72652e696e64657865732e626173650a5f6e65775f496e6465780a7100637061"
    "6e6461730a496e6465780a71017d7102285804000000646174617103636e756d70792e5f636f72652e6d756c"
    "746961727261790a5f7265636f6e7374727563740a7104636e756d70790a6e6461727261790a71054b008571"
    "06635f636f646563730a656e636f64650a7107580100000062710858060000006c6174696e31710986710a52"
    "710b87710c52710d284b014b0285710e636e756d70790a64747970650a710f58020000004f38711089888771"
    "11527112284b0358010000007c71134e4e4e4affffffff4affffffff4b3f74711462895d7115285801000000"
    "6171165801000000627117657471186258040000006e616d6571194e7586711a52711b2e";

Result<artifact::Pickle> read_sample(const std::string& bytes) {
  return artifact::read_pickle(std::as_bytes(std::span(bytes)), data_names());
}

/// The text that stands once in the bytes, replaced by one of the same length.
std::string with(std::string bytes, std::string_view old_hex, std::string_view new_hex) {
  const std::string from = bytes_of_hex(old_hex);
  const std::size_t at = bytes.find(from);
  REQUIRE(at != std::string::npos);
  return bytes.replace(at, from.size(), bytes_of_hex(new_hex));
}

}  // namespace

TEST_CASE("sparse matrix: by rows and by columns", "[artifact][sparse]") {
  const std::string by_row = bytes_of_hex(kByRow);
  const auto rows = read_sample(by_row);
  REQUIRE(rows.has_value());
  const auto matrix = artifact::read_sparse_matrix(PickleView(*rows));
  REQUIRE(matrix.has_value());
  CHECK_FALSE(matrix->is_by_column);
  CHECK(matrix->row_count == 2);
  CHECK(matrix->column_count == 3);
  CHECK(matrix->starts == std::vector<std::int64_t>{0, 1, 3});
  CHECK(matrix->indices == std::vector<std::int64_t>{1, 0, 2});
  CHECK(matrix->values == std::vector<double>{1.5, 2, -3});

  const std::string by_column = bytes_of_hex(kByColumn);
  const auto columns = read_sample(by_column);
  REQUIRE(columns.has_value());
  const auto turned = artifact::read_sparse_matrix(PickleView(*columns));
  REQUIRE(turned.has_value());
  CHECK(turned->is_by_column);
  CHECK(turned->starts == std::vector<std::int64_t>{0, 1, 2, 3});
  CHECK(turned->indices == std::vector<std::int64_t>{1, 0, 1});
  CHECK(turned->values == std::vector<double>{2, 1.5, -3});
}

TEST_CASE("sparse matrix: what contradicts itself is refused", "[artifact][sparse]") {
  struct Row {
    const char* name;
    std::string_view old_hex;
    std::string_view new_hex;
    std::string says;
  };
  const Row rows[] = {
      {"starts that fall", "000000000100000002000000", "000000000300000002000000",
       "starts that rise"},
      {"starts that end early", "0200000003000000", "0200000002000000", "starts that rise"},
      {"an index beyond", "010000000000000001000000", "010000000000000002000000",
       "csc_matrix: an index of 2 in lines of 2"},
      {"an index before", "010000000000000001000000", "ffffffff0000000001000000", "an index of -1"},
      {"another shape", "4b024b03", "4b024b04", "for 4 lines"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const std::string bytes = with(bytes_of_hex(kByColumn), row.old_hex, row.new_hex);
    const auto pickle = read_sample(bytes);
    REQUIRE(pickle.has_value());
    const auto matrix = artifact::read_sparse_matrix(PickleView(*pickle));
    CHECK_FALSE(matrix.has_value());
    if (!matrix) CHECK(says_all(matrix.error().message(), row.says));
  }
}

TEST_CASE("pandas index: its labels are an array", "[artifact][sparse]") {
  const std::string bytes = bytes_of_hex(kIndex);
  const auto pickle = read_sample(bytes);
  REQUIRE(pickle.has_value());
  const auto labels = artifact::pandas_index_labels(PickleView(*pickle));
  REQUIRE(labels.has_value());
  CHECK(labels->texts().value() == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(artifact::pandas_index_labels(*labels).has_value());
}

}  // namespace trivet::test
