// SPDX-License-Identifier: Apache-2.0
// Bare values, `{"classes","scores"}` and `{"value","lower_bound","upper_bound"}`
// (tabular_classification.proto and tabular_regression.proto of the service).
#include "core/profile.hpp"

#include <optional>
#include <string_view>

#include "text/message.hpp"

namespace trivet::core {
namespace {

/// The output with one score a class; else, for two classes, the one number that is the second
/// class's score. Positions of labels are no scores.
std::optional<std::size_t> find_scores(const Signature& signature, std::size_t class_count) {
  const auto gives_scores = [&](std::size_t i) {
    const Output& output = signature.outputs[i];
    return !output.shape.empty() && output.width() == class_count && output.labels.empty();
  };
  for (const std::string_view name : {"probabilities", "Probability", "predict_proba"}) {
    const auto named = signature.find_output(name);
    if (named && gives_scores(*named)) return named;
  }
  if (gives_scores(0)) return 0;
  const Output& answer = signature.outputs[0];
  if (class_count == 2 && answer.shape.empty() && answer.labels.empty()) return 0;
  return std::nullopt;
}

/// The sidecar's classes, else those that the model has itself.
std::vector<std::string> find_classes(const Sidecar& sidecar, const Signature& signature) {
  if (!sidecar.classes.empty()) return sidecar.classes;
  for (const Output& output : signature.outputs) {
    if (!output.classes.empty()) return output.classes;
  }
  return {};
}

}  // namespace

Result<Profile> Profile::make(const Sidecar& sidecar, const Signature& signature) {
  Profile profile;
  profile.schema_ = sidecar.schema;
  profile.classes_ = find_classes(sidecar, signature);
  profile.interval_ = sidecar.interval.value_or(PredictionInterval{});
  if (sidecar.schema != PredictionSchema::tabular_classification) return profile;
  const auto source = find_scores(signature, profile.classes_.size());
  if (!source) {
    return Error(Errc::invalid_model, sidecar.file_name + ": /predictSchemata/predictionSchemaUri",
                 text::message("tabular classification into {} classes", profile.classes_.size()),
                 "a model that gives a score for each class, or one score for two classes");
  }
  profile.source_ = *source;
  return profile;
}

void Profile::write_scores(const OutputView& answers, std::size_t row,
                           json::ResponseWriter& writer) const {
  writer.begin_object();
  writer.key("classes");
  writer.begin_list();
  for (const std::string& name : classes_) writer.text(name);
  writer.end_list();
  writer.key("scores");
  if (!answers.output->shape.empty()) {
    writer.row(answers, row);
  } else {
    const double second = answers.at(row);
    writer.begin_list();
    writer.number(1 - second);
    writer.number(second);
    writer.end_list();
  }
  writer.end_object();
}

void Profile::write_object(const OutputView& answers, std::size_t row,
                           json::ResponseWriter& writer) {
  const ClassObject& object = *answers.output->object;
  std::size_t best = 0;
  for (std::size_t i = 1; i < object.classes.size(); ++i) {
    if (answers.at(row, i) > answers.at(row, best)) best = i;
  }
  writer.begin_object();
  writer.key(object.predicted);
  writer.value(object.classes[best]);
  writer.key(object.values);
  writer.begin_list();
  for (const Value& one : object.classes) writer.value(one);
  writer.end_list();
  writer.key(object.scores);
  writer.row(answers, row);
  writer.end_object();
}

void Profile::write_interval(double value, json::ResponseWriter& writer) const {
  writer.begin_object();
  writer.key("value");
  writer.number(value);
  writer.key("lower_bound");
  writer.number(value + interval_.lower_residual);
  writer.key("upper_bound");
  writer.number(value + interval_.upper_residual);
  writer.end_object();
}

void Profile::write_predictions(const OutputView& answers, std::size_t wanted,
                                json::ResponseWriter& writer) const {
  const PredictionSchema schema = wanted == 0 ? schema_ : PredictionSchema::none;
  for (std::size_t r = 0; r < answers.row_count; ++r) {
    switch (schema) {
      case PredictionSchema::none:
        if (wanted == 0 && answers.output->object) write_object(answers, r, writer);
        else writer.row(answers, r);
        break;
      case PredictionSchema::tabular_classification: write_scores(answers, r, writer); break;
      case PredictionSchema::tabular_regression: write_interval(answers.at(r), writer); break;
    }
  }
}

}  // namespace trivet::core
