// SPDX-License-Identifier: Apache-2.0
// Any bytes as a message, a list's query, a configuration, a time: what is read is written the same
// way ever after.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "service/config.hpp"
#include "service/filter.hpp"
#include "service/json_mapping.hpp"
#include "service/list_query.hpp"
#include "service/messages.hpp"
#include "service/timestamp.hpp"

namespace {

using namespace trivet::service;
using trivet::Value;

void require(bool holds) {
  if (!holds) std::abort();
}

const Message& find_message(std::string_view name) {
  for (const Message* message :
       {&messages::model, &messages::endpoint, &messages::upload_model_request,
        &messages::deploy_model_request, &messages::direct_predict_request,
        &messages::explain_request, &messages::generate_content_request,
        &messages::batch_prediction_job}) {
    if (message->name.substr(message->name.rfind('.') + 1) == name) return *message;
  }
  return messages::model;
}

/// What is read and written is read again, and written the same; with enums as numbers too.
void check_canonical(const Message& message, const Value& canonical) {
  std::string first;
  write_message(message, canonical, {}, first);
  const auto parsed = Value::parse(first);
  require(parsed.has_value());
  const auto again = read_message(message, *parsed);
  require(again.has_value());
  std::string second;
  write_message(message, *again, {}, second);
  require(first == second);
  std::string numbers;
  write_message(message, canonical, {.enums_as_numbers = true}, numbers);
  const auto of_numbers = Value::parse(numbers);
  require(of_numbers.has_value() && read_message(message, *of_numbers).has_value());
}

void try_message(std::string_view text) {
  const std::string_view name = text.substr(0, text.find('\n'));
  const Message& message = find_message(name);
  const auto json = Value::parse(text.substr(std::min(text.size(), name.size() + 1)));
  if (!json) return;
  const auto canonical = read_message(message, *json);
  if (canonical) return check_canonical(message, *canonical);
  require(canonical.failure().code == Code::invalid_argument);
  require(Value::parse(canonical.failure().to_status_json()).has_value());
}

Value::List some_endpoints() {
  const auto list = Value::parse(
      R"([{"name":"p/endpoints/1","displayName":"a","labels":{"team":"a"}},
          {"name":"p/endpoints/2","createTime":"2024-01-01T00:00:00.000000Z"}])");
  return *list->as_list();
}

void try_filter(std::string_view text) {
  const auto filter = Filter::parse(text, messages::endpoint, "endpoint");
  if (!filter) return;
  for (const Value& endpoint : some_endpoints()) (void)filter->matches(endpoint);
}

void try_list(std::string_view text) {
  const auto query = QueryParameters::parse(text);
  if (!query) return;
  const auto page =
      make_page({&messages::endpoint, "endpoints", "endpoint"}, some_endpoints(), *query, 1);
  if (page) require(page->find("endpoints")->as_list()->size() <= 2);
}

void try_time(std::string_view text) {
  const auto time = parse_timestamp(text);
  if (time) require(parse_timestamp(format_timestamp(*time)) == time);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'm': try_message(text); break;
    case 'f': try_filter(text); break;
    case 'q': try_list(text); break;
    case 'c': (void)parse_config(text, "/site"); break;
    case 't': try_time(text); break;
    default: break;
  }
  return 0;
}
