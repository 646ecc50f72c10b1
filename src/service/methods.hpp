// SPDX-License-Identifier: Apache-2.0
// The methods on resources, by name, for the table of routes.
#pragma once

#include "service/method.hpp"

namespace trivet::service {

/// One member a method. What a path must say beside the parent is in the comments: `id`,
/// `version`, `child` are the members of MethodRequest.
struct ResourceMethods {
  Method upload_model;           ///< POST models:upload
  Method list_models;            ///< GET models
  Method get_model;              ///< GET models/{id}[@{version}]
  Method update_model;           ///< PATCH models/{id}[@{version}]
  Method delete_model;           ///< DELETE models/{id}
  Method list_model_versions;    ///< GET models/{id}:listVersions
  Method delete_model_version;   ///< DELETE models/{id}@{version}:deleteVersion
  Method merge_version_aliases;  ///< POST models/{id}@{version}:mergeVersionAliases
  Method copy_model;             ///< POST models:copy
  Method export_model;           ///< POST models/{id}[@{version}]:export

  Method create_endpoint;         ///< POST endpoints
  Method list_endpoints;          ///< GET endpoints
  Method get_endpoint;            ///< GET endpoints/{id}
  Method update_endpoint;         ///< PATCH endpoints/{id}
  Method update_endpoint_slowly;  ///< POST endpoints/{id}:update (an operation)
  Method delete_endpoint;         ///< DELETE endpoints/{id}
  Method deploy_model;            ///< POST endpoints/{id}:deployModel
  Method undeploy_model;          ///< POST endpoints/{id}:undeployModel
  Method mutate_deployed_model;   ///< POST endpoints/{id}:mutateDeployedModel

  // Of models, endpoints and batchPredictionJobs, at /v1 and /ui. `id`: the resource above.
  Method get_operation;     ///< GET …/{id}/operations/{child}; `id` may be empty
  Method list_operations;   ///< GET …/{id}/operations
  Method delete_operation;  ///< DELETE …/{id}/operations/{child}
  Method cancel_operation;  ///< POST …/{id}/operations/{child}:cancel
  Method wait_operation;    ///< POST …/{id}/operations/{child}:wait

  Method create_batch_job;  ///< POST batchPredictionJobs: unimplemented as yet
  Method list_batch_jobs;   ///< GET batchPredictionJobs
  Method get_batch_job;     ///< GET batchPredictionJobs/{id}
  Method cancel_batch_job;  ///< POST batchPredictionJobs/{id}:cancel
  Method delete_batch_job;  ///< DELETE batchPredictionJobs/{id}

  // /v1/projects/P/…: Parent::location is empty.
  Method legacy_create_model;     ///< POST models
  Method legacy_list_models;      ///< GET models
  Method legacy_get_model;        ///< GET models/{id}
  Method legacy_delete_model;     ///< DELETE models/{id}
  Method legacy_create_version;   ///< POST models/{id}/versions
  Method legacy_list_versions;    ///< GET models/{id}/versions
  Method legacy_get_version;      ///< GET models/{id}/versions/{version}
  Method legacy_delete_version;   ///< DELETE models/{id}/versions/{version}
  Method legacy_set_default;      ///< POST models/{id}/versions/{version}:setDefault
  Method legacy_get_operation;    ///< GET operations/{child}
  Method legacy_list_operations;  ///< GET operations
};

extern const ResourceMethods resource_methods;

}  // namespace trivet::service
