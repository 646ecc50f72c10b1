// SPDX-License-Identifier: Apache-2.0
// One column after the other: its form, its cells, its step.
#include "format/bqml/encoder.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::bqml {
namespace {

struct EncodingName {
  std::string_view name;
  Encoding encoding;
  std::string_view file;
};

// `ohe` and `mhe` are how older exports named two of them.
constexpr std::array<EncodingName, 9> kEncodingNames{{
    {"categorical_one_hot", Encoding::categorical_one_hot, "categorical_one_hot"},
    {"categorical_target", Encoding::categorical_target, "categorical_target"},
    {"categorical_label", Encoding::categorical_label, "categorical_label"},
    {"ohe", Encoding::categorical_label, "categorical_label"},
    {"array_one_hot", Encoding::array_one_hot, "array_one_hot"},
    {"mhe", Encoding::array_one_hot, "array_one_hot"},
    {"array_target", Encoding::array_target, "array_target"},
    {"array_struct", Encoding::array_struct, "array_struct_dimension"},
    {"array_numerical", Encoding::array_numerical, "array_numerical_length"},
}};

/// A declared encoding needs its file, unless the feature is a number with a mean, which null and
/// NaN are not.
Status check_declared(const Feature& feature, std::size_t position,
                      const ColumnVocabularies& vocabularies) {
  const std::string& type = feature.encode_type;
  const bool is_number = feature.mean && std::isfinite(*feature.mean);
  if (is_number || type.empty() || type == "numerical_identity") return {};
  for (const EncodingName& known : kEncodingNames) {
    if (known.name != type) continue;
    if (vocabularies.contains(known.encoding)) return {};
    return Error(Errc::invalid_model, std::string(kMetadataFile),
                 text::message("the encode_type {} of {} without its vocabulary",
                               text::quoted(type), text::quoted(feature.name)),
                 text::message("assets/{}_{}.txt", position, known.file));
  }
  return Error(
      Errc::unsupported_model, std::string(kMetadataFile),
      text::message("the encode_type {} of {}", text::quoted(type), text::quoted(feature.name)),
      "an encoding of BigQuery ML's boosted trees");
}

/// Features that a vocabulary makes.
std::size_t width_of(Encoding encoding, const Vocabulary& vocabulary) noexcept {
  switch (encoding) {
    case Encoding::categorical_one_hot:
    case Encoding::array_one_hot: return vocabulary.categories.size();
    case Encoding::categorical_label: return 1;
    case Encoding::categorical_target:
    case Encoding::array_target:
    case Encoding::array_struct:
    case Encoding::array_numerical: break;
  }
  return vocabulary.width;
}

Value number_value(std::size_t number) { return Value(static_cast<std::int64_t>(number)); }

}  // namespace

void Encoder::push_column(Column column) {
  cell_count_ += column.cells;
  columns_.push_back(std::move(column));
}

/// For the column that comes next. Cells that are copied side by side are one step.
void Encoder::add_step(std::string_view kind, std::size_t width, std::size_t categories) {
  feature_columns_.insert(feature_columns_.end(), width,
                          static_cast<std::uint32_t>(columns_.size()));
  if (kind == "copy" && !kinds_.empty() && kinds_.back() == Value("copy")) {
    const auto before = static_cast<std::size_t>(widths_.back().as_number());
    const auto first = static_cast<std::size_t>(cells_.back().as_number());
    if (first + before == cell_count_) {
      widths_.back() = number_value(before + width);
      return;
    }
  }
  kinds_.emplace_back(kind);
  cells_.push_back(number_value(cell_count_));
  widths_.push_back(number_value(width));
  categories_.push_back(number_value(categories));
}

void Encoder::add_number(const Feature& feature) {
  add_step("copy", 1, 0);
  // Exports that name no mean were made before there was one, and then "" counted as 0.
  push_column(
      {.name = feature.name, .coercion = Coercion::python, .empty_text = feature.mean.value_or(0)});
}

