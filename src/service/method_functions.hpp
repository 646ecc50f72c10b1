// SPDX-License-Identifier: Apache-2.0
// What the table of methods calls.
#pragma once

#include "service/method.hpp"

namespace trivet::service::methods {

[[nodiscard]] Outcome<Value> upload_model(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> list_models(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> get_model(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> update_model(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> delete_model(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> list_model_versions(Resources& resources,
                                                 const MethodRequest& request);
[[nodiscard]] Outcome<Value> delete_model_version(Resources& resources,
                                                  const MethodRequest& request);
[[nodiscard]] Outcome<Value> merge_version_aliases(Resources& resources,
                                                   const MethodRequest& request);
[[nodiscard]] Outcome<Value> copy_model(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> export_model(Resources& resources, const MethodRequest& request);

[[nodiscard]] Outcome<Value> create_endpoint(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> list_endpoints(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> get_endpoint(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> update_endpoint(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> update_endpoint_slowly(Resources& resources,
                                                    const MethodRequest& request);
[[nodiscard]] Outcome<Value> delete_endpoint(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> deploy_model(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> undeploy_model(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> mutate_deployed_model(Resources& resources,
                                                   const MethodRequest& request);

[[nodiscard]] Outcome<Value> get_operation(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> list_operations(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> delete_operation(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> cancel_operation(Resources& resources, const MethodRequest& request);

[[nodiscard]] Outcome<Value> create_batch_job(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> list_batch_jobs(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> find_batch_job(Resources& resources, const MethodRequest& request);

[[nodiscard]] Outcome<Value> legacy_create_model(Resources& resources,
                                                 const MethodRequest& request);
[[nodiscard]] Outcome<Value> legacy_list_models(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> legacy_get_model(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> legacy_delete_model(Resources& resources,
                                                 const MethodRequest& request);
[[nodiscard]] Outcome<Value> legacy_create_version(Resources& resources,
                                                   const MethodRequest& request);
[[nodiscard]] Outcome<Value> legacy_list_versions(Resources& resources,
                                                  const MethodRequest& request);
[[nodiscard]] Outcome<Value> legacy_get_version(Resources& resources, const MethodRequest& request);
[[nodiscard]] Outcome<Value> legacy_delete_version(Resources& resources,
                                                   const MethodRequest& request);
[[nodiscard]] Outcome<Value> legacy_set_default(Resources& resources, const MethodRequest& request);

}  // namespace trivet::service::methods
