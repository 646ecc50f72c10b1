// SPDX-License-Identifier: Apache-2.0
// Contract cases as text: what is asked, what must come back. README.md describes the form.
#pragma once

#include <string>
#include <vector>

namespace trivet::test {

/// One case of a `.case` file. Members are empty where the file has no such line.
struct ContractCase {
  std::string title;
  int line = 0;  ///< where the title stands
  std::string model;
  std::string sidecar;
  std::string request;
  std::string answer;
  std::string within;
  std::string error;
  std::string load_error;
  std::string where;
  std::string says;
};

/// The cases of a file's text. Throws std::runtime_error with the line that can't be understood.
[[nodiscard]] std::vector<ContractCase> parse_cases(const std::string& text);

}  // namespace trivet::test
