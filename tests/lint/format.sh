#!/usr/bin/env bash
# C++ sources are formatted as .clang-format says.
set -euo pipefail
cd "$(dirname "$0")/../.."

git ls-files -z '*.cpp' '*.h' | xargs -0 clang-format --dry-run -Werror
