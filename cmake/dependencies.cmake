# Every dependency, from the distribution's packages.
find_package(PkgConfig REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
# Of these only hamcell-draw is linked.
find_package(PNG REQUIRED)
pkg_check_modules(GVC REQUIRED IMPORTED_TARGET libgvc)
pkg_check_modules(CAIRO REQUIRED IMPORTED_TARGET cairo cairo-pdf pangocairo)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)

# fmt and spdlog are compiled into what uses them: half of the time in which hamcell starts went into loading them, and
# few runs write a log. spdlog's own header-only target would still link the shared fmt.
add_library(hamcell_spdlog INTERFACE)
target_compile_definitions(hamcell_spdlog INTERFACE SPDLOG_FMT_EXTERNAL)
target_include_directories(hamcell_spdlog SYSTEM INTERFACE
  $<TARGET_PROPERTY:spdlog::spdlog_header_only,INTERFACE_INCLUDE_DIRECTORIES>)
target_link_libraries(hamcell_spdlog INTERFACE fmt::fmt-header-only Threads::Threads)

# The driver starts in milliseconds: what a run without a miss needs is linked into it, where the distribution has it so.
set(HAMCELL_SQLITE SQLite::SQLite3)
set(HAMCELL_XXHASH PkgConfig::XXHASH)
if(HAMCELL_STATIC AND NOT HAMCELL_SANITIZE)
  find_library(HAMCELL_SQLITE_ARCHIVE libsqlite3.a)
  if(HAMCELL_SQLITE_ARCHIVE)
    add_library(hamcell_sqlite INTERFACE)
    target_include_directories(hamcell_sqlite SYSTEM INTERFACE ${SQLite3_INCLUDE_DIRS})
    target_link_libraries(hamcell_sqlite INTERFACE ${HAMCELL_SQLITE_ARCHIVE} m ${CMAKE_DL_LIBS} Threads::Threads)
    set(HAMCELL_SQLITE hamcell_sqlite)
  endif()
  find_library(HAMCELL_XXHASH_ARCHIVE libxxhash.a)
  if(HAMCELL_XXHASH_ARCHIVE)
    add_library(hamcell_xxhash INTERFACE)
    target_include_directories(hamcell_xxhash SYSTEM INTERFACE ${XXHASH_INCLUDE_DIRS})
    target_link_libraries(hamcell_xxhash INTERFACE ${HAMCELL_XXHASH_ARCHIVE})
    set(HAMCELL_XXHASH hamcell_xxhash)
  endif()
endif()
# toml++ is used header-only where the distribution has no CMake package for it.
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)

# libclang: the newest of 17 and up (17 tells operators apart) that is installed; the driver never links it, only hamcell-scan.
if(NOT HAMCELL_LLVM_ROOT)
  foreach(version RANGE 22 17 -1)
    if(EXISTS /usr/lib/llvm-${version}/include/clang-c/Index.h AND EXISTS /usr/lib/llvm-${version}/lib/libclang.so)
      set(HAMCELL_LLVM_ROOT /usr/lib/llvm-${version})
      break()
    endif()
  endforeach()
endif()
find_path(LIBCLANG_INCLUDE_DIR clang-c/Index.h HINTS ${HAMCELL_LLVM_ROOT}/include REQUIRED)
find_library(LIBCLANG_LIBRARY NAMES clang HINTS ${HAMCELL_LLVM_ROOT}/lib REQUIRED)
