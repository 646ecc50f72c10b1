// SPDX-License-Identifier: Apache-2.0
// A data table: the platform's published messages, of google-cloud-aiplatform 2.7.0, made
// by tools/messages.py. Never edited.
#include "service/messages.hpp"

namespace trivet::service::messages {
namespace {

// clang-format off
constexpr EnumName kAcceleratorTypeNames[] = {
    {"ACCELERATOR_TYPE_UNSPECIFIED", 0},
    {"NVIDIA_TESLA_K80", 1},
    {"NVIDIA_TESLA_P100", 2},
    {"NVIDIA_TESLA_V100", 3},
    {"NVIDIA_TESLA_P4", 4},
    {"NVIDIA_TESLA_T4", 5},
    {"TPU_V2", 6},
    {"TPU_V3", 7},
    {"NVIDIA_TESLA_A100", 8},
    {"NVIDIA_A100_80GB", 9},
    {"TPU_V4_POD", 10},
    {"NVIDIA_L4", 11},
    {"TPU_V5_LITEPOD", 12},
    {"NVIDIA_H100_80GB", 13},
    {"NVIDIA_H100_MEGA_80GB", 14},
    {"NVIDIA_H200_141GB", 15},
    {"NVIDIA_B200", 16},
    {"NVIDIA_GB200", 17},
    {"NVIDIA_RTX_PRO_6000", 18},
};
constexpr EnumName kCandidateFinishReasonNames[] = {
    {"FINISH_REASON_UNSPECIFIED", 0},
    {"STOP", 1},
    {"MAX_TOKENS", 2},
    {"SAFETY", 3},
    {"RECITATION", 4},
    {"OTHER", 5},
    {"BLOCKLIST", 6},
    {"PROHIBITED_CONTENT", 7},
    {"SPII", 8},
    {"MALFORMED_FUNCTION_CALL", 9},
    {"MODEL_ARMOR", 10},
};
constexpr EnumName kCodeExecutionResultOutcomeNames[] = {
    {"OUTCOME_UNSPECIFIED", 0},
    {"OUTCOME_OK", 1},
    {"OUTCOME_FAILED", 2},
    {"OUTCOME_DEADLINE_EXCEEDED", 3},
};
constexpr EnumName kDeploymentStageNames[] = {
    {"DEPLOYMENT_STAGE_UNSPECIFIED", 0},
    {"STARTING_MODEL_SERVER", 3},
    {"FINISHING_UP", 4},
    {"STARTING_DEPLOYMENT", 5},
    {"PREPARING_MODEL", 6},
    {"CREATING_SERVING_CLUSTER", 7},
    {"ADDING_NODES_TO_CLUSTER", 8},
    {"GETTING_CONTAINER_IMAGE", 9},
    {"DEPLOYMENT_TERMINATED", 10},
    {"SUCCESSFULLY_DEPLOYED", 11},
    {"FAILED_TO_DEPLOY", 12},
};
constexpr EnumName kDynamicRetrievalConfigModeNames[] = {
    {"MODE_UNSPECIFIED", 0},
    {"MODE_DYNAMIC", 1},
};
constexpr EnumName kExamplesExampleGcsSourceDataFormatNames[] = {
    {"DATA_FORMAT_UNSPECIFIED", 0},
    {"JSONL", 1},
};
constexpr EnumName kExamplesOverrideDataFormatNames[] = {
    {"DATA_FORMAT_UNSPECIFIED", 0},
    {"INSTANCES", 1},
    {"EMBEDDINGS", 2},
};
constexpr EnumName kExecutableCodeLanguageNames[] = {
    {"LANGUAGE_UNSPECIFIED", 0},
    {"PYTHON", 1},
};
constexpr EnumName kExplanationMetadataInputMetadataEncodingNames[] = {
    {"ENCODING_UNSPECIFIED", 0},
    {"IDENTITY", 1},
    {"BAG_OF_FEATURES", 2},
    {"BAG_OF_FEATURES_SPARSE", 3},
    {"INDICATOR", 4},
    {"COMBINED_EMBEDDING", 5},
    {"CONCAT_EMBEDDING", 6},
};
constexpr EnumName kExplanationMetadataInputMetadataVisualizationColorMapNames[] = {
    {"COLOR_MAP_UNSPECIFIED", 0},
    {"PINK_GREEN", 1},
    {"VIRIDIS", 2},
    {"RED", 3},
    {"GREEN", 4},
    {"PINK_WHITE_GREEN", 5},
    {"RED_GREEN", 6},
};
constexpr EnumName kExplanationMetadataInputMetadataVisualizationOverlayTypeNames[] = {
    {"OVERLAY_TYPE_UNSPECIFIED", 0},
    {"NONE", 1},
    {"ORIGINAL", 2},
    {"GRAYSCALE", 3},
    {"MASK_BLACK", 4},
};
constexpr EnumName kExplanationMetadataInputMetadataVisualizationPolarityNames[] = {
    {"POLARITY_UNSPECIFIED", 0},
    {"POSITIVE", 1},
    {"NEGATIVE", 2},
    {"BOTH", 3},
};
constexpr EnumName kExplanationMetadataInputMetadataVisualizationTypeNames[] = {
    {"TYPE_UNSPECIFIED", 0},
    {"PIXELS", 1},
    {"OUTLINES", 2},
};
constexpr EnumName kFunctionCallingConfigModeNames[] = {
    {"MODE_UNSPECIFIED", 0},
    {"AUTO", 1},
    {"ANY", 2},
    {"NONE", 3},
    {"VALIDATED", 5},
};
constexpr EnumName kGenerateContentResponsePromptFeedbackBlockedReasonNames[] = {
    {"BLOCKED_REASON_UNSPECIFIED", 0},
    {"SAFETY", 1},
    {"OTHER", 2},
    {"BLOCKLIST", 3},
    {"PROHIBITED_CONTENT", 4},
    {"MODEL_ARMOR", 5},
    {"JAILBREAK", 6},
};
constexpr EnumName kGenerateContentResponseUsageMetadataTrafficTypeNames[] = {
    {"TRAFFIC_TYPE_UNSPECIFIED", 0},
    {"ON_DEMAND", 1},
    {"PROVISIONED_THROUGHPUT", 2},
    {"ON_DEMAND_PRIORITY", 3},
    {"ON_DEMAND_FLEX", 4},
};
constexpr EnumName kGenerationConfigMediaResolutionNames[] = {
    {"MEDIA_RESOLUTION_UNSPECIFIED", 0},
    {"MEDIA_RESOLUTION_LOW", 1},
    {"MEDIA_RESOLUTION_MEDIUM", 2},
    {"MEDIA_RESOLUTION_HIGH", 3},
};
constexpr EnumName kGenerationConfigModalityNames[] = {
    {"MODALITY_UNSPECIFIED", 0},
    {"TEXT", 1},
    {"IMAGE", 2},
    {"AUDIO", 3},
};
constexpr EnumName kGenerationConfigRoutingConfigAutoRoutingModeModelRoutingPreferenceNames[] = {
    {"UNKNOWN", 0},
    {"PRIORITIZE_QUALITY", 1},
    {"BALANCED", 2},
    {"PRIORITIZE_COST", 3},
};
constexpr EnumName kGenerationConfigThinkingConfigThinkingLevelNames[] = {
    {"THINKING_LEVEL_UNSPECIFIED", 0},
    {"LOW", 1},
    {"MEDIUM", 2},
    {"HIGH", 3},
    {"MINIMAL", 4},
};
constexpr EnumName kHarmCategoryNames[] = {
    {"HARM_CATEGORY_UNSPECIFIED", 0},
    {"HARM_CATEGORY_HATE_SPEECH", 1},
    {"HARM_CATEGORY_DANGEROUS_CONTENT", 2},
    {"HARM_CATEGORY_HARASSMENT", 3},
    {"HARM_CATEGORY_SEXUALLY_EXPLICIT", 4},
    {"HARM_CATEGORY_CIVIC_INTEGRITY", 5},
    {"HARM_CATEGORY_JAILBREAK", 6},
};
constexpr EnumName kImageConfigPersonGenerationNames[] = {
    {"PERSON_GENERATION_UNSPECIFIED", 0},
    {"ALLOW_ALL", 1},
    {"ALLOW_ADULT", 2},
    {"ALLOW_NONE", 3},
};
constexpr EnumName kJobStateNames[] = {
    {"JOB_STATE_UNSPECIFIED", 0},
    {"JOB_STATE_QUEUED", 1},
    {"JOB_STATE_PENDING", 2},
    {"JOB_STATE_RUNNING", 3},
    {"JOB_STATE_SUCCEEDED", 4},
    {"JOB_STATE_FAILED", 5},
    {"JOB_STATE_CANCELLING", 6},
    {"JOB_STATE_CANCELLED", 7},
    {"JOB_STATE_PAUSED", 8},
    {"JOB_STATE_EXPIRED", 9},
    {"JOB_STATE_UPDATING", 10},
    {"JOB_STATE_PARTIALLY_SUCCEEDED", 11},
};
constexpr EnumName kModalityNames[] = {
    {"MODALITY_UNSPECIFIED", 0},
    {"TEXT", 1},
    {"IMAGE", 2},
    {"VIDEO", 3},
    {"AUDIO", 4},
    {"DOCUMENT", 5},
};
constexpr EnumName kModelDeploymentResourcesTypeNames[] = {
    {"DEPLOYMENT_RESOURCES_TYPE_UNSPECIFIED", 0},
    {"DEDICATED_RESOURCES", 1},
    {"AUTOMATIC_RESOURCES", 2},
    {"SHARED_RESOURCES", 3},
};
constexpr EnumName kModelExportFormatExportableContentNames[] = {
    {"EXPORTABLE_CONTENT_UNSPECIFIED", 0},
    {"ARTIFACT", 1},
    {"IMAGE", 2},
};
constexpr EnumName kModelSourceInfoModelSourceTypeNames[] = {
    {"MODEL_SOURCE_TYPE_UNSPECIFIED", 0},
    {"AUTOML", 1},
    {"CUSTOM", 2},
    {"BQML", 3},
    {"MODEL_GARDEN", 4},
    {"GENIE", 5},
    {"CUSTOM_TEXT_EMBEDDING", 6},
    {"MARKETPLACE", 7},
};
constexpr EnumName kPscAutomationStateNames[] = {
    {"PSC_AUTOMATION_STATE_UNSPECIFIED", 0},
    {"PSC_AUTOMATION_STATE_SUCCESSFUL", 1},
    {"PSC_AUTOMATION_STATE_FAILED", 2},
};
constexpr EnumName kPartMediaResolutionLevelNames[] = {
    {"MEDIA_RESOLUTION_UNSPECIFIED", 0},
    {"MEDIA_RESOLUTION_LOW", 1},
    {"MEDIA_RESOLUTION_MEDIUM", 2},
    {"MEDIA_RESOLUTION_HIGH", 3},
    {"MEDIA_RESOLUTION_ULTRA_HIGH", 4},
};
constexpr EnumName kPresetsModalityNames[] = {
    {"MODALITY_UNSPECIFIED", 0},
    {"IMAGE", 1},
    {"TEXT", 2},
    {"TABULAR", 3},
};
constexpr EnumName kPresetsQueryNames[] = {
    {"PRECISE", 0},
    {"FAST", 1},
};
constexpr EnumName kReservationAffinityTypeNames[] = {
    {"TYPE_UNSPECIFIED", 0},
    {"NO_RESERVATION", 1},
    {"ANY_RESERVATION", 2},
    {"SPECIFIC_RESERVATION", 3},
};
constexpr EnumName kSafetyRatingHarmProbabilityNames[] = {
    {"HARM_PROBABILITY_UNSPECIFIED", 0},
    {"NEGLIGIBLE", 1},
    {"LOW", 2},
    {"MEDIUM", 3},
    {"HIGH", 4},
};
constexpr EnumName kSafetyRatingHarmSeverityNames[] = {
    {"HARM_SEVERITY_UNSPECIFIED", 0},
    {"HARM_SEVERITY_NEGLIGIBLE", 1},
    {"HARM_SEVERITY_LOW", 2},
    {"HARM_SEVERITY_MEDIUM", 3},
    {"HARM_SEVERITY_HIGH", 4},
};
constexpr EnumName kSafetySettingHarmBlockMethodNames[] = {
    {"HARM_BLOCK_METHOD_UNSPECIFIED", 0},
    {"SEVERITY", 1},
    {"PROBABILITY", 2},
};
constexpr EnumName kSafetySettingHarmBlockThresholdNames[] = {
    {"HARM_BLOCK_THRESHOLD_UNSPECIFIED", 0},
    {"BLOCK_LOW_AND_ABOVE", 1},
    {"BLOCK_MEDIUM_AND_ABOVE", 2},
    {"BLOCK_ONLY_HIGH", 3},
    {"BLOCK_NONE", 4},
    {"OFF", 5},
};
constexpr EnumName kTensorDataTypeNames[] = {
    {"DATA_TYPE_UNSPECIFIED", 0},
    {"BOOL", 1},
    {"STRING", 2},
    {"FLOAT", 3},
    {"DOUBLE", 4},
    {"INT8", 5},
    {"INT16", 6},
    {"INT32", 7},
    {"INT64", 8},
    {"UINT8", 9},
    {"UINT16", 10},
    {"UINT32", 11},
    {"UINT64", 12},
};
constexpr EnumName kToolComputerUseEnvironmentNames[] = {
    {"ENVIRONMENT_UNSPECIFIED", 0},
    {"ENVIRONMENT_BROWSER", 1},
};
constexpr EnumName kToolPhishBlockThresholdNames[] = {
    {"PHISH_BLOCK_THRESHOLD_UNSPECIFIED", 0},
    {"BLOCK_LOW_AND_ABOVE", 30},
    {"BLOCK_MEDIUM_AND_ABOVE", 40},
    {"BLOCK_HIGH_AND_ABOVE", 50},
    {"BLOCK_HIGHER_AND_ABOVE", 55},
    {"BLOCK_VERY_HIGH_AND_ABOVE", 60},
    {"BLOCK_ONLY_EXTREMELY_HIGH", 100},
};
constexpr EnumName kTypeNames[] = {
    {"TYPE_UNSPECIFIED", 0},
    {"STRING", 1},
    {"NUMBER", 2},
    {"INTEGER", 3},
    {"BOOLEAN", 4},
    {"ARRAY", 5},
    {"OBJECT", 6},
};
constexpr EnumName kUrlMetadataUrlRetrievalStatusNames[] = {
    {"URL_RETRIEVAL_STATUS_UNSPECIFIED", 0},
    {"URL_RETRIEVAL_STATUS_SUCCESS", 1},
    {"URL_RETRIEVAL_STATUS_ERROR", 2},
};
constexpr EnumName kNullValueNames[] = {
    {"NULL_VALUE", 0},
};
constexpr Field kAttributionFields[] = {
    {.name = "baselineOutputValue", .kind = Kind::number, .output_only = true},
    {.name = "instanceOutputValue", .kind = Kind::number, .output_only = true},
    {.name = "featureAttributions", .kind = Kind::value, .output_only = true},
    {.name = "outputIndex", .kind = Kind::int32, .shape = Shape::list, .output_only = true},
    {.name = "outputDisplayName", .kind = Kind::text, .output_only = true},
    {.name = "approximationError", .kind = Kind::number, .output_only = true},
    {.name = "outputName", .kind = Kind::text, .output_only = true},
};
constexpr Field kAutomaticResourcesFields[] = {
    {.name = "minReplicaCount", .kind = Kind::int32},
    {.name = "maxReplicaCount", .kind = Kind::int32},
};
constexpr Field kAutoscalingMetricSpecFields[] = {
    {.name = "metricName", .kind = Kind::text},
    {.name = "target", .kind = Kind::int32},
};
constexpr Field kBatchDedicatedResourcesFields[] = {
    {.name = "machineSpec", .kind = Kind::message, .message = &machine_spec},
    {.name = "startingReplicaCount", .kind = Kind::int32},
    {.name = "maxReplicaCount", .kind = Kind::int32},
};
constexpr Field kBatchPredictionJobFields[] = {
    {.name = "name", .kind = Kind::text, .output_only = true},
    {.name = "displayName", .kind = Kind::text},
    {.name = "model", .kind = Kind::text},
    {.name = "modelVersionId", .kind = Kind::text, .output_only = true},
    {.name = "unmanagedContainerModel", .kind = Kind::message,
     .message = &unmanaged_container_model},
    {.name = "inputConfig", .kind = Kind::message, .message = &batch_prediction_job_input_config},
    {.name = "instanceConfig", .kind = Kind::message,
     .message = &batch_prediction_job_instance_config},
    {.name = "modelParameters", .kind = Kind::value},
    {.name = "outputConfig", .kind = Kind::message, .message = &batch_prediction_job_output_config},
    {.name = "dedicatedResources", .kind = Kind::message, .message = &batch_dedicated_resources},
    {.name = "serviceAccount", .kind = Kind::text},
    {.name = "manualBatchTuningParameters", .kind = Kind::message,
     .message = &manual_batch_tuning_parameters},
    {.name = "generateExplanation", .kind = Kind::boolean},
    {.name = "explanationSpec", .kind = Kind::message, .message = &explanation_spec},
    {.name = "outputInfo", .kind = Kind::message, .message = &batch_prediction_job_output_info,
     .output_only = true},
    {.name = "state", .kind = Kind::enumeration, .names = kJobStateNames, .output_only = true},
    {.name = "error", .kind = Kind::message, .message = &status, .output_only = true},
    {.name = "partialFailures", .kind = Kind::message, .shape = Shape::list, .message = &status,
     .output_only = true},
    {.name = "resourcesConsumed", .kind = Kind::message, .message = &resources_consumed,
     .output_only = true},
    {.name = "completionStats", .kind = Kind::message, .message = &completion_stats,
     .output_only = true},
    {.name = "createTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "startTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "endTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "updateTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "labels", .kind = Kind::text, .shape = Shape::map},
    {.name = "encryptionSpec", .kind = Kind::message, .message = &encryption_spec},
    {.name = "disableContainerLogging", .kind = Kind::boolean},
    {.name = "satisfiesPzs", .kind = Kind::boolean, .output_only = true},
    {.name = "satisfiesPzi", .kind = Kind::boolean, .output_only = true},
};
constexpr Field kBatchPredictionJobInputConfigFields[] = {
    {.name = "gcsSource", .kind = Kind::message, .message = &gcs_source},
    {.name = "bigquerySource", .kind = Kind::message, .message = &big_query_source},
    {.name = "vertexMultimodalDatasetSource", .kind = Kind::message,
     .message = &vertex_multimodal_dataset_source},
    {.name = "instancesFormat", .kind = Kind::text},
};
constexpr Field kBatchPredictionJobInstanceConfigFields[] = {
    {.name = "instanceType", .kind = Kind::text},
    {.name = "keyField", .kind = Kind::text},
    {.name = "includedFields", .kind = Kind::text, .shape = Shape::list},
    {.name = "excludedFields", .kind = Kind::text, .shape = Shape::list},
};
constexpr Field kBatchPredictionJobOutputConfigFields[] = {
    {.name = "gcsDestination", .kind = Kind::message, .message = &gcs_destination},
    {.name = "bigqueryDestination", .kind = Kind::message, .message = &big_query_destination},
    {.name = "vertexMultimodalDatasetDestination", .kind = Kind::message,
     .message = &vertex_multimodal_dataset_destination},
    {.name = "predictionsFormat", .kind = Kind::text},
};
constexpr Field kBatchPredictionJobOutputInfoFields[] = {
    {.name = "gcsOutputDirectory", .kind = Kind::text, .output_only = true, .has_presence = true},
    {.name = "bigqueryOutputDataset", .kind = Kind::text, .output_only = true,
     .has_presence = true},
    {.name = "vertexMultimodalDatasetName", .kind = Kind::text, .output_only = true,
     .has_presence = true},
    {.name = "bigqueryOutputTable", .kind = Kind::text, .output_only = true},
};
constexpr Field kBigQueryDestinationFields[] = {
    {.name = "outputUri", .kind = Kind::text},
};
constexpr Field kBigQuerySourceFields[] = {
    {.name = "inputUri", .kind = Kind::text},
};
constexpr Field kBlobFields[] = {
    {.name = "mimeType", .kind = Kind::text},
    {.name = "data", .kind = Kind::bytes},
};
constexpr Field kBlurBaselineConfigFields[] = {
    {.name = "maxBlurSigma", .kind = Kind::number},
};
constexpr Field kCancelBatchPredictionJobRequestFields[] = {
    {.name = "name", .kind = Kind::text},
};
constexpr Field kCandidateFields[] = {
    {.name = "index", .kind = Kind::int32, .output_only = true},
    {.name = "content", .kind = Kind::message, .message = &content, .output_only = true},
    {.name = "score", .kind = Kind::number, .output_only = true},
    {.name = "avgLogprobs", .kind = Kind::number, .output_only = true},
    {.name = "logprobsResult", .kind = Kind::message, .message = &logprobs_result,
     .output_only = true},
    {.name = "finishReason", .kind = Kind::enumeration, .names = kCandidateFinishReasonNames,
     .output_only = true},
    {.name = "safetyRatings", .kind = Kind::message, .shape = Shape::list,
     .message = &safety_rating, .output_only = true},
    {.name = "finishMessage", .kind = Kind::text, .output_only = true, .has_presence = true},
    {.name = "citationMetadata", .kind = Kind::message, .message = &citation_metadata,
     .output_only = true},
    {.name = "groundingMetadata", .kind = Kind::message, .message = &grounding_metadata,
     .output_only = true},
    {.name = "urlContextMetadata", .kind = Kind::message, .message = &url_context_metadata,
     .output_only = true},
};
constexpr Field kCheckpointFields[] = {
    {.name = "checkpointId", .kind = Kind::text},
    {.name = "epoch", .kind = Kind::int64},
    {.name = "step", .kind = Kind::int64},
};
constexpr Field kCitationFields[] = {
    {.name = "startIndex", .kind = Kind::int32, .output_only = true},
    {.name = "endIndex", .kind = Kind::int32, .output_only = true},
    {.name = "uri", .kind = Kind::text, .output_only = true},
    {.name = "title", .kind = Kind::text, .output_only = true},
    {.name = "license", .kind = Kind::text, .output_only = true},
    {.name = "publicationDate", .kind = Kind::message, .message = &date, .output_only = true},
};
constexpr Field kCitationMetadataFields[] = {
    {.name = "citations", .kind = Kind::message, .shape = Shape::list, .message = &citation,
     .output_only = true},
};
constexpr Field kClientConnectionConfigFields[] = {
    {.name = "inferenceTimeout", .kind = Kind::duration},
};
constexpr Field kCodeExecutionResultFields[] = {
    {.name = "outcome", .kind = Kind::enumeration, .names = kCodeExecutionResultOutcomeNames},
    {.name = "output", .kind = Kind::text},
};
constexpr Field kCompletionStatsFields[] = {
    {.name = "successfulCount", .kind = Kind::int64, .output_only = true},
    {.name = "failedCount", .kind = Kind::int64, .output_only = true},
    {.name = "incompleteCount", .kind = Kind::int64, .output_only = true},
    {.name = "successfulForecastPointCount", .kind = Kind::int64, .output_only = true},
};
constexpr Field kContainerRegistryDestinationFields[] = {
    {.name = "outputUri", .kind = Kind::text},
};
constexpr Field kContentFields[] = {
    {.name = "role", .kind = Kind::text},
    {.name = "parts", .kind = Kind::message, .shape = Shape::list, .message = &part},
};
constexpr Field kCopyModelOperationMetadataFields[] = {
    {.name = "genericMetadata", .kind = Kind::message, .message = &generic_operation_metadata},
};
constexpr Field kCopyModelRequestFields[] = {
    {.name = "modelId", .kind = Kind::text, .has_presence = true},
    {.name = "parentModel", .kind = Kind::text, .has_presence = true},
    {.name = "parent", .kind = Kind::text},
    {.name = "sourceModel", .kind = Kind::text},
    {.name = "encryptionSpec", .kind = Kind::message, .message = &encryption_spec},
    {.name = "customServiceAccount", .kind = Kind::text},
};
constexpr Field kCopyModelResponseFields[] = {
    {.name = "model", .kind = Kind::text},
    {.name = "modelVersionId", .kind = Kind::text, .output_only = true},
};
constexpr Field kCountTokensRequestFields[] = {
    {.name = "endpoint", .kind = Kind::text},
    {.name = "model", .kind = Kind::text},
    {.name = "instances", .kind = Kind::value, .shape = Shape::list},
    {.name = "contents", .kind = Kind::message, .shape = Shape::list, .message = &content},
    {.name = "systemInstruction", .kind = Kind::message, .message = &content},
    {.name = "tools", .kind = Kind::message, .shape = Shape::list, .message = &tool},
    {.name = "generationConfig", .kind = Kind::message, .message = &generation_config},
};
constexpr Field kCountTokensResponseFields[] = {
    {.name = "totalTokens", .kind = Kind::int32},
    {.name = "totalBillableCharacters", .kind = Kind::int32},
    {.name = "promptTokensDetails", .kind = Kind::message, .shape = Shape::list,
     .message = &modality_token_count, .output_only = true},
};
constexpr Field kCreateEndpointOperationMetadataFields[] = {
    {.name = "genericMetadata", .kind = Kind::message, .message = &generic_operation_metadata},
    {.name = "deploymentStage", .kind = Kind::enumeration, .names = kDeploymentStageNames,
     .output_only = true},
};
constexpr Field kDedicatedResourcesFields[] = {
    {.name = "machineSpec", .kind = Kind::message, .message = &machine_spec},
    {.name = "minReplicaCount", .kind = Kind::int32},
    {.name = "maxReplicaCount", .kind = Kind::int32},
    {.name = "requiredReplicaCount", .kind = Kind::int32},
    {.name = "autoscalingMetricSpecs", .kind = Kind::message, .shape = Shape::list,
     .message = &autoscaling_metric_spec},
    {.name = "spot", .kind = Kind::boolean},
};
constexpr Field kDeleteOperationMetadataFields[] = {
    {.name = "genericMetadata", .kind = Kind::message, .message = &generic_operation_metadata},
};
constexpr Field kDeployModelOperationMetadataFields[] = {
    {.name = "genericMetadata", .kind = Kind::message, .message = &generic_operation_metadata},
    {.name = "deploymentStage", .kind = Kind::enumeration, .names = kDeploymentStageNames,
     .output_only = true},
};
constexpr Field kDeployModelRequestFields[] = {
    {.name = "endpoint", .kind = Kind::text},
    {.name = "deployedModel", .kind = Kind::message, .message = &deployed_model},
    {.name = "trafficSplit", .kind = Kind::int32, .shape = Shape::map},
};
constexpr Field kDeployModelResponseFields[] = {
    {.name = "deployedModel", .kind = Kind::message, .message = &deployed_model},
};
constexpr Field kDeployedModelFields[] = {
    {.name = "dedicatedResources", .kind = Kind::message, .message = &dedicated_resources},
    {.name = "automaticResources", .kind = Kind::message, .message = &automatic_resources},
    {.name = "sharedResources", .kind = Kind::text, .has_presence = true},
    {.name = "id", .kind = Kind::text},
    {.name = "model", .kind = Kind::text},
    {.name = "modelVersionId", .kind = Kind::text, .output_only = true},
    {.name = "displayName", .kind = Kind::text},
    {.name = "createTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "explanationSpec", .kind = Kind::message, .message = &explanation_spec},
    {.name = "disableExplanations", .kind = Kind::boolean},
    {.name = "serviceAccount", .kind = Kind::text},
    {.name = "disableContainerLogging", .kind = Kind::boolean},
    {.name = "enableAccessLogging", .kind = Kind::boolean},
    {.name = "privateEndpoints", .kind = Kind::message, .message = &private_endpoints,
     .output_only = true},
    {.name = "fasterDeploymentConfig", .kind = Kind::message, .message = &faster_deployment_config},
    {.name = "status", .kind = Kind::message, .message = &deployed_model_status,
     .output_only = true},
    {.name = "systemLabels", .kind = Kind::text, .shape = Shape::map},
    {.name = "checkpointId", .kind = Kind::text},
    {.name = "speculativeDecodingSpec", .kind = Kind::message,
     .message = &speculative_decoding_spec},
};
constexpr Field kDeployedModelStatusFields[] = {
    {.name = "message", .kind = Kind::text, .output_only = true},
    {.name = "lastUpdateTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "availableReplicaCount", .kind = Kind::int32, .output_only = true},
};
constexpr Field kDeployedModelRefFields[] = {
    {.name = "endpoint", .kind = Kind::text},
    {.name = "deployedModelId", .kind = Kind::text},
};
constexpr Field kDirectPredictRequestFields[] = {
    {.name = "endpoint", .kind = Kind::text},
    {.name = "inputs", .kind = Kind::message, .shape = Shape::list, .message = &tensor},
    {.name = "parameters", .kind = Kind::message, .message = &tensor},
};
constexpr Field kDirectPredictResponseFields[] = {
    {.name = "outputs", .kind = Kind::message, .shape = Shape::list, .message = &tensor},
    {.name = "parameters", .kind = Kind::message, .message = &tensor},
};
constexpr Field kDirectRawPredictRequestFields[] = {
    {.name = "endpoint", .kind = Kind::text},
    {.name = "methodName", .kind = Kind::text},
    {.name = "input", .kind = Kind::bytes},
};
constexpr Field kDirectRawPredictResponseFields[] = {
    {.name = "output", .kind = Kind::bytes},
};
constexpr Field kDynamicRetrievalConfigFields[] = {
    {.name = "mode", .kind = Kind::enumeration, .names = kDynamicRetrievalConfigModeNames},
    {.name = "dynamicThreshold", .kind = Kind::number, .has_presence = true},
};
constexpr Field kEncryptionSpecFields[] = {
    {.name = "kmsKeyName", .kind = Kind::text},
};
constexpr Field kEndpointFields[] = {
    {.name = "name", .kind = Kind::text, .output_only = true},
    {.name = "displayName", .kind = Kind::text},
    {.name = "description", .kind = Kind::text},
    {.name = "deployedModels", .kind = Kind::message, .shape = Shape::list,
     .message = &deployed_model, .output_only = true},
    {.name = "trafficSplit", .kind = Kind::int32, .shape = Shape::map},
    {.name = "etag", .kind = Kind::text},
    {.name = "labels", .kind = Kind::text, .shape = Shape::map},
    {.name = "createTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "updateTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "encryptionSpec", .kind = Kind::message, .message = &encryption_spec},
    {.name = "network", .kind = Kind::text},
    {.name = "enablePrivateServiceConnect", .kind = Kind::boolean},
    {.name = "privateServiceConnectConfig", .kind = Kind::message,
     .message = &private_service_connect_config},
    {.name = "modelDeploymentMonitoringJob", .kind = Kind::text, .output_only = true},
    {.name = "predictRequestResponseLoggingConfig", .kind = Kind::message,
     .message = &predict_request_response_logging_config},
    {.name = "dedicatedEndpointEnabled", .kind = Kind::boolean},
    {.name = "dedicatedEndpointDns", .kind = Kind::text, .output_only = true},
    {.name = "clientConnectionConfig", .kind = Kind::message, .message = &client_connection_config},
    {.name = "satisfiesPzs", .kind = Kind::boolean, .output_only = true},
    {.name = "satisfiesPzi", .kind = Kind::boolean, .output_only = true},
    {.name = "genAiAdvancedFeaturesConfig", .kind = Kind::message,
     .message = &gen_ai_advanced_features_config},
    {.name = "privateModelServerEnabled", .kind = Kind::boolean},
};
constexpr Field kEnterpriseWebSearchFields[] = {
    {.name = "excludeDomains", .kind = Kind::text, .shape = Shape::list},
    {.name = "blockingConfidence", .kind = Kind::enumeration,
     .names = kToolPhishBlockThresholdNames, .has_presence = true},
};
constexpr Field kEnvVarFields[] = {
    {.name = "name", .kind = Kind::text},
    {.name = "value", .kind = Kind::text},
};
constexpr Field kExamplesFields[] = {
    {.name = "exampleGcsSource", .kind = Kind::message, .message = &examples_example_gcs_source},
    {.name = "nearestNeighborSearchConfig", .kind = Kind::value},
    {.name = "presets", .kind = Kind::message, .message = &presets},
    {.name = "neighborCount", .kind = Kind::int32},
};
constexpr Field kExamplesExampleGcsSourceFields[] = {
    {.name = "dataFormat", .kind = Kind::enumeration,
     .names = kExamplesExampleGcsSourceDataFormatNames},
    {.name = "gcsSource", .kind = Kind::message, .message = &gcs_source},
};
constexpr Field kExamplesOverrideFields[] = {
    {.name = "neighborCount", .kind = Kind::int32},
    {.name = "crowdingCount", .kind = Kind::int32},
    {.name = "restrictions", .kind = Kind::message, .shape = Shape::list,
     .message = &examples_restrictions_namespace},
    {.name = "returnEmbeddings", .kind = Kind::boolean},
    {.name = "dataFormat", .kind = Kind::enumeration, .names = kExamplesOverrideDataFormatNames},
};
constexpr Field kExamplesRestrictionsNamespaceFields[] = {
    {.name = "namespaceName", .kind = Kind::text},
    {.name = "allow", .kind = Kind::text, .shape = Shape::list},
    {.name = "deny", .kind = Kind::text, .shape = Shape::list},
};
constexpr Field kExecutableCodeFields[] = {
    {.name = "language", .kind = Kind::enumeration, .names = kExecutableCodeLanguageNames},
    {.name = "code", .kind = Kind::text},
};
constexpr Field kExplainRequestFields[] = {
    {.name = "endpoint", .kind = Kind::text},
    {.name = "instances", .kind = Kind::value, .shape = Shape::list},
    {.name = "parameters", .kind = Kind::value},
    {.name = "explanationSpecOverride", .kind = Kind::message,
     .message = &explanation_spec_override},
    {.name = "deployedModelId", .kind = Kind::text},
};
constexpr Field kExplainResponseFields[] = {
    {.name = "explanations", .kind = Kind::message, .shape = Shape::list, .message = &explanation},
    {.name = "deployedModelId", .kind = Kind::text},
    {.name = "predictions", .kind = Kind::value, .shape = Shape::list},
};
constexpr Field kExplanationFields[] = {
    {.name = "attributions", .kind = Kind::message, .shape = Shape::list, .message = &attribution,
     .output_only = true},
    {.name = "neighbors", .kind = Kind::message, .shape = Shape::list, .message = &neighbor,
     .output_only = true},
};
constexpr Field kExplanationMetadataFields[] = {
    {.name = "inputs", .kind = Kind::message, .shape = Shape::map,
     .message = &explanation_metadata_input_metadata},
    {.name = "outputs", .kind = Kind::message, .shape = Shape::map,
     .message = &explanation_metadata_output_metadata},
    {.name = "featureAttributionsSchemaUri", .kind = Kind::text},
    {.name = "latentSpaceSource", .kind = Kind::text},
};
constexpr Field kExplanationMetadataInputMetadataFields[] = {
    {.name = "inputBaselines", .kind = Kind::value, .shape = Shape::list},
    {.name = "inputTensorName", .kind = Kind::text},
    {.name = "encoding", .kind = Kind::enumeration,
     .names = kExplanationMetadataInputMetadataEncodingNames},
    {.name = "modality", .kind = Kind::text},
    {.name = "featureValueDomain", .kind = Kind::message,
     .message = &explanation_metadata_input_metadata_feature_value_domain},
    {.name = "indicesTensorName", .kind = Kind::text},
    {.name = "denseShapeTensorName", .kind = Kind::text},
    {.name = "indexFeatureMapping", .kind = Kind::text, .shape = Shape::list},
    {.name = "encodedTensorName", .kind = Kind::text},
    {.name = "encodedBaselines", .kind = Kind::value, .shape = Shape::list},
    {.name = "visualization", .kind = Kind::message,
     .message = &explanation_metadata_input_metadata_visualization},
    {.name = "groupName", .kind = Kind::text},
};
constexpr Field kExplanationMetadataInputMetadataFeatureValueDomainFields[] = {
    {.name = "minValue", .kind = Kind::number},
    {.name = "maxValue", .kind = Kind::number},
    {.name = "originalMean", .kind = Kind::number},
    {.name = "originalStddev", .kind = Kind::number},
};
constexpr Field kExplanationMetadataInputMetadataVisualizationFields[] = {
    {.name = "type", .kind = Kind::enumeration,
     .names = kExplanationMetadataInputMetadataVisualizationTypeNames},
    {.name = "polarity", .kind = Kind::enumeration,
     .names = kExplanationMetadataInputMetadataVisualizationPolarityNames},
    {.name = "colorMap", .kind = Kind::enumeration,
     .names = kExplanationMetadataInputMetadataVisualizationColorMapNames},
    {.name = "clipPercentUpperbound", .kind = Kind::number},
    {.name = "clipPercentLowerbound", .kind = Kind::number},
    {.name = "overlayType", .kind = Kind::enumeration,
     .names = kExplanationMetadataInputMetadataVisualizationOverlayTypeNames},
};
constexpr Field kExplanationMetadataOutputMetadataFields[] = {
    {.name = "indexDisplayNameMapping", .kind = Kind::value},
    {.name = "displayNameMappingKey", .kind = Kind::text, .has_presence = true},
    {.name = "outputTensorName", .kind = Kind::text},
};
constexpr Field kExplanationMetadataOverrideFields[] = {
    {.name = "inputs", .kind = Kind::message, .shape = Shape::map,
     .message = &explanation_metadata_override_input_metadata_override},
};
constexpr Field kExplanationMetadataOverrideInputMetadataOverrideFields[] = {
    {.name = "inputBaselines", .kind = Kind::value, .shape = Shape::list},
};
constexpr Field kExplanationParametersFields[] = {
    {.name = "sampledShapleyAttribution", .kind = Kind::message,
     .message = &sampled_shapley_attribution},
    {.name = "integratedGradientsAttribution", .kind = Kind::message,
     .message = &integrated_gradients_attribution},
    {.name = "xraiAttribution", .kind = Kind::message, .message = &xrai_attribution},
    {.name = "examples", .kind = Kind::message, .message = &examples},
    {.name = "topK", .kind = Kind::int32},
    {.name = "outputIndices", .kind = Kind::value, .shape = Shape::list},
};
constexpr Field kExplanationSpecFields[] = {
    {.name = "parameters", .kind = Kind::message, .message = &explanation_parameters},
    {.name = "metadata", .kind = Kind::message, .message = &explanation_metadata},
};
constexpr Field kExplanationSpecOverrideFields[] = {
    {.name = "parameters", .kind = Kind::message, .message = &explanation_parameters},
    {.name = "metadata", .kind = Kind::message, .message = &explanation_metadata_override},
    {.name = "examplesOverride", .kind = Kind::message, .message = &examples_override},
};
constexpr Field kExportModelOperationMetadataFields[] = {
    {.name = "genericMetadata", .kind = Kind::message, .message = &generic_operation_metadata},
    {.name = "outputInfo", .kind = Kind::message,
     .message = &export_model_operation_metadata_output_info, .output_only = true},
};
constexpr Field kExportModelOperationMetadataOutputInfoFields[] = {
    {.name = "artifactOutputUri", .kind = Kind::text, .output_only = true},
    {.name = "imageOutputUri", .kind = Kind::text, .output_only = true},
};
constexpr Field kExportModelRequestFields[] = {
    {.name = "name", .kind = Kind::text},
    {.name = "outputConfig", .kind = Kind::message, .message = &export_model_request_output_config},
};
constexpr Field kExportModelRequestOutputConfigFields[] = {
    {.name = "exportFormatId", .kind = Kind::text},
    {.name = "artifactDestination", .kind = Kind::message, .message = &gcs_destination},
    {.name = "imageDestination", .kind = Kind::message, .message = &container_registry_destination},
};
constexpr Field kFasterDeploymentConfigFields[] = {
    {.name = "fastTryoutEnabled", .kind = Kind::boolean},
};
constexpr Field kFeatureNoiseSigmaFields[] = {
    {.name = "noiseSigma", .kind = Kind::message, .shape = Shape::list,
     .message = &feature_noise_sigma_noise_sigma_for_feature},
};
constexpr Field kFeatureNoiseSigmaNoiseSigmaForFeatureFields[] = {
    {.name = "name", .kind = Kind::text},
    {.name = "sigma", .kind = Kind::number},
};
constexpr Field kFileDataFields[] = {
    {.name = "mimeType", .kind = Kind::text},
    {.name = "fileUri", .kind = Kind::text},
};
constexpr Field kFunctionCallFields[] = {
    {.name = "name", .kind = Kind::text},
    {.name = "args", .kind = Kind::value},
    {.name = "partialArgs", .kind = Kind::message, .shape = Shape::list, .message = &partial_arg},
    {.name = "willContinue", .kind = Kind::boolean},
};
constexpr Field kFunctionCallingConfigFields[] = {
    {.name = "mode", .kind = Kind::enumeration, .names = kFunctionCallingConfigModeNames},
    {.name = "allowedFunctionNames", .kind = Kind::text, .shape = Shape::list},
    {.name = "streamFunctionCallArguments", .kind = Kind::boolean},
};
constexpr Field kFunctionDeclarationFields[] = {
    {.name = "name", .kind = Kind::text},
    {.name = "description", .kind = Kind::text},
    {.name = "parameters", .kind = Kind::message, .message = &schema},
    {.name = "parametersJsonSchema", .kind = Kind::value},
    {.name = "response", .kind = Kind::message, .message = &schema},
    {.name = "responseJsonSchema", .kind = Kind::value},
};
constexpr Field kFunctionResponseFields[] = {
    {.name = "name", .kind = Kind::text},
    {.name = "response", .kind = Kind::value},
    {.name = "parts", .kind = Kind::message, .shape = Shape::list,
     .message = &function_response_part},
};
constexpr Field kFunctionResponseBlobFields[] = {
    {.name = "mimeType", .kind = Kind::text},
    {.name = "data", .kind = Kind::bytes},
    {.name = "displayName", .kind = Kind::text},
};
constexpr Field kFunctionResponseFileDataFields[] = {
    {.name = "mimeType", .kind = Kind::text},
    {.name = "fileUri", .kind = Kind::text},
    {.name = "displayName", .kind = Kind::text},
};
constexpr Field kFunctionResponsePartFields[] = {
    {.name = "inlineData", .kind = Kind::message, .message = &function_response_blob},
    {.name = "fileData", .kind = Kind::message, .message = &function_response_file_data},
};
constexpr Field kGcsDestinationFields[] = {
    {.name = "outputUriPrefix", .kind = Kind::text},
};
constexpr Field kGcsSourceFields[] = {
    {.name = "uris", .kind = Kind::text, .shape = Shape::list},
};
constexpr Field kGenAiAdvancedFeaturesConfigFields[] = {
    {.name = "ragConfig", .kind = Kind::message,
     .message = &gen_ai_advanced_features_config_rag_config},
};
constexpr Field kGenAiAdvancedFeaturesConfigRagConfigFields[] = {
    {.name = "enableRag", .kind = Kind::boolean},
};
constexpr Field kGenerateContentRequestFields[] = {
    {.name = "model", .kind = Kind::text},
    {.name = "contents", .kind = Kind::message, .shape = Shape::list, .message = &content},
    {.name = "systemInstruction", .kind = Kind::message, .message = &content},
    {.name = "cachedContent", .kind = Kind::text},
    {.name = "tools", .kind = Kind::message, .shape = Shape::list, .message = &tool},
    {.name = "toolConfig", .kind = Kind::message, .message = &tool_config},
    {.name = "labels", .kind = Kind::text, .shape = Shape::map},
    {.name = "safetySettings", .kind = Kind::message, .shape = Shape::list,
     .message = &safety_setting},
    {.name = "modelArmorConfig", .kind = Kind::message, .message = &model_armor_config},
    {.name = "generationConfig", .kind = Kind::message, .message = &generation_config},
};
constexpr Field kGenerateContentResponseFields[] = {
    {.name = "candidates", .kind = Kind::message, .shape = Shape::list, .message = &candidate,
     .output_only = true},
    {.name = "modelVersion", .kind = Kind::text, .output_only = true},
    {.name = "createTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "responseId", .kind = Kind::text, .output_only = true},
    {.name = "promptFeedback", .kind = Kind::message,
     .message = &generate_content_response_prompt_feedback, .output_only = true},
    {.name = "usageMetadata", .kind = Kind::message,
     .message = &generate_content_response_usage_metadata},
};
constexpr Field kGenerateContentResponsePromptFeedbackFields[] = {
    {.name = "blockReason", .kind = Kind::enumeration,
     .names = kGenerateContentResponsePromptFeedbackBlockedReasonNames, .output_only = true},
    {.name = "safetyRatings", .kind = Kind::message, .shape = Shape::list,
     .message = &safety_rating, .output_only = true},
    {.name = "blockReasonMessage", .kind = Kind::text, .output_only = true},
};
constexpr Field kGenerateContentResponseUsageMetadataFields[] = {
    {.name = "promptTokenCount", .kind = Kind::int32},
    {.name = "candidatesTokenCount", .kind = Kind::int32},
    {.name = "thoughtsTokenCount", .kind = Kind::int32, .output_only = true},
    {.name = "totalTokenCount", .kind = Kind::int32},
    {.name = "cachedContentTokenCount", .kind = Kind::int32, .output_only = true},
    {.name = "promptTokensDetails", .kind = Kind::message, .shape = Shape::list,
     .message = &modality_token_count, .output_only = true},
    {.name = "cacheTokensDetails", .kind = Kind::message, .shape = Shape::list,
     .message = &modality_token_count, .output_only = true},
    {.name = "candidatesTokensDetails", .kind = Kind::message, .shape = Shape::list,
     .message = &modality_token_count, .output_only = true},
    {.name = "toolUsePromptTokensDetails", .kind = Kind::message, .shape = Shape::list,
     .message = &modality_token_count, .output_only = true},
    {.name = "trafficType", .kind = Kind::enumeration,
     .names = kGenerateContentResponseUsageMetadataTrafficTypeNames, .output_only = true},
};
constexpr Field kGenerationConfigFields[] = {
    {.name = "temperature", .kind = Kind::number, .has_presence = true},
    {.name = "topP", .kind = Kind::number, .has_presence = true},
    {.name = "topK", .kind = Kind::number, .has_presence = true},
    {.name = "candidateCount", .kind = Kind::int32, .has_presence = true},
    {.name = "maxOutputTokens", .kind = Kind::int32, .has_presence = true},
    {.name = "stopSequences", .kind = Kind::text, .shape = Shape::list},
    {.name = "responseLogprobs", .kind = Kind::boolean, .has_presence = true},
    {.name = "logprobs", .kind = Kind::int32, .has_presence = true},
    {.name = "presencePenalty", .kind = Kind::number, .has_presence = true},
    {.name = "frequencyPenalty", .kind = Kind::number, .has_presence = true},
    {.name = "seed", .kind = Kind::int32, .has_presence = true},
    {.name = "responseMimeType", .kind = Kind::text},
    {.name = "responseSchema", .kind = Kind::message, .message = &schema},
    {.name = "responseJsonSchema", .kind = Kind::value},
    {.name = "routingConfig", .kind = Kind::message, .message = &generation_config_routing_config},
    {.name = "audioTimestamp", .kind = Kind::boolean, .has_presence = true},
    {.name = "responseModalities", .kind = Kind::enumeration, .shape = Shape::list,
     .names = kGenerationConfigModalityNames},
    {.name = "mediaResolution", .kind = Kind::enumeration,
     .names = kGenerationConfigMediaResolutionNames, .has_presence = true},
    {.name = "speechConfig", .kind = Kind::message, .message = &speech_config},
    {.name = "thinkingConfig", .kind = Kind::message,
     .message = &generation_config_thinking_config},
    {.name = "imageConfig", .kind = Kind::message, .message = &image_config},
};
constexpr Field kGenerationConfigRoutingConfigFields[] = {
    {.name = "autoMode", .kind = Kind::message,
     .message = &generation_config_routing_config_auto_routing_mode},
    {.name = "manualMode", .kind = Kind::message,
     .message = &generation_config_routing_config_manual_routing_mode},
};
constexpr Field kGenerationConfigRoutingConfigAutoRoutingModeFields[] = {
    {.name = "modelRoutingPreference", .kind = Kind::enumeration,
     .names = kGenerationConfigRoutingConfigAutoRoutingModeModelRoutingPreferenceNames,
     .has_presence = true},
};
constexpr Field kGenerationConfigRoutingConfigManualRoutingModeFields[] = {
    {.name = "modelName", .kind = Kind::text, .has_presence = true},
};
constexpr Field kGenerationConfigThinkingConfigFields[] = {
    {.name = "includeThoughts", .kind = Kind::boolean, .has_presence = true},
    {.name = "thinkingBudget", .kind = Kind::int32, .has_presence = true},
    {.name = "thinkingLevel", .kind = Kind::enumeration,
     .names = kGenerationConfigThinkingConfigThinkingLevelNames, .has_presence = true},
};
constexpr Field kGenericOperationMetadataFields[] = {
    {.name = "partialFailures", .kind = Kind::message, .shape = Shape::list, .message = &status,
     .output_only = true},
    {.name = "createTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "updateTime", .kind = Kind::timestamp, .output_only = true},
};
constexpr Field kGenieSourceFields[] = {
    {.name = "baseModelUri", .kind = Kind::text},
};
constexpr Field kGoogleMapsFields[] = {
    {.name = "enableWidget", .kind = Kind::boolean},
};
constexpr Field kGoogleSearchRetrievalFields[] = {
    {.name = "dynamicRetrievalConfig", .kind = Kind::message, .message = &dynamic_retrieval_config},
};
constexpr Field kGroundingChunkFields[] = {
    {.name = "web", .kind = Kind::message, .message = &grounding_chunk_web},
    {.name = "retrievedContext", .kind = Kind::message,
     .message = &grounding_chunk_retrieved_context},
    {.name = "maps", .kind = Kind::message, .message = &grounding_chunk_maps},
};
constexpr Field kGroundingChunkMapsFields[] = {
    {.name = "uri", .kind = Kind::text, .has_presence = true},
    {.name = "title", .kind = Kind::text, .has_presence = true},
    {.name = "text", .kind = Kind::text, .has_presence = true},
    {.name = "placeId", .kind = Kind::text, .has_presence = true},
    {.name = "placeAnswerSources", .kind = Kind::message,
     .message = &grounding_chunk_maps_place_answer_sources},
    {.name = "route", .kind = Kind::message, .message = &grounding_chunk_maps_route,
     .output_only = true},
};
constexpr Field kGroundingChunkMapsPlaceAnswerSourcesFields[] = {
    {.name = "reviewSnippets", .kind = Kind::message, .shape = Shape::list,
     .message = &grounding_chunk_maps_place_answer_sources_review_snippet},
};
constexpr Field kGroundingChunkMapsPlaceAnswerSourcesReviewSnippetFields[] = {
    {.name = "reviewId", .kind = Kind::text},
    {.name = "googleMapsUri", .kind = Kind::text},
    {.name = "title", .kind = Kind::text},
};
constexpr Field kGroundingChunkMapsRouteFields[] = {
    {.name = "distanceMeters", .kind = Kind::int32},
    {.name = "duration", .kind = Kind::duration},
    {.name = "encodedPolyline", .kind = Kind::text},
};
constexpr Field kGroundingChunkRetrievedContextFields[] = {
    {.name = "ragChunk", .kind = Kind::message, .message = &rag_chunk},
    {.name = "uri", .kind = Kind::text, .has_presence = true},
    {.name = "title", .kind = Kind::text, .has_presence = true},
    {.name = "text", .kind = Kind::text, .has_presence = true},
    {.name = "documentName", .kind = Kind::text, .output_only = true, .has_presence = true},
};
constexpr Field kGroundingChunkWebFields[] = {
    {.name = "uri", .kind = Kind::text, .has_presence = true},
    {.name = "title", .kind = Kind::text, .has_presence = true},
};
constexpr Field kGroundingMetadataFields[] = {
    {.name = "webSearchQueries", .kind = Kind::text, .shape = Shape::list},
    {.name = "searchEntryPoint", .kind = Kind::message, .message = &search_entry_point},
    {.name = "retrievalQueries", .kind = Kind::text, .shape = Shape::list},
    {.name = "groundingChunks", .kind = Kind::message, .shape = Shape::list,
     .message = &grounding_chunk},
    {.name = "groundingSupports", .kind = Kind::message, .shape = Shape::list,
     .message = &grounding_support},
    {.name = "retrievalMetadata", .kind = Kind::message, .message = &retrieval_metadata},
    {.name = "googleMapsWidgetContextToken", .kind = Kind::text, .has_presence = true},
    {.name = "sourceFlaggingUris", .kind = Kind::message, .shape = Shape::list,
     .message = &grounding_metadata_source_flagging_uri},
};
constexpr Field kGroundingMetadataSourceFlaggingUriFields[] = {
    {.name = "sourceId", .kind = Kind::text},
    {.name = "flagContentUri", .kind = Kind::text},
};
constexpr Field kGroundingSupportFields[] = {
    {.name = "segment", .kind = Kind::message, .message = &segment},
    {.name = "groundingChunkIndices", .kind = Kind::int32, .shape = Shape::list},
    {.name = "confidenceScores", .kind = Kind::number, .shape = Shape::list},
};
constexpr Field kImageConfigFields[] = {
    {.name = "imageOutputOptions", .kind = Kind::message,
     .message = &image_config_image_output_options},
    {.name = "aspectRatio", .kind = Kind::text, .has_presence = true},
    {.name = "personGeneration", .kind = Kind::enumeration,
     .names = kImageConfigPersonGenerationNames, .has_presence = true},
    {.name = "imageSize", .kind = Kind::text, .has_presence = true},
};
constexpr Field kImageConfigImageOutputOptionsFields[] = {
    {.name = "mimeType", .kind = Kind::text, .has_presence = true},
    {.name = "compressionQuality", .kind = Kind::int32, .has_presence = true},
};
constexpr Field kIntegratedGradientsAttributionFields[] = {
    {.name = "stepCount", .kind = Kind::int32},
    {.name = "smoothGradConfig", .kind = Kind::message, .message = &smooth_grad_config},
    {.name = "blurBaselineConfig", .kind = Kind::message, .message = &blur_baseline_config},
};
constexpr Field kListBatchPredictionJobsResponseFields[] = {
    {.name = "batchPredictionJobs", .kind = Kind::message, .shape = Shape::list,
     .message = &batch_prediction_job},
    {.name = "nextPageToken", .kind = Kind::text},
};
constexpr Field kListEndpointsResponseFields[] = {
    {.name = "endpoints", .kind = Kind::message, .shape = Shape::list, .message = &endpoint},
    {.name = "nextPageToken", .kind = Kind::text},
};
constexpr Field kListModelVersionsResponseFields[] = {
    {.name = "models", .kind = Kind::message, .shape = Shape::list, .message = &model},
    {.name = "nextPageToken", .kind = Kind::text},
};
constexpr Field kListModelsResponseFields[] = {
    {.name = "models", .kind = Kind::message, .shape = Shape::list, .message = &model},
    {.name = "nextPageToken", .kind = Kind::text},
};
constexpr Field kLogprobsResultFields[] = {
    {.name = "topCandidates", .kind = Kind::message, .shape = Shape::list,
     .message = &logprobs_result_top_candidates},
    {.name = "chosenCandidates", .kind = Kind::message, .shape = Shape::list,
     .message = &logprobs_result_candidate},
};
constexpr Field kLogprobsResultCandidateFields[] = {
    {.name = "token", .kind = Kind::text, .has_presence = true},
    {.name = "tokenId", .kind = Kind::int32, .has_presence = true},
    {.name = "logProbability", .kind = Kind::number, .has_presence = true},
};
constexpr Field kLogprobsResultTopCandidatesFields[] = {
    {.name = "candidates", .kind = Kind::message, .shape = Shape::list,
     .message = &logprobs_result_candidate},
};
constexpr Field kMachineSpecFields[] = {
    {.name = "machineType", .kind = Kind::text},
    {.name = "acceleratorType", .kind = Kind::enumeration, .names = kAcceleratorTypeNames},
    {.name = "acceleratorCount", .kind = Kind::int32},
    {.name = "gpuPartitionSize", .kind = Kind::text},
    {.name = "tpuTopology", .kind = Kind::text},
    {.name = "reservationAffinity", .kind = Kind::message, .message = &reservation_affinity},
};
constexpr Field kManualBatchTuningParametersFields[] = {
    {.name = "batchSize", .kind = Kind::int32},
};
constexpr Field kMergeVersionAliasesRequestFields[] = {
    {.name = "name", .kind = Kind::text},
    {.name = "versionAliases", .kind = Kind::text, .shape = Shape::list},
};
constexpr Field kModalityTokenCountFields[] = {
    {.name = "modality", .kind = Kind::enumeration, .names = kModalityNames},
    {.name = "tokenCount", .kind = Kind::int32},
};
constexpr Field kModelFields[] = {
    {.name = "name", .kind = Kind::text},
    {.name = "versionId", .kind = Kind::text, .output_only = true},
    {.name = "versionAliases", .kind = Kind::text, .shape = Shape::list},
    {.name = "versionCreateTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "versionUpdateTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "displayName", .kind = Kind::text},
    {.name = "description", .kind = Kind::text},
    {.name = "versionDescription", .kind = Kind::text},
    {.name = "defaultCheckpointId", .kind = Kind::text},
    {.name = "predictSchemata", .kind = Kind::message, .message = &predict_schemata},
    {.name = "metadataSchemaUri", .kind = Kind::text},
    {.name = "metadata", .kind = Kind::value},
    {.name = "supportedExportFormats", .kind = Kind::message, .shape = Shape::list,
     .message = &model_export_format, .output_only = true},
    {.name = "trainingPipeline", .kind = Kind::text, .output_only = true},
    {.name = "pipelineJob", .kind = Kind::text},
    {.name = "containerSpec", .kind = Kind::message, .message = &model_container_spec},
    {.name = "artifactUri", .kind = Kind::text},
    {.name = "supportedDeploymentResourcesTypes", .kind = Kind::enumeration, .shape = Shape::list,
     .names = kModelDeploymentResourcesTypeNames, .output_only = true},
    {.name = "supportedInputStorageFormats", .kind = Kind::text, .shape = Shape::list,
     .output_only = true},
    {.name = "supportedOutputStorageFormats", .kind = Kind::text, .shape = Shape::list,
     .output_only = true},
    {.name = "createTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "updateTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "deployedModels", .kind = Kind::message, .shape = Shape::list,
     .message = &deployed_model_ref, .output_only = true},
    {.name = "explanationSpec", .kind = Kind::message, .message = &explanation_spec},
    {.name = "etag", .kind = Kind::text},
    {.name = "labels", .kind = Kind::text, .shape = Shape::map},
    {.name = "dataStats", .kind = Kind::message, .message = &model_data_stats},
    {.name = "encryptionSpec", .kind = Kind::message, .message = &encryption_spec},
    {.name = "modelSourceInfo", .kind = Kind::message, .message = &model_source_info,
     .output_only = true},
    {.name = "originalModelInfo", .kind = Kind::message, .message = &model_original_model_info,
     .output_only = true},
    {.name = "metadataArtifact", .kind = Kind::text, .output_only = true},
    {.name = "baseModelSource", .kind = Kind::message, .message = &model_base_model_source},
    {.name = "satisfiesPzs", .kind = Kind::boolean, .output_only = true},
    {.name = "satisfiesPzi", .kind = Kind::boolean, .output_only = true},
    {.name = "checkpoints", .kind = Kind::message, .shape = Shape::list, .message = &checkpoint},
};
constexpr Field kModelBaseModelSourceFields[] = {
    {.name = "modelGardenSource", .kind = Kind::message, .message = &model_garden_source},
    {.name = "genieSource", .kind = Kind::message, .message = &genie_source},
};
constexpr Field kModelDataStatsFields[] = {
    {.name = "trainingDataItemsCount", .kind = Kind::int64},
    {.name = "validationDataItemsCount", .kind = Kind::int64},
    {.name = "testDataItemsCount", .kind = Kind::int64},
    {.name = "trainingAnnotationsCount", .kind = Kind::int64},
    {.name = "validationAnnotationsCount", .kind = Kind::int64},
    {.name = "testAnnotationsCount", .kind = Kind::int64},
};
constexpr Field kModelExportFormatFields[] = {
    {.name = "id", .kind = Kind::text, .output_only = true},
    {.name = "exportableContents", .kind = Kind::enumeration, .shape = Shape::list,
     .names = kModelExportFormatExportableContentNames, .output_only = true},
};
constexpr Field kModelOriginalModelInfoFields[] = {
    {.name = "model", .kind = Kind::text, .output_only = true},
};
constexpr Field kModelArmorConfigFields[] = {
    {.name = "promptTemplateName", .kind = Kind::text},
    {.name = "responseTemplateName", .kind = Kind::text},
};
constexpr Field kModelContainerSpecFields[] = {
    {.name = "imageUri", .kind = Kind::text},
    {.name = "command", .kind = Kind::text, .shape = Shape::list},
    {.name = "args", .kind = Kind::text, .shape = Shape::list},
    {.name = "env", .kind = Kind::message, .shape = Shape::list, .message = &env_var},
    {.name = "ports", .kind = Kind::message, .shape = Shape::list, .message = &port},
    {.name = "predictRoute", .kind = Kind::text},
    {.name = "healthRoute", .kind = Kind::text},
    {.name = "invokeRoutePrefix", .kind = Kind::text},
    {.name = "grpcPorts", .kind = Kind::message, .shape = Shape::list, .message = &port},
    {.name = "deploymentTimeout", .kind = Kind::duration},
    {.name = "sharedMemorySizeMb", .kind = Kind::int64},
    {.name = "startupProbe", .kind = Kind::message, .message = &probe},
    {.name = "healthProbe", .kind = Kind::message, .message = &probe},
    {.name = "livenessProbe", .kind = Kind::message, .message = &probe},
};
constexpr Field kModelGardenSourceFields[] = {
    {.name = "publicModelName", .kind = Kind::text},
    {.name = "versionId", .kind = Kind::text},
    {.name = "skipHfModelCache", .kind = Kind::boolean},
};
constexpr Field kModelSourceInfoFields[] = {
    {.name = "sourceType", .kind = Kind::enumeration,
     .names = kModelSourceInfoModelSourceTypeNames},
    {.name = "copy", .kind = Kind::boolean},
};
constexpr Field kMultiSpeakerVoiceConfigFields[] = {
    {.name = "speakerVoiceConfigs", .kind = Kind::message, .shape = Shape::list,
     .message = &speaker_voice_config},
};
constexpr Field kMutateDeployedModelOperationMetadataFields[] = {
    {.name = "genericMetadata", .kind = Kind::message, .message = &generic_operation_metadata},
};
constexpr Field kMutateDeployedModelRequestFields[] = {
    {.name = "endpoint", .kind = Kind::text},
    {.name = "deployedModel", .kind = Kind::message, .message = &deployed_model},
    {.name = "updateMask", .kind = Kind::field_mask},
};
constexpr Field kMutateDeployedModelResponseFields[] = {
    {.name = "deployedModel", .kind = Kind::message, .message = &deployed_model},
};
constexpr Field kNeighborFields[] = {
    {.name = "neighborId", .kind = Kind::text, .output_only = true},
    {.name = "neighborDistance", .kind = Kind::number, .output_only = true},
};
constexpr Field kPscAutomationConfigFields[] = {
    {.name = "projectId", .kind = Kind::text},
    {.name = "network", .kind = Kind::text},
    {.name = "ipAddress", .kind = Kind::text, .output_only = true},
    {.name = "forwardingRule", .kind = Kind::text, .output_only = true},
    {.name = "state", .kind = Kind::enumeration, .names = kPscAutomationStateNames,
     .output_only = true},
    {.name = "errorMessage", .kind = Kind::text, .output_only = true},
};
constexpr Field kPartFields[] = {
    {.name = "text", .kind = Kind::text, .has_presence = true},
    {.name = "inlineData", .kind = Kind::message, .message = &blob},
    {.name = "fileData", .kind = Kind::message, .message = &file_data},
    {.name = "functionCall", .kind = Kind::message, .message = &function_call},
    {.name = "functionResponse", .kind = Kind::message, .message = &function_response},
    {.name = "executableCode", .kind = Kind::message, .message = &executable_code},
    {.name = "codeExecutionResult", .kind = Kind::message, .message = &code_execution_result},
    {.name = "thought", .kind = Kind::boolean},
    {.name = "thoughtSignature", .kind = Kind::bytes},
    {.name = "videoMetadata", .kind = Kind::message, .message = &video_metadata},
    {.name = "mediaResolution", .kind = Kind::message, .message = &part_media_resolution},
};
constexpr Field kPartMediaResolutionFields[] = {
    {.name = "level", .kind = Kind::enumeration, .names = kPartMediaResolutionLevelNames,
     .has_presence = true},
};
constexpr Field kPartialArgFields[] = {
    {.name = "nullValue", .kind = Kind::enumeration, .names = kNullValueNames,
     .has_presence = true},
    {.name = "numberValue", .kind = Kind::number, .has_presence = true},
    {.name = "stringValue", .kind = Kind::text, .has_presence = true},
    {.name = "boolValue", .kind = Kind::boolean, .has_presence = true},
    {.name = "jsonPath", .kind = Kind::text},
    {.name = "willContinue", .kind = Kind::boolean},
};
constexpr Field kPortFields[] = {
    {.name = "containerPort", .kind = Kind::int32},
};
constexpr Field kPrebuiltVoiceConfigFields[] = {
    {.name = "voiceName", .kind = Kind::text, .has_presence = true},
};
constexpr Field kPredictRequestFields[] = {
    {.name = "endpoint", .kind = Kind::text},
    {.name = "instances", .kind = Kind::value, .shape = Shape::list},
    {.name = "parameters", .kind = Kind::value},
    {.name = "labels", .kind = Kind::text, .shape = Shape::map},
};
constexpr Field kPredictRequestResponseLoggingConfigFields[] = {
    {.name = "enabled", .kind = Kind::boolean},
    {.name = "samplingRate", .kind = Kind::number},
    {.name = "bigqueryDestination", .kind = Kind::message, .message = &big_query_destination},
};
constexpr Field kPredictResponseFields[] = {
    {.name = "predictions", .kind = Kind::value, .shape = Shape::list},
    {.name = "deployedModelId", .kind = Kind::text},
    {.name = "model", .kind = Kind::text, .output_only = true},
    {.name = "modelVersionId", .kind = Kind::text, .output_only = true},
    {.name = "modelDisplayName", .kind = Kind::text, .output_only = true},
    {.name = "metadata", .kind = Kind::value, .output_only = true},
};
constexpr Field kPredictSchemataFields[] = {
    {.name = "instanceSchemaUri", .kind = Kind::text},
    {.name = "parametersSchemaUri", .kind = Kind::text},
    {.name = "predictionSchemaUri", .kind = Kind::text},
};
constexpr Field kPresetsFields[] = {
    {.name = "query", .kind = Kind::enumeration, .names = kPresetsQueryNames, .has_presence = true},
    {.name = "modality", .kind = Kind::enumeration, .names = kPresetsModalityNames},
};
constexpr Field kPrivateEndpointsFields[] = {
    {.name = "predictHttpUri", .kind = Kind::text, .output_only = true},
    {.name = "explainHttpUri", .kind = Kind::text, .output_only = true},
    {.name = "healthHttpUri", .kind = Kind::text, .output_only = true},
    {.name = "serviceAttachment", .kind = Kind::text, .output_only = true},
};
constexpr Field kPrivateServiceConnectConfigFields[] = {
    {.name = "enablePrivateServiceConnect", .kind = Kind::boolean},
    {.name = "projectAllowlist", .kind = Kind::text, .shape = Shape::list},
    {.name = "pscAutomationConfigs", .kind = Kind::message, .shape = Shape::list,
     .message = &psc_automation_config},
    {.name = "serviceAttachment", .kind = Kind::text, .output_only = true},
};
constexpr Field kProbeFields[] = {
    {.name = "exec", .kind = Kind::message, .message = &probe_exec_action},
    {.name = "httpGet", .kind = Kind::message, .message = &probe_http_get_action},
    {.name = "grpc", .kind = Kind::message, .message = &probe_grpc_action},
    {.name = "tcpSocket", .kind = Kind::message, .message = &probe_tcp_socket_action},
    {.name = "periodSeconds", .kind = Kind::int32},
    {.name = "timeoutSeconds", .kind = Kind::int32},
    {.name = "failureThreshold", .kind = Kind::int32},
    {.name = "successThreshold", .kind = Kind::int32},
    {.name = "initialDelaySeconds", .kind = Kind::int32},
};
constexpr Field kProbeExecActionFields[] = {
    {.name = "command", .kind = Kind::text, .shape = Shape::list},
};
constexpr Field kProbeGrpcActionFields[] = {
    {.name = "port", .kind = Kind::int32},
    {.name = "service", .kind = Kind::text},
};
constexpr Field kProbeHttpGetActionFields[] = {
    {.name = "path", .kind = Kind::text},
    {.name = "port", .kind = Kind::int32},
    {.name = "host", .kind = Kind::text},
    {.name = "scheme", .kind = Kind::text},
    {.name = "httpHeaders", .kind = Kind::message, .shape = Shape::list,
     .message = &probe_http_header},
};
constexpr Field kProbeHttpHeaderFields[] = {
    {.name = "name", .kind = Kind::text},
    {.name = "value", .kind = Kind::text},
};
constexpr Field kProbeTcpSocketActionFields[] = {
    {.name = "port", .kind = Kind::int32},
    {.name = "host", .kind = Kind::text},
};
constexpr Field kRagChunkFields[] = {
    {.name = "text", .kind = Kind::text},
    {.name = "pageSpan", .kind = Kind::message, .message = &rag_chunk_page_span},
};
constexpr Field kRagChunkPageSpanFields[] = {
    {.name = "firstPage", .kind = Kind::int32},
    {.name = "lastPage", .kind = Kind::int32},
};
constexpr Field kRagRetrievalConfigFields[] = {
    {.name = "topK", .kind = Kind::int32},
    {.name = "filter", .kind = Kind::message, .message = &rag_retrieval_config_filter},
    {.name = "ranking", .kind = Kind::message, .message = &rag_retrieval_config_ranking},
};
constexpr Field kRagRetrievalConfigFilterFields[] = {
    {.name = "vectorDistanceThreshold", .kind = Kind::number, .has_presence = true},
    {.name = "vectorSimilarityThreshold", .kind = Kind::number, .has_presence = true},
    {.name = "metadataFilter", .kind = Kind::text},
};
constexpr Field kRagRetrievalConfigRankingFields[] = {
    {.name = "rankService", .kind = Kind::message,
     .message = &rag_retrieval_config_ranking_rank_service},
    {.name = "llmRanker", .kind = Kind::message,
     .message = &rag_retrieval_config_ranking_llm_ranker},
};
constexpr Field kRagRetrievalConfigRankingLlmRankerFields[] = {
    {.name = "modelName", .kind = Kind::text, .has_presence = true},
};
constexpr Field kRagRetrievalConfigRankingRankServiceFields[] = {
    {.name = "modelName", .kind = Kind::text, .has_presence = true},
};
constexpr Field kReplicatedVoiceConfigFields[] = {
    {.name = "mimeType", .kind = Kind::text},
    {.name = "voiceSampleAudio", .kind = Kind::bytes},
};
constexpr Field kReservationAffinityFields[] = {
    {.name = "reservationAffinityType", .kind = Kind::enumeration,
     .names = kReservationAffinityTypeNames},
    {.name = "key", .kind = Kind::text},
    {.name = "values", .kind = Kind::text, .shape = Shape::list},
};
constexpr Field kResourcesConsumedFields[] = {
    {.name = "replicaHours", .kind = Kind::number, .output_only = true},
};
constexpr Field kRetrievalFields[] = {
    {.name = "vertexAiSearch", .kind = Kind::message, .message = &vertex_ai_search},
    {.name = "vertexRagStore", .kind = Kind::message, .message = &vertex_rag_store},
    {.name = "disableAttribution", .kind = Kind::boolean},
};
constexpr Field kRetrievalConfigFields[] = {
    {.name = "latLng", .kind = Kind::message, .message = &lat_lng},
    {.name = "languageCode", .kind = Kind::text, .has_presence = true},
};
constexpr Field kRetrievalMetadataFields[] = {
    {.name = "googleSearchDynamicRetrievalScore", .kind = Kind::number},
};
constexpr Field kSafetyRatingFields[] = {
    {.name = "category", .kind = Kind::enumeration, .names = kHarmCategoryNames,
     .output_only = true},
    {.name = "probability", .kind = Kind::enumeration, .names = kSafetyRatingHarmProbabilityNames,
     .output_only = true},
    {.name = "probabilityScore", .kind = Kind::number, .output_only = true},
    {.name = "severity", .kind = Kind::enumeration, .names = kSafetyRatingHarmSeverityNames,
     .output_only = true},
    {.name = "severityScore", .kind = Kind::number, .output_only = true},
    {.name = "blocked", .kind = Kind::boolean, .output_only = true},
};
constexpr Field kSafetySettingFields[] = {
    {.name = "category", .kind = Kind::enumeration, .names = kHarmCategoryNames},
    {.name = "threshold", .kind = Kind::enumeration,
     .names = kSafetySettingHarmBlockThresholdNames},
    {.name = "method", .kind = Kind::enumeration, .names = kSafetySettingHarmBlockMethodNames},
};
constexpr Field kSampledShapleyAttributionFields[] = {
    {.name = "pathCount", .kind = Kind::int32},
};
constexpr Field kSchemaFields[] = {
    {.name = "type", .kind = Kind::enumeration, .names = kTypeNames},
    {.name = "format", .kind = Kind::text},
    {.name = "title", .kind = Kind::text},
    {.name = "description", .kind = Kind::text},
    {.name = "nullable", .kind = Kind::boolean},
    {.name = "default", .kind = Kind::value},
    {.name = "items", .kind = Kind::message, .message = &schema},
    {.name = "minItems", .kind = Kind::int64},
    {.name = "maxItems", .kind = Kind::int64},
    {.name = "enum", .kind = Kind::text, .shape = Shape::list},
    {.name = "properties", .kind = Kind::message, .shape = Shape::map, .message = &schema},
    {.name = "propertyOrdering", .kind = Kind::text, .shape = Shape::list},
    {.name = "required", .kind = Kind::text, .shape = Shape::list},
    {.name = "minProperties", .kind = Kind::int64},
    {.name = "maxProperties", .kind = Kind::int64},
    {.name = "minimum", .kind = Kind::number},
    {.name = "maximum", .kind = Kind::number},
    {.name = "minLength", .kind = Kind::int64},
    {.name = "maxLength", .kind = Kind::int64},
    {.name = "pattern", .kind = Kind::text},
    {.name = "example", .kind = Kind::value},
    {.name = "anyOf", .kind = Kind::message, .shape = Shape::list, .message = &schema},
    {.name = "additionalProperties", .kind = Kind::value},
    {.name = "ref", .kind = Kind::text},
    {.name = "defs", .kind = Kind::message, .shape = Shape::map, .message = &schema},
};
constexpr Field kSearchEntryPointFields[] = {
    {.name = "renderedContent", .kind = Kind::text},
    {.name = "sdkBlob", .kind = Kind::bytes},
};
constexpr Field kSegmentFields[] = {
    {.name = "partIndex", .kind = Kind::int32, .output_only = true},
    {.name = "startIndex", .kind = Kind::int32, .output_only = true},
    {.name = "endIndex", .kind = Kind::int32, .output_only = true},
    {.name = "text", .kind = Kind::text, .output_only = true},
};
constexpr Field kSmoothGradConfigFields[] = {
    {.name = "noiseSigma", .kind = Kind::number, .has_presence = true},
    {.name = "featureNoiseSigma", .kind = Kind::message, .message = &feature_noise_sigma},
    {.name = "noisySampleCount", .kind = Kind::int32},
};
constexpr Field kSpeakerVoiceConfigFields[] = {
    {.name = "speaker", .kind = Kind::text},
    {.name = "voiceConfig", .kind = Kind::message, .message = &voice_config},
};
constexpr Field kSpeculativeDecodingSpecFields[] = {
    {.name = "draftModelSpeculation", .kind = Kind::message,
     .message = &speculative_decoding_spec_draft_model_speculation},
    {.name = "ngramSpeculation", .kind = Kind::message,
     .message = &speculative_decoding_spec_ngram_speculation},
    {.name = "speculativeTokenCount", .kind = Kind::int32},
};
constexpr Field kSpeculativeDecodingSpecDraftModelSpeculationFields[] = {
    {.name = "draftModel", .kind = Kind::text},
};
constexpr Field kSpeculativeDecodingSpecNgramSpeculationFields[] = {
    {.name = "ngramSize", .kind = Kind::int32},
};
constexpr Field kSpeechConfigFields[] = {
    {.name = "voiceConfig", .kind = Kind::message, .message = &voice_config},
    {.name = "languageCode", .kind = Kind::text},
    {.name = "multiSpeakerVoiceConfig", .kind = Kind::message,
     .message = &multi_speaker_voice_config},
};
constexpr Field kStreamingPredictRequestFields[] = {
    {.name = "endpoint", .kind = Kind::text},
    {.name = "inputs", .kind = Kind::message, .shape = Shape::list, .message = &tensor},
    {.name = "parameters", .kind = Kind::message, .message = &tensor},
};
constexpr Field kStreamingPredictResponseFields[] = {
    {.name = "outputs", .kind = Kind::message, .shape = Shape::list, .message = &tensor},
    {.name = "parameters", .kind = Kind::message, .message = &tensor},
};
constexpr Field kTensorFields[] = {
    {.name = "dtype", .kind = Kind::enumeration, .names = kTensorDataTypeNames},
    {.name = "shape", .kind = Kind::int64, .shape = Shape::list},
    {.name = "boolVal", .kind = Kind::boolean, .shape = Shape::list},
    {.name = "stringVal", .kind = Kind::text, .shape = Shape::list},
    {.name = "bytesVal", .kind = Kind::bytes, .shape = Shape::list},
    {.name = "floatVal", .kind = Kind::number, .shape = Shape::list},
    {.name = "doubleVal", .kind = Kind::number, .shape = Shape::list},
    {.name = "intVal", .kind = Kind::int32, .shape = Shape::list},
    {.name = "int64Val", .kind = Kind::int64, .shape = Shape::list},
    {.name = "uintVal", .kind = Kind::int32, .shape = Shape::list},
    {.name = "uint64Val", .kind = Kind::int64, .shape = Shape::list},
    {.name = "listVal", .kind = Kind::message, .shape = Shape::list, .message = &tensor},
    {.name = "structVal", .kind = Kind::message, .shape = Shape::map, .message = &tensor},
    {.name = "tensorVal", .kind = Kind::bytes},
};
constexpr Field kToolFields[] = {
    {.name = "functionDeclarations", .kind = Kind::message, .shape = Shape::list,
     .message = &function_declaration},
    {.name = "retrieval", .kind = Kind::message, .message = &retrieval},
    {.name = "googleSearch", .kind = Kind::message, .message = &tool_google_search},
    {.name = "googleSearchRetrieval", .kind = Kind::message, .message = &google_search_retrieval},
    {.name = "googleMaps", .kind = Kind::message, .message = &google_maps},
    {.name = "enterpriseWebSearch", .kind = Kind::message, .message = &enterprise_web_search},
    {.name = "parallelAiSearch", .kind = Kind::message, .message = &tool_parallel_ai_search},
    {.name = "exaAiSearch", .kind = Kind::message, .message = &tool_exa_ai_search},
    {.name = "codeExecution", .kind = Kind::message, .message = &tool_code_execution},
    {.name = "urlContext", .kind = Kind::message, .message = &url_context},
    {.name = "computerUse", .kind = Kind::message, .message = &tool_computer_use},
};
constexpr Field kToolComputerUseFields[] = {
    {.name = "environment", .kind = Kind::enumeration, .names = kToolComputerUseEnvironmentNames},
    {.name = "excludedPredefinedFunctions", .kind = Kind::text, .shape = Shape::list},
};
constexpr Field kToolExaAiSearchFields[] = {
    {.name = "apiKey", .kind = Kind::text},
    {.name = "customConfigs", .kind = Kind::value},
};
constexpr Field kToolGoogleSearchFields[] = {
    {.name = "excludeDomains", .kind = Kind::text, .shape = Shape::list},
    {.name = "blockingConfidence", .kind = Kind::enumeration,
     .names = kToolPhishBlockThresholdNames, .has_presence = true},
};
constexpr Field kToolParallelAiSearchFields[] = {
    {.name = "apiKey", .kind = Kind::text},
    {.name = "enableZeroDataRetention", .kind = Kind::boolean},
    {.name = "customConfigs", .kind = Kind::value},
};
constexpr Field kToolConfigFields[] = {
    {.name = "functionCallingConfig", .kind = Kind::message, .message = &function_calling_config},
    {.name = "retrievalConfig", .kind = Kind::message, .message = &retrieval_config},
};
constexpr Field kUndeployModelOperationMetadataFields[] = {
    {.name = "genericMetadata", .kind = Kind::message, .message = &generic_operation_metadata},
};
constexpr Field kUndeployModelRequestFields[] = {
    {.name = "endpoint", .kind = Kind::text},
    {.name = "deployedModelId", .kind = Kind::text},
    {.name = "trafficSplit", .kind = Kind::int32, .shape = Shape::map},
};
constexpr Field kUnmanagedContainerModelFields[] = {
    {.name = "artifactUri", .kind = Kind::text},
    {.name = "predictSchemata", .kind = Kind::message, .message = &predict_schemata},
    {.name = "containerSpec", .kind = Kind::message, .message = &model_container_spec},
};
constexpr Field kUpdateEndpointLongRunningRequestFields[] = {
    {.name = "endpoint", .kind = Kind::message, .message = &endpoint},
};
constexpr Field kUpdateEndpointOperationMetadataFields[] = {
    {.name = "genericMetadata", .kind = Kind::message, .message = &generic_operation_metadata},
};
constexpr Field kUpdateModelRequestFields[] = {
    {.name = "model", .kind = Kind::message, .message = &model},
    {.name = "updateMask", .kind = Kind::field_mask},
};
constexpr Field kUploadModelOperationMetadataFields[] = {
    {.name = "genericMetadata", .kind = Kind::message, .message = &generic_operation_metadata},
};
constexpr Field kUploadModelRequestFields[] = {
    {.name = "parent", .kind = Kind::text},
    {.name = "parentModel", .kind = Kind::text},
    {.name = "modelId", .kind = Kind::text},
    {.name = "model", .kind = Kind::message, .message = &model},
    {.name = "serviceAccount", .kind = Kind::text},
};
constexpr Field kUploadModelResponseFields[] = {
    {.name = "model", .kind = Kind::text},
    {.name = "modelVersionId", .kind = Kind::text, .output_only = true},
};
constexpr Field kUrlContextMetadataFields[] = {
    {.name = "urlMetadata", .kind = Kind::message, .shape = Shape::list, .message = &url_metadata,
     .output_only = true},
};
constexpr Field kUrlMetadataFields[] = {
    {.name = "retrievedUrl", .kind = Kind::text},
    {.name = "urlRetrievalStatus", .kind = Kind::enumeration,
     .names = kUrlMetadataUrlRetrievalStatusNames},
};
constexpr Field kVertexAiSearchFields[] = {
    {.name = "datastore", .kind = Kind::text},
    {.name = "engine", .kind = Kind::text},
    {.name = "maxResults", .kind = Kind::int32},
    {.name = "filter", .kind = Kind::text},
    {.name = "dataStoreSpecs", .kind = Kind::message, .shape = Shape::list,
     .message = &vertex_ai_search_data_store_spec},
};
constexpr Field kVertexAiSearchDataStoreSpecFields[] = {
    {.name = "dataStore", .kind = Kind::text},
    {.name = "filter", .kind = Kind::text},
};
constexpr Field kVertexMultimodalDatasetDestinationFields[] = {
    {.name = "bigqueryDestination", .kind = Kind::message, .message = &big_query_destination},
    {.name = "displayName", .kind = Kind::text},
};
constexpr Field kVertexMultimodalDatasetSourceFields[] = {
    {.name = "datasetName", .kind = Kind::text},
};
constexpr Field kVertexRagStoreFields[] = {
    {.name = "ragResources", .kind = Kind::message, .shape = Shape::list,
     .message = &vertex_rag_store_rag_resource},
    {.name = "similarityTopK", .kind = Kind::int32, .has_presence = true},
    {.name = "vectorDistanceThreshold", .kind = Kind::number, .has_presence = true},
    {.name = "ragRetrievalConfig", .kind = Kind::message, .message = &rag_retrieval_config},
};
constexpr Field kVertexRagStoreRagResourceFields[] = {
    {.name = "ragCorpus", .kind = Kind::text},
    {.name = "ragFileIds", .kind = Kind::text, .shape = Shape::list},
};
constexpr Field kVideoMetadataFields[] = {
    {.name = "startOffset", .kind = Kind::duration},
    {.name = "endOffset", .kind = Kind::duration},
    {.name = "fps", .kind = Kind::number},
};
constexpr Field kVoiceConfigFields[] = {
    {.name = "prebuiltVoiceConfig", .kind = Kind::message, .message = &prebuilt_voice_config},
    {.name = "replicatedVoiceConfig", .kind = Kind::message, .message = &replicated_voice_config},
};
constexpr Field kXraiAttributionFields[] = {
    {.name = "stepCount", .kind = Kind::int32},
    {.name = "smoothGradConfig", .kind = Kind::message, .message = &smooth_grad_config},
    {.name = "blurBaselineConfig", .kind = Kind::message, .message = &blur_baseline_config},
};
constexpr Field kListOperationsResponseFields[] = {
    {.name = "operations", .kind = Kind::message, .shape = Shape::list, .message = &operation},
    {.name = "nextPageToken", .kind = Kind::text},
    {.name = "unreachable", .kind = Kind::text, .shape = Shape::list},
};
constexpr Field kOperationFields[] = {
    {.name = "name", .kind = Kind::text},
    {.name = "metadata", .kind = Kind::value},
    {.name = "done", .kind = Kind::boolean},
    {.name = "error", .kind = Kind::message, .message = &status},
    {.name = "response", .kind = Kind::value},
};
constexpr Field kStatusFields[] = {
    {.name = "code", .kind = Kind::int32},
    {.name = "message", .kind = Kind::text},
    {.name = "details", .kind = Kind::value, .shape = Shape::list},
};
constexpr Field kDateFields[] = {
    {.name = "year", .kind = Kind::int32},
    {.name = "month", .kind = Kind::int32},
    {.name = "day", .kind = Kind::int32},
};
constexpr Field kLatLngFields[] = {
    {.name = "latitude", .kind = Kind::number},
    {.name = "longitude", .kind = Kind::number},
};

}  // namespace

constinit const Message attribution{"google.cloud.aiplatform.v1.Attribution", kAttributionFields};
constinit const Message automatic_resources{"google.cloud.aiplatform.v1.AutomaticResources",
     kAutomaticResourcesFields};
constinit const Message autoscaling_metric_spec{"google.cloud.aiplatform.v1.AutoscalingMetricSpec",
     kAutoscalingMetricSpecFields};
constinit const Message batch_dedicated_resources{
     "google.cloud.aiplatform.v1.BatchDedicatedResources", kBatchDedicatedResourcesFields};
constinit const Message batch_prediction_job{"google.cloud.aiplatform.v1.BatchPredictionJob",
     kBatchPredictionJobFields};
constinit const Message batch_prediction_job_input_config{
     "google.cloud.aiplatform.v1.BatchPredictionJob.InputConfig",
     kBatchPredictionJobInputConfigFields};
constinit const Message batch_prediction_job_instance_config{
     "google.cloud.aiplatform.v1.BatchPredictionJob.InstanceConfig",
     kBatchPredictionJobInstanceConfigFields};
constinit const Message batch_prediction_job_output_config{
     "google.cloud.aiplatform.v1.BatchPredictionJob.OutputConfig",
     kBatchPredictionJobOutputConfigFields};
constinit const Message batch_prediction_job_output_info{
     "google.cloud.aiplatform.v1.BatchPredictionJob.OutputInfo",
     kBatchPredictionJobOutputInfoFields};
constinit const Message big_query_destination{"google.cloud.aiplatform.v1.BigQueryDestination",
     kBigQueryDestinationFields};
constinit const Message big_query_source{"google.cloud.aiplatform.v1.BigQuerySource",
     kBigQuerySourceFields};
constinit const Message blob{"google.cloud.aiplatform.v1.Blob", kBlobFields};
constinit const Message blur_baseline_config{"google.cloud.aiplatform.v1.BlurBaselineConfig",
     kBlurBaselineConfigFields};
constinit const Message cancel_batch_prediction_job_request{
     "google.cloud.aiplatform.v1.CancelBatchPredictionJobRequest",
     kCancelBatchPredictionJobRequestFields};
constinit const Message candidate{"google.cloud.aiplatform.v1.Candidate", kCandidateFields};
constinit const Message checkpoint{"google.cloud.aiplatform.v1.Checkpoint", kCheckpointFields};
constinit const Message citation{"google.cloud.aiplatform.v1.Citation", kCitationFields};
constinit const Message citation_metadata{"google.cloud.aiplatform.v1.CitationMetadata",
     kCitationMetadataFields};
constinit const Message client_connection_config{
     "google.cloud.aiplatform.v1.ClientConnectionConfig", kClientConnectionConfigFields};
constinit const Message code_execution_result{"google.cloud.aiplatform.v1.CodeExecutionResult",
     kCodeExecutionResultFields};
constinit const Message completion_stats{"google.cloud.aiplatform.v1.CompletionStats",
     kCompletionStatsFields};
constinit const Message container_registry_destination{
     "google.cloud.aiplatform.v1.ContainerRegistryDestination",
     kContainerRegistryDestinationFields};
constinit const Message content{"google.cloud.aiplatform.v1.Content", kContentFields};
constinit const Message copy_model_operation_metadata{
     "google.cloud.aiplatform.v1.CopyModelOperationMetadata", kCopyModelOperationMetadataFields};
constinit const Message copy_model_request{"google.cloud.aiplatform.v1.CopyModelRequest",
     kCopyModelRequestFields};
constinit const Message copy_model_response{"google.cloud.aiplatform.v1.CopyModelResponse",
     kCopyModelResponseFields};
constinit const Message count_tokens_request{"google.cloud.aiplatform.v1.CountTokensRequest",
     kCountTokensRequestFields};
constinit const Message count_tokens_response{"google.cloud.aiplatform.v1.CountTokensResponse",
     kCountTokensResponseFields};
constinit const Message create_endpoint_operation_metadata{
     "google.cloud.aiplatform.v1.CreateEndpointOperationMetadata",
     kCreateEndpointOperationMetadataFields};
constinit const Message dedicated_resources{"google.cloud.aiplatform.v1.DedicatedResources",
     kDedicatedResourcesFields};
constinit const Message delete_operation_metadata{
     "google.cloud.aiplatform.v1.DeleteOperationMetadata", kDeleteOperationMetadataFields};
constinit const Message deploy_model_operation_metadata{
     "google.cloud.aiplatform.v1.DeployModelOperationMetadata",
     kDeployModelOperationMetadataFields};
constinit const Message deploy_model_request{"google.cloud.aiplatform.v1.DeployModelRequest",
     kDeployModelRequestFields};
constinit const Message deploy_model_response{"google.cloud.aiplatform.v1.DeployModelResponse",
     kDeployModelResponseFields};
constinit const Message deployed_model{"google.cloud.aiplatform.v1.DeployedModel",
     kDeployedModelFields};
constinit const Message deployed_model_status{"google.cloud.aiplatform.v1.DeployedModel.Status",
     kDeployedModelStatusFields};
constinit const Message deployed_model_ref{"google.cloud.aiplatform.v1.DeployedModelRef",
     kDeployedModelRefFields};
constinit const Message direct_predict_request{"google.cloud.aiplatform.v1.DirectPredictRequest",
     kDirectPredictRequestFields};
constinit const Message direct_predict_response{"google.cloud.aiplatform.v1.DirectPredictResponse",
     kDirectPredictResponseFields};
constinit const Message direct_raw_predict_request{
     "google.cloud.aiplatform.v1.DirectRawPredictRequest", kDirectRawPredictRequestFields};
constinit const Message direct_raw_predict_response{
     "google.cloud.aiplatform.v1.DirectRawPredictResponse", kDirectRawPredictResponseFields};
constinit const Message dynamic_retrieval_config{
     "google.cloud.aiplatform.v1.DynamicRetrievalConfig", kDynamicRetrievalConfigFields};
constinit const Message encryption_spec{"google.cloud.aiplatform.v1.EncryptionSpec",
     kEncryptionSpecFields};
constinit const Message endpoint{"google.cloud.aiplatform.v1.Endpoint", kEndpointFields};
constinit const Message enterprise_web_search{"google.cloud.aiplatform.v1.EnterpriseWebSearch",
     kEnterpriseWebSearchFields};
constinit const Message env_var{"google.cloud.aiplatform.v1.EnvVar", kEnvVarFields};
constinit const Message examples{"google.cloud.aiplatform.v1.Examples", kExamplesFields};
constinit const Message examples_example_gcs_source{
     "google.cloud.aiplatform.v1.Examples.ExampleGcsSource", kExamplesExampleGcsSourceFields};
constinit const Message examples_override{"google.cloud.aiplatform.v1.ExamplesOverride",
     kExamplesOverrideFields};
constinit const Message examples_restrictions_namespace{
     "google.cloud.aiplatform.v1.ExamplesRestrictionsNamespace",
     kExamplesRestrictionsNamespaceFields};
constinit const Message executable_code{"google.cloud.aiplatform.v1.ExecutableCode",
     kExecutableCodeFields};
constinit const Message explain_request{"google.cloud.aiplatform.v1.ExplainRequest",
     kExplainRequestFields};
constinit const Message explain_response{"google.cloud.aiplatform.v1.ExplainResponse",
     kExplainResponseFields};
constinit const Message explanation{"google.cloud.aiplatform.v1.Explanation", kExplanationFields};
constinit const Message explanation_metadata{"google.cloud.aiplatform.v1.ExplanationMetadata",
     kExplanationMetadataFields};
constinit const Message explanation_metadata_input_metadata{
     "google.cloud.aiplatform.v1.ExplanationMetadata.InputMetadata",
     kExplanationMetadataInputMetadataFields};
constinit const Message explanation_metadata_input_metadata_feature_value_domain{
     "google.cloud.aiplatform.v1.ExplanationMetadata.InputMetadata.FeatureValueDomain",
     kExplanationMetadataInputMetadataFeatureValueDomainFields};
constinit const Message explanation_metadata_input_metadata_visualization{
     "google.cloud.aiplatform.v1.ExplanationMetadata.InputMetadata.Visualization",
     kExplanationMetadataInputMetadataVisualizationFields};
constinit const Message explanation_metadata_output_metadata{
     "google.cloud.aiplatform.v1.ExplanationMetadata.OutputMetadata",
     kExplanationMetadataOutputMetadataFields};
constinit const Message explanation_metadata_override{
     "google.cloud.aiplatform.v1.ExplanationMetadataOverride", kExplanationMetadataOverrideFields};
constinit const Message explanation_metadata_override_input_metadata_override{
     "google.cloud.aiplatform.v1.ExplanationMetadataOverride.InputMetadataOverride",
     kExplanationMetadataOverrideInputMetadataOverrideFields};
constinit const Message explanation_parameters{"google.cloud.aiplatform.v1.ExplanationParameters",
     kExplanationParametersFields};
constinit const Message explanation_spec{"google.cloud.aiplatform.v1.ExplanationSpec",
     kExplanationSpecFields};
constinit const Message explanation_spec_override{
     "google.cloud.aiplatform.v1.ExplanationSpecOverride", kExplanationSpecOverrideFields};
constinit const Message export_model_operation_metadata{
     "google.cloud.aiplatform.v1.ExportModelOperationMetadata",
     kExportModelOperationMetadataFields};
constinit const Message export_model_operation_metadata_output_info{
     "google.cloud.aiplatform.v1.ExportModelOperationMetadata.OutputInfo",
     kExportModelOperationMetadataOutputInfoFields};
constinit const Message export_model_request{"google.cloud.aiplatform.v1.ExportModelRequest",
     kExportModelRequestFields};
constinit const Message export_model_request_output_config{
     "google.cloud.aiplatform.v1.ExportModelRequest.OutputConfig",
     kExportModelRequestOutputConfigFields};
constinit const Message export_model_response{"google.cloud.aiplatform.v1.ExportModelResponse", {}};
constinit const Message faster_deployment_config{
     "google.cloud.aiplatform.v1.FasterDeploymentConfig", kFasterDeploymentConfigFields};
constinit const Message feature_noise_sigma{"google.cloud.aiplatform.v1.FeatureNoiseSigma",
     kFeatureNoiseSigmaFields};
constinit const Message feature_noise_sigma_noise_sigma_for_feature{
     "google.cloud.aiplatform.v1.FeatureNoiseSigma.NoiseSigmaForFeature",
     kFeatureNoiseSigmaNoiseSigmaForFeatureFields};
constinit const Message file_data{"google.cloud.aiplatform.v1.FileData", kFileDataFields};
constinit const Message function_call{"google.cloud.aiplatform.v1.FunctionCall",
     kFunctionCallFields};
constinit const Message function_calling_config{"google.cloud.aiplatform.v1.FunctionCallingConfig",
     kFunctionCallingConfigFields};
constinit const Message function_declaration{"google.cloud.aiplatform.v1.FunctionDeclaration",
     kFunctionDeclarationFields};
constinit const Message function_response{"google.cloud.aiplatform.v1.FunctionResponse",
     kFunctionResponseFields};
constinit const Message function_response_blob{"google.cloud.aiplatform.v1.FunctionResponseBlob",
     kFunctionResponseBlobFields};
constinit const Message function_response_file_data{
     "google.cloud.aiplatform.v1.FunctionResponseFileData", kFunctionResponseFileDataFields};
constinit const Message function_response_part{"google.cloud.aiplatform.v1.FunctionResponsePart",
     kFunctionResponsePartFields};
constinit const Message gcs_destination{"google.cloud.aiplatform.v1.GcsDestination",
     kGcsDestinationFields};
constinit const Message gcs_source{"google.cloud.aiplatform.v1.GcsSource", kGcsSourceFields};
constinit const Message gen_ai_advanced_features_config{
     "google.cloud.aiplatform.v1.GenAiAdvancedFeaturesConfig", kGenAiAdvancedFeaturesConfigFields};
constinit const Message gen_ai_advanced_features_config_rag_config{
     "google.cloud.aiplatform.v1.GenAiAdvancedFeaturesConfig.RagConfig",
     kGenAiAdvancedFeaturesConfigRagConfigFields};
constinit const Message generate_content_request{
     "google.cloud.aiplatform.v1.GenerateContentRequest", kGenerateContentRequestFields};
constinit const Message generate_content_response{
     "google.cloud.aiplatform.v1.GenerateContentResponse", kGenerateContentResponseFields};
constinit const Message generate_content_response_prompt_feedback{
     "google.cloud.aiplatform.v1.GenerateContentResponse.PromptFeedback",
     kGenerateContentResponsePromptFeedbackFields};
constinit const Message generate_content_response_usage_metadata{
     "google.cloud.aiplatform.v1.GenerateContentResponse.UsageMetadata",
     kGenerateContentResponseUsageMetadataFields};
constinit const Message generation_config{"google.cloud.aiplatform.v1.GenerationConfig",
     kGenerationConfigFields};
constinit const Message generation_config_routing_config{
     "google.cloud.aiplatform.v1.GenerationConfig.RoutingConfig",
     kGenerationConfigRoutingConfigFields};
constinit const Message generation_config_routing_config_auto_routing_mode{
     "google.cloud.aiplatform.v1.GenerationConfig.RoutingConfig.AutoRoutingMode",
     kGenerationConfigRoutingConfigAutoRoutingModeFields};
constinit const Message generation_config_routing_config_manual_routing_mode{
     "google.cloud.aiplatform.v1.GenerationConfig.RoutingConfig.ManualRoutingMode",
     kGenerationConfigRoutingConfigManualRoutingModeFields};
constinit const Message generation_config_thinking_config{
     "google.cloud.aiplatform.v1.GenerationConfig.ThinkingConfig",
     kGenerationConfigThinkingConfigFields};
constinit const Message generic_operation_metadata{
     "google.cloud.aiplatform.v1.GenericOperationMetadata", kGenericOperationMetadataFields};
constinit const Message genie_source{"google.cloud.aiplatform.v1.GenieSource", kGenieSourceFields};
constinit const Message google_maps{"google.cloud.aiplatform.v1.GoogleMaps", kGoogleMapsFields};
constinit const Message google_search_retrieval{"google.cloud.aiplatform.v1.GoogleSearchRetrieval",
     kGoogleSearchRetrievalFields};
constinit const Message grounding_chunk{"google.cloud.aiplatform.v1.GroundingChunk",
     kGroundingChunkFields};
constinit const Message grounding_chunk_maps{"google.cloud.aiplatform.v1.GroundingChunk.Maps",
     kGroundingChunkMapsFields};
constinit const Message grounding_chunk_maps_place_answer_sources{
     "google.cloud.aiplatform.v1.GroundingChunk.Maps.PlaceAnswerSources",
     kGroundingChunkMapsPlaceAnswerSourcesFields};
constinit const Message grounding_chunk_maps_place_answer_sources_review_snippet{
     "google.cloud.aiplatform.v1.GroundingChunk.Maps.PlaceAnswerSources.ReviewSnippet",
     kGroundingChunkMapsPlaceAnswerSourcesReviewSnippetFields};
constinit const Message grounding_chunk_maps_route{
     "google.cloud.aiplatform.v1.GroundingChunk.Maps.Route", kGroundingChunkMapsRouteFields};
constinit const Message grounding_chunk_retrieved_context{
     "google.cloud.aiplatform.v1.GroundingChunk.RetrievedContext",
     kGroundingChunkRetrievedContextFields};
constinit const Message grounding_chunk_web{"google.cloud.aiplatform.v1.GroundingChunk.Web",
     kGroundingChunkWebFields};
constinit const Message grounding_metadata{"google.cloud.aiplatform.v1.GroundingMetadata",
     kGroundingMetadataFields};
constinit const Message grounding_metadata_source_flagging_uri{
     "google.cloud.aiplatform.v1.GroundingMetadata.SourceFlaggingUri",
     kGroundingMetadataSourceFlaggingUriFields};
constinit const Message grounding_support{"google.cloud.aiplatform.v1.GroundingSupport",
     kGroundingSupportFields};
constinit const Message image_config{"google.cloud.aiplatform.v1.ImageConfig", kImageConfigFields};
constinit const Message image_config_image_output_options{
     "google.cloud.aiplatform.v1.ImageConfig.ImageOutputOptions",
     kImageConfigImageOutputOptionsFields};
constinit const Message integrated_gradients_attribution{
     "google.cloud.aiplatform.v1.IntegratedGradientsAttribution",
     kIntegratedGradientsAttributionFields};
constinit const Message list_batch_prediction_jobs_response{
     "google.cloud.aiplatform.v1.ListBatchPredictionJobsResponse",
     kListBatchPredictionJobsResponseFields};
constinit const Message list_endpoints_response{"google.cloud.aiplatform.v1.ListEndpointsResponse",
     kListEndpointsResponseFields};
constinit const Message list_model_versions_response{
     "google.cloud.aiplatform.v1.ListModelVersionsResponse", kListModelVersionsResponseFields};
constinit const Message list_models_response{"google.cloud.aiplatform.v1.ListModelsResponse",
     kListModelsResponseFields};
constinit const Message logprobs_result{"google.cloud.aiplatform.v1.LogprobsResult",
     kLogprobsResultFields};
constinit const Message logprobs_result_candidate{
     "google.cloud.aiplatform.v1.LogprobsResult.Candidate", kLogprobsResultCandidateFields};
constinit const Message logprobs_result_top_candidates{
     "google.cloud.aiplatform.v1.LogprobsResult.TopCandidates", kLogprobsResultTopCandidatesFields};
constinit const Message machine_spec{"google.cloud.aiplatform.v1.MachineSpec", kMachineSpecFields};
constinit const Message manual_batch_tuning_parameters{
     "google.cloud.aiplatform.v1.ManualBatchTuningParameters", kManualBatchTuningParametersFields};
constinit const Message merge_version_aliases_request{
     "google.cloud.aiplatform.v1.MergeVersionAliasesRequest", kMergeVersionAliasesRequestFields};
constinit const Message modality_token_count{"google.cloud.aiplatform.v1.ModalityTokenCount",
     kModalityTokenCountFields};
constinit const Message model{"google.cloud.aiplatform.v1.Model", kModelFields};
constinit const Message model_base_model_source{"google.cloud.aiplatform.v1.Model.BaseModelSource",
     kModelBaseModelSourceFields};
constinit const Message model_data_stats{"google.cloud.aiplatform.v1.Model.DataStats",
     kModelDataStatsFields};
constinit const Message model_export_format{"google.cloud.aiplatform.v1.Model.ExportFormat",
     kModelExportFormatFields};
constinit const Message model_original_model_info{
     "google.cloud.aiplatform.v1.Model.OriginalModelInfo", kModelOriginalModelInfoFields};
constinit const Message model_armor_config{"google.cloud.aiplatform.v1.ModelArmorConfig",
     kModelArmorConfigFields};
constinit const Message model_container_spec{"google.cloud.aiplatform.v1.ModelContainerSpec",
     kModelContainerSpecFields};
constinit const Message model_garden_source{"google.cloud.aiplatform.v1.ModelGardenSource",
     kModelGardenSourceFields};
constinit const Message model_source_info{"google.cloud.aiplatform.v1.ModelSourceInfo",
     kModelSourceInfoFields};
constinit const Message multi_speaker_voice_config{
     "google.cloud.aiplatform.v1.MultiSpeakerVoiceConfig", kMultiSpeakerVoiceConfigFields};
constinit const Message mutate_deployed_model_operation_metadata{
     "google.cloud.aiplatform.v1.MutateDeployedModelOperationMetadata",
     kMutateDeployedModelOperationMetadataFields};
constinit const Message mutate_deployed_model_request{
     "google.cloud.aiplatform.v1.MutateDeployedModelRequest", kMutateDeployedModelRequestFields};
constinit const Message mutate_deployed_model_response{
     "google.cloud.aiplatform.v1.MutateDeployedModelResponse", kMutateDeployedModelResponseFields};
constinit const Message neighbor{"google.cloud.aiplatform.v1.Neighbor", kNeighborFields};
constinit const Message psc_automation_config{"google.cloud.aiplatform.v1.PSCAutomationConfig",
     kPscAutomationConfigFields};
constinit const Message part{"google.cloud.aiplatform.v1.Part", kPartFields};
constinit const Message part_media_resolution{"google.cloud.aiplatform.v1.Part.MediaResolution",
     kPartMediaResolutionFields};
constinit const Message partial_arg{"google.cloud.aiplatform.v1.PartialArg", kPartialArgFields};
constinit const Message port{"google.cloud.aiplatform.v1.Port", kPortFields};
constinit const Message prebuilt_voice_config{"google.cloud.aiplatform.v1.PrebuiltVoiceConfig",
     kPrebuiltVoiceConfigFields};
constinit const Message predict_request{"google.cloud.aiplatform.v1.PredictRequest",
     kPredictRequestFields};
constinit const Message predict_request_response_logging_config{
     "google.cloud.aiplatform.v1.PredictRequestResponseLoggingConfig",
     kPredictRequestResponseLoggingConfigFields};
constinit const Message predict_response{"google.cloud.aiplatform.v1.PredictResponse",
     kPredictResponseFields};
constinit const Message predict_schemata{"google.cloud.aiplatform.v1.PredictSchemata",
     kPredictSchemataFields};
constinit const Message presets{"google.cloud.aiplatform.v1.Presets", kPresetsFields};
constinit const Message private_endpoints{"google.cloud.aiplatform.v1.PrivateEndpoints",
     kPrivateEndpointsFields};
constinit const Message private_service_connect_config{
     "google.cloud.aiplatform.v1.PrivateServiceConnectConfig", kPrivateServiceConnectConfigFields};
constinit const Message probe{"google.cloud.aiplatform.v1.Probe", kProbeFields};
constinit const Message probe_exec_action{"google.cloud.aiplatform.v1.Probe.ExecAction",
     kProbeExecActionFields};
constinit const Message probe_grpc_action{"google.cloud.aiplatform.v1.Probe.GrpcAction",
     kProbeGrpcActionFields};
constinit const Message probe_http_get_action{"google.cloud.aiplatform.v1.Probe.HttpGetAction",
     kProbeHttpGetActionFields};
constinit const Message probe_http_header{"google.cloud.aiplatform.v1.Probe.HttpHeader",
     kProbeHttpHeaderFields};
constinit const Message probe_tcp_socket_action{"google.cloud.aiplatform.v1.Probe.TcpSocketAction",
     kProbeTcpSocketActionFields};
constinit const Message rag_chunk{"google.cloud.aiplatform.v1.RagChunk", kRagChunkFields};
constinit const Message rag_chunk_page_span{"google.cloud.aiplatform.v1.RagChunk.PageSpan",
     kRagChunkPageSpanFields};
constinit const Message rag_retrieval_config{"google.cloud.aiplatform.v1.RagRetrievalConfig",
     kRagRetrievalConfigFields};
constinit const Message rag_retrieval_config_filter{
     "google.cloud.aiplatform.v1.RagRetrievalConfig.Filter", kRagRetrievalConfigFilterFields};
constinit const Message rag_retrieval_config_ranking{
     "google.cloud.aiplatform.v1.RagRetrievalConfig.Ranking", kRagRetrievalConfigRankingFields};
constinit const Message rag_retrieval_config_ranking_llm_ranker{
     "google.cloud.aiplatform.v1.RagRetrievalConfig.Ranking.LlmRanker",
     kRagRetrievalConfigRankingLlmRankerFields};
constinit const Message rag_retrieval_config_ranking_rank_service{
     "google.cloud.aiplatform.v1.RagRetrievalConfig.Ranking.RankService",
     kRagRetrievalConfigRankingRankServiceFields};
constinit const Message replicated_voice_config{"google.cloud.aiplatform.v1.ReplicatedVoiceConfig",
     kReplicatedVoiceConfigFields};
constinit const Message reservation_affinity{"google.cloud.aiplatform.v1.ReservationAffinity",
     kReservationAffinityFields};
constinit const Message resources_consumed{"google.cloud.aiplatform.v1.ResourcesConsumed",
     kResourcesConsumedFields};
constinit const Message retrieval{"google.cloud.aiplatform.v1.Retrieval", kRetrievalFields};
constinit const Message retrieval_config{"google.cloud.aiplatform.v1.RetrievalConfig",
     kRetrievalConfigFields};
constinit const Message retrieval_metadata{"google.cloud.aiplatform.v1.RetrievalMetadata",
     kRetrievalMetadataFields};
constinit const Message safety_rating{"google.cloud.aiplatform.v1.SafetyRating",
     kSafetyRatingFields};
constinit const Message safety_setting{"google.cloud.aiplatform.v1.SafetySetting",
     kSafetySettingFields};
constinit const Message sampled_shapley_attribution{
     "google.cloud.aiplatform.v1.SampledShapleyAttribution", kSampledShapleyAttributionFields};
constinit const Message schema{"google.cloud.aiplatform.v1.Schema", kSchemaFields};
constinit const Message search_entry_point{"google.cloud.aiplatform.v1.SearchEntryPoint",
     kSearchEntryPointFields};
constinit const Message segment{"google.cloud.aiplatform.v1.Segment", kSegmentFields};
constinit const Message smooth_grad_config{"google.cloud.aiplatform.v1.SmoothGradConfig",
     kSmoothGradConfigFields};
constinit const Message speaker_voice_config{"google.cloud.aiplatform.v1.SpeakerVoiceConfig",
     kSpeakerVoiceConfigFields};
constinit const Message speculative_decoding_spec{
     "google.cloud.aiplatform.v1.SpeculativeDecodingSpec", kSpeculativeDecodingSpecFields};
constinit const Message speculative_decoding_spec_draft_model_speculation{
     "google.cloud.aiplatform.v1.SpeculativeDecodingSpec.DraftModelSpeculation",
     kSpeculativeDecodingSpecDraftModelSpeculationFields};
constinit const Message speculative_decoding_spec_ngram_speculation{
     "google.cloud.aiplatform.v1.SpeculativeDecodingSpec.NgramSpeculation",
     kSpeculativeDecodingSpecNgramSpeculationFields};
constinit const Message speech_config{"google.cloud.aiplatform.v1.SpeechConfig",
     kSpeechConfigFields};
constinit const Message streaming_predict_request{
     "google.cloud.aiplatform.v1.StreamingPredictRequest", kStreamingPredictRequestFields};
constinit const Message streaming_predict_response{
     "google.cloud.aiplatform.v1.StreamingPredictResponse", kStreamingPredictResponseFields};
constinit const Message tensor{"google.cloud.aiplatform.v1.Tensor", kTensorFields};
constinit const Message tool{"google.cloud.aiplatform.v1.Tool", kToolFields};
constinit const Message tool_code_execution{"google.cloud.aiplatform.v1.Tool.CodeExecution", {}};
constinit const Message tool_computer_use{"google.cloud.aiplatform.v1.Tool.ComputerUse",
     kToolComputerUseFields};
constinit const Message tool_exa_ai_search{"google.cloud.aiplatform.v1.Tool.ExaAiSearch",
     kToolExaAiSearchFields};
constinit const Message tool_google_search{"google.cloud.aiplatform.v1.Tool.GoogleSearch",
     kToolGoogleSearchFields};
constinit const Message tool_parallel_ai_search{"google.cloud.aiplatform.v1.Tool.ParallelAiSearch",
     kToolParallelAiSearchFields};
constinit const Message tool_config{"google.cloud.aiplatform.v1.ToolConfig", kToolConfigFields};
constinit const Message undeploy_model_operation_metadata{
     "google.cloud.aiplatform.v1.UndeployModelOperationMetadata",
     kUndeployModelOperationMetadataFields};
constinit const Message undeploy_model_request{"google.cloud.aiplatform.v1.UndeployModelRequest",
     kUndeployModelRequestFields};
constinit const Message undeploy_model_response{"google.cloud.aiplatform.v1.UndeployModelResponse",
     {}};
constinit const Message unmanaged_container_model{
     "google.cloud.aiplatform.v1.UnmanagedContainerModel", kUnmanagedContainerModelFields};
constinit const Message update_endpoint_long_running_request{
     "google.cloud.aiplatform.v1.UpdateEndpointLongRunningRequest",
     kUpdateEndpointLongRunningRequestFields};
constinit const Message update_endpoint_operation_metadata{
     "google.cloud.aiplatform.v1.UpdateEndpointOperationMetadata",
     kUpdateEndpointOperationMetadataFields};
constinit const Message update_model_request{"google.cloud.aiplatform.v1.UpdateModelRequest",
     kUpdateModelRequestFields};
constinit const Message upload_model_operation_metadata{
     "google.cloud.aiplatform.v1.UploadModelOperationMetadata",
     kUploadModelOperationMetadataFields};
constinit const Message upload_model_request{"google.cloud.aiplatform.v1.UploadModelRequest",
     kUploadModelRequestFields};
constinit const Message upload_model_response{"google.cloud.aiplatform.v1.UploadModelResponse",
     kUploadModelResponseFields};
constinit const Message url_context{"google.cloud.aiplatform.v1.UrlContext", {}};
constinit const Message url_context_metadata{"google.cloud.aiplatform.v1.UrlContextMetadata",
     kUrlContextMetadataFields};
constinit const Message url_metadata{"google.cloud.aiplatform.v1.UrlMetadata", kUrlMetadataFields};
constinit const Message vertex_ai_search{"google.cloud.aiplatform.v1.VertexAISearch",
     kVertexAiSearchFields};
constinit const Message vertex_ai_search_data_store_spec{
     "google.cloud.aiplatform.v1.VertexAISearch.DataStoreSpec", kVertexAiSearchDataStoreSpecFields};
constinit const Message vertex_multimodal_dataset_destination{
     "google.cloud.aiplatform.v1.VertexMultimodalDatasetDestination",
     kVertexMultimodalDatasetDestinationFields};
constinit const Message vertex_multimodal_dataset_source{
     "google.cloud.aiplatform.v1.VertexMultimodalDatasetSource",
     kVertexMultimodalDatasetSourceFields};
constinit const Message vertex_rag_store{"google.cloud.aiplatform.v1.VertexRagStore",
     kVertexRagStoreFields};
constinit const Message vertex_rag_store_rag_resource{
     "google.cloud.aiplatform.v1.VertexRagStore.RagResource", kVertexRagStoreRagResourceFields};
constinit const Message video_metadata{"google.cloud.aiplatform.v1.VideoMetadata",
     kVideoMetadataFields};
constinit const Message voice_config{"google.cloud.aiplatform.v1.VoiceConfig", kVoiceConfigFields};
constinit const Message xrai_attribution{"google.cloud.aiplatform.v1.XraiAttribution",
     kXraiAttributionFields};
constinit const Message list_operations_response{"google.longrunning.ListOperationsResponse",
     kListOperationsResponseFields};
constinit const Message operation{"google.longrunning.Operation", kOperationFields};
constinit const Message empty{"google.protobuf.Empty", {}};
constinit const Message status{"google.rpc.Status", kStatusFields};
constinit const Message date{"google.type.Date", kDateFields};
constinit const Message lat_lng{"google.type.LatLng", kLatLngFields};
// clang-format on

}  // namespace trivet::service::messages
