# SPDX-License-Identifier: Apache-2.0
# Runs `program` and fails when its standard output is not the text of the file `recorded`.
execute_process(COMMAND "${program}" OUTPUT_VARIABLE output RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${program} ended with status ${status}\n${output}")
endif()
file(READ "${recorded}" expected)
if(NOT output STREQUAL expected)
  message(FATAL_ERROR "${program} printed\n${output}\nbut ${recorded} has\n${expected}")
endif()
