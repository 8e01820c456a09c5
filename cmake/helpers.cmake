# Functions that turn folders into targets. A folder that is absent or empty gives an empty target,
# so that a layer can be linked before it has code.

# The .cc files below the given folders.
function(tcpstack_sources result)
  set(found)
  foreach(folder IN LISTS ARGN)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cc")
    list(APPEND found ${files})
  endforeach()
  set(${result} ${found} PARENT_SCOPE)
endfunction()

# A library that may have no sources yet.
function(tcpstack_add_library name sources)
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC tcpstack_flags ${ARGN})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE tcpstack_flags ${ARGN})
  endif()
endfunction()

# tcpstack_library(NAME FOLDERS base wire FILES stack/*.cc LINK libraries): target tcpstack_NAME.
function(tcpstack_library name)
  cmake_parse_arguments(arg "" "" "FOLDERS;FILES;LINK" ${ARGN})
  list(TRANSFORM arg_FOLDERS PREPEND "stack/")
  tcpstack_sources(sources ${arg_FOLDERS})
  foreach(pattern IN LISTS arg_FILES)
    file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${pattern}")
    list(APPEND sources ${files})
  endforeach()
  tcpstack_add_library(tcpstack_${name} "${sources}" ${arg_LINK})
endfunction()

# Preprocessor definitions for the library and all who use it.
function(tcpstack_public_definitions name)
  get_target_property(type tcpstack_${name} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    target_compile_definitions(tcpstack_${name} INTERFACE ${ARGN})
  else()
    target_compile_definitions(tcpstack_${name} PUBLIC ${ARGN})
  endif()
endfunction()

# Small precompiled headers, where one header is most of what a file has to read.
function(tcpstack_precompile target)
  get_target_property(type ${target} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

# Takes the precompiled header of another target, if that has one.
function(tcpstack_reuse_precompiled target from)
  get_target_property(type ${from} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    target_precompile_headers(${target} REUSE_FROM ${from})
  endif()
endfunction()

# A program in the build folder, built by `--target programs` too.
function(tcpstack_add_program name sources)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE tcpstack_flags ${ARGN})
  target_compile_definitions(${name} PRIVATE TCPSTACK_VERSION="${PROJECT_VERSION}")
  add_dependencies(programs ${name})
endfunction()

# Each apps/NAME/ is a program NAME, from main.cc and a library NAME_parts of all other files, which tests
# link too; apps/common is such a library only. Each apps/examples/NAME.cc is a program of one file.
function(tcpstack_programs)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  set(all_parts)
  file(GLOB names CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/apps" "${PROJECT_SOURCE_DIR}/apps/*")
  list(REMOVE_ITEM names examples)
  foreach(name IN LISTS names)
    tcpstack_sources(parts "apps/${name}")
    set(main "${PROJECT_SOURCE_DIR}/apps/${name}/main.cc")
    list(REMOVE_ITEM parts "${main}")
    tcpstack_add_library(${name}_parts "${parts}" ${arg_LINK})
    if(parts)
      target_compile_definitions(${name}_parts PRIVATE TCPSTACK_VERSION="${PROJECT_VERSION}")
      tcpstack_reuse_precompiled(${name}_parts tcpstack_runtime)
    endif()
    if(EXISTS "${main}")
      tcpstack_add_program(${name} "${main}" ${name}_parts)
    endif()
    list(APPEND all_parts ${name}_parts)
  endforeach()
  file(GLOB examples CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/apps/examples/*.cc")
  foreach(main IN LISTS examples)
    cmake_path(GET main STEM name)
    tcpstack_add_program(${name} "${main}" ${arg_LINK})
  endforeach()
  set(TCPSTACK_APP_PARTS ${all_parts} PARENT_SCOPE)
endfunction()

# What finds faults are sanitizers in the code under test, and compiling is most of the tests' time: beside sanitizers
# the tests themselves are not optimized.
function(tcpstack_compile_as_test target)
  if(TCPSTACK_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()

# tcpstack_gtest(NAME FOLDER [CASES] [PRECOMPILE headers] LINK libraries): a GoogleTest program of all .cc files below the
# folder; every suite is a test for CTest, and with CASES, where one takes seconds, every case.
function(tcpstack_gtest name folder)
  cmake_parse_arguments(arg "CASES" "" "PRECOMPILE;LINK" ${ARGN})
  tcpstack_sources(sources ${folder})
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE tcpstack_flags tcpstack_test_support ${arg_LINK}
                        GTest::gmock GTest::gtest_main)
  tcpstack_compile_as_test(${name})
  if(arg_PRECOMPILE)
    tcpstack_precompile(${name} ${arg_PRECOMPILE})
  else()
    tcpstack_reuse_precompiled(${name} tcpstack_test_support)
  endif()
  if(arg_CASES)
    gtest_discover_tests(${name}
        DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
        WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
        PROPERTIES TIMEOUT 120 LABELS "${name}")
  else()
    file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/${name}_suites.cmake" CONTENT
"set(NAME ${name})
set(PROGRAM \"$<TARGET_FILE:${name}>\")
set(FOLDER \"${PROJECT_SOURCE_DIR}\")
include(\"${PROJECT_SOURCE_DIR}/cmake/gtest_suites.cmake\")
")
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${PROJECT_BINARY_DIR}/${name}_suites.cmake")
  endif()
endfunction()

# A script that is a test: 0 passes, 77 skips with a reason, all else fails.
function(tcpstack_script_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "COMMAND" ${ARGN})
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES
      LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} SKIP_RETURN_CODE 77
      ENVIRONMENT "TCPSTACK_BUILD=${PROJECT_BINARY_DIR};PYTHONDONTWRITEBYTECODE=1")
endfunction()
