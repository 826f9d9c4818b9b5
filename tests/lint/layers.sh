#!/usr/bin/env bash
# The layers hold: core is pure, foreign headers stay in their one file, nothing is left for later.
set -euo pipefail
cd "$(dirname "$0")/../.."

status=0

# found_nothing STATUS: of git grep; any other status than that is an error of the check itself.
found_nothing() { [ "$1" -eq 1 ]; }

# refuse WHAT PATTERN PATH...: no line of these tracked files may match.
refuse() {
    local what=$1 pattern=$2 found
    shift 2
    found=$(git grep -nE "$pattern" -- "$@") || found_nothing $?
    [ -n "$found" ] || return 0
    printf '%s:\n%s\n' "$what" "$found"
    status=1
}

# confine HEADER FILES: only this many files may include it.
confine() {
    local header=$1 allowed=$2 found
    found=$(git grep -lE "#include [<\"]${header}[>\"]" -- '*.cpp' '*.h') || found_nothing $?
    [ "$(grep -c . <<<"$found")" -le "$allowed" ] && return 0
    printf '%s is confined to %d file(s), but included by:\n%s\n' "$header" "$allowed" "$found"
    status=1
}

refuse 'core includes something other than itself, the standard library and tl-expected' \
    '#include ("(ports|wire|adapters|agent|controller|cli|exporters|tests)/|<(spdlog|nlohmann|yaml-cpp|httplib|mysql|openssl|sys|unistd))' core
refuse 'core reads a clock, sleeps or draws a random number' \
    '(_clock::now|sleep_for|sleep_until|std::random|\brand\()' 'core/*.cpp' 'core/*.h'
refuse 'the agent or controller logic reads a clock instead of its port' '(system|steady)_clock::now' \
    agent controller
refuse 'a .cpp file is included' '#include .*\.(cpp|cxx|cc)[">]' '*.cpp' '*.h'
refuse 'left for later' '\b(TODO|FIXME|XXX|HACK)\b' . ':!tests/lint' ':!CONTRIBUTING.md'
confine 'httplib\.h' 2
confine 'mysql\.h' 1
exit "$status"
