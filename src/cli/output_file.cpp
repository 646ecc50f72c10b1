// SPDX-License-Identifier: Apache-2.0
// Writes beside the target and renames.
#include "cli/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

#include "trivet/error.hpp"

namespace trivet::cli {
namespace {

Error io_error(const std::string& path, int error) {
  return {Errc::io_failed, path, std::strerror(error), "a file that can be written"};
}

Error already_there(const std::string& path) {
  return {Errc::io_failed, path, "a file that is there already",
          "a new name, or --force to replace it"};
}

/// What is at `path` behind all links; nothing when nothing is there, not even a link.
Result<std::optional<struct stat>> look_at(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0) return std::optional(found);
  const int error = errno;
  if (error != ENOENT) return io_error(path, error);
  if (::lstat(path.c_str(), &found) != 0) return std::optional<struct stat>();
  return Error(Errc::io_failed, path, "a link to a file that isn't there",
               "a file, a link to one, or a new name");
}

Result<std::optional<struct stat>> look_at_output(const std::string& path, bool replace) {
  auto found = look_at(path);
  if (!found || !*found) return found;
  if (!S_ISREG((*found)->st_mode)) {
    return Error(Errc::io_failed, path,
                 S_ISDIR((*found)->st_mode) ? "a folder" : "something that is no file",
                 "the name of a file to write");
  }
  if (!replace) return already_there(path);
  return found;
}

/// The path behind all links.
Result<std::string> follow_links(const std::string& path) {
  char* const resolved = ::realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return io_error(path, errno);
  std::string target(resolved);
  std::free(resolved);
  return target;
}

Status write_all(int file, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_error(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

/// A file beside the target, removed again unless it has become the target.
class PartFile {
 public:
  explicit PartFile(const std::string& path) : path_(path) {}
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile() {
    if (file_ >= 0) (void)::close(file_);
    if (is_there_) (void)::unlink(name_.c_str());
  }

  /// Makes it in the folder of `target`, under a short name that nobody has. `permissions` are less
  /// what the process keeps from all its files.
  Status open(const std::string& target, mode_t permissions) {
    const std::string folder = target.substr(0, target.find_last_of('/') + 1);
    constexpr int kAttempts = 100;
    for (int attempt = 0; attempt < kAttempts && file_ < 0; ++attempt) {
      name_ = folder + ".trivet-" + std::to_string(::getpid()) + "-" + std::to_string(attempt) +
              ".part";
      file_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions);
      if (file_ < 0 && errno != EEXIST) break;
    }
    if (file_ < 0) return io_error(path_, errno);
    is_there_ = true;
    return {};
  }

  /// Owner first: a change of owner takes bits away. What the file's group may do, no other group
  /// may.
  Status take_permissions(const struct stat& of) {
    if (::fchown(file_, of.st_uid, of.st_gid) != 0) {
      (void)!::fchown(file_, static_cast<uid_t>(-1), of.st_gid);
    }
    struct stat now {};
    if (::fstat(file_, &now) != 0) return io_error(path_, errno);
    mode_t permissions = of.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
    if (now.st_gid != of.st_gid) permissions &= ~static_cast<mode_t>(S_IRWXG);
    if (::fchmod(file_, permissions) != 0) return io_error(path_, errno);
    return {};
  }

  Status fill(std::string_view bytes) { return write_all(file_, path_, bytes); }

  Status close() {
    Status status;
    if (::fsync(file_) != 0 && errno != EINVAL) status = io_error(path_, errno);
    if (::close(std::exchange(file_, -1)) != 0 && status) status = io_error(path_, errno);
    return status;
  }

  Status replace(const std::string& target) {
    if (std::rename(name_.c_str(), target.c_str()) != 0) return io_error(path_, errno);
    is_there_ = false;
    return {};
  }

  /// Gets the name unless somebody has it, in one step; where file systems have no second names
  /// for a file, in two.
  Status become(const std::string& target) {
    if (::link(name_.c_str(), target.c_str()) == 0) return {};  // the first name goes
    if (errno == EEXIST) return already_there(path_);
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS) return io_error(path_, errno);
    if (Status free = check_output(path_, false); !free) return free;
    return replace(target);
  }

 private:
  std::string path_;  // as the caller knows the target, for errors
  std::string name_;
  int file_ = -1;
  bool is_there_ = false;
};

}  // namespace

Status check_output(const std::string& path, bool replace) {
  const auto found = look_at_output(path, replace);
  return found ? Status{} : Status(found.error());
}

Status write_output(const std::string& path, bool replace, std::string_view bytes) {
  const auto found = look_at_output(path, replace);
  if (!found) return found.error();
  const bool is_old = found->has_value();
  const Result<std::string> target = is_old ? follow_links(path) : Result<std::string>(path);
  if (!target) return target.error();
  PartFile part(path);
  // Nobody else sees what is in it before it has the permissions of the file that it replaces.
  Status status = part.open(*target, is_old ? S_IRUSR | S_IWUSR : 0666);
  if (status) status = part.fill(bytes);
  if (status && is_old) status = part.take_permissions(**found);
  if (status) status = part.close();
  if (!status) return status;
  return is_old || replace ? part.replace(*target) : part.become(*target);
}

}  // namespace trivet::cli
