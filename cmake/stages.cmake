# Each stage of the pipeline is a library of its own, and names the earlier stages that it may include.

add_library(hamcell_settings INTERFACE)
target_include_directories(hamcell_settings INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include)
target_compile_options(hamcell_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # GCC 12 and 13 see these in correct uses of std::string (GCC bugs 105329, 105562 and 105651).
  target_compile_options(hamcell_settings INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow
    -Wno-array-bounds)
endif()
if(HAMCELL_WERROR)
  target_compile_options(hamcell_settings INTERFACE -Werror)
endif()
if(HAMCELL_SANITIZE)
  target_compile_options(hamcell_settings INTERFACE -fsanitize=${HAMCELL_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(hamcell_settings INTERFACE -fsanitize=${HAMCELL_SANITIZE})
endif()

# hamcell_stage(NAME SOURCES file... [DEPENDS stage...] [LIBRARIES target...])
function(hamcell_stage name)
  cmake_parse_arguments(STAGE "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  add_library(hamcell_${name} STATIC ${STAGE_SOURCES})
  target_link_libraries(hamcell_${name} PUBLIC hamcell_settings)
  foreach(stage ${STAGE_DEPENDS})
    target_link_libraries(hamcell_${name} PUBLIC hamcell_${stage})
  endforeach()
  target_link_libraries(hamcell_${name} PUBLIC ${STAGE_LIBRARIES})
endfunction()
