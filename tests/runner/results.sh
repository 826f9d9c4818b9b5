# shellcheck shell=bash
# Counts what passed and failed, from the suites' own reports. Needs progress.sh.

RESULT_LINES=()
PASSED_TOTAL=0
FAILED_TOTAL=0

# add_result SUITE PASSED FAILED REMARK
add_result() {
    PASSED_TOTAL=$((PASSED_TOTAL + $2))
    FAILED_TOTAL=$((FAILED_TOTAL + $3))
    RESULT_LINES+=("$(printf '%-12s %5d passed %5d failed  %s' "$1" "$2" "$3" "${4:-}")")
    note "$1: $2 passed, $3 failed${4:+ ($4)}"
}

# A suite that could not start, or that did not end, is one failure.
add_broken_suite() {
    add_result "$1" 0 1 "$2; see $RUN_LOG"
}

# attribute NAME FILE: of the first element that has it, in CTest's JUnit report.
attribute() {
    grep -oE "(^|[[:space:]])$1=\"[0-9]+\"" "$2" | head -n 1 | grep -oE '[0-9]+'
}

# add_ctest_report SUITE FILE: a test that was skipped or disabled did not show anything: it failed.
add_ctest_report() {
    local tests failures skipped disabled bad
    if ! tests=$(attribute tests "$2") || ! failures=$(attribute failures "$2") ||
        ! skipped=$(attribute skipped "$2") || ! disabled=$(attribute disabled "$2"); then
        add_broken_suite "$1" "no report"
        return
    fi
    bad=$((failures + skipped + disabled))
    if [ "$tests" -eq 0 ]; then
        add_broken_suite "$1" "no test was found"
    elif [ $((skipped + disabled)) -gt 0 ]; then
        add_result "$1" $((tests - bad)) "$bad" "$((skipped + disabled)) of them skipped"
    else
        add_result "$1" $((tests - bad)) "$bad"
    fi
}

# show_failed_tests LOG: what every failed test of a CTest log printed, its end where that is long.
show_failed_tests() {
    awk '
        function flush(  i) {
            for (i = (lines > 40 ? lines - 39 : 1); i <= lines; i++) printf "  | %s\n", kept[i]
            lines = 0
        }
        / Test +#[0-9]+: .*\*\*\*/ { flush(); shown = 1; print; next }
        / Test +#[0-9]+: |^ +Start +[0-9]+: |^[0-9]+% tests passed/ { flush(); shown = 0 }
        shown { kept[++lines] = $0 }
        END { flush() }
    ' "$1" >&2
}

# report_results: the table, then the one line; fails when anything did.
report_results() {
    local line
    printf '\n'
    for line in "${RESULT_LINES[@]}"; do printf '  %s\n' "$line"; done
    printf '\n%s: ' "$(elapsed | tr -d ' ')"
    printf '%d passed, %d failed\n' "$PASSED_TOTAL" "$FAILED_TOTAL"
    [ "$FAILED_TOTAL" -eq 0 ]
}
