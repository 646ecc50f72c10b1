// SPDX-License-Identifier: Apache-2.0
// Support vector machines with kernels: sums of a kernel of the row and the support vectors.
//
// A margin for each pair of classes, as LIBSVM orders them; the attributes that begin with an
// underscore hold its own signs. A linear kernel is a linear map.
#include <algorithm>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/pair_steps.hpp"
#include "format/sklearn/products.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

constexpr std::size_t kSvmClassLimit = 1024;  // of which there are half a million pairs

/// Support vectors, their weights, and where each weight counts.
struct SupportSums {
  Table vectors;
  std::vector<double> weights;        // vectors × terms
  std::vector<std::uint32_t> places;  // as many
  std::vector<double> start;
};

/// The weights as they are stored: a row for each class but one.
struct Duals {
  Table vectors;
  Table weights;
};

Result<Duals> read_duals(const PickleView& estimator, Sketch& sketch) {
  const Result<PickleView> rows = estimator.attribute("support_vectors_");
  if (!rows) return rows.error();
  Result<Table> vectors = read_kept_rows(*rows, sketch);
  if (!vectors) return vectors.error();
  const Result<PickleView> duals = estimator.attribute("_dual_coef_");
  if (!duals) return duals.error();
  Result<Table> weights = read_kept_rows(*duals, sketch);
  if (!weights) return weights.error();
  if (weights->columns != vectors->rows) {
    return duals->fail(text::message("weights of {} vectors", weights->columns),
                       text::message("of {}", vectors->rows));
  }
  return Duals{std::move(*vectors), std::move(*weights)};
}

Result<std::vector<double>> read_intercepts(const PickleView& estimator, std::size_t size) {
  return read_vector(estimator, "_intercept_", size);
}

Result<std::string_view> read_kernel_name(const PickleView& estimator) {
  const Result<PickleView> kernel = estimator.attribute("kernel");
  if (!kernel) return kernel.error();
  const Result<std::string_view> name =
      kernel->kind() == artifact::PickleKind::text ? kernel->text() : std::string_view();
  if (!name) return name;
  for (const std::string_view known : {"linear", "poly", "rbf", "sigmoid"}) {
    if (known == *name) return known;
  }
  return kernel->refuse(
      name->empty() ? kernel->description() : text::message("the kernel {}", text::quoted(*name)),
      "linear, poly, rbf or sigmoid");
}

Result<PairSteps> read_svm_kernel(const PickleView& estimator, std::string_view name) {
  const Result<PickleView> view = estimator.attribute("_gamma");
  if (!view) return view.error();
  const Result<double> gamma = view->number();
  if (!gamma) return gamma.error();
  const Result<double> coef0 = number_or(estimator, "coef0", 0);
  if (!coef0) return coef0.error();
  const Result<double> degree = number_or(estimator, "degree", 3);
  if (!degree) return degree.error();
  return *find_kernel(name, {*gamma, *coef0, *degree});
}

/// The weights of a linear kernel's vectors, summed up.
spi::ValueId add_linear_sums(const SupportSums& sums, const Matrix& rows, Sketch& sketch) {
  const std::size_t width = sums.vectors.columns;
  const std::size_t terms = sums.weights.size() / sums.vectors.rows;
  Table map{sums.start.size(), width, std::vector<double>(sums.start.size() * width)};
  for (std::size_t v = 0; v < sums.vectors.rows; ++v) {
    for (std::size_t t = v * terms; t < (v + 1) * terms; ++t) {
      double* const out = map.cells.data() + sums.places[t] * width;
      for (std::size_t f = 0; f < width; ++f) {
        out[f] += sums.weights[t] * sums.vectors.cells[v * width + f];
      }
    }
  }
  return add_rows_product(sketch, rows.value, map, sums.start);
}

/// A value of as many sums as there are starts.
Result<spi::ValueId> add_sums(const PickleView& estimator, SupportSums sums, Matrix& rows,
                              Sketch& sketch) {
  TRIVET_TRY(sketch.take_numbers(rows, sums.vectors.columns, TakesMissing::no, estimator));
  const Result<std::string_view> name = read_kernel_name(estimator);
  if (!name) return name.error();
  const std::size_t outputs = sums.start.size();
  if (*name == "linear" && outputs <= sums.vectors.rows) {
    return add_linear_sums(sums, rows, sketch);
  }
  const Result<PairSteps> kernel = read_svm_kernel(estimator, *name);
  if (!kernel) return kernel.error();
  spi::Operator op = kernel->make_operator("pair_sums", std::move(sums.vectors.cells));
  op.constants.push_back(make_constant("weights", std::move(sums.weights)));
  op.constants.push_back(make_constant("places", std::move(sums.places)));
  op.constants.push_back(make_constant("start", std::move(sums.start)));
  const spi::ValueId inputs[] = {rows.value};
  return sketch.add_operator(std::move(op), inputs, static_cast<std::uint32_t>(outputs));
}

