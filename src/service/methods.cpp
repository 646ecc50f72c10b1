// SPDX-License-Identifier: Apache-2.0
// The table of methods on resources.
#include "service/methods.hpp"

#include "service/legacy_messages.hpp"
#include "service/messages.hpp"
#include "service/method_functions.hpp"

namespace trivet::service {
namespace {

constexpr Method reading(const Message& response,
                         Outcome<Value> (*run)(Resources&, const MethodRequest&)) {
  return {.request = nullptr, .body_field = {}, .response = &response, .run = run};
}

constexpr Method changing(const Message& request, const Message& response,
                          Outcome<Value> (*run)(Resources&, const MethodRequest&),
                          std::string_view body_field = {}) {
  return {.request = &request, .body_field = body_field, .response = &response, .run = run};
}

}  // namespace

constinit const ResourceMethods resource_methods{
    .upload_model =
        changing(messages::upload_model_request, messages::operation, methods::upload_model),
    .list_models = reading(messages::list_models_response, methods::list_models),
    .get_model = reading(messages::model, methods::get_model),
    .update_model = changing(messages::model, messages::model, methods::update_model, "model"),
    .delete_model = reading(messages::operation, methods::delete_model),
    .list_model_versions =
        reading(messages::list_model_versions_response, methods::list_model_versions),
    .delete_model_version = reading(messages::operation, methods::delete_model_version),
    .merge_version_aliases = changing(messages::merge_version_aliases_request, messages::model,
                                      methods::merge_version_aliases),
    .copy_model = changing(messages::copy_model_request, messages::operation, methods::copy_model),
    .export_model =
        changing(messages::export_model_request, messages::operation, methods::export_model),

    .create_endpoint =
        changing(messages::endpoint, messages::operation, methods::create_endpoint, "endpoint"),
    .list_endpoints = reading(messages::list_endpoints_response, methods::list_endpoints),
    .get_endpoint = reading(messages::endpoint, methods::get_endpoint),
    .update_endpoint =
        changing(messages::endpoint, messages::endpoint, methods::update_endpoint, "endpoint"),
    .update_endpoint_slowly = changing(messages::update_endpoint_long_running_request,
                                       messages::operation, methods::update_endpoint_slowly),
    .delete_endpoint = reading(messages::operation, methods::delete_endpoint),
    .deploy_model =
        changing(messages::deploy_model_request, messages::operation, methods::deploy_model),
    .undeploy_model =
        changing(messages::undeploy_model_request, messages::operation, methods::undeploy_model),
    .mutate_deployed_model = changing(messages::mutate_deployed_model_request, messages::operation,
                                      methods::mutate_deployed_model),

    .get_operation = reading(messages::operation, methods::get_operation),
    .list_operations = reading(messages::list_operations_response, methods::list_operations),
    .delete_operation = reading(messages::empty, methods::delete_operation),
    .cancel_operation = reading(messages::empty, methods::cancel_operation),
    .wait_operation = reading(messages::operation, methods::get_operation),

    .create_batch_job = changing(messages::batch_prediction_job, messages::batch_prediction_job,
                                 methods::create_batch_job, "batch_prediction_job"),
    .list_batch_jobs =
        reading(messages::list_batch_prediction_jobs_response, methods::list_batch_jobs),
    .get_batch_job = reading(messages::batch_prediction_job, methods::find_batch_job),
    .cancel_batch_job = reading(messages::empty, methods::find_batch_job),
    .delete_batch_job = reading(messages::operation, methods::find_batch_job),

    .legacy_create_model = changing(messages::legacy_model, messages::legacy_model,
                                    methods::legacy_create_model, "model"),
    .legacy_list_models =
        reading(messages::legacy_list_models_response, methods::legacy_list_models),
    .legacy_get_model = reading(messages::legacy_model, methods::legacy_get_model),
    .legacy_delete_model = reading(messages::operation, methods::legacy_delete_model),
    .legacy_create_version = changing(messages::legacy_version, messages::operation,
                                      methods::legacy_create_version, "version"),
    .legacy_list_versions =
        reading(messages::legacy_list_versions_response, methods::legacy_list_versions),
    .legacy_get_version = reading(messages::legacy_version, methods::legacy_get_version),
    .legacy_delete_version = reading(messages::operation, methods::legacy_delete_version),
    .legacy_set_default = changing(messages::legacy_set_default_request, messages::legacy_version,
                                   methods::legacy_set_default),
    .legacy_get_operation = reading(messages::operation, methods::get_operation),
    .legacy_list_operations = reading(messages::list_operations_response, methods::list_operations),
};

}  // namespace trivet::service
