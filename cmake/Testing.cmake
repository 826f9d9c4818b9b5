find_package(GTest REQUIRED)
include(GoogleTest)

# understudy_add_test(NAME SOURCES files… LIBS targets…): one test program, its cases known to ctest.
# They bear the label UNDERSTUDY_TEST_LABEL, which a folder may set for all below it.
set(UNDERSTUDY_TEST_LABEL unit)
function(understudy_add_test name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE ${ARG_LIBS} GTest::gmock GTest::gtest_main understudy_warnings)
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60
        PROPERTIES TIMEOUT 120 LABELS ${UNDERSTUDY_TEST_LABEL} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()
