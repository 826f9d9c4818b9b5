add_library(understudy_warnings INTERFACE)
target_compile_options(understudy_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
    -Wformat=2 -Werror)
# g++ 14 sees uninitialised members in std::optional's empty payload (GCC bug 80635).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(understudy_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
