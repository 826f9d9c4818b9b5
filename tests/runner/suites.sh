# shellcheck shell=bash
# The suites of ./test. Needs progress.sh, docker.sh, base_images.sh, results.sh. Every part has a limit in seconds.

CONFIGURE_SECONDS=120
BUILD_SECONDS=1200
CHECK_SECONDS=1800
LOG_DIR="$(dirname "$RUN_LOG")"
JOBS=$(nproc)
MYSQL_IMAGE=understudy/mysql:0.1.0
# The address layout of newer kernels is more than the thread sanitizer of GCC 12 copes with.
FIXED_LAYOUT=(setarch "$(uname -m)" --addr-no-randomize)

# run_bounded SECONDS WHAT COMMAND...
run_bounded() {
    local seconds=$1 what=$2
    shift 2
    run_quietly "$what" timeout --kill-after=20 "$seconds" "$@"
}

configure() {
    run_bounded "$CONFIGURE_SECONDS" "configuring $1" cmake --preset "$1"
}

# build PRESET TARGET
build() {
    configure "$1" && run_bounded "$BUILD_SECONDS" "building $1" \
        "${FIXED_LAYOUT[@]}" nice cmake --build --preset "$1" --target "$2" --parallel "$JOBS"
}

# run_tests SUITE PRESET LABEL SECONDS [OPTION...]: builds, runs the tests with that label, counts them.
run_tests() {
    local suite=$1 preset=$2 label=$3 seconds=$4 report="$LOG_DIR/$1.xml"
    shift 4
    rm -f "$report"
    if ! build "$preset" "tests_$label"; then
        add_broken_suite "$suite" "it does not build"
        return
    fi
    run_bounded "$seconds" "$suite" \
        "${FIXED_LAYOUT[@]}" ctest --test-dir "build/$preset" --label-regex "^$label\$" --output-on-failure \
        --no-tests=error --output-junit "$report" "$@" || show_failed_tests "$RUN_LOG"
    if [ -s "$report" ]; then
        add_ctest_report "$suite" "$report"
    else
        add_broken_suite "$suite" "it did not run to its end within $seconds s"
    fi
}

# run_checks SUITE SCRIPT...
run_checks() {
    local suite=$1 check passed=0 failed=0
    shift
    if ! configure asan-ubsan; then
        add_broken_suite "$suite" "CMake does not accept the project"
        return
    fi
    for check in "$@"; do
        if run_bounded "$CHECK_SECONDS" "$(basename "$check" .sh)" bash "$check"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
        fi
    done
    add_result "$suite" "$passed" "$failed"
}

suite_lint() { run_checks lint tests/lint/*.sh; }
suite_unit() { run_tests unit asan-ubsan unit 300 --parallel "$JOBS"; }
suite_races() { run_tests races tsan unit 600 --parallel "$JOBS"; }
suite_page() { run_tests page asan-ubsan page 300; }
suite_integration() { run_tests integration asan-ubsan integration 300; }
# In a subshell: what is missing ends it, not ./test.
ensure_mysql_image() (
    install_docker
    start_docker_engine
    docker image inspect "$MYSQL_IMAGE" >/dev/null 2>&1 && exit 0
    ensure_base_images
    local image
    for image in programs mysql; do # the second has programs of the first
        run_quietly "building the image of $image" timeout 900 docker compose --file compose/build.yaml \
            --progress plain build "$image" || exit 1
    done
)

# run_tests_with_mysql SUITE LABEL SECONDS
run_tests_with_mysql() {
    if ensure_mysql_image; then
        run_tests "$1" asan-ubsan "$2" "$3"
    else
        add_broken_suite "$1" "the MySQL image could not be made"
    fi
}

# The simulator alone is built, optimised; its long runs count beside its scenarios.
suite_simulation() {
    local run passed=0 failed=0 report="$LOG_DIR/simulation.xml"
    rm -f "$report"
    if ! configure release || ! run_bounded "$BUILD_SECONDS" "building the simulator" nice \
        cmake --build --preset release --parallel "$JOBS" --target understudy-simulate simulation_test; then
        add_broken_suite simulation "it does not build"
        return
    fi
    run_bounded 120 "its scenarios" ctest --test-dir build/release --label-regex '^simulation$' \
        --output-on-failure --no-tests=error --output-junit "$report" || show_failed_tests "$RUN_LOG"
    if [ -s "$report" ]; then add_ctest_report simulation "$report"; else add_broken_suite simulation "no report"; fi
    for run in "--seeds 5000 --coverage" "--seeds 60 --twice" "--mutants"; do
        # shellcheck disable=SC2086 # these are several words
        if run_bounded 900 "understudy-simulate $run" build/release/bin/understudy-simulate $run; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
        fi
    done
    add_result simulation "$passed" "$failed" "long runs"
}
# Its servers are mostly waited for: clang-tidy, if it is asked for, takes what is left of the processors meanwhile.
suite_contract() {
    run_tests_with_mysql contract contract 600
    [ -z "$TIDY" ] || end_tidy
}

TIDY=""
suite_tidy() {
    if ! configure asan-ubsan; then
        add_broken_suite tidy "CMake does not accept the project"
        return
    fi
    begin_quietly timeout --kill-after=20 "$CHECK_SECONDS" nice -n 19 bash tests/tidy/tidy.sh
    TIDY=$BEGUN
    if [ "$1" = contract ]; then note "it runs beside contract"; else end_tidy; fi
}

end_tidy() {
    RUN_LOG="$LOG_DIR/tidy.log"
    if end_quietly tidy "$TIDY"; then add_result tidy 1 0; else add_result tidy 0 1; fi
    TIDY=""
}

suite_bad_input() { run_tests_with_mysql bad-input bad-input 300; }

suite_stack() {
    if ! run_bounded 900 "./up" ./up; then
        add_broken_suite stack "./up failed"
        return
    fi
    run_tests stack asan-ubsan stack 1500
}

# run_suite SUITE NEXT
run_suite() {
    RUN_LOG="$LOG_DIR/$1.log"
    : >"$RUN_LOG"
    step "$1"
    "suite_${1//-/_}" "${2:-}"
}
