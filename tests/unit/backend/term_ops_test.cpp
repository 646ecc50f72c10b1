// SPDX-License-Identifier: Apache-2.0
// Operators on texts and on sparse rows, with numbers that one can work out by hand.
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "base/member_list.hpp"
#include "catch.hpp"
#include "support/plugins.hpp"

namespace trivet::test {
namespace {

using spi::Operator;

Operator with_rules(Operator op, std::string unit = "words", double most = 1) {
  op.attributes.emplace_back("unit", std::move(unit));
  op.attributes.emplace_back("lowers", 1.0);
  op.attributes.emplace_back("accents", "kept");
  op.attributes.emplace_back("least", 1.0);
  op.attributes.emplace_back("most", most);
  op.attributes.emplace_back("pattern", R"((?u)\b\w\w+\b)");
  op.attributes.emplace_back("stop_words", Value::List{});
  return op;
}

/// Terms in the columns 0, 1, …
Operator with_terms(Operator op, const std::vector<std::string>& terms) {
  std::vector<std::uint8_t> characters;
  std::vector<std::uint64_t> ends;
  std::vector<std::uint32_t> places;
  for (const std::string& term : terms) {
    characters.insert(characters.end(), term.begin(), term.end());
    ends.push_back(characters.size());
    places.push_back(static_cast<std::uint32_t>(places.size()));
  }
  op.constants.push_back(spi::make_constant("characters", std::move(characters)));
  op.constants.push_back(spi::make_constant("ends", std::move(ends)));
  op.constants.push_back(spi::make_constant("places", std::move(places)));
  return op;
}

Operator weigh_terms(bool is_binary, bool is_sublinear, std::string norm,
                     std::vector<double> factor) {
  Operator op{"weigh_terms", {}, {}};
  op.attributes.emplace_back("binary", is_binary ? 1.0 : 0.0);
  op.attributes.emplace_back("sublinear", is_sublinear ? 1.0 : 0.0);
  op.attributes.emplace_back("descending", 0.0);
  op.attributes.emplace_back("norm", std::move(norm));
  op.constants.push_back(spi::make_constant("factor", std::move(factor)));
  return op;
}

/// A chain of operators from a text: sparse ones, and a dense one at the end.
struct TextChain {
  TextChain() {
    graph.input.value = graph.add_value("row", DType::float64, 1);
    graph.input.columns.resize(1);
    graph.input.columns[0].type = ColumnType::text;
    last = graph.add_value("text", DType::text, 1);
    graph.input.texts.push_back({0, last});
  }
  TextChain& add(Operator op, std::uint32_t width, std::uint32_t factor = 0) {
    const spi::ValueId value = graph.add_value("v", DType::float64, width);
    graph.values[value].sparse_factor = factor;
    graph.nodes.push_back({std::move(op), {last}, {{spi::Port::result, value}}});
    last = value;
    return *this;
  }
  TextChain& answer() {
    graph.outputs.push_back({"out", last, false, {}, {}});
    return *this;
  }

