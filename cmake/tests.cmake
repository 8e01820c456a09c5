# The tests, by kind (CONTRIBUTING.md says which kind is for what). All of them run under CTest:
#   unit_tests state_tests oracle_tests sim_tests alloc_tests runtime_tests app_tests drill_tests    GoogleTest, a test per suite or case
#   drill  tests/drill/*.pkt       interop  tests/interop/*_test.py
#   labs   tests/labs/*_test.py        scripts  tests/scripts/*_test.py
#   checks scripts/check-*             fuzz     tests/fuzz/*_fuzz.cc
# (tests/bench has its own runner and is built here, not run.)

if(TCPSTACK_TESTS STREQUAL "OFF")
  return()
elseif(TCPSTACK_TESTS STREQUAL "AUTO")
  find_package(GTest QUIET)
  if(NOT GTest_FOUND)
    message(STATUS "No GoogleTest, so no tests; scripts/setup --for test installs it")
    return()
  endif()
else()
  find_package(GTest REQUIRED)
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)
include(CTest)
include(GoogleTest)

# ---- GoogleTest --------------------------------------------------------------------------------
tcpstack_sources(support tests/support)
tcpstack_add_library(tcpstack_test_support "${support}" tcpstack_core GTest::gmock GTest::gtest)
tcpstack_compile_as_test(tcpstack_test_support)
set(TEST_HEADERS ${STANDARD_HEADERS} <gmock/gmock.h> <gtest/gtest.h>)
tcpstack_precompile(tcpstack_test_support ${TEST_HEADERS})

tcpstack_gtest(unit_tests    tests/unit    LINK tcpstack_core tcpstack_sim tcpstack_device)
tcpstack_gtest(state_tests   tests/tcp     LINK tcpstack_core tcpstack_sim)
tcpstack_gtest(oracle_tests  tests/oracle  CASES LINK tcpstack_core fmt::fmt)
tcpstack_gtest(sim_tests     tests/sim     CASES LINK tcpstack_core tcpstack_sim)
tcpstack_gtest(alloc_tests   tests/alloc   LINK tcpstack_core)
tcpstack_gtest(drill_tests   tests/drill   LINK tcpstack_core tcpstack_sim ${TCPSTACK_APP_PARTS})
tcpstack_gtest(runtime_tests tests/runtime LINK tcpstack_runtime tcpstack_sim
               PRECOMPILE ${TEST_HEADERS} <boost/asio.hpp> <fmt/format.h>)
