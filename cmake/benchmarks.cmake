# SPDX-License-Identifier: Apache-2.0
# Each bench/NAME.cpp is a program of Google Benchmark; bench/support/ is shared by all of them.
file(GLOB trivet_benchmarks CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/*.cpp")
file(GLOB trivet_bench_support CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/support/*.cpp")

add_custom_target(benchmarks)
foreach(source IN LISTS trivet_benchmarks)
  cmake_path(GET source STEM name)
  add_executable(bench_${name} "${source}" ${trivet_bench_support})
  target_include_directories(bench_${name} PRIVATE
    "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/bench")
  target_compile_definitions(bench_${name} PRIVATE
    TRIVET_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/")
  target_link_libraries(bench_${name} PRIVATE
    trivet::trivet fmt::fmt simdjson::simdjson benchmark::benchmark benchmark::benchmark_main
    trivet_own_code ${CMAKE_DL_LIBS})
  set_target_properties(bench_${name} PROPERTIES
    OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bench")
  add_dependencies(benchmarks bench_${name})
endforeach()
