// SPDX-License-Identifier: Apache-2.0
// Gaussian process classification: two classes, or one against the rest for each class.
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/kernels.hpp"
#include "format/sklearn/pair_steps.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// A process of two classes: rows of the training and what each counts.
struct BinaryProcess {
  Table rows;
  PairSteps kernel;
  std::vector<double> weights;
  std::vector<double> roots;
  std::vector<double> lower;
};

Result<BinaryProcess> read_process(const PickleView& process, Sketch& sketch) {
  const Result<PickleView> fit = process.attribute("X_train_");
  if (!fit) return fit.error();
  Result<Table> rows = read_kept_rows(*fit, sketch);
  if (!rows) return rows.error();
  const Result<PickleView> kernel = process.attribute("kernel_");
  if (!kernel) return kernel.error();
  Result<PairSteps> function = read_process_kernel(*kernel, rows->columns);
  if (!function) return function.error();
  const std::size_t count = rows->rows;
  Result<std::vector<double>> weights = read_vector(process, "y_train_", count);
  if (!weights) return weights.error();
  const Result<std::vector<double>> shares = read_vector(process, "pi_", count);
  if (!shares) return shares.error();
  for (std::size_t i = 0; i < count; ++i) (*weights)[i] -= (*shares)[i];
  Result<std::vector<double>> roots = read_vector(process, "W_sr_", count);
  if (!roots) return roots.error();
  const Result<PickleView> triangle = process.attribute("L_");
  if (!triangle) return triangle.error();
  Result<Table> lower = read_table(*triangle);
  if (!lower) return lower.error();
  if (lower->rows != count || lower->columns != count) {
    return triangle->fail(triangle->description(), text::message("{} × {} numbers", count, count));
  }
  return BinaryProcess{std::move(*rows), std::move(*function), std::move(*weights),
                       std::move(*roots), std::move(lower->cells)};
}

/// The share of the second class.
spi::ValueId add_share(BinaryProcess process, const Matrix& rows, Sketch& sketch) {
  spi::Operator op = process.kernel.make_operator("laplace_share", std::move(process.rows.cells));
  op.constants.push_back(make_constant("weights", std::move(process.weights)));
  op.constants.push_back(make_constant("roots", std::move(process.roots)));
  op.constants.push_back(make_constant("lower", std::move(process.lower)));
  const spi::ValueId inputs[] = {rows.value};
  return sketch.add_operator(std::move(op), inputs, 1);
}

/// The label follows the sign of the latent mean, which costs less than the share.
Result<Answers> bind_two_classes(const PickleView& process, std::vector<Value> labels, Matrix& rows,
                                 Sketch& sketch) {
  Result<BinaryProcess> binary = read_process(process, sketch);
  if (!binary) return binary.error();
  TRIVET_TRY(sketch.take_numbers(rows, binary->rows.columns, TakesMissing::no, process));
  spi::Operator op = binary->kernel.make_operator("pair_sums", binary->rows.cells);
  op.constants.push_back(make_constant("weights", binary->weights));
  op.constants.push_back(make_constant("places", std::vector<std::uint32_t>(binary->rows.rows, 0)));
  op.constants.push_back(make_constant("start", std::vector<double>{0.0}));
  const spi::ValueId inputs[] = {rows.value};
  const spi::ValueId latent = sketch.add_operator(std::move(op), inputs, 1);
  Answers answers;
  answers.methods.push_back(
      label_answer(add_threshold(sketch, "greater", latent, 0), std::move(labels)));
  const spi::ValueId share = add_share(std::move(*binary), rows, sketch);
  answers.methods.push_back({.method = "predict_proba", .value = add_pair(sketch, share)});
  return answers;
}

/// Of equal shares, the last class wins; since 1.8 the first one.
std::string_view best_share(const PickleView& base) {
  constexpr Version kFirstWithFirst = 108;
  return version_of(base) >= kFirstWithFirst ? "first_greatest" : "last_greatest";
}

Result<Answers> bind_one_vs_rest(const PickleView& base, std::vector<Value> labels, Matrix& rows,
                                 Sketch& sketch) {
  const Result<PickleView> members = base.attribute("estimators_");
  if (!members) return members.error();
  if (members->size() != labels.size()) {
    return members->fail(text::message("{} processes", members->size()),
                         text::message("one for each of {} classes", labels.size()));
  }
  constexpr std::size_t kMemberLimit = 1024;
  if (members->size() > kMemberLimit) {
    return members->refuse(text::message("{} classes", members->size()),
                           text::message("at most {}", kMemberLimit));
  }
  std::vector<spi::ValueId> each;
  for (std::size_t k = 0; k < members->size(); ++k) {
    Result<BinaryProcess> process = read_process(members->item(k), sketch);
    if (!process) return process.error();
    const std::size_t cells = process->rows.cells.size() + process->lower.size();
    TRIVET_TRY(sketch.charge_cells(cells, cells, members->item(k)));
    TRIVET_TRY(
        sketch.take_numbers(rows, process->rows.columns, TakesMissing::no, members->item(k)));
    each.push_back(add_share(std::move(*process), rows, sketch));
  }
  const auto width = static_cast<std::uint32_t>(labels.size());
  const spi::ValueId shares = sketch.add_operator({"concatenate", {}, {}}, each, width);
  Answers answers;
  answers.methods.push_back(
      label_answer(add_function(sketch, best_share(base), shares, 1), std::move(labels)));
  answers.methods.push_back(
      {.method = "predict_proba", .value = add_function(sketch, "divide_by_sum", shares, width)});
  return answers;
}

Result<Answers> bind_process_classifier(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  Result<std::vector<Value>> labels = read_labels(*classes);
  if (!labels) return labels.error();
  const Result<PickleView> base = estimator.attribute("base_estimator_");
  if (!base) return base.error();
  if (labels->size() == 2) return bind_two_classes(*base, std::move(*labels), rows, sketch);
  if (!has_text(estimator, "multi_class", "one_vs_rest")) {
    return estimator.refuse("classes that are compared in pairs", "multi_class 'one_vs_rest'");
  }
  return bind_one_vs_rest(*base, std::move(*labels), rows, sketch);
}

constexpr EstimatorRow kProcessClassifiers[] = {
    {"sklearn.gaussian_process._gpc", "GaussianProcessClassifier", bind_process_classifier},
    {"sklearn.gaussian_process.gpc", "GaussianProcessClassifier", bind_process_classifier},
};

}  // namespace

std::span<const EstimatorRow> process_classifiers() noexcept { return kProcessClassifiers; }

}  // namespace trivet::sklearn
