# SPDX-License-Identifier: Apache-2.0
# Compiles `source` as it stands and with TRIVET_MISUSE; see CMakeLists.txt.
set(command "${compiler}" -std=c++20 -fsyntax-only "-I${include}" -Werror=unused-result)

execute_process(COMMAND ${command} "${source}" RESULT_VARIABLE status ERROR_VARIABLE errors)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the right use does not compile\n${errors}")
endif()

file(STRINGS "${source}" refused REGEX "^// refused: ")
if(NOT refused)
  message(FATAL_ERROR "${source} has no line `// refused: <regular expression>`")
endif()
string(REPLACE "// refused: " "" refused "${refused}")
execute_process(COMMAND ${command} -DTRIVET_MISUSE "${source}"
  RESULT_VARIABLE status ERROR_VARIABLE errors)
if(status EQUAL 0)
  message(FATAL_ERROR "the misuse compiles")
endif()
if(NOT errors MATCHES "${refused}")
  message(FATAL_ERROR "refused, but not for '${refused}':\n${errors}")
endif()
