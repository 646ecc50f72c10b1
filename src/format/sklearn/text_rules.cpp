// SPDX-License-Identifier: Apache-2.0
// How a vectorizer takes texts apart.
#include "format/sklearn/text_rules.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/english_stop_words.hpp"
#include "text/message.hpp"
#include "text/terms.hpp"

namespace trivet::sklearn {
namespace {

using artifact::PickleKind;

/// One of some words, or None, which reads as empty.
Result<std::string_view> read_choice(const PickleView& view,
                                     std::initializer_list<std::string_view> known,
                                     std::string_view expected) {
  if (view.is_none()) return std::string_view();
  const Result<std::string_view> word = view.text();
  if (!word) return view.refuse(view.description(), std::string(expected));
  for (const std::string_view each : known) {
    if (*word == each) return *word;
  }
  return view.refuse(text::quoted(*word), std::string(expected));
}

/// Functions of the user's own are not in the file.
Status refuse_functions(const PickleView& vectorizer) {
  for (const std::string_view name : {"tokenizer", "preprocessor"}) {
    const auto function = vectorizer.find(name);
    if (!function || function->is_none()) continue;
    return function->refuse(
        text::message("{}, code that is not in the file", function->description()),
        "None: a vectorizer that scikit-learn's own rules are enough for");
  }
  const auto input = vectorizer.find("input");
  if (!input || input->is_none()) return {};
  const Result<std::string_view> kind =
      read_choice(*input, {"content"}, "'content': the instances are the texts themselves");
  if (!kind) return kind.error();
  return {};
}

Result<text::TermUnit> read_unit(const PickleView& vectorizer) {
  const auto analyzer = vectorizer.find("analyzer");
  if (!analyzer) return text::TermUnit::words;
  const Result<std::string_view> word =
      read_choice(*analyzer, {"word", "char", "char_wb"}, "'word', 'char' or 'char_wb'");
  if (!word) return word.error();
  if (*word == "char") return text::TermUnit::characters;
  return *word == "char_wb" ? text::TermUnit::characters_in_words : text::TermUnit::words;
}

Result<base::Folding> read_folding(const PickleView& vectorizer) {
  base::Folding folding{.lowers = flag_or(vectorizer, "lowercase", true)};
  const auto accents = vectorizer.find("strip_accents");
  if (!accents) return folding;
  const Result<std::string_view> word =
      read_choice(*accents, {"ascii", "unicode"}, "'ascii', 'unicode' or None");
  if (!word) return word.error();
  constexpr Version kStripsDecomposed = 22;
  const Version version = version_of(vectorizer);
  if (*word == "ascii") folding.accents = base::Accents::ascii_only;
  if (*word == "unicode") {
    folding.accents = version != 0 && version < kStripsDecomposed ? base::Accents::stripped_if_any
                                                                  : base::Accents::stripped;
  }
  return folding;
}

Status read_lengths(const PickleView& vectorizer, text::TermRules& rules) {
  const auto range = vectorizer.find("ngram_range");
  if (!range) return {};
  const Result<std::vector<std::int64_t>> lengths = range->integers();
  if (!lengths) return lengths.error();
  if (lengths->size() != 2) return range->fail(range->description(), "two lengths");
  const std::int64_t least = (*lengths)[0];
  const std::int64_t most = (*lengths)[1];
  constexpr std::int64_t kMost = 32;
  if (least < 1 || most < least || most > kMost) {
    return range->refuse(text::message("sequences of {} to {}", least, most),
                         text::message("lengths from 1 to {}, the smaller one first", kMost));
  }
  rules.least = static_cast<std::uint32_t>(least);
  rules.most = static_cast<std::uint32_t>(most);
  return {};
}

/// A list, a set in any spelling, or the name of scikit-learn's own.
Status read_stop_words(const PickleView& vectorizer, text::TermRules& rules) {
  const auto words = vectorizer.find("stop_words");
  if (!words || words->is_none()) return {};
  if (words->kind() == PickleKind::text) {
    const Result<std::string_view> name = read_choice(*words, {"english"}, "'english' or a list");
    if (!name) return name.error();
    for (const std::string_view word : english_stop_words()) rules.stop_words.emplace_back(word);
    return {};
  }
  if (words->array() != nullptr) {
    Result<std::vector<std::string>> texts = words->texts();
    if (!texts) return texts.error();
    rules.stop_words = std::move(*texts);
    return {};
  }
  for (std::size_t i = 0; i < words->size(); ++i) {
    const Result<std::string_view> word = words->item(i).text();
    if (!word) return word.error();
    rules.stop_words.emplace_back(*word);
  }
  if (words->size() == 0 && words->kind() == PickleKind::object) {
    return words->refuse(words->description(), "a list or set of words");
  }
  return {};
}

std::string_view unit_name(text::TermUnit unit) noexcept {
  switch (unit) {
    case text::TermUnit::words: return "words";
    case text::TermUnit::characters: return "characters";
    case text::TermUnit::characters_in_words: break;
  }
  return "characters_in_words";
}

std::string_view accents_name(base::Accents accents) noexcept {
  switch (accents) {
    case base::Accents::kept: return "kept";
    case base::Accents::stripped: return "stripped";
    case base::Accents::stripped_if_any: return "stripped_if_any";
    case base::Accents::ascii_only: break;
  }
  return "ascii_only";
}

void write_rules(const text::TermRules& rules, spi::Operator& op) {
  const auto put = [&](std::string_view name, Value value) {
    op.attributes.emplace_back(std::string(name), std::move(value));
  };
  put("unit", std::string(unit_name(rules.unit)));
  put("lowers", rules.folding.lowers ? 1.0 : 0.0);
  put("accents", std::string(accents_name(rules.folding.accents)));
  put("least", static_cast<double>(rules.least));
  put("most", static_cast<double>(rules.most));
  put("pattern", rules.pattern);
  Value::List words;
  for (const std::string& word : rules.stop_words) words.emplace_back(word);
  put("stop_words", std::move(words));
}

Result<text::TermRules> read_rules(const PickleView& vectorizer) {
  TRIVET_TRY(refuse_functions(vectorizer));
  text::TermRules rules;
  const Result<text::TermUnit> unit = read_unit(vectorizer);
  if (!unit) return unit.error();
  rules.unit = *unit;
  const Result<base::Folding> folding = read_folding(vectorizer);
  if (!folding) return folding.error();
  rules.folding = *folding;
  TRIVET_TRY(read_lengths(vectorizer, rules));
  if (rules.unit != text::TermUnit::words) return rules;
  const Result<PickleView> pattern = vectorizer.attribute("token_pattern");
  if (!pattern) return pattern.error();
  const Result<std::string_view> source = pattern->text();
  if (!source) return source.error();
  rules.pattern = *source;
  TRIVET_TRY(read_stop_words(vectorizer, rules));
  return rules;
}

}  // namespace

Result<std::uint32_t> read_text_rules(const PickleView& vectorizer, spi::Operator& op) {
  Result<text::TermRules> rules = read_rules(vectorizer);
  if (!rules) return rules.error();
  write_rules(*rules, op);
  const Result<text::TermReader> reader = text::TermReader::make(std::move(*rules));
  if (!reader) {
    const auto pattern = vectorizer.find("token_pattern");
    return reader.error().within(pattern ? pattern->path() : vectorizer.path());
  }
  return reader->terms_per_byte();
}

}  // namespace trivet::sklearn
