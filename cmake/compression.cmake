# SPDX-License-Identifier: Apache-2.0
# zlib, bzip2, liblzma and lz4, which model files are compressed with: the installed ones, else
# fetched ones. What is fetched becomes part of our own library, which then needs none of them where
# it is linked. The oldest versions that are known to work are those of Debian 12: zlib 1.2.13,
# bzip2 1.0.8, xz 5.4, lz4 1.9.4.
include(FetchContent)

FetchContent_Declare(ZLIB
  URL https://github.com/madler/zlib/releases/download/v1.3.1/zlib-1.3.1.tar.gz
  URL_HASH SHA256=9a93b2b7dfdac77ceba5a558a580e74667dd6fede4585b91eefb60f03b72df23
  DOWNLOAD_EXTRACT_TIMESTAMP ON
  SOURCE_SUBDIR sources-only
  FIND_PACKAGE_ARGS MODULE)
FetchContent_Declare(BZip2
  URL https://sourceware.org/pub/bzip2/bzip2-1.0.8.tar.gz
  URL_HASH SHA256=ab5a03176ee106d3f0fa90e381da478ddae405918153cca248e682cd0c4a2269
  DOWNLOAD_EXTRACT_TIMESTAMP ON
  SOURCE_SUBDIR sources-only
  FIND_PACKAGE_ARGS MODULE)
FetchContent_Declare(LibLZMA
  URL https://github.com/tukaani-project/xz/releases/download/v5.8.1/xz-5.8.1.tar.gz
  URL_HASH SHA256=507825b599356c10dca1cd720c9d0d0c9d5400b9de300af00e4d1ea150795543
  DOWNLOAD_EXTRACT_TIMESTAMP ON
  FIND_PACKAGE_ARGS MODULE)
FetchContent_Declare(lz4
  URL https://github.com/lz4/lz4/releases/download/v1.10.0/lz4-1.10.0.tar.gz
  URL_HASH SHA256=537512904744b35e232912055ccf8ec66d768639ff3abe5788d90d792ec5f48b
  DOWNLOAD_EXTRACT_TIMESTAMP ON
  SOURCE_SUBDIR sources-only
  FIND_PACKAGE_ARGS MODULE)

# Sources only, which the two that follow compile; xz has a build of its own that is needed.
FetchContent_MakeAvailable(ZLIB BZip2 lz4)
if(zlib_SOURCE_DIR OR bzip2_SOURCE_DIR OR lz4_SOURCE_DIR)
  enable_language(C)
endif()
function(trivet_find_lzma)
  foreach(off IN ITEMS BUILD_SHARED_LIBS BUILD_TESTING XZ_DOC XZ_NLS XZ_TOOL_XZ XZ_TOOL_XZDEC
      XZ_TOOL_LZMADEC XZ_TOOL_LZMAINFO XZ_TOOL_SCRIPTS)
    set(${off} OFF)
  endforeach()
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  FetchContent_MakeAvailable(LibLZMA)
endfunction()
trivet_find_lzma()

# trivet_fetched_objects(NAME FOLDER FILE…): some sources of a fetched package, as objects.
function(trivet_fetched_objects name folder)
  list(TRANSFORM ARGN PREPEND "${folder}/")
  add_library(trivet_${name} OBJECT ${ARGN})
  set_target_properties(trivet_${name} PROPERTIES
    POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden)
  target_include_directories(trivet_${name} SYSTEM PUBLIC "${folder}")
endfunction()

# Links the target INSTALLED of the package, or takes in the objects of FETCHED.
# `trivet_installed_compression` lists the former.
function(trivet_link_or_merge target package installed fetched)
  if(TARGET ${fetched})
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${fetched}>)
    target_include_directories(${target} SYSTEM PRIVATE
      $<BUILD_INTERFACE:$<TARGET_PROPERTY:${fetched},INTERFACE_INCLUDE_DIRECTORIES>>)
    target_compile_definitions(${target} PRIVATE
      $<TARGET_PROPERTY:${fetched},INTERFACE_COMPILE_DEFINITIONS>)
  else()
    target_link_libraries(${target} PRIVATE ${installed})
    set(trivet_installed_compression ${trivet_installed_compression} ${package} PARENT_SCOPE)
  endif()
endfunction()

# trivet_use_compression(TARGET): gives it the four of them.
function(trivet_use_compression target)
  if(zlib_SOURCE_DIR)
    trivet_fetched_objects(zlib "${zlib_SOURCE_DIR}"
      adler32.c crc32.c inffast.c inflate.c inftrees.c zutil.c)
  endif()
  if(bzip2_SOURCE_DIR)
    trivet_fetched_objects(bzip2 "${bzip2_SOURCE_DIR}"
      blocksort.c bzlib.c compress.c crctable.c decompress.c huffman.c randtable.c)
  endif()
  if(lz4_SOURCE_DIR)
    trivet_fetched_objects(lz4 "${lz4_SOURCE_DIR}/lib" lz4.c lz4frame.c lz4hc.c xxhash.c)
    target_compile_definitions(trivet_lz4 PRIVATE XXH_NAMESPACE=LZ4_)
  endif()

  set(trivet_installed_compression)
  trivet_link_or_merge(${target} ZLIB ZLIB::ZLIB trivet_zlib)
  trivet_link_or_merge(${target} BZip2 BZip2::BZip2 trivet_bzip2)
  trivet_link_or_merge(${target} LibLZMA LibLZMA::LibLZMA liblzma)
  trivet_link_or_merge(${target} lz4 LZ4::lz4 trivet_lz4)
  set(trivet_installed_compression ${trivet_installed_compression} PARENT_SCOPE)
endfunction()
