#!/usr/bin/env bash
# clang-tidy finds nothing in what the programs are made of. Needs a configured build/asan-ubsan.
#
# There each library is one file that includes its sources, so that the headers are read once.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly build=build/asan-ubsan

mapfile -t sources < <(sed -n 's|^ *"file": "\(.*\)",\{0,1\}$|\1|p' "$build/compile_commands.json" |
    grep -v "/$build/tests/" | xargs ls -S) # the largest first
printf '%d libraries and programs\n' "${#sources[@]}"
[ "${#sources[@]}" -gt 0 ]
printf '%s\0' "${sources[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy -p "$build" --quiet \
    --extra-arg=-Wno-unknown-warning-option # some of g++'s
