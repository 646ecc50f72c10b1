// SPDX-License-Identifier: Apache-2.0
// Finding the format from the content.
#include "core/find_format.hpp"

#include <array>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::core {
namespace {

using spi::Confidence;

// The names that the service's prebuilt containers look for, in their order.
constexpr std::array<std::string_view, 3> kServedNames{"model.bst", "model.joblib", "model.pkl"};

struct Candidate {
  FoundFormat found;
  Confidence confidence = Confidence::none;
};

std::size_t rank_of_name(std::string_view name) noexcept {
  std::size_t rank = 0;
  while (rank < kServedNames.size() && kServedNames[rank] != name) ++rank;
  return rank;
}

std::string format_names(const spi::Registry& registry) {
  std::string names;
  for (const auto& format : registry.formats()) {
    if (format->only_refuses()) continue;
    if (!names.empty()) names += ", ";
    names += format->name();
  }
  return names.empty() ? "none, the registry is empty" : names;
}

Status check_forced(const spi::Registry& registry, const std::string& forced) {
  if (forced.empty()) return {};
  for (const auto& format : registry.formats()) {
    if (format->name() == forced) return {};
  }
  return Error(Errc::invalid_argument, "format", text::quoted(forced),
               text::message("one of {}", format_names(registry)));
}

/// The candidates with the greatest confidence.
Result<std::vector<Candidate>> surest(const Artifact& artifact, const spi::Registry& registry,
                                      const std::string& forced) {
  std::vector<Candidate> best;
  for (std::size_t file = 0; file < artifact.file_names().size(); ++file) {
    if (artifact.file_names()[file] == "trivet.json") continue;
    const auto size = artifact.file_size(file);
    if (!size) return size.error();
    const auto head = artifact.head(file, spi::kProbeBytes);
    if (!head) return head.error();
    for (const auto& format : registry.formats()) {
      if (!forced.empty() && format->name() != forced) continue;
      const Confidence confidence = format->probe(*head, *size);
      if (confidence == Confidence::none) continue;
      if (!best.empty() && confidence < best.front().confidence) continue;
      if (!best.empty() && confidence > best.front().confidence) best.clear();
      best.push_back({{format.get(), file}, confidence});
    }
  }
  return best;
}

/// The format that is certain about the folder as a whole, if there is one.
const spi::Format* find_folder_format(const Artifact& artifact, const spi::Registry& registry,
                                      const std::string& forced) {
  if (!artifact.is_folder()) return nullptr;
  for (const auto& format : registry.formats()) {
    if (!forced.empty() && format->name() != forced) continue;
    if (format->probe_names(artifact.file_names()) == Confidence::certain) return format.get();
  }
  return nullptr;
}

/// The folders inside an artefact, by their paths.
std::set<std::string_view> folders_inside(std::span<const std::string> names) {
  std::set<std::string_view> folders;
  for (const std::string_view name : names) {
    for (std::size_t at = name.find('/'); at != name.npos; at = name.find('/', at + 1)) {
      folders.insert(name.substr(0, at));
    }
  }
  return folders;
}

/// Refuses an artefact with a model further down that only its whole folder is: the booster inside
/// would load on its own, and answer without what stands around it.
Status check_inner_folders(const Artifact& artifact, const spi::Registry& registry,
                           const std::string& forced) {
  constexpr std::size_t kMostFolders = 256;
  const std::set<std::string_view> folders = folders_inside(artifact.file_names());
  if (folders.size() > kMostFolders) return {};
  for (const std::string_view folder : folders) {
    std::vector<std::string> inside;
    for (const std::string_view name : artifact.file_names()) {
      const bool is_inside = name.size() > folder.size() &&
                             name.substr(0, folder.size()) == folder && name[folder.size()] == '/';
      if (is_inside) inside.emplace_back(name.substr(folder.size() + 1));
    }
    for (const auto& format : registry.formats()) {
      if (!forced.empty() && format->name() != forced) continue;
      if (format->probe_names(inside) != Confidence::certain) continue;
      return Error(
          Errc::invalid_argument, std::string(artifact.path()),
          text::message("a {} model further down, in {}", format->name(), text::quoted(folder)),
          "the path of that folder");
    }
  }
  return {};
}

Error nothing_found(const Artifact& artifact, const spi::Registry& registry) {
  const auto names = artifact.file_names();
  std::string expected =
      text::message("a model of one of these formats: {}", format_names(registry));
  if (names.empty()) {
    return {Errc::not_found, std::string(artifact.path()), "an empty folder", std::move(expected)};
  }
  if (artifact.is_folder()) {
    return {Errc::unsupported_model, std::string(artifact.path()),
            names.size() == 1
                ? text::message("one file, {}, which is no model that is known here",
                                text::quoted(names[0]))
                : text::message("{} files, none of them a model that is known here", names.size()),
            std::move(expected)};
  }
  const auto head = artifact.head(0, 16);
  const std::string found =
      !head || head->empty() ? std::string("an empty file")
                             : text::message("a file that begins with {}", text::quoted(*head, 16));
  return {head && head->empty() ? Errc::invalid_model : Errc::unsupported_model, names[0], found,
          std::move(expected)};
}

}  // namespace

Result<FoundFormat> find_format(const Artifact& artifact, const spi::Registry& registry,
                                const std::string& forced) {
  TRIVET_TRY(check_forced(registry, forced));
  if (!forced.empty() && !artifact.is_folder()) {
    for (const auto& format : registry.formats()) {
      if (format->name() == forced) return FoundFormat{format.get(), 0};
    }
  }
  if (const spi::Format* format = find_folder_format(artifact, registry, forced)) {
    return FoundFormat{format, spi::kWholeFolder};
  }
  TRIVET_TRY(check_inner_folders(artifact, registry, forced));
  const auto candidates = surest(artifact, registry, forced);
  if (!candidates) return candidates.error();
  const Candidate* chosen = nullptr;
  const Candidate* rival = nullptr;
  for (const Candidate& candidate : *candidates) {
    const auto rank = [&](const Candidate& c) {
      return rank_of_name(artifact.file_names()[c.found.file]);
    };
    if (chosen == nullptr || rank(candidate) < rank(*chosen)) {
      chosen = &candidate;
      rival = nullptr;
    } else if (rank(candidate) == rank(*chosen)) {
      rival = &candidate;
    }
  }
  if (chosen == nullptr) return nothing_found(artifact, registry);
  if (rival != nullptr && rival->found.file != chosen->found.file) {
    return Error(Errc::invalid_argument, std::string(artifact.path()),
                 text::message("more than one model: {} and {}",
                               text::quoted(artifact.file_names()[chosen->found.file]),
                               text::quoted(artifact.file_names()[rival->found.file])),
                 "one model in the folder, or the path of one of them");
  }
  return chosen->found;
}

}  // namespace trivet::core
