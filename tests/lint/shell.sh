#!/usr/bin/env bash
# Every shell script passes shellcheck: those named *.sh, and those with a shell's first line.
set -euo pipefail
cd "$(dirname "$0")/../.."

scripts=()
while IFS= read -r -d '' file; do
    case "$file" in
        *.sh) scripts+=("$file") ;;
        *)
            if [ -f "$file" ] && head -n 1 "$file" | grep -aqE '^#!.*\b(bash|sh)\b'; then scripts+=("$file"); fi
            ;;
    esac
done < <(git ls-files -z)
printf '%d scripts\n' "${#scripts[@]}"
shellcheck --external-sources "${scripts[@]}"
