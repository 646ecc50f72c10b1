// SPDX-License-Identifier: Apache-2.0
// Files that tests read, and folders that they may write to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trivet::test {

/// A path below tests/, wherever the test program runs.
[[nodiscard]] std::string data_path(std::string_view relative);

/// The bytes of a file. Throws std::runtime_error when it can't be read.
[[nodiscard]] std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view bytes);

/// Paths of the folders, or of the files, right below a folder, sorted.
[[nodiscard]] std::vector<std::string> folders_in(const std::string& path);
[[nodiscard]] std::vector<std::string> files_in(const std::string& path);
/// The last part of a path.
[[nodiscard]] std::string base_name(const std::string& path);

/// An empty folder that goes away with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// The path of a file or folder in it; nothing is created.
  [[nodiscard]] std::string operator/(std::string_view name) const;

 private:
  std::string path_;
};

}  // namespace trivet::test
