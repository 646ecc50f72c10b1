// SPDX-License-Identifier: Apache-2.0
// Request bytes into rows: the body around the instances.
#include "json/request_reader.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "base/function_ref.hpp"
#include "base/try.hpp"
#include "json/indexed_text.hpp"
#include "json/parameter_reader.hpp"
#include "json/row_reader.hpp"
#include "json/simdjson.hpp"
#include "json/syntax.hpp"
#include "json/token.hpp"
#include "json/value_reader.hpp"
#include "text/message.hpp"

namespace trivet::json {
namespace {

constexpr std::string_view kWantedBody = "an object with a list \"instances\"";
constexpr std::size_t kBodyDepth = 1;      // containers around a member of the body
constexpr std::size_t kInstanceDepth = 2;  // and around an instance

/// Where the parts of a body go.
struct BodySink {
  base::FunctionRef<Status(ondemand::value)> instance;
  base::FunctionRef<Status(ondemand::value)> parameters;
  Value* spec_override = nullptr;  // null: ignored as other members are
};

Status check_request_size(std::size_t size, std::size_t limit) {
  if (limit == 0 || size <= limit) return {};
  // The wording of the service, which clients may look for.
  return Error::verbatim(Errc::request_too_large,
                         text::message("The request size ({} bytes) exceeds {:.3f}MB limit.", size,
                                       static_cast<double>(limit) / 1e6));
}

}  // namespace

struct RequestReader::State {
  IndexedText text{Errc::invalid_request};
  RowReader rows{text};
  ParameterReader parameters{text};
  ValueReader values{text, ValueDialect::request};

  [[nodiscard]] Status read_body(std::string_view body, const RequestLimits& limits,
                                 const BodySink& sink);
  [[nodiscard]] Status read_members(ondemand::object& members, const RequestLimits& limits,
                                    const BodySink& sink);
  [[nodiscard]] Status read_instances(ondemand::value& value, const RequestLimits& limits,
                                      const BodySink& sink);
};

Status RequestReader::State::read_body(std::string_view body, const RequestLimits& limits,
                                       const BodySink& sink) {
  TRIVET_TRY(check_request_size(body.size(), limits.request_bytes));
  const Status opened = text.open(body);
  const std::string_view content = without_blanks(text.text());
  if (content.empty()) return text.error("request body is empty", std::string(kWantedBody));
  TRIVET_TRY(opened);
  if (kind_of(content) != TokenKind::object) {
    return text.unwanted(content, std::string(kWantedBody));
  }
  ondemand::object members;
  if (text.document().get_object().get(members) != simdjson::SUCCESS) return text.broken();
  TRIVET_TRY(read_members(members, limits, sink));
  if (!text.at_end()) return text.broken();
  return {};
}

Status RequestReader::State::read_members(ondemand::object& members, const RequestLimits& limits,
                                          const BodySink& sink) {
  bool has_instances = false;
  bool has_parameters = false;
  bool has_override = false;
  for (auto element : members) {
    ondemand::field member;
    if (std::move(element).get(member) != simdjson::SUCCESS) return text.broken();
    const Result<std::string_view> key = text.key(member);
    TRIVET_TRY(key);
    const bool is_instances = *key == "instances";
    const bool is_parameters = *key == "parameters";
    const bool is_override = sink.spec_override != nullptr && (*key == "explanationSpecOverride" ||
                                                               *key == "explanation_spec_override");
    if ((is_instances && std::exchange(has_instances, true)) ||
        (is_parameters && std::exchange(has_parameters, true)) ||
        (is_override && std::exchange(has_override, true))) {
      return text.error(text::message("the member \"{}\" twice", *key), "each member once");
    }
    Status status;
    if (is_instances) status = read_instances(member.value(), limits, sink);
    else if (is_parameters) status = sink.parameters(member.value());
    else if (is_override) status = values.read(member.value(), kBodyDepth, *sink.spec_override);
    else status = text.skip(member.value(), kBodyDepth);
    if (!status) {
      std::string step;
      if (is_instances || is_parameters || is_override) append_step(step, *key);
      return status.error().within(step);
    }
  }
  if (!has_instances) return text.error("no \"instances\"", std::string(kWantedBody));
  return {};
}

Status RequestReader::State::read_instances(ondemand::value& value, const RequestLimits& limits,
                                            const BodySink& sink) {
  const std::string_view token = token_of(value);
  if (kind_of(token) != TokenKind::list) return text.unwanted(token, "a list of instances");
  ondemand::array list;
  if (value.get_array().get(list) != simdjson::SUCCESS) return text.broken();
  std::size_t count = 0;
  for (auto element : list) {
    ondemand::value instance;
    if (element.get(instance) != simdjson::SUCCESS) return text.broken();
    if (limits.instances != 0 && count == limits.instances) {
      return text.error(text::message("more than {} instances", count),
                        text::message("at most {} instances a request", count));
    }
    const Status status = sink.instance(instance);
    if (!status) {
      std::string step;
      append_step(step, count);
      return status.error().within(step);
    }
    ++count;
  }
  if (count == 0) return text.error("an empty list", "at least one instance");
  return {};
}

RequestReader::RequestReader() : state_(std::make_unique<State>()) {}
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;
RequestReader::~RequestReader() = default;

Status RequestReader::read_rows(std::string_view body, const RequestLimits& limits, Batch& batch,
                                std::size_t& output, std::size_t row_numbers,
                                Value* spec_override) {
  batch.clear();
  output = 0;
  const Signature& signature = batch.signature();
  state_->rows.prepare(signature);
  const std::size_t numbers = std::max({row_numbers, batch.cell_count(), std::size_t{1}});
  const std::size_t most_rows =
      limits.cells == 0 ? std::numeric_limits<std::size_t>::max() : limits.cells / numbers;
  const auto instance = [&](ondemand::value value) -> Status {
    if (batch.row_count() < most_rows) return state_->rows.read(value, batch);
    return state_->text.error(
        text::message("{} instances × {} numbers a row", batch.row_count() + 1, numbers),
        text::message("at most {} numbers a request", limits.cells));
  };
  const auto parameters = [&](ondemand::value value) {
    return state_->parameters.read(value, signature, output);
  };
  Status status = state_->read_body(body, limits, {instance, parameters, spec_override});
  if (!status) batch.clear();
  return status;
}

Status RequestReader::read_values(std::string_view body, const RequestLimits& limits,
                                  std::vector<Value>& instances, Value& parameters) {
  instances.clear();
  parameters = Value();
  const auto instance = [&](ondemand::value value) {
    return state_->values.read(value, kInstanceDepth, instances.emplace_back());
  };
  const auto wanted = [&](ondemand::value value) {
    return state_->values.read(value, kBodyDepth, parameters);
  };
  Status status = state_->read_body(body, limits, {instance, wanted});
  if (!status) {
    instances.clear();
    parameters = Value();
  }
  return status;
}

}  // namespace trivet::json
