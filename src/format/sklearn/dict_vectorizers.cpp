// SPDX-License-Identifier: Apache-2.0
// Vectorizers of objects: DictVectorizer, FeatureHasher.
#include <string_view>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/sketch.hpp"
#include "format/sklearn/vocabulary.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// A member has more bytes than one.
constexpr std::uint32_t kMembersPerByte = 1;

Result<Answers> add_members(spi::Operator op, std::uint32_t width, std::string_view separator,
                            const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<spi::ValueId> members = sketch.take_members(rows, separator, estimator);
  if (!members) return members.error();
  const spi::ValueId inputs[] = {*members};
  return Answers{.methods = {},
                 .transform = sketch.add_sparse(std::move(op), inputs, width, kMembersPerByte)};
}

Result<Answers> bind_dict_vectorizer(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  spi::Operator op{"count_members", {}, {}};
  const Result<std::uint32_t> width = read_vocabulary(estimator, op);
  if (!width) return width.error();
  const Result<PickleView> view = estimator.attribute("separator");
  if (!view) return view.error();
  const Result<std::string_view> separator = view->text();
  if (!separator) return separator.error();
  return add_members(std::move(op), *width, *separator, estimator, rows, sketch);
}

Result<Answers> bind_feature_hasher(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const auto kind = estimator.find("input_type");
  if (kind && !has_text(estimator, "input_type", "dict")) {
    return kind->refuse("a FeatureHasher of pairs or lists of names", "input_type 'dict'");
  }
  if (flag_or(estimator, "non_negative", false)) {
    return estimator.refuse("non_negative=True", "alternate_sign=False, which replaced it in 0.19");
  }
  spi::Operator op{"hash_members", {}, {}};
  op.attributes.emplace_back("signed", flag_or(estimator, "alternate_sign", true) ? 1.0 : 0.0);
  const Result<std::uint32_t> width = read_hashed_width(estimator);
  if (!width) return width.error();
  return add_members(std::move(op), *width, "=", estimator, rows, sketch);
}

constexpr EstimatorRow kDictVectorizers[] = {
    {"sklearn.feature_extraction._dict_vectorizer", "DictVectorizer", bind_dict_vectorizer, true},
    {"sklearn.feature_extraction.dict_vectorizer", "DictVectorizer", bind_dict_vectorizer, true},
    {"sklearn.feature_extraction._hash", "FeatureHasher", bind_feature_hasher, true},
    {"sklearn.feature_extraction.hashing", "FeatureHasher", bind_feature_hasher, true},
};

}  // namespace

std::span<const EstimatorRow> dict_vectorizers() noexcept { return kDictVectorizers; }

}  // namespace trivet::sklearn
