// SPDX-License-Identifier: Apache-2.0
// `trivet convert`: a model as a file of a framework, whole or not at all.
#include <unistd.h>

#include <string>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/encodings.hpp"
#include "cli/input.hpp"
#include "cli/output_file.hpp"
#include "trivet/local_model.hpp"
#include "trivet/write.hpp"

namespace trivet::cli {
namespace {

constexpr std::string_view kStandardOutput = "-";

std::string encoding_of(const ConvertCommand& command) {
  if (!command.encoding.empty()) return command.encoding;
  for (const WrittenEncoding& encoding : kWrittenEncodings) {
    if (std::string_view(command.out).ends_with(encoding.extension)) {
      return std::string(encoding.name);
    }
  }
  return "";
}

/// Empty when the command line says what to write and where, else what is wrong with it.
std::string fault_of(const ConvertCommand& command) {
  const bool is_stream = command.out == kStandardOutput;
  if (encoding_of(command).empty()) {
    std::string extensions;
    for (const WrittenEncoding& encoding : kWrittenEncodings) {
      if (!extensions.empty()) extensions += ", ";
      extensions += encoding.extension;
    }
    return (is_stream ? "standard output" : "\"" + printable(command.out) + "\"") +
           " doesn't say what to write; " +
           (is_stream ? "" : "a name that ends with one of " + extensions + ", or ") +
           "--to ENCODING";
  }
  if (is_stream && ::isatty(STDOUT_FILENO) != 0) {
    return "OUT: - is a terminal here; a file, or a pipe behind the command";
  }
  return "";
}

Result<std::string> convert(const ConvertCommand& command, const LocalModel& model,
                            const std::string& encoding) {
  Result<std::string> bytes = write_model(model, encoding);
  if (bytes) return bytes;
  const Error& error = bytes.error();
  if (model.info().format != "bqml") return error.within(name_in_errors(command.model));
  return Error(error.code(), std::string(error.where()), std::string(error.found()),
               std::string(error.expected()) +
                   "; model.bst in the folder is the booster alone, for encoded features")
      .within(name_in_errors(command.model));
}

}  // namespace

int run(const ConvertCommand& command) {
  const std::string fault = fault_of(command);
  if (!fault.empty()) return wrong_usage("convert", fault);
  const std::string encoding = encoding_of(command);
  const bool is_stream = command.out == kStandardOutput;
  // Asked before the work, as a favour: write_output asks again.
  const Status target = is_stream ? Status{} : check_output(command.out, command.force);
  if (!target) return refuse(kRefused, target.error());
  LoadOptions options;
  options.sidecar = command.sidecar;
  options.gains = true;
  const Result<LocalModel> model = LocalModel::load(command.model, options);
  if (!model) return refuse(kNoModel, model.error());
  const Result<std::string> bytes = convert(command, *model, encoding);
  if (!bytes) return refuse(kRefused, bytes.error());
  StandardOutput out;
  if (is_stream) {
    out.write(*bytes);
    return out.finish(kAnswered);
  }
  const Status written = write_output(command.out, command.force, *bytes);
  if (!written) return refuse(kRefused, written.error());
  out.write(printable(command.out) + ": " + encoding + ", " + std::to_string(bytes->size()) +
            " bytes\n");
  return out.finish(kAnswered);
}

}  // namespace trivet::cli
