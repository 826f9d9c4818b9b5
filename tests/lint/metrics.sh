#!/usr/bin/env bash
# docs/metrics.md has every metric of this project's that the code writes, and that the rules, dashboards and runbooks use.
set -euo pipefail
cd "$(dirname "$0")/../.."

reference=docs/metrics.md
status=0

# names PATTERN PATH...: what of these tracked files looks like a metric of ours.
names() {
    local pattern=$1
    shift
    git grep -hoE "$pattern" -- "$@" | tr -d '"' | sort -u
}

# listed NAME: a histogram's series go by the name of the histogram.
listed() { grep -qE "^\| \`($1|${1%_*})\` " "$reference"; }

written=$(names '"understudy_[a-z0-9_]+"' 'exporters/*.cpp' 'agent/*.cpp' controller/metrics.cpp)
used=$(names '\bunderstudy_[a-z0-9_]+' 'dashboards/prometheus/rules/*.yml' 'dashboards/grafana/dashboards/*.json' docs/runbooks)
for name in $written; do
    listed "$name" || { echo "$reference: does not have $name, which the code writes" && status=1; }
done
for name in $used; do
    listed "$name" || { echo "$reference: does not have $name, which dashboards/ or docs/runbooks use" && status=1; }
done
exit "$status"
