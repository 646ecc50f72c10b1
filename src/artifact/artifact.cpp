// SPDX-License-Identifier: Apache-2.0
// Opening files and folders, and reading them into padded memory.
#include "trivet/artifact.hpp"

#ifdef __linux__
#  include <sys/mman.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <new>
#include <numeric>
#include <system_error>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::inline v0 {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPadding = 64;         // what simdjson may read behind the bytes
constexpr std::size_t kFileLimit = 100'000;  // in a folder

struct FileCloser {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, FileCloser>;

constexpr std::size_t kHugePage = std::size_t{2} << 20;

struct BytesDeleter {
  std::align_val_t alignment{};
  void operator()(std::byte* bytes) const noexcept { ::operator delete[](bytes, alignment); }
};

/// Bytes with padding behind them; null when there is no memory for them. Large ones ask Linux for
/// huge pages: the first touch of each small one costs more than reading the file into it
/// (docs/decisions/0007).
struct PaddedBytes {
  std::unique_ptr<std::byte[], BytesDeleter> data;
  std::size_t size = 0;

  [[nodiscard]] static PaddedBytes make(std::size_t size) noexcept {
    PaddedBytes bytes;
    if (size > SIZE_MAX - kPadding) return bytes;
    const bool is_large = size >= 2 * kHugePage;
    const std::align_val_t alignment{is_large ? kHugePage : alignof(std::max_align_t)};
    auto* const data =
        static_cast<std::byte*>(::operator new[](size + kPadding, alignment, std::nothrow));
    if (data == nullptr) return bytes;
    bytes.data = std::unique_ptr<std::byte[], BytesDeleter>(data, BytesDeleter{alignment});
    bytes.size = size;
#ifdef MADV_HUGEPAGE
    // Whole pages of our own only; a refusal costs nothing but the time.
    if (is_large) (void)::madvise(data, size / kHugePage * kHugePage, MADV_HUGEPAGE);
#endif
    std::memset(data + size, 0, kPadding);
    return bytes;
  }
  [[nodiscard]] static PaddedBytes copy_of(std::span<const std::byte> bytes) noexcept {
    PaddedBytes copy = make(bytes.size());
    if (copy.data != nullptr && !bytes.empty()) {
      std::memcpy(copy.data.get(), bytes.data(), bytes.size());
    }
    return copy;
  }
  [[nodiscard]] std::span<const std::byte> view() const noexcept { return {data.get(), size}; }
};

Error io_error(std::string_view place, std::string_view what, int code) {
  return {Errc::io_failed, std::string(place),
          text::message("{}: {}", what, std::error_code(code, std::generic_category()).message()),
          "a file that can be read"};
}

/// What a path is, or why it can't be a model.
enum class PathKind : std::uint8_t { file, folder };

Result<PathKind> kind_of_path(std::string_view path) {
  std::error_code problem;
  const fs::file_status status = fs::status(fs::path(path), problem);
  if (status.type() == fs::file_type::not_found) {
    return Error(Errc::not_found, std::string(path), "there is no such file or folder",
                 "the path of a model file or of a folder that holds one");
  }
  if (problem) return io_error(path, "it can't be looked at", problem.value());
  if (fs::is_directory(status)) return PathKind::folder;
  if (fs::is_regular_file(status)) return PathKind::file;
  return Error(Errc::invalid_argument, std::string(path), "neither a file nor a folder",
               "a regular file or a folder");
}

Result<std::vector<std::string>> list_folder(std::string_view path) {
  std::vector<std::string> names;
  std::error_code problem;
  const fs::path root(path);
  fs::recursive_directory_iterator it(root, fs::directory_options::none, problem);
  for (; !problem && it != fs::recursive_directory_iterator(); it.increment(problem)) {
    std::error_code ignored;
    if (!it->is_regular_file(ignored)) continue;
    if (names.size() == kFileLimit) {
      return Error(Errc::invalid_argument, std::string(path),
                   text::message("more than {} files", kFileLimit), "the folder of one model");
    }
    names.push_back(it->path().lexically_relative(root).generic_string());
  }
  if (problem) return io_error(path, "the folder can't be listed", problem.value());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

struct Artifact::State {
  std::string path;
  std::string stem;
  bool folder = false;
  bool in_memory = false;
  std::vector<std::string> names;
  std::mutex mutex;                   // guards `contents`
  std::vector<PaddedBytes> contents;  // by file; filled when first read

  [[nodiscard]] std::string path_of(std::size_t file) const {
    if (!folder) return path;
    return (fs::path(path) / names[file]).string();
  }
  [[nodiscard]] Result<FileHandle> open_file(std::size_t file) const {
    FileHandle handle(std::fopen(path_of(file).c_str(), "rb"));
    if (handle == nullptr) return io_error(names[file], "it can't be opened", errno);
    return handle;
  }
};

Artifact::Artifact(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}

Result<Artifact> Artifact::open(std::string_view path) {
  const auto kind = kind_of_path(path);
  if (!kind) return kind.error();
  auto state = std::make_shared<State>();
  state->path = path;
  fs::path named(path);
  if (!named.has_filename()) named = named.parent_path();  // "models/" is "models"
  state->folder = *kind == PathKind::folder;
  state->stem = state->folder ? named.filename().string() : named.stem().string();
  if (state->folder) {
    auto names = list_folder(path);
    if (!names) return std::move(names).error();
    state->names = std::move(*names);
  } else {
    state->names.push_back(named.filename().string());
  }
  state->contents.resize(state->names.size());
  return Artifact(std::move(state));
}

Artifact Artifact::from_bytes(std::string_view name, std::span<const std::byte> bytes) {
  auto state = std::make_shared<State>();
  state->path = name;
  state->stem = fs::path(name).stem().string();
  state->in_memory = true;
  state->names.emplace_back(name);
  state->contents.push_back(PaddedBytes::copy_of(bytes));
  return Artifact(std::move(state));
}

Artifact Artifact::from_files(
    std::string_view name,
    std::span<const std::pair<std::string, std::span<const std::byte>>> files) {
  auto state = std::make_shared<State>();
  state->path = name;
  state->stem = fs::path(name).filename().string();
  state->folder = true;
  state->in_memory = true;
  std::vector<std::size_t> order(files.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return files[a].first < files[b].first; });
  for (const std::size_t file : order) {
    state->names.push_back(files[file].first);
    state->contents.push_back(PaddedBytes::copy_of(files[file].second));
  }
  return Artifact(std::move(state));
}

std::string_view Artifact::path() const noexcept { return state_->path; }
std::string_view Artifact::stem() const noexcept { return state_->stem; }
bool Artifact::is_folder() const noexcept { return state_->folder; }
std::span<const std::string> Artifact::file_names() const noexcept { return state_->names; }

std::size_t Artifact::find_file(std::string_view name) const noexcept {
  const auto& names = state_->names;
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

Result<std::string> Artifact::head(std::size_t file, std::size_t size) const {
  if (state_->in_memory) {
    const auto bytes = read(file);
    if (!bytes) return bytes.error();
    const auto first = bytes->first(std::min(size, bytes->size()));
    return std::string(reinterpret_cast<const char*>(first.data()), first.size());
  }
  auto handle = state_->open_file(file);
  if (!handle) return std::move(handle).error();
  std::string bytes(size, '\0');
  bytes.resize(std::fread(bytes.data(), 1, size, handle->get()));
  if (std::ferror(handle->get()) != 0) {
    return io_error(state_->names[file], "it can't be read", errno);
  }
  return bytes;
}

Result<std::size_t> Artifact::file_size(std::size_t file) const {
  if (state_->in_memory) return state_->contents[file].size;
  std::error_code problem;
  const std::uintmax_t size = fs::file_size(state_->path_of(file), problem);
  if (problem) return io_error(state_->names[file], "its size can't be told", problem.value());
  return static_cast<std::size_t>(size);
}

Result<std::span<const std::byte>> Artifact::read(std::size_t file) const {
  const std::scoped_lock lock(state_->mutex);
  PaddedBytes& kept = state_->contents[file];
  if (kept.data != nullptr) return kept.view();
  const auto no_memory = [&](std::size_t size) {
    return Error(Errc::out_of_memory, state_->names[file],
                 text::message("no memory for its {} bytes", size), "a smaller file");
  };
  if (state_->in_memory) return no_memory(kept.size);
  const auto size = file_size(file);
  if (!size) return size.error();
  PaddedBytes bytes = PaddedBytes::make(*size);
  if (bytes.data == nullptr) return no_memory(*size);
  auto handle = state_->open_file(file);
  if (!handle) return std::move(handle).error();
  if (std::fread(bytes.data.get(), 1, *size, handle->get()) != *size) {
    return Error(Errc::io_failed, state_->names[file], "it ended early while it was read",
                 text::message("{} bytes, as its size says", *size));
  }
  kept = std::move(bytes);
  return kept.view();
}

void Artifact::release() const noexcept {
  if (state_->in_memory) return;
  const std::scoped_lock lock(state_->mutex);
  for (PaddedBytes& bytes : state_->contents) bytes = {};
}

Artifact Artifact::independent() const {
  if (state_->in_memory) return *this;
  auto state = std::make_shared<State>();
  state->path = state_->path;
  state->stem = state_->stem;
  state->folder = state_->folder;
  state->names = state_->names;
  state->contents.resize(state->names.size());
  return Artifact(std::move(state));
}

bool Artifact::is_in_memory() const noexcept { return state_->in_memory; }

}  // namespace trivet::inline v0
