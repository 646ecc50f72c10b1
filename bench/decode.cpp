// SPDX-License-Identifier: Apache-2.0
// How fast do requests become rows? Beside it the floor: a walk over the same text with simdjson
// that converts every number and keeps none.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <vector>

#include "json/request_reader.hpp"
#include "json/simdjson.hpp"
#include "support/models.hpp"
#include "trivet/batch.hpp"

namespace {

using trivet::bench::RequestForm;

constexpr std::size_t kColumns = 30;
// Many different bodies, so that no branch predictor learns one by heart.
constexpr std::size_t kDistinctRows = 2000;

struct DecodeCase {
  const char* name;
  std::size_t rows;
  RequestForm form;
};

constexpr DecodeCase kCases[] = {
    {"rows:1/columns:30/digits:4/form:list", 1, {4, false}},
    {"rows:1/columns:30/digits:17/form:list", 1, {17, false}},
    {"rows:1/columns:30/digits:4/form:object", 1, {4, true}},
    {"rows:1000/columns:30/digits:4/form:list", 1000, {4, false}},
    {"rows:1000/columns:30/digits:17/form:list", 1000, {17, false}},
    {"rows:1000/columns:30/digits:4/form:object", 1000, {4, true}},
};

std::vector<std::string> make_bodies(const DecodeCase& decode) {
  const std::vector<float> cells =
      trivet::bench::make_rows(kDistinctRows, kColumns, /*missing_share=*/0, /*seed=*/5);
  std::vector<std::string> bodies;
  for (std::size_t row = 0; row < kDistinctRows; row += decode.rows) {
    bodies.push_back(trivet::bench::make_request(cells.data() + row * kColumns, decode.rows,
                                                 kColumns, decode.form));
  }
  return bodies;
}

trivet::Signature make_signature() {
  trivet::Signature signature;
  signature.columns.resize(kColumns);
  for (std::size_t i = 0; i < kColumns; ++i) {
    signature.columns[i].name.append("f").append(std::to_string(i));
  }
  signature.outputs.resize(1);
  return signature;
}

/// Runs `read` over the bodies in turn and tells bytes and numbers a second.
template <class Read>
void run_over(benchmark::State& state, const std::vector<std::string>& bodies, std::size_t rows,
              Read&& read) {
  std::size_t at = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    if (!read(bodies[at])) return state.SkipWithError("the request was refused");
    bytes += bodies[at].size();
    if (++at == bodies.size()) at = 0;
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows * kColumns));
}

void decode_request(benchmark::State& state, const DecodeCase& decode) {
  const std::vector<std::string> bodies = make_bodies(decode);
  const trivet::Signature signature = make_signature();
  trivet::Batch batch(signature);
  trivet::json::RequestReader reader;
  run_over(state, bodies, decode.rows, [&](const std::string& body) {
    std::size_t output = 0;
    const bool is_read = reader.read_rows(body, {}, batch, output).has_value();
    benchmark::DoNotOptimize(batch.floats().data);
    return is_read;
  });
}

/// Adds up the numbers of one instance.
bool walk_instance(simdjson::ondemand::value instance, bool by_name, double& sum) {
  double number = 0;
  if (by_name) {
    for (auto field : instance.get_object()) {
      if (field.value().get_double().get(number) != simdjson::SUCCESS) return false;
      sum += number;
    }
    return true;
  }
  for (auto cell : instance.get_array()) {
    if (cell.get_double().get(number) != simdjson::SUCCESS) return false;
    sum += number;
  }
  return true;
}

void walk_request(benchmark::State& state, const DecodeCase& decode) {
  const std::vector<std::string> bodies = make_bodies(decode);
  std::string padded;
  simdjson::ondemand::parser parser;
  run_over(state, bodies, decode.rows, [&](const std::string& body) {
    padded.assign(body).append(simdjson::SIMDJSON_PADDING, '\0');
    simdjson::ondemand::document document;
    if (parser.iterate(padded.data(), body.size(), padded.size()).get(document) !=
        simdjson::SUCCESS) {
      return false;
    }
    double sum = 0;
    for (auto instance : document["instances"].get_array()) {
      simdjson::ondemand::value value;
      if (std::move(instance).get(value) != simdjson::SUCCESS) return false;
      if (!walk_instance(value, decode.form.by_name, sum)) return false;
    }
    benchmark::DoNotOptimize(sum);
    return true;
  });
}

const bool kRegistered = [] {
  for (const DecodeCase& decode : kCases) {
    const std::string name = decode.name;
    benchmark::RegisterBenchmark(("decode/" + name).c_str(), decode_request, decode);
    benchmark::RegisterBenchmark(("floor_simdjson_walk/" + name).c_str(), walk_request, decode);
  }
  return true;
}();

}  // namespace
