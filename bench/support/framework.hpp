// SPDX-License-Identifier: Apache-2.0
// The frameworks' own loaders, found when the benchmark runs: it is built without them.
#pragma once

#include <string>

namespace trivet::bench {

/// Loads a model with the framework's C interface and frees it again.
class Framework {
 public:
  enum class Kind { lightgbm, xgboost };

  /// Opens the library that the environment names (LIGHTGBM_LIBRARY, XGBOOST_LIBRARY), else the
  /// one of the Python package, else the system's.
  explicit Framework(Kind kind);

  [[nodiscard]] bool is_there() const noexcept { return create_ != nullptr; }
  /// False when the framework refuses the file.
  [[nodiscard]] bool load(const std::string& path) const;

 private:
  Kind kind_;
  void* create_ = nullptr;
  void* load_ = nullptr;
  void* free_ = nullptr;
};

}  // namespace trivet::bench
