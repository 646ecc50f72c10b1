// SPDX-License-Identifier: Apache-2.0
// `trivet baselines`: medians and most frequent categories of data, as a sidecar's explanationSpec.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/data_file.hpp"
#include "trivet/value.hpp"

namespace trivet::cli {
namespace {

constexpr std::int64_t kUsualPaths = 25;

/// The lower median, so that whole numbers stay whole. Requires numbers.
Value lower_median(std::vector<Value> numbers) {
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>((numbers.size() - 1) / 2);
  std::nth_element(numbers.begin(), middle, numbers.end(),
                   [](const Value& a, const Value& b) { return a.as_number() < b.as_number(); });
  return *middle;
}

/// The most frequent value, the first of equally frequent ones.
Value first_mode(const std::vector<Value>& values) {
  std::unordered_map<std::string, std::size_t> counts;
  std::size_t most = 0;
  for (const Value& value : values) most = std::max(most, ++counts[value.to_json()]);
  for (const Value& value : values) {
    if (counts[value.to_json()] == most) return value;
  }
  return {};
}

/// What stands for "absent" in a column; "NaN" where nothing is known.
Value baseline_of(const DataColumn& column) {
  std::vector<Value> known;
  for (const Value& value : column.values) {
    if (!value.is_null()) known.push_back(value);
  }
  if (known.empty()) return Value("NaN");
  const bool is_number =
      std::all_of(known.begin(), known.end(), [](const Value& value) { return value.is_number(); });
  return is_number ? lower_median(std::move(known)) : first_mode(known);
}

/// Most columns with numbers and texts are columns of numbers with a slip.
void tell_mixed_columns(const BaselinesCommand& command, const std::vector<DataColumn>& columns) {
  for (const DataColumn& column : columns) {
    const Value* first_text = nullptr;
    std::size_t texts = 0;
    std::size_t numbers = 0;
    for (const Value& value : column.values) {
      numbers += value.is_number() ? 1 : 0;
      if (value.as_text() == nullptr) continue;
      if (++texts == 1) first_text = &value;
    }
    if (numbers == 0 || texts == 0 || column.name == command.target) continue;
    remark(command.data + ": column \"" + column.name + "\": " + std::to_string(texts) + " of " +
           std::to_string(numbers + texts) + " cells are no numbers, the first is " +
           first_text->to_json() + "; so its most frequent value is taken, not a median");
  }
}

/// Inputs by name, or one for rows that are lists.
Value inputs_of(const std::vector<DataColumn>& columns, const std::string& target) {
  Value::Object inputs;
  Value::List names;
  Value::List row;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const DataColumn& column = columns[c];
    if (!column.name.empty() && column.name == target) continue;
    const Value baseline = baseline_of(column);
    names.push_back(Value("column " + std::to_string(c)));
    row.push_back(baseline);
    inputs.push_back(
        {column.name, Value(Value::Object{{"inputBaselines", Value(Value::List{baseline})}})});
  }
  const bool are_lists = !columns.empty() && columns.front().name.empty();
  if (!are_lists) return Value(std::move(inputs));
  return Value(Value::Object{
      {"features",
       Value(Value::Object{{"encoding", Value("BAG_OF_FEATURES")},
                           {"indexFeatureMapping", Value(std::move(names))},
                           {"inputBaselines", Value(Value::List{Value(std::move(row))})}})}});
}

Value spec_of(Value inputs) {
  Value::Object parameters{
      {"sampledShapleyAttribution", Value(Value::Object{{"pathCount", Value(kUsualPaths)}})}};
  Value::Object metadata{{"inputs", std::move(inputs)},
                         {"outputs", Value(Value::Object{{"prediction", Value(Value::Object{})}})}};
  return Value(Value::Object{{"parameters", Value(std::move(parameters))},
                             {"metadata", Value(std::move(metadata))}});
}

}  // namespace

int run(const BaselinesCommand& command) {
  const auto columns = read_data_file(command.data);
  if (!columns) return refuse(kRefused, columns.error());
  const bool has_rows = !columns->empty() && !columns->front().values.empty();
  if (!has_rows) {
    return refuse(kRefused, Error(Errc::invalid_argument, command.data, "no rows",
                                  "rows to take medians and most frequent categories of"));
  }
  const bool has_target = std::any_of(columns->begin(), columns->end(), [&](const auto& column) {
    return column.name == command.target;
  });
  if (!command.target.empty() && !has_target) {
    return refuse(kRefused, Error(Errc::invalid_argument, "--target", "\"" + command.target + "\"",
                                  "a column of the data"));
  }
  tell_mixed_columns(command, *columns);
  StandardOutput out;
  Value spec = spec_of(inputs_of(*columns, command.target));
  out.write(Value(Value::Object{{"explanationSpec", std::move(spec)}}).to_json() + "\n");
  return out.finish(kAnswered);
}

}  // namespace trivet::cli
