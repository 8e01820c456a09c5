# CTest includes this when it begins: lists the suites of PROGRAM, and makes each a test of the name of the program and its own.
# A suite is one process. One for each case cost more than the cases, because a sanitizer's start takes a third of a second.
if(NOT EXISTS "${PROGRAM}")
  add_test("${NAME}_NOT_BUILT" "${NAME}_NOT_BUILT")
  return()
endif()
execute_process(COMMAND "${PROGRAM}" --gtest_list_tests
                OUTPUT_VARIABLE listed RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} cannot list its tests: ${result}")
endif()
string(REGEX MATCHALL "(^|\n)[^ \n][^ \n]*[.]" suites "${listed}")
foreach(suite IN LISTS suites)
  string(STRIP "${suite}" suite)
  string(REGEX REPLACE "[.]$" "" suite "${suite}")
  set(test "${NAME}.${suite}")
  add_test("${test}" "${PROGRAM}" "--gtest_filter=${suite}.*")
  set_tests_properties("${test}" PROPERTIES WORKING_DIRECTORY "${FOLDER}" LABELS "${NAME}" TIMEOUT 300)
endforeach()
