# SPDX-License-Identifier: Apache-2.0
# The service (src/service, src/http) is a library of its own, which the program and the tests link
# and nobody installs. Its packages are used where they are installed and not fetched: Boost is a
# hundred megabytes of archive for a few of its headers (docs/decisions/0013). The oldest versions
# that are known to work are those of Debian 12: Boost 1.81 (libboost1.81-dev), SQLite 3.40.

# Sets `trivet_service_lacks` to why there is no service, or to nothing.
function(trivet_find_service_packages)
  set(lacks)
  if(NOT TRIVET_EXCEPTIONS)
    set(lacks "TRIVET_EXCEPTIONS, which Boost and the program need")
  elseif(BUILD_SHARED_LIBS)
    set(lacks "a static library, as a shared one hides what the service is made of")
  else()
    # Not CMake's own FindBoost, which later versions of CMake no longer have.
    find_package(Boost 1.81 CONFIG QUIET)
    find_package(SQLite3 3.40 QUIET)
    if(NOT TARGET Boost::headers)
      list(APPEND lacks "Boost 1.81 or newer (Debian: libboost1.81-dev)")
    endif()
    if(NOT TARGET SQLite::SQLite3)
      list(APPEND lacks "SQLite 3.40 or newer (Debian: libsqlite3-dev)")
    endif()
  endif()
  set(trivet_service_lacks "${lacks}" PARENT_SCOPE)
endfunction()

# trivet_add_service(SOURCE…): the target trivet_service, where everything is there.
function(trivet_add_service)
  if(NOT TRIVET_SERVICE OR NOT ARGN)
    return()
  endif()
  trivet_find_service_packages()
  if(trivet_service_lacks)
    list(JOIN trivet_service_lacks "; " lacks)
    message(STATUS "Without the service and `trivet serve` (TRIVET_SERVICE), which need ${lacks}")
    return()
  endif()

  add_library(trivet_service STATIC ${ARGN})
  target_include_directories(trivet_service PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(trivet_service
    PUBLIC trivet::trivet
    PRIVATE Threads::Threads SQLite::SQLite3 simdjson::simdjson fmt::fmt trivet_own_code)
  # Boost's headers come as a system's: they are not ours to warn about.
  target_include_directories(trivet_service SYSTEM PRIVATE
    $<TARGET_PROPERTY:Boost::headers,INTERFACE_INCLUDE_DIRECTORIES>)
  target_compile_definitions(trivet_service PRIVATE
    # What of Asio isn't a template, compiled once (src/http/boost.cpp)
    BOOST_ASIO_SEPARATE_COMPILATION
    BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE
    # All that handlers share is behind a mutex; and the thread sanitizer knows no fences.
    BOOST_ASIO_DISABLE_FENCED_BLOCK)
  # The library has zlib in it where zlib was fetched.
  if(TARGET trivet_zlib)
    target_include_directories(trivet_service SYSTEM PRIVATE
      $<TARGET_PROPERTY:trivet_zlib,INTERFACE_INCLUDE_DIRECTORIES>)
  else()
    target_link_libraries(trivet_service PRIVATE ZLIB::ZLIB)
  endif()
  set_target_properties(trivet_service PROPERTIES
    POSITION_INDEPENDENT_CODE ON
    UNITY_BUILD ${TRIVET_UNITY})
  # Boost's headers, which each take seconds: never in a batch with others, and alone only once.
  file(GLOB boost_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/http/boost*.cpp"
    "${PROJECT_SOURCE_DIR}/src/http/server*.cpp" "${PROJECT_SOURCE_DIR}/src/http/request_reader.cpp")
  set_source_files_properties(${boost_sources} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
