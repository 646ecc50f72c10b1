// SPDX-License-Identifier: Apache-2.0
// Finds the frameworks' shared libraries and calls them.
#include "support/framework.hpp"

#include <dlfcn.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace trivet::bench {
namespace {

struct LibraryNames {
  const char* variable;
  const char* package;  ///< of Python; its library lies in lib/, in some versions beside it
  const char* file;
};

constexpr LibraryNames kLightgbm{"LIGHTGBM_LIBRARY", "lightgbm", "lib_lightgbm.so"};
constexpr LibraryNames kXgboost{"XGBOOST_LIBRARY", "xgboost", "libxgboost.so"};

/// The folder of a Python package, without importing it; empty when there is none.
std::string package_folder(const char* package) {
  const std::string command =
      std::string("python3 -c \"import importlib.util as u; print(u.find_spec('") + package +
      "').submodule_search_locations[0])\" 2>/dev/null";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::array<char, 4096> line{};
  const bool told = std::fgets(line.data(), static_cast<int>(line.size()), pipe) != nullptr;
  if (::pclose(pipe) != 0 || !told) return {};
  const std::string folder = line.data();
  return folder.substr(0, folder.find('\n'));
}

void* open_library(const LibraryNames& names) {
  if (const char* path = std::getenv(names.variable)) return ::dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const std::string folder = package_folder(names.package);
  for (const std::string& path :
       {folder + "/lib/" + names.file, folder + "/" + names.file, std::string(names.file)}) {
    if (folder.empty() && path.front() == '/') continue;
    if (void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
  }
  return nullptr;
}

template <class Function>
Function* as_function(void* symbol) noexcept {
  return reinterpret_cast<Function*>(symbol);
}

}  // namespace

Framework::Framework(Kind kind) : kind_(kind) {
  const bool is_lightgbm = kind == Kind::lightgbm;
  void* const library = open_library(is_lightgbm ? kLightgbm : kXgboost);
  if (library == nullptr) return;
  load_ = ::dlsym(library, is_lightgbm ? "LGBM_BoosterCreateFromModelfile" : "XGBoosterLoadModel");
  free_ = ::dlsym(library, is_lightgbm ? "LGBM_BoosterFree" : "XGBoosterFree");
  create_ = is_lightgbm ? load_ : ::dlsym(library, "XGBoosterCreate");
  if (load_ == nullptr || free_ == nullptr) create_ = nullptr;
}

bool Framework::load(const std::string& path) const {
  void* booster = nullptr;
  bool loaded = false;
  if (kind_ == Kind::lightgbm) {
    int rounds = 0;
    loaded =
        as_function<int(const char*, int*, void**)>(load_)(path.c_str(), &rounds, &booster) == 0;
  } else {
    loaded =
        as_function<int(const void*, std::uint64_t, void**)>(create_)(nullptr, 0, &booster) == 0 &&
        as_function<int(void*, const char*)>(load_)(booster, path.c_str()) == 0;
  }
  if (booster != nullptr) as_function<int(void*)>(free_)(booster);
  return loaded;
}

}  // namespace trivet::bench
