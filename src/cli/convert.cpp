// SPDX-License-Identifier: Apache-2.0
// `trivet convert`: a model as a file of a framework, whole or not at all.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "trivet/local_model.hpp"
#include "trivet/write.hpp"

namespace trivet::cli {
namespace {

struct Extension {
  std::string_view ending;
  std::string_view encoding;
};
constexpr std::array kExtensions{
    Extension{".json", "xgboost-json"},
    Extension{".ubj", "xgboost-ubjson"},
    Extension{".txt", "lightgbm-text"},
};

std::string encoding_of(const ConvertCommand& command) {
  if (!command.encoding.empty()) return command.encoding;
  for (const Extension& extension : kExtensions) {
    if (std::string_view(command.out).ends_with(extension.ending)) {
      return std::string(extension.encoding);
    }
  }
  return "";
}

Error io_error(const std::string& path, int error) {
  return {Errc::io_failed, path, std::strerror(error), "a file that can be written"};
}

/// Asked before the work, as a favour, and again behind it.
Status check_target(const ConvertCommand& command) {
  struct stat found {};
  if (::stat(command.out.c_str(), &found) != 0) {
    return errno == ENOENT ? Status{} : io_error(command.out, errno);
  }
  if (!S_ISREG(found.st_mode)) {
    return Error(Errc::io_failed, command.out, "something that is no file",
                 "the name of a file to write");
  }
  if (command.force) return {};
  return Error(Errc::io_failed, command.out, "a file that is there already",
               "a new name, or --force to replace it");
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

/// Writes under another name beside the target, which gets its own when all of it is there.
Status write_file(const ConvertCommand& command, std::string_view bytes) {
  const std::string part = command.out + "." + std::to_string(::getpid()) + ".part";
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return io_error(command.out, errno);
  Status status = write_all(file, command.out, bytes);
  if (status && ::fsync(file) != 0 && errno != EINVAL) status = io_error(command.out, errno);
  if (::close(file) != 0 && status) status = io_error(command.out, errno);
  if (status) status = check_target(command);
  if (status && std::rename(part.c_str(), command.out.c_str()) != 0) {
    status = io_error(command.out, errno);
  }
  if (!status) (void)::unlink(part.c_str());
  return status;
}

}  // namespace

int run(const ConvertCommand& command) {
  const std::string encoding = encoding_of(command);
  if (encoding.empty()) {
    return wrong_usage("convert", "\"" + printable(command.out) +
                                      "\" doesn't say what to write; a name that ends with .json, "
                                      ".ubj or .txt, or --to ENCODING");
  }
  const Status target = check_target(command);
  if (!target) return refuse(kRefused, target.error());
  LoadOptions options;
  options.sidecar = command.sidecar;
  options.gains = true;
  const Result<LocalModel> model = LocalModel::load(command.model, options);
  if (!model) return refuse(kNoModel, model.error());
  const Result<std::string> bytes = write_model(*model, encoding);
  if (!bytes) return refuse(kRefused, bytes.error().within(command.model));
  const Status written = write_file(command, *bytes);
  if (!written) return refuse(kRefused, written.error());
  StandardOutput out;
  out.write(printable(command.out) + ": " + encoding + ", " + std::to_string(bytes->size()) +
            " bytes\n");
  return out.finish(kAnswered);
}

}  // namespace trivet::cli
