# Language, warnings, sanitizers and tools. Everything a preset can switch is declared here.

set(TCPSTACK_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined")
set(TCPSTACK_TESTS "AUTO" CACHE STRING "Build the tests: ON, OFF, or AUTO (if GoogleTest is there)")
option(TCPSTACK_FUZZ "Build tests/fuzz as libFuzzer programs (needs clang)" OFF)
option(TCPSTACK_LTO "Optimize across files" OFF)
option(TCPSTACK_WERROR "Warnings are errors" ON)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")

# Asserts stay on in a release: they are cheap, and a wrong answer is not.
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g3")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Debug or RelWithDebInfo" FORCE)
endif()

# Every target of ours links this one; headers of others come as system headers and stay silent.
add_library(tcpstack_flags INTERFACE)
target_include_directories(tcpstack_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(tcpstack_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wswitch-enum
    -Woverloaded-virtual -Wold-style-cast -Wcast-align -Wextra-semi
    -Wformat=2 -Wimplicit-fallthrough -Wunused -Wdouble-promotion
    # A designated initializer may leave out members with a default.
    -Wno-missing-field-initializers)
if(TCPSTACK_WERROR)
  target_compile_options(tcpstack_flags INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(tcpstack_flags INTERFACE -Wduplicated-cond -Wlogical-op)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # g++ 12 reports these inside vector::insert and string concatenation, where nothing is wrong
    # (GCC bugs 105329, 105651, 105762), and the last one in Asio's coroutines, whose frames have their
    # own new and delete.
    target_compile_options(tcpstack_flags INTERFACE
        -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-mismatched-new-delete)
  endif()
endif()

if(TCPSTACK_SANITIZE)
  # The names of files are relative to the checkout, so that every checkout compiles the same.
  add_compile_options(-fsanitize=${TCPSTACK_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
  add_link_options(-fsanitize=${TCPSTACK_SANITIZE})
endif()
if(TCPSTACK_SANITIZE OR CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()
if(TCPSTACK_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "libFuzzer needs clang: use the preset, cmake --preset fuzz")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(TCPSTACK_LTO)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # ccache asks for this sloppiness if a precompiled header is in use. The base directory lets a second checkout, of
  # CI for example, have what the first one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;CCACHE_BASEDIR=${PROJECT_SOURCE_DIR};${CCACHE}")
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