// --- one sum

Result<spi::ValueId> add_single_sum(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Duals> duals = read_duals(estimator, sketch);
  if (!duals) return duals.error();
  Result<std::vector<double>> start = read_intercepts(estimator, 1);
  if (!start) return start.error();
  if (duals->weights.rows != 1) {
    return estimator.fail(text::message("{} rows of weights", duals->weights.rows), "one");
  }
  const std::size_t count = duals->vectors.rows;
  return add_sums(estimator,
                  {std::move(duals->vectors), std::move(duals->weights.cells),
                   std::vector<std::uint32_t>(count, 0), std::move(*start)},
                  rows, sketch);
}

Result<Answers> bind_svr(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<spi::ValueId> sum = add_single_sum(estimator, rows, sketch);
  if (!sum) return sum.error();
  Answers answers;
  answers.methods.push_back({.method = "predict", .value = *sum, .is_scalar = true});
  return answers;
}

/// score_samples is the sum without its start, which is minus the offset.
Result<Answers> bind_one_class(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<spi::ValueId> sum = add_single_sum(estimator, rows, sketch);
  if (!sum) return sum.error();
  const Result<std::vector<double>> start = read_intercepts(estimator, 1);
  if (!start) return start.error();
  const spi::ValueId score = add_shift(sketch, *sum, start->front());
  Answers answers;
  answers.methods.push_back(label_answer(add_threshold(sketch, "greater", *sum, 0),
                                         {Value(std::int64_t{-1}), Value(std::int64_t{1})}));
  answers.methods.push_back({.method = "decision_function", .value = *sum, .is_scalar = true});
  answers.methods.push_back({.method = "score_samples", .value = score, .is_scalar = true});
  return answers;
}

// --- a sum for each pair of classes

/// How many vectors each class has; they stand class by class.
Result<std::vector<std::int64_t>> read_class_sizes(const PickleView& estimator, std::size_t classes,
                                                   std::size_t vectors) {
  const auto counts = find_any(estimator, {"_n_support", "n_support_"});
  if (!counts) return estimator.fail("no counts of support vectors", "_n_support");
  Result<std::vector<std::int64_t>> sizes = counts->integers();
  if (!sizes) return sizes;
  std::size_t rest = vectors;
  for (const std::int64_t size : *sizes) {
    if (size < 0 || static_cast<std::size_t>(size) > rest) {
      return counts->fail(text::message("{} vectors of a class", size),
                          text::message("{} of all classes", vectors));
    }
    rest -= static_cast<std::size_t>(size);
  }
  if (sizes->size() == classes && rest == 0) return sizes;
  return counts->fail(text::message("{} classes", sizes->size()),
                      text::message("{} vectors of {} classes", vectors, classes));
}

/// Which pair a vector of class `own` counts for by its row of weights: rows are the other classes.
std::uint32_t pair_place(std::size_t own, std::size_t row, std::size_t classes) noexcept {
  const std::size_t other = row >= own ? row + 1 : row;
  const std::size_t i = std::min(own, other);
  const std::size_t j = std::max(own, other);
  return static_cast<std::uint32_t>(i * (2 * classes - i - 1) / 2 + (j - i - 1));
}

Result<SupportSums> read_pair_sums(const PickleView& estimator, std::size_t classes,
                                   Sketch& sketch) {
  Result<Duals> duals = read_duals(estimator, sketch);
  if (!duals) return duals.error();
  const std::size_t terms = classes - 1;
  if (duals->weights.rows != terms) {
    return estimator.fail(text::message("{} rows of weights", duals->weights.rows),
                          text::message("{} for {} classes", terms, classes));
  }
  const std::size_t vectors = duals->vectors.rows;
  const Result<std::vector<std::int64_t>> sizes = read_class_sizes(estimator, classes, vectors);
  if (!sizes) return sizes.error();
  Result<std::vector<double>> start = read_intercepts(estimator, classes * terms / 2);
  if (!start) return start.error();
  SupportSums sums{std::move(duals->vectors), {}, {}, std::move(*start)};
  std::size_t vector = 0;
  for (std::size_t own = 0; own < classes; ++own) {
    for (std::int64_t i = 0; i < (*sizes)[own]; ++i, ++vector) {
      for (std::size_t row = 0; row < terms; ++row) {
        sums.weights.push_back(duals->weights.cells[row * vectors + vector]);
        sums.places.push_back(pair_place(own, row, classes));
      }
    }
  }
  return sums;
}

