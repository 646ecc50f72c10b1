// SPDX-License-Identifier: Apache-2.0
// What Python, NumPy and joblib write, read as what it means; objects, shared values, names.
#include "artifact/pickle.hpp"

#include <span>
#include <string>
#include <string_view>

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
using artifact::Pickle;
using artifact::PickleKind;
using artifact::PickleOptions;
using artifact::PickleView;

std::span<const std::byte> raw(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

Result<Pickle> read(std::string_view bytes, const PickleOptions& options = {}) {
  return artifact::read_pickle(raw(bytes), data_names(), options);
}

}  // namespace

TEST_CASE("pickle: what Python, NumPy and joblib write means what it meant", "[artifact][pickle]") {
  for (const PickleSample& sample : kPickleSamples) {
    INFO(sample.name);
    const std::string bytes = bytes_of_hex(sample.hex);
    const auto file = artifact::read_pickle_file(raw(bytes), data_names());
    if (!file) INFO(file.error().message());
    CHECK(file.has_value());
    if (!file) continue;
    CHECK(shown(PickleView(file->pickle)) == sample.shown);
    const std::size_t size =
        file->compression == artifact::Compression::none ? bytes.size() : file->content.size();
    CHECK(file->pickle.byte_count == size);
  }
}

TEST_CASE("pickle: a value that is referred to twice is one value", "[artifact][pickle]") {
  // pickle.dumps((x := [1], x), 2)
  const auto pickle = read("\x80\x02]q\x00K\x01\x61h\x00\x86q\x01."sv);
  REQUIRE(pickle.has_value());
  const PickleView pair(*pickle);
  REQUIRE(pair.size() == 2);
  CHECK(pair.item(0).id() == pair.item(1).id());
}

TEST_CASE("pickle: objects keep their class, arguments, state, items and entries",
          "[artifact][pickle]") {
  // cls.__new__(cls, 7) of protocol 2; append "i"; set "k" to None; state {"name": "b", "name": 2}
  const auto pickle = read(
      "\x80\x02"
      "cshop\nBasket\nK\x07\x85\x81U\x01i\x61U\x01kNs}(U\x04nameU\x01"
      "bU\x04nameK\x02ub."sv);
  REQUIRE(pickle.has_value());
  const PickleView basket(*pickle);
  REQUIRE(basket.kind() == PickleKind::object);
  CHECK(basket.name()->name == "Basket");
  CHECK(basket.argument(0)->integer().value() == 7);
  CHECK_FALSE(basket.argument(1).has_value());
  CHECK(basket.items()->item(0).text().value() == "i");
  CHECK(basket.entries()->value(0).is_none());
  CHECK(basket.find("k")->is_none());
  // Python keeps the last of equal keys.
  CHECK(basket.attribute("name")->integer().value() == 2);
  CHECK(basket.attribute("price").error().message() ==
        "Basket: an object of shop.Basket without \"price\"; an attribute of that name");
}

TEST_CASE("pickle: the instances of protocols 0 and 1 are objects too", "[artifact][pickle]") {
  const auto pickle = read(
      "ccopy_reg\n_reconstructor\n(cshop\nBasket\nc__builtin__\nobject\nNtR(dS'name'\nVb\nsb."sv);
  REQUIRE(pickle.has_value());
  CHECK(PickleView(*pickle).attribute("name")->text().value() == "b");
}

TEST_CASE("pickle: PUT and MEMOIZE number as Python's machine does", "[artifact][pickle]") {
  // PUT 5 first, so MEMOIZE is number 1: GET 1 is "b".
  const auto pickle = read("\x80\x04\x8c\x01\x61q\x05\x8c\x01\x62\x94h\x01\x87."sv);
  REQUIRE(pickle.has_value());
  CHECK(shown(PickleView(*pickle)) == R"(("a", "b", "b"))");
}

TEST_CASE("pickle: a Python 2 text is text or bytes, as its reader asks", "[artifact][pickle]") {
  const auto pickle = read("S'a\\xe9\\n'\n."sv);
  REQUIRE(pickle.has_value());
  const PickleView view(*pickle);
  CHECK(view.bytes()->size() == 3);
  CHECK(says_all(view.text().error().message(), "isn't UTF-8 from its byte 1"));
}

TEST_CASE("pickle: integers beyond 64 bits are kept unread", "[artifact][pickle]") {
  for (const std::string_view bytes :
       {"\x80\x02\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01."sv, "L18446744073709551616L\n."sv}) {
    const auto pickle = read(bytes);
    REQUIRE(pickle.has_value());
    CHECK(PickleView(*pickle).kind() == PickleKind::big_integer);
    CHECK(says_all(PickleView(*pickle).integer().error().message(), "an int of more than 64 bits"));
  }
}

TEST_CASE("pickle: an error says the way to the value", "[artifact][pickle]") {
  // Basket with the state {"rows": [("a", Shelf with {"size": "big"})], "odd key!": 1}
  const auto pickle = read(
      "\x80\x02"
      "cshop\nBasket\n)\x81}(U\x04rows](U\x01\x61"
      "cshop\nShelf\n)\x81}U\x04sizeU\x03"
      "bigsb\x86\x65U\x08odd key!K\x01ub."sv);
  REQUIRE(pickle.has_value());
  const PickleView basket(*pickle);
  const PickleView shelf = basket.attribute("rows")->item(0).item(1);
  CHECK(shelf.path() == "Basket.rows[0][1]");
  CHECK(basket.attribute("odd key!")->path() == "Basket[\"odd key!\"]");
  CHECK(shelf.attribute("size")->number().error().message() ==
        "Basket.rows[0][1].size: a text; a number");
}

TEST_CASE("pickle: a name that is in no table is refused with its place and what to do",
          "[artifact][pickle]") {
  struct Row {
    std::string_view bytes;
    std::string_view says;
  };
  const Row rows[] = {
      {"cos\nsystem\n(S'ls'\ntR."sv, R"(byte 0 … "os.system" is a way to run commands)"},
      {"\x80\x04\x8c\x08__main__\x8c\x05price\x93."sv,
       R"(byte 19 … "__main__.price" is the author's own code … do that step before)"},
      {"\x80\x02}U\x04stepcshop.extra\nPump\ns."sv,
       R"(byte 9, pickle.step: "shop.extra.Pump" is a class or function that is not known)"},
      // A dotted name is never split.
      {"\x80\x04\x8c\x04shop\x8c\x0f"
       "Basket.__init__\x93."sv,
       R"("shop.Basket.__init__")"},
      // The name counts more than the damage behind it.
      {"cnt\nsystem\n(S'ls'\ntR"sv, R"("nt.system" is a way to run commands)"},
  };
  for (const Row& row : rows) {
    INFO(row.says);
    const auto pickle = read(row.bytes);
    CHECK_FALSE(pickle.has_value());
    if (pickle) continue;
    CHECK(pickle.error().code() == Errc::unsupported_model);
    INFO(pickle.error().message());
    CHECK(says_all(pickle.error().message(), std::string(row.says)));
  }
}

TEST_CASE("pickle: unknown names can be kept, to show a file that can't be loaded",
          "[artifact][pickle]") {
  PickleOptions options;
  options.keep_unknown_names = true;
  const auto pickle = read("cos\nsystem\n(S'ls'\ntR."sv, options);
  REQUIRE(pickle.has_value());
  const auto names = artifact::unknown_names(*pickle);
  REQUIRE(names.size() == 1);
  CHECK(pickle->graph.node(names[0]).name()->name == "system");
  CHECK(shown(PickleView(*pickle)) == "os.system(\"ls\")");
}

}  // namespace trivet::test
