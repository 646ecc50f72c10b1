// SPDX-License-Identifier: Apache-2.0
// Spells names, kinds and categories of columns.
#include "format/lightgbm/write_columns.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

#include "format/lightgbm/write_trees.hpp"
#include "text/message.hpp"
#include "trivet/value.hpp"

namespace trivet::lightgbm {
namespace {

/// What a forest says about one feature.
struct FeatureUse {
  bool is_cut = false;
  double least = 0;  ///< of the cuts
  double most = 0;
  std::vector<std::uint32_t> words;  ///< the union of the category sets
};

void add_cut(FeatureUse& use, double cut) {
  if (!std::isfinite(cut)) return;
  use.least = use.is_cut ? std::min(use.least, cut) : cut;
  use.most = use.is_cut ? std::max(use.most, cut) : cut;
  use.is_cut = true;
}

void add_set(FeatureUse& use, const spi::CategorySets& sets, std::size_t set) {
  const std::size_t begin = sets.offset[set];
  const std::size_t count = sets.offset[set + 1] - begin;
  if (use.words.size() < count) use.words.resize(count);
  for (std::size_t w = 0; w < count; ++w) use.words[w] |= sets.words[begin + w];
}

std::vector<FeatureUse> uses_of_features(const spi::TreeEnsemble& forest, std::size_t columns) {
  std::vector<FeatureUse> uses(columns);
  for (std::size_t i = 0; i < forest.split_count(); ++i) {
    FeatureUse& use = uses[forest.feature[i]];
    if (forest.flags[i].categorical()) {
      add_set(use, forest.categories, static_cast<std::size_t>(forest.cut[i]));
    } else {
      add_cut(use, forest.cut[i]);
    }
  }
  return uses;
}

std::string range_word(const FeatureUse& use) {
  if (!use.is_cut) return "none";
  std::string word = "[";
  append_double(word, use.least);
  word += ':';
  append_double(word, use.most);
  return word + "]";
}

void add_code(std::string& word, std::size_t code) {
  if (!word.empty()) word += ':';
  append_whole(word, code);
}

std::string code_word(const std::vector<std::uint32_t>& words) {
  std::string word;
  for (std::size_t w = 0; w < words.size(); ++w) {
    for (std::uint32_t bits = words[w]; bits != 0; bits &= bits - 1) {
      add_code(word, w * 32 + static_cast<std::size_t>(std::countr_zero(bits)));
    }
  }
  return word.empty() ? "none" : word;
}

bool is_json_number(std::string_view text) noexcept {
  const char* const end = text.data() + text.size();
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  constexpr std::string_view kDigits = "-0123456789";
  return error == std::errc() && stop == end && std::isfinite(number) &&
         kDigits.find(text.front()) != std::string_view::npos && text.find('.') != text.size() - 1;
}

bool is_flag(std::string_view text) noexcept { return text == "true" || text == "false"; }

bool has_categories(const Column& column) noexcept { return !column.categories.empty(); }

}  // namespace

Result<std::vector<std::string>> feature_words(const std::vector<Column>& columns) {
  if (columns.empty()) {
    return Error(Errc::unsupported_model, "columns", "none", "at least one");
  }
  const bool has_names = std::any_of(columns.begin(), columns.end(),
                                     [](const Column& column) { return !column.name.empty(); });
  std::vector<std::string> words;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string& name = columns[i].name;
    if (!has_names) {
      words.push_back(text::message("Column_{}", i));
      continue;
    }
    if (name.empty() || name.find_first_of(" \n\r") != std::string::npos) {
      return Error(Errc::unsupported_model, text::message("column {}", i),
                   text::message("the name {}", text::quoted(name)),
                   "a name without blanks and line breaks, which part the names in a model text");
    }
    words.push_back(name);
  }
  return words;
}

std::vector<std::string> describe_features(const std::vector<Column>& columns,
                                           const spi::TreeEnsemble& forest) {
  const bool has_texts = std::any_of(columns.begin(), columns.end(), has_categories);
  const std::vector<FeatureUse> uses = uses_of_features(forest, columns.size());
  std::vector<std::string> words;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (has_categories(columns[i])) {
      std::string& word = words.emplace_back();
      for (std::size_t code = 0; code < columns[i].categories.size(); ++code) add_code(word, code);
    } else if (!uses[i].words.empty() && !has_texts) {
      words.push_back(code_word(uses[i].words));
    } else {
      words.push_back(range_word(uses[i]));
    }
  }
  return words;
}

std::string describe_categories(const std::vector<Column>& columns) {
  std::string text;
  for (const Column& column : columns) {
    if (!has_categories(column)) continue;
    const std::vector<std::string>& texts = column.categories;
    const bool is_bare =
        !column.accepts_codes && (std::all_of(texts.begin(), texts.end(), is_json_number) ||
                                  std::all_of(texts.begin(), texts.end(), is_flag));
    text += text.empty() ? "[[" : ", [";
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i > 0) text += ", ";
      text += is_bare ? texts[i] : Value(texts[i]).to_json();
    }
    text += ']';
  }
  return text.empty() ? "null" : text + "]";
}

}  // namespace trivet::lightgbm
