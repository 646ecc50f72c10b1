// SPDX-License-Identifier: Apache-2.0
// Names and places of what a file says.
#include "format/lightgbm/model.hpp"

#include <utility>

#include "text/message.hpp"

namespace trivet::lightgbm {

std::string_view encoding_name(Encoding encoding) noexcept {
  return encoding == Encoding::text ? "lightgbm-text" : "lightgbm-json";
}

Model::Model(bool keep_gains)
    : trees(spi::FloatWidth::f64, 1,
            keep_gains ? spi::TrainingFacts::cover_and_gain : spi::TrainingFacts::cover),
      keeps_gains(keep_gains) {}

std::string Model::place(std::string_view field) const {
  if (encoding == Encoding::json) return std::string("/").append(field);
  const auto line = header_lines.find(field);
  if (line == header_lines.end()) return text::message("header, {}", field);
  return text::message("line {}, {}", line->second, field);
}

Error Model::fail(std::string_view field, std::string found, std::string expected) const {
  return {Errc::invalid_model, place(field), std::move(found), std::move(expected)};
}

std::int64_t Model::output_count() const noexcept { return trees_per_round.value_or(*class_count); }

}  // namespace trivet::lightgbm
