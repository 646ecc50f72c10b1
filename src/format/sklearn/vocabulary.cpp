// SPDX-License-Identifier: Apache-2.0
// Terms and the columns that they count in.
#include "format/sklearn/vocabulary.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include "format/sklearn/attributes.hpp"
#include "format/sklearn/sketch.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

constexpr std::size_t kMostTerms = std::size_t{1} << 20;  // of what rows may be wide

}  // namespace

Result<std::uint32_t> read_vocabulary(const PickleView& estimator, spi::Operator& op) {
  const Result<PickleView> terms = estimator.attribute("vocabulary_");
  if (!terms) return terms.error();
  const bool is_dict = terms->kind() == artifact::PickleKind::dict;
  const PickleView entries = is_dict || !terms->entries() ? *terms : *terms->entries();
  if (entries.kind() != artifact::PickleKind::dict || entries.size() == 0) {
    return terms->fail(terms->description(), "a dict of terms and their columns");
  }
  if (entries.size() > kMostTerms) {
    return terms->refuse(text::message("{} terms", entries.size()),
                         text::message("{} at most", kMostTerms));
  }
  std::vector<std::uint8_t> characters;
  std::vector<std::uint64_t> ends;
  std::vector<std::uint32_t> places;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Result<std::string_view> term = entries.key(i).text();
    if (!term) return term.error();
    const Result<std::int64_t> place = entries.value(i).integer();
    if (!place) return place.error();
    if (*place < 0 || *place >= static_cast<std::int64_t>(entries.size())) {
      return entries.value(i).fail(text::message("column {}", *place),
                                   text::message("one of {}", entries.size()));
    }
    characters.insert(characters.end(), term->begin(), term->end());
    ends.push_back(characters.size());
    places.push_back(static_cast<std::uint32_t>(*place));
  }
  op.constants.push_back(make_constant("characters", std::move(characters)));
  op.constants.push_back(make_constant("ends", std::move(ends)));
  op.constants.push_back(make_constant("places", std::move(places)));
  return static_cast<std::uint32_t>(entries.size());
}

Result<std::uint32_t> read_hashed_width(const PickleView& estimator) {
  const Result<PickleView> view = estimator.attribute("n_features");
  if (!view) return view.error();
  const Result<std::size_t> width = read_count(*view);
  if (!width) return width.error();
  if (*width == 0 || *width > kMostTerms) {
    return view->refuse(text::message("{} columns", *width), text::message("1 to {}", kMostTerms));
  }
  return static_cast<std::uint32_t>(*width);
}

}  // namespace trivet::sklearn
