// SPDX-License-Identifier: Apache-2.0
// The program as people run it, in a folder of its own: `in` is its standard input.
#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <string>

#include "support/files.hpp"

namespace trivet::test {

struct Explained {
  int status = 0;
  std::string out;
};

inline Explained run_command(const TemporaryFolder& folder, const std::string& words) {
  const std::string line =
      "cd '" + folder.path() + "' && '" TRIVET_PROGRAM "' " + words + " < in > out 2> err";
  const int status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(folder / "out")};
}

inline Explained run_explain(const TemporaryFolder& folder, const std::string& words) {
  return run_command(folder, "explain " + words);
}

inline std::string quoted_model(const char* name) {
  return " '" + data_path(std::string("contract/models/") + name) + "' ";
}

}  // namespace trivet::test
