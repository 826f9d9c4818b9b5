#!/usr/bin/env bash
# clang-tidy finds nothing in what the programs are made of. Needs a configured build/asan-ubsan.
set -euo pipefail
cd "$(dirname "$0")/../.."

git ls-files -z core/'*.cpp' ports/'*.cpp' wire/'*.cpp' adapters/'*.cpp' agent/'*.cpp' controller/'*.cpp' \
    cli/'*.cpp' exporters/'*.cpp' tools/'*.cpp' |
    xargs -0 -n 2 -P "$(nproc)" clang-tidy -p build/asan-ubsan --quiet \
    --extra-arg=-Wno-unknown-warning-option # some of g++'s
