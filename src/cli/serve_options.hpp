// SPDX-License-Identifier: Apache-2.0
// The words of `trivet serve` on the command line.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"

namespace trivet::cli {

/// Adds the command; what is parsed goes into `options`, which must outlive `app`.
CLI::App* add_serve_command(CLI::App& app, ServeCommand& options);

}  // namespace trivet::cli