tcpstack_gtest(app_tests     tests/apps    LINK ${TCPSTACK_APP_PARTS})
set_property(SOURCE "${PROJECT_SOURCE_DIR}/tests/tcp/figure5_test.cc"
             APPEND PROPERTY COMPILE_DEFINITIONS TCPSTACK_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

# ---- scripts in packetdrill's language -------------------------------------------------------------
if(TARGET tcpdrill)
  file(GLOB_RECURSE drills CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/drill/*.pkt")
  foreach(drill IN LISTS drills)
    cmake_path(RELATIVE_PATH drill BASE_DIRECTORY "${PROJECT_SOURCE_DIR}/tests/drill"
               OUTPUT_VARIABLE name)
    tcpstack_script_test(drill.${name} LABEL drill TIMEOUT 60 COMMAND tcpdrill --psh=exact ${drill})
  endforeach()
  # Once more with both sides' sequence numbers where they wrap around, and where their sign changes.
  foreach(isn IN ITEMS 4294967195 2147483547)
    tcpstack_script_test(drill.isn_${isn} LABEL drill TIMEOUT 120
                         COMMAND tcpdrill --psh=exact --our-isn ${isn} --peer-isn ${isn}
                                 "${PROJECT_SOURCE_DIR}/tests/drill")
  endforeach()
endif()

# ---- the real kernel, and our own scripts -----------------------------------------------------------
foreach(kind IN ITEMS interop labs scripts)
  file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${kind}/*_test.py")
  foreach(file IN LISTS files)
    cmake_path(GET file STEM name)
    tcpstack_script_test(${kind}.${name} LABEL ${kind} TIMEOUT 240
                         COMMAND Python3::Interpreter ${file})
  endforeach()
endforeach()
# In real time on both sides, sixty scripts at once: alone, its clock is the most honest.
set_tests_properties(interop.kernel_drills_test PROPERTIES RUN_SERIAL TRUE)

file(GLOB checks CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/scripts/check-*")
foreach(check IN LISTS checks)
  cmake_path(GET check FILENAME name)
  tcpstack_script_test(checks.${name} LABEL checks TIMEOUT 120 COMMAND ${check})
endforeach()

# ---- fuzz targets ------------------------------------------------------------------------------------
# tests/fuzz/NAME_fuzz.cc becomes NAME_seeds, whose inputs come from seeds (tests/fuzz/driver), with any compiler. With
# TCPSTACK_FUZZ it becomes the libFuzzer program NAME_fuzz, too; scripts/fuzz runs that for longer.
tcpstack_sources(driver tests/fuzz/driver)
file(GLOB fuzzers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/fuzz/*_fuzz.cc")
foreach(file IN LISTS fuzzers)
  cmake_path(GET file STEM fuzz)
  string(REGEX REPLACE "_fuzz$" "" name ${fuzz})
  set(libraries tcpstack_flags tcpstack_core tcpstack_sim tcpstack_test_support)
  if(name MATCHES "^(drill|text)$")
    list(APPEND libraries ${TCPSTACK_APP_PARTS})
  endif()
  file(GLOB corpus LIST_DIRECTORIES true CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${fuzz}")
  if(name STREQUAL "drill")
    set(corpus "${PROJECT_SOURCE_DIR}/tests/drill")
  endif()
  tcpstack_sources(parts tests/fuzz/${name})
  add_executable(${name}_seeds ${file} ${parts} ${driver})
  target_link_libraries(${name}_seeds PRIVATE ${libraries})
  tcpstack_compile_as_test(${name}_seeds)
  if(NOT name MATCHES "^(drill|text)$")  # these see the definitions of the runtime
    tcpstack_reuse_precompiled(${name}_seeds tcpstack_test_support)
  endif()
  # scripts/test --quick sets TCPSTACK_FUZZ_SECONDS.
  tcpstack_script_test(fuzz.${name} LABEL fuzz TIMEOUT 240 COMMAND ${name}_seeds --seconds 30 ${corpus})
  set_tests_properties(fuzz.${name} PROPERTIES COST 30)
  if(TCPSTACK_FUZZ)
    add_executable(${fuzz} ${file} ${parts})
    target_link_libraries(${fuzz} PRIVATE ${libraries})
    target_link_options(${fuzz} PRIVATE -fsanitize=fuzzer)
    # A short run from the corpus, so that a target which crashes at once is noticed.
    set(folder "${PROJECT_BINARY_DIR}/corpus/${fuzz}")
    file(MAKE_DIRECTORY "${folder}")
    tcpstack_script_test(fuzz.${fuzz} LABEL fuzz TIMEOUT 240
                         COMMAND ${fuzz} -runs=20000 -timeout=10 ${folder} ${corpus})
  endif()
endforeach()

# ---- the yardstick: programs of scripts/bench and scripts/instructions, without a framework ----------
foreach(name IN ITEMS load ceiling server)
  tcpstack_sources(sources tests/bench/${name})
  add_executable(bench_${name} ${sources})
  target_link_libraries(bench_${name} PRIVATE tcpstack_flags tcpstack_device fmt::fmt Boost::headers)
endforeach()

tcpstack_sources(sources tests/bench/cost)
add_executable(segment_cost ${sources})
target_link_libraries(segment_cost PRIVATE tcpstack_flags tcpstack_core)
tcpstack_script_test(bench.instructions LABEL bench TIMEOUT 240 COMMAND scripts/instructions)
set_tests_properties(bench.instructions PROPERTIES COST 60)
# Of a release, whatever this build is. scripts/test makes one beside it.
set_tests_properties(bench.instructions PROPERTIES
    ENVIRONMENT "TCPSTACK_BUILD=${PROJECT_SOURCE_DIR}/build;PYTHONDONTWRITEBYTECODE=1")

# ---- Google Benchmark ------------------------------------------------------------------------------
find_package(benchmark QUIET)
if(benchmark_FOUND)
  file(GLOB benches CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/bench/*_bench.cc")
  foreach(file IN LISTS benches)
    cmake_path(GET file STEM name)
    add_executable(${name} ${file})
    target_link_libraries(${name} PRIVATE tcpstack_flags tcpstack_core tcpstack_sim
                          tcpstack_device benchmark::benchmark_main)
  endforeach()
endif()
