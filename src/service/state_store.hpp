// SPDX-License-Identifier: Apache-2.0
// What clients created, in one SQLite file: documents by kind and key.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/result.hpp"

namespace trivet::service {

struct StoredDocument {
  std::string kind;  ///< `model`, `version`, `endpoint`, `operation`
  std::string key;
  std::string body;  ///< JSON; empty in a change: the document goes
};

/// One file, one server: others are kept out while it is open. One thread at a time.
class StateStore {
 public:
  /// Opens the file or makes it. Errors: invalid_argument, with the path as the place: a file that
  /// is no state of this program, or of a later version of it, is damaged, in use, or can't be
  /// written.
  [[nodiscard]] static Result<std::unique_ptr<StateStore>> open(const std::string& path);
  ~StateStore();
  StateStore(const StateStore&) = delete;
  StateStore& operator=(const StateStore&) = delete;

  /// Everything, by kind and key.
  [[nodiscard]] Result<std::vector<StoredDocument>> read_all();
  /// All changes or, when the machine stops in between, none. They are on the disk when this
  /// returns. Errors: io_failed; nothing has changed then.
  [[nodiscard]] Status write(std::span<const StoredDocument> changes);

 private:
  struct Connection;
  explicit StateStore(std::unique_ptr<Connection> connection) noexcept;
  std::unique_ptr<Connection> connection_;
};

}  // namespace trivet::service
