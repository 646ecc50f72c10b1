// SPDX-License-Identifier: Apache-2.0
// Vectorizers of texts: CountVectorizer, TfidfVectorizer, HashingVectorizer; and TfidfTransformer.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/sparse_matrix.hpp"
#include "base/try.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/sketch.hpp"
#include "format/sklearn/text_rules.hpp"
#include "format/sklearn/vocabulary.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// Arithmetic in float32 has other digits.
Status check_dtype(const PickleView& estimator) {
  const auto dtype = estimator.find("dtype");
  const artifact::PickleName* const name = dtype ? dtype->name() : nullptr;
  const bool is_narrow = name != nullptr && (name->name == "float32" || name->name == "float16");
  if (!is_narrow) return {};
  return dtype->refuse(text::message("numbers of {}", name->name), "float64, the usual");
}

Result<std::string_view> read_term_norm(const PickleView& estimator) {
  const auto norm = estimator.find("norm");
  if (!norm || norm->is_none()) return std::string_view();
  const Result<std::string_view> word = norm->text();
  if (!word) return word.error();
  if (*word == "l1" || *word == "l2") return *word;
  return norm->refuse(text::quoted(*word), "'l1', 'l2' or None");
}

struct Weighing {
  bool is_binary = false;
  bool is_sublinear = false;
  bool is_descending = false;
  std::string_view norm = {};
  std::vector<double> factor = {};
};

Matrix add_weights(Weighing weighing, const Matrix& rows, Sketch& sketch) {
  const bool does_nothing = !weighing.is_binary && !weighing.is_sublinear &&
                            weighing.norm.empty() && weighing.factor.empty();
  if (does_nothing) return rows;
  spi::Operator op{"weigh_terms", {}, {}};
  const auto put = [&](std::string_view name, bool is_on) {
    op.attributes.emplace_back(std::string(name), is_on ? 1.0 : 0.0);
  };
  put("binary", weighing.is_binary);
  put("sublinear", weighing.is_sublinear);
  put("descending", weighing.is_descending);
  op.attributes.emplace_back("norm", std::string(weighing.norm));
  op.constants.push_back(make_constant("factor", std::move(weighing.factor)));
  const spi::ValueId inputs[] = {rows.value};
  return sketch.add_sparse(std::move(op), inputs, rows.width(),
                           sketch.value(rows.value).sparse_factor);
}

// --- tf-idf

/// The weights stand on the diagonal of a sparse matrix up to 1.4, in a vector since.
Status read_idf(const PickleView& estimator, std::size_t width, Weighing& weighing) {
  if (const auto vector = estimator.find("idf_")) {
    Result<std::vector<double>> factor = read_vector(*vector, width);
    if (!factor) return factor.error();
    weighing.factor = std::move(*factor);
    return {};
  }
  const Result<PickleView> diagonal = estimator.attribute("_idf_diag");
  if (!diagonal) return diagonal.error();
  const Result<artifact::SparseMatrix> matrix = artifact::read_sparse_matrix(*diagonal);
  if (!matrix) return matrix.error();
  if (matrix->row_count != width || matrix->column_count != width) {
    return diagonal->fail(text::message("{} × {} weights", matrix->row_count, matrix->column_count),
                          text::message("{} × {}, one a term", width, width));
  }
  weighing.factor.assign(width, 0);
  for (std::size_t line = 0; line < width; ++line) {
    for (std::int64_t i = matrix->starts[line]; i < matrix->starts[line + 1]; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (matrix->indices[at] != static_cast<std::int64_t>(line)) {
        return diagonal->fail("weights beside the diagonal", "a diagonal matrix");
      }
      weighing.factor[line] += matrix->values[at];
    }
  }
  // scipy's product of sparse matrices gives the columns of a row from the last one on.
  weighing.is_descending = true;
  return {};
}

Result<Matrix> add_tf_idf(const PickleView& transformer, const Matrix& rows, Sketch& sketch) {
  Weighing weighing;
  const Result<std::string_view> norm = read_term_norm(transformer);
  if (!norm) return norm.error();
  weighing.norm = *norm;
  weighing.is_sublinear = flag_or(transformer, "sublinear_tf", false);
  if (flag_or(transformer, "use_idf", true)) {
    TRIVET_TRY(read_idf(transformer, rows.width(), weighing));
  }
  return add_weights(std::move(weighing), rows, sketch);
}

