#!/usr/bin/env bash
# clang-tidy finds nothing in what the programs are made of. Needs a configured build/asan-ubsan.
#
# There each library is one file that includes its sources, so that the headers are read once. To
# the analyzer of clang 14 the included sources are headers, which it passes over unless it is told.
# It takes eight times as long where it follows each call into the standard library's templates, and
# as many paths through a function as is its custom.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly build=build/asan-ubsan

analyzer=(-analyzer-opt-analyze-headers
    -analyzer-config 'c++-stdlib-inlining=false,c++-template-inlining=false,max-nodes=75000')
options=(--extra-arg=-Wno-unknown-warning-option) # some of g++'s
for option in "${analyzer[@]}"; do options+=(--extra-arg=-Xclang "--extra-arg=$option"); done

# Not what the build makes: the page's files as one source.
mapfile -t sources < <(sed -n 's|^ *"file": "\(.*\)",\{0,1\}$|\1|p' "$build/compile_commands.json" |
    grep -v -e "/$build/tests/" -e "/$build/web/" -e "^$PWD/tests/" | xargs ls -S) # the largest first
printf '%d libraries and programs\n' "${#sources[@]}"
[ "${#sources[@]}" -gt 0 ]
printf '%s\0' "${sources[@]}" |
    xargs -0 -n 1 -P "$(nproc)" clang-tidy -p "$build" --quiet "${options[@]}"
