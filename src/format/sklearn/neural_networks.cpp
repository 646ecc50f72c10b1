// SPDX-License-Identifier: Apache-2.0
// MLPClassifier and MLPRegressor: dense layers, each a Linear node and an activation.
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// A value on its way through the layers.
struct Layer {
  spi::ValueId value;
  std::uint32_t width;
};

Result<spi::ValueId> add_activation(const PickleView& name, Layer layer, Sketch& sketch) {
  const Result<std::string_view> text = name.text();
  if (!text) return text.error();
  if (*text == "identity") return layer.value;
  const std::string_view op = *text == "logistic" ? "sigmoid" : *text;
  for (const std::string_view known : {"relu", "tanh", "sigmoid", "softmax"}) {
    if (op == known) return add_function(sketch, op, layer.value, layer.width);
  }
  return name.refuse(text::message("the activation {}", text::quoted(*text)),
                     "identity, relu, tanh, logistic or softmax");
}

/// coefs_[i] is inputs × outputs, as the node's weights are.
Result<Layer> add_layer(const PickleView& weights, const PickleView& start, Layer input,
                        Sketch& sketch) {
  Result<Table> table = read_table(weights);
  if (!table) return table.error();
  if (table->rows != input.width || table->columns == 0 || table->columns > (1u << 16)) {
    return weights.fail(weights.description(), text::message("{} × outputs", input.width));
  }
  Result<std::vector<double>> bias = read_vector(start, table->columns);
  if (!bias) return bias.error();
  spi::Linear body;
  body.feature_count = input.width;
  body.output_count = static_cast<std::uint32_t>(table->columns);
  body.weights.width = spi::FloatWidth::f64;
  body.weights.f64 = std::move(table->cells);
  body.start = std::move(*bias);
  const Layer out{sketch.add_value("layer", DType::float64, body.output_count), body.output_count};
  sketch.add_node({.body = std::move(body),
                   .inputs = {input.value},
                   .outputs = {{spi::Port::margin, out.value}}});
  return out;
}

Result<Layer> add_layers(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> weights = estimator.attribute("coefs_");
  if (!weights) return weights.error();
  const Result<PickleView> starts = estimator.attribute("intercepts_");
  if (!starts) return starts.error();
  if (weights->size() == 0 || weights->size() != starts->size()) {
    return weights->fail(weights->description(), "weights and intercepts of the layers");
  }
  const Result<Table> first = read_table(weights->item(0));
  if (!first) return first.error();
  TRIVET_TRY(sketch.take_numbers(rows, first->rows, TakesMissing::no, *weights));
  Layer layer{rows.value, rows.width()};
  for (std::size_t i = 0; i < weights->size(); ++i) {
    const Result<Layer> next = add_layer(weights->item(i), starts->item(i), layer, sketch);
    if (!next) return next.error();
    const bool is_last = i + 1 == weights->size();
    const Result<PickleView> name = estimator.attribute(is_last ? "out_activation_" : "activation");
    if (!name) return name.error();
    const Result<spi::ValueId> active = add_activation(*name, *next, sketch);
    if (!active) return active.error();
    layer = {*active, next->width};
  }
  return layer;
}

Result<Answers> bind_network_regressor(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Layer> last = add_layers(estimator, rows, sketch);
  if (!last) return last.error();
  Answers answers;
  answers.methods.push_back(
      {.method = "predict", .value = last->value, .is_scalar = last->width == 1});
  return answers;
}

Result<Answers> bind_network_classifier(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Layer> last = add_layers(estimator, rows, sketch);
  if (!last) return last.error();
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  Result<std::vector<Value>> labels = read_labels(*classes);
  if (!labels) return labels.error();
  if (has_text(estimator, "out_activation_", "logistic") && last->width > 1) {
    return estimator.refuse("a network of several labels at once", "one label a row");
  }
  TRIVET_TRY(check_label_count(*classes, labels->size(), last->width));
  const bool is_binary = last->width == 1;
  constexpr double kHalf = 0.5;
  const spi::ValueId position = is_binary ? add_threshold(sketch, "greater", last->value, kHalf)
                                          : add_first_greatest(sketch, last->value);
  Answers answers;
  answers.methods.push_back(label_answer(position, std::move(*labels)));
  answers.methods.push_back({.method = "predict_proba",
                             .value = is_binary ? add_pair(sketch, last->value) : last->value});
  return answers;
}

constexpr EstimatorRow kNeuralNetworks[] = {
    {"sklearn.neural_network._multilayer_perceptron", "MLPClassifier", bind_network_classifier,
     true},
    {"sklearn.neural_network._multilayer_perceptron", "MLPRegressor", bind_network_regressor, true},
    {"sklearn.neural_network.multilayer_perceptron", "MLPClassifier", bind_network_classifier,
     true},
    {"sklearn.neural_network.multilayer_perceptron", "MLPRegressor", bind_network_regressor, true},
};

}  // namespace

std::span<const EstimatorRow> neural_networks() noexcept { return kNeuralNetworks; }

}  // namespace trivet::sklearn
