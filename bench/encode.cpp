// SPDX-License-Identifier: Apache-2.0
// How fast do answers become text? Beside it the floor: fmt printing the same numbers and nothing
// else.
#include <benchmark/benchmark.h>
#include <fmt/compile.h>
#include <fmt/format.h>

#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include "json/response_writer.hpp"
#include "support/models.hpp"
#include "trivet/prediction.hpp"

namespace {

struct EncodeCase {
  const char* name;
  std::size_t rows;
  std::size_t width;  // numbers in an answer; 1 is a bare number
};

constexpr EncodeCase kCases[] = {
    {"rows:1/width:1", 1, 1},
    {"rows:1000/width:1", 1000, 1},
    {"rows:1000/width:5", 1000, 5},
};

/// Scores as a link function gives them, between 0 and 1.
std::vector<float> make_scores(std::size_t count) {
  std::vector<float> scores = trivet::bench::make_rows(count, 1, /*missing_share=*/0, /*seed=*/9);
  for (float& score : scores) score = 1 / (1 + score * score);
  return scores;
}

void count_text(benchmark::State& state, const EncodeCase& encode, const std::string& text) {
  const auto rounds = static_cast<std::int64_t>(state.iterations());
  state.SetBytesProcessed(rounds * static_cast<std::int64_t>(text.size()));
  state.SetItemsProcessed(rounds * static_cast<std::int64_t>(encode.rows * encode.width));
}

void encode_response(benchmark::State& state, const EncodeCase& encode) {
  const std::vector<float> scores = make_scores(encode.rows * encode.width);
  trivet::Output output;
  if (encode.width > 1) output.shape = {static_cast<std::int64_t>(encode.width)};
  const trivet::OutputView view{&output, encode.rows, scores.data()};
  std::string text;
  for (auto _ : state) {
    text.clear();
    trivet::json::ResponseWriter writer(text);
    writer.begin_object();
    writer.key("predictions");
    writer.begin_list();
    for (std::size_t row = 0; row < encode.rows; ++row) writer.row(view, row);
    writer.end_list();
    writer.end_object();
    benchmark::DoNotOptimize(text.data());
  }
  count_text(state, encode, text);
}

void print_numbers(benchmark::State& state, const EncodeCase& encode) {
  const std::vector<float> scores = make_scores(encode.rows * encode.width);
  std::string text;
  for (auto _ : state) {
    text.clear();
    for (const float score : scores) {
      fmt::format_to(std::back_inserter(text), FMT_COMPILE("{},"), static_cast<double>(score));
    }
    benchmark::DoNotOptimize(text.data());
  }
  count_text(state, encode, text);
}

const bool kRegistered = [] {
  for (const EncodeCase& encode : kCases) {
    const std::string name = encode.name;
    benchmark::RegisterBenchmark(("encode/" + name).c_str(), encode_response, encode);
    benchmark::RegisterBenchmark(("floor_fmt/" + name).c_str(), print_numbers, encode);
  }
  return true;
}();

}  // namespace
