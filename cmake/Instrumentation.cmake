if(UNDERSTUDY_SANITIZE)
    add_compile_options(-fsanitize=${UNDERSTUDY_SANITIZE} -fno-omit-frame-pointer
                        -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${UNDERSTUDY_SANITIZE})
endif()

if(UNDERSTUDY_TIDY)
    find_program(CLANG_TIDY clang-tidy REQUIRED)
    set(CMAKE_CXX_CLANG_TIDY ${CLANG_TIDY} --quiet)
endif()

if(UNDERSTUDY_COVERAGE)
    add_compile_options(--coverage)
    add_link_options(--coverage)
endif()
