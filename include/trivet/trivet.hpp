// SPDX-License-Identifier: Apache-2.0
// trivet: the model that one would deploy, answering in the process.
//
//   auto model = trivet::LocalModel::load("model_dir");
//   if (!model) return fail(model.error().message());
//   auto endpoint = model->deploy_to_local_endpoint();
//   auto reply = endpoint.predict(R"({"instances":[[1.0,"NaN"]]})");
//
// This header is the contents page: each noun has its own. `trivet/throwing.hpp` is opt-in,
// `trivet/spi/` is for those who add a format or a backend.
#pragma once

#include "trivet/artifact.hpp"            // a file, a folder, bytes
#include "trivet/attribution.hpp"         // why a model answered as it did
#include "trivet/batch.hpp"               // rows, filled cell by cell
#include "trivet/error.hpp"               // where, found, expected
#include "trivet/executor.hpp"            // threads, lent or kept
#include "trivet/importance.hpp"          // how much each column matters
#include "trivet/local_endpoint.hpp"      // deployed models behind the contract
#include "trivet/local_model.hpp"         // a loaded model, a session
#include "trivet/prediction.hpp"          // answers
#include "trivet/prediction_routine.hpp"  // models written by hand
#include "trivet/result.hpp"              // a value or an Error
#include "trivet/signature.hpp"           // columns, outputs, parameters
#include "trivet/tensor.hpp"              // views of numbers
#include "trivet/value.hpp"               // JSON values
#include "trivet/version.hpp"             // which trivet this is
#include "trivet/write.hpp"               // a loaded model as a file of a framework