void Encoder::add_category(const Feature& feature, Encoding encoding, Vocabulary& vocabulary) {
  const std::size_t width = width_of(encoding, vocabulary);
  if (encoding == Encoding::categorical_one_hot) {
    add_step("one_hot", width, 0);
  } else if (encoding == Encoding::categorical_label) {
    add_step("copy", 1, 0);
  } else {
    add_step("row", width, vocabulary.categories.size());
    for (const double target : vocabulary.targets) {
      const bool is_missing = width > 1 && target == 0;
      tables_.push_back(is_missing ? std::numeric_limits<double>::quiet_NaN() : target);
    }
  }
  push_column({.name = feature.name,
               .type = ColumnType::category,
               .categories = std::move(vocabulary.categories),
               .unknown_category = UnknownCategory::missing,
               .coercion = Coercion::python});
}

void Encoder::add_bag(const Feature& feature, Encoding encoding, Vocabulary& vocabulary) {
  const std::size_t categories = vocabulary.categories.size();
  if (encoding == Encoding::array_one_hot) {
    add_step("present", categories, 0);
  } else {
    add_step("mean", vocabulary.width, categories);
    tables_.insert(tables_.end(), vocabulary.targets.begin(), vocabulary.targets.end());
  }
  push_column({.name = feature.name,
               .type = ColumnType::category,
               .categories = std::move(vocabulary.categories),
               .unknown_category = UnknownCategory::missing,
               .accepts_missing = false,
               .form = ColumnForm::bag,
               .cells = static_cast<std::uint32_t>(categories + 1),
               .coercion = Coercion::python});
}

void Encoder::add_list(const Feature& feature, Encoding encoding, const Vocabulary& vocabulary) {
  add_step("copy", vocabulary.width, 0);
  push_column({.name = feature.name,
               .accepts_missing = false,
               .form = encoding == Encoding::array_struct ? ColumnForm::pairs : ColumnForm::list,
               .cells = static_cast<std::uint32_t>(vocabulary.width),
               .coercion = Coercion::python});
}

void Encoder::add_encoded(const Feature& feature, Encoding encoding, Vocabulary& vocabulary) {
  switch (encoding) {
    case Encoding::categorical_one_hot:
    case Encoding::categorical_target:
    case Encoding::categorical_label: add_category(feature, encoding, vocabulary); break;
    case Encoding::array_one_hot:
    case Encoding::array_target: add_bag(feature, encoding, vocabulary); break;
    case Encoding::array_struct:
    case Encoding::array_numerical: add_list(feature, encoding, vocabulary); break;
  }
}

Status Encoder::add_column(const Feature& feature, std::size_t position,
                           ColumnVocabularies vocabularies) {
  TRIVET_TRY(check_declared(feature, position, vocabularies));
  const auto first = vocabularies.begin();
  const bool is_number = first == vocabularies.end();
  const std::size_t width = is_number ? 1 : width_of(first->first, first->second);
  if (width > feature_limit_ - feature_count()) {
    return Error(Errc::invalid_model, std::string(kMetadataFile),
                 text::message("{} encoded features up to the column {}", feature_count() + width,
                               text::quoted(feature.name)),
                 text::message("{} or fewer, as model.bst has", feature_limit_));
  }
  if (is_number) add_number(feature);
  else add_encoded(feature, first->first, first->second);
  return {};
}

std::vector<std::uint32_t> Encoder::take_feature_columns(std::size_t width) {
  feature_columns_.resize(width, spi::kNoColumn);
  return std::move(feature_columns_);
}

spi::Operator Encoder::take_operator() {
  spi::Operator op{"encode_features", {}, {}};
  op.attributes.emplace_back("kinds", Value(std::move(kinds_)));
  op.attributes.emplace_back("cells", Value(std::move(cells_)));
  op.attributes.emplace_back("widths", Value(std::move(widths_)));
  op.attributes.emplace_back("categories", Value(std::move(categories_)));
  op.constants.push_back(spi::make_constant("tables", std::move(tables_)));
  return op;
}

}  // namespace trivet::bqml
