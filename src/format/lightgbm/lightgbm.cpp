// SPDX-License-Identifier: Apache-2.0
// Tells a model text from a JSON dump and reads it.
#include "format/lightgbm/lightgbm.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "format/lightgbm/document_reader.hpp"
#include "format/lightgbm/model.hpp"
#include "format/lightgbm/text_reader.hpp"
#include "format/lightgbm/to_graph.hpp"
#include "format/lightgbm/write_text.hpp"
#include "json/document.hpp"

namespace trivet::lightgbm {
namespace {

using spi::Confidence;

std::string_view without_byte_order_mark(std::string_view text) noexcept {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

bool looks_like_dump(std::string_view head) noexcept {
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && head[first] == '{';
}

/// The first line is the name of the kind of booster, which is `tree` for all of them.
Confidence probe_text(std::string_view head) noexcept {
  if (!head.starts_with("tree\n") && !head.starts_with("tree\r\n")) return Confidence::none;
  for (const std::string_view mark : {"\nversion=", "\nnum_class=", "\nmax_feature_idx="}) {
    if (head.find(mark) != std::string_view::npos) return Confidence::certain;
  }
  return Confidence::possible;
}

/// Names that only LightGBM's dump has. One may be somebody's column; two are no accident.
Confidence probe_dump(std::string_view head) noexcept {
  constexpr std::array<std::string_view, 5> kMarks{"\"num_tree_per_iteration\"",
                                                   "\"max_feature_idx\"", "\"average_output\"",
                                                   "\"feature_infos\"", "\"tree_structure\""};
  int found = 0;
  for (const std::string_view mark : kMarks) {
    found += head.find(mark) != std::string_view::npos ? 1 : 0;
  }
  if (found == 0) return Confidence::none;
  return found == 1 ? Confidence::possible : Confidence::certain;
}

class LightgbmFormat final : public spi::Format {
 public:
  std::string_view name() const noexcept override { return "lightgbm"; }

  Confidence probe(std::string_view head, std::uint64_t /*file_size*/) const noexcept override {
    head = without_byte_order_mark(head.substr(0, spi::kProbeBytes));
    return looks_like_dump(head) ? probe_dump(head) : probe_text(head);
  }

  Result<spi::Graph> read(const Artifact& artifact, std::size_t file,
                          const spi::ReadOptions& options) const override {
    const Result<std::span<const std::byte>> bytes = artifact.read(file);
    if (!bytes) return bytes.error();
    const std::string_view text =
        without_byte_order_mark({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    Model model(options.gains);
    if (looks_like_dump(text)) {
      model.encoding = Encoding::json;
      const Result<std::unique_ptr<base::DocumentCursor>> cursor = json::open_document(*bytes);
      if (!cursor) return cursor.error();
      TRIVET_TRY(read_document(**cursor, model));
    } else {
      TRIVET_TRY(read_text(text, model));
    }
    return to_graph(std::move(model));
  }

  std::vector<std::string_view> encodings() const override {
    return {encoding_name(Encoding::text)};
  }

  Result<std::string> write(const spi::Graph& graph, std::string_view encoding) const override {
    if (encoding == encoding_name(Encoding::text)) return write_text(graph);
    return Format::write(graph, encoding);
  }
};

}  // namespace

std::unique_ptr<spi::Format> make_lightgbm_format() { return std::make_unique<LightgbmFormat>(); }

}  // namespace trivet::lightgbm
