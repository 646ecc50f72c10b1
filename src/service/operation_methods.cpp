// SPDX-License-Identifier: Apache-2.0
// Operations: get, list, delete; and batch jobs, of which there are none yet.
#include <utility>

#include "service/list_query.hpp"
#include "service/messages.hpp"
#include "service/method_functions.hpp"
#include "service/resources_state.hpp"
#include "text/message.hpp"

namespace trivet::service::methods {
namespace {

Failure operation_not_found(const MethodRequest& request) {
  return {Code::not_found, text::message("Operation `{}` not found.", request.child)};
}

/// The operation, when it is one of the resource that the path names.
std::shared_ptr<const OperationEntry> find_operation(Resources& resources,
                                                     const MethodRequest& request) {
  auto entry = resources.state().operations.find(request.child);
  if (entry == nullptr || request.id.empty()) return entry;
  return last_part(entry->resource) == request.id ? entry : nullptr;
}

}  // namespace

Outcome<Value> get_operation(Resources& resources, const MethodRequest& request) {
  const auto entry = find_operation(resources, request);
  if (entry == nullptr) return operation_not_found(request);
  return operation_answer(*entry, request.parent);
}

Outcome<Value> list_operations(Resources& resources, const MethodRequest& request) {
  std::vector<Value> items;
  for (const auto& entry : resources.state().operations.list("")) {
    const bool is_legacy = request.parent.location.empty();
    const bool is_meant = is_legacy
                              ? entry->resource.empty()
                              : request.id.empty() || last_part(entry->resource) == request.id;
    if (is_meant) items.push_back(operation_answer(*entry, request.parent));
  }
  return make_page({&messages::operation, "operations", "operation"}, std::move(items),
                   request.query, resources.state().page_secret);
}

Outcome<Value> delete_operation(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const std::lock_guard lock(state.writer);
  if (find_operation(resources, request) == nullptr) return operation_not_found(request);
  Change change = state.begin();
  change.documents.push_back({"operation", request.child, ""});
  if (auto done = state.commit(std::move(change)); !done) return std::move(done).failure();
  state.operations.remove(request.child);
  return Value(Value::Object{});
}

/// Nothing to cancel: operations are finished when they are answered.
Outcome<Value> cancel_operation(Resources& resources, const MethodRequest& request) {
  if (find_operation(resources, request) == nullptr) return operation_not_found(request);
  return Value(Value::Object{});
}

Outcome<Value> create_batch_job(Resources&, const MethodRequest&) {
  return Failure(Code::unimplemented,
                 "This server runs no batch prediction jobs.");
}

Outcome<Value> list_batch_jobs(Resources& resources, const MethodRequest& request) {
  return make_page({&messages::batch_prediction_job, "batchPredictionJobs", "batch_prediction_job"},
                   {}, request.query, resources.state().page_secret);
}

Outcome<Value> find_batch_job(Resources&, const MethodRequest& request) {
  return Failure(Code::not_found,
                 text::message("BatchPredictionJob `{}/batchPredictionJobs/{}` not found.",
                               request.parent.name(), request.id));
}

}  // namespace trivet::service::methods
