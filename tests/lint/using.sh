#!/usr/bin/env bash
# Every name that a source file takes from another namespace is used there.
set -euo pipefail
cd "$(dirname "$0")/../.."

status=0
while IFS=: read -r file line declaration; do
    name=${declaration##*::}
    name=${name%;}
    [ "$(grep -cw -- "$name" "$file")" -gt 1 ] && continue
    printf '%s:%s: %s is not used\n' "$file" "$line" "$name"
    status=1
done < <(git grep -nE '^ *using [A-Za-z_:]+::[A-Za-z_]+;$' -- '*.cpp')
exit "$status"
