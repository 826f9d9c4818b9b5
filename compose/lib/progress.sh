# shellcheck shell=bash
# What a person sees while ./up, ./down and ./test work: numbered steps, elapsed time, the last line of
# a long command's output, and on failure the end of its log.
#
# Callers set STEPS_TOTAL and may set RUN_LOG before the first step.

STEPS_TOTAL="${STEPS_TOTAL:-0}"
STEP_NUMBER=0
RUN_LOG="${RUN_LOG:-/dev/null}"

elapsed() {
    printf '%3d:%02d' $((SECONDS / 60)) $((SECONDS % 60))
}

# step TITLE: announces the next numbered step.
step() {
    STEP_NUMBER=$((STEP_NUMBER + 1))
    printf '%s  [%d/%d] %s\n' "$(elapsed)" "$STEP_NUMBER" "$STEPS_TOTAL" "$1"
    printf '\n### %s\n' "$1" >>"$RUN_LOG"
}

# note TEXT: a detail of the current step.
note() {
    printf '%s         %s\n' "$(elapsed)" "$1"
}

warn() {
    printf '%s  note:  %s\n' "$(elapsed)" "$1" >&2
}

# die WHAT REMEDY [EXIT]: one clear line on what is wrong, one on what to do.
die() {
    printf '\n%s: %s\n' "$(basename "$0")" "$1" >&2
    [ -z "${2:-}" ] || printf '  %s\n' "$2" >&2
    exit "${3:-1}"
}

last_log_line() {
    tail -c 400 "$RUN_LOG" | tr '\r\t' '\n ' | grep -v '^[[:space:]]*$' | tail -n 1 | cut -c1-90
}

# show_while_running PID WHAT: on a terminal one line that is rewritten, elsewhere a line every 20 seconds.
show_while_running() {
    local pid=$1 what=$2 next_line=20 started=$SECONDS
    while kill -0 "$pid" 2>/dev/null; do
        if [ -t 1 ]; then
            printf '\r\033[K%s         %s (%ds) %s' "$(elapsed)" "$what" $((SECONDS - started)) \
                "$(last_log_line)"
        elif [ $((SECONDS - started)) -ge "$next_line" ]; then
            note "$what, $((SECONDS - started))s: $(last_log_line)"
            next_line=$((next_line + 20))
        fi
        sleep 0.3
    done
    [ ! -t 1 ] || printf '\r\033[K'
}

# begin_quietly COMMAND...: output goes to RUN_LOG; the process is BEGUN.
begin_quietly() {
    printf '+ %s\n' "$*" >>"$RUN_LOG"
    "$@" >>"$RUN_LOG" 2>&1 </dev/null &
    BEGUN=$!
}

# end_quietly WHAT PID: progress is shown until it ends; a failure shows the log's end, and the process's status is
# returned.
end_quietly() {
    local what=$1 pid=$2 status=0
    show_while_running "$pid" "$what"
    wait "$pid" || status=$?
    if [ "$status" -ne 0 ]; then
        printf '\n%s failed (exit %d). The end of %s:\n' "$what" "$status" "$RUN_LOG" >&2
        tail -n 25 "$RUN_LOG" | sed 's/^/  | /' >&2
    fi
    return "$status"
}

run_quietly() {
    local what=$1
    shift
    begin_quietly "$@"
    end_quietly "$what" "$BEGUN"
}
