// SPDX-License-Identifier: Apache-2.0
// The form of the program's help.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace trivet::cli {

/// The help page of the program or of one command.
class HelpPage : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string called_as,
                        CLI::AppFormatMode mode) const override;
};

}  // namespace trivet::cli
