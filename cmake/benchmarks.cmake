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

# bench/serve: programs that bench/serve/run starts and asks.
if(TARGET trivet_service)
  foreach(name IN ITEMS load echo server)
    add_executable(bench_serve_${name} "${PROJECT_SOURCE_DIR}/bench/serve/${name}.cpp")
    set_target_properties(bench_serve_${name} PROPERTIES
      OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bench/serve")
    target_link_libraries(bench_serve_${name} PRIVATE trivet_own_code)
    add_dependencies(benchmarks bench_serve_${name})
  endforeach()
  target_sources(bench_serve_server PRIVATE "${PROJECT_SOURCE_DIR}/bench/support/models.cpp")
  target_include_directories(bench_serve_server PRIVATE "${PROJECT_SOURCE_DIR}/bench")
  target_link_libraries(bench_serve_server PRIVATE trivet_service)
  target_compile_features(bench_serve_load PRIVATE cxx_std_20)
  target_compile_features(bench_serve_echo PRIVATE cxx_std_20)
  target_compile_definitions(bench_serve_echo PRIVATE
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
  target_include_directories(bench_serve_echo SYSTEM PRIVATE
    $<TARGET_PROPERTY:Boost::headers,INTERFACE_INCLUDE_DIRECTORIES>)
  target_link_libraries(bench_serve_echo PRIVATE Threads::Threads)
endif()
