# SPDX-License-Identifier: Apache-2.0
# How our own objects are compiled. Linked privately, so that neither a user's code nor a fetched
# package's is compiled with any of it.
add_library(trivet_own_code INTERFACE)

if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(trivet_own_code INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion
    # a·b + c must round twice, as the frameworks' own builds do (docs/numbers.md)
    -ffp-contract=off
    -fvisibility=hidden -fvisibility-inlines-hidden)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # Wrong about std::string there (GCC bug 105329).
    target_compile_options(trivet_own_code INTERFACE -Wno-restrict)
  endif()
  if(TRIVET_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # A class may have members of an unnamed namespace's type; GCC takes the batch for a header.
    target_compile_options(trivet_own_code INTERFACE -Wno-subobject-linkage)
  endif()
  if(NOT TRIVET_EXCEPTIONS)
    target_compile_options(trivet_own_code INTERFACE -fno-exceptions -fno-rtti)
  endif()

  # With this compiler we know that there are no warnings; with a newer one a new warning should not
  # keep anybody from building.
  set(trivet_reference_compiler OFF)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION MATCHES "^12\\.")
    set(trivet_reference_compiler ${PROJECT_IS_TOP_LEVEL})
  endif()
  option(TRIVET_WERROR "Make warnings in our own code errors" ${trivet_reference_compiler})
  mark_as_advanced(TRIVET_WERROR)
  if(TRIVET_WERROR)
    target_compile_options(trivet_own_code INTERFACE -Werror)
  endif()
endif()
