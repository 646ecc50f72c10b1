// SPDX-License-Identifier: Apache-2.0
// The commands of the program: what each is asked, one function each that gives the exit status.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace trivet::cli {

/// `trivet predict`.
struct PredictCommand {
  std::string model;
  std::string request = "-";
  std::string sidecar;
  std::string parameters;  ///< the text of a JSON object; empty when none were given
  bool lines = false;
};
[[nodiscard]] int run(const PredictCommand& command);

/// `trivet explain`.
struct ExplainCommand {
  std::string model;
  std::string request;  ///< empty: standard input, and for a plan none
  std::string sidecar;
  std::string parameters;   ///< as those of PredictCommand
  std::string spec;         ///< a file with an ExplanationSpec; empty: the sidecar's
  std::string values;       ///< kind of the framework's own; empty: by a spec
  bool tells_plan = false;  ///< only say how it would be explained
  bool summary = false;     ///< the means over all instances, as bars
  bool json = false;        ///< the summary as JSON
  std::string svg;          ///< a file to draw into; empty: none
};
[[nodiscard]] int run(const ExplainCommand& command);

/// `trivet baselines`.
struct BaselinesCommand {
  std::string data;
  std::string target;  ///< a column to leave out; empty: none
};
[[nodiscard]] int run(const BaselinesCommand& command);

/// `trivet inspect`.
struct InspectCommand {
  std::string model;
  std::string sidecar;
  bool json = false;
  std::optional<std::size_t> tree;  ///< draw this one instead
};
[[nodiscard]] int run(const InspectCommand& command);

/// `trivet convert`.
struct ConvertCommand {
  std::string model;
  std::string out;
  std::string sidecar;
  std::string encoding;  ///< empty: what the extension of `out` says
  bool force = false;
};
[[nodiscard]] int run(const ConvertCommand& command);

/// `trivet bench`.
struct BenchCommand {
  std::string model;
  std::string rows;
  std::string sidecar;
  std::string engine;
  std::size_t batch = 1;
  double seconds = 2;
  std::size_t threads = 1;
  bool json_door = false;
  bool explain = false;
  std::string spec;    ///< a file; empty: the sidecar's, else medians of the rows as the baseline
  std::string output;  ///< which of the model's outputs; empty: the default one
};
[[nodiscard]] int run(const BenchCommand& command);

/// `trivet serve`, where the program is built with the service.
struct ServeCommand {
  std::string model;   ///< a path, `builtin:echo`; empty: what the configuration has
  std::string config;  ///< a file; empty: none
  std::string endpoint_id = "1";
  std::string host;  ///< empty: the configuration's, else loopback
  std::optional<std::uint16_t> port;
  std::string root;
  std::string state;
  std::string token;
  std::string unix_socket;
  std::string profile;
  std::string generator;  ///< of publisher models that the configuration doesn't name
  std::vector<std::string> allowed_hosts;
  std::size_t threads = 0;
  bool allow_gzip = false;
  bool access_log = false;  ///< on standard error
};
[[nodiscard]] int run(const ServeCommand& command);

}  // namespace trivet::cli
