// SPDX-License-Identifier: Apache-2.0
// One operator of the tensor backend on rows of doubles.
#include "support/op_run.hpp"

#include <cmath>

#include "catch.hpp"
#include "support/plugins.hpp"
#include "support/region_run.hpp"

namespace trivet::test {
namespace {

spi::Graph op_case_graph(const OpCase& wanted) {
  spi::Graph graph;
  graph.input.value = graph.add_value("row", DType::float64, wanted.columns);
  graph.input.columns.resize(wanted.columns);
  const spi::ValueId value = graph.add_value("made", DType::float64, wanted.width);
  graph.nodes.push_back({wanted.op, {graph.input.value}, {{spi::Port::result, value}}});
  graph.outputs.push_back({"out", value, false, {}, {}});
  return graph;
}

}  // namespace

void check_op(const OpCase& wanted, const std::vector<double>& cells,
              const std::vector<double>& expected, double tolerance) {
  INFO(wanted.name << ", " << wanted.op.name);
  const spi::Graph graph = op_case_graph(wanted);
  const spi::Region region = whole_region(graph);
  const auto predictor = builtin_backend("tensor")->prepare(graph, region, {});
  INFO((predictor ? std::string() : predictor.error().message()));
  REQUIRE(predictor.has_value());
  const RegionRows rows{DType::float64, cells, wanted.columns, 3};
  const RegionAnswers got = run_region(**predictor, graph, region, rows, {true});
  CHECK(got.fences_stand);
  const FencedBytes& out = got.outputs.back();
  REQUIRE(out.bytes().size() == expected.size() * sizeof(double));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double number = element(out, DType::float64, i);
    INFO("number " << i << ": " << number << " for " << expected[i]);
    const bool is_same =
        std::isnan(expected[i])
            ? std::isnan(number)
            : number == expected[i] || number == Approx(expected[i]).epsilon(tolerance);
    CHECK(is_same);
  }
}

void check_op_refused(const OpCase& wanted, const std::string& says) {
  INFO(wanted.name << ", " << wanted.op.name);
  const spi::Graph graph = op_case_graph(wanted);
  const auto predictor = builtin_backend("tensor")->prepare(graph, whole_region(graph), {});
  CHECK_FALSE(predictor.has_value());
  if (predictor) return;
  INFO(predictor.error().message());
  CHECK(predictor.error().code() == Errc::invalid_model);
  CHECK(predictor.error().message().find(wanted.op.name) != std::string::npos);
  CHECK(predictor.error().message().find(says) != std::string::npos);
}

}  // namespace trivet::test
