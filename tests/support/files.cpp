// SPDX-License-Identifier: Apache-2.0
// Files and temporary folders, by std::filesystem.
#include "support/files.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace trivet::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> entries_in(const std::string& path, bool folders) {
  std::vector<std::string> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
    if (entry.is_directory() == folders) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

std::string data_path(std::string_view relative) {
  return (fs::path(TRIVET_TEST_DATA) / relative).string();
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("can't read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, std::string_view bytes) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file) throw std::runtime_error("can't write " + path);
}

std::vector<std::string> folders_in(const std::string& path) { return entries_in(path, true); }
std::vector<std::string> files_in(const std::string& path) { return entries_in(path, false); }
std::string base_name(const std::string& path) { return fs::path(path).filename().string(); }

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "trivet-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TemporaryFolder::operator/(std::string_view name) const {
  return (fs::path(path_) / name).string();
}

}  // namespace trivet::test
