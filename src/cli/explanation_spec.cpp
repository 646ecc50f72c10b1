// SPDX-License-Identifier: Apache-2.0
// Explanation specs from files, and one for want of any.
#include "cli/explanation_spec.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "cli/input.hpp"
#include "trivet/attribution.hpp"

namespace trivet::cli {
namespace {

constexpr std::size_t kMostSpecBytes = std::size_t{64} << 20;
constexpr std::int32_t kMedianPaths = 25;

/// The lower median of the numbers that are there; "NaN" without any.
Value lower_median(const RowFile& rows, std::size_t column) {
  std::vector<double> numbers;
  for (std::size_t r = 0; r < rows.row_count; ++r) {
    const double x = rows.cells[r * rows.column_count + column];
    if (!std::isnan(x)) numbers.push_back(x);
  }
  if (numbers.empty()) return Value("NaN");
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>((numbers.size() - 1) / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  return Value(*middle);
}

/// As `trivet baselines` prints it.
bool is_sidecar(const std::string& text) {
  const Result<Value> value = Value::parse(text);
  return value && value->find("explanationSpec") != nullptr;
}

}  // namespace

Result<LocalModel> with_spec_file(const LocalModel& model, const std::string& path) {
  const Result<std::string> text = read_whole(path, kMostSpecBytes);
  if (!text) return text.error();
  const auto spec = ExplanationSpec::parse(*text);
  if (!spec && is_sidecar(*text)) {
    return Error(Errc::invalid_argument, path, "a sidecar, whose \"explanationSpec\" is one",
                 "--sidecar " + path + ", or a file with the specification alone");
  }
  if (!spec) return spec.error().within(path);
  Result<LocalModel> made = model.with_explanation_spec(*spec);
  if (!made) return made.error().within(path);
  return made;
}

Result<LocalModel> with_framework_values(const LocalModel& model, const std::string& kind) {
  const Value method(Value::Object{{"kind", Value(kind)}});
  const Value parameters(
      Value::Object{{"frameworkAttribution", method}, {"topK", Value(std::int64_t{-1})}});
  const auto spec = ExplanationSpec::from_value(Value(Value::Object{{"parameters", parameters}}));
  if (!spec) {
    const Error& error = spec.error();
    return Error(error.code(), "--values", std::string(error.found()),
                 std::string(error.expected()));
  }
  return model.with_explanation_spec(*spec);
}

Result<LocalModel> with_medians(const LocalModel& model, const RowFile& rows) {
  ExplanationSpec spec;
  spec.parameters.method = SampledShapleyAttribution{kMedianPaths};
  ExplanationInput& input = spec.metadata.inputs.emplace_back();
  input.name = "columns";
  input.encoding = FeatureEncoding::bag_of_features;
  Value::List baseline;
  for (std::size_t c = 0; c < rows.column_count; ++c) {
    input.index_feature_mapping.push_back(std::to_string(c));
    baseline.push_back(lower_median(rows, c));
  }
  input.input_baselines.push_back(Value(std::move(baseline)));
  spec.metadata.outputs.emplace_back().name = "prediction";
  return model.with_explanation_spec(spec);
}

}  // namespace trivet::cli
