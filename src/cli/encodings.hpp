// SPDX-License-Identifier: Apache-2.0
// What `trivet convert` can write: the program's one table of it.
#pragma once

#include <array>
#include <string_view>

namespace trivet::cli {

/// An encoding of write_model and what the names of its files end with.
struct WrittenEncoding {
  std::string_view name;
  std::string_view extension;
};
/// All that the built-in formats write, which tests/cli/convert_test.cpp holds against them.
inline constexpr std::array kWrittenEncodings{
    WrittenEncoding{"xgboost-json", ".json"},
    WrittenEncoding{"xgboost-ubjson", ".ubj"},
    WrittenEncoding{"lightgbm-text", ".txt"},
};

}  // namespace trivet::cli
