// SPDX-License-Identifier: Apache-2.0
// CityHash64 1.0 against hashes that CatBoost wrote (`cat_features_hash` of its JSON models).
#include "base/city_hash.hpp"

#include <string>

#include "catch.hpp"

namespace trivet::test {
namespace {

std::uint32_t low_half(std::string_view text) {
  return static_cast<std::uint32_t>(base::city_hash_code(text));
}

}  // namespace

TEST_CASE("city hash: codes of words are those that CatBoost writes", "[base]") {
  struct Row {
    const char* text;
    std::uint32_t hash;
  };
  const Row rows[] = {
      {"t", 2726968361u},
      {"7bg", 3504098087u},
      {"27kn", 2994971541u},
      {"fmft9fqq", 2535998899u},
      {"5ivla clu", 3601981461u},
      {"vüv9 cgw2cü 14", 1974747383u},
      {"ix1piudj3ü434nt", 1813913010u},
      {"31985gbuo51ryy5bu", 1768853192u},
      {"d8uq字mä31f8字漢h6q7jd3yq88a", 678528691u},
      {"jzj1字ärp7 qbfstp9u1fpjgxfqü1", 2909226038u},
      {"8tnuvnä13cqj42lziv8pkfotü9ny9yx985i918qü3m2ä8oo2bfhtq38txzqe4", 1453914461u},
      {"größe", 3429406764u},
      {"green", 1390465085u},
      {"a b", 4119933268u},
      {"red", 3052168893u},
      {"blue", 3431880003u},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(low_half(row.text) == row.hash);
  }
}

TEST_CASE("city hash: every class of lengths has its own formula", "[base]") {
  struct Row {
    std::size_t size;
    std::uint32_t hash;
  };
  const Row rows[] = {
      {1, 3510494104u},   {3, 1066650174u},  {4, 458691678u},   {8, 2132102367u},
      {9, 4121982645u},   {16, 2067776764u}, {17, 400127573u},  {32, 664286079u},
      {33, 1424607287u},  {64, 648792787u},  {65, 4146223823u}, {127, 3197672322u},
      {128, 1142986461u}, {129, 235182457u},
  };
  for (const Row& row : rows) {
    INFO(row.size << " times x");
    CHECK(low_half(std::string(row.size, 'x')) == row.hash);
  }
}

TEST_CASE("city hash: an empty text is the algorithm's third prime", "[base]") {
  CHECK(base::city_hash64("") == 0x9ae16a3b2f90404fu);
}

}  // namespace trivet::test