  spi::Graph graph;
  spi::ValueId last = 0;
};

/// From the text to the graph's answer.
spi::Region text_region(const spi::Graph& graph) {
  spi::Region region{{}, {graph.input.texts[0].value}, {graph.outputs[0].value}};
  for (spi::NodeId n = 0; n < graph.nodes.size(); ++n) region.nodes.push_back(n);
  return region;
}

constexpr std::uint32_t kRoom = 16;  // more terms a byte than any of these rules give

std::vector<double> answers_to(const spi::Graph& graph, const std::vector<std::string>& texts) {
  const spi::Region region = text_region(graph);
  const auto predictor = builtin_backend("tensor")->prepare(graph, region, {});
  INFO((predictor ? std::string() : predictor.error().message()));
  REQUIRE(predictor.has_value());
  std::vector<std::string_view> views(texts.begin(), texts.end());
  std::size_t longest = 0;
  for (const std::string& text : texts) longest = std::max(longest, text.size());
  const std::uint32_t width = graph.values[region.outputs[0]].width;
  std::vector<double> out(texts.size() * width, 777);
  const std::size_t room =
      (*predictor)->scratch_bytes(texts.size()) + 64 + (*predictor)->text_scratch_bytes(longest);
  base::AlignedBuffer scratch;
  const spi::InputBuffer inputs[] = {{views.data(), 1}};
  const spi::OutputBuffer outputs[] = {{out.data()}};
  (*predictor)
      ->run({texts.size(), inputs, outputs, scratch.reserve(room).first(room), false, longest});
  return out;
}

std::string refusal_of(const spi::Graph& graph) {
  const auto predictor = builtin_backend("tensor")->prepare(graph, text_region(graph), {});
  return predictor ? "none" : predictor.error().message();
}

using Numbers = std::vector<double>;

}  // namespace

TEST_CASE("term operators: terms of a vocabulary are counted", "[backend][tensor]") {
  TextChain chain;
  chain.add(with_terms(with_rules({"count_terms", {}, {}}), {"good", "bad", "room"}), 3, kRoom)
      .add({"to_dense", {}, {}}, 3)
      .answer();
  CHECK(answers_to(chain.graph, {"Good, GOOD room!", "", "nothing known", "bad bad bad room"}) ==
        Numbers{2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 1});
}

TEST_CASE("term operators: few columns and many are counted alike", "[backend][tensor]") {
  // A text of one word has fewer terms than the vocabulary, a long one more: two ways to count.
  std::vector<std::string> terms;
  for (int i = 0; i < 300; ++i) terms.push_back("t" + std::to_string(i));
  TextChain chain;
  chain.add(with_terms(with_rules({"count_terms", {}, {}}, "words", 2), terms), 300, kRoom)
      .add({"to_dense", {}, {}}, 300)
      .answer();
  std::string all;
  for (int i = 0; i < 300; ++i) all += " t" + std::to_string(i % 7);
  const std::vector<double> got = answers_to(chain.graph, {"t3 t299 t3", all});
  CHECK(got[3] == 2);
  CHECK(got[299] == 1);
  CHECK(got[300] == 43);  // 0, 7, …, 294
  CHECK(got[306] == 42);  // 6, 13, …, 293
  CHECK(got[307] == 0);
}

TEST_CASE("term operators: hashed terms carry the sign of their hash", "[backend][tensor]") {
  // MurmurHash3 of "foo" is 0xF6A5C420 = −156908512: column 156908512 mod 10 = 2, sign −1.
  Operator op = with_rules({"hash_terms", {}, {}});
  op.attributes.emplace_back("signed", 1.0);
  TextChain chain;
  chain.add(std::move(op), 10, kRoom).add({"to_dense", {}, {}}, 10).answer();
  CHECK(answers_to(chain.graph, {"foo foo"}) == Numbers{0, 0, -2, 0, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("term operators: weights, logarithms and norms", "[backend][tensor]") {
  const auto weighed = [](Operator op) {
    TextChain chain;
    chain.add(with_terms(with_rules({"count_terms", {}, {}}), {"aa", "bb", "cc"}), 3, kRoom)
        .add(std::move(op), 3, kRoom)
        .add({"to_dense", {}, {}}, 3)
        .answer();
    return answers_to(chain.graph, {"aa aa aa bb bb bb bb", "zz"});
  };
  CHECK(weighed(weigh_terms(true, false, "", {})) == Numbers{1, 1, 0, 0, 0, 0});
  CHECK(weighed(weigh_terms(false, true, "", {})) ==
        Numbers{std::log(3.0) + 1, std::log(4.0) + 1, 0, 0, 0, 0});
  CHECK(weighed(weigh_terms(false, false, "l2", {})) == Numbers{0.6, 0.8, 0, 0, 0, 0});
  CHECK(weighed(weigh_terms(false, false, "l1", {3, 4, 5})) == Numbers{0.36, 0.64, 0, 0, 0, 0});
}

TEST_CASE("term operators: a product of a sparse row adds the start", "[backend][tensor]") {
  Operator product{"sparse_product", {}, {}};
  product.constants.push_back(spi::make_constant<double>("weights", {1, 10, 2, 20, 4, 40}));
  product.constants.push_back(spi::make_constant<double>("start", {0.5, -0.5}));
  TextChain chain;
  chain.add(with_terms(with_rules({"count_terms", {}, {}}), {"aa", "bb", "cc"}), 3, kRoom)
      .add(std::move(product), 2)
      .answer();
  CHECK(answers_to(chain.graph, {"aa cc cc", ""}) == Numbers{9.5, 89.5, 0.5, -0.5});
}

TEST_CASE("term operators: named numbers add up by column", "[backend][tensor]") {
  std::string members;
  base::append_member(members, "age", 41);
  base::append_member(members, "job=cook", 1);
  base::append_member(members, "unknown", 7);
  base::append_member(members, "age", 0.5);
  TextChain chain;
  chain.add(with_terms({"count_members", {}, {}}, {"age", "job=baker", "job=cook"}), 3, 1)
      .add({"to_dense", {}, {}}, 3)
      .answer();
  CHECK(answers_to(chain.graph, {members, "no members"}) == Numbers{41.5, 0, 1, 0, 0, 0});
}

TEST_CASE("term operators: sparse and dense rows stand side by side", "[backend][tensor]") {
  TextChain chain;
  chain.add(with_terms(with_rules({"count_terms", {}, {}}), {"aa", "bb"}), 2, kRoom);
  const spi::ValueId counts = chain.last;
  chain.add({"to_dense", {}, {}}, 2);
  const spi::ValueId dense = chain.last;
  const spi::ValueId both = chain.graph.add_value("both", DType::float64, 4);
  chain.graph.values[both].sparse_factor = kRoom + 2;
  chain.graph.nodes.push_back(
      {Operator{"sparse_concatenate", {}, {}}, {dense, counts}, {{spi::Port::result, both}}});
  chain.last = both;
  chain.add({"to_dense", {}, {}}, 4).answer();
  CHECK(answers_to(chain.graph, {"bb aa bb", "bb"}) == Numbers{1, 2, 1, 2, 0, 1, 0, 1});
}

TEST_CASE("term operators: what doesn't fit is refused", "[backend][tensor]") {
  const auto count = [](std::uint32_t width, std::uint32_t factor) {
    return std::move(
        TextChain()
            .add(with_terms(with_rules({"count_terms", {}, {}}), {"aa", "bb"}), width, factor)
            .add({"to_dense", {}, {}}, width)
            .answer());
  };
  CHECK(refusal_of(count(2, kRoom).graph) == "none");
  CHECK(refusal_of(count(1, kRoom).graph).find("column of the output") != std::string::npos);
  CHECK(refusal_of(count(2, 1).graph).find("factor") != std::string::npos);
  CHECK(refusal_of(count(2, 0).graph).find("factor") != std::string::npos);

  TextChain dense_reader;
  dense_reader.add(with_terms(with_rules({"count_terms", {}, {}}), {"aa"}), 1, kRoom)
      .add({"negate", {}, {}}, 1)
      .answer();
  CHECK(refusal_of(dense_reader.graph).find("sparse") != std::string::npos);

  TextChain bad_factor;
  bad_factor.add(with_terms(with_rules({"count_terms", {}, {}}), {"aa"}), 1, kRoom)
      .add(weigh_terms(false, false, "", {1, 2}), 1, kRoom)
      .add({"to_dense", {}, {}}, 1)
      .answer();
  CHECK(refusal_of(bad_factor.graph).find("factor") != std::string::npos);

  TextChain bad_norm;
  bad_norm.add(with_terms(with_rules({"count_terms", {}, {}}), {"aa"}), 1, kRoom)
      .add(weigh_terms(false, false, "l3", {}), 1, kRoom)
      .add({"to_dense", {}, {}}, 1)
      .answer();
  CHECK(refusal_of(bad_norm.graph).find("l3") != std::string::npos);

  TextChain bad_product;
  Operator product{"sparse_product", {}, {}};
  product.constants.push_back(spi::make_constant<double>("weights", {1, 2}));
  product.constants.push_back(spi::make_constant<double>("start", {0}));
  bad_product.add(with_terms(with_rules({"count_terms", {}, {}}), {"aa"}), 1, kRoom)
      .add(std::move(product), 1)
      .answer();
  CHECK(refusal_of(bad_product.graph).find("weights") != std::string::npos);

  TextChain leaves;
  leaves.add(with_terms(with_rules({"count_terms", {}, {}}), {"aa"}), 1, kRoom).answer();
  CHECK(refusal_of(leaves.graph).find("two regions") != std::string::npos);
}

}  // namespace trivet::test
