// SPDX-License-Identifier: Apache-2.0
// Reading `.case` files.
#include "contract/case_file.hpp"

#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace trivet::test {
namespace {

constexpr std::pair<std::string_view, std::string ContractCase::*> kLines[] = {
    {"model", &ContractCase::model},
    {"sidecar", &ContractCase::sidecar},
    {"request", &ContractCase::request},
    {"answer", &ContractCase::answer},
    {"within", &ContractCase::within},
    {"error", &ContractCase::error},
    {"load error", &ContractCase::load_error},
    {"where", &ContractCase::where},
    {"says", &ContractCase::says},
};

[[noreturn]] void fail(int line, const std::string& why) {
  throw std::runtime_error("line " + std::to_string(line) + ": " + why);
}

/// What the lines of a case must have together.
void check_complete(const ContractCase& one) {
  const int endings = !one.answer.empty() + !one.error.empty() + !one.load_error.empty();
  if (endings != 1) fail(one.line, "a case ends in one of `answer`, `error`, `load error`");
  if (one.model.empty()) fail(one.line, "a case needs a `model`");
  if (one.request.empty() && one.load_error.empty()) fail(one.line, "a case needs a `request`");
  if (!one.answer.empty() && (!one.where.empty() || !one.says.empty())) {
    fail(one.line, "`where` and `says` belong to errors");
  }
}

class CaseReader {
 public:
  std::vector<ContractCase> read(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      ++number_;
      take(line);
    }
    for (const ContractCase& one : cases_) check_complete(one);
    return std::move(cases_);
  }

 private:
  void take(const std::string& line) {
    if (line.empty()) {
      last_ = nullptr;
      in_remarks_ = false;
    } else if (line[0] == '#') {
      take_remark(line);
    } else if (line.substr(0, 2) == "  ") {
      if (last_ == nullptr) fail(number_, "an indented line that continues nothing");
      *last_ += "\n" + line.substr(2);
    } else {
      take_value(line);
    }
  }

  /// The first remark after a blank line is the title of a new case.
  void take_remark(const std::string& line) {
    last_ = nullptr;
    if (std::exchange(in_remarks_, true)) return;
    cases_.emplace_back();
    cases_.back().title = line.substr(line.find_first_not_of("# "));
    cases_.back().line = number_;
  }

  void take_value(const std::string& line) {
    const std::size_t colon = line.find(": ");
    const std::string name = line.substr(0, colon);
    for (const auto& [known, member] : kLines) {
      if (name != known || colon == std::string::npos) continue;
      if (cases_.empty()) fail(number_, "a line before the first title");
      last_ = &(cases_.back().*member);
      if (!last_->empty()) fail(number_, "a second `" + name + "` in one case");
      *last_ = line.substr(colon + 2);
      return;
    }
    fail(number_, "`" + name + "` is no line of a case");
  }

  std::vector<ContractCase> cases_;
  std::string* last_ = nullptr;
  bool in_remarks_ = false;
  int number_ = 0;
};

}  // namespace

std::vector<ContractCase> parse_cases(const std::string& text) { return CaseReader().read(text); }

}  // namespace trivet::test
