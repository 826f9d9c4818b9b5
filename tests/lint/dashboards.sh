#!/usr/bin/env bash
# promtool can read every query of every dashboard. (tests/unit/dashboards has the rest of what they must be.)
set -euo pipefail
cd "$(dirname "$0")/../.."

rules=$(mktemp --suffix .yml)
trap 'rm -f "$rules"' EXIT

# shellcheck disable=SC2016  # the dollars are Grafana's
# Each query as a rule: JSON's texts are YAML's too. Any value does for a variable.
{
    printf 'groups:\n- name: dashboards\n  rules:\n'
    sed -n 's/^ *"expr": \(".*"\),\?$/\1/p' dashboards/grafana/dashboards/*.json |
        sed -E 's/\$__rate_interval|\$__range/1m/g; s/\$[a-z]+/any/g' |
        awk '{ printf "  - {record: \"query:%d\", expr: %s}\n", NR, $0 }'
} >"$rules"
queries=$(grep -c record "$rules")
expected=$(cat dashboards/grafana/dashboards/*.json | grep -o '"expr"' | wc -l)
if [ "$queries" -ne "$expected" ] || [ "$queries" -eq 0 ]; then
    printf 'only %d of %d queries could be taken from the dashboards\n' "$queries" "$expected"
    exit 1
fi
promtool check rules "$rules" >"$rules.log" 2>&1 || { cat "$rules.log"; rm -f "$rules.log"; exit 1; }
rm -f "$rules.log"
printf '%d queries\n' "$queries"
