// SPDX-License-Identifier: Apache-2.0
// Which formats and backends a load may use.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "trivet/export.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/backend.hpp"
#include "trivet/spi/format.hpp"

namespace trivet::inline v0::spi {

/// A value: copy it, add to it, give it to LoadOptions::registry. Nothing registers itself and
/// nothing is global, so two parts of a program never see each other's plug-ins. Later additions
/// are asked first, so they may take over from the built-in ones.
class TRIVET_EXPORT Registry {
 public:
  /// Nothing in it.
  Registry() = default;
  /// The formats and backends of this library: the table in `src/builtin.cpp`.
  [[nodiscard]] static Registry builtin();

  /// Errors: invalid_argument for null, for a name that is taken, or for a plug-in that was
  /// compiled for another kInterfaceVersion.
  [[nodiscard]] Status add(std::shared_ptr<const Format> format);
  [[nodiscard]] Status add(std::shared_ptr<const Backend> backend);

  [[nodiscard]] std::span<const std::shared_ptr<const Format>> formats() const noexcept {
    return formats_;
  }
  [[nodiscard]] std::span<const std::shared_ptr<const Backend>> backends() const noexcept {
    return backends_;
  }

 private:
  std::vector<std::shared_ptr<const Format>> formats_;
  std::vector<std::shared_ptr<const Backend>> backends_;
};

}  // namespace trivet::inline v0::spi
