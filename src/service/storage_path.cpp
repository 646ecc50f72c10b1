// SPDX-License-Identifier: Apache-2.0
// Names in buckets as files below the root.
#include "service/storage_path.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "text/message.hpp"

namespace trivet::service {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBucketScheme = "gs://";
constexpr std::size_t kStoredFileLimit = 100'000;

bool is_bucket_name(std::string_view name) noexcept {
  const auto is_inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= 222 && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), is_inner);
}

/// A part of an object's name that is also a file's name.
bool is_file_name(std::string_view part) noexcept {
  const auto is_bad = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\';
  };
  return !part.empty() && part != "." && part != ".." && part.size() <= 255 &&
         std::none_of(part.begin(), part.end(), is_bad);
}

bool is_object_name(std::string_view name) noexcept {
  while (!name.empty()) {
    const std::string_view part = name.substr(0, name.find('/'));
    if (!is_file_name(part)) return false;
    name.remove_prefix(std::min(name.size(), part.size() + 1));
  }
  return true;
}

/// Whether `path`, its links followed, is `folder` or below it.
bool lies_within(const fs::path& folder, const fs::path& path) {
  std::error_code problem;
  const fs::path outer = fs::weakly_canonical(folder, problem);
  if (problem) return false;
  const fs::path inner = fs::weakly_canonical(path, problem);
  if (problem) return false;
  const auto [outer_end, inner_end] =
      std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return outer_end == outer.end();
}

Failure leads_out(std::string_view name) {
  return {Code::failed_precondition,
          text::message("{} has a link that leads out of the server's root.", name)};
}

Failure cannot_be_read(std::string_view name, const std::error_code& problem) {
  return {Code::failed_precondition,
          text::message("{} can't be read: {}.", name, problem.message())};
}

}  // namespace

Outcome<std::string> resolve_storage_name(std::string_view root, std::string_view name) {
  std::string_view rest = name;
  if (rest.starts_with(kBucketScheme)) rest.remove_prefix(kBucketScheme.size());
  const std::string_view bucket = rest.substr(0, rest.find('/'));
  std::string_view object = rest.substr(std::min(rest.size(), bucket.size() + 1));
  while (!object.empty() && object.back() == '/') object.remove_suffix(1);
  if (rest.size() == name.size() || !is_bucket_name(bucket) || !is_object_name(object)) {
    return Failure(Code::invalid_argument,
                   text::message("{} is no Cloud Storage name: gs://bucket/name is expected, "
                                 "without empty parts, \".\" and \"..\".",
                                 text::quoted(name, 256)));
  }
  const fs::path folder = fs::path(root.empty() ? "." : root) / "gs";
  const fs::path path = folder / bucket / object;
  if (!lies_within(folder, path)) return leads_out(name);
  return path.string();
}

Outcome<Done> check_stored_files(std::string_view root, std::string_view path,
                                 std::string_view name) {
  const fs::path folder = fs::path(root.empty() ? "." : root) / "gs";
  std::error_code problem;
  const fs::file_status status = fs::status(fs::path(path), problem);
  if (status.type() == fs::file_type::not_found || name.empty()) {
    return Failure(
        Code::failed_precondition,
        text::message("{}: there is no such file or folder below the server's root.", name));
  }
  if (problem) return cannot_be_read(name, problem);
  if (!lies_within(folder, fs::path(path))) return leads_out(name);
  if (!fs::is_directory(status)) return Done();
  std::size_t count = 0;
  fs::recursive_directory_iterator it(fs::path(path), fs::directory_options::none, problem);
  for (; !problem && it != fs::recursive_directory_iterator(); it.increment(problem)) {
    if (++count > kStoredFileLimit) {
      return Failure(Code::failed_precondition,
                     text::message("{} has more than {} files.", name, kStoredFileLimit));
    }
    std::error_code ignored;
    if (it->is_symlink(ignored) && !lies_within(folder, it->path())) return leads_out(name);
  }
  if (problem) return cannot_be_read(name, problem);
  return Done();
}

}  // namespace trivet::service
