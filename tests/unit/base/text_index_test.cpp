// SPDX-License-Identifier: Apache-2.0
// Texts found again by number, and the hashes that tell them apart.
#include "base/text_index.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "base/member_list.hpp"
#include "base/murmur_hash.hpp"
#include "catch.hpp"

namespace trivet::test {

TEST_CASE("text index: finds every text, and no other", "[base]") {
  std::string characters;
  std::vector<std::uint64_t> ends;
  for (int i = 0; i < 5000; ++i) {
    characters += "text " + std::to_string(i);
    ends.push_back(characters.size());
  }
  ends.push_back(characters.size());  // the empty text
  const base::TextIndex index(characters, ends);
  for (int i = 0; i < 5000; ++i) {
    CHECK(index.find("text " + std::to_string(i)) == static_cast<std::uint32_t>(i));
  }
  CHECK(index.find("") == 5000);
  CHECK(index.find("text 5000") == base::TextIndex::kNone);
  CHECK(index.find("text") == base::TextIndex::kNone);
}

TEST_CASE("text index: of equal texts the last one counts, and none has none", "[base]") {
  const std::string characters = "abab";
  const std::vector<std::uint64_t> ends{2, 4};
  CHECK(base::TextIndex(characters, ends).find("ab") == 1);
  CHECK(base::TextIndex().find("ab") == base::TextIndex::kNone);
  CHECK(base::TextIndex("", {}).find("") == base::TextIndex::kNone);
}

TEST_CASE("murmur hash: known answers of MurmurHash3 x86 32", "[base]") {
  // The first ones are of the algorithm's own collections of test vectors; those with seed 0 are
  // also what sklearn.utils.murmurhash3_32 gives.
  CHECK(base::murmur_hash3("", 0) == 0u);
  CHECK(base::murmur_hash3("", 1) == 0x514E28B7u);
  CHECK(base::murmur_hash3("", 0xFFFFFFFFu) == 0x81F16F39u);
  CHECK(base::murmur_hash3("aaaa", 0x9747B28Cu) == 0x5A97808Au);
  CHECK(base::murmur_hash3("aaa", 0x9747B28Cu) == 0x283E0130u);
  CHECK(base::murmur_hash3("aa", 0x9747B28Cu) == 0x5D211726u);
  CHECK(base::murmur_hash3("a", 0x9747B28Cu) == 0x7FA09EA6u);
  CHECK(base::murmur_hash3("Hello, world!", 0x9747B28Cu) == 0x24884CBAu);
  CHECK(base::murmur_hash3("foo", 0) == 0xF6A5C420u);
}

TEST_CASE("member list: gives back what was put in, and ends where it is cut", "[base]") {
  std::string list;
  base::append_member(list, "age", 2.5);
  base::append_member(list, "", -1);
  const auto count = [](std::string_view text) {
    int members = 0;
    double sum = 0;
    base::for_each_member(text, [&](std::string_view name, double number) {
      ++members;
      sum += number + static_cast<double>(name.size());
    });
    return std::pair(members, sum);
  };
  CHECK(count(list) == std::pair(2, 4.5));
  for (std::size_t size = 0; size < list.size(); ++size) {
    INFO(size);
    CHECK(count(std::string_view(list).substr(0, size)).first ==
          (size >= base::kMemberHead + 3 ? 1 : 0));
  }
}

}  // namespace trivet::test
