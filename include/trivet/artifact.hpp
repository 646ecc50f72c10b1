// SPDX-License-Identifier: Apache-2.0
// The artefact that one would deploy: a file, a folder, or bytes in memory.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "trivet/export.hpp"
#include "trivet/result.hpp"

namespace trivet::inline v0 {

/// A model file, or a folder of them, before anybody knows its format. Cheap to copy; immutable,
/// so any thread may read it. Contents are read when first asked for, never executed.
class TRIVET_EXPORT Artifact {
 public:
  /// A file, or a folder with everything below it. Errors: not_found; io_failed; invalid_argument
  /// for a folder with more than 100 000 files.
  [[nodiscard]] static Result<Artifact> open(std::string_view path);
  /// Bytes under a file name, which only error texts use. The bytes are copied.
  [[nodiscard]] static Artifact from_bytes(std::string_view name, std::span<const std::byte> bytes);
  /// A folder in memory: files by their relative names, `/` between parts, and their bytes, which
  /// are copied. `name` stands for its path. Names must differ.
  [[nodiscard]] static Artifact from_files(
      std::string_view name,
      std::span<const std::pair<std::string, std::span<const std::byte>>> files);

  /// The path it came from, or the given name.
  [[nodiscard]] std::string_view path() const noexcept;
  /// The last part of the path, without its extension when it is a file: the default model name.
  [[nodiscard]] std::string_view stem() const noexcept;
  [[nodiscard]] bool is_folder() const noexcept;

  /// Names of the files, relative to the folder, `/` between parts, sorted; one name for a file.
  [[nodiscard]] std::span<const std::string> file_names() const noexcept;
  /// The position of a file by its relative name; file_names().size() when there is none.
  [[nodiscard]] std::size_t find_file(std::string_view name) const noexcept;

  /// Up to `size` first bytes, enough to tell formats apart. Errors: io_failed.
  [[nodiscard]] Result<std::string> head(std::size_t file, std::size_t size) const;
  [[nodiscard]] Result<std::size_t> file_size(std::size_t file) const;
  /// All bytes, followed by 64 bytes that may be read but mean nothing (simdjson wants them).
  /// Errors: io_failed, out_of_memory. O(file) the first time; the copy lives until released.
  [[nodiscard]] Result<std::span<const std::byte>> read(std::size_t file) const;
  /// Lets go of the bytes that read() keeps. Spans from read() end here, those that other threads
  /// hold too: whoever shares an artefact works on an independent() one.
  void release() const noexcept;
  /// The same artefact with memory of its own: what it reads ends with it or its release(). Bytes
  /// that were given stay shared.
  [[nodiscard]] Artifact independent() const;
  /// True for from_bytes and from_files.
  [[nodiscard]] bool is_in_memory() const noexcept;

 private:
  struct State;
  explicit Artifact(std::shared_ptr<State> state) noexcept;
  std::shared_ptr<State> state_;
};

}  // namespace trivet::inline v0
