# shellcheck shell=bash
# The suite fuzz: each parser of foreign bytes, for a few seconds. Needs suites.sh.
#
# An input that breaks a parser is kept beside the seeds, as build/fuzz/fuzz/TARGET/crash-…

FUZZ_SECONDS=8
FUZZ_FOLDER="$PWD/build/fuzz/fuzz"

# fuzz_targets: the name of each that was configured, a line each.
fuzz_targets() {
    local folder
    for folder in "$FUZZ_FOLDER"/*/; do basename "$folder"; done
}

# fuzz_one TARGET: what it finds is not kept for the next run, which has the same seeds to start from.
fuzz_one() {
    local folder="$FUZZ_FOLDER/$1"
    rm -rf "$folder/found"
    mkdir -p "$folder/found"
    timeout --kill-after=5 60 "build/fuzz/bin/fuzz_$1" \
        -max_total_time="$FUZZ_SECONDS" -timeout=5 -rss_limit_mb=1024 -max_len=8192 \
        -artifact_prefix="$folder/" -print_final_stats=1 "$folder/found" "$folder/seeds"
}

# fuzz_all FILE: as many at once as there are processors; the names of those that pass go to the file, by which
# alone they are judged: what `wait` says of one that failed is no reason to leave out the others.
fuzz_all() {
    local passed=$1 target
    : >"$passed"
    while read -r target; do
        while [ "$(jobs -pr | wc -l)" -ge "$JOBS" ]; do wait -n || true; done
        { fuzz_one "$target" >"$LOG_DIR/fuzz-$target.log" 2>&1 && echo "$target" >>"$passed"; } &
    done < <(fuzz_targets)
    wait || true
}

suite_fuzz() {
    local passed="$LOG_DIR/fuzz.passed" all=0 bad=0 target
    if ! build fuzz fuzz_targets; then
        add_broken_suite fuzz "it does not build"
        return
    fi
    run_quietly "fuzzing" fuzz_all "$passed" || true
    while read -r target; do
        all=$((all + 1))
        grep -qx "$target" "$passed" && continue
        bad=$((bad + 1))
        warn "fuzz_$target failed: $LOG_DIR/fuzz-$target.log"
    done < <(fuzz_targets)
    if [ "$all" -eq 0 ]; then
        add_broken_suite fuzz "no target was found"
    else
        add_result fuzz $((all - bad)) "$bad"
    fi
}
