# SPDX-License-Identifier: Apache-2.0
# Runs `program` on a fixture and on a file that is no model: it must answer, and refuse.
set(case "${CMAKE_CURRENT_LIST_DIR}/../golden/xgboost/json_13_names")

execute_process(COMMAND "${program}" "${case}/model" "${case}/request.json"
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
if(NOT status EQUAL 0 OR NOT output MATCHES "^{\"predictions\": ?\\[0\\.")
  message(FATAL_ERROR "no predictions, status ${status}\n${output}${errors}")
endif()

execute_process(COMMAND "${program}" "${case}/case.json" "${case}/request.json"
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
if(NOT status EQUAL 3 OR NOT errors MATCHES "case\\.json")
  message(FATAL_ERROR "a file that is no model gave status ${status}\n${output}${errors}")
endif()
