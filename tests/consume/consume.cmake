# SPDX-License-Identifier: Apache-2.0
# Consumes the library in one `way`, in the folder `work`, and runs what came out.
# Variables: way, work, build (our build folder), compiler, launcher, python, include.
cmake_minimum_required(VERSION 3.24)
set(here "${CMAKE_CURRENT_LIST_DIR}")

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\n${output}")
  endif()
endfunction()

function(build_project folder)
  # Configured afresh each time, so that what it finds is what is there now.
  run(${CMAKE_COMMAND} --fresh -G Ninja -S "${here}/${folder}" -B "${work}/build"
    -D CMAKE_CXX_COMPILER=${compiler} -D "CMAKE_CXX_COMPILER_LAUNCHER=${launcher}" ${ARGN})
  run(${CMAKE_COMMAND} --build "${work}/build" --target program)
endfunction()

if(way STREQUAL "find_package")
  file(REMOVE_RECURSE "${work}/prefix")
  run(${CMAKE_COMMAND} --install "${build}" --prefix "${work}/prefix")
  build_project(find_package -D "CMAKE_PREFIX_PATH=${work}/prefix")
elseif(way STREQUAL "add_subdirectory")
  build_project(add_subdirectory -D TRIVET_UNITY=ON)
elseif(way STREQUAL "drop_in")
  file(MAKE_DIRECTORY "${work}/build")
  run("${python}" -B "${here}/../../tools/amalgamate.py" "${work}")
  # No optimisation: whether it compiles and runs is the question, and it is one long file.
  run("${compiler}" -std=c++20 -O0 -ffp-contract=off -DTRIVET_DROP_IN "-I${work}"
    "${here}/program.cpp" "${work}/trivet.cpp" ${include} -lsimdjson -lfmt -lhwy
    -lz -lbz2 -llzma -llz4 -pthread -o "${work}/build/program")
endif()

set(program "${work}/build/program")
include("${here}/run_program.cmake")