/// The classes and their pairs' margins.
struct PairMargins {
  std::uint32_t classes;
  std::uint32_t pairs;
  spi::ValueId value;
};

/// Platt's sigmoid for each pair, where it was fitted.
Status add_coupled(const PickleView& estimator, const PairMargins& margins, Sketch& sketch,
                   Answers& answers) {
  const auto slope = find_any(estimator, {"_probA", "probA_"});
  const auto offset = find_any(estimator, {"_probB", "probB_"});
  if (!flag_or(estimator, "probability", false) || !slope || !offset) return {};
  Result<std::vector<double>> slopes = read_vector(*slope, margins.pairs);
  if (!slopes) return slopes.error();
  Result<std::vector<double>> offsets = read_vector(*offset, margins.pairs);
  if (!offsets) return offsets.error();
  spi::Operator op{"class_pair_coupling", {}, {}};
  op.constants.push_back(make_constant("slope", std::move(*slopes)));
  op.constants.push_back(make_constant("offset", std::move(*offsets)));
  const spi::ValueId inputs[] = {margins.value};
  add_shares(answers, sketch.add_operator(std::move(op), inputs, margins.classes), margins.classes,
             sketch);
  return {};
}

Result<Answers> bind_svc(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  Result<std::vector<Value>> labels = read_labels(*classes);
  if (!labels) return labels.error();
  const std::size_t count = labels->size();
  if (count < 2 || count > kSvmClassLimit) {
    return classes->refuse(text::message("{} classes", count),
                           text::message("2 to {}", kSvmClassLimit));
  }
  Result<SupportSums> sums = read_pair_sums(estimator, count, sketch);
  if (!sums) return sums.error();
  const auto width = static_cast<std::uint32_t>(count);
  const std::uint32_t pairs = width * (width - 1) / 2;
  const Result<spi::ValueId> value = add_sums(estimator, std::move(*sums), rows, sketch);
  if (!value) return value.error();
  const bool has_scores = width > 2 && has_text(estimator, "decision_function_shape", "ovr");
  spi::ValueId decision = *value;
  if (width == 2) decision = add_function(sketch, "negate", *value, 1);
  if (has_scores) decision = add_function(sketch, "class_pair_scores", *value, width);
  const bool is_by_score = has_scores && flag_or(estimator, "break_ties", false);
  const spi::ValueId votes =
      is_by_score ? decision : add_function(sketch, "class_pair_votes", *value, width);
  Answers answers;
  answers.methods.push_back(label_answer(add_first_greatest(sketch, votes), std::move(*labels)));
  constexpr Version kByTheWholeBatch = 20;  // its scores depended on the other rows of a request
  if (!has_scores || version_of(estimator) != kByTheWholeBatch) {
    answers.methods.push_back(
        {.method = "decision_function", .value = decision, .is_scalar = width == 2});
  }
  TRIVET_TRY(add_coupled(estimator, {width, pairs, *value}, sketch, answers));
  return answers;
}

constexpr EstimatorRow kSupportVectorMachines[] = {
    {"sklearn.svm._classes", "SVC", bind_svc},
    {"sklearn.svm.classes", "SVC", bind_svc},
    {"sklearn.svm._classes", "NuSVC", bind_svc},
    {"sklearn.svm.classes", "NuSVC", bind_svc},
    {"sklearn.svm._classes", "SVR", bind_svr},
    {"sklearn.svm.classes", "SVR", bind_svr},
    {"sklearn.svm._classes", "NuSVR", bind_svr},
    {"sklearn.svm.classes", "NuSVR", bind_svr},
    {"sklearn.svm._classes", "OneClassSVM", bind_one_class},
    {"sklearn.svm.classes", "OneClassSVM", bind_one_class},
};

}  // namespace

std::span<const EstimatorRow> support_vector_machines() noexcept { return kSupportVectorMachines; }

}  // namespace trivet::sklearn
