#!/usr/bin/env bash
# No source file is longer than 350 lines (about 300 is the aim).
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly limit=350

status=0
while IFS= read -r -d '' file; do
    [ -f "$file" ] || continue
    lines=$(wc -l <"$file")
    if [ "$lines" -gt "$limit" ]; then
        printf '%s: %d lines; split it\n' "$file" "$lines"
        status=1
    fi
done < <(git ls-files -z '*.cpp' '*.h' '*.sh' '*.php' test up down understudy)
exit "$status"
