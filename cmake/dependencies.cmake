# Every dependency, from the distribution's packages.
find_package(PkgConfig REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(GVC REQUIRED IMPORTED_TARGET libgvc)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
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