// --- vectorizers

Result<Matrix> add_counts(const PickleView& vectorizer, Matrix& rows, Sketch& sketch) {
  spi::Operator op{"count_terms", {}, {}};
  const Result<std::uint32_t> factor = read_text_rules(vectorizer, op);
  if (!factor) return factor.error();
  const Result<std::uint32_t> width = read_vocabulary(vectorizer, op);
  if (!width) return width.error();
  const Result<spi::ValueId> document = sketch.take_document(rows, vectorizer);
  if (!document) return document.error();
  const spi::ValueId inputs[] = {*document};
  const Matrix counts = sketch.add_sparse(std::move(op), inputs, *width, *factor);
  return add_weights({.is_binary = flag_or(vectorizer, "binary", false)}, counts, sketch);
}

Result<Answers> bind_count(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Matrix> counts = add_counts(estimator, rows, sketch);
  if (!counts) return counts.error();
  return Answers{.methods = {}, .transform = std::move(*counts)};
}

Result<Answers> bind_tf_idf_vectorizer(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  TRIVET_TRY(check_dtype(estimator));
  const Result<PickleView> transformer = estimator.attribute("_tfidf");
  if (!transformer) return transformer.error();
  const Result<Matrix> counts = add_counts(estimator, rows, sketch);
  if (!counts) return counts.error();
  Result<Matrix> weighed = add_tf_idf(*transformer, *counts, sketch);
  if (!weighed) return weighed.error();
  return Answers{.methods = {}, .transform = std::move(*weighed)};
}

/// Counts of a vectorizer; of other rows, whatever is not 0.
Result<Answers> bind_tf_idf_transformer(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  TRIVET_TRY(check_dtype(estimator));
  if (!sketch.value(rows.value).is_sparse()) {
    return estimator.refuse("counts that no vectorizer makes", "one behind a CountVectorizer");
  }
  Result<Matrix> weighed = add_tf_idf(estimator, rows, sketch);
  if (!weighed) return weighed.error();
  return Answers{.methods = {}, .transform = std::move(*weighed)};
}

Result<Answers> bind_hashing(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  TRIVET_TRY(check_dtype(estimator));
  if (flag_or(estimator, "non_negative", false)) {
    return estimator.refuse("non_negative=True", "alternate_sign=False, which replaced it in 0.19");
  }
  spi::Operator op{"hash_terms", {}, {}};
  const Result<std::uint32_t> factor = read_text_rules(estimator, op);
  if (!factor) return factor.error();
  op.attributes.emplace_back("signed", flag_or(estimator, "alternate_sign", true) ? 1.0 : 0.0);
  const Result<std::uint32_t> width = read_hashed_width(estimator);
  if (!width) return width.error();
  const Result<std::string_view> norm = read_term_norm(estimator);
  if (!norm) return norm.error();
  const Result<spi::ValueId> document = sketch.take_document(rows, estimator);
  if (!document) return document.error();
  const spi::ValueId inputs[] = {*document};
  const Matrix counts = sketch.add_sparse(std::move(op), inputs, *width, *factor);
  Weighing weighing{.is_binary = flag_or(estimator, "binary", false), .norm = *norm};
  return Answers{.methods = {}, .transform = add_weights(std::move(weighing), counts, sketch)};
}

constexpr EstimatorRow kVectorizers[] = {
    {"sklearn.feature_extraction.text", "CountVectorizer", bind_count, true},
    {"sklearn.feature_extraction.text", "TfidfVectorizer", bind_tf_idf_vectorizer, true},
    {"sklearn.feature_extraction.text", "TfidfTransformer", bind_tf_idf_transformer, true},
    {"sklearn.feature_extraction.text", "HashingVectorizer", bind_hashing, true},
};

}  // namespace

std::span<const EstimatorRow> vectorizers() noexcept { return kVectorizers; }

}  // namespace trivet::sklearn
