// SPDX-License-Identifier: Apache-2.0
// Damaged copies of real models: an error with its three parts, or values that can be walked
// through.
#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "artifact/pickle_file.hpp"
#include "catch.hpp"
#include "fuzz/walk_pickle.hpp"
#include "support/effort.hpp"
#include "support/files.hpp"

namespace trivet::test {
namespace {

/// Reads a file with its unknown names kept; false when something about the result is wrong.
bool is_error_or_values(std::string_view bytes) {
  artifact::PickleOptions options;
  options.keep_unknown_names = true;
  const auto file = artifact::read_pickle_file(std::as_bytes(std::span(bytes.data(), bytes.size())),
                                               fuzz::all_data_names(), options);
  if (file) {
    fuzz::walk_pickle(file->pickle);
    // Values cost memory in proportion to the stream.
    const std::size_t content = std::max(bytes.size(), file->content.size());
    return file->pickle.graph.memory() <= 64 * content + 4096;
  }
  const Error& error = file.error();
  return !error.where().empty() && !error.found().empty() && error.message().size() < 1000 &&
         (error.code() == Errc::invalid_model || error.code() == Errc::unsupported_model);
}

template <class Try>
void for_each_model(Try&& try_one) {
  for (const char* const folder : {"fuzz/corpus/pickle", "fuzz/corpus/joblib"}) {
    for (const std::string& path : files_in(data_path(folder))) {
      INFO(base_name(path));
      try_one(read_file(path));
    }
  }
}

}  // namespace

TEST_CASE("pickle: real models of scikit-learn 0.20 to 1.9 are read", "[artifact][pickle]") {
  artifact::PickleOptions options;
  options.keep_unknown_names = true;
  for_each_model([&](const std::string& bytes) {
    const auto file = artifact::read_pickle_file(std::as_bytes(std::span(bytes)),
                                                 fuzz::all_data_names(), options);
    CHECK(file.has_value());
    if (!file) return;
    const artifact::PickleView root(file->pickle);
    CHECK(root.attribute("_sklearn_version")->text().has_value());
  });
}

TEST_CASE("pickle: a real model cut at each percent is an error", "[artifact][pickle][mutation]") {
  for_each_model([](const std::string& bytes) {
    for (std::size_t percent = 0; percent < 100; ++percent) {
      INFO(percent);
      const std::string_view part = std::string_view(bytes).substr(0, bytes.size() * percent / 100);
      CHECK_FALSE(artifact::read_pickle_file(std::as_bytes(std::span(part.data(), part.size())),
                                             fuzz::all_data_names())
                      .has_value());
      CHECK(is_error_or_values(part));
    }
  });
}

TEST_CASE("pickle: a real model with a flipped bit is an error or values",
          "[artifact][pickle][mutation]") {
  const std::size_t stride = effort<std::size_t>(1, 23);
  for_each_model([&](const std::string& bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += stride) {
      std::string copy = bytes;
      copy[at] = static_cast<char>(copy[at] ^ (1 << at % 8));
      INFO(at);
      if (!is_error_or_values(copy)) FAIL_CHECK("neither an error nor values");
    }
  });
}

}  // namespace trivet::test
