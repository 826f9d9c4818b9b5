find_package(GTest REQUIRED)
include(GoogleTest)

# understudy_discover_tests(NAME LABEL properties…): the cases of a test program, known to ctest under
# that label. The target tests_LABEL builds all programs with the label.
function(understudy_discover_tests name label)
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${label} ${ARGN})
    if(NOT TARGET tests_${label})
        add_custom_target(tests_${label})
    endif()
    add_dependencies(tests_${label} ${name})
endfunction()

# understudy_add_test(NAME SOURCES files… LIBS targets…): one test program. It bears the label
# UNDERSTUDY_TEST_LABEL, which a folder may set for all below it.
set(UNDERSTUDY_TEST_LABEL unit)
function(understudy_add_test name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE ${ARG_LIBS} GTest::gmock GTest::gtest_main understudy_warnings)
    understudy_discover_tests(${name} ${UNDERSTUDY_TEST_LABEL}
        TIMEOUT 120 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()
