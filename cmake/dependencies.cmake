# SPDX-License-Identifier: Apache-2.0
# Packages: what is installed is used; what isn't is fetched, pinned by hash. The oldest versions
# that are known to work are those of Debian 12: simdjson 3.0, fmt 9.1, Eigen 3.4, Highway 1.0.3, CLI11 2.1,
# Catch2 2.13, Google Benchmark 1.7.
include(FetchContent)

# Headers under a target name. Their own CMake files are left alone (SOURCE_SUBDIR points nowhere):
# they would only add tests, installs and options.
function(trivet_header_only target folder)
  if(NOT TARGET ${target})
    add_library(${target} INTERFACE IMPORTED GLOBAL)
    target_include_directories(${target} SYSTEM INTERFACE "${folder}")
  endif()
endfunction()

FetchContent_Declare(simdjson
  URL https://github.com/simdjson/simdjson/archive/v4.6.4.tar.gz
  URL_HASH SHA256=b091107844fe928158c5c2265c20360fff312889ddf7ebc4528a0f0f8f2ff9cd
  DOWNLOAD_EXTRACT_TIMESTAMP ON
  FIND_PACKAGE_ARGS)
FetchContent_Declare(fmt
  URL https://github.com/fmtlib/fmt/releases/download/12.2.0/fmt-12.2.0.zip
  URL_HASH SHA256=a2f4a8d51178f954e4c339007f77edd76ba0cb2e36f87a48e5a5403d9be5878f
  DOWNLOAD_EXTRACT_TIMESTAMP ON
  FIND_PACKAGE_ARGS)
FetchContent_Declare(Eigen3
  URL https://gitlab.com/libeigen/eigen/-/archive/3.4.1/eigen-3.4.1.tar.bz2
  URL_HASH SHA256=8bb7280b7551bf06418d11a9671fdf998cb927830cf21589b394382d26779821
  DOWNLOAD_EXTRACT_TIMESTAMP ON
  SOURCE_SUBDIR headers-only
  FIND_PACKAGE_ARGS NO_MODULE)
FetchContent_Declare(hwy
  URL https://github.com/google/highway/releases/download/1.4.0/highway-1.4.0.tar.gz
  URL_HASH SHA256=36f672ab48ddb3c8555e9e89e16fe400cd7d16c6eb455a1a3d0c146a63ababdc
  DOWNLOAD_EXTRACT_TIMESTAMP ON
  FIND_PACKAGE_ARGS)
FetchContent_Declare(CLI11
  URL https://github.com/CLIUtils/CLI11/archive/v2.6.2.tar.gz
  URL_HASH SHA256=c6ea6b2e5608b3ea8617999bd5f47420c71b2ebdb8dc4767c1034d1da5785711
  DOWNLOAD_EXTRACT_TIMESTAMP ON
  SOURCE_SUBDIR headers-only
  FIND_PACKAGE_ARGS)
FetchContent_Declare(Catch2
  URL https://github.com/catchorg/Catch2/archive/refs/tags/v3.15.3.tar.gz
  URL_HASH SHA256=b0299ae552918220a7a6e21e7de5b714777f4e8c883fb70c4bb23fe01df8c6e3
  DOWNLOAD_EXTRACT_TIMESTAMP ON
  FIND_PACKAGE_ARGS)
FetchContent_Declare(benchmark
  URL https://github.com/google/benchmark/archive/v1.9.5.tar.gz
  URL_HASH SHA256=9631341c82bac4a288bef951f8b26b41f69021794184ece969f8473977eaa340
  DOWNLOAD_EXTRACT_TIMESTAMP ON
  FIND_PACKAGE_ARGS)

function(trivet_find_packages)
  # Fetched packages come without their tests and documents, and are installed when we are.
  foreach(off IN ITEMS
      BUILD_TESTING SIMDJSON_DEVELOPER_MODE FMT_DOC FMT_TEST CATCH_INSTALL_DOCS CATCH_INSTALL_EXTRAS
      BENCHMARK_ENABLE_TESTING BENCHMARK_ENABLE_INSTALL BENCHMARK_ENABLE_WERROR
      HWY_ENABLE_TESTS HWY_ENABLE_EXAMPLES HWY_ENABLE_CONTRIB HWY_TEST_STANDALONE)
    set(${off} OFF)
  endforeach()
  set(SIMDJSON_INSTALL ${TRIVET_INSTALL})
  set(FMT_INSTALL ${TRIVET_INSTALL})
  set(HWY_ENABLE_INSTALL ${TRIVET_INSTALL})

  FetchContent_MakeAvailable(simdjson fmt hwy Eigen3)
  if(TARGET hwy AND NOT TARGET hwy::hwy)
    add_library(hwy::hwy ALIAS hwy)
  endif()
  if(eigen3_SOURCE_DIR)
    trivet_header_only(Eigen3::Eigen "${eigen3_SOURCE_DIR}")
  endif()
  if(TRIVET_CLI)
    FetchContent_MakeAvailable(CLI11)
    if(cli11_SOURCE_DIR)
      trivet_header_only(CLI11::CLI11 "${cli11_SOURCE_DIR}/include")
    endif()
  endif()
  if(TRIVET_TESTS AND TRIVET_EXCEPTIONS)
    FetchContent_MakeAvailable(Catch2)
  endif()
  if(TRIVET_BENCH)
    FetchContent_MakeAvailable(benchmark)
  endif()

  # Built as a subproject, simdjson puts its checks for developers into everybody's compile line,
  # Release included.
  if(simdjson_SOURCE_DIR)
    foreach(property IN ITEMS COMPILE_DEFINITIONS INTERFACE_COMPILE_DEFINITIONS)
      get_target_property(definitions simdjson ${property})
      if(definitions)
        list(FILTER definitions EXCLUDE REGEX "SIMDJSON_DEVELOPMENT_CHECKS")
        set_target_properties(simdjson PROPERTIES ${property} "${definitions}")
      endif()
    endforeach()
  endif()
endfunction()
trivet_find_packages()
