# SPDX-License-Identifier: Apache-2.0
# `find_package(trivet)` for others. Components: trivet_Development, trivet_Runtime.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(trivet_package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/trivet")

install(TARGETS trivet
  EXPORT trivetTargets
  RUNTIME COMPONENT trivet_Runtime
  LIBRARY COMPONENT trivet_Runtime NAMELINK_COMPONENT trivet_Development
  ARCHIVE COMPONENT trivet_Development
  FILE_SET HEADERS COMPONENT trivet_Development)
install(EXPORT trivetTargets
  NAMESPACE trivet:: DESTINATION "${trivet_package_folder}" COMPONENT trivet_Development)
if(TARGET trivet_cli)
  install(TARGETS trivet_cli RUNTIME COMPONENT trivet_Runtime)
endif()

get_target_property(trivet_library_type trivet TYPE)
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/trivetConfig.cmake.in" "${PROJECT_BINARY_DIR}/trivetConfig.cmake"
  INSTALL_DESTINATION "${trivet_package_folder}")
# Before 1.0 a minor version may change everything.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/trivetConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
    "${PROJECT_BINARY_DIR}/trivetConfig.cmake" "${PROJECT_BINARY_DIR}/trivetConfigVersion.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/Findlz4.cmake"
  DESTINATION "${trivet_package_folder}" COMPONENT trivet_Development)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE"
  DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT trivet_Runtime)
