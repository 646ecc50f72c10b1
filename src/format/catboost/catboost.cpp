// SPDX-License-Identifier: Apache-2.0
// Tells the encodings of a model apart and reads them.
#include "format/catboost/catboost.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "base/try.hpp"
#include "format/catboost/cbm_reader.hpp"
#include "format/catboost/document_reader.hpp"
#include "format/catboost/to_graph.hpp"
#include "json/document.hpp"

namespace trivet::catboost {
namespace {

using spi::Confidence;

bool has_mark(std::string_view head, std::string_view mark) noexcept {
  return head.find(mark) != std::string_view::npos;
}

/// Members of a JSON model come in alphabetical order, so a table of counts may fill the head.
Confidence look_at_document(std::string_view head) noexcept {
  constexpr std::array<std::string_view, 6> kOwnWords{
      "\"features_info\"",       "\"oblivious_trees\"",   "\"catboost_version_info\"",
      "\"combination_element\"", "combination_element\\", "\"float_feature_index\""};
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (head.starts_with(kByteOrderMark)) head.remove_prefix(kByteOrderMark.size());
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || head[first] != '{') return Confidence::none;
  std::size_t found = 0;
  for (const std::string_view word : kOwnWords) found += has_mark(head, word) ? 1 : 0;
  if (has_mark(head, kOwnWords[0]) || found > 1) return Confidence::certain;
  return found == 1 ? Confidence::likely : Confidence::none;
}

class CatboostFormat final : public spi::Format {
 public:
  std::string_view name() const noexcept override { return "catboost"; }

  Confidence probe(std::string_view head, std::uint64_t /*file_size*/) const noexcept override {
    if (head.starts_with(kCbmMagic)) return Confidence::certain;
    return look_at_document(head.substr(0, spi::kProbeBytes));
  }

  Result<spi::Graph> read(const Artifact& artifact, std::size_t file,
                          const spi::ReadOptions& /*options*/) const override {
    const Result<std::span<const std::byte>> bytes = artifact.read(file);
    if (!bytes) return bytes.error();
    const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    Model model;
    model.file_bytes = bytes->size();
    if (text.starts_with(kCbmMagic)) {
      TRIVET_TRY(read_cbm(*bytes, model));
    } else {
      const auto cursor = json::open_document(*bytes);
      if (!cursor) return cursor.error();
      TRIVET_TRY(read_document(**cursor, model));
    }
    return to_graph(std::move(model));
  }
};

}  // namespace

std::unique_ptr<spi::Format> make_catboost_format() { return std::make_unique<CatboostFormat>(); }

}  // namespace trivet::catboost
