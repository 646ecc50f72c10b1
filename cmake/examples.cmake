# SPDX-License-Identifier: Apache-2.0
# Each examples/NAME.cpp is a program, linked as a user links it. Where examples/NAME.txt stands
# beside it, that is its recorded output, and a test compares.
file(GLOB trivet_examples CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/examples/*.cpp")
file(GLOB trivet_recorded CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/examples/*.txt")

add_custom_target(examples)
foreach(source IN LISTS trivet_examples)
  if(NOT TRIVET_EXCEPTIONS)
    file(STRINGS "${source}" throws REGEX "throwing\\.hpp|\\<throw\\>|\\<catch\\>" LIMIT_COUNT 1)
    if(throws)
      continue()
    endif()
  endif()
  cmake_path(GET source STEM name)
  add_executable(example_${name} "${source}")
  target_link_libraries(example_${name} PRIVATE trivet::trivet trivet_own_code)
  set_target_properties(example_${name} PROPERTIES
    OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/examples")

  add_dependencies(examples example_${name})

  set(recorded "${PROJECT_SOURCE_DIR}/examples/${name}.txt")
  if(TRIVET_TESTS AND "${recorded}" IN_LIST trivet_recorded)
    add_test(NAME ${TRIVET_TEST_PREFIX}example.${name}
      COMMAND ${CMAKE_COMMAND}
        -D program=$<TARGET_FILE:example_${name}> -D recorded=${recorded}
        -P "${PROJECT_SOURCE_DIR}/cmake/compare_output.cmake"
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties(${TRIVET_TEST_PREFIX}example.${name} PROPERTIES TIMEOUT 60 LABELS fast)
  endif()
endforeach()
